package gps

import (
	"math"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
)

// A stream is a receiver and its port.
type stream struct {
	name   string
	config sim.Config
	link   sim.Link
}

// streams are those for which the end of a sentence, or a varying first sentence, is a
// bad stamp. The number of sentences before the one with the time varies, or one in ten
// sentences is damaged, at 9600 baud.
func streams() []stream {
	varying := sim.Config{Profile: "gsv-first", Baud: 9600, Satellites: 12, Varying: true}
	var list []stream
	for _, s := range []stream{
		{name: "RMC first", config: sim.Config{Profile: "u-blox", Baud: 9600}},
		{name: "GGA first", config: sim.Config{Profile: "mt3339", Baud: 9600}},
		{name: "GSV ahead of RMC", config: varying},
		{name: "one RMC in ten corrupted", config: sim.Config{Profile: "u-blox", Baud: 9600, Faults: []string{"corrupt-rmc"}}},
	} {
		none := time.Duration(0)
		s.config.Jitter = &none // the receiver's own jitter is not part of the stamp
		s.config.Seed = 1
		list = append(list, s)
	}
	return list
}

// links are the ports: single bytes, the FIFOs of a Pi's PL011, a USB adapter. The
// reader is always late, and sometimes very late.
func links() []stream {
	late := sim.Lateness{Constant: 30 * time.Microsecond, Exponential: 200 * time.Microsecond, Stall: 20 * time.Millisecond, StallOne: 50}
	return []stream{
		{name: "byte by byte", link: sim.Link{Late: late, Seed: 2}},
		{name: "FIFO 8", link: sim.Link{FIFO: 8, Late: late, Seed: 2}},
		{name: "FIFO 16", link: sim.Link{FIFO: 16, Late: late, Seed: 2}},
	}
}

// A stamped is a sample and its true values.
type stamped struct {
	sample driver.Sample
	began  nmea.Stamp // when its burst did
	second time.Time  // which second that burst was about
}

// A playback is a reception of a simulated stream, and its samples.
type playback struct {
	*reception
	began   map[int64]sim.Chunk // by the second that the burst is about
	last    nmea.Stamp
	samples []stamped
}

func newPlayback(receiver *sim.Receiver, s stream) *playback {
	baud := s.config.Baud
	if s.config.USB {
		baud = 0
	}
	return &playback{
		reception: receptionOf(Config{Baud: baud, Pivot: nmea.DateOf(receiver.Start())}),
		began:     map[int64]sim.Chunk{},
	}
}

// truth records when a burst began.
func (h *playback) truth(c sim.Chunk) { h.began[c.Burst.Second.UnixNano()] = c }

// read plays a read that returned at the stamp at. Before it, it plays the reads that
// time out while the wire is silent, like the loop.
func (h *playback) read(at nmea.Stamp, data []byte) {
	for wait := h.wait(); !h.last.IsZero() && at.Sub(h.last) > wait; wait = h.wait() {
		h.last = h.last.Add(wait)
		h.take(h.last, nil)
	}
	h.last = at
	h.take(at, data)
}

func (h *playback) take(at nmea.Stamp, data []byte) {
	if sample, _, ok := h.receive(at, data).parts(); ok {
		c := h.began[sample.Clock]
		h.samples = append(h.samples, stamped{sample, c.Began, c.Burst.Second})
	}
}

// samplesOf returns the samples of the first n seconds of a stream.
func samplesOf(t testing.TB, s stream, n int) []stamped {
	t.Helper()
	receiver, err := sim.New(s.config)
	if err != nil {
		t.Fatal(err)
	}
	h := newPlayback(receiver, s)
	for c := range sim.Chunks(receiver, s.link) {
		if c.Burst.Index >= n {
			break
		}
		h.truth(c)
		h.read(c.At, c.Data)
	}
	return h.samples
}

// scatter returns the mean and the standard deviation of the stamps about the true
// starts of their bursts.
func scatter(samples []stamped) (mean, deviation time.Duration) {
	var sum, squares float64
	for _, h := range samples {
		d := float64(h.sample.Receive - h.began.Real)
		sum += d
		squares += d * d
	}
	n := float64(len(samples))
	m := sum / n
	return time.Duration(m), time.Duration(math.Sqrt(max(squares/n-m*m, 0)))
}

func TestStampsAreTheBurstsStart(t *testing.T) {
	for _, l := range links() {
		for _, s := range streams() {
			t.Run(s.name+", "+l.name, func(t *testing.T) {
				s.link = l.link
				samples := samplesOf(t, s, 150)
				if len(samples) < 140 {
					t.Fatalf("%d samples of 150 seconds", len(samples))
				}
				for _, h := range samples {
					if h.second.UnixNano() != h.sample.Clock {
						t.Fatalf("sample for %v, which no burst named", time.Unix(0, h.sample.Clock).UTC())
					}
				}
				mean, deviation := scatter(samples)
				if deviation >= time.Millisecond {
					t.Errorf("standard deviation %v about the true start, want under 1 ms", deviation)
				}
				if mean.Abs() >= time.Millisecond {
					t.Errorf("mean %v from the true start, want under 1 ms", mean)
				}
			})
		}
	}
}

// A baud rate at the limit of a UART's tolerance moves the stamp a little, and always
// by the same amount.
func TestStampsAtAWrongBaudRate(t *testing.T) {
	for _, ppm := range []int{-20_000, 20_000} {
		s := streams()[0]
		s.config.BaudError = ppm
		s.link = links()[1].link
		mean, deviation := scatter(samplesOf(t, s, 120))
		if deviation >= time.Millisecond || mean.Abs() >= 1500*time.Microsecond {
			t.Errorf("%+d ppm: mean %v, deviation %v; want under 1.5 ms and 1 ms", ppm, mean, deviation)
		}
	}
}

// A receiver's native USB port has no wire time: the first packet is the burst's start.
func TestStampsOverNativeUSB(t *testing.T) {
	s := streams()[0]
	s.config.USB = true
	s.link = sim.Link{Late: sim.Lateness{Constant: 30 * time.Microsecond, Exponential: 200 * time.Microsecond}}
	mean, deviation := scatter(samplesOf(t, s, 120))
	if deviation >= time.Millisecond || mean.Abs() >= 2*time.Millisecond {
		t.Errorf("mean %v, deviation %v; want under 2 ms and 1 ms", mean, deviation)
	}
}

// BenchmarkStamps prints how the published stamps scatter about the true burst
// starts, in microseconds, over ten minutes of each stream.
func BenchmarkStamps(b *testing.B) {
	for _, l := range links() {
		for _, s := range streams() {
			s.link = l.link
			b.Run(s.name+", "+l.name, func(b *testing.B) {
				var mean, deviation time.Duration
				for b.Loop() {
					mean, deviation = scatter(samplesOf(b, s, 600))
				}
				b.ReportMetric(float64(mean.Microseconds()), "mean-us")
				b.ReportMetric(float64(deviation.Microseconds()), "sd-us")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}
