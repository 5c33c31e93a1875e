//go:build linux

package pps

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
	"unsafe"

	"github.com/warthog618/go-gpiocdev/uapi"
	"golang.org/x/sys/unix"
)

// The benchmarks measure the time from the wake-up of Next to its return. It must not
// allocate; see TestNoAllocations.

// lineWakes returns the part of Line.Next after its wake-up.
func lineWakes(tb testing.TB) func() Edge {
	h, w := pipe(tb)
	line := Line{name: "bench", handle: h}
	sent := uapi.LineEvent{ID: uapi.LineEventRisingEdge, Timestamp: uint64(Now().Real)}
	raw := (*[lineEventSize]byte)(unsafe.Pointer(&sent))[:]
	fd := h.file.Fd()
	return func() Edge {
		sent.LineSeqno++
		if _, err := w.Write(raw); err != nil {
			tb.Fatal(err)
		}
		if found, err := line.look(fd); !found || err != nil {
			tb.Fatal(found, err)
		}
		return line.take()
	}
}

// deviceWakes returns the part of Device.Next after PPS_FETCH returned both edges of a
// pulse.
func deviceWakes(testing.TB) func() Edge {
	d := Device{}
	seq, at := uint32(0), int64(1790000000e9)
	return func() Edge {
		seq, at = seq+1, at+1e9
		d.raw.fill(seq, seq, at, at+1e8)
		d.take(d.raw.decode(), Now())
		d.shift()
		return d.shift()
	}
}

// pollerWakes returns the poll that finds the edge.
func pollerWakes(tb testing.TB) func() Edge {
	_, wake := pollerWithout(tb, func() {})
	return wake
}

// pollerWithout returns a poller whose polls each find an edge, and its wake. preempted runs
// during a poll, where a busy machine may run other programs: an edge that was polled too late is
// refused, and the next poll finds another. It must come at once, or the benchmark would wait for
// most of a second each time.
func pollerWithout(tb testing.TB, preempted func()) (p *poller, wake func() Edge) {
	seen, strays := make([]sighting, 0, keepSightings), make([]time.Duration, 0, keepSightings)
	endless := make([]sighting, 1)
	expect := func(rising bool) {
		p.polled = Now()
		due := phase{seen: append(seen, sighting{at: p.polled.Mono - int64(second)}), strays: strays, count: minEdges}
		// The window of the other polarity does not end, whatever happens.
		endless[0] = sighting{at: p.polled.Mono, within: time.Hour}
		other := phase{seen: endless, count: minEdges}
		p.predict = predictor{rising: due, falling: other}
		if !rising {
			p.predict = predictor{rising: other, falling: due}
		}
	}
	high := false
	p = newPoller(func() (bool, error) {
		high = !high
		expect(high)
		preempted()
		return high, nil
	}, make(chan struct{}))
	ctx, cancel := context.WithCancel(context.Background())
	tb.Cleanup(cancel)
	p.begun = true
	return p, func() Edge {
		expect(!high)
		edge, err := p.next(ctx)
		if err != nil {
			tb.Fatal(err)
		}
		return edge
	}
}

// However long other programs run between two polls, the benchmark polls on without a wait.
func TestPollerWakesOnABusyMachine(t *testing.T) {
	polls := 0
	p, wake := pollerWithout(t, func() {
		if polls++; polls <= 3 {
			time.Sleep(slew + 2*maxPollGap) // also longer than the window of an edge
		}
	})
	wake()
	if polls < 4 || p.missed != uint64(polls-1) {
		t.Errorf("%d polls, %d edges refused, want all but the last", polls, p.missed)
	}
	if p.timer != nil {
		t.Error("it has waited for the next window")
	}
}

var wakes = []struct {
	source string
	make   func(testing.TB) func() Edge
}{{"line", lineWakes}, {"device", deviceWakes}, {"polled", pollerWakes}}

func BenchmarkWake(b *testing.B) {
	for _, w := range wakes {
		b.Run(w.source, func(b *testing.B) {
			wake := w.make(b)
			wake()
			b.ReportAllocs()
			for b.Loop() {
				wake()
			}
		})
	}
}

func TestNoAllocations(t *testing.T) {
	for _, w := range wakes {
		wake := w.make(t)
		if n := testing.AllocsPerRun(1000, func() { wake() }); n > 0 {
			t.Errorf("%s: %v allocations an edge", w.source, n)
		}
	}
	// The system calls fail here, and must not allocate either.
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	d := Device{fetchRaw: fetchRaw}
	var tty Modem
	if n := testing.AllocsPerRun(1000, func() { d.fetch(null.Fd(), time.Millisecond); modemLevel(null.Fd(), tty.signal) }); n > 0 {
		t.Errorf("the system calls: %v allocations", n)
	}
}

// BenchmarkLineNext measures a whole Next whose edge is already there.
func BenchmarkLineNext(b *testing.B) {
	ctx := b.Context()
	h, w := pipe(b)
	line := Line{name: "bench", handle: h}
	sent := uapi.LineEvent{ID: uapi.LineEventRisingEdge, Timestamp: uint64(Now().Real)}
	raw := (*[lineEventSize]byte)(unsafe.Pointer(&sent))[:]
	b.ReportAllocs()
	for b.Loop() {
		sent.LineSeqno++
		if _, err := w.Write(raw); err != nil {
			b.Fatal(err)
		}
		if _, err := line.Next(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWakeLatency measures the time from an interrupt, that of a timer, to the return of
// the wait for it: of a goroutine that waits in the poller of the Go runtime, and of one whose
// thread waits itself, with SCHED_FIFO. Run it with -benchtime=200x on a machine with busy loops:
// one operation is an interrupt, 20 ms after the last.
func BenchmarkWakeLatency(b *testing.B) {
	const period = 20 * time.Millisecond
	for _, realtime := range []bool{false, true} {
		b.Run(fmt.Sprintf("realtime=%v", realtime), func(b *testing.B) {
			fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
			if err != nil {
				b.Fatal(err)
			}
			h, err := newHandle(fd, "timer")
			if err != nil {
				b.Fatal(err)
			}
			defer h.close()
			if realtime {
				if err := h.prepare(options{thread: func() func() { return func() {} }}); err != nil {
					b.Fatal(err)
				}
				leave, err := EnterFIFO(10)
				defer leave()
				if err != nil {
					b.Skip(err)
				}
			}
			due := Now().Mono
			first := unix.ItimerSpec{Interval: unix.NsecToTimespec(int64(period)), Value: unix.NsecToTimespec(due + int64(period))}
			if err := unix.TimerfdSettime(fd, unix.TFD_TIMER_ABSTIME, &first, nil); err != nil {
				b.Fatal(err)
			}
			var took []time.Duration
			var raw [8]byte
			for range b.N {
				_, err := h.wait(b.Context(), 0, func(fd uintptr) (bool, error) {
					n, err := unix.Read(int(fd), raw[:])
					return n == len(raw), ignore(err, unix.EAGAIN)
				})
				now := Now()
				if err != nil {
					b.Fatal(err)
				}
				due += int64(period) * int64(binary.NativeEndian.Uint64(raw[:])) // how many were due
				took = append(took, time.Duration(now.Mono-due))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2])/1e3, "median-us")
			b.ReportMetric(float64(took[len(took)*99/100])/1e3, "p99-us")
			b.ReportMetric(float64(took[len(took)-1])/1e3, "max-us")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func ignore(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}
