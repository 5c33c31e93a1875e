package gps

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/lab/guest"
	"github.com/refclock/refclock/lab/protocol"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/shm"
)

// An arrival is a sample of the pulse's unit, and when it became visible there.
type arrival struct {
	sample shm.Sample
	at     time.Time
}

// vmPulse runs a clock and its pulse until the test ends, each supervised.
func vmPulse(t *testing.T, device, source string) (pulse *driver.Feed, came <-chan arrival) {
	t.Helper()
	const baud = 9600
	clock := New(Config{
		Device: device, Baud: baud,
		Open:  func() (Port, error) { return serialport.Open(device, baud) },
		Pivot: nmea.DateOf(time.Now()),
		Pulse: &PulseConfig{Source: source, Open: func() (pps.Source, error) { return pps.Open(source) }},
	})
	arrivals := make(chan arrival, 1000)
	unit := &recorder{Segment: shm.NewMemory(shm.Layout96)}
	unit.came = func(n int) { arrivals <- arrival{unit.samples[n-1], time.Now()} }
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	pulse = driver.NewFeed(unit, nil)
	go func() { ended <- driver.Supervise(ctx, clock, driver.NewFeed(shm.NewMemory(shm.Layout96), nil)) }()
	go func() { ended <- driver.Supervise(ctx, clock.Pulse(), pulse) }()
	t.Cleanup(func() {
		cancel()
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	})
	return pulse, arrivals
}

// Each sample's stamp is the kernel's own, to the nanosecond, and the seconds are
// consecutive. The latency is only logged, because the machine is emulated.
func TestVMPulse(t *testing.T) {
	device, source := guest.Need(t, protocol.TTY), guest.Need(t, protocol.PPSHost)
	t.Parallel() // it takes a minute
	pulse, arrivals := vmPulse(t, device, source)
	const wanted = 60
	var late []time.Duration
	var last time.Time
	compared := 0
	for range wanted {
		var a arrival
		select {
		case a = <-arrivals:
		case <-time.After(time.Minute):
			t.Fatalf("no sample in a minute: %v", pulse.State())
		}
		s := a.sample
		late = append(late, a.at.Sub(s.Receive))
		if s.Clock.Nanosecond() != 0 || !s.Clock.After(last) {
			t.Errorf("%v was received at %v, after %v", s.Clock, s.Receive, last)
		}
		last = s.Clock
		switch stamp := asserted(t, source); {
		case stamp.Equal(s.Receive):
			compared++
		case stamp.Sub(s.Receive) < 500*time.Millisecond: // else it is the next one's
			t.Errorf("%v was received at %v; the kernel's stamp is %v", s.Clock, s.Receive, stamp)
		}
	}
	slices.Sort(late)
	t.Logf("%d samples, %d compared with the kernel's stamp; from the edge to the sample in the segment: median %v, 99 %% %v, at most %v",
		wanted, compared, late[wanted/2], late[wanted*99/100], late[wanted-1])
	if compared < wanted/2 {
		t.Errorf("%d of %d samples have the kernel's stamp", compared, wanted)
	}
}

// asserted is the kernel's stamp of the last rising edge, in a file such as
// "1795386302.123456789#17".
func asserted(t *testing.T, device string) time.Time {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("/sys/class/pps", filepath.Base(device), "assert"))
	if err != nil {
		t.Fatal(err)
	}
	var seconds, nanoseconds int64
	stamp, _, _ := strings.Cut(string(text), "#")
	if _, err := fmt.Sscanf(stamp, "%d.%d", &seconds, &nanoseconds); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return time.Unix(seconds, nanoseconds)
}
