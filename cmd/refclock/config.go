package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/consumer/lines"
	"github.com/refclock/refclock/internal/doctor"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/spelling"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/internal/watch"
	"github.com/refclock/refclock/shm"
)

var configCommand = command{
	name:     "config",
	operands: strings.Join(consumerNames(), "|"),
	summary:  "print the lines with which a time daemon reads refclock, or check its configuration",
	text: `
Prints the lines for the configuration of chrony, ntpd (ntp), NTPsec or ntpd-rs, with a
comment on each word. It writes no file. If refclock gps publishes to the units, it
measures their jitter; otherwise give --precision and --pps-precision. Name the targets
as for refclock gps: --unit or --sock for the sentences, --pps-unit or --pps-sock for the
pulse. Without the last two there is no pulse, unless the unit after --unit has samples.
If no target is named, the lines are for the first receiver of a running refclock run,
else for the default units. They include a pulse only if there is one, or a PPS device.
For web servers, use refclock htntp --print-config.

    sudo refclock config chrony --pps-unit 1 |
        sudo tee /etc/chrony/conf.d/refclock.conf

--check FILE reports what keeps a configuration from working: a typing error, an offset
copied from a guide, a lock to a missing refid, a missing PPS device, a unit without
samples. Each finding has a hint, and the line to paste if it is known. The versions of
chrony accept different lines: if none is installed, 4.3 is assumed. If no NTPsec is
installed, the drivers of Debian's NTPsec are assumed. The exit code is 65 if the daemon
would not start, or would have a wrong time.`,
	define: func(flags *flag.FlagSet) action {
		t := newTargets()
		flags.Var(config.Int(&t.sentences.unit, 0, shm.MaxUnit), "unit", "`NUMBER` unit for the sentences")
		flags.StringVar(&t.sentences.sock, "sock", "", "`PATH` socket for the sentences, in place of a unit")
		flags.DurationVar(&t.sentences.jitter, "precision", 0, "`TIME` jitter of the sentences, such as 5ms (default: measured at their unit)")
		flags.Var(config.IntOr(&t.pulse.unit, "auto", -1, 0, shm.MaxUnit, nil), "pps-unit", "`NUMBER` unit for the pulse")
		flags.StringVar(&t.pulse.sock, "pps-sock", "", "`PATH` socket for the pulse, in place of a unit")
		flags.DurationVar(&t.pulse.jitter, "pps-precision", 0, "`TIME` jitter of the pulse, such as 2us (default: measured at its unit)")
		flags.Var(settings.Delay(&t.delay), "delay", "`TIME` delay configured for refclock gps")
		lasts := flags.Duration("for", measureTime, "`TIME` how long to measure the units; 10s gives more digits")
		check := flags.String("check", "", "`FILE` configuration to check, such as /etc/chrony/chrony.conf")
		key := shm.KeyBase
		flags.Var(config.Key(&key), "key", "`KEY` System V key of unit 0")
		return func(ctx context.Context, operands []string) error {
			d, err := daemonNamed(operands)
			if err != nil {
				return err
			}
			for name, value := range map[string]time.Duration{"precision": t.sentences.jitter, "pps-precision": t.pulse.jitter, "for": *lasts} {
				if value < 0 {
					return usageError(fmt.Sprintf("--%s %v: expected 0s or more", name, value))
				}
			}
			t.sentences.named, t.pulse.named = given(flags, "unit") || t.sentences.sock != "", t.pulse.unit >= 0 || t.pulse.sock != ""
			if !given(flags, "key") && !t.sentences.named && !t.pulse.named {
				t.search(running(), doctor.HasPulse(doctor.OpenRoot("/")))
			}
			if err := t.separate(); err != nil {
				return err
			}
			clocks := []*clockFlags{&t.sentences, &t.pulse}
			measure(ctx, uint32(key), *lasts, clocks)
			if *check != "" {
				calibrated, _ := time.ParseDuration(t.delay) // 0 for auto
				facts := machineFacts()
				addClocks(facts, clocks)
				facts.Delay, facts.HasDelay = calibrated, t.delay != "auto"
				return checkConfig(stdout, d, *check, facts)
			}
			setup := t.setup()
			if err := lines.Write(stdout, d, setup); err != nil {
				return usageError(err.Error())
			}
			if setup.Pulse == nil && !setup.Calibrated && t.sentences.seen > 0 {
				fmt.Fprintf(stdout, "\n# The offset of unit %d is %s now. If the clock of this machine is right, that is\n# the delay: set it to %v %s,\n# and add --delay to this command.\n",
					t.sentences.unit, seconds(t.sentences.offset), (-t.sentences.offset).Round(time.Millisecond), driver.Setting("delay"))
			}
			return nil
		}
	},
}

