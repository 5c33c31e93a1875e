package recording

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/pps/ppstest"
)

// randomEvent returns an event with all fields of its kind.
func randomEvent(random *rand.Rand) (e Event) {
	e.Kind, e.Pulse = Kind(1+random.IntN(int(Lost))), random.IntN(2) == 0
	l := layouts[e.Kind]
	if l.stamp {
		e.Stamp = nmea.Stamp{Real: random.Int64() - random.Int64(), Mono: random.Int64N(1e15) + 1, Slew: random.Int64N(1e6)}
	}
	for i := range l.numbers {
		e.Numbers[i] = random.Int64() >> random.IntN(64)
	}
	for i := range l.texts {
		e.Texts[i] = strings.Repeat("é", random.IntN(40))
	}
	if l.data {
		e.Data = bytes.Repeat([]byte{byte(random.Uint32())}, random.IntN(4097))
	}
	return e
}

// same reports whether two events are equal. No data and empty data are.
func same(a, b Event) bool {
	data := bytes.Equal(a.Data, b.Data)
	a.Data, b.Data = nil, nil
	return data && reflect.DeepEqual(a, b)
}

// readAll returns the events of a recording until its error.
func readAll(file []byte) (list []Event, err error) {
	r, err := NewReader(bytes.NewReader(file))
	for err == nil {
		var e Event
		if e, err = r.Next(); err == nil {
			e.Data = bytes.Clone(e.Data)
			list = append(list, e)
		}
	}
	return list, err
}

