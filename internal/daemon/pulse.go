package daemon

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/warthog618/go-gpiocdev"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/pps"
)

// pulse is where the receiver's pulse comes in, as it is set or as it is found.
func (s *gpsSettings) pulse(env Env) *gps.PulseConfig {
	options := []pps.Option{pps.WithBias(pps.Bias(slices.Index(biases, s.bias)))}
	if s.activeLow {
		options = append(options, pps.WithActiveLow())
	}
	if s.poll {
		options = append(options, pps.WithPolling())
	}
	c := &gps.PulseConfig{Source: s.pps}
	for _, p := range []pps.Polarity{pps.Auto, pps.Rising, pps.Falling} {
		if s.polarity == p.String() {
			c.Polarity = p
		}
	}
	if s.pps != auto {
		c.Open = func() (pps.Source, error) { return pps.Open(s.pps, options...) }
		return c
	}
	c.Open = func() (pps.Source, error) { return findPulse(thisMachine, c.Polarity, env.Log, options...) }
	return c
}

// errNoPulse is of a machine on which no pulse can be.
var errNoPulse = errors.New(`no PPS device, and no free GPIO line on which receivers' pulses mostly come; name the line with pps, or write pps = "none"`)

// A machine is where pulses are looked for.
type machine struct {
	class string // of PPS devices, in sysfs
	lines func() []freeLine
}

var thisMachine = machine{class: "/sys/class/pps", lines: freeLines}

// A freeLine is a GPIO line that is an input, and that nobody has.
type freeLine struct{ name, chip string }

// usualLines are the lines to which HATs bring the pulse: most to the first (pin 12 of the
// header), Adafruit's to the second (pin 7).
var usualLines = []string{"GPIO18", "GPIO4"}

// A candidate is a source on which the pulse may be, and why.
type candidate struct{ source, why string }

// candidates gives where the pulse may be. A PPS device is there since somebody wants
// it, and it holds its line; else every usual line may be it.
func (m machine) candidates() []candidate {
	entries, _ := os.ReadDir(m.class)
	for _, e := range entries {
		text, _ := os.ReadFile(filepath.Join(m.class, e.Name(), "name"))
		name := strings.TrimSpace(string(text))
		// The kernel's own timer, and the clock of a network card, are nobody's pulse.
		if name == "ktimer" || strings.HasPrefix(name, "ptp") {
			continue
		}
		return []candidate{{"/dev/" + e.Name(), fmt.Sprintf("the kernel has this PPS device, named %q", name)}}
	}
	var list []candidate
	for _, usual := range usualLines {
		for _, line := range m.lines() {
			if line.name == usual {
				list = append(list, candidate{"gpio:" + usual, "receivers' pulses often come there, and nobody else uses it"})
				break
			}
		}
	}
	return list
}

// freeLines gives the lines with names that may be opened without harm: of one that is an
// output, somebody has made use.
func freeLines() []freeLine {
	var list []freeLine
	for _, chip := range gpiocdev.Chips() {
		c, err := gpiocdev.NewChip(chip)
		if err != nil {
			continue
		}
		for i := range c.Lines() {
			line, err := c.LineInfo(i)
			if err == nil && line.Name != "" && !line.Used && line.Config.Direction == gpiocdev.LineDirectionInput {
				list = append(list, freeLine{line.Name, chip})
			}
		}
		c.Close()
	}
	return list
}

// findPulse opens the source of the pulse, or all on which it may be.
func findPulse(m machine, polarity pps.Polarity, log *slog.Logger, options ...pps.Option) (pps.Source, error) {
	list := m.candidates()
	if len(list) == 0 {
		return nil, errNoPulse
	}
	var opened []pps.Source
	var failed error
	for _, c := range list {
		source, err := pps.Open(c.source, options...)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		log.Info("pulse looked for", "source", c.source, "why", c.why)
		opened = append(opened, source)
	}
	switch len(opened) {
	case 0:
		return nil, failed
	case 1:
		return opened[0], nil
	}
	return newPulseSearch(opened, polarity, log), nil
}
