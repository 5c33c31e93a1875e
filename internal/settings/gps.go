package settings

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/driver/gps/ublox"
	"github.com/refclock/refclock/driver/htntp"
	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/delaystore"
	"github.com/refclock/refclock/internal/ladder"
	"github.com/refclock/refclock/internal/recording"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/statefolder"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/shm"
)

const (
	auto = "auto" // search for it
	none = "none" // it is absent
)

// GPSSettings are those of a receiver and its pulse.
type GPSSettings struct {
	device string // or auto
	baud   int    // 0 is auto
	to     Targets
	delay  string // a time, or auto
	pivot  string // a date, or auto

	pps     string  // a source, auto or none
	pulseTo Targets // its unit may be autoUnit
	line    Line

	lateness string // off, measure or register

	leapSeconds string // a file, auto or none
	coldStart   time.Duration
	holdover    time.Duration
	witness     []string
	record      time.Duration // 0 is no recording
}

func newGPSSettings() *GPSSettings {
	return &GPSSettings{
		device: auto, delay: auto, pivot: auto, to: newTargets(0),
		pps: auto, pulseTo: newTargets(autoUnit), line: NewLine(), lateness: latenessOff,
		leapSeconds: auto, coldStart: receiver.AlmanacTime, witness: []string{kernel},
	}
}

// Delay is the delay of a receiver: a time, or auto. Commands that take a delay without a
// clock use it too.
func Delay(to *string) config.Value {
	expected := fmt.Sprintf(`expected "auto", or a time from %s to %s with its unit, such as "120ms"`, config.Time(gps.MinKnownDelay), config.Time(gps.MaxKnownDelay))
	return config.Text(to, `a time such as "120ms", or "auto"`, func(text string) error {
		if d, err := time.ParseDuration(text); err != nil || d < gps.MinKnownDelay || d > gps.MaxKnownDelay {
			return errors.New(expected)
		}
		return nil
	}, auto)
}

