package gps

import (
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
)

// receptionOf returns the reception of a new clock.
func receptionOf(c Config) *reception { return newReception(c, newTracker(c)) }

// reasons plays a stream for n seconds and returns every reason that was reported.
func reasons(t *testing.T, config sim.Config, n int) map[string]bool {
	t.Helper()
	receiver, err := sim.New(config)
	if err != nil {
		t.Fatal(err)
	}
	r := receptionOf(Config{Baud: 9600, Pivot: nmea.DateOf(receiver.Start())})
	reported := map[string]bool{}
	var last nmea.Stamp
	for c := range sim.Chunks(receiver, sim.Link{FIFO: 8}) {
		if c.Burst.Index >= n {
			return reported
		}
		for ; !last.IsZero() && c.At.Sub(last) > time.Second; last = last.Add(time.Second) {
			_, state, _ := r.receive(last, nil).parts()
			reported[state.Reason] = true
		}
		last = c.At
		_, state, _ := r.receive(c.At, c.Data).parts()
		reported[state.Reason] = true
	}
	return reported
}

func TestReasons(t *testing.T) {
	for _, c := range []struct{ fault, reason string }{
		{"no-fix", nmea.NoFix.String()},
		{"fix-lost", nmea.NoFix.String()},
		{"silence", noData.Reason},
		{"jump-hour-back", "time jumped"},
		{"jump-second-ahead-for-good", "time jumped"},
		{"frozen", "time jumped"},
		{"leap-second", leapSecond.Reason},
		{"simulator-mode", nmea.Estimated.String()},
		{"cold-1980", nmea.DefaultDate.String()},
		{"no-checksum", noChecksums.Reason},
	} {
		reported := reasons(t, sim.Config{Profile: "u-blox", Baud: 9600, Faults: []string{c.fault}}, 60)
		if !reported[c.reason] {
			t.Errorf("%s: never reported %q, but %v", c.fault, c.reason, reported)
		}
	}
}

// After a silence, no wrong baud rate is reported.
func TestSilenceIsNoWrongBaud(t *testing.T) {
	for _, p := range sim.Profiles() {
		for _, baud := range []int{9600, 115200} {
			reported := reasons(t, sim.Config{Profile: p.Name, Baud: baud, Faults: []string{"silence"}}, 60)
			if reported[noSentences.Reason] || reported[noChecksums.Reason] || !reported[noData.Reason] {
				t.Errorf("%s at %d baud: reported %v", p.Name, baud, reported)
			}
		}
	}
}

func TestHealthyIsPublishing(t *testing.T) {
	reported := reasons(t, sim.Config{Profile: "u-blox", Baud: 9600}, 20)
	for reason := range reported {
		if reason != "" && reason != listening.Reason && reason != settling.Reason {
			t.Errorf("for a healthy receiver, it reports %q", reason)
		}
	}
	if !reported[""] {
		t.Error("never reported publishing")
	}
}

// Bytes that arrived just before a suspend are read after it, and CLOCK_MONOTONIC has
// not counted the time between.
func TestBytesFromBeforeASuspendAreNotPublished(t *testing.T) {
	receiver, err := sim.New(sim.Config{Profile: "u-blox", Baud: 9600})
	if err != nil {
		t.Fatal(err)
	}
	r := receptionOf(Config{Baud: 9600, Pivot: nmea.DateOf(receiver.Start())})
	published := 0
	for i := range 9 {
		burst := receiver.Next()
		at := sim.Clock{Boot: time.Hour}.Stamp(receiver.Start(), burst.End())
		if i == 8 {
			at.Real += int64(time.Hour)
		}
		for _, read := range []struct {
			at    nmea.Stamp
			bytes []byte
		}{{at, burst.Bytes}, {at.Add(quiet), nil}} {
			s, _, ok := r.receive(read.at, read.bytes).parts()
			if ok {
				published++
			}
			if late := time.Duration(-s.Offset()); late > time.Second {
				t.Errorf("second %d published %v late", i, late)
			}
		}
	}
	if published == 0 {
		t.Error("no samples at all: this tests nothing")
	}
}

