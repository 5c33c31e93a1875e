package pps

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// fifoPriority is the lowest priority of SCHED_FIFO. It precedes all ordinary threads, but
// not the kernel's threads of interrupts, which have 50.
const fifoPriority = 1

// allowedCores returns the processors that the program may use, the last one first. Linux
// usually handles interrupts on the first one.
func allowedCores() (list []int) {
	var set unix.CPUSet
	if unix.SchedGetaffinity(0, &set) != nil {
		return nil
	}
	for i := len(set)*64 - 1; i >= 0; i-- {
		if set.IsSet(i) {
			list = append(list, i)
		}
	}
	return list
}

// enterThread gives the calling goroutine a thread of its own, bound to a core and with the
// priority of real time. It returns what undoes this, and why the thread has not all of it.
func enterThread(core int) (leave func(), err error) {
	runtime.LockOSThread()
	var cores unix.CPUSet
	before, failed := unix.SchedGetAttr(0, 0)
	failed = errors.Join(failed, unix.SchedGetaffinity(0, &cores))
	if failed != nil {
		return runtime.UnlockOSThread, failed
	}
	var one unix.CPUSet
	one.Set(core)
	if e := unix.SchedSetaffinity(0, &one); e != nil {
		err = fmt.Errorf("sched_setaffinity: %w", e)
	}
	if e := unix.SchedSetAttr(0, &unix.SchedAttr{Policy: unix.SCHED_FIFO, Priority: fifoPriority}, 0); e != nil {
		err = errors.Join(err, fmt.Errorf("SCHED_FIFO: %w", e))
	}
	return func() {
		// A thread that cannot be restored stays locked, and ends with its goroutine.
		if unix.SchedSetAttr(0, before, 0) == nil && unix.SchedSetaffinity(0, &cores) == nil {
			runtime.UnlockOSThread()
		}
	}, err
}

// precise is the last part of a sleep, in which the thread itself sleeps: the timers of the Go
// runtime are up to a millisecond late.
const precise = 5 * time.Millisecond

// sleepThread waits until an instant of the monotonic clock, or until the context ends.
func sleepThread(ctx context.Context, until int64) error {
	if err := sleepTimer(ctx, time.Duration(until-Now().Mono)-precise); err != nil {
		return err
	}
	at := unix.NsecToTimespec(until)
	for {
		err := unix.ClockNanosleep(unix.CLOCK_MONOTONIC, unix.TIMER_ABSTIME, &at, nil)
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}