// measureTime is how long config measures the units.
const measureTime = 3 * time.Second

// targets are the clocks whose lines are printed.
type targets struct {
	sentences, pulse clockFlags
	delay            string // of the receiver, or auto
	service          bool   // refclock run publishes them
	hasPulse         bool   // refclock finds a pulse
}

func newTargets() *targets {
	return &targets{sentences: clockFlags{unit: 0}, pulse: clockFlags{unit: -1}, delay: "auto"}
}

// search takes the clocks of a running refclock run, else those of the default settings.
func (t *targets) search(report status.Report, hasPulse bool) {
	t.service = adopt(report, &t.sentences, &t.pulse, &t.delay)
	t.hasPulse = hasPulse && !t.service
}

// separate gives the pulse the unit after that of the sentences, if nothing else is known.
func (t *targets) separate() error {
	if !t.pulse.named {
		t.pulse.unit = min(t.sentences.unit+1, shm.MaxUnit)
	}
	if t.sentences.sock == "" && t.pulse.sock == "" && t.sentences.unit == t.pulse.unit {
		return usageError(fmt.Sprintf("unit %d is used twice; expected another number for --pps-unit", t.pulse.unit))
	}
	return nil
}

// setup returns the clocks for package lines.
func (t *targets) setup() lines.Setup {
	s := lines.Setup{Sentences: t.sentences.clock(), Calibrated: t.delay != "auto", Service: t.service}
	if t.pulse.named || t.hasPulse || t.pulse.jitter > 0 && !t.service {
		s.Pulse = t.pulse.clock()
	}
	return s
}

// publishedClocks returns the clocks for which config prints lines without flags.
func publishedClocks(ctx context.Context, report status.Report, hasPulse bool) lines.Setup {
	t := newTargets()
	t.search(report, hasPulse)
	if t.separate() != nil {
		return lines.Default(hasPulse)
	}
	measure(ctx, shm.KeyBase, measureTime, []*clockFlags{&t.sentences, &t.pulse})
	return t.setup()
}

// running returns the state of a running refclock run; an empty one if there is none.
func running() status.Report {
	report, _ := status.Ask(status.Candidates()...)
	return report
}

// adopt takes the targets of the receiver and of its pulse from the report of refclock run.
// A pulse without edges is not one. It returns false if no receiver is configured there.
func adopt(r status.Report, sentences, pulse *clockFlags, delay *string) (service bool) {
	const pulseOf = "pulse "
	for i, c := range r.Clocks {
		if c.Kind != "gps" || strings.HasPrefix(c.Name, pulseOf) {
			continue
		}
		sentences.take(c)
		if c.Receiver != nil && c.Receiver.Calibrated && *delay == "auto" {
			*delay = time.Duration(c.Receiver.DelayNS).String()
		}
		if i+1 == len(r.Clocks) {
			return true
		}
		next := r.Clocks[i+1]
		if edges := c.Pulse != nil && c.Pulse.Edges > 0 || next.Pulse != nil && next.Pulse.Edges > 0; strings.HasPrefix(next.Name, pulseOf) && edges {
			pulse.take(next)
		}
		return true
	}
	return false
}

// take takes the target of a clock: its socket if it has one, else its unit.
func (c *clockFlags) take(from status.Clock) {
	c.sock, c.named = from.Socket, true
	if from.Unit >= 0 {
		c.unit, c.sock = from.Unit, ""
	}
}

