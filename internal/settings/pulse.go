package settings

import (
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/warthog618/go-gpiocdev"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/pps"
)

// pulse returns the source of the pulse: the configured one, or the one that a search finds.
// The meter may be nil.
func (s *GPSSettings) pulse(env Env, m *meter) *gps.PulseConfig {
	options := s.line.Options()
	if env.Enter != nil {
		options = append(options, pps.WithThread(env.Enter))
	}
	open := func(source string) (pps.Source, error) {
		opened, err := pps.Open(source, options...)
		if err != nil {
			return nil, err
		}
		return m.watch(opened), nil
	}
	c := &gps.PulseConfig{Source: s.pps, Polarity: s.line.Polarity()}
	if s.waitsInNext() {
		c.Enter = env.Enter
	}
	if s.pps != auto {
		c.Open = func() (pps.Source, error) { return open(s.pps) }
		return c
	}
	c.Open = func() (pps.Source, error) { return findPulse(thisMachine, c.Polarity, env.Log, open) }
	return c
}

// waitsInNext reports whether the goroutine of the driver itself waits for edges, not one of
// the source. A search finds only such sources.
func (s *GPSSettings) waitsInNext() bool {
	a, err := pps.Parse(s.pps)
	return err != nil || a.Kind != pps.KindModem && a.Kind != pps.KindPHC
}

var errNoPulse = errors.New("no PPS device, and neither GPIO18 nor GPIO4 is a free GPIO line; name the source of the pulse " + driver.Setting("pps") + ", or none")

// A machine has the places to search for pulses.
type machine struct {
	class   string // of PPS devices, in sysfs
	chips   string // GPIO chips in sysfs
	lines   func() []freeLine
	resolve func(pps.Address) (pps.Address, error) // finds the chip and the offset of a line
}

var thisMachine = machine{class: pps.SysClass, chips: "/sys/bus/gpio/devices", lines: freeLines, resolve: pps.Address.Resolve}

// A freeLine is a GPIO input that no program uses.
type freeLine struct{ name, chip string }

// usualLines are the lines to which HATs connect the pulse: most use the first (pin 12 of
// the header), Adafruit's the second (pin 7).
var usualLines = []string{"GPIO18", "GPIO4"}

// A candidate is a possible source of the pulse, with the reason.
type candidate struct{ source, why string }

// candidates returns the possible sources. A PPS device was configured on purpose, and
// uses its line; without one, each usual line is possible.
func (m machine) candidates() []candidate {
	devices, _ := pps.Devices(os.DirFS(m.class))
	for _, d := range devices {
		if d.HasPulse() {
			return []candidate{{d.Path, fmt.Sprintf("the kernel has this PPS device, named %q", d.Name)}}
		}
	}
	var list []candidate
	for _, usual := range usualLines {
		for _, line := range m.lines() {
			if line.name == usual {
				list = append(list, candidate{"gpio:" + usual, "many receivers use this line, and it is free"})
				break
			}
		}
	}
	return list
}

// freeLines returns the named lines that can be opened without harm. An output drives
// something, and is not free.
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

// findPulse opens the source of the pulse, or all possible ones.
func findPulse(m machine, polarity pps.Polarity, log *slog.Logger, open func(string) (pps.Source, error)) (pps.Source, error) {
	list := m.candidates()
	if len(list) == 0 {
		return nil, errNoPulse
	}
	var opened []pps.Source
	var failed error
	for _, c := range list {
		source, err := open(c.source)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		log.Info("searching for the pulse", "source", c.source, "why", c.why)
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
