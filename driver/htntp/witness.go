package htntp

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/leap"
)

const (
	// askEvery is how often a witness asks its servers: two or three requests each.
	// By then its word is good to a third of a second.
	askEvery = 30 * time.Minute

	// crystal is how fast a machine's crystal may run away from true time.
	crystal = 200e-6

	// secondDoubtful is the doubt at which the second itself is in doubt.
	secondDoubtful = time.Second / 2
)

// A Witness is web servers as the witness of another clock: the engine, asked rarely. Between
// two polls it goes by the machine's crystal, which neither a time daemon that slews the
// clock nor somebody who sets it can lead astray.
type Witness struct {
	engine *Engine
	ticks  func() ticks
	last   atomic.Pointer[testified]
}

var _ driver.Witness = (*Witness)(nil)

// ticks are the machine's clocks at one instant, in nanoseconds.
type ticks struct {
	real    int64 // CLOCK_REALTIME
	crystal int64 // CLOCK_MONOTONIC_RAW, which nobody slews
	asleep  int64 // for how long the machine was suspended: CLOCK_BOOTTIME - CLOCK_MONOTONIC
}

// testified is what a poll has found.
type testified struct {
	at   ticks
	utc  int64
	half time.Duration
}

// NewWitness makes a Witness. The configuration's intervals do not matter.
func NewWitness(c Config) (*Witness, error) {
	engine, err := NewEngine(c)
	if err != nil {
		return nil, err
	}
	return &Witness{engine: engine, ticks: machineTicks}, nil
}

func (w *Witness) String() string {
	if len(w.engine.config.Hosts) == 1 {
		return "the web server " + w.engine.config.Hosts[0].String()
	}
	return "web servers"
}

// Run asks the servers now and then until ctx ends. A poll that comes to nothing leaves
// what is known, which loses its worth by itself.
func (w *Witness) Run(ctx context.Context) {
	retry := soon
	for {
		v, err := w.engine.Ask(ctx)
		if err == nil {
			t := w.ticks()
			w.last.Store(&testified{at: t, utc: t.real + int64(v.Offset), half: v.Half})
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(untilNext(err, &retry)):
		}
	}
}

// untilNext is how long to wait after a poll, and after one that failed sooner at first.
func untilNext(err error, retry *time.Duration) time.Duration {
	if err == nil {
		*retry = soon
		return spread(askEvery)
	}
	wait := spread(*retry)
	*retry = min(2**retry, askEvery)
	return wait
}

// Testify tells what the last poll makes of the present.
func (w *Witness) Testify() (driver.Testimony, bool) {
	last := w.last.Load()
	if last == nil {
		return driver.Testimony{}, false
	}
	now := w.ticks()
	if time.Duration(now.asleep-last.at.asleep).Abs() > stepLimit*100 {
		return driver.Testimony{}, false // the crystal has not counted that
	}
	elapsed := now.crystal - last.at.crystal
	within := last.half + time.Duration(crystal*float64(elapsed))
	if within >= secondDoubtful {
		return driver.Testimony{}, false
	}
	if last.leapt(elapsed) {
		return driver.Testimony{}, false
	}
	return driver.Testimony{Offset: time.Duration(last.utc + elapsed - now.real), Within: within}, true
}

// leapt tells whether there may have been a leap second since the poll or in the midst
// of it, which the crystal does not know of: nothing is said until the next one. It
// begins early, for a second that is left out, and for the doubt.
func (l *testified) leapt(elapsed int64) bool {
	const poll, early = 30 * time.Second, 2 * time.Second
	began, now := l.utc-int64(poll), l.utc+elapsed+int64(early)
	return leap.Boundary(began/int64(time.Second)) != leap.Boundary(now/int64(time.Second))
}

// machineTicks reads the clocks. The calls lie within microseconds of each other, which
// is nothing to half a second.
func machineTicks() ticks {
	return ticks{
		real:    read(unix.CLOCK_REALTIME),
		crystal: read(unix.CLOCK_MONOTONIC_RAW),
		asleep:  read(unix.CLOCK_BOOTTIME) - read(unix.CLOCK_MONOTONIC),
	}
}
