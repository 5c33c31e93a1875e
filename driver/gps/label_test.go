package gps

import (
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
)

// noon is the first second of the scripts below.
var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// A second is one epoch of a script, and its time.
type second struct {
	utc     time.Time
	mono    time.Duration // start of the burst
	slew    time.Duration // how far the clocks have been slewed
	real    time.Duration // the system clock's difference from the monotonic one
	why     nmea.Reason
	noStart bool
	sixty   bool // it names second 60, and utc is 23:59:59
}

// epoch returns the second as package nmea does.
func (s second) epoch() nmea.Epoch {
	e := nmea.Epoch{HasTime: true, Why: s.why, HasStart: !s.noStart, Start: s.start()}
	e.Fix = nmea.FixGood
	e.Anchors = nmea.Anchors{Lead: e.Start, Block: e.Start, Name: e.Start}
	if s.why == nmea.NoFix {
		e.Fix = nmea.FixNone
	}
	e.UTC.Date = nmea.DateOf(s.utc)
	if s.why == nmea.NoDate {
		e.UTC.Date = nmea.Date{}
	}
	e.UTC.TimeOfDay = nmea.TimeOfDay{Hour: s.utc.Hour(), Minute: s.utc.Minute(), Second: s.utc.Second(), Nanosecond: s.utc.Nanosecond()}
	if s.sixty {
		e.UTC.Second = 60
	}
	return e
}

func (s second) start() nmea.Stamp {
	return nmea.Stamp{Real: noon.UnixNano() + int64(s.mono+s.real), Mono: int64(time.Hour + s.mono), Slew: int64(s.slew)}
}

// even returns the seconds from..to of a healthy receiver, whose bursts begin 100 ms late.
func even(from, to int) []second {
	var script []second
	for i := from; i < to; i++ {
		script = append(script, second{
			utc:  noon.Add(time.Duration(i) * time.Second),
			mono: time.Duration(i)*time.Second + 100*time.Millisecond,
		})
	}
	return script
}

// shifted adds a duration to the times that the receiver names.
func shifted(script []second, by time.Duration) []second {
	for i := range script {
		script[i].utc = script[i].utc.Add(by)
	}
	return script
}

// delayed lets the bursts begin later.
func delayed(script []second, by time.Duration) []second {
	return with(script, func(s *second) { s.mono += by })
}

// with changes every second of a script.
func with(script []second, set func(*second)) []second {
	for i := range script {
		set(&script[i])
	}
	return script
}

func join(parts ...[]second) []second {
	var script []second
	for _, p := range parts {
		script = append(script, p...)
	}
	return script
}

// play returns a letter for each epoch: P if it was published, - if nothing was due, else
// the first letter of the reason.
func play(t *testing.T, script []second) (letters string, samples []driver.Sample) {
	t.Helper()
	l := newTracker(Config{})
	return playWith(t, l, script)
}

// playWith is play with a tracker that has settings.
func playWith(t *testing.T, l *tracker, script []second) (letters string, samples []driver.Sample) {
	t.Helper()
	var b strings.Builder
	for _, s := range script {
		v := l.epoch(s.epoch(), s.start().Add(200*time.Millisecond))
		sample, state := v.sample, v.state
		switch {
		case v.ok:
			b.WriteByte('P')
			samples = append(samples, sample)
		case state.Publishing():
			b.WriteByte('-')
		default:
			b.WriteByte(state.Reason[0])
		}
	}
	return b.String(), samples
}

