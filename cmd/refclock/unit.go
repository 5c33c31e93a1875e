package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/shm"
)

// unitFlags are the flags of every command that feeds a unit.
type unitFlags struct {
	unit   unitFlag
	key    keyFlag
	layout layoutFlag
}

func (u *unitFlags) define(flags *flag.FlagSet, unit int) {
	u.unit = unitFlag(unit)
	flags.Var(&u.unit, "unit", "`NUMBER` of the unit of NTP shared memory, 0 to 255: 2 is what chrony calls\nSHM 2, and ntpd 127.127.28.2; 0 and 1 are for root alone")
	u.key = shm.KeyBase
	flags.Var(&u.key, "key", "`KEY` of unit 0; the time daemon must be built for another one")
	flags.Var(&u.layout, "layout", "`SIZE` of a unit that does not exist yet: 96, 88 or 80 bytes, as the C library of\nthe time daemon has it; an existing unit tells its own")
}

// next gives the flags of a second unit: of that number, or the one after this if
// it is negative.
func (u *unitFlags) next(number unitFlag) (unitFlags, error) {
	second := *u
	if second.unit = number; number < 0 {
		second.unit = u.unit + 1
	}
	switch {
	case second.unit == u.unit:
		return second, usageError(fmt.Sprintf("unit %d cannot be fed twice: expected another number", u.unit))
	case second.unit > shm.MaxUnit:
		return second, usageError(fmt.Sprintf("there is no unit %d: name the pulse's with --pps-unit", second.unit))
	}
	return second, nil
}

// attach attaches the unit. Where only the consumer can know the unit's layout,
// it waits until the consumer has created it.
func (u *unitFlags) attach(ctx context.Context, log *slog.Logger) (*shm.Unit, error) {
	options := []shm.Option{shm.WithKeyBase(uint32(u.key))}
	if u.layout.Layout != nil {
		options = append(options, shm.WithLayout(u.layout.Layout))
	}
	waiting := false
	for {
		unit, err := shm.Attach(int(u.unit), options...)
		if !errors.Is(err, shm.ErrAbsent) {
			return unit, err
		}
		if !waiting {
			log.Warn("waiting for the time daemon to create its unit", "unit", int(u.unit), "why", err)
			waiting = true
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// feed runs a driver into the unit until ctx ends. What is set up in prepare
// comes before the first sample.
func (u *unitFlags) feed(ctx context.Context, d driver.Driver, log *slog.Logger, prepare func(*driver.Feed)) error {
	unit, err := u.attach(ctx, log)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	return feedUnit(ctx, unit, d, log, prepare)
}

// feedUnit is feed for a unit that is attached; it closes the unit.
func feedUnit(ctx context.Context, unit *shm.Unit, d driver.Driver, log *slog.Logger, prepare func(*driver.Feed)) error {
	defer unit.Close()
	log.Info("attached", "unit", unit.Number(), "layout", unit.Layout().String(), "driver", d.String())
	feed := driver.NewFeed(unit, log)
	if prepare != nil {
		prepare(feed)
	}
	return driver.Supervise(ctx, d, feed, log)
}

// together runs all until ctx ends or one fails, and gives that one's error.
func together(ctx context.Context, runs ...func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := make(chan error, len(runs))
	for _, run := range runs {
		go func() { failed <- run(ctx) }()
	}
	var first error
	for range runs {
		if err := <-failed; err != nil {
			first = cmp.Or(first, err)
			cancel()
		}
	}
	return first
}

// newLog is the one log of the program: lines of key=value on standard error.
// The service manager stamps them; a terminal gets the time of day.
func newLog() *slog.Logger {
	options := &slog.HandlerOptions{}
	if os.Getenv("JOURNAL_STREAM") != "" {
		options.ReplaceAttr = func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}

// unitFlag is a unit's number.
type unitFlag int

func (u *unitFlag) String() string {
	if *u < 0 {
		return "" // chosen by the command
	}
	return strconv.Itoa(int(*u))
}

func (u *unitFlag) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > shm.MaxUnit {
		return fmt.Errorf("expected a number from 0 to %d", shm.MaxUnit)
	}
	*u = unitFlag(n)
	return nil
}

// keyFlag is a SysV key, in any base that Go reads.
type keyFlag uint32

func (k *keyFlag) String() string { return fmt.Sprintf("%#x", uint32(*k)) }

func (k *keyFlag) Set(s string) error {
	n, err := strconv.ParseUint(s, 0, 32)
	if err != nil {
		return fmt.Errorf("expected a number of 32 bits such as 0x4e545030")
	}
	*k = keyFlag(n)
	return nil
}

// layoutFlag is a layout named by its size.
type layoutFlag struct{ *shm.Layout }

func (l *layoutFlag) String() string {
	if l.Layout == nil {
		return ""
	}
	return strconv.Itoa(l.Size())
}

func (l *layoutFlag) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err == nil {
		l.Layout, err = shm.LayoutOfSize(n)
	}
	if err != nil {
		return fmt.Errorf("expected 96, 88 or 80")
	}
	return nil
}
