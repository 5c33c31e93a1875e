package nmea_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A sender sends a second after the other to a Stream, at 9600 baud.
type sender struct {
	stream *nmea.Stream
	second int
}

func newSender() *sender { return &sender{stream: nmea.NewStream(9600, midMay)} }

// now is when the burst of the current second begins, plus a time.
func (r *sender) now(after time.Duration) nmea.Stamp {
	return boot.Add(time.Duration(r.second)*s + after)
}

// push passes bytes that end on the wire after this time, and returns the completed epochs.
func (r *sender) push(after time.Duration, bytes string) (complete []nmea.Epoch) {
	r.stream.Push(r.now(after), []byte(bytes))
	for h, more := r.stream.Next(); more; h, more = r.stream.Next() {
		if h.Complete {
			complete = append(complete, h.Epoch)
		}
	}
	return complete
}

// wire is how long bytes take.
func wire(bytes string) time.Duration { return time.Duration(len(bytes)) * s * 10 / 9600 }

// text is the lines of sentences whose time is that of the second.
func (r *sender) text(kinds ...string) (text string) {
	clock := fmt.Sprintf("09%02d%02d.00", 30+r.second/60, r.second%60)
	for _, kind := range kinds {
		switch kind {
		case "RMC":
			text += line(rmc(clock, "A", may20))
		case "GGA":
			text += line(gga(clock, "1"))
		case "GLL":
			text += line(gll(clock, "A"))
		case "ZDA":
			text += line(zda(clock, "21,05,2026")) // of another date
		case "GSV":
			text += line(gsv(1))
		}
	}
	return text
}

// burst sends one second, and then a silence. It reports whether the epoch was complete before
// the silence.
func (r *sender) burst(t *testing.T, kinds ...string) (early bool) {
	t.Helper()
	text := r.text(kinds...)
	of := func(e nmea.Epoch) bool { return e.Why == nmea.Valid && e.UTC.Second == r.second%60 }
	early = slices.ContainsFunc(r.push(wire(text), text), of)
	if late := slices.ContainsFunc(r.push(wire(text)+60*ms, ""), of); early == late {
		t.Errorf("second %d: complete before the silence %v, and at the silence %v", r.second, early, late)
	}
	r.second++
	return early
}

// bursts sends a number of seconds, and returns how many were complete before the silence.
func (r *sender) bursts(t *testing.T, n int, kinds ...string) (early int) {
	t.Helper()
	for range n {
		if r.burst(t, kinds...) {
			early++
		}
	}
	return early
}

// The sentence that ended eight epochs in a row completes the next. The first epoch does not
// count, because nothing shows where it began.
func TestSchedule(t *testing.T) {
	for _, kinds := range [][]string{{"RMC", "GGA", "GLL"}, {"RMC"}, {"GSV", "RMC", "GGA", "GSV"}, {"GSV", "GSV", "GSV", "RMC", "GGA"}} {
		r := newSender()
		if early := r.bursts(t, 9, kinds...); early != 0 {
			t.Errorf("%v: %d of the first 9 seconds complete without a silence", kinds, early)
		}
		if early := r.bursts(t, 20, kinds...); early != 20 {
			t.Errorf("%v: %d of 20 seconds complete without a silence", kinds, early)
		}
	}
}

// If a sentence follows the usual last one, silences complete the epochs again, and twice as
// many are needed.
func TestScheduleIsForgotten(t *testing.T) {
	r := newSender()
	usual := []string{"RMC", "GGA"}
	r.bursts(t, 9, usual...)
	for _, needed := range []int{16, 32} {
		if early := r.bursts(t, 3, usual...); early != 3 {
			t.Fatalf("%d of 3 seconds complete without a silence: this tests nothing", early)
		}
		text := r.text(usual...)
		if complete := r.push(wire(text), text); len(complete) != 1 {
			t.Errorf("complete %v", complete)
		}
		more := r.text("GLL")
		r.push(wire(text+more)+20*ms, more)
		r.second++
		if early := r.bursts(t, needed, usual...); early != 0 {
			t.Errorf("%d seconds complete without a silence, of the %d after the one that went on", early, needed)
		}
	}
}

