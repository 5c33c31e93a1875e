package pps

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strconv"
	"sync"
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

// realtimeThreads returns how many threads of this process have SCHED_FIFO.
func realtimeThreads(t *testing.T) (n int) {
	t.Helper()
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	for _, thread := range threads {
		tid, _ := strconv.Atoi(thread.Name())
		if a, err := unix.SchedGetAttr(tid, 0); err == nil && a.Policy == unix.SCHED_FIFO { // else it has ended
			n++
		}
	}
	return n
}

// One thread gets the priority, and not those that the runtime starts meanwhile. It is as
// before afterwards.
func TestEnterFIFO(t *testing.T) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		leave, err := EnterFIFO(10)
		if err != nil {
			if before := realtimeThreads(t); !errors.Is(err, unix.EPERM) || before > 0 {
				t.Errorf("%v, and %d threads have the priority", err, before)
			}
			leave()
			return
		}
		if in, _ := unix.SchedGetAttr(0, 0); in.Policy != unix.SCHED_FIFO || in.Priority != 10 {
			t.Errorf("%+v, want SCHED_FIFO and 10", in)
		}
		var started, end sync.WaitGroup
		stop := make(chan struct{})
		for range 8 {
			started.Add(1)
			end.Go(func() {
				runtime.LockOSThread() // a thread each
				started.Done()
				<-stop
			})
		}
		started.Wait()
		if n := realtimeThreads(t); n != 1 {
			t.Errorf("%d threads have the priority, want 1", n)
		}
		close(stop)
		end.Wait()
		leave()
		if n := realtimeThreads(t); n > 0 {
			t.Errorf("afterwards, %d threads have the priority", n)
		}
	}()
	<-done
}

// Without the permission, the error says so, and nothing has changed.
func TestEnterFIFORefused(t *testing.T) {
	if unix.Getuid() != 0 {
		t.Skip("TestEnterFIFO tests this for other users")
	}
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_RTPRIO, &limit); limit.Cur > 0 {
		t.Skip("the limit RLIMIT_RTPRIO permits it")
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread ends, which has lost a capability
		header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
		var sets [2]unix.CapUserData
		if err := unix.Capget(&header, &sets[0]); err != nil {
			t.Error(err)
		}
		sets[0].Effective &^= 1 << unix.CAP_SYS_NICE
		if err := unix.Capset(&header, &sets[0]); err != nil {
			t.Error(err)
		}
		leave, err := EnterFIFO(10)
		if in, _ := unix.SchedGetAttr(0, 0); !errors.Is(err, unix.EPERM) || in.Policy != unix.SCHED_NORMAL {
			t.Errorf("%v, and the thread has %+v", err, in)
		}
		leave()
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
