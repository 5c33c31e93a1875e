package htntp

import (
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/nmea"
)

// A stamp is the readings of the system's clocks at one instant. Measurements use the
// monotonic clock, which cannot be set. The sample has the time of the real clock. The raw clock,
// which is not slewed, shows what a time daemon did between two polls.
type stamp struct {
	real int64 // CLOCK_REALTIME
	mono int64 // CLOCK_MONOTONIC
	raw  int64 // CLOCK_MONOTONIC_RAW
	boot int64 // CLOCK_BOOTTIME, which includes the time during which the machine slept
}

// origin is the zero of CLOCK_MONOTONIC: the standard library returns differences of the
// monotonic clock, not its value.
var origin = time.Now().Add(-time.Duration(nmea.Now().Mono))

// now reads real and mono by one call of time.Now, which uses the vDSO.
func now() stamp {
	return readTogether(func() stamp {
		t := time.Now()
		return stamp{t.UnixNano(), int64(t.Sub(origin)), rawClock(), bootClock()}
	}, mono)
}

// readTogether reads the clocks again if the thread lost its processor in between, which
// would look like a step of the real clock. It gives up after ten readings.
func readTogether(read func() stamp, mono func() int64) (s stamp) {
	for range 10 {
		began := mono()
		s = read()
		if mono()-began < int64(stepLimit)/10 {
			break
		}
	}
	return s
}

// rawClock reads the raw clock. In tests with synctest, which has no raw clock, it is mono.
var rawClock = func() int64 { return read(unix.CLOCK_MONOTONIC_RAW) }

// bootClock reads the clock that also counts while the machine sleeps.
var bootClock = func() int64 { return read(unix.CLOCK_BOOTTIME) }

// read returns the time of one of the kernel's clocks, in nanoseconds; 0 if the kernel
// does not have it.
func read(clock int32) int64 {
	var t unix.Timespec
	if unix.ClockGettime(clock, &t) != nil {
		return 0
	}
	return t.Nano()
}

// mono returns the monotonic clock.
func mono() int64 { return int64(time.Since(origin)) }

// step returns by how much the system clock was set between earlier and s.
func (s stamp) step(earlier stamp) time.Duration {
	return time.Duration((s.real - earlier.real) - (s.mono - earlier.mono))
}

// slewed returns how far the clocks were slewed ahead of the crystal between earlier and s.
// Linux slews real and mono alike. Without a raw clock it returns 0.
func (s stamp) slewed(earlier stamp) int64 {
	if s.raw == 0 || earlier.raw == 0 {
		return 0
	}
	return (s.mono - earlier.mono) - (s.raw - earlier.raw)
}

// stepLimit separates a step from the time between the readings of two clocks; see
// readTogether.
const stepLimit = time.Millisecond
