package htntp

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/driver"
)

const (
	// witnessInterval is the time between polls: two or three requests to each server.
	// By then the uncertainty is a third of a second.
	witnessInterval = 30 * time.Minute

	// crystal is the greatest drift of a machine's crystal.
	crystal = 200e-6

	// maxWitnessError is the least uncertainty at which the second is not known.
	maxWitnessError = time.Second / 2
)

// A Witness is web servers as the witness of another clock. It polls them rarely. Between
// two polls it uses the machine's crystal, which is not affected if the system clock is
// slewed or set.
type Witness struct {
	engine *Engine
	ticks  func() ticks
	last   atomic.Pointer[measurement]
}

var _ driver.Witness = (*Witness)(nil)

// ticks are the machine's clocks at one instant, in nanoseconds.
type ticks struct {
	real    int64 // CLOCK_REALTIME
	crystal int64 // CLOCK_MONOTONIC_RAW, which is not slewed
	asleep  int64 // how long the machine was suspended: CLOCK_BOOTTIME - CLOCK_MONOTONIC
}

// A measurement is the result of a poll.
type measurement struct {
	at   ticks
	utc  int64
	half time.Duration
}

// NewWitness returns a Witness. It does not use the intervals of the configuration.
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

// Run polls the servers until ctx ends. After a failed poll the last measurement stays; its
// uncertainty grows with time.
func (w *Witness) Run(ctx context.Context) {
	retry := minRetry
	var reporter reporter
	for {
		v, err := w.engine.Ask(ctx)
		reporter.report(v, w.engine.config.Log)
		if err == nil {
			t, since := w.ticks(), w.engine.now().mono-v.Mono // the system clock may have been set since
			w.last.Store(&measurement{at: t, utc: v.Clock() + since, half: v.Half})
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(nextWait(err, &retry)):
		}
	}
}

// nextWait returns how long to wait after a poll: after a failed one less, at first.
func nextWait(err error, retry *time.Duration) time.Duration {
	if err == nil {
		*retry = minRetry
		return spread(witnessInterval)
	}
	wait := spread(*retry)
	*retry = min(2**retry, witnessInterval)
	return wait
}

// Current returns the time of the last poll, extrapolated to now.
func (w *Witness) Current() (driver.Estimate, bool) {
	last := w.last.Load()
	if last == nil {
		return driver.Estimate{}, false
	}
	now := w.ticks()
	if time.Duration(now.asleep-last.at.asleep).Abs() > stepLimit*100 {
		return driver.Estimate{}, false // CLOCK_MONOTONIC_RAW stands still while suspended
	}
	elapsed := now.crystal - last.at.crystal
	within := last.half + time.Duration(crystal*float64(elapsed))
	if within >= maxWitnessError {
		return driver.Estimate{}, false
	}
	if maybeLeap(last.utc-int64(longestPoll), last.utc+elapsed) { // which the crystal does not count
		return driver.Estimate{}, false
	}
	return driver.Estimate{Offset: time.Duration(last.utc + elapsed - now.real), Within: within}, true
}

// machineTicks reads the clocks. The calls are microseconds apart, which is negligible
// compared to half a second.
func machineTicks() ticks {
	return ticks{
		real:    read(unix.CLOCK_REALTIME),
		crystal: read(unix.CLOCK_MONOTONIC_RAW),
		asleep:  read(unix.CLOCK_BOOTTIME) - read(unix.CLOCK_MONOTONIC),
	}
}
