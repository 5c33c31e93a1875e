package gps

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/pps/ppstest"
	"github.com/refclock/refclock/shm"
)

// A published sample, and when it became visible in the unit.
type published struct {
	sample shm.Sample
	at     time.Time
}

// A slot is a unit that records the published samples, and when.
type slot struct {
	*shm.Segment
	mu   sync.Mutex
	list []published
}

func newSlot() *slot { return &slot{Segment: shm.NewMemory(shm.Layout96)} }

func (s *slot) Update(sample shm.Sample) error {
	err := s.Segment.Update(sample)
	taken, _ := s.Take()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, published{taken, time.Now()})
	return err
}

func (s *slot) seen() []published {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

// A wire is a Port whose bytes arrive at their time. It has no bytes after the end.
type wire struct {
	chunks  <-chan []byte
	timeout time.Duration
	closed  chan struct{}
}

func (w *wire) Gather(d time.Duration)               { time.Sleep(d); w.timeout = 1 }
func (w *wire) SetReadTimeout(d time.Duration) error { w.timeout = d; return nil }
func (w *wire) Close() error                         { close(w.closed); return nil }
func (w *wire) Read(p []byte) (int, error) {
	select {
	case c, ok := <-w.chunks:
		if !ok {
			return 0, io.EOF
		}
		n := copy(p, c)
		for len(w.chunks) > 0 { // like a tty, with all bytes that have arrived
			n += copy(p[n:], <-w.chunks)
		}
		return n, nil
	case <-time.After(w.timeout):
		return 0, nil
	case <-w.closed:
		return 0, errors.New("closed")
	}
}

// Both units at once, in simulated time. Each pulse is published at the instant of its
// edge, with the right second. Without the pulse, the sentences continue with the
// learnt delay. The pulse returns with its device.
func TestTwoUnits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		steady := time.Duration(0)
		receiver, err := sim.New(sim.Config{Profile: "u-blox", Jitter: &steady})
		if err != nil {
			t.Fatal(err)
		}
		live := sim.Pretend(receiver)
		var line atomic.Pointer[ppstest.Source]
		source := ppstest.New("fake")
		line.Store(source)
		chunks := make(chan []byte, 4096)
		remembered := notebook{}
		clock := New(Config{
			Device: "fake", Baud: 9600, Pivot: nmea.DateOf(time.Now()), Memory: remembered,
			Open: func() (Port, error) { return &wire{chunks: chunks, closed: make(chan struct{})}, nil },
			Pulse: &PulseConfig{Source: "fake", Open: func() (pps.Source, error) {
				s := line.Load()
				if s.Closed() {
					return nil, errors.New("open fake: no such device")
				}
				return s, nil
			}},
		})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		sentences, pulses := newSlot(), newSlot()
		ended := make(chan error, 4)
		go func() { ended <- live.Play(ctx, writer(func(p []byte) { chunks <- slices.Clone(p) })) }()
		go func() {
			live.PlayPulse(ctx, sim.Pulse{}, func(e sim.Edge) {
				if s := line.Load(); !s.Closed() {
					edge := e.PPS()
					edge.Stamp.Mono = pps.Now().Mono - (pps.Now().Real - edge.Stamp.Real)
					s.Push(edge)
				}
			})
			ended <- nil
		}()
		sentencesFeed, pulsesFeed := driver.NewFeed(sentences, nil), driver.NewFeed(pulses, nil)
		go func() {
			ended <- driver.Supervise(ctx, clock, sentencesFeed)
		}()
		go func() {
			ended <- driver.Supervise(ctx, clock.Pulse(), pulsesFeed)
		}()

		time.Sleep(30 * time.Second)
		synctest.Wait()
		if n := len(pulses.seen()); n < 20 || n > 23 {
			t.Errorf("%d pulses published in 30 s, want all but the first 8", n)
		}
		for _, p := range pulses.seen() {
			if p.sample.Clock.Nanosecond() != 0 || p.sample.Clock.Sub(p.sample.Receive).Abs() > time.Microsecond {
				t.Errorf("%v published as %v", p.sample.Receive, p.sample.Clock)
			}
			if late := p.at.Sub(p.sample.Receive); late > time.Millisecond {
				t.Errorf("the edge of %v is published %v late", p.sample.Clock, late)
			}
		}
		for _, s := range sentences.seen() {
			if off := s.sample.Clock.Sub(s.sample.Receive); off.Abs() > 2*time.Millisecond {
				t.Errorf("the sentences' sample of %v is off by %v: their delay is not subtracted", s.sample.Clock, off)
			}
		}

		source.Fail(io.ErrUnexpectedEOF)
		before := len(pulses.seen())
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if n := len(pulses.seen()) - before; n > 1 {
			t.Errorf("%d pulses published after the device had gone", n)
		}
		if s := pulsesFeed.State(); s.Publishing() {
			t.Error("a missing pulse is reported as publishing")
		}
		if n := len(sentences.seen()); n < 38 {
			t.Errorf("%d samples of the sentences in 50 s: they should continue without the pulse", n)
		}
		if s := sentencesFeed.State(); !s.Publishing() {
			t.Errorf("the sentences: %v", s)
		}

		line.Store(ppstest.New("fake again"))
		before = len(pulses.seen())
		time.Sleep(60 * time.Second)
		synctest.Wait()
		if n := len(pulses.seen()) - before; n < 20 {
			t.Errorf("%d pulses published in a minute after the device was back", n)
		}
		cancel()
		for range 4 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		if len(remembered) != 1 {
			t.Errorf("%v is remembered, want the delay of the receiver", remembered)
		}
	})
}

