package gps

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/shm"
)

// A recorder is a unit that keeps all samples.
type recorder struct {
	*shm.Segment
	samples []shm.Sample
	came    func(n int) // called with their number
}

func (r *recorder) Update(sample shm.Sample) error {
	if err := r.Segment.Update(sample); err != nil {
		return err
	}
	s, err := r.Take()
	r.samples = append(r.samples, s)
	r.came(len(r.samples))
	return err
}

// live runs a receiver on a pseudo-terminal and the clock that reads it until ctx ends,
// and returns the samples.
func live(ctx context.Context, t testing.TB, config sim.Config, came func(n int)) []shm.Sample {
	receiver, err := sim.New(config)
	if err != nil {
		t.Fatal(err)
	}
	line, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	unit := &recorder{Segment: shm.NewMemory(shm.Layout96), came: came}
	clock := New(Config{
		Device: line.Name(), Baud: config.Baud,
		Open:  func() (Port, error) { return serialport.Open(line.Name(), config.Baud) },
		Pivot: nmea.DateOf(time.Now()),
	})
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	played := make(chan error)
	go func() { played <- sim.Pretend(receiver).Play(ctx, line) }()
	if err := clock.Run(ctx, driver.NewFeed(unit, nil)); err != nil {
		t.Error(err)
	}
	cancel()
	if err := <-played; err != nil {
		t.Error(err)
	}
	return unit.samples
}

// The whole path over a real tty: the samples name the right seconds, and the driver
// ends when its context does. Their latency depends on the machine and is not tested.
func TestLive(t *testing.T) {
	if testing.Short() {
		t.Skip("real time: 7 s")
	}
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	const enough = 3
	late := 100 * time.Millisecond
	samples := live(ctx, t, sim.Config{Profile: "u-blox", Baud: 115200, Delay: &late}, func(n int) {
		if n == enough {
			cancel()
		}
	})
	if len(samples) < enough {
		t.Fatalf("%d samples in a minute", len(samples))
	}
	for _, s := range samples {
		if offset := s.Offset(); s.Clock.Nanosecond() != 0 || offset > 0 || offset < -time.Second {
			t.Errorf("%v was received at %v, want some 100 ms after it", s.Clock, s.Receive)
		}
	}
}

// BenchmarkStampsLive is BenchmarkStamps over real ttys in real time: half a minute,
// all streams at once. Other work of the machine affects it.
func BenchmarkStampsLive(b *testing.B) {
	for b.Loop() {
		ctx, cancel := context.WithTimeout(b.Context(), 30*time.Second)
		list := streams()
		samples := make([][]stamped, len(list))
		var running sync.WaitGroup
		for i, s := range list {
			running.Go(func() {
				late := 150 * time.Millisecond
				s.config.Delay = &late
				for _, sample := range live(ctx, b, s.config, func(int) {}) {
					samples[i] = append(samples[i], stamped{
						sample: driver.Sample{Receive: sample.Receive.UnixNano()},
						began:  nmea.Stamp{Real: sample.Clock.Add(late).UnixNano()},
					})
				}
			})
		}
		running.Wait()
		cancel()
		for i, s := range list {
			mean, deviation := scatter(samples[i])
			b.Logf("%-26s %3d samples  mean %4d us  sd %4d us", s.name, len(samples[i]), mean.Microseconds(), deviation.Microseconds())
		}
	}
	b.ReportMetric(0, "ns/op")
}