// A sentence that a receiver sends every ten seconds, and that contradicts the others, is in its
// epoch from the second time on: silences complete the epochs until it has come once more.
func TestScheduleOfARareSentence(t *testing.T) {
	r := newSender()
	var seen []bool
	for r.second < 59 {
		kinds := []string{"RMC", "GGA"}
		rare := r.second%10 == 9
		text := r.text(kinds...)
		complete := r.push(wire(text), text)
		if rare {
			more := r.text("ZDA")
			text += more
			complete = append(complete, r.push(wire(text), more)...)
		}
		complete = append(complete, r.push(wire(text)+60*ms, "")...)
		if len(complete) != 1 {
			t.Fatalf("second %d: %d epochs", r.second, len(complete))
		}
		if rare {
			seen = append(seen, complete[0].Why == nmea.TwoDates)
		}
		r.second++
	}
	if want := []bool{false, true, true, true, true}; !slices.Equal(seen, want) {
		t.Errorf("two dates in %v, want %v", seen, want)
	}
}

// A block that follows after 50 ms or more changes nothing: a silence would have completed the
// epoch, too.
func TestScheduleWithATail(t *testing.T) {
	r := newSender()
	early := 0
	for range 20 {
		text, tail := r.text("RMC", "GGA"), r.text("GSV")
		if complete := r.push(wire(text), text); len(complete) == 1 {
			early++
		}
		r.push(wire(text)+60*ms, "")
		r.push(wire(text+tail)+100*ms, tail)
		r.push(wire(text+tail)+160*ms, "")
		r.second++
	}
	if early != 11 {
		t.Errorf("%d of 20 seconds complete without a silence, want 11", early)
	}
}

// What was read together with the last sentence may contradict it.
func TestScheduleLooksAhead(t *testing.T) {
	for _, test := range []struct {
		name, follows string
		want          int
	}{
		{"a line end", "", 1},
		{"the first byte of another sentence", "$", 0},
		{"half a sentence", "$GPRMC,0930", 0},
		{"bytes outside sentences", "\x00\xff", 1},
	} {
		r := newSender()
		r.bursts(t, 9, "RMC", "GGA")
		text := r.text("RMC", "GGA") + test.follows
		if complete := r.push(wire(text), text); len(complete) != test.want {
			t.Errorf("%s: %d epochs complete, want %d", test.name, len(complete), test.want)
		}
	}
	// Nothing shows where the second of two bursts began, nor whether the first began where it seems to.
	r := newSender()
	r.bursts(t, 9, "RMC", "GGA")
	text := r.text("RMC", "GGA")
	r.second++
	text += r.text("RMC", "GGA")
	complete := r.push(wire(text), text)
	if len(complete) != 1 || complete[0].HasStart {
		t.Errorf("two seconds at once: %+v", complete)
	}
}

// Seconds that are not followed by a silence, or have no end because a sentence is damaged,
// begin the count anew.
func TestScheduleNeedsConsecutiveEpochs(t *testing.T) {
	r := newSender()
	for i := range 20 {
		if r.bursts(t, 1, "RMC", "GGA") != 0 {
			t.Fatalf("second %d complete without a silence", r.second-1)
		}
		if i%5 == 4 { // the RMC is lost
			text := r.text("GGA")
			r.push(wire(text), text)
			r.second++
		}
	}
	if early := r.bursts(t, 1, "RMC", "GGA"); early != 0 {
		t.Error("complete without a silence, after 5 seconds in a row")
	}
}

