package gps

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/shm"
)

const ms = time.Millisecond

// stateMost is the maximum number of state variables of a tracker. More of them mean that a
// fact is stored twice.
const stateMost = 55

// The tracker has few state variables. A value of another package, such as the gate, a
// window or the cold start, counts as one.
func TestStateVariables(t *testing.T) {
	names := stateVariables(reflect.TypeFor[tracker](), "")
	t.Logf("%d state variables:\n\t%s", len(names), strings.Join(names, "\n\t"))
	if len(names) > stateMost {
		t.Errorf("%d state variables, want at most %d; -v prints them", len(names), stateMost)
	}
}

// stateVariables returns the names of the variables of a type: the fields of this
// package's structs, and of the element of an array of them. A mutex and the Config are
// not state.
func stateVariables(of reflect.Type, name string) (names []string) {
	here := reflect.TypeFor[tracker]().PkgPath()
	switch {
	case of.PkgPath() == "sync", of == reflect.TypeFor[Config]():
		return nil
	case of.Kind() == reflect.Array && of.Elem().Kind() == reflect.Struct:
		return stateVariables(of.Elem(), name+"[]")
	case of.Kind() == reflect.Struct && of.PkgPath() == here:
		for i := range of.NumField() {
			f := of.Field(i)
			names = append(names, stateVariables(f.Type, strings.TrimPrefix(name+"."+f.Name, "."))...)
		}
		return names
	}
	return []string{name}
}

// When a hypothesis began, by the steady clock and in UTC.
const (
	steadyBegan = int64(time.Hour)
	utcBegan    = int64(20_000*24*time.Hour + 12*time.Hour)
)

func hypothesisOf(spread time.Duration) hypothesis {
	h := hypothesis{}
	h.begin(utcBegan, steadyBegan, whole)
	h.spread = spread
	return h
}

// A burst fits if its residual and the error budget are together under half a second.
// Without the budget, a burst is accepted after a silence in which the oscillator may
// have drifted by a second.
func TestHypothesisFits(t *testing.T) {
	for _, c := range []struct {
		name     string
		spread   time.Duration
		age      time.Duration
		residual time.Duration // the greatest that fits is less than this; 0: none fits
	}{
		{"at once", 0, 0, 480 * ms},
		{"with a spread of 100 ms", 100 * ms, 0, 380 * ms},
		{"with a spread of 480 ms", 480 * ms, 0, 0},
		{"after 1 s", 0, time.Second, 479500 * time.Microsecond},
		{"after 30 s", 0, 30 * time.Second, 465 * ms},
		{"after 30 s, with a spread of 65 ms", 65 * ms, 30 * time.Second, 400 * ms},
		{"after 900 s", 0, 900 * time.Second, 30 * ms},
		{"1 s before the last evidence", 0, -time.Second, 479500 * time.Microsecond},
		{"after 960 s", 0, 960 * time.Second, 0},
		{"after 1000 s", 0, 1000 * time.Second, 0},
		{"after a day", 0, 24 * time.Hour, 0},
	} {
		h := hypothesisOf(c.spread)
		at := steadyBegan + int64(c.age)
		for _, sign := range []int64{-1, 1} {
			utc := utcBegan + int64(c.age) + sign*int64(c.residual)
			if h.fits(utc, at) {
				t.Errorf("%s: a residual of %v fits, want less", c.name, h.residual(utc, at))
			}
			if c.residual == 0 {
				continue
			}
			if utc -= sign; !h.fits(utc, at) {
				t.Errorf("%s: a residual of %v does not fit", c.name, h.residual(utc, at))
			}
		}
	}
	if h := (hypothesis{}); h.fits(0, 0) {
		t.Error("a burst fits a hypothesis that has not begun")
	}
	h := hypothesis{}
	if h.begin(utcBegan, steadyBegan, 1); !h.fits(utcBegan, steadyBegan) {
		t.Error("a burst does not fit a hypothesis that began with a damaged burst")
	}
}

func TestHypothesisBudget(t *testing.T) {
	h := hypothesisOf(7 * ms)
	for _, c := range []struct{ age, stamp, want time.Duration }{
		{0, 0, 7 * ms},
		{0, 20 * ms, 27 * ms},
		{time.Second, 0, 7500 * time.Microsecond},
		{30 * time.Second, 20 * ms, 42 * ms},
		{900 * time.Second, 20 * ms, 477 * ms},
		{-900 * time.Second, 20 * ms, 477 * ms},
	} {
		if got := h.budget(steadyBegan+int64(c.age), c.stamp); got != c.want {
			t.Errorf("after %v, with a stamp off by %v: %v, want %v", c.age, c.stamp, got, c.want)
		}
	}
}

// A burst moves the base by a quarter of its residual, unless edges hold it, and the
// spread by an eighth of the difference.
func TestHypothesisConfirm(t *testing.T) {
	for _, c := range []struct {
		name     string
		residual time.Duration
		held     bool
		after    time.Duration
		base     time.Duration
		spread   time.Duration
		support  int
	}{
		{"exact", 0, false, time.Second, 0, 14 * ms, 8},
		{"80 ms ahead", 80 * ms, false, time.Second, 20 * ms, 24 * ms, 8},
		{"80 ms behind", -80 * ms, false, time.Second, -20 * ms, 24 * ms, 8},
		{"80 ms ahead, held", 80 * ms, true, time.Second, 0, 24 * ms, 8},
		{"of the same second", 0, false, 400 * ms, 0, 14 * ms, 5},
	} {
		h := hypothesisOf(16 * ms)
		before, at := h.base, steadyBegan+int64(c.after)
		h.confirm(utcBegan+int64(c.after+c.residual), at, 3, c.held)
		if moved := time.Duration(h.base - before); moved != c.base || h.spread != c.spread || h.support != c.support || h.last != at {
			t.Errorf("%s: the base moved by %v, spread %v, support %d, last evidence %v late; want %v, %v, %d, 0s",
				c.name, moved, h.spread, h.support, time.Duration(at-h.last), c.base, c.spread, c.support)
		}
		again := h.support
		if h.confirm(utcBegan+int64(c.after+c.residual), at, 3, c.held); h.support != again {
			t.Errorf("%s: the second burst of a second counts", c.name)
		}
	}
}

// A hypothesis is settled by so many whole seconds and the time that they must last.
func TestHypothesisSettled(t *testing.T) {
	for _, c := range []struct {
		support, epochs int
		lasting         time.Duration
		want            bool
	}{
		{20, 4, 3 * time.Second, true},
		{20, 4, 3*time.Second + 1, false},
		{19, 4, 3 * time.Second, false},
		{15, 3, 3 * time.Second, true},
		{14, 3, 3 * time.Second, false},
		{100, 4, 4 * time.Second, false},
	} {
		h := hypothesisOf(0)
		h.support, h.last = c.support, steadyBegan+int64(3*time.Second)
		if got := h.settled(c.epochs, c.lasting); got != c.want {
			t.Errorf("support %d after 3 s, where %d epochs and %v are wanted: settled %v, want %v", c.support, c.epochs, c.lasting, got, c.want)
		}
	}
}

// A time of day takes the date that is nearest.
func TestHypothesisComplete(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct{ expected, says, want time.Duration }{ // since midnight
		{12 * time.Hour, 12 * time.Hour, 12 * time.Hour},
		{0, 0, 0},
		{time.Second, day - time.Second, -time.Second},
		{day - time.Second, time.Second, day + time.Second},
		{6 * time.Hour, 17 * time.Hour, 17 * time.Hour},
		{6 * time.Hour, 19 * time.Hour, -5 * time.Hour},
		{18 * time.Hour, 7 * time.Hour, 7 * time.Hour},
		{18 * time.Hour, 5 * time.Hour, 29 * time.Hour},
		// Both days are equally near: the date of the hypothesis stays.
		{12 * time.Hour, 0, 0},
		{6 * time.Hour, 18 * time.Hour, 18 * time.Hour},
	} {
		midnight := utcBegan - int64(12*time.Hour)
		h := hypothesis{}
		h.begin(midnight+int64(c.expected), steadyBegan, whole)
		if got := time.Duration(h.complete(c.says, steadyBegan) - midnight); got != c.want {
			t.Errorf("%v at %v: %v since midnight, want %v", c.says, c.expected, got, c.want)
		}
	}
}

