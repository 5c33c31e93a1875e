package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/consumer/lines"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/shm"
)

// targets are the clocks whose lines are printed.
type targets struct {
	receivers []*receiverFlags
	web       []*webTarget
	feeds     []*clockFlags
	demos     []*clockFlags

	named   bool   // flags name them
	service bool   // refclock run publishes them
	file    string // of refclock run; empty for the default
}

// receiverFlags are the flags about a receiver, or what refclock run knows about it.
type receiverFlags struct {
	sentences, pulse clockFlags
	delay            string // or auto
	hasPulse         bool   // there is a pulse
	mayHavePulse     bool   // there is a pulse if its unit has samples
	port             string // for a comment; may be empty
	number           int    // in refclock run; 0 if unknown
	reported         bool   // the running refclock run publishes it: without a delay, none is set
}

// A webTarget is a clock of web servers.
type webTarget struct {
	clockFlags
	interval, repeat time.Duration
}

func newReceiver() *receiverFlags {
	return &receiverFlags{sentences: clockFlags{unit: 0}, pulse: clockFlags{unit: -1}, delay: "auto", mayHavePulse: true}
}

// publishedTargets returns the clocks of a running refclock run; if the report is empty,
// those of the file; without a file, those of the default settings. With an error of the file,
// it also returns those of the default settings.
func publishedTargets(ctx context.Context, report status.Report, file string, hasPulse bool) (*targets, error) {
	c, err := settings.Load(ctx, file)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	switch {
	case len(report.Clocks) > 0:
		return reportedTargets(report, c.Clocks), nil
	case c.File != "":
		return configuredTargets(c, hasPulse), nil
	}
	r := newReceiver()
	r.hasPulse, r.pulse.unit = hasPulse, r.sentences.unit+1
	return &targets{receivers: []*receiverFlags{r}}, err
}

// reportedTargets returns the clocks of a report. Those of the configuration have what the
// report does not show. A pulse without edges is not one.
func reportedTargets(report status.Report, configured []settings.Clock) *targets {
	t := &targets{service: true, file: namedFile(report.File)}
	for i, c := range report.Clocks {
		clock := clockAt(c.Unit, c.Socket)
		clock.take(c.Sample)
		port, sentences := c.Port()
		_, pulse := c.Source()
		switch {
		case pulse && len(t.receivers) > 0:
			r := t.receivers[len(t.receivers)-1]
			r.pulse = clock
			r.hasPulse = hasEdges(c) || hasEdges(report.Clocks[i-1])
		case sentences:
			r := &receiverFlags{sentences: clock, delay: "auto", port: port, number: len(t.receivers) + 1, reported: true}
			if s, ok := settingsOf[*settings.GPSSettings](clock, configured); ok { // the port may not be open yet
				r.delay = s.Delay()
			}
			if c.Receiver != nil && c.Receiver.Calibrated {
				r.delay = time.Duration(c.Receiver.DelayNS).String()
			}
			if r.port == "auto" {
				r.port = ""
			}
			t.receivers = append(t.receivers, r)
		case c.Kind == "htntp":
			t.web = append(t.web, newWebTarget(clock, configured))
		case c.Kind == "feed":
			t.feeds = append(t.feeds, &clock)
		case c.Kind == "offbyone":
			t.demos = append(t.demos, &clock)
		}
	}
	return t
}

func hasEdges(c status.Clock) bool { return c.Pulse != nil && c.Pulse.Edges > 0 }

