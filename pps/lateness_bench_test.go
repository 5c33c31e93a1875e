//go:build linux

package pps

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// BenchmarkLateness measures on this machine how well the lateness of a stamp is found: a
// thread on the first core changes a word of memory, and takes the stamp some microseconds
// later, as an interrupt does. On the last core, the real thread of a Meter polls the word. Run
// it with -benchtime=200x: one operation is one pulse, 20 ms after the last.
//
//	error-ns     median of the found lateness less the true one
//	p99-ns       of the error of a single pulse, without its sign
//	caught-%     share of the pulses in the median
//	cpu-us       processor time of the thread, per pulse
func BenchmarkLateness(b *testing.B) {
	cores := allowedCores()
	if len(cores) < 2 {
		b.Skip("needs two processors")
	}
	for _, read := range []time.Duration{0, us} {
		for _, late := range []time.Duration{2 * us, 5 * us, 12 * us, 40 * us} {
			b.Run(fmt.Sprintf("read=%v/late=%v", read, late), func(b *testing.B) {
				benchmarkLateness(b, cores, read, late)
			})
		}
	}
}

// A memoryLevel is a word of memory, and a read of it takes some time.
type memoryLevel struct {
	word atomic.Uint32
	read time.Duration
}

func (l *memoryLevel) High() (bool, error) {
	spin(l.read / 2)
	high := l.word.Load() != 0
	spin(l.read / 2)
	return high, nil
}

func spin(d time.Duration) {
	if d > 0 {
		for began := time.Now(); time.Since(began) < d; {
		}
	}
}

// A stampedPulse is a pulse with its late stamp and the truth.
type stampedPulse struct {
	edge  Edge
	late  time.Duration // of the stamp
	known bool          // the thread was not interrupted
}

func benchmarkLateness(b *testing.B, cores []int, read, late time.Duration) {
	const period = 20 * time.Millisecond
	level := &memoryLevel{read: read}
	pulses := make(chan stampedPulse, 1)
	first := Now().Mono + int64(period)
	at := func(n int) int64 { return first + int64(n)*int64(period) }
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread ends
		enterThread(cores[len(cores)-1])
		for n := range b.N {
			sleepThread(context.Background(), at(n)-int64(100*us))
			for Now().Mono < at(n) {
			}
			pulses <- level.pulse(late)
			time.Sleep(period / 4)
			level.word.Store(0)
		}
	}()
	leave, err := enterThread(cores[0])
	defer leave()
	if err != nil && b.N >= minFlips {
		b.Log("ordinary priority:", err)
	}
	var t tally
	truth := map[time.Duration]time.Duration{} // of what was found
	var all []time.Duration
	var began, ended unix.Rusage
	unix.Getrusage(unix.RUSAGE_THREAD, &began)
	for n := range b.N {
		sleepThread(context.Background(), at(n)-int64(margin+pollEarly))
		f := watchFlip(Now, level, true, at(n)+int64(margin))
		p := <-pulses
		if p.known {
			t.add(f, &p.edge)
			truth[time.Duration(p.edge.Stamp.Real-f.at.Real)] = p.late
			all = append(all, p.late)
		}
	}
	unix.Getrusage(unix.RUSAGE_THREAD, &ended)
	<-done
	m, _, why, detail := t.result()
	if why != LatenessMeasured {
		if b.N >= minFlips {
			b.Log(why, detail)
		}
		return
	}
	var errors []time.Duration
	for _, c := range t.sure() {
		errors = append(errors, (c.late - truth[c.late]).Abs())
	}
	slices.Sort(errors)
	b.ReportMetric(float64(m-medianOf(all)), "error-ns")
	b.ReportMetric(float64(errors[len(errors)*99/100]), "p99-ns")
	b.ReportMetric(100*float64(len(errors))/float64(t.windows), "caught-%")
	used := ended.Utime.Nano() + ended.Stime.Nano() - began.Utime.Nano() - began.Stime.Nano()
	b.ReportMetric(float64(used)/float64(b.N)/1000, "cpu-us")
	b.ReportMetric(0, "ns/op")
}

// pulse makes the level high, and takes the stamp later.
func (l *memoryLevel) pulse(late time.Duration) stampedPulse {
	before := Now()
	l.word.Store(1)
	after := Now()
	flipped := before.Mono + (after.Mono-before.Mono)/2
	for Now().Mono < flipped+int64(late) {
	}
	stamp := Now()
	return stampedPulse{Edge{Stamp: stamp, Rising: true}, time.Duration(stamp.Mono - flipped), after.Sub(before) < us}
}

// BenchmarkMeter measures the same with a whole Meter and a pulse a second. It is worth more
// than BenchmarkLateness, because the window is predicted from the edges. Run it with
// -benchtime=120x: one operation is one pulse.
//
//	error-ns   median that the Meter found, less the median of the true lateness
//	caught-%   share of the pulses in the median
//	lost       pulses that the source did not return
func BenchmarkMeter(b *testing.B) {
	cores := allowedCores()
	if len(cores) < 2 {
		b.Skip("needs two processors")
	}
	for _, late := range []time.Duration{2 * us, 5 * us, 12 * us, 40 * us} {
		b.Run(fmt.Sprintf("late=%v", late), func(b *testing.B) {
			line := &pulsedLevel{late: late, core: cores[len(cores)-1]}
			m := NewMeter(MeterConfig{Polarity: Rising})
			source := m.Watch(line, line)
			ctx, cancel := context.WithCancel(b.Context())
			defer cancel()
			go m.Run(ctx)
			returned := 0
			for range b.N {
				if _, err := source.Next(ctx); err != nil {
					b.Fatal(err)
				}
				returned++
			}
			got := m.Lateness()
			if !got.Known {
				if b.N >= minFlips {
					b.Log("no result:", got.Why, got.Detail)
				}
				return
			}
			b.ReportMetric(float64(got.Median-medianOf(line.all)), "error-ns")
			b.ReportMetric(100*float64(got.Caught)/float64(got.Windows), "caught-%")
			b.ReportMetric(float64(b.N-returned), "lost")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// A pulsedLevel is a source and its level: Next makes the level high at the next full second,
// and stamps that some microseconds later.
type pulsedLevel struct {
	memoryLevel
	late time.Duration
	core int
	all  []time.Duration // the true lateness of each stamp
}

func (*pulsedLevel) String() string { return "a word of memory" }
func (*pulsedLevel) Missed() uint64 { return 0 }
func (*pulsedLevel) Close() error   { return nil }

func (l *pulsedLevel) Next(ctx context.Context) (Edge, error) {
	edges := make(chan stampedPulse, 1)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends
		enterThread(l.core)
		now := Now()
		at := now.Mono + int64(time.Second) - now.Real%int64(time.Second)
		sleepThread(ctx, at-int64(100*us))
		for Now().Mono < at {
		}
		edges <- l.pulse(l.late)
		time.Sleep(100 * time.Millisecond)
		l.word.Store(0)
	}()
	select {
	case p := <-edges:
		l.all = append(l.all, p.late)
		return p.edge, nil
	case <-ctx.Done():
		return Edge{}, ctx.Err()
	}
}
