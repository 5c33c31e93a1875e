package pps

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A thread has what it is permitted to have, and is as before afterwards. Without permission
// the error names what is missing.
func TestThread(t *testing.T) {
	cores := allowedCores()
	if len(cores) == 0 {
		t.Fatal("no processor")
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // counts: leave unlocks only once
		defer runtime.UnlockOSThread()
		leave, err := enterThread(cores[0])
		in, _ := unix.SchedGetAttr(0, 0)
		if fifo := in.Policy == unix.SCHED_FIFO && in.Priority == fifoPriority; fifo != (err == nil) {
			t.Errorf("%+v with %v", in, err)
		}
		if err != nil && !errors.Is(err, unix.EPERM) {
			t.Error(err)
		}
		if is := allowedCores(); err == nil && (len(is) != 1 || is[0] != cores[0]) {
			t.Errorf("bound to %v, want %d", is, cores[0])
		}
		leave()
		after, _ := unix.SchedGetAttr(0, 0)
		if is := allowedCores(); after.Policy != unix.SCHED_NORMAL || len(is) != len(cores) {
			t.Errorf("afterwards %+v on %v", after, is)
		}
	}()
	<-done
}

// A sleep does not end before its time, unless its context does.
func TestThreadSleeps(t *testing.T) {
	until := Now().Mono + int64(20*ms)
	if err := sleepThread(t.Context(), until); err != nil || Now().Mono < until-int64(us) { // the clocks agree to 1 us
		t.Errorf("%v, %v early", err, time.Duration(until-Now().Mono))
	}
	if err := sleepThread(t.Context(), until); err != nil {
		t.Errorf("in the past: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(ms, cancel)
	if err := sleepThread(ctx, Now().Mono+int64(time.Hour)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
