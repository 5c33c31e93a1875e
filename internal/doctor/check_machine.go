package doctor

import (
	"fmt"
	"strings"
)

func checkModel(p *Patient) []Finding {
	if !p.model.isPi() {
		return skip("This is no Raspberry Pi: /proc/device-tree/model does not say so.",
			"What only a Pi has (config.txt, cmdline.txt, its UARTs) is not looked at.")
	}
	system := "system unknown"
	for line := range strings.Lines(p.root.text("/etc/os-release")) {
		if name, ok := strings.CutPrefix(line, "PRETTY_NAME="); ok {
			system = strings.Trim(strings.TrimSpace(name), `"`)
		}
	}
	return one(pass("%s, %s.", p.model.name, system))
}

func checkKernel(p *Patient) []Finding {
	release := p.root.text("/proc/sys/kernel/osrelease")
	var major, minor int
	if n, _ := fmt.Sscanf(release, "%d.%d", &major, &minor); n != 2 {
		return skip("Which kernel runs is not known.", "/proc/sys/kernel/osrelease cannot be read.")
	}
	number := major*1000 + minor
	upgrade := []Step{typeLine("sudo apt update"), typeLine("sudo apt full-upgrade"), reboot}
	switch {
	case number < 5010:
		return one(warn(fmt.Sprintf("The kernel, %s, is too old to take a pulse from a plain GPIO line.", release),
			"That needs Linux 5.10, better 5.11. The overlay pps-gpio and /dev/pps0 work with this one.",
			upgrade...))
	case number < 5011:
		return one(warn(fmt.Sprintf("The kernel, %s, does not stamp GPIO lines by the system clock.", release),
			"Linux 5.11 and later do. With this one the stamps are converted, and are some microseconds less certain.",
			upgrade...))
	}
	return one(pass("Linux %s stamps the edges of GPIO lines by the system clock.", release))
}