// configuredTargets returns the clocks of a configuration.
func configuredTargets(c settings.Configuration, hasPulse bool) *targets {
	t := &targets{service: true, file: namedFile(c.File)}
	for _, configured := range c.Clocks {
		to := configured.Settings.Targets()[0]
		clock := clockAt(to.Unit, to.Socket)
		switch configured.Kind {
		case "gps":
			s := configured.Settings.(*settings.GPSSettings)
			r := &receiverFlags{sentences: clock, delay: s.Delay(), port: s.Device(), number: len(t.receivers) + 1}
			_, pulse := s.To()
			r.pulse = clockAt(pulse.Unit, pulse.Socket)
			r.mayHavePulse = s.PulseSource() == "auto"
			r.hasPulse = s.PulseSource() != "none" && (hasPulse || !r.mayHavePulse)
			if r.port == "auto" {
				r.port = ""
			}
			t.receivers = append(t.receivers, r)
		case "htntp":
			t.web = append(t.web, newWebTarget(clock, c.Clocks))
		case "feed":
			t.feeds = append(t.feeds, &clock)
		case "offbyone":
			t.demos = append(t.demos, &clock)
		}
	}
	return t
}

// namedFile returns a configuration that is not the default; "" otherwise.
func namedFile(file string) string {
	if file == settings.DefaultFile {
		return ""
	}
	return file
}

// newWebTarget returns a clock of web servers, with the times that are configured for it.
func newWebTarget(clock clockFlags, configured []settings.Clock) *webTarget {
	w := &webTarget{clockFlags: clock}
	w.interval, w.repeat = settings.Named("htntp").New().(*settings.HTNTPSettings).Times()
	if s, ok := settingsOf[*settings.HTNTPSettings](clock, configured); ok {
		w.interval, w.repeat = s.Times()
	}
	return w
}

// settingsOf returns the settings of a kind of clock with that target.
func settingsOf[T settings.Settings](clock clockFlags, configured []settings.Clock) (T, bool) {
	for _, c := range configured {
		if s, ok := c.Settings.(T); ok {
			if to := s.Targets()[0]; clockAt(to.Unit, to.Socket).same(clock) {
				return s, true
			}
		}
	}
	var none T
	return none, false
}

// namedTargets returns the receiver that flags name, with what a running refclock run knows
// about it.
func namedTargets(r *receiverFlags, report status.Report) (*targets, error) {
	if !r.pulse.named {
		r.pulse.unit = min(r.sentences.unit+1, shm.MaxUnit)
	}
	r.hasPulse = r.pulse.named
	if r.sentences.sock == "" && r.sentences.same(r.pulse) {
		return nil, usageError(fmt.Sprintf("unit %d is used twice; expected another number for --pps-unit", r.pulse.unit))
	}
	for _, known := range reportedTargets(report, nil).receivers {
		if known.sentences.same(r.sentences) {
			r.number, r.reported = known.number, true
			if r.delay == "auto" {
				r.delay = known.delay
			}
		}
	}
	for _, c := range report.Clocks {
		for _, clock := range []*clockFlags{&r.sentences, &r.pulse} {
			if clock.sock != "" && clock.same(clockAt(c.Unit, c.Socket)) {
				clock.take(c.Sample)
			}
		}
	}
	return &targets{named: true, receivers: []*receiverFlags{r}, file: namedFile(report.File)}, nil
}

// override takes the flags that name no target.
func (t *targets) override(flags *receiverFlags) error {
	if flags.delay == "auto" && flags.sentences.jitter == 0 && flags.pulse.jitter == 0 {
		return nil
	}
	if len(t.receivers) != 1 {
		return usageError(fmt.Sprintf("--delay, --precision and --pps-precision are for one receiver, and refclock run has %d; name it with --unit or --sock", len(t.receivers)))
	}
	r := t.receivers[0]
	r.sentences.set(flags.sentences.jitter)
	r.pulse.set(flags.pulse.jitter)
	if flags.delay != "auto" {
		r.delay = flags.delay
	}
	return nil
}

// clocks returns the clocks to measure.
func (t *targets) clocks() (list []*clockFlags) {
	for _, r := range t.receivers {
		list = append(list, &r.sentences)
		if r.hasPulse || r.mayHavePulse {
			list = append(list, &r.pulse)
		}
	}
	for _, w := range t.web {
		list = append(list, &w.clockFlags)
	}
	return append(list, t.feeds...)
}