func TestLabels(t *testing.T) {
	noDate := func(s *second) { s.why = nmea.NoDate }
	void := func(s *second) { s.why = nmea.NoFix }
	far := func(s *second) { s.why = nmea.FarDate }
	takingTurns := shifted(even(0, 20), -time.Second) // valid and a second late, void and right
	for i := 1; i < len(takingTurns); i += 2 {
		takingTurns[i].utc, takingTurns[i].why = takingTurns[i].utc.Add(time.Second), nmea.NoFix
	}
	for _, c := range []struct {
		name   string
		script []second
		want   string
	}{
		{"a second late, alternating with void and right", takingTurns, strings.Repeat("sn", 2) + strings.Repeat("tn", 8)},
		{"void and a second off for once", join(even(0, 5), with(shifted(even(5, 6), time.Second), void), even(6, 8)), "sssPPnPP"},
		{"an hour back for one second", join(even(0, 6), shifted(even(6, 7), -time.Hour), even(7, 10)), "sssPPPtPPP"},
		{"a day back at midnight's GGA", join(even(0, 6), shifted(even(6, 7), -24*time.Hour), even(7, 9)), "sssPPPtPP"},
		{"a second ahead permanently", join(even(0, 5), shifted(even(5, 16), time.Second)), "sssPPtttttttttPP"},
		{"a second back permanently", join(even(0, 5), shifted(even(5, 16), -time.Second)), "sssPPtttttttttPP"},
		{"1024 weeks permanently", join(even(0, 5), shifted(even(5, 16), 1024*7*24*time.Hour)), "sssPPtttttttttPP"},
		{"another year for five seconds", join(even(0, 5), shifted(even(5, 10), 26*365*24*time.Hour), even(10, 12)), "sssPPtttttPP"},
		{"a date too far, another year for five seconds", join(with(even(0, 5), far), shifted(even(5, 10), -20*365*24*time.Hour), with(even(10, 12), far)), "dddddcccccdd"},
		{"a date too far, another year for long", join(with(even(0, 5), far), shifted(even(5, 76), -20*365*24*time.Hour)), "ddddd" + strings.Repeat("c", 71)},
		{"a date too far, then lost", join(with(even(0, 6), far), with(even(6, 10), noDate)), "ddddddnnnn"},
		{"two timelines, alternating", join(even(0, 5), shifted(even(5, 6), time.Second), even(6, 7), shifted(even(7, 8), time.Second), even(8, 9)), "sssPPtPtP"},
		{"frozen at one second", join(even(0, 5), with(even(5, 9), func(s *second) { s.utc = noon.Add(4 * time.Second) })), "sssPPtttt"},
		{"jumping while it settles", join(even(0, 2), shifted(even(2, 14), time.Hour)), "sssssssssssPPP"},
		{"another year for five seconds while it settles", join(even(0, 3), shifted(even(3, 8), 26*365*24*time.Hour), even(8, 20)), strings.Repeat("s", 17) + "PPP"},
		{"a date lost", join(even(0, 5), with(even(5, 7), noDate), even(7, 8)), "sssPPPPP"},
		{"no date ever", with(even(0, 8), noDate), "nnnnnnnn"},
		{"a date lost and an hour back", join(even(0, 5), with(shifted(even(5, 6), -time.Hour), noDate), even(6, 7)), "sssPPtP"},
		{"a fix lost", join(even(0, 5), with(even(5, 7), void), even(7, 8)), "sssPPnnP"},
		{"two wrong epochs with no fix between", join(shifted(even(0, 1), time.Second), with(even(1, 6), void), shifted(even(6, 7), time.Second), even(7, 18)), "snnnnnssssssssssPP"},
		{"a burst read together with the one before", join(even(0, 5), with(even(5, 6), func(s *second) { s.noStart = true }), even(6, 8)), "sssPPhPP"},
		{"a burst read late", join(even(0, 6), delayed(even(6, 7), 300*time.Millisecond), even(7, 9)), "sssPPPhPP"},
		{"two bursts read late", join(even(0, 6), delayed(even(6, 8), 300*time.Millisecond), even(8, 9)), "sssPPPhhP"},
		{"a receiver whose delay grows", join(even(0, 6), delayed(even(6, 12), 300*time.Millisecond)), "sssPPPhhPPPP"},
		{"a fix lost for long", join(even(0, 5), with(even(5, 20), void), even(20, 25)), "sssPP" + strings.Repeat("n", 15) + "PPPPP"},
		{"joined in mid-burst", join(with(even(0, 1), func(s *second) { s.noStart = true }), even(1, 6)), "sssPPP"},
		{"bursts that never end", with(even(0, 6), func(s *second) { s.noStart = true }), "ssnnnn"},
		{"healthy", even(0, 6), "sssPPP"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, samples := play(t, c.script)
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			for _, s := range samples {
				if s.Clock%int64(time.Second) != 0 {
					t.Errorf("sample at %d, want whole seconds", s.Clock)
				}
			}
		})
	}
}