// recorded returns a recording of these events.
func recorded(t testing.TB, list []Event, o Options) []byte {
	t.Helper()
	var to bytes.Buffer
	o.To = &to
	r, _, err := New(gps.Config{}, o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		side := r.port
		if list[i].Pulse {
			side = r.pulse
		}
		side.put(&list[i], &r.order)
		if i%3 == 0 {
			r.Drain()
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return to.Bytes()
}

func TestEventsAreKept(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	var list []Event
	for range 2000 {
		list = append(list, randomEvent(random))
	}
	got, err := readAll(recorded(t, list, Options{Positions: true}))
	if err != io.EOF || len(got) != len(list) {
		t.Fatalf("%d events, %v; want %d", len(got), err, len(list))
	}
	for i := range list {
		if !same(got[i], list[i]) {
			t.Fatalf("event %d: %+v, want %+v", i, got[i], list[i])
		}
	}
}

// Positions are blanked, across reads, unless they are wanted.
func TestPositionsAreBlanked(t *testing.T) {
	var list []Event
	for chunk := range strings.SplitSeq(summed("GPRMC,093000.00,A,4717|.1142,N,00833.91|81,E,0.2,77.52,011226,,,A"), "|") {
		list = append(list, Event{Kind: Read, Data: []byte(chunk)})
	}
	for _, positions := range []bool{false, true} {
		got, _ := readAll(recorded(t, list, Options{Positions: positions}))
		text := ""
		for _, e := range got {
			text += string(e.Data)
		}
		if strings.Contains(text, ".91") != positions {
			t.Errorf("positions %v: %q", positions, text)
		}
	}
}

// Two goroutines write at once. The events of each stay in order, and none is lost as long as
// the buffers are emptied. One that is not emptied loses events, which the file shows.
func TestBuffers(t *testing.T) {
	var to bytes.Buffer
	r, _, err := New(gps.Config{}, Options{To: &to})
	if err != nil {
		t.Fatal(err)
	}
	const events = 20_000
	var writers sync.WaitGroup
	var busy atomic.Int32
	busy.Store(2)
	for _, b := range []*buffer{r.port, r.pulse} {
		writers.Go(func() {
			defer busy.Add(-1)
			for n := range int64(events) {
				for b.written.Load()-b.read.Load() > uint64(len(b.ring)-100) { // this test loses none
				}
				b.put(&Event{Kind: Leap, Pulse: b == r.pulse, Numbers: [5]int64{n}}, &r.order)
			}
		})
	}
	for busy.Load() > 0 {
		r.Drain()
	}
	writers.Wait()
	r.Drain()
	data := make([]byte, 1000)
	for range 100 {
		r.port.put(&Event{Kind: Read, Data: data}, &r.order)
	}
	if r.Lost() == 0 || r.Lost() > 60 {
		t.Errorf("%d of 100 kB lost in a buffer of %d bytes", r.Lost(), portBuffer)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	list, err := readAll(to.Bytes())
	next, reads, lost := [2]int64{}, 0, int64(0)
	for _, e := range list {
		switch e.Kind {
		case Leap:
			i := flag(e.Pulse)
			if e.Numbers[0] != next[i] {
				t.Fatalf("event %d, want %d", e.Numbers[0], next[i])
			}
			next[i]++
		case Read:
			reads++
		case Lost:
			lost += e.Numbers[0]
		}
	}
	if err != io.EOF || next != [2]int64{events, events} || lost != int64(r.Lost()) || reads+int(lost) != 100 {
		t.Errorf("%v, %v events, %d reads, %d lost", err, next, reads, lost)
	}
}

// An edge is recorded with all its fields.
func TestEdgeKeepsItsFields(t *testing.T) {
	for _, edge := range []pps.Edge{
		{Stamp: pps.Stamp{Real: 1e18, Mono: 5}, Seq: 7, Rising: true},
		{Stamp: pps.Stamp{Real: 1e18, Mono: 5}, Coarse: true, Within: time.Millisecond},
		{Stamp: pps.Stamp{Real: 1e18, Mono: 5}, Rising: true, Uncertainty: 300},
	} {
		if e := newEdge(nmea.Stamp{}, edge); e.PPS() != edge {
			t.Errorf("%+v, want %+v", e.PPS(), edge)
		}
	}
}

// What a loop does for a recording allocates nothing.
func TestNothingIsAllocated(t *testing.T) {
	source := ppstest.New("line")
	config := gps.Config{
		Open:      func() (gps.Port, error) { return silent{}, nil },
		Pulse:     &gps.PulseConfig{Open: func() (pps.Source, error) { return source, nil }},
		Witnesses: []driver.Witness{driver.KernelClock{}},
		Leaps:     func(int64) (int, bool) { return 0, true },
	}
	r, c, err := New(config, Options{To: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	port, _ := c.Open()
	line, _ := c.Pulse.Open()
	observer := r.Observer(true)
	var mu sync.Mutex
	chunk := make([]byte, 64)
	ctx := context.Background()
	for name, f := range map[string]func(){
		"read": func() { port.Read(chunk); c.Now() },
		"edge": func() { source.Push(pps.Edge{Rising: true}); line.Next(ctx); c.Pulse.Now() },
		"lock": func() {
			c.Lock(&mu, true)
			c.Leaps(86400)
			mu.Unlock()
		},
		"sample": func() { observer.Sampled(driver.Sample{Clock: 1e18, Receive: 1e18}) },
		"state":  func() { observer.Changed(driver.State{Reason: "no fix", Detail: "according to GPRMC"}) },
	} {
		if n := testing.AllocsPerRun(50, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	if r.Lost() > 0 || r.order.Load() < 250 {
		t.Errorf("%d events, %d lost", r.order.Load(), r.Lost())
	}
}

// A silent port returns bytes at once.
type silent struct{}

func (silent) Read(b []byte) (int, error)         { return len(b), nil }
func (silent) Close() error                       { return nil }
func (silent) Gather(time.Duration)               {}
func (silent) SetReadTimeout(time.Duration) error { return nil }

// BenchmarkEdge measures what a recording adds to an edge.
func BenchmarkEdge(b *testing.B) {
	b.ReportAllocs()
	r, _, err := New(gps.Config{}, Options{To: io.Discard})
	if err != nil {
		b.Fatal(err)
	}
	e := Event{Kind: Edge, Pulse: true, Stamp: nmea.Now(), Numbers: [5]int64{1, 2, 3, 4}}
	for b.Loop() {
		r.pulse.put(&e, &r.order)
		r.pulse.read.Store(r.pulse.written.Load())
	}
}

// An error keeps its text and its class.
func TestErrors(t *testing.T) {
	for _, err := range []error{nil, io.EOF, driver.Absent(errors.New("gone")), &fs.PathError{Op: "open", Path: "/dev/ttyS0", Err: syscall.EACCES}, syscall.EBUSY, pps.ErrGone} {
		e := Event{Kind: Gone}
		e.Numbers[0], e.Texts[0] = classify(err)
		got := e.Err()
		if (got == nil) != (err == nil) || err != nil && got.Error() != err.Error() {
			t.Errorf("%v, want %v", got, err)
		}
		for _, class := range classes {
			if errors.Is(got, class) != errors.Is(err, class) {
				t.Errorf("%v is %v: %v", err, class, errors.Is(got, class))
			}
		}
	}
}

// A recorder in memory keeps the last minutes, and at most so many bytes.
func TestRing(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	for _, c := range []struct {
		last  time.Duration
		bytes int
	}{{10 * time.Minute, 10 << 20}, {time.Hour, 200 << 10}} {
		r, _, err := New(gps.Config{Device: "/dev/ttyS0"}, Options{Last: c.last, Bytes: c.bytes})
		if err != nil {
			t.Fatal(err)
		}
		at := nmea.Stamp{Real: 1e18, Mono: 1e12}
		r.port.put(&Event{Kind: Opened, Stamp: at, Numbers: [5]int64{9600, 1}, Texts: [3]string{"/dev/ttyS0"}}, &r.order)
		r.port.put(&Event{Kind: Learnt, Numbers: [5]int64{123, 4}, Texts: [3]string{"receiver"}}, &r.order)
		waiting := newWait(Waiting, receiver.Wait{Since: 77, Far: true}, true)
		r.port.put(&waiting, &r.order)
		for n := range 3600 {
			data := make([]byte, 300)
			for i := range data {
				data[i] = "$0123456789,\n"[random.IntN(13)]
			}
			r.port.put(&Event{Kind: Read, Stamp: at.Add(time.Duration(n) * time.Second), Data: data}, &r.order)
			r.Drain()
		}
		var to bytes.Buffer
		if err := r.Dump(&to); err != nil {
			t.Fatal(err)
		}
		list, err := readAll(to.Bytes())
		first, last := list[0].Stamp, list[len(list)-1].Stamp
		kept := last.Sub(first)
		if err != io.EOF || last != at.Add(3599*time.Second) || kept > c.last+2*blockTime || to.Len() > c.bytes+100<<10 {
			t.Errorf("%v and %d bytes: %v in %d bytes, %v", c.last, c.bytes, kept, to.Len(), err)
		}
		if c.bytes > 1<<20 && kept < c.last || kept < 5*time.Minute {
			t.Errorf("%v and %d bytes: only %v are kept", c.last, c.bytes, kept)
		}
		reader, _ := NewReader(bytes.NewReader(to.Bytes()))
		h := reader.Header()
		if want := (&Context{Port: "/dev/ttyS0", Baud: 9600, Tuned: true, Receiver: "receiver", Delay: 123, Spread: 4, Leaps: map[int64]Rule{}}); !h.Continues || h.Context.Receiver != want.Receiver || h.Context.Port != want.Port || !h.Context.Tuned || h.Context.Delay != 123 {
			t.Errorf("%+v, want %+v", h.Context, want)
		}
		if w := h.Context.Wait; w == nil || *w != (receiver.Wait{Since: 77, Far: true}) {
			t.Errorf("the context has the wait %+v", w)
		}
		ended := newWait(Waited, receiver.Wait{}, false)
		if h.Context.note(&ended); h.Context.Wait != nil {
			t.Errorf("a wait %+v that has ended", h.Context.Wait)
		}
	}
}

// A writer that fails ends the recording, with its error.
func TestFullDisk(t *testing.T) {
	for _, full := range []error{syscall.ENOSPC, syscall.EIO, io.ErrShortWrite} {
		w := &failing{after: 1, err: full}
		r, _, err := New(gps.Config{}, Options{To: w})
		if err != nil {
			t.Fatal(err)
		}
		r.port.put(&Event{Kind: Lock}, &r.order)
		if err := r.Close(); !errors.Is(err, full) {
			t.Errorf("%v, want %v", err, full)
		}
		if list, err := readAll(w.written); len(list) != 0 || err == io.EOF {
			t.Errorf("%v: %d events, %v; want the error of a file that is cut", full, len(list), err)
		}
		if w.after != -1 {
			t.Errorf("%v: %d writes after it", full, -1-w.after)
		}
		if _, _, err := New(gps.Config{}, Options{To: &failing{err: full}}); !errors.Is(err, full) {
			t.Errorf("%v, want %v", err, full)
		}
	}
}

// A failing writer fails after some writes, each time in the middle.
type failing struct {
	after   int
	err     error
	written []byte
}

func (f *failing) Write(b []byte) (n int, err error) {
	n = len(b)
	if f.after--; f.after < 0 {
		n, err = len(b)/2, f.err
	}
	f.written = append(f.written, b[:n]...)
	return n, err
}

// A header that another program wrote has no settings with which a clock would fail.
func TestHostileHeaders(t *testing.T) {
	for want, h := range map[string]Header{
		"":                                {Settings: Settings{Baud: 0, Bauds: []int{4800, 921600}}, Context: &Context{}},
		"a baud rate of 0":                {Settings: Settings{Bauds: []int{9600, 0}}},
		"a baud rate of -9600":            {Settings: Settings{Baud: -9600}},
		"a baud rate of -1":               {Continues: true, Context: &Context{Baud: -1}},
		"a baud rate of 2000000000":       {Settings: Settings{Bauds: []int{2_000_000_000}}},
		"it continues a run and has no c": {Continues: true},
	} {
		var p packer
		head, err := p.head(h)
		if err != nil {
			t.Fatal(err)
		}
		_, err = NewReader(bytes.NewReader(head))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), "the header is not valid: "+want) {
			t.Errorf("%+v: %v, want %q", h, err, want)
		}
	}
}

// Whatever a file contains, a reader returns events or an error, of a byte within the file.
func FuzzReader(f *testing.F) {
	random := rand.New(rand.NewPCG(3, 3))
	var list []Event
	for range 60 {
		list = append(list, randomEvent(random))
	}
	file := recorded(f, list, Options{})
	f.Add(file)
	f.Add(file[:len(file)-1])
	f.Add(file[:len(file)/2])
	f.Add([]byte(Magic))
	f.Add([]byte("1796126399 9600 none\n"))
	var p packer
	head, err := p.head(Header{Continues: true, Context: &Context{}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append(bytes.Clone(head), p.pack(endBlock, nil)...))
	f.Fuzz(func(t *testing.T, file []byte) {
		list, err := readAll(file)
		cut, ok := errors.AsType[*CutError](err)
		if err != io.EOF && (!ok || cut.Byte < 0 || cut.Byte > int64(len(file))) {
			t.Fatalf("%d events, %v", len(list), err)
		}
		var c, again codec
		for i := range list { // what was read can be written
			b := c.append(nil, &list[i])
			data := list[i].Data
			if e, rest, err := again.next(b, &data); err != nil || len(rest) > 0 || !same(e, list[i]) {
				t.Fatalf("%+v becomes %+v, %v", list[i], e, err)
			}
		}
		// The events of blocks, without their checksum.
		var d codec
		for rest := file; len(rest) > 0; {
			data := file
			if _, rest, err = d.next(rest, &data); err != nil {
				break
			}
		}
	})
}

// A blocked writer takes nothing until it is released.
type blocked struct {
	called  atomic.Bool
	release chan struct{}
}

func (b *blocked) Write(p []byte) (int, error) {
	if bytes.HasPrefix(p, []byte(Magic)) {
		return len(p), nil
	}
	b.called.Store(true)
	<-b.release
	return len(p), nil
}

// A disk that hangs holds up no read: what does not fit is lost.
func TestABlockedWriterHoldsUpNoRead(t *testing.T) {
	to := &blocked{release: make(chan struct{})}
	r, c, err := New(gps.Config{Open: func() (gps.Port, error) { return silent{}, nil }}, Options{To: to})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- r.Run(ctx) }()
	port, _ := c.Open()
	chunk := make([]byte, 4096)
	for began, reads := time.Now(), 0; reads < 100; { // with the writer blocked
		if n, err := port.Read(chunk); n != len(chunk) || err != nil {
			t.Fatal(n, err)
		}
		if time.Since(began) > time.Minute {
			t.Fatal("the writer is not called")
		}
		if to.called.Load() {
			reads++
		}
	}
	if r.Lost() == 0 {
		t.Error("nothing is lost")
	}
	close(to.release)
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// A recording that continues a run must say what was known then.
func TestHeaderWithoutContext(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, Header{Continues: true}, func(func(Event) bool) {}); err != nil {
		t.Fatal(err)
	}
	if _, err := NewReader(&b); err == nil || !strings.Contains(err.Error(), "no context") {
		t.Errorf("%v", err)
	}
}

// An edge survives a recording, with each fault.
func TestEdgeFlags(t *testing.T) {
	for fault := pps.Second; fault <= pps.Unread; fault++ {
		for _, e := range []pps.Edge{{Rising: true, Fault: fault}, {Coarse: true, Fault: fault, Within: 3, Seq: 7}} {
			at := Event{Kind: Edge, Numbers: [5]int64{0, 0, int64(e.Seq), flagsOf(e), int64(e.Within)}}
			if got := at.PPS(); got != e {
				t.Errorf("%+v, want %+v", got, e)
			}
		}
	}
	for _, flags := range []int64{int64(pps.Unread+1) << faultShift, -1 << 63} {
		if e := (&Event{Numbers: [5]int64{3: flags}}).PPS(); e.Fault == pps.Second {
			t.Errorf("flags %x are trusted", flags)
		}
	}
}