// Two contradictions are a habit if they are at most 10 s apart, until a minute has passed
// without one.
func TestConflictPersists(t *testing.T) {
	for _, c := range []struct {
		seconds []float64
		at      float64
		want    bool
	}{
		{nil, 0, false},
		{[]float64{0}, 0, false},
		{[]float64{0, 9}, 9, true},
		{[]float64{0, 10}, 10, true},
		{[]float64{0, 10.001}, 10.001, false},
		{[]float64{0, 10.001, 20.001}, 20.001, true},
		{[]float64{0, 1}, 60.999, true},
		{[]float64{0, 1}, 61, false},
		{[]float64{0, 1, 31}, 90, true},
		{[]float64{0, 1, 61}, 61, true},
		{[]float64{0, 1, 61.001}, 61.001, false},
		{[]float64{0, 1, 61.001, 62}, 62, true},
	} {
		var f receiver.Conflict
		for _, s := range c.seconds {
			f.Add("GPRMC and GPZDA", steadyBegan+int64(s*1e9))
		}
		if got := f.Persists(steadyBegan + int64(c.at*1e9)); got != c.want {
			t.Errorf("contradictions at %v s: a habit at %v s: %v, want %v", c.seconds, c.at, got, c.want)
		}
	}
}

// A single contradiction is withheld and stops nothing. Two stop both units until they are
// forgotten, and the reason names the sentences.
func TestConflicts(t *testing.T) {
	conflict := tick{burst: burst{why: nmea.TwoTimes, conflict: "GPRMC and GPZDA"}}
	b := locked(t, Config{})
	pulses, sentences := b.play(10, 11, conflict)
	morePulses, moreSentences := b.play(11, 20, tick{})
	expect(t, "the pulse beside a single one", pulses+morePulses, "PPPPPPPPPP")
	expect(t, "the sentences", sentences+moreSentences, "tPPPPPPPPP")

	pulses, sentences = b.play(20, 21, conflict) // 10 s later
	expect(t, "the second one", pulses+sentences, "Pt")
	if s := b.pulse(20500 * ms); s.Reason != "time conflict" || !strings.Contains(s.Detail, "GPRMC and GPZDA") {
		t.Errorf("the pulse reports %v", s)
	}
	pulses, sentences = b.play(21, 83, tick{})
	expect(t, "the pulse for a minute", pulses, strings.Repeat("t", 60)+"PP")
	expect(t, "the sentences for a minute", sentences, strings.Repeat("t", 59)+"PPP")

	// Other objections of the receiver have their own reasons.
	for _, c := range []struct {
		why  nmea.Reason
		want string
	}{{nmea.Valid, "t"}, {nmea.NoDate, "t"}, {nmea.TwoTimes, "t"}, {nmea.NoFix, "n"}, {nmea.NoFixStatus, "t"}, {nmea.GPSTime, "G"}} {
		b := locked(t, Config{})
		b.play(10, 12, conflict)
		expect(t, "in a habit, "+c.why.String(), strings.ToUpper(b.sentences(12, 13, without(c.why))), strings.ToUpper(c.want))
	}
}

// A burst that names an earlier time than the one before it, within half a second,
// contradicts it.
func TestTimesThatGoBack(t *testing.T) {
	for _, c := range []struct {
		name   string
		by     time.Duration
		after  time.Duration
		reason string
	}{
		{"1 s", time.Second, 300 * ms, "time conflict"},
		{"1 ns", 1, 300 * ms, "time conflict"},
		{"7 h", 7 * time.Hour, 300 * ms, "time conflict"},
		{"half a day", 12 * time.Hour, 300 * ms, "time jumped"}, // or ahead
		{"13 h", 13 * time.Hour, 300 * ms, "time jumped"},
		{"none", 0, 300 * ms, "held up"},
		{"1 s, half a second later", time.Second, 500 * ms, "time jumped"},
		{"1 s, just under half a second later", time.Second, 500*ms - 1, "time conflict"},
	} {
		b := newBench(t, Config{})
		b.noon = noon.Add(3 * time.Hour) // so that 13 h before is the same day
		b.play(0, 10, tick{noPulse: true})
		b.epoch(burst{start: 10150 * ms, read: 10200 * ms, says: 10 * time.Second})
		start := 10150*ms + c.after
		r := b.epoch(burst{start: start, read: start + 50*ms, says: 10*time.Second - c.by})
		if r.state.Reason != c.reason {
			t.Errorf("%s back: %v, want %q", c.name, r.state, c.reason)
		}
	}
}

// Receivers that report each few seconds are published, and confirm the pulse between
// their reports. Without the longer limits, the pulse stops 3.5 s after each report, and
// a rival is forgotten before the next one.
func TestSeldomReports(t *testing.T) {
	for _, every := range []int{1, 2, 4, 5, 10, 30} {
		reports := func(b *bench, n, reports int, tick tick) (pulses, sentences string) {
			for i := range reports * n {
				tick.noBurst = i%n != 0
				at := i
				p, s := b.play(at, at+1, tick)
				pulses += p
				if !tick.noBurst {
					sentences += s
				}
			}
			return pulses, sentences
		}
		b := newBench(t, Config{})
		_, sentences := reports(b, every, 10, tick{noPulse: true})
		want := "sssPPPPPPP"
		expect(t, fmt.Sprintf("sentences each %d s", every), sentences, want)

		b = newBench(t, Config{Pulse: &PulseConfig{}})
		pulses, _ := reports(b, every, 20, tick{})
		begins := strings.IndexByte(pulses, 'P')
		if begins < 0 || begins > 13*every || strings.Contains(pulses[begins:], "s") || strings.Count(pulses[begins:], "P") != len(pulses)-begins {
			t.Errorf("pulses with sentences each %d s: %s, want all of them from the 13th report at the latest", every, pulses)
		}

		// A missing receiver is noticed after three and a half intervals.
		last := len(pulses) - every // seconds of the last report
		wait := max(confirmWithin, time.Duration(every)*time.Second*7/2)
		if every == 1 {
			wait = confirmWithin
		}
		gone := b.pulses(len(pulses), len(pulses)+5*every+5, tick{noBurst: true})
		n := int((time.Duration(last)*time.Second+150*ms+wait)/time.Second) + 1 - len(pulses)
		if stop := strings.IndexByte(gone, 'u'); stop != n {
			t.Errorf("sentences each %d s that have stopped: %s, want %d more pulses", every, gone, n)
		}
	}
}

// The tolerated silence of a receiver follows from the interval of its reports.
func TestPatience(t *testing.T) {
	for _, c := range []struct {
		name string
		at   []time.Duration // when it reports
		want time.Duration
	}{
		{"never", nil, 3 * time.Second},
		{"once", []time.Duration{0}, 30500 * ms},
		{"each second", []time.Duration{0, time.Second, 2 * time.Second}, 3 * time.Second},
		{"just under each 1.5 s", []time.Duration{0, 1500*ms - 1}, 3 * time.Second},
		{"each 1.5 s", []time.Duration{0, 1500 * ms}, 5250 * ms},
		{"each 2 s", []time.Duration{0, 2 * time.Second}, 7 * time.Second},
		{"each 30 s", []time.Duration{0, 30 * time.Second}, 105 * time.Second},
		{"each second, one lost", []time.Duration{0, time.Second, 3 * time.Second}, 3 * time.Second},
		{"each second, then each 5 s", []time.Duration{0, time.Second, 6 * time.Second, 11 * time.Second}, 17500 * ms},
		{"each 5 s, then each second", []time.Duration{0, 5 * time.Second, 6 * time.Second}, 3 * time.Second},
	} {
		b := newBench(t, Config{})
		for _, at := range c.at {
			b.epoch(burst{start: at, says: at})
		}
		if got := b.tracker.patience(); got != c.want {
			t.Errorf("a receiver that reports %s: %v, want %v", c.name, got, c.want)
		}
	}
}

// A burst whose first sentence is damaged counts for a fifth: the damaged one may have
// been the one that contradicts the others.
func TestCutBursts(t *testing.T) {
	b := newBench(t, Config{})
	got := b.sentences(0, 22, tick{noPulse: true, burst: burst{cut: true}})
	expect(t, "cut bursts", got, strings.Repeat("s", 19)+"PPP")
	b = newBench(t, Config{})
	got = b.sentences(0, 1, tick{noPulse: true, burst: burst{cut: true}}) + b.sentences(1, 6, tick{noPulse: true})
	expect(t, "a cut burst, then whole ones", got, "ssssPP")
}

// A receiver that reports ten times a second is published after 3 s, not as soon as its
// reports are in four different seconds.
func TestSettlingAtTenHertz(t *testing.T) {
	b := newBench(t, Config{})
	for at := 400 * ms; at < 6*time.Second; at += 100 * ms {
		r := b.epoch(burst{start: at + 20*ms, read: at + 60*ms, says: at})
		if r.ok {
			if at != 4*time.Second {
				t.Errorf("first published at %v, want 4s", at)
			}
			return
		}
	}
	t.Error("never published")
}

