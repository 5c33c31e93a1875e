package daemon

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/receiver"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/statedir"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/shm"
)

const (
	auto = "auto" // looked for
	none = "none" // not there
)

// gpsSettings are those of a receiver and its pulse.
type gpsSettings struct {
	device string // or auto
	baud   int    // 0 is auto
	to     Sinks
	delay  string // a time, or auto
	pivot  string // a day, or auto

	pps       string // a source, auto or none
	pulseTo   Sinks  // its unit may be autoUnit
	polarity  string
	bias      string
	activeLow bool
	poll      bool

	leapSeconds string // a file, auto or none
	coldStart   time.Duration
	holdover    time.Duration
	witness     []string
}

func newGPSSettings() *gpsSettings {
	return &gpsSettings{
		device: auto, delay: auto, pivot: auto,
		pps: auto, pulseTo: Sinks{Unit: autoUnit}, polarity: pps.Auto.String(), bias: biases[pps.BiasAsIs],
		leapSeconds: auto, coldStart: receiver.AlmanacTime, witness: []string{kernel},
	}
}

// biases are the pull resistors by name.
var biases = []string{pps.BiasAsIs: "as-is", pps.BiasDisabled: "disabled", pps.BiasPullUp: "pull-up", pps.BiasPullDown: "pull-down"}

// The range of the delay: a few receivers speak before the second that they name, or
// more than a second after it.
const (
	leastDelay = -time.Second / 2
	mostDelay  = 3 * time.Second / 2
)

func (s *gpsSettings) Read(t *config.Table) {
	t.Text("device", &s.device, `a path such as "/dev/serial0", or "auto"`, func(text string) error {
		if text != auto && !filepath.IsAbs(text) {
			return errors.New(`expected a whole path such as "/dev/serial0", or "auto"`)
		}
		return nil
	})
	t.IntOr(auto, "baud", &s.baud, 0, 1, 1<<30, serialport.CheckBaud)
	s.to.read(t)
	t.Text("delay", &s.delay, `a time such as "120ms", or "auto"`, func(text string) error {
		if d, err := time.ParseDuration(text); text != auto && (err != nil || d < leastDelay || d > mostDelay) {
			return fmt.Errorf(`expected a time from %v to %v with its unit, such as "120ms", or "auto"`, leastDelay, mostDelay)
		}
		return nil
	})
	t.Text("pivot", &s.pivot, `a day such as "2026-11-23", or "auto"`, func(text string) error {
		if _, err := time.Parse(time.DateOnly, text); text != auto && err != nil {
			return errors.New(`expected a day such as "2026-11-23", or "auto"`)
		}
		return nil
	})

	t.Text("pps", &s.pps, `a source such as "gpio:GPIO18" or "/dev/pps0", "auto" or "none"`, func(text string) error {
		if text == auto || text == none {
			return nil
		}
		_, err := pps.Parse(text)
		return err
	})
	readSocket(t, "pps_sock", &s.pulseTo.Socket)
	t.IntOr(auto, "pps_unit", &s.pulseTo.Unit, autoUnit, 0, shm.MaxUnit, nil)
	t.Choice("polarity", &s.polarity, pps.Auto.String(), pps.Rising.String(), pps.Falling.String())
	t.Choice("bias", &s.bias, biases...)
	t.Bool("active_low", &s.activeLow)
	t.Bool("poll", &s.poll)

	t.Text("leap_seconds", &s.leapSeconds, `a file such as "/usr/share/zoneinfo/leap-seconds.list", "auto" or "none"`, func(text string) error {
		if text != auto && text != none && !filepath.IsAbs(text) {
			return errors.New(`expected a whole path, "auto" or "none"`)
		}
		return nil
	})
	t.Duration("cold_start", &s.coldStart, 0, 24*time.Hour)
	t.Duration("holdover", &s.holdover, 0, 24*time.Hour)
	t.Words("witness", &s.witness, `"kernel", "none"`, `names of web servers`, checkWitnesses)

	switch {
	case s.pps == none && s.pulseTo.Socket != "":
		t.Wrong("pps_sock", `there is no pulse to feed it; expected pps too`)
	case s.pps != none && s.pulseSinks().Unit > shm.MaxUnit:
		t.Wrong("unit", `there is no unit after it for the pulse; set pps_unit, or pps = "none"`)
	}
}

