//go:build linux

package pps

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"
)

// A fakeCard is a ptpDevice whose edges a test pushes.
type fakeCard struct {
	edges  chan fakeEdge
	closed chan struct{}
	now    fakeEdge
	reads  int
}

// A fakeEdge is an edge with the result of the comparison after it.
type fakeEdge struct {
	edge    int64
	reading cardReading
	failure error // of the comparison
	gone    error // of the device
}

func newFakeCard(edges ...fakeEdge) *fakeCard {
	c := &fakeCard{edges: make(chan fakeEdge, len(edges)+16), closed: make(chan struct{})}
	for _, e := range edges {
		c.edges <- e
	}
	return c
}

func (c *fakeCard) next() (int64, error) {
	select {
	case c.now = <-c.edges:
		return c.now.edge, c.now.gone
	case <-c.closed:
		return 0, ErrClosed
	}
}

func (c *fakeCard) read() (cardReading, error) {
	c.reads++
	return c.now.reading, c.now.failure
}

func (c *fakeCard) close() error {
	close(c.closed)
	return nil
}

// A world has the true time in nanoseconds since a start. The system clock shows it plus real, and
// the card's clock runs by ppm faster and is ahead.
type world struct {
	real, ahead, ppm int64
}

const (
	micro = int64(time.Microsecond)
	s1    = int64(time.Second)
)

func (w world) card(at int64) int64 { return w.ahead + at + at*w.ppm/1e6 }

