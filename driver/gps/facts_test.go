package gps

import (
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
)

// The facts have the delay and its spread: remembered until the pulse is locked, then
// measured. They have the receiver once it is recognised.
func TestFactsOfTheDelay(t *testing.T) {
	memory := shelf{}
	b := locked(t, Config{Memory: memory})
	b.play(10, 80, tick{})
	name, learnt, _ := b.learnt()
	learnt.Delay, learnt.Spread = 160*ms, 20*ms
	memory[name] = learnt

	b = newBench(t, Config{Memory: memory, Pulse: &PulseConfig{}})
	b.play(0, 1, tick{})
	if f := b.tracker.facts(Facts{}, 0); f.Receiver != "" || f.Calibrated || f.Spread != 0 {
		t.Errorf("before the receiver is recognised: %+v", f)
	}
	b.play(1, 2, tick{})
	if f := b.tracker.facts(Facts{}, 0); f.Receiver != "" || !f.Calibrated || f.Delay != learnt.Delay {
		t.Errorf("after two epochs: %+v, want the delay of %q", f, name)
	}
	b.play(2, 5, tick{})
	if f := b.tracker.facts(Facts{}, 0); f.Receiver != name || !f.Calibrated || f.Set || f.Delay != learnt.Delay || f.Spread != learnt.Spread {
		t.Errorf("with a remembered delay: %+v, want %v of %q", f, learnt, name)
	}
	// The spread of delays that alternate by 30 ms is 0.869 times that.
	for i := 5; i < 20; i++ {
		b.play(i, i+1, tick{delay: 150*ms + time.Duration(i%2)*30*ms})
	}
	if f := b.tracker.facts(Facts{}, 0); !b.tracker.pulseFacts().Locked || f.Spread != 26070*time.Microsecond || f.Delay != 180*ms && f.Delay != 150*ms {
		t.Errorf("with a locked pulse: %+v, want the measured spread", f)
	}
	// The spread of a configured delay is measured, too.
	b = newBench(t, Config{Pulse: &PulseConfig{}, Delay: 150 * ms, Calibrated: true})
	b.play(0, 12, tick{})
	if f := b.tracker.facts(Facts{}, 0); !f.Set || !f.Calibrated || f.Delay != 150*ms {
		t.Errorf("with a set delay: %+v", f)
	}
}

// The facts change with each epoch and with each sentence without a valid checksum, and
// with the first read.
func TestNews(t *testing.T) {
	first := receptionOf(Config{Baud: 9600, Pivot: nmea.DateOf(noon)})
	first.receive(opening, []byte(good[:20]+"\r\n"+good[:60]+"*00\r\n"))
	if first.facts.Bad != 1 || first.facts.Epochs != 0 || !first.takeNews() {
		t.Errorf("the first read, with a bad sentence: %+v, and no news", first.facts)
	}
	r := receptionOf(Config{Baud: 9600, Pivot: nmea.DateOf(noon)})
	for _, c := range []struct {
		name        string
		epochs, bad uint64
		want        bool
	}{
		{"the first read", 0, 0, true},
		{"the next", 0, 0, false},
		{"an epoch", 1, 0, true},
		{"the next", 1, 0, false},
		{"a bad sentence", 1, 1, true},
		{"an epoch and a bad sentence", 2, 2, true},
		{"the next", 2, 2, false},
	} {
		r.facts.Epochs, r.facts.Bad = c.epochs, c.bad
		if got := r.takeNews(); got != c.want {
			t.Errorf("%s: news %v, want %v", c.name, got, c.want)
		}
	}
}

// An epoch without a fix that names the second of the last epoch with a fix contradicts
// nothing, even if both are late.
func TestNoFixInTurnOfALateReceiver(t *testing.T) {
	b := newBench(t, Config{Delay: 300 * ms, Calibrated: true})
	got := ""
	for i := range 20 {
		late := tick{noPulse: true, delay: 300 * ms}
		if i > 6 && i%2 == 0 {
			late.why = nmea.NoFix
		}
		got += b.sentences(i, i+1, late)
	}
	expect(t, "a fix and no fix, alternating", got, "ssPPPPPP"+strings.Repeat("nP", 6))
}