func consumerNames() (names []string) {
	for _, d := range lines.Daemons {
		names = append(names, d.Name)
	}
	return names
}

func daemonNamed(operands []string) (lines.Daemon, error) {
	if len(operands) != 1 {
		return lines.Daemon{}, usageError("expected one time daemon: " + strings.Join(consumerNames(), ", "))
	}
	d, ok := lines.Named(operands[0])
	if program, is := strings.CutSuffix(operands[0], "d"); !ok && is { // ntpd, chronyd
		d, ok = lines.Named(program)
	}
	if !ok {
		return lines.Daemon{}, usageError(fmt.Sprintf("unknown time daemon %q%s; expected one of %s", operands[0], spelling.Suggestion(operands[0], consumerNames()...), strings.Join(consumerNames(), ", ")))
	}
	return d, nil
}

// clockFlags are the flags about one clock, and what was measured.
type clockFlags struct {
	unit   int
	sock   string
	jitter time.Duration
	named  bool // a flag names it

	seen     int // samples
	offset   time.Duration
	perm     uint32
	refclock bool // refclock publishes to the unit
}

func (c *clockFlags) clock() *lines.Clock {
	clock := &lines.Clock{Unit: c.unit, Socket: c.sock, Perm: c.perm, Jitter: c.jitter}
	if c.seen > 0 {
		clock.Seen = fmt.Sprintf("%d samples of unit %d", c.seen, c.unit)
	}
	return clock
}

// measure reads the units of the clocks for a while, if there are any, and adds what no flag
// says.
func measure(ctx context.Context, key uint32, lasts time.Duration, clocks []*clockFlags) {
	var looks []func(time.Time)
	infos, _ := shm.List(key) // an error leaves them unknown
	for _, c := range clocks {
		i := slices.IndexFunc(infos, func(i shm.Info) bool { return i.Unit == c.unit })
		if c.sock != "" || i < 0 {
			continue
		}
		unit, err := c.attach(infos[i], key)
		if err != nil {
			continue
		}
		defer unit.Close()
		looks = append(looks, c.look(watch.New(c.unit, unit.Segment)))
	}
	if len(looks) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lasts)
	defer cancel()
	ticker := time.NewTicker(watch.PollInterval)
	defer ticker.Stop()
	for ctx.Err() == nil {
		for _, look := range looks {
			look(time.Now())
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// attach attaches the unit of a clock, and adds what the kernel knows about it.
func (c *clockFlags) attach(info shm.Info, key uint32) (*shm.Unit, error) {
	c.perm = info.Perm
	c.refclock = slices.ContainsFunc(watch.Attached(info.Key, info.ID), func(p watch.Process) bool { return p.Name == "refclock" })
	unit, err := shm.Attach(c.unit, shm.WithKeyBase(key), shm.WithReadOnly())
	if errors.Is(err, os.ErrPermission) {
		announce("refclock: unit %d cannot be read, so its jitter is unknown: try again with sudo\n", c.unit)
	}
	return unit, err
}

// look returns the function that reads the unit once. A jitter of a flag stays.
func (c *clockFlags) look(watcher *watch.Watcher) func(time.Time) {
	given := c.jitter > 0
	return func(now time.Time) {
		r, fresh, err := watcher.Poll(now)
		if err != nil || !fresh || r.Seen.Sub(r.Sample.Receive) >= staleAfter {
			return
		}
		c.seen++
		c.offset = r.Offset
		if !given {
			c.jitter = readingJitter(r)
		}
	}
}

// readingJitter returns the measured jitter or the claimed one, whichever is worse. A
// precision of -1 claims nothing.
func readingJitter(r watch.Reading) (jitter time.Duration) {
	if r.HasJitter {
		jitter = max(r.Jitter, 1)
	}
	if p := r.Sample.Precision; p < -1 && p >= -30 {
		jitter = max(jitter, time.Second>>-p)
	}
	return jitter
}