func (s *GPSSettings) Schema() config.Schema {
	list := config.Schema{
		{
			Name: "device", Takes: "PATH", Basic: true, Operand: true, Value: config.Path(&s.device, "/dev/serial0", nil, auto),
			Usage: "serial port of the receiver, such as /dev/serial0",
			Text: `The names in /dev/serial/by-id do not change when devices are plugged in. "auto" takes the
only receiver known by its USB id, else the port on the header of a Raspberry Pi
(/dev/serial0, or /dev/ttyAMA0 on a Pi 5), else the only serial port. The log says which one and why.`,
		}, {
			Name: "baud", Takes: "RATE", Basic: true, Value: config.Baud(&s.baud, auto, 0, serialport.CheckBaud),
			Usage: "baud rate of the serial port",
			Text: `4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800 or 921600. "auto" listens until
sentences with valid checksums arrive. refclock never writes to the receiver.`,
		},
	}
	list = append(list, s.to.schema()...)
	list = append(list, config.Schema{
		{
			Name: "delay", Takes: "TIME", Basic: true, Value: Delay(&s.delay),
			Usage: "time from the start of a second to the first byte of the receiver's burst, such as 120ms",
			Text:  `"auto" measures it with the pulse, and remembers it for when there is no pulse.`,
		}, {
			Name: "pivot", Takes: "DATE", Value: config.Text(&s.pivot, `a date such as "2026-11-23", or "auto"`, func(text string) error {
				if _, err := time.Parse(time.DateOnly, text); err != nil {
					return errors.New(`expected a date such as "2026-11-23", or "auto"`)
				}
				return nil
			}, auto),
			Usage: "date before which no receiver can be running, such as 2026-11-23",
			Text:  `refclock resolves GPS week rollovers with it. "auto" is the build date.`,
		}, {
			Name: "pps", Takes: "SOURCE", Basic: true, Value: config.Text(&s.pps, `a source such as "gpio:GPIO18" or "/dev/pps0", "auto" or "none"`, func(text string) error {
				_, err := pps.Parse(text)
				if err != nil && !strings.HasSuffix(err.Error(), "?") { // it suggests nothing
					return fmt.Errorf(`%w, or "auto" or "none"`, err)
				}
				return err
			}, auto, none),
			Usage: "source of the pulse, such as gpio:GPIO18 or /dev/pps0",
			Text: `Also "gpio:CHIP:OFFSET", "phc:eth0" for a pin of a network card, "ldisc:/dev/ttyS0", "dcd:/dev/ttyS0", or "none" for no pulse.
"auto" takes the kernel's PPS device, else the one of the free GPIO lines GPIO18 and GPIO4 that has an edge each second.`,
		}, {
			Name: "pps_unit", Takes: "NUMBER", Basic: true, Value: config.IntOr(&s.pulseTo.Unit, auto, autoUnit, 0, shm.MaxUnit, nil),
			Usage: "unit for the pulse",
			Text:  `"auto" is the unit after the one of the sentences, or none if there is a pps_sock.`,
		}, {
			Name: "pps_sock", Takes: "PATH", Value: socketValue(&s.pulseTo.Socket),
			Usage: "socket for the pulse, such as /run/chrony.pps.sock",
			Text:  `"" is no socket.`,
		},
	}...)
	list = append(append(list, s.line.Schema()...), latenessSetting(&s.lateness))
	return append(list, config.Schema{
		{
			Name: "leap_seconds", Takes: "FILE", Value: config.Path(&s.leapSeconds, "/usr/share/zoneinfo/leap-seconds.list", nil, auto, none),
			Usage: "table of leap seconds in the format of leap-seconds.list",
			Text:  `"auto" is the system's table, "none" is no table.`,
		}, {
			Name: "cold_start", Takes: "TIME", Value: config.Duration(&s.coldStart, 0, 24*time.Hour),
			Usage: "how long to distrust a receiver that started without a date",
			Text: `A witness that agrees ends the wait. Satellites send the leap seconds every 12.5 minutes. A
receiver whose date was years off waits 13 minutes or more, whatever this setting says.`,
		}, {
			Name: "holdover", Takes: "TIME", Value: config.Duration(&s.holdover, 0, 24*time.Hour),
			Usage: "how long to keep labelling pulses after the fix was lost",
		}, {
			Name: "witness", Takes: "NAMES", Value: config.Secret(config.List(&s.witness, `"kernel", "none", or a list of web servers`, checkWitnesses), htntp.RedactURL),
			Usage: "independent time that may contradict the receiver: kernel, none, or web servers",
			Text: `"kernel" is the system clock while a time daemon keeps it synchronized. For web servers, list
three or more, such as ["www.example.org", "www.example.net", "www.example.com"]. refclock asks them
twice an hour. The service has no network access without network.conf, which is in /usr/share/doc/refclock/examples.`,
		}, {
			Name: "record", Takes: "TIME", Value: config.Duration(&s.record, 0, 24*time.Hour),
			Usage: "how much of what the receiver sent to keep in memory, such as 30m",
			Text: `refclock record --dump writes it to a file, which shows what happened just now. Positions are
blanked. It takes about 20 kB a minute at 9600 baud, at most 8 MB; "0s" is off. It needs refclock run.`,
		},
	}...)
}

func (s *GPSSettings) Resolve(source config.Source) {
	s.to.resolve(source)
	s.checkLateness(source)
	switch {
	case s.pps == none && s.pulseTo.Socket != "":
		source.Wrong("pps_sock", "there is no pulse to publish; set pps too")
	case s.pps != none && s.pulseTargets().Unit > shm.MaxUnit:
		source.Wrong("unit", `there is no unit after it for the pulse; set pps_unit, or pps = "none"`)
	}
}

// autoUnit is the unit after that of the sentences, or no unit if the pulse has a socket.
const autoUnit = -2