// A step of the system clock of up to 20 ms may be the time between two readings of the
// clocks.
func TestSmallSteps(t *testing.T) {
	for _, c := range []struct {
		by   time.Duration
		want string
	}{{20 * ms, "P"}, {-20 * ms, "P"}, {20*ms + 1, "c"}, {-20*ms - 1, "c"}} {
		b := settled(t, Config{})
		r := b.epoch(burst{start: 10150 * ms, says: 10 * time.Second, step: c.by})
		expect(t, fmt.Sprintf("a burst that straddles a step of %v", c.by), string(r.letter()), c.want)

		b = settled(t, Config{})
		b.ahead = c.by
		r = b.epoch(burst{start: 10150 * ms, says: 10 * time.Second})
		expect(t, fmt.Sprintf("the burst after a step of %v", c.by), string(r.letter()), c.want)
	}
}

// Each unit notices a step for itself.
func TestBothUnitsNoticeAStep(t *testing.T) {
	b := locked(t, Config{})
	b.ahead = time.Second
	if r := b.edge(10*time.Second, true); r.ok || !r.restart {
		t.Errorf("the edge: published %v, restart %v", r.ok, r.restart)
	}
	if r := b.epoch(burst{start: 10150 * ms, says: 10 * time.Second}); r.ok || !r.restart {
		t.Errorf("the burst: published %v, restart %v", r.ok, r.restart)
	}
}

// Anchors of different seconds are an objection, unless a known delay decides.
func TestAmbiguity(t *testing.T) {
	const second = int64(time.Second)
	for _, c := range []struct {
		name       string
		early      time.Duration // of the anchors, behind the second that is named
		late       time.Duration
		edge       time.Duration // the last one; 0: there is no pulse
		calibrated time.Duration // the delay; 0: it is not known
		again      string
		repeats    bool
		locked     bool
		want       string
	}{
		{"one anchor", 100 * ms, 100 * ms, 0, 0, "", false, false, ""},
		{"under half a second apart", 100 * ms, 600*ms - 1, 0, 0, "", false, false, ""},
		{"half a second apart", 100 * ms, 600 * ms, 0, 0, "", false, false, "ambiguous delay"},
		{"half a second apart, calibrated", 100 * ms, 600 * ms, 0, 100 * ms, "", false, false, ""},
		{"under half a second apart, calibrated", 100 * ms, 600*ms - 1, 0, 100 * ms, "GPZDA", false, false, ""},
		{"half a second apart, another block", 100 * ms, 600 * ms, 0, 0, "GPZDA", false, false, "time conflict"},
		{"half a second apart, another block, calibrated", 100 * ms, 600 * ms, 0, 100 * ms, "GPZDA", false, false, "time conflict"},
		{"a block that repeats, near", 100 * ms, 350*ms - 1, 0, 0, "GPZDA", true, false, ""},
		{"a block that repeats", 100 * ms, 350 * ms, 0, 0, "GPZDA", true, false, "time conflict"},
		{"a block that repeats, calibrated", 100 * ms, 350 * ms, 0, 100 * ms, "GPZDA", true, false, "time conflict"},
		{"another block that does not repeat", 100 * ms, 350 * ms, 0, 0, "GPZDA", false, false, ""},

		{"both behind the edge", 100 * ms, 900 * ms, time.Second, 0, "", false, false, ""},
		{"both behind the edge, at its ends", ms, 999 * ms, time.Second, 0, "", false, false, ""},
		{"the edge between them", -100 * ms, 300 * ms, time.Second, 0, "", false, false, "ambiguous delay"},
		{"the edge between two blocks", -100 * ms, 300 * ms, time.Second, 0, "GPZDA", false, false, "time conflict"},
		{"the edge between them, locked", -100 * ms, 300 * ms, time.Second, 0, "", false, true, ""},
		{"the edge between them, and only the later one may have the delay", -250 * ms, 300 * ms, time.Second, 300 * ms, "", false, false, ""},
		{"the edge between them, and only the earlier one may have the delay", 300 * ms, 1750 * ms, time.Second, 300 * ms, "", false, false, ""},
		{"the edge between them, and either may have the delay", -300 * ms, 600 * ms, time.Second, 600 * ms, "", false, false, "ambiguous delay"},
		{"the same second, and the delay is of neither", 0, 20 * ms, time.Second, 450 * ms, "", false, false, ""},
		{"the same second, and either may have the delay", 0, 600 * ms, time.Second, 300 * ms, "", false, false, ""},
		{"different seconds, both near the delay", -190 * ms, 190 * ms, time.Second, 0, "", false, false, "ambiguous delay"},
	} {
		config := Config{Delay: c.calibrated, Calibrated: c.calibrated != 0}
		if c.edge != 0 {
			config.Pulse = &PulseConfig{}
		}
		tr := newTracker(config)
		at := func(behind time.Duration) int64 { return steadyBegan + int64(behind) }
		tr.pulse.locked = c.locked
		if c.edge != 0 {
			tr.pulse.why, tr.pulse.at = pps.Second, at(0)
		}
		o := observation{
			utc: 1_000_000 * second, start: nmea.Stamp{Mono: at(c.early)}, early: at(c.early), late: at(c.late),
			named: "GPRMC", again: c.again, repeats: c.repeats,
		}
		if got := tr.decide(&o); got.Reason != c.want {
			t.Errorf("%s: %v, want %q", c.name, got, c.want)
		}
	}
}

// The edge before a burst is found by the delay that is near.
func TestBehind(t *testing.T) {
	for _, c := range []struct {
		name     string
		fraction time.Duration // that the burst names
		behind   time.Duration // of the anchor behind the edge
		near     time.Duration
		delay    time.Duration
		second   int64 // of the edge, minus the one that is named
	}{
		{"100 ms", 0, 100 * ms, half, 100 * ms, 0},
		{"900 ms", 0, 900 * ms, half, 900 * ms, 0},
		{"100 ms before", 0, -100 * ms, half, 900 * ms, 1},
		{"100 ms before, near 0", 0, -100 * ms, 0, -100 * ms, 0},
		{"100 ms, near 1.1 s", 0, 100 * ms, 1100 * ms, 1100 * ms, 1},
		{"two edges later", 0, 2300 * ms, half, 300 * ms, -2},
		{"600 ms, and names .5", 500 * ms, 600 * ms, half, 100 * ms, 0},
		{"100 ms, and names .5", 500 * ms, 100 * ms, half, 600 * ms, 1},
	} {
		o := observation{utc: 1_000_000*int64(time.Second) + int64(c.fraction)}
		delay, second := o.behind(steadyBegan+int64(c.behind), steadyBegan, c.near)
		if second -= 1_000_000; delay != c.delay || second != c.second {
			t.Errorf("%s: %v behind the edge of second %+d, want %v, %+d", c.name, delay, second, c.delay, c.second)
		}
	}
}

// A witness contradicts a burst that is outside the limits by more than its uncertainty. It
// agrees with a burst that is inside by more than its uncertainty.
func TestWitnessLimits(t *testing.T) {
	const within = 50 * ms
	for _, c := range []struct {
		delay       time.Duration // 0: it is not known
		late        time.Duration // of the burst, by the witness
		contradicts bool
		agrees      bool
	}{
		{0, 0, false, false},
		{0, -50 * ms, false, false},
		{0, -50*ms - 1, true, false},
		{0, 50 * ms, false, false},
		{0, 50*ms + 1, false, true},
		{0, 850*ms - 1, false, true},
		{0, 850 * ms, false, false},
		{0, 950 * ms, false, false},
		{0, 950*ms + 1, true, false},
		{100 * ms, -450 * ms, false, false},
		{100 * ms, -450*ms - 1, true, false},
		{100 * ms, -350 * ms, false, false},
		{100 * ms, -350*ms + 1, false, true},
		{100 * ms, 100 * ms, false, true},
		{100 * ms, 550*ms - 1, false, true},
		{100 * ms, 550 * ms, false, false},
		{100 * ms, 650 * ms, false, false},
		{100 * ms, 650*ms + 1, true, false},
	} {
		// The system clock is 5 s behind, as the witness knows.
		w := stub{Estimate: driver.Estimate{Offset: 5 * time.Second, Within: within}}
		tr := newTracker(Config{Delay: c.delay, Calibrated: c.delay != 0, Witnesses: []driver.Witness{w}})
		o := observation{utc: utcBegan, start: nmea.Stamp{Real: utcBegan + int64(c.late-5*time.Second), Mono: steadyBegan}}
		contradiction, agrees := tr.askWitnesses(&o)
		if got := !contradiction.Publishing(); got != c.contradicts || agrees != c.agrees {
			t.Errorf("a delay of %v, %v late: contradicts %v, agrees %v, want %v, %v", c.delay, c.late, got, agrees, c.contradicts, c.agrees)
		}
		// 2024-10-04 is day 20,000.
		if !contradiction.Publishing() && !strings.Contains(contradiction.Detail, "the receiver says 2024-10-04 12:00:00.0, but the witness says 2024-10-04 ") {
			t.Errorf("%s", contradiction.Detail)
		}
		if !contradiction.Publishing() && c.late == 950*ms+1 && !strings.HasSuffix(contradiction.Detail, " 12:00:00.9") {
			t.Errorf("%s: want the time of the witness", contradiction.Detail)
		}
	}
}

