package replay_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/recording"
	"github.com/refclock/refclock/internal/replay"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/pps/ppstest"
	"github.com/refclock/refclock/shm"
)

// A run has what a clock published and reported: of the sentences, and of the pulse.
type run struct {
	samples [2][]shm.Sample
	states  [2][]string
}

// A unit keeps what is published to it, as consumers see it.
type unit struct {
	*shm.Segment
	samples *[]shm.Sample
	took    func() // after each; may be nil
}

func (u unit) Update(s shm.Sample) error {
	*u.samples = append(*u.samples, shm.Sample{Clock: s.Clock.UTC(), Receive: s.Receive.UTC(), Leap: s.Leap})
	if u.took != nil {
		u.took()
	}
	return u.Segment.Update(s)
}

// An observer keeps the states, without positions.
type observer struct {
	driver.Observer
	states *[]string
	last   string
}

func (o *observer) Changed(s driver.State) {
	o.Observer.Changed(s)
	s.Detail = recording.BlankDetail(s.Detail) // a replay sees only what was recorded
	if text := s.String(); text != o.last {
		o.last = text
		*o.states = append(*o.states, text)
	}
}

// record runs a clock and its pulse, each in its goroutine and supervised, until ctx ends.
// It returns the recording. took, which may be nil, is called after each sample of the pulse.
func record(t *testing.T, ctx context.Context, c gps.Config, took func()) (file []byte, live run) {
	t.Helper()
	var to bytes.Buffer
	r, c, err := recording.New(c, recording.Options{Version: "test", To: &to})
	if err != nil {
		t.Fatal(err)
	}
	clock := gps.New(c)
	var drivers sync.WaitGroup
	for i, d := range []driver.Driver{clock, clock.Pulse()} {
		if i == 1 && c.Pulse == nil {
			continue
		}
		to := unit{Segment: shm.NewMemory(shm.Layout96), samples: &live.samples[i]}
		if i == 1 {
			to.took = took
		}
		feed := driver.NewFeed(to, nil)
		feed.Observe(&observer{Observer: r.Observer(i == 1), states: &live.states[i]})
		drivers.Go(func() {
			if err := driver.Supervise(ctx, d, feed); err != nil {
				t.Error(err)
			}
		})
	}
	if err := r.Run(ctx); err != nil {
		t.Error(err)
	}
	drivers.Wait()
	if err := r.Close(); err != nil || r.Lost() > 0 {
		t.Errorf("the recording: %v, %d events are lost", err, r.Lost())
	}
	return to.Bytes(), live
}

// played replays a recording.
func played(t *testing.T, file []byte) (again run, result replay.Result) {
	t.Helper()
	r, err := recording.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	result, err = replay.Play(t.Context(), r, func(o replay.Outcome) {
		i := 0
		if o.Pulse {
			i = 1
		}
		if s := o.Sample; s != nil {
			again.samples[i] = append(again.samples[i], shm.Sample{Clock: time.Unix(0, s.Clock).UTC(), Receive: time.Unix(0, s.Receive).UTC(), Leap: s.Leap})
		} else {
			again.states[i] = append(again.states[i], o.State.String())
		}
	})
	if err != nil {
		t.Error(err)
	}
	return again, result
}

// compare fails if a replay is not the run that was recorded, to the last bit.
func compare(t *testing.T, file []byte, live run) replay.Result {
	t.Helper()
	again, result := played(t, file)
	for i, of := range []string{"sentences", "pulse"} {
		if !slices.Equal(again.samples[i], live.samples[i]) {
			t.Errorf("%s: %d samples, want %d; first %v, want %v", of, len(again.samples[i]), len(live.samples[i]), first(again.samples[i]), first(live.samples[i]))
		}
		if !slices.Equal(again.states[i], live.states[i]) {
			t.Errorf("%s: the states\n%q, want\n%q", of, again.states[i], live.states[i])
		}
	}
	if n := len(live.samples[0]) + len(live.samples[1]); result.Differs != "" || result.Samples != n || result.Repeated != n || result.Lost != 0 {
		t.Errorf("%+v, want %d samples and no difference", result, n)
	}
	return result
}

func first[T any](list []T) (v T) {
	if len(list) > 0 {
		return list[0]
	}
	return v
}

// A wire is a port to which a receiver sends in virtual time.
type wire struct {
	mu      sync.Mutex
	bytes   []byte
	arrived chan struct{}
	closed  chan struct{}
	close   sync.Once
	timeout time.Duration
}

func newWire() *wire { return &wire{arrived: make(chan struct{}, 1), closed: make(chan struct{})} }

func (w *wire) send(b []byte) {
	w.mu.Lock()
	w.bytes = append(w.bytes, b...)
	w.mu.Unlock()
	select {
	case w.arrived <- struct{}{}:
	default:
	}
}