// Remaining is the time until the end of the line of the usual last sentence, whatever pauses
// the epoch has, and whatever block follows it.
func TestRemaining(t *testing.T) {
	for _, pause := range []time.Duration{0, 10 * ms} {
		for _, tail := range []bool{false, true} {
			r := newSender()
			left := func(after time.Duration) time.Duration { return r.stream.Remaining(r.now(after)) }
			if got := left(0); got != 0 {
				t.Errorf("%v before any byte, want 0", got)
			}
			for r.second < 12 {
				first, rest := r.text("GSV", "RMC"), r.text("GGA")
				whole := wire(first+rest) + pause
				expect := func(after, want time.Duration) {
					t.Helper()
					if r.second < 2 { // the first is not whole
						want = 0
					}
					if got := left(after); r.second != 2 && (got-want).Abs() > 6*ms || want == 0 && got != 0 {
						t.Errorf("pause %v, tail %v, second %d: %v remain after %v, want %v", pause, tail, r.second, got, after, want)
					}
				}
				expect(-300*ms, 0)
				read := 0
				for _, to := range []int{1, 10, 80, len(first)} { // in the GSV, in the RMC, after it
					r.push(wire(first[:to]), first[read:to])
					expect(wire(first[:to]), whole-wire(first[:to]))
					read = to
				}
				for _, bytes := range []int{1, 20} { // in the GGA
					r.push(wire(first+rest[:bytes])+pause, rest[bytes/20:bytes])
					expect(wire(first+rest[:bytes])+pause, wire(rest[bytes:]))
				}
				r.push(whole, rest[20:])
				expect(whole, 0)
				r.push(whole+60*ms, "")
				if tail {
					block := r.text("GSV")
					r.push(whole+wire(block)+200*ms, block) // this might be the GSV of the next epoch
				}
				r.second++
			}
		}
	}
}

// A burst that begins when no epoch is expected is a part of the last epoch that is sent later, or of
// another device: it says nothing about when an epoch ends.
func TestRemainingOfAnotherBlock(t *testing.T) {
	for _, c := range []struct {
		after time.Duration // the start of the last epoch
		want  bool
	}{{200 * ms, false}, {900 * ms, false}, {940 * ms, false}, {960 * ms, true}, {1040 * ms, true}, {1060 * ms, false}} {
		r := newSender()
		r.bursts(t, 12, "RMC", "GGA")
		r.second-- // the last
		block := r.text("GSV")
		for from := range 2 { // before its sentence is complete, and after it
			to := 20 + from*(len(block)-20)
			r.push(c.after+wire(block[:to]), block[from*20:to])
			if got := r.stream.Remaining(r.now(c.after + wire(block[:to]))); (got > 0) != c.want {
				t.Errorf("after %d bytes of a block that begins after %v: %v remain; want more than 0: %v", to, c.after, got, c.want)
			}
		}
	}
}

// A reader that lets bytes collect for longer than they arrive does not make the epochs seem longer,
// nor the silences after them shorter.
func TestRemainingIfReadLate(t *testing.T) {
	for _, late := range []time.Duration{0, 10 * ms, 30 * ms, 200 * ms, 700 * ms} { // of the 860 ms of silence
		r := newSender()
		for range 20 {
			text := r.text("RMC", "GGA")
			r.push(wire(text[:10]), text[:10])
			if got, want := r.stream.Remaining(r.now(wire(text[:10]))), wire(text[10:]); r.second > 2 && (got-want).Abs() > 3*ms {
				t.Errorf("read %v late, second %d: %v remain, want %v", late, r.second, got, want)
			}
			if complete := len(r.push(wire(text)+late, text[10:])) > 0; complete != (r.second > 8) {
				t.Errorf("read %v late, second %d: complete with its last sentence %v", late, r.second, complete)
			}
			r.push(wire(text)+late+60*ms, "")
			r.second++
		}
	}
}

// If a receiver begins to report more often, without a silence between its bursts, it is not known any
// more when an epoch ends.
func TestRemainingIsForgotten(t *testing.T) {
	r := newSender()
	r.bursts(t, 12, "RMC", "GGA", "GSV")
	for sent := time.Duration(0); r.second < 15; r.second++ {
		text := r.text("RMC", "GGA")
		sent += wire(text) + 20*ms
		at := boot.Add(12*s + sent)
		r.stream.Push(at, []byte(text))
		for _, more := r.stream.Next(); more; _, more = r.stream.Next() {
		}
		if got := r.stream.Remaining(at); r.second > 12 && got != 0 {
			t.Errorf("%v remain of second %d, want 0", got, r.second)
		}
	}
}

// The same sentence may stand in a burst more than once: its number counts.
func TestScheduleOfARepeatedSentence(t *testing.T) {
	r := newSender()
	r.bursts(t, 9, "RMC", "GSV", "GGA", "GSV")
	text, rest := r.text("RMC", "GSV"), r.text("GGA", "GSV")
	if complete := r.push(wire(text), text); len(complete) != 0 {
		t.Error("complete at the first GSV of two")
	}
	if complete := r.push(wire(text+rest), rest); len(complete) != 1 {
		t.Error("not complete at the second GSV")
	}
}
