package doctor

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// rootOf returns a Root with these files. A text that begins with "-> " is the target of
// a symbolic link.
func rootOf(files map[string]string) *Root {
	fsys := fstest.MapFS{}
	for name, text := range files {
		if to, ok := strings.CutPrefix(text, "-> "); ok {
			fsys[inside(name)] = &fstest.MapFile{Data: []byte(to), Mode: fs.ModeSymlink | 0o777}
			continue
		}
		fsys[inside(name)] = &fstest.MapFile{Data: []byte(text)}
	}
	return &Root{fsys: fsys}
}

func TestSections(t *testing.T) {
	const config = `
enable_uart=1 # not a comment: the firmware uses all of the line
[pi4]
dtparam=a
[pi5]
dtparam=b=on
[all]
dtparam=c=off,d
[pi4]
[HDMI:0]
dtparam=e
[all]
include more.txt
include gone.txt
[none]
dtparam=f
[cm4]
`
	for model, want := range map[string]string{
		"Raspberry Pi 4 Model B Rev 1.4":        "adg",
		"Raspberry Pi 5 Model B Rev 1.0":        "bdg",
		"Raspberry Pi Compute Module 5 Rev 1.0": "bdg",
		"Raspberry Pi Zero 2 W Rev 1.0":         "dg",
	} {
		r := rootOf(map[string]string{
			"/boot/firmware/config.txt": config, "/boot/firmware/more.txt": "dtparam=g\n", "/boot/firmware/cmdline.txt": "console=tty1 quiet\n",
		})
		b := readBoot(r, modelOf(model))
		got := ""
		for name := range strings.SplitSeq("abcdefg", "") {
			if _, on := b.param(name); on {
				got += name
			}
		}
		if got != want {
			t.Errorf("%s: dtparams %s are on, want %s", model, got, want)
		}
		if len(b.missing) != 1 || b.missing[0].value != "gone.txt" {
			t.Errorf("missing: %+v", b.missing)
		}
		steps := b.add("enable_uart=1")
		if len(steps) != 3 || steps[0].Line != "[all]" {
			t.Errorf("a line added below [cm4]: %+v", steps)
		}
	}
}

func TestOverlays(t *testing.T) {
	r := rootOf(map[string]string{"/boot/config.txt": `
dtoverlay=pps-gpio,gpiopin=4,capture_clear
dtoverlay=pps-gpio
dtparam=gpiopin=0x12
dtoverlay=
dtparam=gpiopin=5
dtoverlay=disable-bt
`})
	b := readBoot(r, modelOf("Raspberry Pi 3 Model B Rev 1.2"))
	if b.dir != "/boot" || !slices.Equal(b.ppsPins(), []int{4, 18}) {
		t.Errorf("%s: pins %v", b.dir, b.ppsPins())
	}
	if o, ok := b.overlay("disable-bt"); !ok || len(o.params) != 0 {
		t.Errorf("disable-bt: %+v, %v", o, ok)
	}
}

func TestModels(t *testing.T) {
	for name, want := range map[string]struct {
		sections        string
		bluetooth, five bool
	}{
		"Raspberry Pi 5 Model B Rev 1.0\x00":         {"pi5", false, true},
		"Raspberry Pi 500 Rev 1.0":                   {"pi5 pi500", false, true},
		"Raspberry Pi 400 Rev 1.0":                   {"pi4 pi400", true, false},
		"Raspberry Pi Compute Module 4S Rev 1.0":     {"pi4 cm4s", true, false},
		"Raspberry Pi 3 Model B Plus Rev 1.3":        {"pi3 pi3+", true, false},
		"Raspberry Pi Compute Module 3 Plus Rev 1.0": {"pi3 cm3 cm3+", false, false},
		"Raspberry Pi Zero 2 W Rev 1.0":              {"pi0 pi0w pi02", true, false},
		"Raspberry Pi Zero W Rev 1.1":                {"pi0 pi0w", true, false},
		"Raspberry Pi Zero Rev 1.3":                  {"pi0", false, false},
		"Raspberry Pi Model B Plus Rev 1.2":          {"pi1", false, false},
		"Hardkernel ODROID-N2":                       {"", false, false},
	} {
		m := modelOf(rootOf(map[string]string{"/proc/device-tree/model": name}).text("/proc/device-tree/model"))
		if got := strings.Join(m.sections, " "); got != want.sections || m.hasBluetooth() != want.bluetooth || m.isPi5() != want.five {
			t.Errorf("%s: sections %q, Bluetooth %v, five %v", name, got, m.hasBluetooth(), m.isPi5())
		}
	}
}