// Each case is a list of edges in a world that may change before each. It has the faults of all
// edges: . is none, the others are the first letters of their names.
func TestCardClock(t *testing.T) {
	letters := map[Reason]byte{Second: '.', Learning: 'l', Stepped: 's', Late: 'a', Repeated: 'r', Reordered: 'o', Unread: 'u'}
	type step struct {
		edge, read int64          // true time
		within     int64          // of the reading; 0 is 100 ns
		change     func(w *world) // before the edge
		between    func(w *world) // between the edge and the reading
	}
	seconds := func(from, to int64, age int64) (list []step) {
		for n := from; n < to; n++ {
			list = append(list, step{edge: n * s1, read: n*s1 + age})
		}
		return list
	}
	ahead := func(by int64) func(*world) { return func(w *world) { w.ahead += by } }
	clockSet := func(by int64) func(*world) { return func(w *world) { w.real += by } }
	for _, c := range []struct {
		name  string
		steps []step
		want  string
	}{
		{"plain", seconds(1, 8, micro), "ll....."},
		{"polled for 250 ms", seconds(1, 8, 250e6), "ll....."},
		{"read 0.9 s late", append(seconds(1, 5, micro), step{edge: 5 * s1, read: 5*s1 + 900e6 - 90_000}), "ll..."},
		{"read more than 0.9 s late", append(seconds(1, 5, micro), step{edge: 5 * s1, read: 5*s1 + 900e6 + 1}), "ll..a"},
		{"a second early", append(seconds(1, 5, micro), step{edge: 4 * s1, read: 5*s1 + micro}, step{edge: 6 * s1, read: 6*s1 + micro}), "ll..r."},
		{"almost a second early", append(seconds(1, 5, micro), step{edge: 4*s1 + 1000, read: 5*s1 + micro}, step{edge: 6 * s1, read: 6*s1 + micro}), "ll..a."},
		{"a second late", append(seconds(1, 5, micro), step{edge: 6 * s1, read: 5*s1 + micro}, step{edge: 6 * s1, read: 6*s1 + micro}), "ll..a."},
		{"repeated", append(seconds(1, 5, micro), step{edge: 4 * s1, read: 4*s1 + 3*micro}, step{edge: 5 * s1, read: 5*s1 + micro}), "ll..r."},
		{"out of order", append(seconds(1, 5, micro), step{edge: 6*s1 - 200e6, read: 6 * s1}, step{edge: 6*s1 - 300e6, read: 6*s1 + micro}, step{edge: 7 * s1, read: 7*s1 + micro}), "ll...o."},
		{"stepped before an edge", append(append(seconds(1, 5, micro), step{edge: 5 * s1, read: 5*s1 + micro, change: ahead(300e6)}), seconds(6, 10, micro)...), "ll..sl..."},
		{"stepped between an edge and its reading", append(append(seconds(1, 5, micro), step{edge: 5 * s1, read: 5*s1 + micro, between: ahead(300e6)}), seconds(6, 10, micro)...), "ll..sl..."},
		{"stepped back", append(append(seconds(1, 5, micro), step{edge: 5 * s1, read: 5*s1 + micro, between: ahead(-300e6)}), seconds(6, 10, micro)...), "ll..sl..."},
		{"stepped by a second", append(append(seconds(1, 5, micro), step{edge: 5 * s1, read: 5*s1 + micro, between: ahead(s1)}), seconds(6, 10, micro)...), "ll..sl..."},
		{"stepped by 25 us", append(append(seconds(1, 5, micro), step{edge: 5 * s1, read: 5*s1 + micro, between: ahead(25 * micro)}), seconds(6, 10, micro)...), "ll..sl..."},
		{"stepped by 15 us", append(append(seconds(1, 5, micro), step{edge: 5 * s1, read: 5*s1 + micro, between: ahead(15 * micro)}), seconds(6, 10, micro)...), "ll......."},
		{"starts at 0", append([]step{{edge: s1, read: s1 + micro, change: func(w *world) { w.ahead = -s1 - 90*micro }}}, seconds(2, 8, micro)...), "ll....."},
		{"starts below 0", append([]step{{edge: s1, read: s1 + micro, change: func(w *world) { w.ahead = -9 * s1 }}}, seconds(2, 8, micro)...), "ll....."},
		{"reset", append(append(seconds(1, 5, micro), step{edge: 5 * s1, read: 5*s1 + micro, change: func(w *world) { w.ahead = -5 * s1 }}), seconds(6, 10, micro)...), "ll..sl..."},
		{"stepped each second", func() (list []step) {
			for n := int64(1); n < 9; n++ {
				list = append(list, step{edge: n * s1, read: n*s1 + micro, between: ahead(300e6)})
			}
			return list
		}(), "lsssssss"},
		{"a step of the system clock", append(append(seconds(1, 5, micro), step{edge: 5 * s1, read: 5*s1 + micro, change: clockSet(-3600 * s1)}), seconds(6, 10, micro)...), "ll......."},
		{"another rate", append(append(seconds(1, 5, micro), step{edge: 5 * s1, read: 5*s1 + micro, change: func(w *world) { w.ppm += 30; w.ahead -= 4 * 30 * micro }}), seconds(6, 10, micro)...), "ll..sl..."},
		{"a slew by 8 %", append(append(seconds(1, 5, micro), step{edge: 5 * s1, read: 5*s1 + micro, change: func(w *world) { w.ppm += 80_000; w.ahead -= 4 * 80_000 * micro }}), seconds(6, 10, micro)...), "ll..sl..."},
		{"no edges for 4 s", append(seconds(1, 5, micro), seconds(8, 11, micro)...), "ll....."},
		{"no edges for 6 s", append(seconds(1, 5, micro), seconds(10, 15, micro)...), "ll..ll..."},
		{"reset in a pause of 6 s", append(append(seconds(1, 5, micro), step{edge: 10 * s1, read: 10*s1 + micro, change: func(w *world) { w.ahead = -9 * s1 }}), seconds(11, 14, micro)...), "ll..ll.."},
		{"a slow reading", append(append(seconds(1, 5, micro), step{edge: 5 * s1, read: 5*s1 + micro, within: 1e6}, step{edge: 6 * s1, read: 6*s1 + micro, within: 1e6 + 1}), seconds(7, 10, micro)...), "ll...u..."},
		{"two at once", append(seconds(1, 5, micro), step{edge: 5 * s1, read: 6*s1 + micro}, step{edge: 6 * s1, read: 6*s1 + 2*micro}, step{edge: 7 * s1, read: 7*s1 + micro}), "ll..a.."},
		{"two at once, first", []step{{edge: s1, read: s1 + micro}, {edge: s1 + 1, read: s1 + 2*micro}, {edge: 2 * s1, read: 2*s1 + micro}, {edge: 3 * s1, read: 3*s1 + micro}}, "lll."},
	} {
		w := world{real: 1790000000 * s1, ahead: 1790000037*s1 + 123456789, ppm: 90}
		var clock cardClock
		var got []byte
		for i, e := range c.steps {
			if e.change != nil {
				e.change(&w)
			}
			if e.within == 0 {
				e.within = 100
			}
			edge, real := w.card(e.edge), w.real
			if e.between != nil {
				e.between(&w)
			}
			now := Stamp{real + e.read + 300, e.read + 300}
			stamp, within, fault := clock.see(edge, cardReading{w.card(e.read), real + e.read, e.within}, now)
			got = append(got, letters[fault])
			if fault != Second {
				if stamp != now || within != 0 {
					t.Errorf("%s: edge %d is %q: %+v, %v; want now and 0", c.name, i, fault, stamp, within)
				}
				continue
			}
			if off := time.Duration(stamp.Mono - e.edge); off.Abs() > within || stamp.Real-stamp.Mono != real || within > 3*time.Duration(e.within)+100*time.Microsecond {
				t.Errorf("%s: edge %d is %v off, says at most %v, at %+v", c.name, i, off, within, stamp)
			}
		}
		if string(got) != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// The greatest error of an edge: that of the reading, that of the rate, and the last two differences
// from the prediction. The readings are a second apart and have an error of 100 ns.
func TestCardClockBound(t *testing.T) {
	for name, c := range map[string]struct {
		age    int64   // of the last edge, when it is read
		steps  []int64 // of the card before the last edges
		within time.Duration
		fault  Reason
	}{
		"read at once":      {0, nil, 101, Second},
		"after 0.1 s":       {100e6, nil, 121, Second}, // the rate has an error of 200 ns in a second
		"after 0.9 s":       {900e6, nil, 281, Second},
		"later":             {900e6 + 1, nil, 0, Late},
		"before it":         {-1, nil, 0, Late},
		"a step":            {0, []int64{5000}, 5101, Second},
		"a step before":     {0, []int64{5000, 0}, 10_101, Second},
		"a step before two": {0, []int64{5000, 0, 0}, 5101, Second},
		"two steps":         {0, []int64{5000, 3000}, 7101, Second},
	} {
		var clock cardClock
		var card int64
		stamps := 4 + len(c.steps)
		for n := range stamps {
			at, step := int64(n+1)*s1, int64(0)
			if i := n - 4; i >= 0 {
				step = c.steps[i]
			}
			card += s1 + step
			edge := card
			if n == stamps-1 {
				edge -= c.age
			}
			now := Stamp{Real: 1790000000*s1 + at, Mono: at}
			_, within, fault := clock.see(edge, cardReading{card, now.Real, 100}, now)
			if n == stamps-1 && ((within-c.within).Abs() > time.Duration(len(c.steps)) || fault != c.fault) { // a step is rounded
				t.Errorf("%s: within %d ns, %q; want %d ns, %q", name, within, fault, c.within, c.fault)
			}
		}
	}
}

// The times between two readings: shorter ones show no rate, and a prediction holds for 5 s.
func TestCardClockTimes(t *testing.T) {
	for name, c := range map[string]struct {
		times []int64
		want  []Reason
	}{
		"0.5 s":         {[]int64{s1, s1 + 500e6, 2 * s1}, []Reason{Learning, Learning, Second}},
		"less":          {[]int64{s1, s1 + 500e6 - 1, s1 + 500e6, 3 * s1}, []Reason{Learning, Learning, Learning, Second}},
		"5 s":           {[]int64{s1, 2 * s1, 7 * s1}, []Reason{Learning, Learning, Second}},
		"more":          {[]int64{s1, 2 * s1, 7*s1 + 1, 8 * s1, 9 * s1}, []Reason{Learning, Learning, Learning, Learning, Second}},
		"5 s, at first": {[]int64{s1, 6 * s1, 7 * s1}, []Reason{Learning, Learning, Second}},
		"backwards":     {[]int64{3 * s1, 4 * s1, 4*s1 - 1, 5 * s1, 6 * s1}, []Reason{Learning, Learning, Stepped, Learning, Second}},
	} {
		var clock cardClock
		for i, at := range c.times {
			now := Stamp{Real: 1790000000*s1 + at, Mono: at}
			if _, _, fault := clock.see(at, cardReading{at, now.Real, 100}, now); fault != c.want[i] {
				t.Errorf("%s: edge %d: %q, want %q", name, i, fault, c.want[i])
			}
		}
	}
	for within, want := range map[int64]bool{-1: false, 0: false, 1: true, 1e6: true, 1e6 + 1: false} {
		if got := (cardReading{within: within}).valid(); got != want {
			t.Errorf("a reading to within %d ns: valid %v, want %v", within, got, want)
		}
	}
}

// With any steps at any time, a trusted edge is within its bound. Steps below the limit that follow
// each other at once could not be told from a rate.
func TestCardClockWithAnySteps(t *testing.T) {
	trusted := 0
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 5))
		w := world{real: 1790000000 * s1, ahead: r.Int64N(1 << 60), ppm: r.Int64N(400) - 200}
		var clock cardClock
		calm := int64(0)
		for n := int64(1); n < 40; n++ {
			edge, age := n*s1, r.Int64N(950e6)
			by := r.Int64N(2*s1) - s1
			if r.IntN(2) == 0 {
				by /= 10_000 // below the limit, or near it
			}
			before, between := int64(0), int64(0)
			if n >= calm && r.IntN(6) == 0 {
				calm = n + 3
				if before = by; r.IntN(2) == 0 {
					before, between = 0, by
				}
			}
			w.ahead += before
			stamped := w.card(edge)
			w.ahead += between
			read := edge + age
			error := r.Int64N(101) - 50
			stamp, within, fault := clock.see(stamped, cardReading{w.card(read), w.real + read + error, 50}, Stamp{w.real + read + 300, read + 300})
			if fault != Second {
				continue
			}
			trusted++
			if off := time.Duration(stamp.Mono - edge); off.Abs() > within || within > 100*time.Microsecond {
				t.Errorf("seed %d: edge %d is %v off, says at most %v", seed, n, off, within)
			}
		}
	}
	if trusted < 5000 {
		t.Errorf("only %d edges are trusted", trusted)
	}
}

