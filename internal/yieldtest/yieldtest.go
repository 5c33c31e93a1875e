// Package yieldtest measures how long work holds a processor before another goroutine runs.
// On a machine with one processor, a read that has returned waits that long for its stamp.
package yieldtest

import (
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Report runs work on one processor, b.N times, and reports the median of the longest times
// for which it held that processor. The Go runtime ends each after 10 ms.
func Report(b *testing.B, work func()) {
	b.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var longest []time.Duration
	for b.Loop() {
		longest = append(longest, held(work))
	}
	slices.Sort(longest)
	b.ReportMetric(float64(longest[len(longest)/2].Microseconds()), "µs-held/op")
}

// used returns the processor time of this process: other processes do not count.
func used() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t); err != nil {
		panic(err) // every Linux has this clock
	}
	return time.Duration(t.Nano())
}

// held returns the longest time for which another goroutine did not run during work.
func held(work func()) (longest time.Duration) {
	var done atomic.Bool
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for last := used(); !done.Load(); last = used() {
			runtime.Gosched()
			longest = max(longest, used()-last)
		}
	}()
	runtime.Gosched()
	work()
	done.Store(true)
	<-ended
	return longest
}