// pulseTargets returns the targets of the pulse's samples.
func (s *GPSSettings) pulseTargets() Targets {
	to := s.pulseTo
	to.Layout, to.Key, to.Share, to.Summary = s.to.Layout, s.to.Key, s.to.Share, s.to.Summary
	switch {
	case to.Unit != autoUnit:
	case to.Socket != "":
		to.Unit = NoUnit
	default:
		to.Unit = max(s.to.Unit, 0) + 1
	}
	return to
}

func (s *GPSSettings) Targets() []Target {
	list := s.to.list("unit", "sock")
	if s.pps != none {
		list = append(list, s.pulseTargets().list("pps_unit", "pps_sock")...)
	}
	return list
}

// Device returns the configured port, or "auto".
func (s *GPSSettings) Device() string { return s.device }

// Delay returns the configured delay, or "auto".
func (s *GPSSettings) Delay() string { return s.delay }

// PulseSource returns the configured source of the pulse, or "auto", or "none".
func (s *GPSSettings) PulseSource() string { return s.pps }

// To returns where the samples of the sentences go, and those of a pulse.
func (s *GPSSettings) To() (sentences, pulse Targets) { return s.to, s.pulseTargets() }

// NeededBesideAnother implements sharing: with several receivers, nothing shows which port
// and which pulse belong together.
func (s *GPSSettings) NeededBesideAnother() (names []string) {
	if s.device == auto {
		names = append(names, "device")
	}
	if s.pps == auto {
		names = append(names, "pps")
	}
	return names
}

func (s *GPSSettings) Build(env Env) ([]Part, error) {
	if s.record == 0 {
		c, beside, err := s.configure(env)
		if err != nil {
			return nil, err
		}
		return s.parts(c, c, beside), nil
	}
	recorder, parts, err := s.Record(env, recording.Options{Last: s.record, Bytes: maxRecording})
	if err != nil {
		return nil, err
	}
	parts[0].Record = recorder.Dump
	beside := parts[0].Beside
	parts[0].Beside = func(ctx context.Context) {
		var other sync.WaitGroup
		defer other.Wait()
		if beside != nil {
			other.Go(func() { beside(ctx) })
		}
		recorder.Run(ctx) // memory has no errors
	}
	return parts, nil
}

// maxRecording is the most that a recording takes in memory.
const maxRecording = 8 << 20

// Record makes the clock's drivers, as Build does, and a recorder of what they see. Its Run
// must run beside the drivers; if it fails, nothing more is recorded. The recorder must be
// closed after the drivers have ended.
func (s *GPSSettings) Record(env Env, o recording.Options) (*recording.Recorder, []Part, error) {
	c, beside, err := s.configure(env)
	if err != nil {
		return nil, nil, err
	}
	o.Version = env.Version
	recorder, taped, err := recording.New(c, o)
	if err != nil {
		return nil, nil, err
	}
	parts := s.parts(taped, c, beside)
	for i := range parts {
		parts[i].Prepare = func(feed *driver.Feed) { feed.Observe(recorder.Observer(i == 1)) }
	}
	return recorder, parts, nil
}

// beside is what runs beside the drivers of a clock.
type beside struct {
	witnesses func(context.Context) // may be nil
	meter     *meter                // may be nil
}

// configure returns the configuration of the driver, and what runs beside it.
func (s *GPSSettings) configure(env Env) (c gps.Config, beside beside, err error) {
	port := newPort(s.device, s.baud, env)
	c = s.Rules(env.Built)
	c.Enter = env.Enter
	c.Device, c.Baud, c.Open, c.OtherReaders = s.device, s.baud, port.open, port.otherReaders
	c.Memory, c.Waits = delaystore.New(statefolder.Find(), env.Log), env.Waits
	if s.baud == 0 {
		c.Bauds = serialport.Likely
	}
	if c.Witnesses, beside.witnesses, err = newWitnesses(s.witness, env); err != nil {
		return c, beside, fmt.Errorf("witness: %w", err)
	}
	if c.Leaps, err = loadLeaps(s.leapSeconds, env.Log); err != nil {
		return c, beside, fmt.Errorf("leap_seconds: %w", err)
	}
	if s.pps != none {
		beside.meter = s.newMeter(env.Log)
		c.Pulse = s.pulse(env, beside.meter)
	}
	return c, beside, nil
}