// Each case is a list of intervals in milliseconds, and has what each edge becomes; forget is before
// one below 0. r is rising, f is falling, l is learning, g is a glitch, q is square.
func TestCardEdges(t *testing.T) {
	repeat := func(n int, intervals ...int64) (list []int64) {
		for range n {
			list = append(list, intervals...)
		}
		return list
	}
	for _, c := range []struct {
		name  string
		both  bool // was asked for
		edges []int64
		want  string
	}{
		{"one edge", false, repeat(6, 1000), "rrrrrrr"},
		{"both edges", true, repeat(4, 100, 900), "llllrfrfr"},
		{"both edges, from the end of a pulse", true, repeat(4, 900, 100), "llllfrfrf"},
		{"both although one was asked", false, repeat(4, 100, 900), "rrrrrfrfr"},
		{"both although one was asked, from the end", false, repeat(4, 900, 100), "rrrrfrfrf"},
		{"a pulse of 440 ms", true, repeat(3, 440, 560), "llllrfr"},
		{"a square wave", true, repeat(3, 500, 500), "llllqqq"},
		{"2 Hz", false, repeat(3, 500, 500), "rrrrqqq"},
		{"a square wave, then a pulse", true, append(repeat(3, 500, 500), repeat(3, 100, 900)...), "llllqqqlllrfr"},
		{"one edge although both were asked", true, repeat(6, 1000), "llllrrr"},
		{"a glitch", true, append(append(repeat(3, 100, 900), 100, 300, 600), repeat(2, 100, 900)...), "llllrfrfgrfrfr"},
		{"a lost start", true, append(append(repeat(3, 100, 900), 1000+100), repeat(2, 900, 100)...), "llllrfrfrfrf"},
		{"a lost end", true, append(append(repeat(3, 100, 900), 1000), repeat(2, 100, 900)...), "llllrfrrfrfr"},
		{"starts lost from then on", true, append(append(repeat(3, 100, 900), 100), repeat(4, 1000)...), "llllrfrfffff"},
		{"another width", true, append(repeat(3, 100, 900), repeat(8, 200, 800)...), "llllrfrgrgrgrgrgrgrgrgrg"[:7] + "grgrgrgrgrgrgrgr"},
		{"another phase", true, append(append(repeat(3, 100, 900), 400), repeat(6, 100, 900)...), "llllrfrggggggrfrfrfr"},
		{"forget", true, append(append(repeat(3, 100, 900), -100, 900), repeat(3, 100, 900)...), "llllrfr" + "llll" + "frfr"},
		{"an end 5 ms late", true, append(repeat(3, 100, 900), 105, 895, 100, 900), "llllrfr" + "frfr"},
		{"an end 6 ms late", true, append(repeat(3, 100, 900), 106, 894, 100, 900), "llllrfr" + "grfr"},
		{"a start 5 ms late", true, append(repeat(3, 100, 900), 100, 905, 100, 900), "llllrfr" + "frfr"},
		{"a start 6 ms late", true, append(repeat(3, 100, 900), 100, 906, 100, 894), "llllrfr" + "fggr"},
		{"starts lost, and a drift of 1 ms", true, append(append(repeat(3, 100, 900), 100), repeat(7, 1001)...), "llllrfr" + "ffffffff"},
		{"intervals that differ by 5 ms", true, []int64{100, 900, 105, 895}, "llllr"},
		{"pauses that differ by 6 ms", true, []int64{100, 900, 100, 894}, "lllll"},
		{"pulses that differ by 6 ms", true, []int64{100, 900, 106, 900}, "lllll"},
		{"two of 1.1 s", true, repeat(2, 200, 900), "llllr"},
		{"two of 1.101 s", true, repeat(2, 201, 900), "lllll"},
		{"one edge every 1.1 s", true, repeat(4, 1100), "llllr"},
		{"one edge every 1.101 s", true, repeat(4, 1101), "lllll"},
		{"five glitches in the pulse, then as many after it", true, append(repeat(3, 100, 900), 10, 10, 10, 10, 10, 50, 100, 100, 100, 100, 100, 400, 100), "llllrfr" + "gggggf" + "gggggr" + "f"},
		{"a square wave, then irregular edges", false, append(repeat(2, 500, 500), 300, 200), "rrrrq" + "ll"},
		{"a single edge with a glitch", false, append(append(repeat(3, 1000), 300, 700), repeat(2, 1000)...), "rrrrrrrr"},
	} {
		var e cardEdges
		if c.both {
			e.state = edgesUnknown
		}
		at := int64(37)
		var got []byte
		for i := -1; i < len(c.edges); i++ {
			if i >= 0 {
				at += abs(c.edges[i]) * 1e6
			}
			if i >= 0 && c.edges[i] < 0 {
				e.forget()
			}
			rising, fault := e.see(at)
			letter := map[Reason]byte{Second: 'f', Learning: 'l', Glitch: 'g', Square: 'q'}[fault]
			if rising {
				letter = 'r'
			}
			got = append(got, letter)
		}
		if string(got) != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// observed returns edges of a card that is a second behind each time, as a fake card has them.
func observed(w world, seconds ...int64) (list []fakeEdge) {
	now := Now()
	for _, n := range seconds {
		read := n*s1 + 3*micro
		list = append(list, fakeEdge{edge: w.card(n * s1), reading: cardReading{w.card(read), now.Real + read, 100}})
	}
	return list
}

func readAll(t *testing.T, p *PHC, n int) (list []Edge) {
	t.Helper()
	for range n {
		e, err := p.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	return list
}

// The card's clock is read once for each edge, and at no other time.
func TestPHCReadsTheClockOncePerEdge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := newFakeCard()
		p := newPHC("phc:eth0", card, false)
		w := world{ahead: 5 * s1, ppm: 40}
		for n := int64(1); n <= 6; n++ {
			time.Sleep(time.Second)
			card.edges <- observed(w, 0)[0]
			w.ahead += s1 + 40*micro
			synctest.Wait()
			if card.reads != int(n) {
				t.Errorf("%d readings after %d edges", card.reads, n)
			}
		}
		var faults []Reason
		for _, e := range readAll(t, p, 6) {
			faults = append(faults, e.Fault)
			if e.Fault == Second && (!e.Fine() || !e.Rising || e.Coarse || e.Seq != 0) || e.Fault != Second && e.Fine() {
				t.Errorf("%+v", e)
			}
		}
		if want := []Reason{Learning, Learning, Second, Second, Second, Second}; !slices.Equal(faults, want) {
			t.Errorf("%v, want %v", faults, want)
		}
		p.Close()
	})
}