// A delay locks the pulse if it is steady and shows to which edge a burst belongs.
func TestFindings(t *testing.T) {
	const limit = 115074799 // the spread of 0 and four of these is 100 ms
	around := func(middle, off time.Duration) []time.Duration {
		return []time.Duration{middle, middle, middle - off, middle + off, middle + off}
	}
	for _, c := range []struct {
		name       string
		delays     []time.Duration
		calibrated time.Duration // the delay; 0: it is not known
		run, edges int
		support    int
		want       finding
	}{
		{"steady", around(500*ms, 0), 0, 8, 8, 40, agreed},
		{"seven bursts", around(500*ms, 0), 0, 7, 8, 40, unfinished},
		{"seven edges", around(500*ms, 0), 0, 8, 7, 40, unfinished},
		{"a second that is not proved", around(500*ms, 0), 0, 8, 8, 39, unfinished},
		{"20 ms", around(20*ms, 0), 0, 8, 8, 40, agreed},
		{"under 20 ms", around(20*ms-1, 0), 0, 8, 8, 40, ambiguous},
		{"900 ms", around(900*ms, 0), 0, 8, 8, 40, agreed},
		{"over 900 ms", around(900*ms+1, 0), 0, 8, 8, 40, ambiguous},
		{"scatter near 100 ms", around(500*ms, limit-2), 0, 8, 8, 40, agreed},
		{"scatter of 100 ms", around(500*ms, limit), 0, 8, 8, 40, unsteady},
		{"scatter of 100 ms, around a whole second less", []time.Duration{0, 57 * ms, limit, limit, 990 * ms}, 0, 8, 8, 40, ambiguous},
		{"scatter of 100 ms, calibrated", around(500*ms, limit), 500 * ms, 8, 8, 40, unsteady},
		{"around a whole second", []time.Duration{10 * ms, 990 * ms, 10 * ms, 990 * ms, 10 * ms}, 0, 8, 8, 40, ambiguous},
		{"around half a second", []time.Duration{300 * ms, 700 * ms, 300 * ms, 700 * ms, 300 * ms}, 0, 8, 8, 40, unsteady},
		{"around a whole second, with a scatter near 100 ms", []time.Duration{0, 0, limit - 2, time.Second - limit + 2, time.Second - limit + 2}, 0, 8, 8, 40, ambiguous},
		{"around a whole second, with a scatter of 100 ms", []time.Duration{0, 0, limit, time.Second - limit, time.Second - limit}, 0, 8, 8, 40, unsteady},
		{"0 ms, calibrated", around(0, 0), 10 * ms, 8, 8, 40, agreed},
		{"400 ms from the delay", around(500*ms, 0), 100 * ms, 8, 8, 40, agreed},
		{"over 400 ms from the delay", around(500*ms+1, 0), 100 * ms, 8, 8, 40, ambiguous},
		{"over 400 ms before the delay", around(100*ms, 0), 500*ms + 1, 8, 8, 40, ambiguous},
	} {
		tr := newTracker(Config{Pulse: &PulseConfig{}, Delay: c.calibrated, Calibrated: c.calibrated != 0})
		for _, d := range c.delays {
			tr.learn.delays.Add(d)
		}
		tr.pulse.run, tr.pulse.edges, tr.current.support = c.run, c.edges, c.support
		if got := tr.finding(); got != c.want {
			t.Errorf("%s: finding %d, want %d (spread %v)", c.name, got, c.want, tr.learn.delays.Spread())
		}
	}
}

// The objections to a pulse follow from how long ago its evidence was.
func TestEdgeObjectionLimits(t *testing.T) {
	b := locked(t, Config{Holdover: 10 * time.Second}) // the last edge at 9 s, the last burst at 9.15 s
	b.edge(10*time.Second, true)
	for _, c := range []struct {
		at   time.Duration
		want string
	}{
		{12650 * ms, ""}, // the last burst was 3.5 s before
		{12650*ms + 1, "holdover"},
		{14500 * ms, "holdover"}, // the last edge was 4.5 s before
		{14500*ms + 1, "no pulse"},
	} {
		if s := b.pulse(c.at); s.Reason != c.want && !strings.HasPrefix(s.Detail, c.want+":") || c.want == "" && s.Detail != "" {
			t.Errorf("at %v: %v, want %q", c.at, s, c.want)
		}
	}
	for _, lost := range []tick{{noBurst: true}, without(nmea.NoFixStatus)} {
		b := newBench(t, Config{Pulse: &PulseConfig{}})
		b.play(0, 10, tick{delay: 500 * ms})
		lost.delay = 500 * ms
		got := b.pulses(10, 14, lost) // the last but one is 3.5 s behind the last burst
		if got[:4] != "PPPP" {
			t.Errorf("pulses up to 3.5 s behind the last burst: %s, want all published", got)
		}
		if got = b.pulses(14, 15, lost); got == "P" {
			t.Error("a pulse 4.5 s behind the last burst is published")
		}
	}
	tr := newTracker(Config{Pulse: &PulseConfig{}})
	if s := tr.pulseState(nmea.Stamp{Mono: int64(time.Second)}); s.Reason != "no pulse" {
		t.Errorf("in the first second without an edge: %v, want no pulse", s)
	}
}

