package doctor

import (
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
