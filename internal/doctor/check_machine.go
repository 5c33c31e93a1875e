package doctor

import (
	"fmt"
	"strings"
)

func checkModel(m *Machine) []Finding {
	if !m.model.isPi() {
		return skip("Not a Raspberry Pi (no /proc/device-tree/model that says so).",
			"The checks of config.txt, cmdline.txt and the header's UART are for a Pi only.")
	}
	system := "unknown system"
	for line := range strings.Lines(m.root.text("/etc/os-release")) {
		if name, ok := strings.CutPrefix(line, "PRETTY_NAME="); ok {
			system = strings.Trim(strings.TrimSpace(name), `"`)
		}
	}
	return one(pass("%s, %s.", m.model.name, system))
}

func checkKernel(m *Machine) []Finding {
	release := m.root.text("/proc/sys/kernel/osrelease")
	var major, minor int
	if n, _ := fmt.Sscanf(release, "%d.%d", &major, &minor); n != 2 {
		return skip("The kernel version is unknown.", "/proc/sys/kernel/osrelease cannot be read.")
	}
	number := major*1000 + minor
	upgrade := []Step{typeLine("sudo apt update"), typeLine("sudo apt full-upgrade"), reboot}
	switch {
	case number < 5010:
		return one(warn(fmt.Sprintf("Linux %s is too old to read a pulse from a plain GPIO line.", release),
			"A plain GPIO line needs Linux 5.10, better 5.11. The pps-gpio overlay and /dev/pps0 work with this kernel.",
			upgrade...))
	case number < 5011:
		return one(warn(fmt.Sprintf("Linux %s does not timestamp GPIO edges with the system clock.", release),
			"Linux 5.11 and later do. refclock converts the timestamps of this kernel, which adds some microseconds of uncertainty.",
			upgrade...))
	}
	return one(pass("Linux %s timestamps GPIO edges with the system clock.", release))
}
