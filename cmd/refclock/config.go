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

	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/consumer/lines"
	"github.com/refclock/refclock/internal/consumer/lint"
	"github.com/refclock/refclock/internal/doctor"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/spelling"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/internal/textwrap"
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

If no target is named, the lines are for all clocks of the running refclock run. If it is
not running, they are for those of /etc/refclock.toml, else for the default units. A pulse
needs edges; if refclock run is not running, it needs a PPS device or pps in the file.
The refids of the receivers are GPS and PPS, then GPS2 and PPS2. Demonstration clocks are
left out. Feed clocks have noselect, because their error is unknown. If the delay of a
receiver is unknown, a comment shows the delay to set. For a separate refclock htntp, use
its --print-config.

    sudo refclock config chrony |
        sudo tee /etc/chrony/conf.d/refclock.conf

--check FILE reports what keeps a configuration from working: a typing error, an offset
copied from a guide, a lock to a missing refid, a missing PPS device, a unit without
samples. Each finding has a hint, and the line to paste if it is known. The versions of
chrony accept different lines: if none is installed, 4.3 is assumed. If no NTPsec is
installed, the drivers of Debian's NTPsec are assumed. The exit code is 65 if the daemon
would not start, or would have a wrong time.`,
	define: func(flags *flag.FlagSet) action {
		r := newReceiver()
		flags.Var(config.Int(&r.sentences.unit, 0, shm.MaxUnit), "unit", "`NUMBER` unit for the sentences")
		flags.StringVar(&r.sentences.sock, "sock", "", "`PATH` socket for the sentences, in place of a unit")
		flags.DurationVar(&r.sentences.jitter, "precision", 0, "`TIME` jitter of the sentences, such as 5ms (default: measured at their unit)")
		flags.Var(config.IntOr(&r.pulse.unit, "auto", -1, 0, shm.MaxUnit, nil), "pps-unit", "`NUMBER` unit for the pulse")
		flags.StringVar(&r.pulse.sock, "pps-sock", "", "`PATH` socket for the pulse, in place of a unit")
		flags.DurationVar(&r.pulse.jitter, "pps-precision", 0, "`TIME` jitter of the pulse, such as 2us (default: measured at its unit)")
		flags.Var(settings.Delay(&r.delay), "delay", "`TIME` delay configured for refclock gps")
		lasts := flags.Duration("for", measureTime, "`TIME` how long to measure the units; 10s gives more digits")
		check := flags.String("check", "", "`FILE` configuration to check, such as /etc/chrony/chrony.conf")
		key := shm.KeyBase
		flags.Var(config.Key(&key), "key", "`KEY` System V key of unit 0")
		return func(ctx context.Context, operands []string) error {
			d, err := daemonNamed(operands)
			if err != nil {
				return err
			}
			for name, value := range map[string]time.Duration{"precision": r.sentences.jitter, "pps-precision": r.pulse.jitter, "for": *lasts} {
				if value < 0 {
					return usageError(fmt.Sprintf("--%s %v: expected 0s or more", name, value))
				}
			}
			r.sentences.named, r.pulse.named = given(flags, "unit") || r.sentences.sock != "", r.pulse.unit >= 0 || r.pulse.sock != ""
			var report status.Report
			if key == shm.KeyBase {
				report = running()
			}
			t, err := r.targets(ctx, report, given(flags, "key"))
			if err != nil {
				return err
			}
			measure(ctx, uint32(key), *lasts, t.clocks())
			t.measured(report)
			if *check != "" {
				facts := machineFacts()
				addClocks(facts, t.clocks())
				addUnknownDelays(facts, report)
				if len(t.receivers) == 1 && t.receivers[0].delay != "auto" {
					facts.Delay, _ = time.ParseDuration(t.receivers[0].delay)
					facts.HasDelay = true
				}
				return checkConfig(stdout, terminalColumns(os.Stdout), d, *check, facts)
			}
			if err := lines.Write(stdout, d, t.setup()); err != nil {
				return usageError(err.Error())
			}
			for _, r := range t.receivers {
				if text := t.delayText(r); text != "" {
					fmt.Fprintf(stdout, "\n%s\n", strings.Join(textwrap.Lines(text, "# ", "# ", 80), "\n"))
				}
			}
			return nil
		}
	},
}

// targets returns the clocks for which config prints lines.
func (r *receiverFlags) targets(ctx context.Context, report status.Report, ownKey bool) (*targets, error) {
	if ownKey || r.sentences.named || r.pulse.named {
		return namedTargets(r, report)
	}
	t, err := publishedTargets(ctx, report, configFile(report), doctor.HasPulse(doctor.OpenRoot("/")))
	if err != nil { // lines for the default units would replace right ones
		return nil, err
	}
	return t, t.override(r)
}

// measureTime is how long config measures the units.
const measureTime = 3 * time.Second

// clockAt returns the clock of a target: of its unit if it has one, else of its socket.
func clockAt(unit int, socket string) clockFlags {
	if unit >= 0 {
		socket = ""
	}
	return clockFlags{unit: unit, sock: socket, named: true}
}

// same reports whether both are the same unit or socket.
func (c clockFlags) same(other clockFlags) bool {
	if c.sock != "" || other.sock != "" {
		return c.sock != "" && other.sock != "" && lint.SamePath(c.sock, other.sock)
	}
	return c.unit == other.unit
}

// unitOrNone returns the unit, or that of a clock with a socket.
func (c clockFlags) unitOrNone() int {
	if c.sock != "" {
		return settings.NoUnit
	}
	return c.unit
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

	seen     int             // samples
	offsets  []time.Duration // of the samples
	claimed  bool            // jitter is what the precision of the samples claims
	reported bool            // the running refclock run measured the jitter
	perm     uint32
	refclock bool // refclock publishes to the unit
}

func (c *clockFlags) clock() *lines.Clock {
	clock := &lines.Clock{Unit: c.unit, Socket: c.sock, Perm: c.perm, Jitter: c.jitter}
	if c.seen > 0 {
		clock.Seen, clock.Claimed = fmt.Sprintf("%s of unit %d", counted(c.seen, "sample"), c.unit), c.claimed
	}
	if c.reported {
		clock.Seen, clock.Claimed = "the samples of socket "+c.sock, c.claimed
	}
	return clock
}

// take takes what refclock run reports about the samples of a socket, which no program can read. A
// jitter of a flag stays.
func (c *clockFlags) take(s *status.Sample) {
	if c.sock == "" || s == nil {
		return
	}
	if s.AgeNS < int64(staleAfter) {
		c.offsets = []time.Duration{time.Duration(s.OffsetNS)}
	}
	if s.JitterNS == nil || c.jitter > 0 {
		return
	}
	c.jitter, c.claimed = readingJitter(watch.Reading{Sample: shm.Sample{Precision: s.Precision}, Jitter: time.Duration(*s.JitterNS), HasJitter: true})
	c.reported = true
}

// set takes the jitter of a flag, if there is one.
func (c *clockFlags) set(jitter time.Duration) {
	if jitter > 0 {
		c.jitter, c.reported = jitter, false
	}
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
		c.offsets = append(c.offsets, r.Offset)
		if !given {
			c.jitter, c.claimed = readingJitter(r)
		}
	}
}

// readingJitter returns the measured jitter or the claimed one, whichever is worse, and reports
// whether it is claimed. A precision of -1 claims nothing.
func readingJitter(r watch.Reading) (jitter time.Duration, claimed bool) {
	if r.HasJitter {
		jitter = max(r.Jitter, 1)
	}
	if p := r.Sample.Precision; p < -1 && p >= -30 && time.Second>>-p > jitter {
		return time.Second >> -p, true
	}
	return jitter, false
}

// offsetsText returns the median of offsets in milliseconds, and how far they differ.
func offsetsText(offsets []time.Duration) string {
	ms := func(d time.Duration) string { return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds()) }
	text := ms(medianOffset(offsets))
	if len(offsets) < 2 {
		return text + ", from 1 sample"
	}
	return fmt.Sprintf("%s, the median of %d samples between %s and %s", text, len(offsets), ms(slices.Min(offsets)), ms(slices.Max(offsets)))
}

// medianOffset returns the median of offsets, of which there must be one.
func medianOffset(offsets []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(offsets))
	low, high := sorted[(len(sorted)-1)/2], sorted[len(sorted)/2]
	return low + (high-low)/2
}