// autoUnit is the unit after the one of the sentences, or none where the pulse has a socket.
const autoUnit = -2

// pulseSinks are what the pulse feeds.
func (s *gpsSettings) pulseSinks() Sinks {
	to := s.pulseTo
	to.Layout = s.to.Layout
	switch {
	case to.Unit != autoUnit:
	case to.Socket != "":
		to.Unit = NoUnit
	default:
		to.Unit = max(s.to.Unit, 0) + 1
	}
	return to
}

func (s *gpsSettings) Sinks() []Sink {
	list := s.to.list("unit", "sock")
	if s.pps != none {
		list = append(list, s.pulseSinks().list("pps_unit", "pps_sock")...)
	}
	return list
}

// Crowded: beside another receiver, nobody can tell which port and which pulse are whose.
func (s *gpsSettings) Crowded() (keys []string) {
	if s.device == auto {
		keys = append(keys, "device")
	}
	if s.pps == auto {
		keys = append(keys, "pps")
	}
	return keys
}

func (s *gpsSettings) Build(env Env) ([]Part, error) {
	port := newPort(s.device, s.baud, env.Log)
	c := gps.Config{
		Device: s.device, Baud: s.baud,
		Open: port.open, Rivals: port.rivals,
		Pivot:    s.pivotDay(env.Built),
		Holdover: s.holdover, ColdStart: s.coldStart,
		Memory: statedir.New(statedir.Find(), env.Log),
		Log:    s.to.log(env.Log),
	}
	if s.baud == 0 {
		c.Bauds = serialport.Likely
	}
	if s.delay != auto {
		c.Delay, _ = time.ParseDuration(s.delay) // Read has seen to it
		c.Calibrated = true
	}
	var beside func(context.Context)
	var err error
	if c.Witnesses, beside, err = Witnesses(s.witness, env); err != nil {
		return nil, fmt.Errorf("witness: %w", err)
	}
	if c.Leaps, err = Leaps(s.leapSeconds, env.Log); err != nil {
		return nil, err
	}
	if s.pps != none {
		c.Pulse = s.pulse(env)
	}
	clock := gps.New(c)
	parts := []Part{{Sinks: s.to, Driver: clock, Beside: beside, Tell: func(to *status.Clock) { tellReceiver(to, clock.Facts()) }}}
	if pulse := clock.Pulse(); pulse != nil {
		to := s.pulseSinks()
		pulse.Log = to.log(env.Log)
		parts = append(parts, Part{Sinks: to, Driver: pulse, Tell: func(to *status.Clock) { tellPulse(to, pulse.Facts()) }})
	}
	return parts, nil
}

func (s *gpsSettings) pivotDay(built nmea.Date) nmea.Date {
	if day, err := time.Parse(time.DateOnly, s.pivot); err == nil {
		return nmea.DateOf(day)
	}
	return built
}

func tellReceiver(to *status.Clock, f gps.Facts) {
	to.Receiver = &status.Receiver{
		Port: f.Port, Baud: f.Baud, Identity: f.Receiver,
		Family: f.Family.Family(), FamilySure: f.Family.Sure(), FamilyWhy: f.Family.Why(),
		Fix: f.Fix.String(), Used: f.Used, InView: f.InView, Eras: f.Eras,
		DelayNS: int64(f.Delay), SpreadNS: int64(f.Spread), Calibrated: f.Calibrated, Set: f.Set,
		Epochs: f.Epochs, Bytes: f.Framer.Bytes, Sentences: f.Framer.Sentences, Bad: f.Bad,
		Broken: f.Framer.Broken + f.Framer.Overlong, Stray: f.Framer.Stray,
	}
}

func tellPulse(to *status.Clock, f gps.PulseFacts) {
	to.Pulse = &status.Pulse{
		Edges: f.Counts.Edges, Seconds: f.Counts.Seconds, Glitches: f.Counts.Glitches, Missing: f.Counts.Missing,
		Missed: f.Missed, Begins: f.Begins.String(), Locked: f.Locked,
	}
}