func TestPHCCountsGaps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seconds := []int64{1, 2, 3, 5, 6, 10, 11, 20, 21}
		card := newFakeCard()
		p := newPHC("phc:eth0", card, false)
		defer p.Close()
		start := time.Now()
		for _, n := range seconds {
			time.Sleep(time.Until(start.Add(time.Duration(n) * time.Second)))
			w := world{ahead: n * s1}
			card.edges <- observed(w, 0)[0]
			synctest.Wait()
		}
		readAll(t, p, len(seconds))
		if p.Missed() != 1+3 { // 9 s are more than the Gate bridges
			t.Errorf("%d missed, want 4", p.Missed())
		}
	})
}

// Each case has the faults of all edges of a card: . is none for a rising edge and , for a falling
// one, the others are the first letters of their names. A fault of the card's clock hides the edge
// from the polarity and from the count of seconds, except while the clock is learnt.
func TestPHCFaults(t *testing.T) {
	letters := map[Reason]byte{Second: '.', Learning: 'l', Stepped: 's', Late: 'a', Repeated: 'r', Unread: 'u', Glitch: 'g'}
	type step struct {
		after time.Duration // the step before
		age   time.Duration // of the edge, by its stamp
		ahead int64         // by which the card is stepped before
		err   error         // of the comparison
	}
	both := func(n int) (list []step) { // pulses of 100 ms
		for range n {
			list = append(list, step{after: 900 * ms}, step{after: 100 * ms})
		}
		return list
	}
	single := func(n int) []step { return slices.Repeat([]step{{after: s}}, n) }
	for name, c := range map[string]struct {
		steps  []step
		want   string
		missed uint64
	}{
		"one edge":                      {steps: single(5), want: "ll..."},
		"three missing":                 {steps: append(single(4), step{after: 4 * s}), want: "ll...", missed: 3},
		"four missing":                  {steps: append(single(4), step{after: 5 * s}), want: "ll..."},
		"a pulse of 100 ms":             {steps: both(6), want: "llll" + ".,.,.,.,"},
		"missing, and one is late":      {steps: append(single(4), step{after: 3 * s, age: 1500 * ms}, step{after: s}), want: "ll..a.", missed: 3},
		"missing, and one is unread":    {steps: append(single(4), step{after: 2 * s, err: syscall.EBUSY}, step{after: s}), want: "ll..u.", missed: 2},
		"missing while the clock steps": {steps: append(single(4), step{after: s, ahead: 2 * s1}, step{after: s}, step{after: s}, step{after: 2 * s}), want: "ll..sl..", missed: 1},
		"pulses that are repeated":      {steps: append(both(4), step{}, step{after: 900 * ms}, step{after: 100 * ms}), want: "llll.,.,r.,"},
		"a glitch":                      {steps: append(both(4), step{after: 500 * ms}, step{after: 400 * ms}, step{after: 100 * ms}), want: "llll.,.,g.,"},
		"a step between pulses":         {steps: append(append(both(4), step{after: 900 * ms, ahead: 2 * s1}, step{after: 100 * ms}), both(4)...), want: "llll.,.,sllll,.,.,"},
	} {
		synctest.Test(t, func(t *testing.T) {
			card, begin, ahead := newFakeCard(), time.Now(), 3*s1
			p := newPHC("phc:eth0", card, strings.Contains(name, "pulse") || name == "a glitch")
			defer p.Close()
			var got []byte
			for _, at := range c.steps {
				time.Sleep(at.after)
				ahead += at.ahead
				now := ahead + int64(time.Since(begin))
				card.edges <- fakeEdge{edge: now - int64(at.age), reading: cardReading{now + 3*micro, Now().Real + 3*micro, 100}, failure: at.err}
				e := readAll(t, p, 1)[0]
				letter := letters[e.Fault]
				if e.Fault == Second && !e.Rising {
					letter = ','
				}
				got = append(got, letter)
				if e.Fault != Second && (e.Within != 0 || e.Stamp != Now()) {
					t.Errorf("%s: %+v has a fault; want the present instant", name, e)
				}
			}
			if string(got) != c.want || p.Missed() != c.missed {
				t.Errorf("%s: %s, %d missed; want %s, %d", name, got, p.Missed(), c.want, c.missed)
			}
		})
	}
}

func TestPHCEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := newFakeCard()
		p := newPHC("phc:eth0", card, false)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := p.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("silence: %v", err)
		}
		card.edges <- fakeEdge{edge: 1, failure: syscall.ETIMEDOUT}
		if e, err := p.Next(t.Context()); err != nil || e.Fault != Unread {
			t.Errorf("the clock cannot be read: %+v, %v", e, err)
		}
		card.edges <- fakeEdge{edge: 2, failure: syscall.ENODEV}
		for range 2 {
			if _, err := p.Next(t.Context()); !errors.Is(err, ErrGone) || !strings.Contains(err.Error(), "phc:eth0") {
				t.Errorf("removed: %v, want ErrGone", err)
			}
		}
		p.Close()
		for range 2 {
			if _, err := p.Next(t.Context()); !errors.Is(err, ErrClosed) {
				t.Errorf("closed: %v, want ErrClosed", err)
			}
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	synctest.Test(t, func(t *testing.T) { // Close ends a waiting Next, also with edges unread
		card := newFakeCard()
		for n := range int64(maxObserved + 5) {
			card.edges <- fakeEdge{edge: n}
			if n == 10 {
				synctest.Wait()
			}
			if len(card.edges) == cap(card.edges) {
				break
			}
		}
		p := newPHC("phc:eth0", card, true)
		synctest.Wait()
		p.Close()
		if _, err := p.Next(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("%v, want ErrClosed", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		card := newFakeCard()
		p := newPHC("phc:eth0", card, false)
		time.AfterFunc(time.Second, func() { p.Close() })
		if _, err := p.Next(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("%v, want ErrClosed", err)
		}
		card = newFakeCard(fakeEdge{gone: io.ErrUnexpectedEOF})
		p = newPHC("phc:eth0", card, false)
		if _, err := p.Next(t.Context()); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%v, want the error of the device", err)
		}
		p.Close()
	})
}

// The Gate ignores edges with a fault, wherever they are, and returns the fault.
func TestGateIgnoresFaults(t *testing.T) {
	for fault := OtherEdge; int(fault) < len(reasons); fault++ {
		var gate Gate
		for n := range int64(20) {
			at := Stamp{Real: n * s1, Mono: n * s1}
			v := gate.Push(Edge{Stamp: at, Rising: true})
			if (v.Why == Second) != (n >= 3) || n > 3 && v.Elapsed != 1 {
				t.Errorf("%v: edge %d: %+v", fault, n, v)
			}
			at.Mono += n * 37e6
			if v := gate.Push(Edge{Stamp: at, Rising: n%3 == 0, Fault: fault}); v.Why != fault || v.Elapsed != 0 {
				t.Errorf("an edge with the fault %v: %+v", fault, v)
			}
		}
		c := gate.Counts()
		if c.Seconds != 17 || c.Edges != 40 || c.Glitches != map[bool]uint64{true: 20}[fault == Glitch] {
			t.Errorf("%v: %+v", fault, c)
		}
	}
}

func TestFine(t *testing.T) {
	for _, c := range []struct {
		edge Edge
		want bool
	}{
		{Edge{Within: 300}, true}, {Edge{Within: fineWithin}, true}, {Edge{Within: fineWithin + 1}, false}, {Edge{}, false},
		{Edge{Within: 300, Coarse: true}, false}, {Edge{Within: 300, Fault: Late}, false},
	} {
		if got := c.edge.Fine(); got != c.want {
			t.Errorf("%+v: %v", c.edge, got)
		}
	}
}

func TestFasterReading(t *testing.T) {
	for _, c := range []struct {
		times [][3]int64 // system, card, system
		want  cardReading
	}{
		{nil, noReading},
		{[][3]int64{{100, 7, 141}}, cardReading{7, 120, 21}},
		{[][3]int64{{100, 7, 140}, {200, 8, 220}, {300, 9, 330}}, cardReading{8, 210, 10}},
		{[][3]int64{{100, 7, 140}, {200, 8, 150}}, cardReading{7, 120, 20}}, // the clock was set back
		{[][3]int64{{100, 7, 100}}, cardReading{7, 100, 1}},
	} {
		got := noReading
		for _, n := range c.times {
			got = got.orFaster(n[0], n[1], n[2])
		}
		if got != c.want {
			t.Errorf("%v: %+v, want %+v", c.times, got, c.want)
		}
	}
}

// sys is /sys of a machine with two cards, of whose clocks one is that of the PHY.
var sys = fstest.MapFS{
	"class/ptp/ptp0/clock_name":            {Data: []byte("bcm_phy_ptp\n")},
	"class/ptp/ptp0/n_external_timestamps": {Data: []byte("1\n")},
	"class/ptp/ptp0/pins/SYNC_OUT":         {Data: []byte("2 0\n")},
	"class/ptp/ptp1/clock_name":            {Data: []byte("igb\x1b\n")},
	"class/ptp/ptp1/n_external_timestamps": {Data: []byte("2\n")},
	"class/ptp/ptp1/pins/SDP0":             {Data: []byte("0 0\n")},
	"class/ptp/ptp1/pins/SDP1":             {Data: []byte("1 1\n")},
	"class/net/eth0/phydev/ptp/ptp0/dev":   {},
	"class/net/enp1s0/device/ptp/ptp1/dev": {},
	"class/net/wlan0/mtu":                  {},
}

func TestClocks(t *testing.T) {
	list := Clocks(sys)
	if len(list) != 2 {
		t.Fatalf("%+v", list)
	}
	if c := list[0]; c.Path != "/dev/ptp0" || c.Name != "bcm_phy_ptp" || c.External != 1 || !slices.Equal(c.Pins, []ClockPin{{"SYNC_OUT", 2, 0}}) || c.String() != "/dev/ptp0 (bcm_phy_ptp, eth0)" {
		t.Errorf("%+v", c)
	}
	if c := list[1]; c.External != 2 || !slices.Equal(c.Pins, []ClockPin{{"SDP0", 0, 0}, {"SDP1", 1, 1}}) || c.String() != "/dev/ptp1 (igb, enp1s0)" {
		t.Errorf("%+v", c)
	}
	if list := Clocks(fstest.MapFS{}); list != nil {
		t.Errorf("a machine without clocks: %+v", list)
	}
	for name, want := range map[string]string{"eth0": "/dev/ptp0", "enp1s0": "/dev/ptp1"} {
		if got, err := clockOf(sys, name); got != want || err != nil {
			t.Errorf("%s: %s, %v; want %s", name, got, err, want)
		}
	}
	if _, err := clockOf(sys, "wlan0"); !errors.Is(err, ErrNoPHC) {
		t.Errorf("wlan0: %v", err)
	}
	_, err := clockOf(sys, "eth7")
	if !errors.Is(err, syscall.ENOENT) && !strings.Contains(err.Error(), "no network interface eth7") {
		t.Errorf("eth7: %v", err)
	}
	t.Setenv("INVOCATION_ID", "1")
	if _, err := clockOf(sys, "eth7"); !strings.Contains(err.Error(), "phc:/dev/ptp0") {
		t.Errorf("in a service: %v", err)
	}
}

// The drivers of real interfaces have no clock with this number, and leave no descriptor open.
func TestAskClock(t *testing.T) {
	for _, name := range []string{"lo", "nocard"} {
		if got := askClock(name); got != -1 {
			t.Errorf("%s: clock %d, want -1", name, got)
		}
		leaks(t, name, func() { askClock(name) })
	}
}

func TestClockInfoString(t *testing.T) {
	for want, c := range map[string]ClockInfo{
		"/dev/ptp0":                   {Path: "/dev/ptp0"},
		"/dev/ptp1 (igb)":             {Path: "/dev/ptp1", Name: "igb"},
		"/dev/ptp2 (eth0)":            {Path: "/dev/ptp2", Interfaces: []string{"eth0"}},
		"/dev/ptp3 (mlx5, eth0, br0)": {Path: "/dev/ptp3", Name: "mlx5", Interfaces: []string{"eth0", "br0"}},
	} {
		if got := c.String(); got != want {
			t.Errorf("%+v: %s, want %s", c, got, want)
		}
	}
}

func TestCandidatePins(t *testing.T) {
	pin := func(index, function, channel uint32, name string) (p unix.PtpPinDesc) {
		p.Index, p.Func, p.Chan = index, function, channel
		copy(p.Name[:], name)
		return p
	}
	pins := []unix.PtpPinDesc{
		pin(0, unix.PTP_PF_PEROUT, 0, "SDP0"), pin(1, unix.PTP_PF_NONE, 0, "SDP1"), pin(2, unix.PTP_PF_EXTTS, 1, "SDP2"), pin(3, unix.PTP_PF_NONE, 0, "SDP3"),
	}
	for _, c := range []struct {
		pin     string
		channel int
		want    string
	}{
		{"", 0, "SDP1 SDP3"}, {"", 1, "SDP2"}, {"SDP3", 0, "SDP3"}, {"0", 0, "SDP0"}, {"SDP4", 0, ""}, {"4", 0, ""},
	} {
		var got []string
		for _, p := range candidatePins(pins, Address{Pin: c.pin, Channel: c.channel}) {
			got = append(got, unix.ByteSliceToString(p.Name[:]))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	const want = "the card has the pins 0 (SDP0, sends pulses on channel 0), 1 (SDP1, free), 2 (SDP2, stamps edges on channel 1), 3 (SDP3, free)"
	if got := presentPins(pins); got != want {
		t.Errorf("%s", got)
	}
	if got := presentPins(nil); !strings.Contains(got, "not programmable") {
		t.Errorf("%s", got)
	}
}

// Whatever a card sends, a trusted edge is from the second before its reading, has a bound, and is
// later than the trusted edge before.
func FuzzCardClock(f *testing.F) {
	w := world{ahead: 37 * s1, ppm: 50}
	var lifelike []byte
	for n := int64(1); n < 8; n++ {
		for _, v := range []int64{w.card(n * s1), w.card(n*s1 + micro), n*s1 + micro, 100} {
			lifelike = binary.NativeEndian.AppendUint64(lifelike, uint64(v))
		}
	}
	f.Add(lifelike)
	f.Add(append(lifelike[32*3:], lifelike...))
	f.Add(bytes.Repeat([]byte{0xff, 0x7f, 0, 0x80}, 64))
	f.Fuzz(func(t *testing.T, data []byte) {
		var clock cardClock
		var edges cardEdges
		last := int64(0)
		for ; len(data) >= 32; data = data[32:] {
			at := func(i int) int64 { return int64(binary.NativeEndian.Uint64(data[8*i:])) }
			edge, r := at(0), cardReading{at(1), at(2), at(3)}
			now := Stamp{Real: r.real, Mono: r.real >> 1}
			stamp, within, fault := clock.see(edge, r, now)
			edges.see(edge)
			if fault != Second {
				continue
			}
			if age := now.Sub(stamp); age < 0 || age > time.Second || within <= 0 || within > 10*time.Millisecond || edge == last {
				t.Errorf("%d, %+v: %v before the reading, within %v", edge, r, age, within)
			}
			last = edge
		}
	})
}
