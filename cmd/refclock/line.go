package main

import (
	"errors"
	"flag"
	"strings"

	"github.com/refclock/refclock/pps"
)

// lineFlags are the flags of every command that takes a pulse.
type lineFlags struct {
	polarity  polarityFlag
	bias      biasFlag
	activeLow bool
	poll      bool
	ktimer    bool
}

func (l *lineFlags) define(flags *flag.FlagSet) {
	flags.Var(&l.polarity, "polarity", "`EDGE` of the pulse that begins the second: auto, rising or falling")
	flags.Var(&l.bias, "bias", "`RESISTOR` of a GPIO line: as-is, disabled, pull-up or pull-down")
	flags.BoolVar(&l.activeLow, "active-low", false, "a GPIO line's electrical fall is its rising edge")
	flags.BoolVar(&l.poll, "poll", false, "look at a modem line again and again, if its port never tells that it has changed")
	flags.BoolVar(&l.ktimer, "ktimer", false, "take the kernel's own timer for a pulse, to try things out")
}

// open opens the source of a pulse.
func (l *lineFlags) open(address pps.Address) (pps.Source, error) {
	options := []pps.Option{pps.WithBias(pps.Bias(l.bias))}
	if l.activeLow {
		options = append(options, pps.WithActiveLow())
	}
	if l.poll {
		options = append(options, pps.WithPolling())
	}
	if l.ktimer {
		options = append(options, pps.WithKtimer())
	}
	return address.Open(options...)
}

// polarityFlag is a pps.Polarity by name.
type polarityFlag pps.Polarity

func (p *polarityFlag) String() string { return pps.Polarity(*p).String() }

func (p *polarityFlag) Set(s string) error {
	for _, known := range []pps.Polarity{pps.Auto, pps.Rising, pps.Falling} {
		if s == known.String() {
			*p = polarityFlag(known)
			return nil
		}
	}
	return errors.New("expected auto, rising or falling")
}

// biasFlag is a pps.Bias by name.
type biasFlag pps.Bias

var biases = []string{pps.BiasAsIs: "as-is", pps.BiasDisabled: "disabled", pps.BiasPullUp: "pull-up", pps.BiasPullDown: "pull-down"}

func (b *biasFlag) String() string { return biases[*b] }

func (b *biasFlag) Set(s string) error {
	for bias, name := range biases {
		if s == name {
			*b = biasFlag(bias)
			return nil
		}
	}
	return errors.New("expected " + strings.Join(biases, ", "))
}
