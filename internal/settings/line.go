package settings

import (
	"slices"

	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/pps"
)

// A Line has the settings of the line on which a pulse arrives.
type Line struct {
	polarity  string
	bias      string
	activeLow bool
	poll      bool
	ktimer    bool
}

// NewLine returns the defaults.
func NewLine() Line {
	return Line{polarity: polarities[pps.Auto], bias: biases[pps.BiasAsIs]}
}

var (
	polarities = []string{pps.Auto: pps.Auto.String(), pps.Rising: pps.Rising.String(), pps.Falling: pps.Falling.String()}
	biases     = []string{pps.BiasAsIs: "as-is", pps.BiasDisabled: "disabled", pps.BiasPullUp: "pull-up", pps.BiasPullDown: "pull-down"}
)

// Schema returns the settings, bound to this value.
func (l *Line) Schema() config.Schema {
	return config.Schema{
		{
			Name: "polarity", Takes: "EDGE", Value: config.Choice(&l.polarity, polarities...),
			Usage: "edge of the pulse that begins the second: auto, rising or falling",
			Text:  `"auto" assumes that the pulse is shorter than the pause after it.`,
		}, {
			Name: "bias", Takes: "RESISTOR", Value: config.Choice(&l.bias, biases...),
			Usage: "resistor of a GPIO line: as-is, disabled, pull-up or pull-down",
		}, {
			Name: "active_low", Value: config.Bool(&l.activeLow),
			Usage: "invert a GPIO line, so that its electrical fall is the rising edge",
		}, {
			Name: "poll", Value: config.Bool(&l.poll),
			Usage: "poll the modem line, for ports that do not report changes",
		}, {
			Name: "ktimer", Value: config.Bool(&l.ktimer),
			Usage: "accept the kernel's own timer as a pulse",
			Text:  `For experiments: it is not synchronized to anything.`,
		},
	}
}

// Polarity returns which edge begins the second.
func (l *Line) Polarity() pps.Polarity { return pps.Polarity(slices.Index(polarities, l.polarity)) }

// Options returns the options for opening the source.
func (l *Line) Options() []pps.Option {
	options := []pps.Option{pps.WithBias(pps.Bias(slices.Index(biases, l.bias)))}
	for _, o := range []struct {
		on     bool
		option pps.Option
	}{{l.activeLow, pps.WithActiveLow()}, {l.poll, pps.WithPolling()}, {l.ktimer, pps.WithKtimer()}} {
		if o.on {
			options = append(options, o.option)
		}
	}
	return options
}