// writer is a function as an io.Writer.
type writer func([]byte)

func (w writer) Write(p []byte) (int, error) { w(p); return len(p), nil }

// A pulse that never arrives is reported once, and the loop continues its heartbeat.
func TestSilentPulseHasAHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		clock := New(Config{Pulse: &PulseConfig{Open: func() (pps.Source, error) { return mute{}, nil }}})
		feed := driver.NewFeed(newSlot(), nil)
		if err := clock.Pulse().Run(ctx, feed); err != nil {
			t.Error(err)
		}
		if n := feed.Liveness().Beats; n < uint64(time.Minute/driver.BeatEvery) {
			t.Errorf("%d heartbeats in a minute, want one every %v", n, driver.BeatEvery)
		}
		if got := feed.Changes(); len(got) != 1 || got[0].State != noPulse("") {
			t.Errorf("changes %v, want no pulse, once", got)
		}
	})
}

// mute is a line without edges.
type mute struct{}

func (mute) String() string { return "mute" }
func (mute) Missed() uint64 { return 0 }
func (mute) Close() error   { return nil }
func (mute) Next(ctx context.Context) (pps.Edge, error) {
	<-ctx.Done()
	return pps.Edge{}, ctx.Err()
}

// An edge that its source does not trust is not published, with the reason, and the next one is. A
// repeated edge is ignored: it was published before.
func TestFaultsOfAnEdge(t *testing.T) {
	for fault := pps.Repeated; fault <= pps.Unread; fault++ {
		b := locked(t, Config{})
		fails := func(at time.Duration) verdict {
			return b.tracker.edge(pps.Edge{Stamp: edgeStamp(b.stamp(at)), Rising: true, Fault: fault}, b.stamp(at+50*time.Microsecond))
		}
		if v := fails(10 * time.Second); v.ok || v.state.Reason != badPulse[fault].Reason || v.state.Hint != badPulse[fault].Hint || v.state.Publishing() != (fault == pps.Repeated) {
			t.Errorf("%v: %+v", fault, v)
		}
		b.epoch(burst{start: 10*time.Second + 150*ms, says: 10 * time.Second})
		expect(t, fault.String()+", then healthy", b.pulses(11, 14, tick{}), "PPP")
		fails(14*time.Second + 20*ms)
		expect(t, fault.String()+" beside an edge, then healthy", b.pulses(15, 17, tick{}), "PP")
	}
	if len(badPulse) != 3+int(pps.Unread-pps.Repeated) {
		t.Errorf("%d states of a pulse", len(badPulse))
	}
}