// measured takes what was measured: a pulse that may exist does if its unit has samples.
func (t *targets) measured(report status.Report) {
	for _, r := range t.receivers {
		r.hasPulse = r.hasPulse || r.mayHavePulse && r.pulse.jitter > 0
		if t.named {
			t.service = publishes(report, r.sentences) && (!r.hasPulse || publishes(report, r.pulse))
		}
	}
}

// publishes reports whether a clock of the report publishes to the target.
func publishes(report status.Report, c clockFlags) bool {
	return slices.ContainsFunc(report.Clocks, func(other status.Clock) bool {
		return c.same(clockFlags{unit: other.Unit}) || other.Socket != "" && c.same(clockFlags{sock: other.Socket})
	})
}

// setup returns the clocks for package lines.
func (t *targets) setup() lines.Setup {
	s := lines.Setup{Service: t.service, File: t.file, LeaveOut: !t.named}
	for _, r := range t.receivers {
		to := lines.Receiver{Sentences: r.sentences.clock(), Calibrated: r.delay != "auto", Port: r.port, Number: r.number}
		if r.hasPulse {
			to.Pulse = r.pulse.clock()
		}
		s.Receivers = append(s.Receivers, to)
	}
	for _, w := range t.web {
		s.Web = append(s.Web, lines.WebServers{Clock: *w.clock(), Interval: w.interval, Repeat: w.repeat})
	}
	for _, c := range t.feeds {
		s.Feeds = append(s.Feeds, *c.clock())
	}
	for _, c := range t.demos {
		s.Demos = append(s.Demos, *c.clock())
	}
	return s
}

// enoughSamples have a median that differs little from that of the next ones.
const enoughSamples = 30

// delayText returns how to set the unknown delay of a receiver, from the offset of its
// samples; "" if the delay is known or the offset is not. A refclock gps may have a delay that
// only its command line shows.
func (t *targets) delayText(r *receiverFlags) string {
	c := r.sentences
	if r.hasPulse || r.delay != "auto" || len(c.offsets) == 0 {
		return ""
	}
	text := fmt.Sprintf("The offset of %s is %s.", status.Targets(c.unitOrNone(), c.sock), offsetsText(c.offsets))
	delay := (-medianOffset(c.offsets)).Round(time.Millisecond)
	longer := ""
	if c.sock == "" && len(c.offsets) < enoughSamples {
		longer = " With --for 1m, this command measures more samples."
	}
	switch {
	case delay < gps.MinKnownDelay || delay > gps.MaxKnownDelay:
		return text + " It contains the error of the clock of this machine: no receiver has such a delay. Let other servers set the clock, then repeat this command."
	case r.reported:
		return text + fmt.Sprintf(" If the clock of this machine is right, that is the delay: set it to %v (delay = \"%[1]v\" in its [[gps]] of %s), type sudo systemctl reload refclock, and repeat this command.",
			delay, cmp.Or(t.file, settings.DefaultFile)) + longer
	}
	return text + fmt.Sprintf(" If the clock of this machine is right, and no delay is set yet, that is the delay: set it to %v %s, and add --delay to this command. If a delay is set, add %[1]v to it.",
		delay, driver.Setting("delay")) + longer
}

// publishedClocks returns the clocks for which config prints lines without flags.
func publishedClocks(ctx context.Context, report status.Report, file string, hasPulse bool) lines.Setup {
	t, _ := publishedTargets(ctx, report, file, hasPulse) // doctor reports the error of the file
	measure(ctx, shm.KeyBase, measureTime, t.clocks())
	t.measured(report)
	return t.setup()
}

// configFile returns the configuration of the running refclock run, or the default one.
func configFile(report status.Report) string { return cmp.Or(report.File, settings.DefaultFile) }

// running returns the state of a running refclock run; an empty one if there is none.
func running() status.Report {
	report, _ := status.Ask(status.Candidates()...)
	return report
}
