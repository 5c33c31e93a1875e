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

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/shm"
	"github.com/refclock/refclock/sock"
)

// unitFlags are the flags of every command that feeds a unit, a socket, or both.
type unitFlags struct {
	unit   unitFlag
	sock   string
	key    keyFlag
	layout layoutFlag

	// named tells whether the unit was asked for. A socket takes the place of one that
	// was not.
	named func() bool
}

func (u *unitFlags) define(flags *flag.FlagSet, unit int) {
	u.unit = unitFlag(unit)
	flags.Var(&u.unit, "unit", "`NUMBER` of the unit of NTP shared memory, 0 to 255: 2 is what chrony calls SHM 2, and ntpd 127.127.28.2; 0 and 1 are for root alone")
	u.named = func() bool { return given(flags, "unit") }
	flags.StringVar(&u.sock, "sock", "", "`PATH` of the socket of chrony's refclock SOCK, which is fed in place of a unit, or beside it if --unit is given too")
	u.key = shm.KeyBase
	flags.Var(&u.key, "key", "`KEY` of unit 0; the time daemon must be built for another one")
	flags.Var(&u.layout, "layout", "`SIZE` of a unit that does not exist yet: 96, 88 or 80 bytes, as the C library of the time daemon has it; an existing unit tells its own")
}

// next gives the flags of a second clock: with that unit, or the one after this if
// the number is negative, and that socket.
func (u *unitFlags) next(number unitFlag, sock string) (unitFlags, error) {
	second := *u
	second.sock = sock
	second.named = func() bool { return number >= 0 }
	if second.unit = number; number < 0 {
		second.unit = u.unit + 1
	}
	switch {
	case sock != "" && sock == u.sock:
		return second, usageError(fmt.Sprintf("socket %s cannot be fed twice: expected another path", sock))
	case !u.feedsUnit() || !second.feedsUnit():
		return second, nil
	case second.unit == u.unit:
		return second, usageError(fmt.Sprintf("unit %d cannot be fed twice: expected another number", u.unit))
	case second.unit > shm.MaxUnit:
		return second, usageError(fmt.Sprintf("there is no unit %d: name the pulse's with --pps-unit", second.unit))
	}
	return second, nil
}

func (u *unitFlags) feedsUnit() bool { return u.sock == "" || u.named() }

// feed runs a driver into its sinks until ctx ends. What is set up in prepare comes
// before the first sample.
func (u *unitFlags) feed(ctx context.Context, d driver.Driver, log *slog.Logger, prepare func(*driver.Feed)) error {
	var unit *lateUnit
	var sender *sock.Sender
	var err error
	if u.feedsUnit() {
		if unit, err = u.attach(); err != nil {
			return err
		}
		defer unit.Close()
	}
	if u.sock != "" {
		if sender, err = u.open(unit); err != nil {
			return err
		}
		defer sender.Close()
	}
	return feedInto(ctx, unit, sender, d, log, prepare)
}

// feedInto is feed for a unit and a sender, of which either may be nil.
func feedInto(ctx context.Context, unit *lateUnit, sender *sock.Sender, d driver.Driver, log *slog.Logger, prepare func(*driver.Feed)) error {
	feed := driver.NewFeed(nil, log)
	if unit != nil {
		feed = driver.NewFeed(unit, log)
		log.Info("feeding a unit", "unit", unit.number, "layout", unit.layout(), "driver", d.String())
	}
	if sender != nil {
		feed.AddSocket(sender)
		log.Info("feeding a socket", "path", sender.Path(), "layout", sender.Layout().String(), "driver", d.String())
	}
	if prepare != nil {
		prepare(feed)
	}
	return driver.Supervise(ctx, d, feed, log)
}

// attach attaches the unit, or leaves that for later if there is none and only the
// consumer can know its layout.
func (u *unitFlags) attach() (*lateUnit, error) {
	options := []shm.Option{shm.WithKeyBase(uint32(u.key))}
	if u.layout.Layout != 0 {
		options = append(options, shm.WithLayout(u.layout.Layout))
	}
	number := int(u.unit)
	unit := &lateUnit{number: number}
	unit.Attach = func() (driver.SharedUnit, error) { return shm.Attach(number, options...) }
	if _, err := unit.Check(); err != nil && !errors.Is(err, shm.ErrAbsent) {
		return nil, err
	}
	return unit, nil
}

// open opens the way to the socket, whether or not a daemon is there. Its datagrams
// have the time_t of the daemon's C library, as the unit has, if there is one.
func (u *unitFlags) open(unit *lateUnit) (*sock.Sender, error) {
	told := u.layout.Layout
	if told == 0 && unit != nil {
		told = unit.Layout()
	}
	layout, err := driver.SocketLayout(told)
	if err != nil {
		return nil, err
	}
	sender, err := sock.NewSender(u.sock, sock.WithLayout(layout))
	if errors.Is(err, sock.ErrRange) {
		return nil, usageError(err.Error())
	}
	return sender, err
}

// A lateUnit is a unit with its number.
type lateUnit struct {
	driver.LateUnit
	number int
}

func (l *lateUnit) layout() string {
	layout := l.Layout()
	if layout == 0 {
		return "not known before the time daemon creates it"
	}
	return layout.String()
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
type layoutFlag struct{ shm.Layout }

func (l *layoutFlag) String() string {
	if l.Layout == 0 {
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
