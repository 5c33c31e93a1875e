package htntp

import (
	"time"

	"golang.org/x/sys/unix"
)

// A stamp is one instant as the clocks of the system saw it. All measuring is done
// on the monotonic clock, which nobody sets; the real one is for the sample; and the
// raw one, which nobody slews, tells what a time daemon did between two polls.
type stamp struct {
	real int64 // CLOCK_REALTIME
	mono int64 // CLOCK_MONOTONIC, since the start
	raw  int64 // CLOCK_MONOTONIC_RAW
}

// origin is what mono counts from: the standard library gives differences of the
// monotonic clock, never its value.
var origin = time.Now()

// now reads real and mono by one call of time.Now, which uses the vDSO.
func now() stamp {
	return together(func() stamp {
		t := time.Now()
		return stamp{t.UnixNano(), int64(t.Sub(origin)), rawClock()}
	}, mono)
}

// together reads the clocks again if the thread lost its processor in between: the
// time that this took would pass for a step of the real one. On a machine that is so
// busy that it always does, it gives up.
func together(read func() stamp, mono func() int64) (s stamp) {
	for range 10 {
		began := mono()
		s = read()
		if mono()-began < int64(stepLimit)/10 {
			break
		}
	}
	return s
}

// rawClock reads the raw clock; in a bubble of testing/synctest, which has none, it is
// mono.
var rawClock = func() int64 { return read(unix.CLOCK_MONOTONIC_RAW) }

// read reads one of the kernel's clocks, in nanoseconds; 0 where there is none such.
func read(clock int32) int64 {
	var t unix.Timespec
	if unix.ClockGettime(clock, &t) != nil {
		return 0
	}
	return t.Nano()
}

// mono is the monotonic clock alone.
func mono() int64 { return int64(time.Since(origin)) }

// step is by how much the system clock was set between earlier and s.
func (s stamp) step(earlier stamp) time.Duration {
	return time.Duration((s.real - earlier.real) - (s.mono - earlier.mono))
}

// slewed is by how much a time daemon has driven the clocks ahead of the crystal between
// earlier and s. Linux slews real and mono alike. Without a raw clock it is not known.
func (s stamp) slewed(earlier stamp) int64 {
	if s.raw == 0 || earlier.raw == 0 {
		return 0
	}
	return (s.mono - earlier.mono) - (s.raw - earlier.raw)
}

// stepLimit parts a step from what reading both clocks costs; see together.
const stepLimit = time.Millisecond