// An epoch without a fix contradicts one with a fix if the times differ by half a second,
// and the one with a fix is less than 1.5 s old.
func TestContradictsFix(t *testing.T) {
	for _, c := range []struct {
		off  time.Duration
		age  time.Duration // of the last epoch with a fix
		why  nmea.Reason
		want bool
	}{
		{0, time.Second, nmea.NoFix, false},
		{500*ms - 1, time.Second, nmea.NoFix, false},
		{500 * ms, time.Second, nmea.NoFix, true},
		{500 * ms, 1500*ms - 1, nmea.NoFix, true},
		{500 * ms, 1500 * ms, nmea.NoFix, false},
		{-500 * ms, time.Second, nmea.NoFix, true},
		{-500*ms + 1, time.Second, nmea.NoFix, false},
		{time.Second, time.Second, nmea.Estimated, false},
	} {
		for _, rival := range []bool{false, true} {
			tr := newTracker(Config{})
			h := &tr.current
			if rival {
				h = &tr.rival
			}
			*h = hypothesisOf(0)
			at := steadyBegan + int64(time.Second)
			h.last = at - int64(c.age)
			utc := time.Unix(0, utcBegan).UTC().Add(time.Second + c.off)
			e := nmea.Epoch{Why: c.why, HasTime: true}
			e.UTC.TimeOfDay = nmea.TimeOfDay{Hour: utc.Hour(), Minute: utc.Minute(), Second: utc.Second(), Nanosecond: utc.Nanosecond()}
			if got := tr.contradictsFix(e, at); got != c.want {
				t.Errorf("%v: %v off, %v after a fix, of a rival %v: contradicts it %v, want %v", c.why, c.off, c.age, rival, got, c.want)
			}
		}
	}
	tr := newTracker(Config{})
	if tr.contradictsFix(nmea.Epoch{Why: nmea.NoFix, HasTime: true}, int64(time.Second)) {
		t.Error("an epoch without a fix contradicts a fix that never was")
	}
}

// The clock looks for other readers of the port if the receiver sends nothing valid, once
// for each reason.
func TestOtherReaders(t *testing.T) {
	for _, c := range []struct {
		state driver.State
		want  bool
	}{
		{noData, true}, {noSentences, true}, {noChecksums, true},
		{listening, false}, {noSilence, false}, {driver.State{}, false},
	} {
		for _, rivals := range []string{"agetty (pid 7)", ""} {
			asked := 0
			clock := New(Config{OtherReaders: func() string { asked++; return rivals }})
			s := clock.addOtherReaders(c.state, driver.State{Reason: "starting"})
			again := clock.addOtherReaders(c.state, s)
			if want := c.want && rivals != ""; s.Reason != c.state.Reason || again != s || strings.Contains(s.Detail, "agetty (pid 7)") != want || (s.Hint != c.state.Hint) != want {
				t.Errorf("%q beside %q: %+v, then %+v", c.state.Reason, rivals, s, again)
			}
			if asked > 1 || (asked == 1) != c.want {
				t.Errorf("%q: looked %d times for other readers, want once: %v", c.state.Reason, asked, c.want)
			}
		}
		if s := New(Config{}).addOtherReaders(c.state, driver.State{Reason: "starting"}); s != c.state {
			t.Errorf("%q, without OtherReaders: %+v", c.state.Reason, s)
		}
	}
}

// A burst whose sentence with the satellites was lost does not mean that the fix uses none.
func TestFactsOfAnEpochWithoutSatellites(t *testing.T) {
	var f Facts
	for _, c := range []struct {
		epoch nmea.Epoch
		want  int
	}{
		{nmea.Epoch{Fix: nmea.FixGood, Used: 9}, 9},
		{nmea.Epoch{Fix: nmea.FixGood}, 9},
		{nmea.Epoch{Fix: nmea.FixGood, Used: 7}, 7},
		{nmea.Epoch{Fix: nmea.FixNone}, 0},
	} {
		if f.see(c.epoch); f.Used != c.want {
			t.Errorf("%+v: %d satellites are used, want %d", c.epoch, f.Used, c.want)
		}
	}
}
