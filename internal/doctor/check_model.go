package doctor

import (
	"fmt"
	"slices"
	"strings"
)

// A model is the kind of Raspberry Pi.
type model struct {
	name     string   // from the device tree; empty if it is not a Pi
	sections []string // of config.txt that apply to it
}

// sectionsOf maps the prefix of a model's name to the sections of config.txt that it
// reads. The first match counts. Source: "Conditional filters" in Raspberry Pi's
// documentation.
var sectionsOf = []struct {
	prefix   string
	sections []string
}{
	{"Compute Module 5", []string{"pi5", "cm5"}},
	{"500", []string{"pi5", "pi500"}},
	{"5 ", []string{"pi5"}},
	{"Compute Module 4S", []string{"pi4", "cm4s"}},
	{"Compute Module 4", []string{"pi4", "cm4"}},
	{"400", []string{"pi4", "pi400"}},
	{"4 ", []string{"pi4"}},
	{"Compute Module 3 Plus", []string{"pi3", "cm3", "cm3+"}},
	{"Compute Module 3", []string{"pi3", "cm3"}},
	{"3 Model B Plus", []string{"pi3", "pi3+"}},
	{"3 Model A Plus", []string{"pi3", "pi3+"}},
	{"3 ", []string{"pi3"}},
	{"2 ", []string{"pi2"}},
	{"Zero 2", []string{"pi0", "pi0w", "pi02"}},
	{"Zero W", []string{"pi0", "pi0w"}},
	{"Zero", []string{"pi0"}},
	{"", []string{"pi1"}},
}

// modelOf parses /proc/device-tree/model.
func modelOf(text string) model {
	kind, ok := strings.CutPrefix(text, "Raspberry Pi ")
	if !ok {
		return model{}
	}
	for _, s := range sectionsOf {
		if strings.HasPrefix(kind, s.prefix) {
			return model{text, s.sections}
		}
	}
	return model{name: text}
}

func (m model) isPi() bool { return m.name != "" }

// short returns the name without the maker and the revision, such as "Pi 5 Model B" or
// "Compute Module 5".
func (m model) short() string {
	name, _, _ := strings.Cut(strings.TrimPrefix(m.name, "Raspberry "), " Rev ")
	if module, ok := strings.CutPrefix(name, "Pi Compute"); ok {
		return "Compute" + module
	}
	return name
}

// isPi5 reports whether the header's UART is in the RP1 chip, and another UART is on
// the debug connector.
func (m model) isPi5() bool { return slices.Contains(m.sections, "pi5") }

// hasBluetooth reports whether Bluetooth uses the PL011 by default.
func (m model) hasBluetooth() bool {
	if m.isPi5() || slices.Contains(m.sections, "cm3") {
		return false
	}
	for _, s := range []string{"pi3", "pi4", "pi0w"} {
		if slices.Contains(m.sections, s) {
			return true
		}
	}
	return false
}

func checkModel(m *Machine) []Finding {
	if !m.model.isPi() {
		what := "Not a Raspberry Pi (no /proc/device-tree/model)."
		if name := m.boardName(); name != "" {
			what = fmt.Sprintf("Not a Raspberry Pi: the model is %s.", name)
		}
		return skip(what, "The checks of config.txt, cmdline.txt and the header's UART are for a Pi only.")
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
	upgrade := m.upgrade()
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
