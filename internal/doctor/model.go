package doctor

import (
	"slices"
	"strings"
)

// A model is the kind of Raspberry Pi.
type model struct {
	name     string   // as the device tree has it; empty: it is none
	sections []string // of config.txt that are for it
}

// sectionsOf tells which sections of config.txt a model reads, by what its name
// begins with; the first that fits counts. From "Conditional filters" of Raspberry
// Pi's documentation.
var sectionsOf = []struct {
	begins   string
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

// modelOf reads /proc/device-tree/model.
func modelOf(text string) model {
	kind, ok := strings.CutPrefix(text, "Raspberry Pi ")
	if !ok {
		return model{}
	}
	for _, s := range sectionsOf {
		if strings.HasPrefix(kind, s.begins) {
			return model{text, s.sections}
		}
	}
	return model{name: text}
}

func (m model) isPi() bool { return m.name != "" }

// isFive tells whether the UART of the header is one of RP1, and another one the
// debug connector's.
func (m model) isFive() bool { return slices.Contains(m.sections, "pi5") }

// hasBluetooth tells whether Bluetooth takes the better UART unless it is told not to.
func (m model) hasBluetooth() bool {
	if m.isFive() || slices.Contains(m.sections, "cm3") {
		return false
	}
	for _, s := range []string{"pi3", "pi4", "pi0w"} {
		if slices.Contains(m.sections, s) {
			return true
		}
	}
	return false
}
