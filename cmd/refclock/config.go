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
	"github.com/refclock/refclock/internal/settings"
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
For web servers, use refclock htntp --print-config.

    sudo refclock config chrony --pps-unit 1 |
        sudo tee /etc/chrony/conf.d/refclock.conf

--check FILE reports what keeps a configuration from working: a typing error, an offset
copied from a guide, a lock to a missing refid, a missing PPS device, a unit without
samples. The exit code is 65 if the daemon would not start, or would have a wrong time.`,
	define: func(flags *flag.FlagSet) action {
		sentences, pulse := clockFlags{unit: 0}, clockFlags{unit: -1}
		flags.Var(config.Int(&sentences.unit, 0, shm.MaxUnit), "unit", "`NUMBER` unit that the sentences publish to")
		flags.StringVar(&sentences.sock, "sock", "", "`PATH` socket that they publish to instead")
		flags.DurationVar(&sentences.jitter, "precision", 0, "`TIME` jitter of the sentences, such as 5ms (default: measured at their unit)")
		flags.Var(config.IntOr(&pulse.unit, "auto", -1, 0, shm.MaxUnit, nil), "pps-unit", "`NUMBER` unit that the pulse publishes to")
		flags.StringVar(&pulse.sock, "pps-sock", "", "`PATH` socket that the pulse publishes to instead")
		flags.DurationVar(&pulse.jitter, "pps-precision", 0, "`TIME` jitter of the pulse, such as 2us (default: measured at its unit)")
		delay := "auto"
		flags.Var(settings.Delay(&delay), "delay", "`TIME` delay that is configured for refclock gps")
		lasts := flags.Duration("for", 3*time.Second, "`TIME` how long to measure the units; 10s gives more digits")
		check := flags.String("check", "", "`FILE` configuration to check, such as /etc/chrony/chrony.conf")
		key := shm.KeyBase
		flags.Var(config.Key(&key), "key", "`KEY` System V key of unit 0")
		return func(ctx context.Context, operands []string) error {
			d, err := daemonNamed(operands)
			if err != nil {
				return err
			}
			for name, value := range map[string]time.Duration{"precision": sentences.jitter, "pps-precision": pulse.jitter, "for": *lasts} {
				if value < 0 {
					return usageError(fmt.Sprintf("--%s %v: expected 0s or more", name, value))
				}
			}
			sentences.named, pulse.named = given(flags, "unit") || sentences.sock != "", pulse.unit >= 0 || pulse.sock != ""
			if !pulse.named {
				pulse.unit = min(sentences.unit+1, shm.MaxUnit)
			}
			if sentences.sock == "" && pulse.sock == "" && sentences.unit == pulse.unit {
				return usageError(fmt.Sprintf("unit %d is used twice; expected another number for --pps-unit", pulse.unit))
			}
			clocks := []*clockFlags{&sentences, &pulse}
			measure(ctx, uint32(key), *lasts, clocks)
			calibrated, _ := time.ParseDuration(delay) // 0 for auto
			if *check != "" {
				return checkConfig(os.Stdout, d, *check, clocks, calibrated, delay != "auto")
			}
			setup := lines.Setup{Sentences: sentences.clock(), Calibrated: delay != "auto"}
			if pulse.named || pulse.jitter > 0 {
				setup.Pulse = pulse.clock()
			}
			if err := lines.Write(os.Stdout, d, setup); err != nil {
				return usageError(err.Error())
			}
			if setup.Pulse == nil && !setup.Calibrated && sentences.seen > 0 {
				fmt.Printf("\n# The offset of unit %d is %s now. If the clock of this machine is right, that is\n# the delay: tell refclock %v %s,\n# and this command too.\n",
					sentences.unit, seconds(sentences.offset), (-sentences.offset).Round(time.Millisecond), driver.Setting("delay"))
			}
			return nil
		}
	},
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
	if !ok {
		return lines.Daemon{}, usageError(fmt.Sprintf("unknown time daemon %q%s; expected one of %s", operands[0], suggest(operands[0], consumerNames()), strings.Join(consumerNames(), ", ")))
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
		c.perm = infos[i].Perm
		c.refclock = slices.ContainsFunc(watch.Attached(infos[i].Key, infos[i].ID), func(p watch.Process) bool { return p.Name == "refclock" })
		unit, err := shm.Attach(c.unit, shm.WithKeyBase(key), shm.WithReadOnly())
		if err != nil {
			if errors.Is(err, os.ErrPermission) {
				fmt.Fprintf(os.Stderr, "refclock: unit %d cannot be read, so its jitter is unknown: try again with sudo\n", c.unit)
			}
			continue
		}
		defer unit.Close()
		told := c.jitter > 0
		watcher := watch.New(c.unit, unit.Segment)
		looks = append(looks, func(now time.Time) {
			if r, fresh, err := watcher.Look(now); err == nil && fresh && r.Seen.Sub(r.Sample.Receive) < staleAfter {
				c.seen++
				c.offset = r.Offset
				if !told {
					c.jitter = readingJitter(r)
				}
			}
		})
	}
	if len(looks) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lasts)
	defer cancel()
	ticker := time.NewTicker(watch.Every)
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
