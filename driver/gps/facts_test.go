package gps

import (
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
)

// The facts name the delay and how much it scatters: as remembered until the pulse is
// locked, then as measured. They name the receiver once it was recognised.
func TestFactsOfTheDelay(t *testing.T) {
	memory := shelf{}
	b := locked(t, Config{Memory: memory})
	b.play(10, 80, tick{})
	name, learnt, _ := b.learnt()
	learnt.Delay, learnt.Spread = 160*ms, 20*ms
	memory[name] = learnt

	b = newBench(t, Config{Memory: memory, Pulse: &PulseConfig{}})
	b.play(0, 3, tick{})
	if f := b.tracker.facts(Facts{}); f.Receiver != "" || f.Calibrated || f.Spread != 0 {
		t.Errorf("before the receiver is recognised: %+v", f)
	}
	b.play(3, 5, tick{})
	if f := b.tracker.facts(Facts{}); f.Receiver != name || !f.Calibrated || f.Set || f.Delay != learnt.Delay || f.Spread != learnt.Spread {
		t.Errorf("with a remembered delay: %+v, want %v of %q", f, learnt, name)
	}
	// The spread of delays that are 30 ms off in turn is 0.869 times that.
	for i := 5; i < 20; i++ {
		b.play(i, i+1, tick{delay: 150*ms + time.Duration(i%2)*30*ms})
	}
	if f := b.tracker.facts(Facts{}); !b.tracker.pulseFacts().Locked || f.Spread != 26070*time.Microsecond || f.Delay != 180*ms && f.Delay != 150*ms {
		t.Errorf("with a locked pulse: %+v, want the measured spread", f)
	}
	// The spread of a delay that a person has set is measured, too.
	b = newBench(t, Config{Pulse: &PulseConfig{}, Delay: 150 * ms, Calibrated: true})
	b.play(0, 12, tick{})
	if f := b.tracker.facts(Facts{}); !f.Set || !f.Calibrated || f.Delay != 150*ms {
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

// An epoch without a fix that names the second of the one with a fix before it denies
// nothing, however late both are.
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
	expect(t, "a fix and none in turn", got, "sssPPPPP"+strings.Repeat("nP", 6))
}

// An epoch without a fix denies what the one with a fix says if it names a time that is half
// a second off, and if the other one is less than 1.5 s old.
func TestDenies(t *testing.T) {
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
			h := &tr.belief
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
		t.Error("an epoch without a fix contradicts a fix that there was not")
	}
}

// Other readers of the port are looked for if the receiver is not understood, once for each
// reason.
func TestRivals(t *testing.T) {
	for _, c := range []struct {
		state driver.State
		want  bool
	}{
		{noData, true}, {noSentences, true}, {noChecksums, true},
		{listening, false}, {noSilence, false}, {driver.State{}, false},
	} {
		for _, rivals := range []string{"agetty (pid 7)", ""} {
			asked := 0
			clock := New(Config{Rivals: func() string { asked++; return rivals }})
			s := clock.addRivals(c.state, driver.State{Reason: "starting"})
			again := clock.addRivals(c.state, s)
			if want := c.want && rivals != ""; s.Reason != c.state.Reason || again != s || strings.Contains(s.Detail, "agetty (pid 7)") != want || (s.Hint != c.state.Hint) != want {
				t.Errorf("%q beside %q: %+v, then %+v", c.state.Reason, rivals, s, again)
			}
			if asked > 1 || (asked == 1) != c.want {
				t.Errorf("%q: asked %d times who reads the port, want once: %v", c.state.Reason, asked, c.want)
			}
		}
		if s := New(Config{}).addRivals(c.state, driver.State{Reason: "starting"}); s != c.state {
			t.Errorf("%q, where nothing is known of others: %+v", c.state.Reason, s)
		}
	}
}