// Each burst is later than the one before, by less than the tolerance: a reader that falls
// behind must not move the hypothesis to another second step by step.
func TestLatenessDoesNotAddUp(t *testing.T) {
	script := even(0, 12)
	for i := range script[6:] {
		script[6+i].mono += time.Duration(i+1) * 400 * time.Millisecond
	}
	_, samples := play(t, script)
	for _, s := range samples {
		if late := -s.Offset(); late >= int64(600*time.Millisecond) {
			t.Errorf("sample of %v published %v late", time.Unix(0, s.Clock).UTC(), time.Duration(late))
		}
	}
}

// While chronyd slews by 8.3 %, the monotonic clock is slewed, too.
func TestSlewingDoesNotLeaveTheTimeline(t *testing.T) {
	script := even(0, 40)
	for i := range script {
		script[i].slew = time.Duration(i) * 83 * time.Millisecond
		script[i].mono += script[i].slew
	}
	letters, _ := play(t, script)
	if want := "sss" + strings.Repeat("P", 37); letters != want {
		t.Errorf("%s, want %s", letters, want)
	}
}

// A time of day without a date takes the nearer day, on both sides of midnight.
func TestLabelsWithoutADateAtMidnight(t *testing.T) {
	midnight := time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC)
	script := even(0, 12)
	for i := range script {
		script[i].utc = midnight.Add(time.Duration(i-6) * time.Second)
		if i >= 5 && i < 8 {
			script[i].why = nmea.NoDate
		}
	}
	letters, samples := play(t, script)
	if letters != "sssPPPPPPPPP" {
		t.Errorf("%s, want all from the fourth on", letters)
	}
	for i, s := range samples {
		if want := script[i+3].utc.UnixNano(); s.Clock != want {
			t.Errorf("second %d labelled %v", i+3, time.Unix(0, s.Clock).UTC())
		}
	}
}

// The end of a year without a leap second, and with a leap second as different receivers
// report it. Second 6 of the script is the first of the year, or the inserted one.
func TestLeapSeconds(t *testing.T) {
	newYear := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	unknown := func(int64) (int, bool) { return 0, false }
	none := func(int64) (int, bool) { return 0, true }
	one := func(at int64) (int, bool) {
		if at == newYear.Unix() {
			return 1, true
		}
		return 0, true
	}
	year := func(leap bool) []second {
		script := even(0, 12)
		for i := range script {
			script[i].utc = newYear.Add(time.Duration(i-6) * time.Second)
			if leap && i >= 6 {
				script[i].utc = script[i].utc.Add(-time.Second)
			}
		}
		return script
	}
	says60 := year(true)
	says60[6].sixty = true
	lost59 := year(true)
	lost59[5].why = nmea.NoFix
	late60 := join(year(true)[:7], delayed(year(true)[7:], 940*time.Millisecond))
	late60[6].sixty = true
	repeats00 := year(true)
	repeats00[6].utc = newYear
	for _, c := range []struct {
		name   string
		leaps  func(int64) (int, bool)
		script []second
		want   string
	}{
		{"names 60, unknown", unknown, says60, "sssPPPllPPPP"},
		{"names 60, then all is late by nearly a second", unknown, late60, "sssPPPlttttt"},
		{"names 60, known", one, says60, "sssPPPllPPPP"},
		{"names 59 twice", unknown, year(true), "sssPPPllPPPP"},
		{"names 59 twice, the first was lost", unknown, lost59, "sssPPnllPPPP"},
		{"names 00 twice", unknown, repeats00, "sssPPPllPPPP"},
		{"names 00 twice, known", one, repeats00, "sssPPPllPPPP"},
		{"none, unknown", unknown, year(false), "sssPPPlPPPPP"},
		{"none, known", none, year(false), "sssPPPPPPPPP"},
		{"names 59 twice without a leap second", none, year(true), "sssPPPtttttt"},
	} {
		l := newTracker(Config{Leaps: c.leaps})
		letters, _ := playWith(t, l, c.script)
		if letters != c.want {
			t.Errorf("%s: %s, want %s", c.name, letters, c.want)
		}
	}
}

