package pps

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// fifoPriority is that of a polling thread, the lowest of SCHED_FIFO. It precedes all ordinary threads, but
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

// EnterFIFO gives the calling goroutine a thread of its own, with the scheduling policy
// SCHED_FIFO and a priority from 1, the lowest, to 99. The goroutine must call leave, which
// undoes this. Threads that the Go runtime starts do not inherit the priority. After an error,
// nothing has changed, and leave does nothing.
//
// The goroutine gains only if it waits in the kernel. In a channel, a sleep or the runtime's
// poller, it waits for other threads, which have ordinary priority: see [WithThread].
func EnterFIFO(priority int) (leave func(), err error) {
	runtime.LockOSThread()
	before, err := unix.SchedGetAttr(0, 0)
	if err == nil {
		err = unix.SchedSetAttr(0, &unix.SchedAttr{Policy: unix.SCHED_FIFO, Priority: uint32(priority)}, 0)
	}
	if err != nil {
		runtime.UnlockOSThread()
		return func() {}, fmt.Errorf("SCHED_FIFO: %w", err)
	}
	return func() {
		// A thread that cannot be restored stays locked, and ends with its goroutine.
		if unix.SchedSetAttr(0, before, 0) == nil {
			runtime.UnlockOSThread()
		}
	}, nil
}

// enterThread gives the calling goroutine a thread of its own, bound to a core and with
// real-time priority. It returns a function that undoes this, and an error if a part failed.
func enterThread(core int) (leave func(), err error) {
	runtime.LockOSThread()
	var cores unix.CPUSet
	if err := unix.SchedGetaffinity(0, &cores); err != nil {
		return runtime.UnlockOSThread, err
	}
	var one unix.CPUSet
	one.Set(core)
	if e := unix.SchedSetaffinity(0, &one); e != nil {
		err = fmt.Errorf("sched_setaffinity: %w", e)
	}
	leaveFIFO, e := EnterFIFO(fifoPriority)
	err = errors.Join(err, e)
	return func() {
		leaveFIFO()
		if unix.SchedSetaffinity(0, &cores) == nil { // else as in EnterFIFO
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
