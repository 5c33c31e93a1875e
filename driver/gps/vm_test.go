package gps

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/lab/guest"
	"github.com/refclock/refclock/lab/protocol"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/shm"
)

// These tests need real ports with a receiver on them, as in the lab's virtual machine: see lab/README.md.

// vmClock runs a supervised clock on a port until the test ends. The channel receives its samples.
func vmClock(t *testing.T, device string) (*driver.Feed, <-chan shm.Sample) {
	t.Helper()
	const baud = 9600
	clock := New(Config{
		Device: device, Baud: baud,
		Open:  func() (Port, error) { return serialport.Open(device, baud) },
		Pivot: nmea.DateOf(time.Now()),
	})
	samples := make(chan shm.Sample, 1000)
	unit := &recorder{Segment: shm.NewMemory(shm.Layout96)}
	unit.came = func(n int) { samples <- unit.samples[n-1] }
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	feed := driver.NewFeed(unit, nil)
	go func() { ended <- driver.Supervise(ctx, clock, feed) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return feed, samples
}

func vmSample(t *testing.T, feed *driver.Feed, samples <-chan shm.Sample) shm.Sample {
	t.Helper()
	select {
	case s := <-samples:
		return s
	case <-time.After(time.Minute):
		t.Fatalf("no sample in a minute: %v", feed.State())
		return shm.Sample{}
	}
}

func vmReason(t *testing.T, feed *driver.Feed, reason string) {
	t.Helper()
	guest.Eventually(t, time.Minute, func() bool { return feed.State().Reason == reason }, "the clock reports %q", reason)
}

// The samples name the receiver's seconds, without a gap. Without a fix there is no sample, and the clock
// reports why. The receiver sends on both ports.
func TestVMPorts(t *testing.T) {
	type port struct {
		feed    *driver.Feed
		samples <-chan shm.Sample
	}
	var ports []port
	for _, name := range []string{protocol.TTY, protocol.USB} {
		feed, samples := vmClock(t, guest.Need(t, name))
		ports = append(ports, port{feed, samples})
	}
	each := func(check func(p port)) {
		t.Helper()
		for _, p := range ports {
			check(p)
		}
	}
	feeds := func(p port) { vmSeconds(t, p.feed, p.samples) }

	each(feeds)
	guest.Ask("fix off")
	each(func(p port) { vmReason(t, p.feed, nmea.NoFix.String()) })
	each(func(p port) { drain(p.samples) })
	time.Sleep(3 * time.Second)
	each(func(p port) {
		if n := drain(p.samples); n > 0 {
			t.Errorf("%v: %d samples without a fix", p.feed, n)
		}
	})
	guest.Ask("fix on")
	each(feeds)
	guest.Ask("nmea off")
	each(func(p port) { vmReason(t, p.feed, noData.Reason) })
	each(func(p port) { drain(p.samples) })
	guest.Ask("nmea on")
	each(feeds)
}

func drain(samples <-chan shm.Sample) (n int) {
	for ; len(samples) > 0; n++ {
		<-samples
	}
	return n
}

// vmSeconds takes some samples in a row. The machine's clock is set to whole seconds when it starts; the
// receiver's delay is added to that.
func vmSeconds(t *testing.T, feed *driver.Feed, samples <-chan shm.Sample) {
	t.Helper()
	var last time.Time
	for range 4 {
		s := vmSample(t, feed, samples)
		if s.Clock.Nanosecond() != 0 || s.Offset().Abs() > 2*time.Second || !last.IsZero() && !s.Clock.After(last) {
			t.Errorf("%v was received at %v, after %v", s.Clock, s.Receive, last)
		}
		last = s.Clock
	}
}

// An unplugged adapter is reported, and found again when it is back.
func TestVMUnplug(t *testing.T) {
	device := guest.Need(t, protocol.USB)
	t.Parallel() // another test uses the UART
	feed, samples := vmClock(t, device)
	vmSeconds(t, feed, samples)
	for range 2 {
		guest.Ask("unplug")
		vmReason(t, feed, portFailed(io.EOF).Reason)
		drain(samples)
		guest.Ask("plug")
		vmSeconds(t, feed, samples)
	}
}