// A burst that begins with the next second's GGA, and a silence between that and this
// second's RMC.
func TestBurstsThatMixSeconds(t *testing.T) {
	var script []second
	for i, rmc := range even(0, 20) {
		rmc.mono += 160 * time.Millisecond
		gga := even(i, i+1)[0]
		gga.utc, gga.why = gga.utc.Add(time.Second), nmea.NoDate
		script = append(script, gga, rmc)
	}
	if letters, _ := play(t, script); strings.Contains(letters, "P") {
		t.Errorf("%s, want none published", letters)
	}
}

func TestOneSampleASecond(t *testing.T) {
	tenth := func(first time.Duration) []second {
		var script []second
		for i := range 80 {
			at := first + time.Duration(i)*100*time.Millisecond
			script = append(script, second{utc: noon.Add(at), mono: at + 50*time.Millisecond})
		}
		return script
	}
	for _, c := range []struct {
		name     string
		script   []second
		fraction time.Duration
		least    int
	}{
		{"10 Hz", tenth(0), 0, 4},
		{"10 Hz joined in mid-second", tenth(300 * time.Millisecond), 0, 4},
		{"1 Hz that is never whole", shifted(even(0, 8), 787*time.Millisecond), 787 * time.Millisecond, 5},
	} {
		_, samples := play(t, c.script)
		if len(samples) < c.least || len(samples) > 6 {
			t.Errorf("%s: %d samples, want one a second", c.name, len(samples))
		}
		for _, s := range samples {
			if got := time.Duration(s.Clock % int64(time.Second)); got != c.fraction {
				t.Errorf("%s: sample at fraction %v, want %v", c.name, got, c.fraction)
			}
		}
	}
}

func TestDelayIsSubtracted(t *testing.T) {
	l := newTracker(Config{Delay: 100 * time.Millisecond, Calibrated: true})
	for _, s := range even(0, 6) {
		v := l.epoch(s.epoch(), s.start())
		if sample, state := v.sample, v.state; v.ok {
			if sample.Offset() != 0 {
				t.Errorf("offset %v, want 0: the delay is the only error", time.Duration(sample.Offset()))
			}
			if state.Detail != "" {
				t.Errorf("calibrated, but the state is %q", state.Detail)
			}
		}
	}
}

// A delay with the sign of the offset, or of another second, is shown while it is used. One that was
// measured or is usual is not.
func TestUnusualDelayIsShown(t *testing.T) {
	for _, c := range []struct {
		delay time.Duration
		set   bool
		shown bool
	}{
		{-500 * time.Millisecond, true, true},
		{-1, true, true},
		{0, true, false},
		{700 * time.Millisecond, true, false},
		{MaxMeasuredDelay, true, false},
		{1200 * time.Millisecond, true, true},
		{-500 * time.Millisecond, false, false},
	} {
		s := (&learner{calibrated: true, delay: c.delay}).publishing(c.set)
		if !s.Publishing() || strings.Contains(s.Detail, "the delay is set to "+c.delay.String()+", but few receivers") != c.shown || (s.Detail != "") != c.shown {
			t.Errorf("delay %v, set: %v: %+v", c.delay, c.set, s)
		}
	}
	l := newTracker(Config{Delay: -500 * time.Millisecond, Calibrated: true})
	v := verdict{}
	for _, s := range even(0, 6) {
		v = l.epoch(s.epoch(), s.start())
	}
	if !v.ok || !strings.Contains(v.state.Detail, "without a minus sign") {
		t.Errorf("%v: %+v", v.ok, v.state)
	}
}