// An edge is another pulse if it is over 0.1 s from its expected time, or if that time is
// unknown.
func TestEdgesAfterALongTime(t *testing.T) {
	for _, c := range []struct {
		name   string
		resume int // the second of the first edge
		late   time.Duration
		want   string
	}{
		{"after 20 s", 30, 0, "sssssP"},
		{"after 20 s, 0.1 s late", 30, 100 * ms, "sssssP"},
		{"after 20 s, over 0.1 s late", 30, 100*ms + 1, "ssssss"},
		{"after 999 s", 1006, 0, "sssssP"}, // the fourth edge counts
		{"after 1000 s", 1007, 0, "ssssss"},
		{"after 800 s", 807, 0, "sssssP"},
		{"after 800 s, 0.1 s late", 807, 100 * ms, "ssssss"},
	} {
		b := locked(t, Config{})
		b.edge(10*time.Second, true)
		b.edge(10*time.Second+100*ms, false)
		got := b.pulses(c.resume, c.resume+4, tick{noBurst: true, late: c.late})
		got += b.pulses(c.resume+4, c.resume+6, tick{late: c.late})
		if got = "ssss" + strings.Map(func(r rune) rune {
			if r != 'P' {
				return 's'
			}
			return r
		}, got[4:]); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A burst that is further from its expected time than its spread allows is withheld.
func TestStrayed(t *testing.T) {
	for _, c := range []struct {
		spread time.Duration
		locked bool
		limit  time.Duration // the most that is not withheld
	}{
		{0, false, 50 * ms},
		{6 * ms, false, 50 * ms},
		{10 * ms, false, 80 * ms},
		{100 * ms, false, 250 * ms},
		{0, true, 50 * ms},
		{8690 * time.Microsecond, true, 69520 * time.Microsecond},
	} {
		for _, sign := range []time.Duration{1, -1} {
			tr := newTracker(Config{})
			tr.pulse.locked = c.locked
			if c.locked {
				tr.current.spread = time.Second // that of the delays counts
				for i := range 9 {
					tr.learn.delays.Add(time.Duration(i%3-1) * c.spread * 1000 / 869)
				}
			} else {
				tr.current.spread = c.spread
			}
			if tr.countStray(sign * c.limit) {
				t.Errorf("spread %v, locked %v: %v is withheld", c.spread, c.locked, sign*c.limit)
			}
			if !tr.countStray(sign * (c.limit + 1)) {
				t.Errorf("spread %v, locked %v: %v is not withheld", c.spread, c.locked, sign*(c.limit+1))
			}
		}
	}
}

// Two bursts in a row may stray. The third shows that the receiver's delay has changed, but
// not beside a pulse, whose delays show that.
func TestStraysInARow(t *testing.T) {
	tr := newTracker(Config{})
	got := ""
	for _, off := range []time.Duration{300, 300, 0, 300, 300, 300, 300} {
		if got += "P"; tr.countStray(off * ms) {
			got = got[:len(got)-1] + "h"
		}
	}
	expect(t, "bursts that stray", got, "hhPhhPP")
	tr.pulse.locked = true
	if !tr.countStray(300 * ms) {
		t.Error("beside a pulse, the fifth in a row does not stray")
	}
}

// An anchor replaces the one in use if it is steadier for long enough.
func TestTheSteadiestAnchor(t *testing.T) {
	for _, c := range []struct {
		name    string
		scatter [anchorKinds]time.Duration
		count   int
		want    anchorKind
	}{
		{"all steady", [anchorKinds]time.Duration{0, 0, 0}, 20, byLead},
		{"the first scatters", [anchorKinds]time.Duration{20 * ms, 0, 0}, 20, byBlock},
		{"the first two scatter", [anchorKinds]time.Duration{20 * ms, 20 * ms, 0}, 20, byName},
		{"the last scatters", [anchorKinds]time.Duration{0, 0, 20 * ms}, 20, byLead},
		{"seven bursts", [anchorKinds]time.Duration{20 * ms, 20 * ms, 0}, 7, byLead},
		{"eight bursts", [anchorKinds]time.Duration{20 * ms, 20 * ms, 0}, 8, byName},
		{"half as much", [anchorKinds]time.Duration{20 * ms, 20 * ms, 10 * ms}, 20, byLead},
		{"a third as much", [anchorKinds]time.Duration{20 * ms, 20 * ms, 20 * ms / 3}, 20, byName},
		{"less by half a millisecond", [anchorKinds]time.Duration{500 * time.Microsecond, 0, 0}, 20, byLead},
	} {
		tr := newTracker(Config{})
		for i := range c.count {
			o := observation{utc: utcBegan + int64(i)*int64(time.Second)}
			for k := range o.anchors {
				off := c.scatter[k] * time.Duration(i%2)
				o.anchors[k].Mono = steadyBegan + int64(time.Duration(i)*time.Second+time.Duration(k)*30*ms+off)
			}
			tr.steady(&o)
		}
		if got := tr.learn.use; got != c.want {
			t.Errorf("%s: anchor %d is used, want %d (spreads %v)", c.name, got, c.want, tr.learn.anchors)
		}
	}
}

// The limit for a steadier anchor, by the measured spreads.
func TestSteadierLimit(t *testing.T) {
	for _, c := range []struct {
		used, other time.Duration
		count       int
		set         bool
		want        anchorKind
	}{
		{10 * ms, 4500 * time.Microsecond, 20, false, byLead}, // twice 4.5 ms and 1 ms are 10 ms
		{10*ms + 8, 4500 * time.Microsecond, 20, false, byBlock},
		{10*ms + 8, 4500 * time.Microsecond, 20, true, byLead},
		{ms, 0, 20, false, byLead},
		{ms + 8, 0, 20, false, byBlock},
		{10 * ms, 0, 6, false, byLead}, // the seventh burst
		{10 * ms, 0, 7, false, byBlock},
	} {
		tr := newTracker(Config{Calibrated: c.set})
		o := observation{utc: utcBegan}
		for k, spread := range []time.Duration{c.used, c.other, time.Second} {
			o.anchors[k].Mono = steadyBegan
			tr.learn.anchors[k] = anchor{mean: utcBegan - steadyBegan, spread: spread, count: c.count}
		}
		// The burst is at its expected time, which takes an eighth of the spreads.
		for k := range tr.learn.anchors {
			tr.learn.anchors[k].spread = tr.learn.anchors[k].spread * 8 / 7
		}
		tr.steady(&o)
		got := tr.learn.anchors
		if tr.learn.use != c.want {
			t.Errorf("spreads %v and %v after %d bursts: anchor %d is used, want %d", got[0].spread, got[1].spread, c.count+1, tr.learn.use, c.want)
		}
	}
}

// If the anchor changes, the delay changes with it, and the feed restarts once. Without the
// guards, samples are off by the distance of the anchors, or withheld.
func TestTheDelayOfAnotherAnchor(t *testing.T) {
	for _, pulse := range []bool{false, true} {
		config := Config{}
		if pulse {
			config.Pulse = &PulseConfig{}
		}
		b := newBench(t, config)
		restarts, changed := "", false
		for i := range 40 {
			second := time.Duration(i) * time.Second
			if pulse {
				b.edge(second, true)
				b.edge(second+100*ms, false)
			}
			early := time.Duration(i%2) * 40 * ms // a sentence ran into the burst
			start := second + 190*ms - early
			r := b.epoch(burst{start: start, says: second, block: 200*ms + early, name: 200*ms + early})
			if r.restart {
				restarts += string(r.letter())
			}
			want, within := -390*ms, time.Duration(0)
			if pulse {
				want = 0
			}
			if !changed {
				within = 40 * ms // the first delay of the new anchor follows from where the old one was
			}
			changed = changed || b.tracker.learn.use == byBlock
			if off := time.Duration(r.Offset()); changed && (!r.ok || (off-want).Abs() > within) {
				t.Errorf("pulse %v, second %d: %v with offset %v, want it published with %v", pulse, i, r.state, off, want)
			}
		}
		wantRestarts := "P"
		if pulse {
			wantRestarts = "PP" // the first is that of the delay
		}
		if !changed || restarts != wantRestarts {
			t.Errorf("pulse %v: another anchor %v, restarts %q, want true, %q", pulse, changed, restarts, wantRestarts)
		}
		if !pulse {
			continue
		}
		// The stored delay is that of the first anchor, which the next start uses at first.
		b.play(40, 100, tick{delay: 190 * ms, burst: burst{block: 200 * ms, name: 200 * ms}})
		if _, learnt, _ := b.learnt(); (learnt.Delay - 170*ms).Abs() > 25*ms {
			t.Errorf("the delay that is kept is %v, want that of the first anchor", learnt.Delay)
		}
	}
}

// If the used anchor is not at its usual place, another one may be at its own.
func TestTheBestAnchor(t *testing.T) {
	for _, c := range []struct {
		name  string
		off   [anchorKinds]time.Duration
		count int
		want  time.Duration // by how much the start is off
	}{
		{"all at their usual places", [anchorKinds]time.Duration{0, 0, 0}, 8, 0},
		{"the first is early", [anchorKinds]time.Duration{-100 * ms, 0, 0}, 8, 0},
		{"the first is late", [anchorKinds]time.Duration{100 * ms, 0, 0}, 8, 0},
		{"the first two are early", [anchorKinds]time.Duration{-100 * ms, -100 * ms, 0}, 8, 0},
		{"all are late", [anchorKinds]time.Duration{100 * ms, 100 * ms, 100 * ms}, 8, 100 * ms},
		{"the first is within 8 spreads", [anchorKinds]time.Duration{8 * ms, 0, 0}, 8, 8 * ms},
		{"the first is over 8 spreads off", [anchorKinds]time.Duration{8*ms + 1, 0, 0}, 8, 0},
		{"another is a quarter as far off", [anchorKinds]time.Duration{100 * ms, 25 * ms, 25 * ms}, 8, 100 * ms},
		{"another is less than a quarter as far off", [anchorKinds]time.Duration{100 * ms, 25*ms - 1, 100 * ms}, 8, 25*ms - 1},
		{"seen once", [anchorKinds]time.Duration{-100 * ms, 0, 0}, 1, -100 * ms},
		{"seen twice", [anchorKinds]time.Duration{-100 * ms, 0, 0}, 2, 0},
	} {
		l := newTracker(Config{}).learn
		o := observation{utc: utcBegan}
		for k := range l.anchors {
			usual := steadyBegan + int64(k)*int64(30*ms)
			o.anchors[k].Mono = usual + int64(c.off[k])
			l.anchors[k] = anchor{mean: utcBegan - usual, spread: ms, count: c.count}
		}
		o.start = o.anchors[0]
		if got := time.Duration(l.best(&o).Mono - steadyBegan); got != c.want {
			t.Errorf("%s: the start is %v off, want %v", c.name, got, c.want)
		}
	}
	// If the anchors are steady, a millisecond is the limit.
	for off, want := range map[time.Duration]time.Duration{ms: ms, ms + 1: 0} {
		l := newTracker(Config{}).learn
		o := observation{utc: utcBegan}
		for k := range l.anchors {
			o.anchors[k].Mono = steadyBegan
			l.anchors[k] = anchor{mean: utcBegan - steadyBegan, count: 8}
		}
		o.anchors[0].Mono += int64(off)
		o.start = o.anchors[0]
		if got := time.Duration(l.best(&o).Mono - steadyBegan); got != want {
			t.Errorf("steady anchors, the first %v late: the start is %v off, want %v", off, got, want)
		}
	}
}

// A sentence that runs into a burst once does not move its sample.
func TestASentenceThatRunsIntoABurst(t *testing.T) {
	b := newBench(t, Config{})
	b.play(0, 20, tick{noPulse: true, burst: burst{block: 30 * ms, name: 30 * ms}})
	r := b.epoch(burst{start: 20144 * ms, says: 20 * time.Second, block: 36 * ms, name: 36 * ms})
	if !r.ok || time.Duration(r.Offset()) != -150*ms {
		t.Errorf("published %v, offset %v, want true, -150ms", r.ok, time.Duration(r.Offset()))
	}
}

// If more than one block named the time again, no second block is recorded, although its
// name is.
func TestBlocksThatAreNotRecorded(t *testing.T) {
	b := newBench(t, Config{Delay: 150 * ms, Calibrated: true})
	u := burst{block: 600 * ms, name: 600 * ms, againBy: "GPZDA"}
	expect(t, "anchors 0.6 s apart", b.sentences(0, 5, tick{noPulse: true, burst: u}), "ssPPP")
	b = newBench(t, Config{Delay: 150 * ms, Calibrated: true})
	expect(t, "another block after 0.6 s", b.sentences(0, 5, tick{noPulse: true, burst: burst{again: 600 * ms, againBy: "GPZDA"}}), "ttttt")
}

// The budget of an edge's sample is the spread: the edge has just moved the base.
func TestTheBudgetOfAnEdge(t *testing.T) {
	b := locked(t, Config{})
	v := b.tracker.edge(pps.Edge{Stamp: edgeStamp(b.stamp(10 * time.Second)), Rising: true}, b.stamp(10*time.Second))
	if !v.ok || v.budget != b.tracker.current.spread || v.residual != 0 {
		t.Errorf("published %v with a residual of %v and a budget of %v, want %v", v.ok, v.residual, v.budget, b.tracker.current.spread)
	}
}

// One sample a second is due.
func TestDue(t *testing.T) {
	const second = int64(time.Second)
	for _, c := range []struct {
		name  string
		utc   int64
		whole time.Duration // how long ago one was whole; 0: never
		last  int64         // the last second that was published
		want  bool
	}{
		{"a new whole second", 100 * second, time.Second, 99, true},
		{"the same second", 100 * second, time.Second, 100, false},
		{"a part, where seconds are whole", 100*second + second/5, 200 * ms, 99, false},
		{"a part, 2 s after a whole second", 100*second + second/5, 2 * time.Second, 99, true},
		{"a part, under 2 s after a whole second", 100*second + second/5, 2*time.Second - 1, 99, false},
		{"a part, where none was whole", 100*second + second/5, 0, 99, true},
		{"half, where seconds are whole", 100*second + second/2, 500 * ms, 100, false},
		{"an odd second", 101 * second, time.Second, 100, true},
	} {
		tr := newTracker(Config{})
		o := observation{utc: c.utc, start: nmea.Stamp{Mono: steadyBegan}}
		if c.whole != 0 {
			tr.sentence.whole = steadyBegan - int64(c.whole)
		}
		tr.sentence.second = c.last
		if got := tr.due(&o); got != c.want {
			t.Errorf("%s: due %v, want %v", c.name, got, c.want)
		}
	}
	// In the first seconds of the steady clock, no second was whole yet.
	tr := newTracker(Config{})
	if o := (observation{utc: 100*second + second/5, start: nmea.Stamp{Mono: second}}); !tr.due(&o) {
		t.Error("a part in the first second of the steady clock is not due")
	}
}

// rememberedAs returns the settings of a locked bench, with a Memory that has another delay
// for the same receiver.
func rememberedAs(t *testing.T, delay time.Duration) Config {
	memory := shelf{}
	c := Config{Memory: memory, Pulse: &PulseConfig{}}
	b := locked(t, c)
	b.play(10, 80, tick{})
	name, learnt, _ := b.learnt()
	learnt.Delay = delay
	memory[name] = learnt
	return c
}

// If the pulse shows that a remembered delay is that of another receiver, it is dropped,
// and eight seconds must agree again. Without the guard, the next burst alone locks the
// pulse: if it is a little later than a second, each pulse is a second off.
func TestARememberedDelayOfAnotherReceiver(t *testing.T) {
	b := newBench(t, rememberedAs(t, 450*ms))
	b.late = time.Second // with the remembered delay
	b.play(0, 7, tick{delay: 980 * ms})
	b.late = wrong
	for i := 7; i < 40; i++ {
		delay := 980 * ms
		if i%9 == 8 {
			delay = 1050 * ms
		}
		b.play(i, i+1, tick{noBurst: true})
		b.play(i, i+1, tick{noPulse: true, delay: delay})
	}
}

// After a remembered delay was dropped, the samples wait for the pulse. If the pulse is
// missing, they are not published with the old delay.
func TestADelayThatWasDropped(t *testing.T) {
	b := newBench(t, rememberedAs(t, 100*ms))
	b.late = time.Second // with the remembered delay
	pulses, sentences, restarts := "", "", ""
	for i := range 20 {
		pulses += b.pulses(i, i+1, tick{noBurst: true})
		second := time.Duration(i) * time.Second
		r := b.epoch(burst{start: second + 690*ms, says: second})
		sentences += string(r.letter())
		if r.restart {
			restarts += fmt.Sprint(i, " ")
		}
		if i >= 16 && (!r.ok || r.Offset() != 0) {
			t.Errorf("second %d: %v, offset %v, want it published with 0s", i, r.state, time.Duration(r.Offset()))
		}
	}
	// Seven seconds agree, the eighth shows that the delay is another one, and eight more agree.
	expect(t, "pulses", pulses, "ssssssssssssssssPPPP")
	expect(t, "sentences", sentences, "ssPPPPPssssssssPPPPP")
	expect(t, "restarts", restarts, "7 15 ")

	b = newBench(t, rememberedAs(t, 100*ms))
	b.late = time.Second
	b.play(0, 8, tick{delay: 690 * ms})
	expect(t, "without the pulse", b.sentences(8, 15, tick{noPulse: true, delay: 690 * ms}), "ssssPPP")
	second := 15 * time.Second
	if r := b.epoch(burst{start: second + 690*ms, says: second}); time.Duration(r.Offset()) != -690*ms {
		t.Errorf("without the pulse: offset %v, want -690ms", time.Duration(r.Offset()))
	}
}

// Another receiver has the delay that is remembered for it, or none.
func TestTheDelayOfAnotherReceiver(t *testing.T) {
	for _, known := range []bool{false, true} {
		memory := shelf{}
		c := Config{Memory: memory, Pulse: &PulseConfig{}}
		b := newBench(t, c)
		b.play(0, 80, tick{burst: burst{first: "GPZDA"}})
		other, learnt, _ := b.learnt()
		if known {
			learnt.Delay = 400 * ms
			memory[other] = learnt
		}
		b = locked(t, c)
		b.reopen(0)
		b.play(20, 40, tick{noPulse: true, delay: 400 * ms, burst: burst{first: "GPZDA"}})
		r := b.epoch(burst{start: 40400 * ms, says: 40 * time.Second, first: "GPZDA"})
		want := -400 * ms
		if known {
			want = 0
		}
		if off := time.Duration(r.Offset()); !r.ok || off != want || known == strings.Contains(r.state.Detail, "uncalibrated") {
			t.Errorf("another receiver, remembered %v: %v, offset %v, want %v", known, r.state, off, want)
		}
	}
}

// A receiver that is recognised as another one loses its delay but no sample: the
// hypothesis moves with the delay.
func TestNoSampleIsLostWithTheDelay(t *testing.T) {
	b := locked(t, Config{})
	b.reopen(9600)
	expect(t, "another receiver", b.sentences(20, 26, tick{noPulse: true, burst: burst{first: "GPZDA"}}), "PPPPPP")
}

// Another receiver beside the same pulse keeps the delay if an edge arrived within 4 s.
func TestAnotherReceiverBesideAPulse(t *testing.T) {
	for late, want := range map[time.Duration]time.Duration{0: 0, 1: -150 * ms} {
		b := locked(t, Config{}) // the last edge at 9 s
		b.edge(10*time.Second, true)
		b.reopen(9600)
		for i := 11; i < 14; i++ {
			second := time.Duration(i) * time.Second
			b.epoch(burst{start: second + 150*ms, says: second, first: "GPZDA"})
		}
		b.epoch(burst{start: 14*time.Second + late, says: 14 * time.Second, first: "GPZDA"}) // it is known from now on
		b.play(15, 18, tick{noPulse: true, burst: burst{first: "GPZDA"}})
		if got := b.offset(18, burst{first: "GPZDA"}); got != want {
			t.Errorf("known 4 s and %v after the last edge: offset %v, want %v", late, got, want)
		}
	}
}

// A burst is compared with an edge within 4 s.
func TestComparable(t *testing.T) {
	for _, c := range []struct {
		age    time.Duration
		why    pps.Reason
		fitted bool
		want   bool
	}{
		{0, pps.Second, true, true},
		{4*time.Second - 1, pps.Second, true, true},
		{4 * time.Second, pps.Second, true, false},
		{-4*time.Second + 1, pps.Second, true, true},
		{-4 * time.Second, pps.Second, true, false},
		{0, pps.Noise, true, false},
		{0, pps.Second, false, false},
	} {
		p := pulse{why: c.why, at: steadyBegan}
		if c.fitted {
			p.gate = pps.NewGate(pps.Auto)
		}
		if got := p.comparable(&observation{start: nmea.Stamp{Mono: steadyBegan + int64(c.age)}}); got != c.want {
			t.Errorf("%v after an edge, %v, with a pulse %v: comparable %v, want %v", c.age, c.why, c.fitted, got, c.want)
		}
	}
}

// While a locked pulse has edges, they hold the base; else the bursts move it.
func TestWhatMovesTheBase(t *testing.T) {
	for _, c := range []struct {
		locked bool
		age    time.Duration // of the last edge
		moved  time.Duration
	}{
		{false, 0, 10 * ms},
		{true, 0, 0},
		{true, 4*time.Second - 1, 0},
		{true, 4 * time.Second, 10 * ms},
	} {
		tr := newTracker(Config{Pulse: &PulseConfig{}})
		tr.current = hypothesisOf(0)
		tr.pulse.locked, tr.pulse.at = c.locked, steadyBegan-int64(c.age)
		tr.confirm(utcBegan+int64(40*ms), steadyBegan)
		if moved := time.Duration(tr.current.base - (utcBegan - steadyBegan)); moved != c.moved {
			t.Errorf("locked %v, the last edge %v before: the base moved by %v, want %v", c.locked, c.age, moved, c.moved)
		}
	}
}

// A burst without a clear second restarts the count of bursts that agree.
func TestAnAmbiguousBurstRestartsTheCount(t *testing.T) {
	b := newBench(t, Config{Pulse: &PulseConfig{}})
	got := b.pulses(0, 6, tick{})
	got += b.pulses(6, 7, tick{noBurst: true})
	r := b.epoch(burst{start: 5900 * ms, read: 6300 * ms, says: 6 * time.Second, block: 250 * ms, name: 250 * ms})
	expect(t, "the burst with an edge in it", string(r.letter()), "a")
	got += b.pulses(7, 18, tick{})
	expect(t, "pulses", got, "ssssssss"[:7]+"a"+"sssssssPPP")
}

// After a doubt, eight bursts must agree, not only eight edges.
func TestEightBurstsAfterADoubt(t *testing.T) {
	b := newBench(t, Config{Pulse: &PulseConfig{}})
	b.play(0, 5, tick{})
	b.reopen(0)
	got := b.pulses(5, 8, tick{noBurst: true}) + b.pulses(8, 18, tick{})
	expect(t, "three seconds without bursts, then bursts", got, strings.Repeat("s", 11)+"PP")
}

// A receiver that reports ten times a second has one burst a second that counts.
func TestOneBurstASecondCounts(t *testing.T) {
	b := newBench(t, Config{Pulse: &PulseConfig{}})
	got := ""
	for i := range 34 {
		if i >= 20 {
			got += b.pulses(i, i+1, tick{noBurst: true})
		}
		for k := range 10 {
			at := time.Duration(i)*time.Second + time.Duration(k)*100*ms
			u := burst{start: at + 150*ms, read: at + 190*ms, says: at}
			if i >= 24 && i < 27 {
				u.why = nmea.NoFix
			}
			b.epoch(u)
		}
	}
	expect(t, "pulses, with no fix for 3 s", got, "sssssnnnsssPPP")
}

// The delay is recorded every 15 s, and passed to the Memory once there are four.
func TestHistory(t *testing.T) {
	b := newBench(t, Config{Pulse: &PulseConfig{}})
	b.play(0, 52, tick{}) // recorded with the bursts of 7, 22 and 37 s
	if _, _, ok := b.learnt(); ok {
		t.Error("passed to the Memory after 52 s")
	}
	b.play(52, 53, tick{})
	if _, learnt, ok := b.learnt(); !ok || learnt.Delay != 150*ms || learnt.Spread != 0 {
		t.Errorf("after 53 s: %v, %v, want 150ms", learnt, ok)
	}
}

// The delay for the Memory is the median of the last 16 minutes.
func TestHistoryTurnsOver(t *testing.T) {
	b := newBench(t, Config{Pulse: &PulseConfig{}})
	b.play(0, 1000, tick{})
	b.play(1000, 1400, tick{delay: 160 * ms})
	if _, learnt, _ := b.learnt(); learnt.Delay != 150*ms {
		t.Errorf("after 7 minutes of another delay: %v, want 150ms", learnt.Delay)
	}
	b.play(1400, 1600, tick{delay: 160 * ms})
	if _, learnt, _ := b.learnt(); learnt.Delay != 160*ms {
		t.Errorf("after 10 minutes of another delay: %v, want 160ms", learnt.Delay)
	}
}

// The delays before a doubt do not count, not even if they would only move the median.
func TestTheDelaysBeforeADoubt(t *testing.T) {
	b := newBench(t, Config{Pulse: &PulseConfig{}})
	b.play(0, 7, tick{})
	b.reopen(0)
	for i := 7; i < 15; i++ {
		delay := 450*ms + time.Duration(i%2)*10*ms
		b.play(i, i+1, tick{delay: delay})
	}
	if f := b.tracker.facts(Facts{}, 0); !f.Calibrated || f.Delay != 460*ms {
		t.Errorf("delays of 450 and 460 ms: calibrated %v, delay %v, want the upper median", f.Calibrated, f.Delay)
	}
}

// Contradictions of another receiver do not count against this one.
func TestConflictsOfAnotherReceiver(t *testing.T) {
	b := settled(t, Config{})
	b.play(10, 12, tick{noPulse: true, burst: burst{why: nmea.TwoTimes, conflict: "GPRMC and GPZDA"}})
	expect(t, "two contradictions", b.sentences(12, 14, tick{noPulse: true}), "tt")
	b.reopen(9600)
	expect(t, "the port reopened", b.sentences(14, 16, tick{noPulse: true}), "PP")
}

// A rival lasts for 10 s without evidence, and no longer.
func TestARivalIsForgotten(t *testing.T) {
	for gap, want := range map[time.Duration]string{10 * time.Second: "sP", 10*time.Second + 1: "ss"} {
		b := newBench(t, Config{})
		b.play(0, 2, tick{noPulse: true})
		got := ""
		for i := range 2 {
			says := time.Second + gap + time.Duration(i)*time.Second
			got += string(b.epoch(burst{start: says + 150*ms, says: says.Round(time.Second)}).letter())
		}
		expect(t, fmt.Sprintf("two more bursts after %v", gap), got, want)
	}
}

// Two times that a receiver names within 2 s of each other are of one second.
func TestTwoTimesInTurn(t *testing.T) {
	for _, c := range []struct {
		gap  time.Duration
		want string
	}{
		{500 * ms, "time conflict"},
		{1500 * ms, "time conflict"},
		{2*time.Second - 1, "time conflict"},
		{2 * time.Second, "settling"},
		{3 * time.Second, "settling"},
	} {
		b := newBench(t, Config{})
		var r result
		for i := range 4 {
			at := time.Duration(i) * c.gap
			r = b.epoch(burst{start: at + 150*ms, says: at + time.Duration(i%2)*time.Hour})
		}
		if r.state.Reason != c.want {
			t.Errorf("an hour apart, alternating, each %v: %v, want %q", c.gap, r.state, c.want)
		}
	}
}

// A time that was contradicted settles after 8.5 s.
func TestSettlingAfterAContradiction(t *testing.T) {
	b := newBench(t, Config{})
	b.epoch(burst{start: 150 * ms, says: time.Hour})
	got := ""
	for at := time.Second; at < 11*time.Second; at += 500 * ms {
		got += string(b.epoch(burst{start: at + 150*ms, read: at + 250*ms, says: at}).letter())
	}
	expect(t, "twice a second", got, strings.Repeat("s", 17)+"-P-")
}

// A time that has replaced another begins without strays.
func TestStraysAreOfOneTime(t *testing.T) {
	b := settled(t, Config{})
	stray := tick{noPulse: true, delay: 450 * ms}
	expect(t, "two late bursts", b.sentences(10, 12, stray), "hh")
	b.utc, b.late = time.Second, 1500*ms
	got := b.sentences(12, 22, tick{noPulse: true})
	expect(t, "a second ahead", got, "tttttttttP")
	expect(t, "three late bursts", b.sentences(22, 25, stray), "hhP")
}

// A burst that strays is still evidence: the time since then counts.
func TestAStrayIsEvidence(t *testing.T) {
	b := settled(t, Config{})
	got := b.sentences(700, 701, tick{noPulse: true, delay: 250 * ms}) + b.sentences(1500, 1501, tick{noPulse: true})
	expect(t, "a late burst after 690 s, and one after 800 s more", got, "hP")
}

// At the end of a month, a burst that is a second back, within the budget, belongs to an
// inserted second.
func TestSkip(t *testing.T) {
	for _, c := range []struct {
		name     string
		spread   time.Duration
		residual time.Duration
		want     bool
	}{
		{"a second back", 0, -time.Second, true},
		{"at the limit", 0, -time.Second + 480*ms - 1, true},
		{"over the limit", 0, -time.Second + 480*ms, false},
		{"at the other limit", 0, -time.Second - 480*ms + 1, true},
		{"over the other limit", 0, -time.Second - 480*ms, false},
		{"over the limit with a spread", 200 * ms, -time.Second + 280*ms, false},
		{"at the limit with a spread", 200 * ms, -time.Second + 280*ms - 1, true},
		{"none", 0, 0, false},
		{"a second ahead", 0, time.Second, false},
	} {
		tr := newTracker(Config{})
		tr.current = hypothesisOf(c.spread)
		o := observation{utc: utcBegan + int64(c.residual), start: nmea.Stamp{Mono: steadyBegan}}
		inserted := tr.skip(&o)
		moved := time.Duration(tr.current.base - (utcBegan - steadyBegan))
		if inserted != c.want || (moved == -time.Second) != c.want || moved != 0 && !c.want || tr.rival.base != 0 {
			t.Errorf("%s: inserted %v, the base moved by %v, want %v", c.name, inserted, moved, c.want)
		}
	}
}

// A receiver that reports five times a second and loses the report of a whole second
// loses the sample of that second.
func TestAWholeSecondThatIsLost(t *testing.T) {
	for _, lost := range []int{6, 7} {
		b := newBench(t, Config{})
		got := ""
		for i := range 9 * 5 {
			at := time.Duration(i) * 200 * ms
			if i == lost*5 {
				continue
			}
			if r := b.epoch(burst{start: at + 50*ms, read: at + 100*ms, says: at}); i >= 25 {
				got += string(r.letter())
			}
		}
		want := strings.Repeat("P----", 4)
		at := (lost - 5) * 5
		expect(t, fmt.Sprintf("second %d lost", lost), got, want[:at]+want[at+1:])
	}
}

// The edge that begins the second is reported.
func TestWhichEdgeBegins(t *testing.T) {
	b := locked(t, Config{})
	if got := b.tracker.pulseFacts(); got.Begins != pps.Rising || !got.Locked {
		t.Errorf("short pulses: %v, locked %v", got.Begins, got.Locked)
	}
	b = newBench(t, Config{Pulse: &PulseConfig{}})
	b.play(0, 10, tick{high: 900 * ms, late: 100 * ms})
	if got := b.tracker.pulseFacts(); got.Begins != pps.Falling || !got.Locked {
		t.Errorf("long pulses: %v, locked %v", got.Begins, got.Locked)
	}
}

// An edge whose budget is just under half a second is published.
func TestTheLastEdgeWithinTheBudget(t *testing.T) {
	for spread, want := range map[time.Duration]string{half - 1: "P", half: "s"} {
		b := locked(t, Config{})
		b.edge(10*time.Second, true)
		b.edge(10*time.Second+100*ms, false)
		b.tracker.current.last = int64(time.Hour + 11*time.Second)
		b.tracker.current.spread = spread
		expect(t, fmt.Sprintf("a spread of %v", spread), string(b.edge(11*time.Second, true).letter()), want)
	}
}

// Holdover ends at its last nanosecond. The receiver's own reason then applies.
func TestTheEndOfHoldover(t *testing.T) {
	for early, want := range map[time.Duration]string{0: nmea.NoFix.String(), 1: nmea.NoFixStatus.String()} {
		b := locked(t, Config{Holdover: 10 * time.Second}) // the last burst at 9.15 s
		b.play(10, 19, tick{noBurst: true})
		b.epoch(burst{start: 19150*ms - early, says: 19 * time.Second, why: nmea.NoFix})
		b.edge(20*time.Second, true)
		b.epoch(burst{start: 20150 * ms, says: 20 * time.Second, why: nmea.NoFixStatus})
		if s := b.pulse(20500 * ms); s.Reason != want {
			t.Errorf("no fix %v before the end: %v, want %q", early, s, want)
		}
	}
}

// A verdict with a restart restarts the jitter of the feed, even without a sample.
func TestVerdictPublish(t *testing.T) {
	for _, restart := range []bool{false, true} {
		feed := driver.NewFeed(shm.NewMemory(shm.Layout96), nil)
		at := func(second, off time.Duration) verdict {
			clock := noon.Add(second).UnixNano()
			return verdict{ok: true, sample: driver.Sample{Clock: clock, Receive: clock + int64(off), Mono: int64(second)}}
		}
		for i := range 64 {
			second := time.Duration(i) * time.Second
			if err := at(second, time.Duration(i%2)*10*ms).publish(feed); err != nil {
				t.Fatal(err)
			}
		}
		before := feed.Precision()
		if err := (verdict{restart: restart}).publish(feed); err != nil {
			t.Fatal(err)
		}
		if after := feed.Precision(); (after != before) != restart {
			t.Errorf("restart %v: precision %d, then %d", restart, before, after)
		}
		if n := feed.Published(); n != 64 {
			t.Errorf("%d samples, want 64: a verdict without a sample publishes none", n)
		}
	}
}

// A knows is a witness that knows the time to within a margin.
type knows struct {
	driver.Estimate
	silent bool
}

func (k knows) String() string                   { return "a witness" }
func (k knows) Current() (driver.Estimate, bool) { return k.Estimate, !k.silent }

// If an edge is between the anchors, a witness that knows the second decides, or a delay
// that only one of them agrees with. Without them, or if they agree with neither, the burst
// is ambiguous.
func TestWhatDecidesBetweenAnchors(t *testing.T) {
	const edge, utc = 1000 * time.Second, 2_000_000 * time.Second
	for _, c := range []struct {
		name    string
		witness *knows
		delay   time.Duration // known; 0: not
		again   string
		want    bool // ambiguous
		use     anchorKind
	}{
		{"nothing", nil, 0, "", true, byLead},
		{"a witness that knows the second of the late anchor", &knows{}, 0, "", false, byName},
		{"a witness that knows the second of the early one", &knows{Estimate: driver.Estimate{Offset: time.Second}}, 0, "", false, byLead},
		{"a witness that knows another second", &knows{Estimate: driver.Estimate{Offset: 2 * time.Second}}, 0, "", true, byLead},
		{"a witness that is too vague", &knows{Estimate: driver.Estimate{Within: 500 * ms}}, 0, "", true, byLead},
		{"a witness that is vague enough", &knows{Estimate: driver.Estimate{Within: 499 * ms}}, 0, "", false, byName},
		{"a witness between two seconds", &knows{Estimate: driver.Estimate{Offset: 400 * ms, Within: 100 * ms}}, 0, "", true, byLead},
		{"a silent witness", &knows{silent: true}, 0, "", true, byLead},
		{"a delay that only the late anchor agrees with", nil, 200 * ms, "", false, byName},
		{"a delay by which both are of one second", nil, 50 * ms, "", false, byLead},
		{"a delay that only the early anchor agrees with", nil, 650 * ms, "", false, byLead},
		{"a delay near both", nil, 350 * ms, "", true, byLead},
		{"a witness against the delay", &knows{Estimate: driver.Estimate{Offset: time.Second}}, 200 * ms, "", false, byLead},
		{"a witness, and two sentences that name the time", &knows{}, 0, "GLRMC", true, byLead},
	} {
		config := Config{Pulse: &PulseConfig{}, Delay: c.delay, Calibrated: c.delay != 0}
		if c.witness != nil {
			config.Witnesses = []driver.Witness{*c.witness}
		}
		tr := newTracker(config)
		tr.pulse.why, tr.pulse.at = pps.Second, int64(edge)
		stamp := func(behind time.Duration) nmea.Stamp {
			return nmea.Stamp{Real: int64(utc + behind), Mono: int64(edge + behind)}
		}
		early, late := stamp(-350*ms), stamp(50*ms)
		o := observation{
			utc: int64(utc), start: early, anchors: [anchorKinds]nmea.Stamp{early, late, late},
			early: early.Mono, late: late.Mono, named: "GPRMC", again: c.again,
		}
		got := tr.decide(&o)
		if ambiguous := !got.Publishing(); ambiguous != c.want || tr.learn.use != c.use || o.start != o.anchors[c.use] {
			t.Errorf("%s: ambiguous %v, anchor %d from %v on; want %v and anchor %d", c.name, ambiguous, tr.learn.use, o.start, c.want, c.use)
		}
	}
}