func (w *wire) Gather(d time.Duration) { time.Sleep(d); w.timeout = 1 }
func (w *wire) SetReadTimeout(d time.Duration) error {
	w.timeout = d
	return nil
}

func (w *wire) Read(b []byte) (int, error) {
	timeout := time.NewTimer(w.timeout)
	defer timeout.Stop()
	for {
		w.mu.Lock()
		n := copy(b, w.bytes)
		w.bytes = w.bytes[n:]
		w.mu.Unlock()
		if n > 0 {
			return n, nil
		}
		select {
		case <-w.arrived:
		case <-timeout.C:
			return 0, nil
		case <-w.closed:
			return 0, io.EOF
		}
	}
}

func (w *wire) Close() error {
	w.close.Do(func() { close(w.closed) })
	return nil
}

// A wavering witness agrees, or has no time.
type wavering struct{ asked int }

func (w *wavering) String() string { return "a wavering witness" }

func (w *wavering) Current() (driver.Estimate, bool) {
	w.asked++
	return driver.Estimate{Within: time.Duration(w.asked%7) * 20 * time.Millisecond}, w.asked%5 != 0
}

// A memory has a delay for every receiver.
type memory time.Duration

func (m memory) Recall(string) (gps.LearntDelay, bool) {
	return gps.LearntDelay{Delay: time.Duration(m), Spread: 3 * time.Millisecond}, m != 0
}
func (m memory) Keep(string, gps.LearntDelay) error { return nil }

// live runs a simulated receiver and a clock in virtual time, for as long as given.
func live(t *testing.T, config sim.Config, settings func(*gps.Config), lasts time.Duration) (file []byte, got run) {
	synctest.Test(t, func(t *testing.T) {
		receiver, err := sim.New(config)
		if err != nil {
			t.Fatal(err)
		}
		rig := sim.Rig{
			Receiver: receiver, Pulse: &sim.Pulse{Jitter: time.Microsecond, Seed: config.Seed},
			Link: sim.Link{FIFO: 8, Seed: config.Seed, Clock: sim.Clock{Boot: time.Hour, Drift: 30}},
		}
		start, clock, zero := receiver.Start(), rig.Clock(), time.Now().Add(time.Second)
		now := func() nmea.Stamp { return clock.Stamp(start, time.Since(zero)) }
		port, line := newWire(), ppstest.New("line")
		c := gps.Config{
			Device: "wire", Baud: receiver.Baud(), Pivot: nmea.DateOf(start), Now: now,
			Open:         func() (gps.Port, error) { return port, nil },
			Witnesses:    []driver.Witness{&wavering{}},
			Leaps:        func(boundary int64) (int, bool) { return int(boundary/86400) % 2, boundary%3 == 0 },
			Pulse:        &gps.PulseConfig{Source: "line", Now: now, Open: func() (pps.Source, error) { return line, nil }},
			OtherReaders: func() string { return "another program" },
		}
		if settings != nil {
			settings(&c)
		}
		ctx, cancel := context.WithTimeout(t.Context(), lasts)
		defer cancel()
		var sending sync.WaitGroup
		defer sending.Wait()
		sending.Go(func() {
			for e := range rig.Events(lasts) {
				time.Sleep(time.Until(zero.Add(e.True)))
				switch {
				case ctx.Err() != nil:
					return
				case e.Edge != nil && c.Pulse == nil:
				case e.Edge != nil:
					line.Push(e.Edge.PPS())
				default:
					port.send(e.Bytes())
				}
			}
		})
		file, got = record(t, ctx, c, nil)
	})
	return file, got
}

// Every fault of the simulator is repeated: the same samples, and the same reasons and
// details. Both loops run concurrently, and bytes and edges arrive at the same instant.
func TestEveryFaultIsRepeated(t *testing.T) {
	t.Parallel()
	samples := 0
	for i, fault := range sim.Faults() {
		if testing.Short() && i%4 != int(fault.Name[0])%4 {
			continue
		}
		t.Run(fault.Name, func(t *testing.T) {
			config := sim.Config{Profile: sim.Profiles()[i%len(sim.Profiles())].Name, Faults: []string{fault.Name}, Seed: uint64(i)}
			file, live := live(t, config, func(c *gps.Config) {
				switch i % 4 {
				case 1:
					c.Pulse = nil
				case 2:
					c.Memory, c.Holdover = memory(150*time.Millisecond), 20*time.Second
				case 3:
					c.Leaps, c.Witnesses, c.ColdStart = nil, nil, 20*time.Second
				}
			}, 75*time.Second)
			compare(t, file, live)
			samples += len(live.samples[0]) + len(live.samples[1])
		})
	}
	if want := 30 * len(sim.Faults()); samples < want && !testing.Short() {
		t.Errorf("%d samples in all, want %d: this shows little", samples, want)
	}
	t.Logf("%d faults, %d samples are repeated", len(sim.Faults()), samples)
}