func TestUncalibratedIsShown(t *testing.T) {
	if s := (&learner{}).publishing(false); !s.Publishing() || !strings.Contains(s.Detail, "uncalibrated") {
		t.Errorf("state %v, want publishing and uncalibrated", s)
	} else if !strings.Contains(s.Detail, "system clock is right, sudo refclock config chrony ") {
		t.Errorf("state %v does not name the command that shows the delay", s)
	}
}

// A step of the system clock withholds the burst during which it happens. After a step
// between bursts, it withholds the next burst, whose bytes may have arrived before the
// step, but no later ones.
func TestClockSteps(t *testing.T) {
	for _, by := range []time.Duration{30 * time.Millisecond, -50 * time.Millisecond, 500 * time.Millisecond, -time.Second, time.Hour, -56 * 365 * 24 * time.Hour} {
		l := newTracker(Config{})
		for _, s := range even(0, 5) {
			l.epoch(s.epoch(), s.start())
		}
		straddling := even(5, 6)[0]
		after := straddling.start().Add(200 * time.Millisecond)
		after.Real += int64(by)
		if v := l.epoch(straddling.epoch(), after); v.ok || v.state != clockStepped || !v.restart {
			t.Errorf("step of %v behind a burst: published %v, %v; want withheld", by, v.ok, v.state)
		}
		next := even(6, 7)[0]
		next.real = by
		v := l.epoch(next.epoch(), next.start())
		sample := v.sample
		if !v.ok || v.restart {
			t.Errorf("step of %v: the next second published %v, stepped again %v", by, v.ok, v.restart)
		}
		if want := noon.Add(6 * time.Second).UnixNano(); sample.Clock != want {
			t.Errorf("step of %v moved the label to %v", by, time.Unix(0, sample.Clock).UTC())
		}

		between := even(7, 8)[0]
		between.real = 2 * by
		if v := l.epoch(between.epoch(), between.start()); v.ok || v.state != clockStepped || !v.restart {
			t.Errorf("step of %v between bursts: published %v, %v; want withheld", by, v.ok, v.state)
		}
		later := even(8, 9)[0]
		later.real = 2 * by
		if v := l.epoch(later.epoch(), later.start()); !v.ok || v.restart {
			t.Errorf("step of %v between bursts: the second one after it published %v, stepped again %v", by, v.ok, v.restart)
		}
	}
}

// A goroutine that loses the processor between reading the two clocks reads them some
// milliseconds apart: that is not a step. Slewing makes no difference, as Linux slews both
// alike.
func TestClocksReadApartAreNotAStep(t *testing.T) {
	l := newTracker(Config{})
	for i, s := range even(0, 60) {
		s.real = time.Duration(i%2) * 5 * time.Millisecond
		if l.epoch(s.epoch(), s.start()).restart {
			t.Fatalf("second %d: 5 ms are treated as a step", i)
		}
	}
}

// A receiver that is plugged in again may be another one, with another delay: until it is
// recognised, it is withheld.
func TestAnotherReceiverIsNotTheLastOne(t *testing.T) {
	l := newTracker(Config{})
	if got, _ := playWith(t, l, even(0, 8)); got != "sssPPPPP" {
		t.Fatal(got)
	}
	l.reopened(9600)
	if got, _ := playWith(t, l, delayed(even(8, 16), 300*time.Millisecond)); got[:settleEpochs] != strings.Repeat("h", settleEpochs) || !strings.HasSuffix(got, "P") {
		t.Errorf("one that sends 300 ms later: %s, want it to be held up for %d epochs, and then accepted", got, settleEpochs)
	}
	l.reopened(9600)
	if got, _ := playWith(t, l, delayed(even(16, 18), 300*time.Millisecond)); got != "PP" {
		t.Errorf("the same receiver: %s", got)
	}
}
