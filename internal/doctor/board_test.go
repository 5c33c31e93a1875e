package doctor

import (
	"maps"
	"strings"
	"testing"
)

// The advice fits the board: no board is told about the files and pins of another.
func TestBoards(t *testing.T) {
	const raspberry = "config.txt;cmdline.txt;enable_uart;dtparam;serial0;raspi-config;GPIO18;HAT;pin 10;ttyAMA"
	for _, c := range []struct {
		model, device string
		files         map[string]string
		want, foreign string // want is in the findings; foreign words, separated by semicolons, are not
	}{
		{"TI AM335x BeagleBone Black", "/dev/ttyS4", nil, "Add at the end of /boot/uEnv.txt: uboot_overlay_addr4=/lib/firmware/BB-UART4-00A0.dtbo > Type: sudo reboot", raspberry},
		{"TI AM335x PocketBeagle", "/dev/ttyO1", nil, "BB-UART1-00A0.dtbo", raspberry},
		{"BeagleBoard.org BeagleBone AI-64", "/dev/ttyS2", nil, "the manual of the BeagleBoard.org BeagleBone AI-64", raspberry + ";uEnv"},
		{"Xunlong Orange Pi Zero", "/dev/ttyS1", map[string]string{"/boot/armbianEnv.txt": "overlays=usbhost2\n"}, "sudo armbian-config", raspberry + ";uEnv"},
		{"OrangePi Zero3", "/dev/ttyS5", map[string]string{"/boot/orangepiEnv.txt": ""}, "sudo orangepi-config", raspberry + ";armbian"},
		{"Radxa ROCK 5B", "/dev/ttyS2", nil, "the manual of the Radxa ROCK 5B", raspberry},
		{"Hardkernel ODROID-N2", "", nil, "the pins of the Hardkernel ODROID-N2;refclock doctor /dev/ttyS1", raspberry},
		{"NVIDIA Jetson Nano Developer Kit", "/dev/ttyTHS1", nil, "the manual of the NVIDIA Jetson Nano", raspberry},
		{"", "/dev/ttyS0", nil, "There is no port /dev/ttyS0", raspberry + ";manual"},
		{"", "", nil, "name its port: refclock doctor /dev/ttyUSB0", raspberry + ";manual"},
		{"Raspberry Pi 5 Model B Rev 1.1", "", map[string]string{"/boot/firmware/config.txt": ""}, "dtparam=uart0=on", "enable_uart;carrier;uEnv"},
		{"Raspberry Pi 500 Rev 1.0", "", map[string]string{"/boot/firmware/config.txt": ""}, "dtparam=uart0=on", "enable_uart;carrier"},
		{"Raspberry Pi Compute Module 5 Rev 1.0", "", map[string]string{"/boot/firmware/config.txt": ""}, "dtparam=uart0=on;The carrier board decides", "enable_uart"},
		{"Raspberry Pi Compute Module 5 Lite Rev 1.0", "/dev/serial0", map[string]string{"/boot/firmware/config.txt": "", "/dev/ttyAMA10": "", "/dev/serial0": "-> ttyAMA10"}, "the debug connector of this Compute Module 5 Lite;dtparam=uart0=on", "enable_uart;Pi 5"},
		{"Raspberry Pi Compute Module 4 Rev 1.1", "", map[string]string{"/boot/firmware/config.txt": ""}, "enable_uart=1;The carrier board decides", "uart0=on"},
		{"Raspberry Pi 4 Model B Rev 1.4", "", map[string]string{"/boot/firmware/config.txt": ""}, "enable_uart=1", "uart0=on;carrier"},
	} {
		files := map[string]string{"/proc/1/comm": "systemd", "/proc/self/status": "Uid:\t0\t0\t0\t0\n"}
		if c.model != "" {
			files["/proc/device-tree/model"] = c.model + "\x00"
		}
		maps.Copy(files, c.files)
		m := NewMachine(rootOf(files), Live{}, Options{Device: c.device})
		findings := append(Examine(m), m.adapt(Finding{Verdict: Warn, Hint: m.namePulse("refclock doctor")}))
		var about []Finding
		for _, f := range findings {
			if f.Check != "model" { // which says what it skips
				about = append(about, f)
			}
		}
		got := text(about...)
		for want := range strings.SplitSeq(c.want, ";") {
			if !strings.Contains(got, want) {
				t.Errorf("%s %s: %s, want %q", c.model, c.device, got, want)
			}
		}
		for word := range strings.SplitSeq(c.foreign, ";") {
			if at := strings.Index(got, word); at >= 0 {
				t.Errorf("%s %s: do not want %q: %s", c.model, c.device, word, got[max(0, at-100):])
			}
		}
	}
}

// Without a name, the first UART with hardware that is not the console is examined.
func TestUsualUART(t *testing.T) {
	files := map[string]string{
		"/proc/device-tree/model": "TI AM335x BeagleBone Black", "/sys/class/tty/console/active": "tty0 ttyS0",
		"/sys/class/tty/tty0/dev": "4:0", "/sys/class/tty/ttyS0/type": "4", "/sys/class/tty/ttyS1/type": "0", "/sys/class/tty/ttyS4/type": "4",
		"/dev/ttyS0": "", "/dev/ttyS1": "", "/dev/ttyS4": "",
	}
	m := NewMachine(rootOf(files), Live{}, Options{})
	if m.Device() != "/dev/ttyS4" || m.receivePin() != "RX (P9_11)" {
		t.Errorf("%s, %s; want /dev/ttyS4 with P9_11", m.Device(), m.receivePin())
	}
}
