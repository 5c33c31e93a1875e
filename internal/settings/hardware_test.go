package settings

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/pps"
)

// hardwareMachine has a line GPIO18, which is line 18 of gpiochip0, and PPS devices: pps0 of
// that line, pps1 of DCD, and pps2 of something else.
func hardwareMachine(t *testing.T, tty string) machine {
	t.Helper()
	m := machine{class: t.TempDir(), chips: t.TempDir(), resolve: func(a pps.Address) (pps.Address, error) {
		switch {
		case a.Chip == "" && a.Line == "GPIO18", a.Chip == "pinctrl-bcm2711" && a.Line == "18", chipName(a.Chip) == "gpiochip0" && a.Line == "18":
			return pps.Address{Kind: pps.KindLine, Chip: "gpiochip0", Line: "18"}, nil
		case a.Kind == pps.KindPHC && (a.Interface == "eth0" || a.Path != ""):
			return pps.Address{Kind: pps.KindPHC, Path: cmp.Or(a.Path, "/dev/ptp0"), Pin: a.Pin, Channel: a.Channel}, nil
		}
		return a, errors.New("not found")
	}}
	cells := func(list ...uint32) string {
		var b []byte
		for _, cell := range list {
			b = binary.BigEndian.AppendUint32(b, cell)
		}
		return string(b)
	}
	for path, text := range map[string]string{
		filepath.Join(m.class, "pps0/device/of_node/gpios"):   cells(7, 18, 0),
		filepath.Join(m.class, "pps0/path"):                   "\n",
		filepath.Join(m.class, "pps1/path"):                   tty + "\n",
		filepath.Join(m.class, "pps2/name"):                   "ktimer\n",
		filepath.Join(m.chips, "gpiochip0/of_node/phandle"):   cells(7),
		filepath.Join(m.chips, "gpiochip504/of_node/phandle"): cells(8),
		filepath.Join(m.class, "pps3/device/of_node/gpios"):   cells(9, 18, 0),
		filepath.Join(m.class, "pps4/device/of_node/gpios"):   "x",
	} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// terminal returns the path of a port, and that of a link to it.
func terminal(t *testing.T) (path, link string) {
	t.Helper()
	port, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { port.Close() })
	link = filepath.Join(t.TempDir(), "by-id")
	if err := os.Symlink(port.Name(), link); err != nil {
		t.Fatal(err)
	}
	return port.Name(), link
}

// All names of a pulse have the same ID, and different pulses have different IDs.
func TestPulseID(t *testing.T) {
	tty, link := terminal(t)
	m := hardwareMachine(t, tty)
	for _, same := range [][]string{
		{"gpio:GPIO18", "gpio:0:18", "gpio:gpiochip0:18", "gpio:pinctrl-bcm2711:18", "gpio:/dev/gpiochip0:18", "/dev/pps0"},
		{"dcd:" + tty, "dcd:" + link, "ldisc:" + tty, "ldisc:" + link, "/dev/pps1"},
		{"cts:" + tty, "cts:" + link},
		{"/dev/pps2", "/dev/../dev/pps2"},
		{"phc:eth0", "phc:/dev/ptp0", "phc:eth0:SDP1", "phc:/dev/../dev/ptp0::0"},
		{"gpio:1:4", "gpio:gpiochip1:4", "gpio:/dev/gpiochip1:4"}, // which cannot be resolved here
	} {
		for _, name := range same {
			if got, want := m.pulseID(name), m.pulseID(same[0]); got != want {
				t.Errorf("%s is %q, and %s is %q", name, got, same[0], want)
			}
		}
	}
	seen := map[string]string{}
	for _, name := range []string{"gpio:GPIO18", "gpio:GPIO4", "gpio:1:18", "dcd:" + tty, "cts:" + tty, "dcd:/dev/null", "/dev/pps2", "/dev/pps3", "/dev/pps4", "/dev/pps5", "phc:eth0", "phc:eth0::1", "phc:eth1", "phc:/dev/ptp1"} {
		id := m.pulseID(name)
		if other, ok := seen[id]; ok {
			t.Errorf("%s and %s are both %q", name, other, id)
		}
		seen[id] = name
	}
}

// Two clocks that use the same port or pulse are refused, under any names.
func TestSharedHardware(t *testing.T) {
	tty, link := terminal(t)
	for _, c := range []struct{ first, second, want string }{
		{fmt.Sprintf("device = %q\npps = \"none\"", tty), fmt.Sprintf("device = %q\npps = \"none\"", link), "serial port"},
		{`device = "/dev/absent"` + "\npps = \"none\"", `device = "/dev/./absent"` + "\npps = \"none\"", "serial port"},
		{fmt.Sprintf("device = \"/dev/a\"\npps = \"dcd:%s\"", tty), fmt.Sprintf("device = \"/dev/b\"\npps = \"ldisc:%s\"", link), "pulse"},
		{"device = \"/dev/a\"\npps = \"gpio:0:3\"", "device = \"/dev/b\"\npps = \"gpio:gpiochip0:3\"", "pulse"},
		{fmt.Sprintf("device = %q\npps = \"dcd:%s\"", tty, tty), "device = \"/dev/b\"\npps = \"none\"", ""},
	} {
		_, err := Parse("test", "[[gps]]\n"+c.first+"\nunit = 2\n[[gps]]\n"+c.second+"\nunit = 6\n")
		if c.want == "" {
			if err != nil {
				t.Errorf("%s, %s: %v", c.first, c.second, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), "the [[gps]] on line 1 already uses this "+c.want) {
			t.Errorf("%s, %s: %v, want that the %s is in use", c.first, c.second, err, c.want)
		}
	}
}
