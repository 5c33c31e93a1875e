package driver

import (
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A Witness has a reference estimate of the time that is independent of a clock. It is not
// precise enough to replace the clock, but it can show that the clock's second is wrong.
// Its String is its name in a sentence, such as "the kernel's clock".
type Witness interface {
	fmt.Stringer

	// Current returns the current estimate. It returns false if there is none: the witness
	// then neither contradicts nor agrees. Current does not block and is safe for
	// concurrent use.
	Current() (Estimate, bool)
}

// An Estimate is an estimate of the time: true time minus CLOCK_REALTIME is within
// Offset ± Within at the moment of the call.
type Estimate struct{ Offset, Within time.Duration }

// A KernelClock is the witness that most machines have: the system clock, if the kernel
// reports that a time daemon synchronises it. Its error is at most the maximum error that
// the daemon has set, plus the correction that the kernel still has to make. If these are
// less than half a second, there is an estimate. KernelClock reads the kernel's values and
// sets nothing. It needs no privilege. The zero KernelClock is ready for use.
//
// The struct timex is that of golang.org/x/sys/unix, which has the layouts of 32- and 64-bit
// machines. Its time, which ends in 2038 on 32 bits, is not used.
//
// The estimate depends on the daemon:
//
//   - The daemon may get its time from the same clock. That does no harm. If the published
//     second was wrong, the witness does not detect it. If it was right, so is the system
//     clock, which then does not contradict it. Nor does an old error withhold the clock
//     forever. A daemon sets the maximum error when it hears a source; after that the
//     kernel adds 500 us every second, so that without a source the witness is silent
//     within 1000 s.
//   - chronyd sets the maximum error only with rtcsync in its configuration, which
//     distributions have. Without it, the witness is silent.
//   - NTPsec sets an error of 16 us when it starts, before it has heard a source. See
//     unheard.
//   - systemd-timesyncd always sets a maximum error of 0, however far its server is.
//   - Around a leap second the system clock may be off by up to a second without notice:
//     if the servers smear the leap second, or the daemon slews it. During a second that
//     the kernel inserts, the witness is silent.
type KernelClock struct {
	adjtimex func(*unix.Timex) (state int, err error) // nil for the kernel's
}

func (KernelClock) String() string { return "the kernel's clock" }

const (
	// maxKernelError is the least error at which the second is not certain.
	maxKernelError = time.Second / 2

	// minKernelError is the least error: smaller ones are not trusted.
	minKernelError = time.Millisecond
)

// Current returns the estimate by the kernel.
func (k KernelClock) Current() (Estimate, bool) {
	adjtimex := k.adjtimex
	if adjtimex == nil {
		adjtimex = readTimex
	}
	var t unix.Timex // modes = 0: adjtimex changes nothing
	state, err := adjtimex(&t)
	switch {
	case err != nil, t.Status&unix.STA_UNSYNC != 0:
		return Estimate{}, false
	case state == unix.TIME_OOP: // during a leap second
		return Estimate{}, false
	case unheard(&t):
		return Estimate{}, false
	case t.Maxerror < 0, int64(t.Maxerror) >= maxKernelError.Microseconds():
		return Estimate{}, false
	}
	within := max(time.Duration(t.Maxerror)*time.Microsecond+pending(&t), minKernelError)
	if within >= maxKernelError {
		return Estimate{}, false
	}
	return Estimate{Within: within}, true
}

// readTimex is adjtimex(2), which does not block: the Go runtime need not know of it, and wake its
// watchdog thread.
func readTimex(t *unix.Timex) (state int, err error) {
	s, _, errno := unix.RawSyscall(unix.SYS_ADJTIMEX, uintptr(unsafe.Pointer(t)), 0, 0)
	if errno != 0 {
		return -1, errno
	}
	return int(s), nil
}

// unheard reports whether the kernel has only the initial values of NTPsec 1.2 and ntpd
// 4.2.4: synchronised, both errors 16 us, however wrong the clock is. They mean NTP's
// MAXDISPERSE, 16 s, but set it in microseconds. The kernel then adds 500 us every second
// to the maximum error (MAXFREQ, include/linux/timex.h). A daemon that has heard a source
// sets its jitter as the one error, and its root distance as the other.
func unheard(t *unix.Timex) bool {
	const begin, growth = 16, 500
	return t.Esterror == begin && t.Maxerror >= begin && (t.Maxerror-begin)%growth == 0
}

// pending returns the size of the correction that the kernel still has to make.
func pending(t *unix.Timex) time.Duration {
	unit := time.Microsecond
	if t.Status&unix.STA_NANO != 0 {
		unit = time.Nanosecond
	}
	return (time.Duration(t.Offset) * unit).Abs()
}
