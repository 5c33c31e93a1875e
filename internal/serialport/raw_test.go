package serialport

import (
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// epollNow returns at once, also if there are no events: the runtime does not know that its
// thread could wait.
func TestEpollNowDoesNotWait(t *testing.T) {
	_, port := open(t)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	waits := func() int64 {
		var usage unix.Rusage
		if err := unix.Getrusage(unix.RUSAGE_THREAD, &usage); err != nil {
			t.Skip(err)
		}
		return int64(usage.Nvcsw)
	}
	const calls = 50
	var events [2]unix.EpollEvent
	before := waits()
	for range calls {
		if n, err := epollNow(int(port.ready.epoll.Fd()), events[:]); n != 0 || err != nil {
			t.Fatalf("%d events, %v; want none", n, err)
		}
	}
	if n := waits() - before; n >= calls {
		t.Errorf("the thread waited %d times in %d calls, want none", n, calls)
	}
}
