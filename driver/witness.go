package driver

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// A Witness knows the time independently of the clock that it is asked about: not
// well enough to be that clock, but well enough to tell its second from the one
// beside it. Its String names it in a sentence, such as "the kernel's clock".
type Witness interface {
	fmt.Stringer

	// Testify tells what the witness knows at this moment; false where it knows
	// nothing now, which is no testimony for or against anybody. It is cheap and never
	// blocks, and may be called by any goroutine.
	Testify() (Testimony, bool)
}

// A Testimony bounds the true time: true time minus CLOCK_REALTIME lies within
// Offset ± Within at the moment of the call.
type Testimony struct{ Offset, Within time.Duration }

// A KernelClock is the witness that most machines have: the system clock itself, where
// the kernel says that a time daemon keeps it synchronised. It is then right to within
// the maximum error that the daemon has told the kernel, and the correction that the
// kernel has still to make. It reads and never sets, needs no privilege, and testifies
// where these come to less than half a second. The zero KernelClock is ready for use.
//
// It takes the kernel's struct timex from golang.org/x/sys/unix, which has the layouts of
// 32- and 64-bit machines; the time in it, which ends in 2038 on 32 bits, is not looked at.
//
// What it says is worth as much as the daemon's word:
//
//   - The daemon may have its time from the very clock that the witness is asked about.
//     That does no harm: a wrong second that was fed is not noticed, and a right one
//     makes the system clock right, which does not contradict it. Nor is a clock held
//     off for ever by what it once said: a daemon sets the maximum error when it has
//     heard a source, and from then on the kernel adds 500 us each second, so that a
//     witness whom nobody feeds falls silent within 1000 s.
//   - chronyd tells the kernel only with rtcsync in its configuration, which
//     distributions have there. Without, the witness is silent.
//   - NTPsec tells an error of 16 us when it starts, before it has heard anybody. That is
//     no word of a daemon that knows the time: see unheard.
//   - systemd-timesyncd tells a maximum error of 0 each time, however far its server is.
//   - Around a leap second the clock of a machine whose servers smear it, or whose daemon
//     slews it, is off by up to a second without saying so. In the second that the kernel
//     inserts itself, the witness is silent.
type KernelClock struct {
	adjtimex func(*unix.Timex) (state int, err error) // nil for the kernel's
}

func (KernelClock) String() string { return "the kernel's clock" }

const (
	// maxKernelError is what a clock may be wrong by whose second is still certain.
	maxKernelError = time.Second / 2

	// minKernelError is the least that is believed of a daemon's word.
	minKernelError = time.Millisecond
)

// Testify asks the kernel.
func (k KernelClock) Testify() (Testimony, bool) {
	adjtimex := k.adjtimex
	if adjtimex == nil {
		adjtimex = unix.Adjtimex
	}
	var t unix.Timex // modes = 0: adjtimex changes nothing
	state, err := adjtimex(&t)
	switch {
	case err != nil, t.Status&unix.STA_UNSYNC != 0:
		return Testimony{}, false
	case state == unix.TIME_OOP: // a leap second, which has no number, is in progress
		return Testimony{}, false
	case unheard(&t):
		return Testimony{}, false
	case t.Maxerror < 0, int64(t.Maxerror) >= maxKernelError.Microseconds():
		return Testimony{}, false
	}
	within := max(time.Duration(t.Maxerror)*time.Microsecond+pending(&t), minKernelError)
	if within >= maxKernelError {
		return Testimony{}, false
	}
	return Testimony{Within: within}, true
}

// unheard tells whether all that the kernel knows is what NTPsec 1.2 and ntpd 4.2.4 begin with,
// however wrong the clock is: synchronised, both errors 16 us. They mean NTP's MAXDISPERSE,
// 16 s, and tell the kernel so as microseconds, which it then lets grow by 500 us each
// second (MAXFREQ, include/linux/timex.h). A daemon that has heard somebody tells its jitter
// for the one, and its root distance for the other.
func unheard(t *unix.Timex) bool {
	const begin, growth = 16, 500
	return t.Esterror == begin && t.Maxerror >= begin && (t.Maxerror-begin)%growth == 0
}

// pending is the size of the correction that the kernel is still making.
func pending(t *unix.Timex) time.Duration {
	unit := time.Microsecond
	if t.Status&unix.STA_NANO != 0 {
		unit = time.Nanosecond
	}
	return (time.Duration(t.Offset) * unit).Abs()
}