// A run on a real pseudo-terminal is repeated, with the search for the baud rate.
func TestRunOnAPTYIsRepeated(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes 15 s of real time")
	}
	t.Parallel()
	terminal, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal:", err)
	}
	receiver, err := sim.New(sim.Config{Profile: sim.Profiles()[0].Name})
	if err != nil {
		t.Fatal(err)
	}
	simulated := sim.Pretend(receiver)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // on a busy machine
	defer cancel()
	var playing sync.WaitGroup
	defer playing.Wait()
	playing.Go(func() {
		if err := simulated.Play(ctx, terminal); err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	})
	samples := 0
	file, live := record(t, ctx, gps.Config{
		Device: terminal.Name(), Bauds: []int{receiver.Baud(), 4800}, Pivot: nmea.DateOf(time.Now()), Witnesses: []driver.Witness{driver.KernelClock{}},
		Open:  func() (gps.Port, error) { return serialport.Open(terminal.Name(), receiver.Baud()) },
		Pulse: &gps.PulseConfig{Source: "simulated", Open: func() (pps.Source, error) { return simulated.Source(sim.Pulse{}), nil }},
	}, func() {
		if samples++; samples == 5 {
			cancel()
		}
	})
	result := compare(t, file, live)
	t.Logf("%d samples, %d states, %d bytes of recording", result.Samples, result.States, len(file))
	if result.Samples == 0 || len(live.states[0]) < 3 {
		t.Errorf("%d samples, states %q: this shows little", result.Samples, live.states)
	}
}

// A slow decoder takes its time for an epoch, before the clock locks its state.
type slow struct{ *nmea.Stream }

func (s slow) Next() (nmea.Heard, bool) {
	h, more := s.Stream.Next()
	if h.Complete {
		time.Sleep(time.Second / 2) // an edge arrives meanwhile
	}
	return h, more
}

// A replay repeats the order in which the port and the pulse locked their state: here an
// edge overtakes the burst that was read before it.
func TestOrderOfTheLock(t *testing.T) {
	pivot := nmea.Date{Year: 2026, Month: 11, Day: 23}
	delay := 300 * time.Millisecond
	file, live := live(t, sim.Config{Seed: 3, Delay: &delay}, func(c *gps.Config) {
		pivot = c.Pivot
		c.Decoder = func(baud int) gps.Decoder { return slow{nmea.NewStream(baud, pivot)} }
	}, 40*time.Second)
	compare(t, file, live)
	r, err := recording.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	overtaken, read := 0, false
	for {
		e, err := r.Next()
		if err != nil {
			break
		}
		switch {
		case !e.Pulse && e.Kind == recording.Read:
			read = true
		case !e.Pulse && e.Kind == recording.Lock:
			read = false
		case e.Pulse && e.Kind == recording.Sample && read:
			overtaken++
		}
	}
	if overtaken < 10 || len(live.samples[1]) < 10 {
		t.Errorf("%d edges overtake a burst, %d samples of the pulse: this shows little", overtaken, len(live.samples[1]))
	}
}

// A recording that was cut replays up to the cut, and names the byte.
func TestCutRecordings(t *testing.T) {
	t.Parallel()
	file, live := live(t, sim.Config{Faults: []string{"silence"}, Seed: 5}, nil, 60*time.Second)
	compare(t, file, live)
	random := rand.New(rand.NewPCG(1, 2))
	last := 0
	for n := range 1000 {
		at := random.IntN(len(file))
		r, err := recording.NewReader(bytes.NewReader(file[:at]))
		count := 0
		if err == nil {
			var result replay.Result
			result, err = replay.Play(t.Context(), r, func(o replay.Outcome) { count++ })
			if result.Differs != "" {
				t.Fatalf("cut %d at byte %d: %+v", n, at, result)
			}
		}
		cut, ok := errors.AsType[*recording.CutError](err)
		if !ok || cut.Byte > int64(at) {
			t.Fatalf("cut %d at byte %d: %v, want a cut before it", n, at, err)
		}
		last = max(last, count)
	}
	if last < 40 {
		t.Errorf("%d outcomes at most before a cut", last)
	}
}

// A damaged byte ends the replay at its block.
func TestDamagedRecordings(t *testing.T) {
	t.Parallel()
	file, _ := live(t, sim.Config{Seed: 6}, nil, 60*time.Second)
	for at := len(recording.Magic); at < len(file); at += 97 {
		damaged := bytes.Clone(file)
		damaged[at] ^= 0x10
		r, err := recording.NewReader(bytes.NewReader(damaged))
		if err == nil {
			_, err = replay.Play(t.Context(), r, func(replay.Outcome) {})
		}
		if cut, ok := errors.AsType[*recording.CutError](err); !ok || cut.Byte > int64(at) {
			t.Fatalf("damaged at byte %d: %v", at, err)
		}
	}
}

