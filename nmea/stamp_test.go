package nmea_test

import (
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

func TestStampAdd(t *testing.T) {
	at := nmea.Stamp{Real: 1_000, Mono: 200, Slew: -30}
	for d, want := range map[time.Duration]nmea.Stamp{
		0: at, 7: {Real: 1_007, Mono: 207, Slew: -30}, -300: {Real: 700, Mono: -100, Slew: -30},
	} {
		if got := at.Add(d); got != want {
			t.Errorf("%+v and %d is %+v, want %+v", at, d, got, want)
		}
	}
}

// A slewed clock gains 50 ms in a second; the steady clock counts 0.95 s.
func TestStampSteady(t *testing.T) {
	from := nmea.Stamp{Real: 5_000_000_000, Mono: 2_000_000_000, Slew: 300_000_000}
	to := nmea.Stamp{Real: 6_000_000_000, Mono: 3_000_000_000, Slew: 350_000_000}
	if got := from.Steady(); got != 1_700_000_000 {
		t.Errorf("steady is %d, want 1.7 s", got)
	}
	if got := to.Steady() - from.Steady(); got != 950_000_000 {
		t.Errorf("%d ns on the steady clock, want 0.95 s", got)
	}
	if got := to.Sub(from); got != time.Second {
		t.Errorf("%v on the monotonic clock, want 1 s", got)
	}
	if got := from.Add(time.Second).Steady() - from.Steady(); got != 1_000_000_000 {
		t.Errorf("a second added is %d ns on the steady clock", got)
	}
	if got := (nmea.Stamp{Mono: 42}).Steady(); got != 42 {
		t.Errorf("steady is %d without a slew, want Mono", got)
	}
}

// Passing time and slewing are not a step.
func TestStampStep(t *testing.T) {
	from := nmea.Stamp{Real: 5_000_000_000, Mono: 2_000_000_000, Slew: 300}
	for name, test := range map[string]struct {
		to   nmea.Stamp
		want time.Duration
	}{
		"none":          {from.Add(time.Second), 0},
		"forward":       {nmea.Stamp{Real: 8_000_000_000, Mono: 3_000_000_000}, 2 * time.Second},
		"back":          {nmea.Stamp{Real: 4_000_000_000, Mono: 3_000_000_000}, -2 * time.Second},
		"slewed alike":  {nmea.Stamp{Real: 6_050_000_000, Mono: 3_050_000_000, Slew: 50_000_300}, 0},
		"earlier stamp": {from.Add(-time.Second), 0},
	} {
		if got := test.to.Step(from); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestStampIsZero(t *testing.T) {
	if !(nmea.Stamp{}).IsZero() {
		t.Error("the zero Stamp is not zero")
	}
	for _, s := range []nmea.Stamp{{Real: 1}, {Mono: 1}, {Slew: 1}, nmea.Now()} {
		if s.IsZero() {
			t.Errorf("%+v is zero", s)
		}
	}
}

func TestStampTime(t *testing.T) {
	if got, want := boot.Time(), time.Date(2026, 5, 20, 9, 30, 0, 0, time.UTC); got != want {
		t.Errorf("%v, want %v", got, want)
	}
	if got := (nmea.Stamp{Real: 1_000_000_001}).Time(); got.UnixNano() != 1_000_000_001 || got.Location() != time.UTC {
		t.Errorf("%v", got)
	}
}

// Now reads both clocks at once.
func TestNow(t *testing.T) {
	before := time.Now()
	first := nmea.Now()
	second := nmea.Now()
	passed := time.Since(before)
	if d := second.Sub(first); d < 0 || d > passed {
		t.Errorf("%v between two stamps, want at most %v", d, passed)
	}
	if d := first.Time().Sub(before.Round(0)); d < -time.Second || d > passed+time.Second {
		t.Errorf("the stamp is %v from the system clock", d)
	}
}

// The stamps of sentences keep Slew.
func TestSentenceStampsKeepSlew(t *testing.T) {
	at := boot
	at.Slew = 12_345
	f, e := nmea.NewFramer(9600), nmea.NewEpochs(midMay)
	f.Push(at, []byte("\n"))
	f.Push(at.Add(s), []byte(line(gsv(1))+line(rmc("093000.00", "A", may20))))
	for _, sentence := range all(f) {
		if sentence.First.Slew != at.Slew || sentence.Last.Slew != at.Slew || sentence.Burst.Start.Slew != at.Slew {
			t.Errorf("stamps %+v, %+v, burst %+v; want a slew of %d", sentence.First, sentence.Last, sentence.Burst.Start, at.Slew)
		}
		e.Push(sentence)
	}
	epoch, _ := e.Flush()
	a := epoch.Anchors
	for _, stamp := range []nmea.Stamp{epoch.Start, a.Lead, a.Block, a.Name, epoch.Last} {
		if stamp.Slew != at.Slew {
			t.Errorf("%+v, want a slew of %d", stamp, at.Slew)
		}
	}
}