// The firmware replaces serial0 with the device's name, on a Pi 5 that of the debug
// connector. The parameters of the running kernel decide.
func TestConsole(t *testing.T) {
	const pi4, pi5 = "Raspberry Pi 4 Model B Rev 1.4", "Raspberry Pi 5 Model B Rev 1.0"
	for _, c := range []struct {
		name, model, port, written, running string
		want                                string // in the finding; empty for PASS
	}{
		{"none", pi4, "ttyAMA0", "console=tty1", "console=tty1", ""},
		{"serial0", pi4, "ttyAMA0", "console=serial0,115200", "console=ttyAMA0,115200", "console=serial0,115200 in"},
		{"by its name", pi4, "ttyS0", "console=ttyS0,9600 kgdboc=ttyS0", "console=ttyS0,9600 kgdboc=ttyS0", "kgdboc=ttyS0 in"},
		{"debugger", pi4, "ttyAMA0", "kgdboc=ttyAMA0,115200", "kgdboc=ttyAMA0,115200", "kgdboc"},
		{"deleted, not rebooted", pi4, "ttyAMA0", "console=tty1", "console=ttyAMA0,115200 console=tty1", "no longer in"},
		{"the other UART", pi4, "ttyAMA0", "console=ttyS0,115200", "console=ttyS0,115200", ""},
		{"debug connector", pi5, "ttyAMA0", "console=serial0,115200", "console=ttyAMA10,115200", ""},
		{"moved to the header", pi5, "ttyAMA0", "console=serial0,115200", "console=ttyAMA0,115200", "console=serial0,115200 in"},
	} {
		r := rootOf(map[string]string{
			"/proc/device-tree/model": c.model, "/dev/" + c.port: "", "/boot/firmware/config.txt": "",
			"/boot/firmware/cmdline.txt": c.written, "/proc/cmdline": c.running,
		})
		f := checkConsole(NewMachine(r, Live{}, Options{Device: "/dev/" + c.port}))
		if len(f) != 1 || (c.want == "") != (f[0].Verdict == Pass) || !strings.Contains(f[0].What, c.want) {
			t.Errorf("%s: %+v, want %q", c.name, f, c.want)
		}
	}
}

// On other machines the console is reported only where it is: doctor does not choose that port,
// and a user who names it must not read that all is well.
func TestConsoleOfAPC(t *testing.T) {
	for port, want := range map[string]string{
		"/dev/ttyS0":   "The kernel's console is on the receiver's port: the kernel was started with console=ttyS0,115200.",
		"/dev/ttyS1":   "",
		"/dev/ttyUSB0": "", // which is not plugged in
	} {
		r := rootOf(map[string]string{"/dev/ttyS0": "", "/dev/ttyS1": "", "/proc/cmdline": "console=ttyS0,115200 quiet"})
		if got := text(checkConsole(NewMachine(r, Live{}, Options{Device: port}))...); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %q", port, got, want)
		}
	}
}

// For any config.txt, hints change only lines that it contains.
func FuzzBoot(f *testing.F) {
	f.Add("[pi4]\nenable_uart=1\n[all]\ndtoverlay=pps-gpio,gpiopin=18\ndtparam=capture_clear\ninclude config.txt\n")
	f.Add("dtparam=,,=\n[\n]\n=\ndtoverlay=,=,\n")
	f.Fuzz(func(t *testing.T, text string) {
		r := rootOf(map[string]string{"/boot/config.txt": text, "/boot/cmdline.txt": text, "/proc/device-tree/model": "Raspberry Pi 4 Model B", "/sys/kernel/debug/gpio": text})
		for _, finding := range Examine(NewMachine(r, Live{}, Options{})) {
			for _, s := range finding.Hint {
				if (s.Do == Delete || s.Do == Replace) && !strings.Contains(text, s.Line) {
					t.Errorf("the hint changes %q, which is not in the file", s.Line)
				}
			}
		}
	})
}