// noted is a Waits with one wait, if any.
type noted struct{ wait *receiver.Wait }

func (n *noted) Recall(string) (w receiver.Wait, waits bool) {
	if n.wait == nil {
		return w, false
	}
	return *n.wait, true
}

func (n *noted) Keep(_ string, w receiver.Wait, waits bool) {
	if n.wait = nil; waits {
		n.wait = &w
	}
}

// A wait that continues after a restart is repeated, also by a recording that begins later: the
// receiver, whose first epoch is valid, is withheld.
func TestWaitIsRepeated(t *testing.T) {
	for name, wait := range map[string]*receiver.Wait{
		"no wait":                nil,
		"a wait":                 {},
		"a wait that ends":       {Since: int64(time.Hour + 30*time.Second - receiver.AlmanacTime)},
		"a date too far":         {Far: true},
		"a wait that has passed": {Since: 1},
	} {
		file, live := live(t, sim.Config{Seed: 9}, func(c *gps.Config) {
			c.Waits, c.Witnesses, c.ColdStart = &noted{wait}, nil, receiver.AlmanacTime
			c.Pulse = nil
		}, 60*time.Second)
		compare(t, file, live)
		ends := wait != nil && wait.Since > 1
		n := len(live.samples[0])
		if want := wait == nil || wait.Since > 0; n > 0 != want || ends && n > 31 {
			t.Errorf("%s: %d samples", name, n)
		}

		// As if the blocks before the receiver's first byte were dropped.
		r, err := recording.NewReader(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		h := r.Header()
		h.Continues, h.Context = true, &recording.Context{Port: "wire", Baud: 9600, Wait: wait}
		var later bytes.Buffer
		if err := recording.Write(&later, h, func(yield func(recording.Event) bool) {
			for {
				e, err := r.Next()
				if err != nil || e.Kind != recording.Waited && e.Kind != recording.Opened && !yield(e) {
					return
				}
			}
		}); err != nil {
			t.Fatal(err)
		}
		again, _ := played(t, later.Bytes())
		if !slices.Equal(again.samples[0], live.samples[0]) {
			t.Errorf("%s: a recording that begins later repeats %d samples, want %d", name, len(again.samples[0]), n)
		}
	}
}

// Whatever events a recording has, in whatever order, its replay ends.
func FuzzPlay(f *testing.F) {
	var kinds []byte
	for k := recording.Opened; k <= recording.Waiting; k++ {
		kinds = append(kinds, byte(k), byte(k)|0x80)
	}
	f.Add(kinds, true)
	f.Add([]byte{0x01, 0x07, 0x81, 0x87, 0x03, 0x84, 0x87, 0x88, 0x07, 0x09, 0x8d, 0x0d}, false)
	f.Add([]byte{0x81, 0x01, 0x87, 0x07, 0x83, 0x04, 0x03, 0x84, 0x09, 0x0a, 0x88, 0x86, 0x81, 0x02, 0x23}, true)
	f.Fuzz(func(t *testing.T, kinds []byte, continues bool) {
		h := recording.Header{Continues: continues, Context: &recording.Context{Port: "p", Baud: 9600, Tuned: len(kinds)%2 == 0}}
		h.Settings = recording.Settings{Baud: 9600, Pulse: true, Leaps: true, Memory: true, Waits: true, Readers: true, Witnesses: []string{"w"}}
		if len(kinds)%3 == 0 {
			h.Settings.Bauds = []int{9600, 4800}
		}
		at := nmea.Stamp{Real: time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC).UnixNano(), Mono: int64(time.Hour)}
		var file bytes.Buffer
		err := recording.Write(&file, h, func(yield func(recording.Event) bool) {
			for i, k := range kinds {
				e := recording.Event{Kind: recording.Kind(k & 0x1f % byte(recording.Waiting+1)), Pulse: k&0x80 != 0, Numbers: [5]int64{int64(i & 1), int64(i), 9600}}
				if e.Kind == 0 {
					continue
				}
				at = at.Add(time.Duration(k>>5&3) * 300 * time.Millisecond)
				if e.Stamp = at; k&0x40 != 0 {
					e.Numbers = [5]int64{}
				}
				if e.Kind == recording.Read {
					e.Numbers[0], e.Data = 0, []byte(at.Time().Format("$GPRMC,150405.00,A,,,,,,,020106,,,A*")+"00\r\n")
				}
				if !yield(e) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		r, err := recording.NewReader(&file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := replay.Play(t.Context(), r, func(replay.Outcome) {}); err != nil {
			t.Fatal(err)
		}
	})
}