// A port that is opened in the middle of a burst misses its RMC. No hint then asks for
// another setting of the receiver.
func TestOpenedInTheMiddleOfABurst(t *testing.T) {
	receiver, err := sim.New(sim.Config{Profile: "u-blox", Baud: 9600})
	if err != nil {
		t.Fatal(err)
	}
	r := receptionOf(Config{Baud: 9600, Pivot: nmea.DateOf(receiver.Start())})
	for i := range 4 {
		burst := receiver.Next()
		if i == 0 {
			burst.Bytes = burst.Bytes[120:]
		}
		at := sim.Clock{Boot: time.Hour}.Stamp(receiver.Start(), burst.End())
		for _, read := range [][]byte{burst.Bytes, nil} {
			if _, state, _ := r.receive(at, read).parts(); state.Hint != "" {
				t.Errorf("second %d: reported %q: %s", i, state.Reason, state.Hint)
			}
			at = at.Add(quiet)
		}
	}
}

// A wrong baud rate turns sentences into garbage.
func TestWrongBaud(t *testing.T) {
	r := receptionOf(Config{Baud: 9600, Pivot: nmea.Date{Year: 2026, Month: 1, Day: 1}})
	at := nmea.Stamp{Real: 1, Mono: 1}
	var reported string
	for range 50 {
		_, state, _ := r.receive(at, []byte{0xf8, 0x00, 0x9c, '$', 0x1c}).parts()
		reported = state.Reason
		at = at.Add(100 * time.Millisecond)
	}
	if reported != noSentences.Reason {
		t.Errorf("reported %q, want %q", reported, noSentences.Reason)
	}
}

// From bytes to a sample, only go-nmea allocates: as much as for the sentences alone.
func TestReceiveAllocatesOnlySentences(t *testing.T) {
	receiver, err := sim.New(sim.Config{Profile: "u-blox", Baud: 9600})
	if err != nil {
		t.Fatal(err)
	}
	bursts := make([][]byte, 400)
	for i := range bursts {
		bursts[i] = receiver.Next().Bytes
	}
	start := receiver.Start().UnixNano()
	stamp := func(i int) nmea.Stamp {
		after := int64(i)*int64(time.Second) + int64(700*time.Millisecond)
		return nmea.Stamp{Real: start + after, Mono: after + 1}
	}

	r := receptionOf(Config{Baud: 9600, Pivot: nmea.DateOf(receiver.Start())})
	published, i := 0, 0
	whole := testing.AllocsPerRun(len(bursts)-10, func() {
		if _, _, ok := r.receive(stamp(i), bursts[i]).parts(); ok {
			published++
		}
		if _, _, ok := r.receive(stamp(i).Add(quiet), nil).parts(); ok {
			published++
		}
		i++
	})
	if published < len(bursts)/2 {
		t.Fatalf("only %d samples of %d bursts: this measures nothing", published, len(bursts))
	}

	framer, decoder := nmea.NewFramer(9600), nmea.NewDecoder()
	i = 0
	sentences := testing.AllocsPerRun(len(bursts)-10, func() {
		framer.Push(stamp(i), bursts[i])
		for {
			s, ok := framer.Next()
			if !ok {
				break
			}
			if _, err := decoder.Decode(s.Raw); err != nil {
				t.Fatal(err)
			}
		}
		i++
	})
	if whole > sentences {
		t.Errorf("%v allocations an epoch, %v of them for the sentences", whole, sentences)
	}
}

// BenchmarkReceive measures an epoch of eight sentences from bytes to sample.
func BenchmarkReceive(b *testing.B) {
	b.ReportAllocs()
	receiver, err := sim.New(sim.Config{Profile: "u-blox", Baud: 9600})
	if err != nil {
		b.Fatal(err)
	}
	bursts := make([][]byte, 3600)
	for i := range bursts {
		bursts[i] = receiver.Next().Bytes
	}
	r := receptionOf(Config{Baud: 9600, Pivot: nmea.DateOf(receiver.Start())})
	b.ResetTimer()
	for i := range b.N {
		at := nmea.Stamp{Real: int64(i+1) * int64(time.Second), Mono: int64(i+1) * int64(time.Second)}
		r.receive(at, bursts[i%len(bursts)])
	}
}

// The daemon's report has the family of the receiver.
func TestFamilyIsReported(t *testing.T) {
	receiver, err := sim.New(sim.Config{Profile: "mt3339", Baud: 9600})
	if err != nil {
		t.Fatal(err)
	}
	r := receptionOf(Config{Baud: 9600, Pivot: nmea.DateOf(receiver.Start())})
	if f := r.current().Family; f.Family() != "" {
		t.Errorf("recognised before any sentence: %s", f.Family())
	}
	for c := range sim.Chunks(receiver, sim.Link{FIFO: 8}) {
		if c.Burst.Index >= 3 {
			break
		}
		r.receive(c.At, c.Data)
	}
	if f := r.current().Family; f.Family() != "mediatek" {
		t.Errorf("it is %q", f.Family())
	}
}
