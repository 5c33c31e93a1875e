package doctor

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Links in a copy of a machine's files resolve within the copy.
func TestResolve(t *testing.T) {
	dir := t.TempDir()
	for name, to := range map[string]string{
		"dev/serial0": "ttyAMA0", "lib": "usr/lib", "etc/absolute": "/usr/lib/file", "etc/dangling": "/nowhere", "etc/loop": "/etc/loop",
		"etc/up": "../../../../usr/lib/file",
	} {
		os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755)
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{"dev/ttyAMA0": "", "usr/lib/file": "inside\x00\n"} {
		os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r := OpenRoot(dir)
	for name, want := range map[string]string{
		"/dev/serial0": "/dev/ttyAMA0", "/lib/file": "/usr/lib/file", "/etc/absolute": "/usr/lib/file", "/etc/up": "/usr/lib/file", "/": "/",
	} {
		if got, err := r.Resolve(name); got != want || err != nil {
			t.Errorf("%s: %s, %v; want %s", name, got, err, want)
		}
	}
	if _, err := r.Resolve("/etc/dangling"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a dangling link: %v", err)
	}
	if _, err := r.Resolve("/etc/loop"); !errors.Is(err, syscall.ELOOP) {
		t.Errorf("a loop: %v", err)
	}
	if got := r.text("/etc/absolute"); got != "inside" {
		t.Errorf("read %q", got)
	}
	if r.Live || !OpenRoot("/").Live {
		t.Error("Live is wrong: want false for a copy, true for /")
	}
}

func TestDebugGPIO(t *testing.T) {
	lines := parseDebugGPIO(`gpiochip0: GPIOs 512-565, parent: platform/fe200000.gpio, pinctrl-bcm2711:
 gpio-516 (GPIO4               |onewire@0           ) out hi 
 gpio-530 (GPIO18              |pps@12              ) in  lo IRQ 
 gpio-531 (GPIO19              )

gpiochip1: 8 GPIOs, parent: platform/soc:firmware:gpio, raspberrypi-exp-gpio, can sleep:
 gpio-0   (BT_ON               )
 rubbish (a|b
`)
	want := []Line{{"gpiochip0", 4, "GPIO4", "onewire@0"}, {"gpiochip0", 18, "GPIO18", "pps@12"}, {"gpiochip0", 19, "GPIO19", ""}, {"gpiochip1", 0, "BT_ON", ""}}
	if len(lines) != len(want) {
		t.Fatalf("%+v", lines)
	}
	for i := range want {
		if lines[i] != want[i] {
			t.Errorf("%+v, want %+v", lines[i], want[i])
		}
	}
}

// running excludes a time daemon in a container.
func TestProcesses(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"proc/7/comm": "chronyd\n", "proc/7/cgroup": "12:misc:/\n0::/system.slice/chrony.service\n",
		"proc/8/comm": "chronyd\n", "proc/8/cgroup": "0::/system.slice/docker-1234.scope\n",
		"proc/9/comm": "cat\n", "proc/irq/x": "", "proc/10/cgroup": "0::/\n",
	} {
		os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, to := range map[string]string{
		"proc/self/ns/ipc": "ipc:[1]", "proc/7/ns/ipc": "ipc:[1]", "proc/8/ns/ipc": "ipc:[2]",
		"proc/9/fd/0": "/dev/tty1", "proc/9/fd/3": "/dev/ttyAMA0", "proc/9/fd/4": "/dev/ttyAMA0", "proc/9/fd/5": "socket:[7]",
	} {
		os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755)
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	p := NewMachine(OpenRoot(dir), Live{}, Options{})
	if len(p.processes) != 3 || len(p.running("chronyd")) != 1 || p.running("chronyd")[0].unit != "chrony.service" {
		t.Errorf("%+v", p.processes)
	}
	if f := checkDaemons(p); f[0].Verdict != Skip {
		t.Errorf("a /proc that hides process 1: %+v", f)
	}
	if h := p.holders("/dev/ttyAMA0"); len(h) != 1 || h[0].pid != 9 || len(h[0].tty) != 1 {
		t.Errorf("holders %+v", h)
	}
}