// parts returns the drivers of a configuration. A probe opens the hardware of the plain one,
// which does not record.
func (s *GPSSettings) parts(c, plain gps.Config, beside beside) []Part {
	parts := GPSParts(c, s.to, s.pulseTargets())
	parts[0].Beside, parts[0].Probe = beside.witnesses, probe(plain.Open)
	if m := beside.meter; m != nil && len(parts) > 1 {
		tell := parts[1].Tell
		parts[1].Beside, parts[1].Tell = m.Run, func(to *status.Clock) {
			tell(to)
			m.tell(to.Pulse)
		}
	}
	if len(parts) > 1 && s.pps != auto { // without a pulse, the sentences still give the time
		parts[1].Probe = probe(plain.Pulse.Open)
	}
	return parts
}

// GPSParts returns the parts of a receiver and, if it has one, of its pulse, with the targets
// of each. They have no Probe: the receiver may be a simulated one. It sets the decoder of c,
// because the report has the last second.
func GPSParts(c gps.Config, sentences, pulses Targets) []Part {
	keeper := new(ladder.Keeper)
	c.Decoder = func(baud int) gps.Decoder { return keeper.Decoder(ublox.NewStream(baud, c.Pivot)) }
	clock := gps.New(c)
	parts := []Part{{Targets: sentences, Driver: clock, Tell: func(to *status.Clock) {
		tellReceiver(to, clock.Facts())
		to.Second, to.Receiver.Sky = keeper.Second(), keeper.Sky()
	}}}
	if pulse := clock.Pulse(); pulse != nil {
		parts = append(parts, Part{Targets: pulses, Driver: pulse, Tell: func(to *status.Clock) {
			tellPulse(to, pulse.Facts())
			to.Optional = c.Pulse.Source == auto && to.Pulse.Edges == 0 && to.Published == 0
		}})
	}
	return parts
}

// probe returns a Probe that calls open and closes the result.
func probe[T interface{ Close() error }](open func() (T, error)) func() error {
	return func() error {
		opened, err := open()
		if err != nil {
			return err
		}
		return opened.Close()
	}
}

// Rules returns the driver's settings for judging samples, without those of the port and
// the pulse.
func (s *GPSSettings) Rules(built nmea.Date) gps.Config {
	c := gps.Config{Pivot: s.PivotDate(built), Holdover: s.holdover, ColdStart: s.coldStart}
	if s.delay != auto {
		c.Delay, _ = time.ParseDuration(s.delay) // the schema has checked it
		c.Calibrated = true
	}
	return c
}

// Polarity returns which edge of the pulse begins the second.
func (s *GPSSettings) Polarity() pps.Polarity { return s.line.Polarity() }

// PivotDate returns the earliest date that a receiver's date can mean.
func (s *GPSSettings) PivotDate(built nmea.Date) nmea.Date {
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
		Messages: f.Messages, LeapSeconds: f.Reported.LeapSeconds, LeapSource: f.Reported.LeapSource,
		Antenna: f.Reported.Antenna, Jamming: f.Reported.Jamming, Spoofing: f.Reported.Spoofing,
	}
}

func tellPulse(to *status.Clock, f gps.PulseFacts) {
	to.Pulse = &status.Pulse{
		Edges: f.Counts.Edges, Seconds: f.Counts.Seconds, Glitches: f.Counts.Glitches, Missing: f.Counts.Missing,
		Missed: f.Missed, Begins: f.Begins.String(), Locked: f.Locked,
	}
}
