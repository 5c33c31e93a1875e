package gps

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/shm"
)

// A bench plays a receiver, its port and its pulse line to the driver, and records what both
// units get. The tests in this file use the driver only through its methods. Times are
// offsets from noon, on the system clock and on the monotonic clock.
type bench struct {
	t *testing.T
	*tracker
	port  *reception
	ahead time.Duration // of the system clock, since a step
	utc   time.Duration // true UTC minus the offset: -1 s after an inserted second
	noon  time.Time
	late  time.Duration // how far off a sample of the right second may be
}

func newBench(t *testing.T, c Config) *bench {
	t.Helper()
	return &bench{t: t, tracker: newTracker(c), noon: noon, late: wrong}
}

// A result is what one call of the driver returned.
type result struct {
	driver.Sample
	ok      bool
	restart bool
	state   driver.State
}

// letter is P for a sample, - for a publishing state without a sample, else the first
// letter of the reason.
func (r result) letter() byte {
	switch {
	case r.ok:
		return 'P'
	case r.state.Publishing():
		return '-'
	}
	return r.state.Reason[0]
}

func (b *bench) stamp(at time.Duration) nmea.Stamp {
	return nmea.Stamp{Real: b.noon.UnixNano() + int64(at+b.ahead), Mono: int64(time.Hour + at)}
}

// check fails the test if a sample is of a wrong second.
func (b *bench) check(what string, at time.Duration, r result) result {
	b.t.Helper()
	if off := time.Duration(r.Offset()) + b.ahead - b.utc; r.ok && off.Abs() >= b.late {
		b.t.Errorf("the %s at %v names a wrong second: it is %v off", what, at, off)
	}
	return r
}

// edge plays an edge.
func (b *bench) edge(at time.Duration, rising bool) (r result) {
	b.t.Helper()
	v := b.tracker.edge(pps.Edge{Stamp: edgeStamp(b.stamp(at)), Rising: rising}, b.stamp(at+50*time.Microsecond))
	v.check(b.t)
	r = result{v.sample, v.ok, v.restart, v.state}
	return b.check("edge", at, r)
}

// A burst is an epoch and its times.
type burst struct {
	start time.Duration
	read  time.Duration // when the driver gets it; 0: 200 ms after the start
	says  time.Duration // the time that it names, as an offset
	why   nmea.Reason
	cold  bool
	torn  bool // no silence before it
	first string
	alone bool          // the first sentence is the only one
	rest  []string      // the other sentences; nil: GPGGA
	step  time.Duration // by how much the system clock was set after the start
	sixty bool          // it names second 60 instead of 59

	cut      bool          // the first sentence is damaged
	conflict string        // the sentences that contradict each other
	block    time.Duration // how far behind the start the other anchors are; see nmea.Anchors
	name     time.Duration
	again    time.Duration
	againBy  string
}

// epoch plays a burst.
func (b *bench) epoch(u burst) (r result) {
	b.t.Helper()
	if u.read == 0 {
		u.read = u.start + 200*time.Millisecond
	}
	if u.first == "" {
		u.first = "GPRMC"
	}
	utc := b.noon.Add(u.says)
	start := b.stamp(u.start)
	start.Real -= int64(u.step)
	if u.rest == nil {
		u.rest = []string{"GPGGA"}
	}
	sentences := append([]string{u.first}, u.rest...)
	if u.alone {
		sentences = sentences[:1]
	}
	e := nmea.Epoch{
		Why: u.why, Fix: fixOf(u), HasTime: u.why != nmea.NoTime, HasStart: !u.torn, Start: start, Last: b.stamp(u.read),
		First: u.first, Sentences: sentences,
	}
	if u.why != nmea.NoDate {
		e.UTC.Date = nmea.DateOf(utc)
	}
	if e.HasTime {
		e.UTC.TimeOfDay = nmea.TimeOfDay{Hour: utc.Hour(), Minute: utc.Minute(), Second: utc.Second(), Nanosecond: utc.Nanosecond()}
	}
	if u.sixty {
		e.UTC.Second = 60
	}
	e.Cut, e.Conflict, e.NamedBy = u.cut, u.conflict, u.first
	e.Anchors = nmea.Anchors{Lead: start, Block: start.Add(u.block), Name: start.Add(u.name), Again: u.again, AgainBy: u.againBy}
	v := b.tracker.epoch(e, b.stamp(u.read))
	v.check(b.t)
	r = result{v.sample, v.ok, v.restart, v.state}
	return b.check("burst", u.start, r)
}

// fixOf is the fix that goes with a reason.
func fixOf(u burst) nmea.Fix {
	if u.why == nmea.NoFix {
		return nmea.FixNone
	}
	return nmea.FixGood
}

// silence plays a port without a byte: the driver notices 3 s after the last byte.
func (b *bench) silence(from, to time.Duration) {
	for at := from + patience + time.Millisecond; at < to; at += time.Second {
		b.tracker.silent(noData)
	}
}

// reopen plays the reopening of the port.
func (b *bench) reopen(baud int) {
	b.port = newReception(Config{Baud: baud, Pivot: nmea.DateOf(b.noon)}, b.tracker)
}

// bytes plays the result of a read, from a port opened by reopen.
func (b *bench) bytes(at time.Duration, text string) (r result) {
	b.t.Helper()
	v := b.port.receive(b.stamp(at), []byte(text))
	return b.check("read", at, result{v.sample, v.ok, v.restart, v.state})
}

// refit plays the reopening of the pulse line.
func (b *bench) refit() { b.tracker.pulseReopened() }

// pulse returns the state of the pulse's unit.
func (b *bench) pulse(at time.Duration) driver.State { return b.tracker.pulseState(b.stamp(at)) }

// learnt returns what the driver passes to its Memory.
func (b *bench) learnt() (receiver string, learnt LearntDelay, ok bool) { return b.tracker.learnt() }

// A tick is one second of a script.
type tick struct {
	noPulse bool
	late    time.Duration // of the rising edge
	high    time.Duration // how long the line is high; 0: 100 ms

	noBurst bool
	delay   time.Duration // from the second to its burst; 0: 150 ms
	off     time.Duration // by how much the burst names another time
	burst                 // the rest of the burst; play sets start, read and says
}

// play plays the seconds from..to. It returns two letters for each: of the edge that was
// published, else of the rising one; and of the burst.
func (b *bench) play(from, to int, tick tick) (pulses, sentences string) {
	b.t.Helper()
	if tick.high == 0 {
		tick.high = 100 * time.Millisecond
	}
	if tick.delay == 0 {
		tick.delay = 150 * time.Millisecond
	}
	for i := from; i < to; i++ {
		second := time.Duration(i) * time.Second
		pulse, sentence := byte('-'), byte('-')
		burst := tick.burst
		burst.start, burst.says = second+tick.delay, second+tick.off+b.utc
		burst.read = burst.start + 100*time.Millisecond
		rise, fall := second+tick.late, second+tick.late+tick.high
		type event struct {
			at   time.Duration
			play func()
		}
		var events []event
		if !tick.noPulse {
			events = append(events, event{rise, func() { pulse = b.edge(rise, true).letter() }}, event{fall, func() {
				if r := b.edge(fall, false); r.ok {
					pulse = 'P'
				}
			}})
		}
		if !tick.noBurst {
			events = append(events, event{burst.read, func() { sentence = b.epoch(burst).letter() }})
		}
		slices.SortFunc(events, func(a, b event) int { return int(a.at - b.at) })
		for _, e := range events {
			e.play()
		}
		pulses, sentences = pulses+string(pulse), sentences+string(sentence)
	}
	return pulses, sentences
}

// pulses returns play's letters for the pulse's unit.
func (b *bench) pulses(from, to int, tick tick) string {
	b.t.Helper()
	letters, _ := b.play(from, to, tick)
	return letters
}

// sentences returns play's letters for the sentences' unit.
func (b *bench) sentences(from, to int, tick tick) string {
	b.t.Helper()
	_, letters := b.play(from, to, tick)
	return letters
}

// locked returns a bench that has played ten healthy seconds: the pulse is published.
func locked(t *testing.T, c Config) *bench {
	t.Helper()
	if c.Pulse == nil {
		c.Pulse = &PulseConfig{}
	}
	b := newBench(t, c)
	if got := b.pulses(0, 10, tick{}); got != "ssssssssPP" {
		t.Fatalf("the first ten seconds: %s", got)
	}
	return b
}

// settled returns a bench without a pulse that has played ten healthy seconds.
func settled(t *testing.T, c Config) *bench {
	t.Helper()
	b := newBench(t, c)
	if got := b.sentences(0, 10, tick{noPulse: true}); !strings.HasSuffix(got, "P") {
		t.Fatalf("the first ten seconds: %s", got)
	}
	return b
}

// without returns a tick whose burst has a reason not to be used.
func without(why nmea.Reason) tick { return tick{burst: burst{why: why}} }

// expect fails the test unless the letters are these.
func expect(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %s, want %s", what, got, want)
	}
}

// In holdover, pulses are counted after the fix was lost, for exactly the configured time.
// Without it, pulses of a good oscillator are lost for no reason. If it does not end, a
// drifting oscillator is published for hours.
func TestPinHoldover(t *testing.T) {
	const long = 10 * time.Second
	for _, c := range []struct {
		name     string
		holdover time.Duration
		lost     tick
		want     string
	}{
		{"none, no fix", 0, without(nmea.NoFix), "Pnnnnnnnnnnnnn"},
		{"shorter than three lost bursts, no fix", 1500 * time.Millisecond, without(nmea.NoFix), "PPnnnnnnnnnnnn"},
		{"10 s, no fix", long, without(nmea.NoFix), "PPPPPPPPPPnnnn"},
		// An objection of the receiver to its own time ends the holdover.
		{"10 s, a simulated fix", long, without(nmea.Estimated), "Pfffffffffffff"},
		{"10 s, leap seconds unknown", long, without(nmea.LeapUnknown), "Plllllllllllll"},
		{"10 s, a power-up default", long, without(nmea.DefaultDate), "Pddddddddddddd"},
	} {
		b := locked(t, Config{Holdover: c.holdover})
		expect(t, c.name, b.pulses(10, 24, c.lost), c.want)
		expect(t, c.name+", and the fix is back", b.pulses(24, 26, tick{})[1:], "P")
	}
}

// A receiver that falls silent is held over, too. Without the guard the pulses stop at
// the moment when the driver notices the silence.
func TestPinHoldoverThroughSilence(t *testing.T) {
	b := locked(t, Config{Holdover: 10 * time.Second})
	got := ""
	for i := 10; i < 24; i++ {
		got += b.pulses(i, i+1, tick{noBurst: true})
		if i > 12 {
			b.tracker.silent(noData)
		}
	}
	expect(t, "silence in a holdover of 10 s", got, "PPPPPPPPPPnnnn")
}

// The state of a pulse shows the holdover.
func TestPinHoldoverIsShown(t *testing.T) {
	b := locked(t, Config{Holdover: 10 * time.Second})
	b.play(10, 15, without(nmea.NoFix))
	if s := b.pulse(15 * time.Second); !s.Publishing() || !strings.Contains(s.Detail, "holdover") {
		t.Errorf("the pulse reports %v, want holdover", s)
	}
}

// Silence is not an objection: pulses are published until no burst has agreed for 3.5 s. The
// reason is then the silence. Without the guard, they are published forever.
func TestPinSilenceStopsThePulse(t *testing.T) {
	b := newBench(t, Config{Pulse: &PulseConfig{}})
	b.play(0, 10, tick{delay: 600 * time.Millisecond})
	expect(t, "before the silence is noticed", b.pulses(10, 13, tick{noBurst: true}), "PPP")
	b.silence(9700*time.Millisecond, 13*time.Second)
	expect(t, "after it", b.pulses(13, 16, tick{noBurst: true}), "Pnn")
}

// A lost sentence is not an objection to the pulse. Without the guard, each lost RMC costs a
// pulse. Any other reason stops the pulse at once: if the guard covered all reasons, the
// pulse of a receiver that contradicts its own time would be published for some seconds.
func TestPinReasonsAgainstThePulse(t *testing.T) {
	for _, c := range []struct {
		why  nmea.Reason
		stop bool
	}{
		{nmea.NoFixStatus, false},
		{nmea.NoTime, false},
		{nmea.NoDate, false},
		{nmea.GPSTime, true},
		{nmea.NoFix, true},
		{nmea.Estimated, true},
		{nmea.LeapUnknown, true},
		{nmea.TwoDates, true},
		{nmea.DefaultDate, true},
		{nmea.FarDate, true},
	} {
		b := locked(t, Config{})
		got := b.pulses(10, 13, without(c.why))
		if !c.stop {
			expect(t, c.why.String(), got, "PPP")
			continue
		}
		expect(t, c.why.String(), got, "P"+strings.Repeat(c.why.String()[:1], 2))
		if s := b.pulse(13 * time.Second); s.Reason != c.why.String() {
			t.Errorf("the pulse reports %q, want %q", s.Reason, c.why)
		}
	}
}

// After a long time without a fix, a time of day without a date is ambiguous, and is not an
// objection. Without the guard, the first lost RMC ends the holdover.
func TestPinADateLostInHoldover(t *testing.T) {
	b := locked(t, Config{Holdover: 30 * time.Second})
	expect(t, "no fix", b.pulses(10, 24, without(nmea.NoFix)), strings.Repeat("P", 14))
	expect(t, "a fix and no date", b.pulses(24, 28, without(nmea.NoDate)), "PPPP")
}

// A time of day without a date does not begin a hypothesis. Without the guard, a receiver
// that lost its date and is an hour off is published as soon as its last date is forgotten.
func TestPinDatelessEpochsBeginNothing(t *testing.T) {
	lost := tick{noPulse: true, off: -time.Hour, burst: burst{why: nmea.NoDate}}
	b := settled(t, Config{})
	if got := b.sentences(10, 30, lost); strings.Contains(got, "P") {
		t.Errorf("an hour back without a date: %s, want nothing published", got)
	}
}

// Epochs before a silence do not count towards a new time: the receiver may have lost its
// power. Without the guard, two epochs before and two after are enough.
func TestPinARivalAfterSilence(t *testing.T) {
	sentences := tick{noPulse: true}
	for name, pause := range map[string]func(b *bench){
		"silence":   func(b *bench) { b.silence(2*time.Second, 7*time.Second) },
		"reopening": func(b *bench) { b.reopen(9600) },
	} {
		b := newBench(t, Config{})
		expect(t, "before the "+name, b.sentences(0, 2, sentences), "ss")
		pause(b)
		expect(t, "after the "+name, b.sentences(7, 12, sentences), "sssPP")

		// They do not count against a time after it either: without the guard, another time
		// must be continuous for ten seconds.
		b = newBench(t, Config{})
		expect(t, "before the "+name, b.sentences(0, 2, tick{noPulse: true, off: -time.Hour}), "ss")
		pause(b)
		expect(t, "another time after the "+name, b.sentences(7, 12, sentences), "sssPP")
	}
}

// The edge that begins the second may change with the length of the pulse: from 100 ms to
// 900 ms and back. The count of the old edges does not apply to the new ones: without the
// guard, the edges after the second change are a second off.
func TestPinTheOtherEdge(t *testing.T) {
	b := locked(t, Config{})
	long := tick{high: 900 * time.Millisecond}
	// Three long pulses decide. Then the other edge must agree for eight seconds.
	for _, part := range []struct {
		name     string
		from, to int
		tick
	}{{"900 ms", 10, 24, long}, {"100 ms again", 24, 38, tick{}}} {
		got := b.pulses(part.from, part.to, part.tick)
		if strings.Count(got, "s") < 7 || !strings.HasSuffix(got, "sPP") && !strings.HasSuffix(got, "sPPP") && !strings.HasSuffix(got, "sPPPP") {
			t.Errorf("pulses of %s: %s, want it to settle on the other edge for seven seconds or more", part.name, got)
		}
	}
}

// After the port or the line was reopened, eight seconds must agree again before a pulse
// locks. Without the guard, those of the previous receiver or line count, and one burst of
// another receiver is enough.
func TestPinRunsAfterDoubt(t *testing.T) {
	b := newBench(t, Config{Pulse: &PulseConfig{}})
	b.play(0, 6, tick{})
	b.reopen(9600)
	expect(t, "the port reopened", b.pulses(6, 16, tick{}), "ssssssssPP")
}

// A reopened port may have another receiver, so a burst must confirm the count. Without the
// guard, the count of the previous receiver is used for the pulses of this one.
func TestPinReopenedSuspends(t *testing.T) {
	b := locked(t, Config{})
	b.reopen(9600)
	expect(t, "the port reopened", b.pulses(10, 13, tick{}), "lPP")
	b.refit()
	expect(t, "the line reopened", b.pulses(13, 16, tick{}), "sPP")
}

// An epoch that is completed late and names another second does not label the last edge.
// Without the guard, the newest edge gets the second of the edge that was compared last: the
// next pulse is published seconds off.
func TestPinTheEdgeThatWasCompared(t *testing.T) {
	b := locked(t, Config{})
	b.play(10, 14, tick{noBurst: true})
	// It waited for the next one, as an epoch without a date does.
	r := b.epoch(burst{start: 10150 * time.Millisecond, read: 14200 * time.Millisecond, says: 11 * time.Second})
	expect(t, "the late epoch", string(r.letter()), "t")
	expect(t, "a pulse after an epoch that contradicts", b.pulses(14, 15, tick{noBurst: true}), "t")
	expect(t, "the epochs after it", b.pulses(15, 18, tick{})[1:], "PP")
}

// No burst locks to an edge while the line is a square wave: either edge may begin the
// second. Without the guard, the delay of the sentences is learnt from an edge that may
// be half a second off.
func TestPinNoLockToASquare(t *testing.T) {
	b := newBench(t, Config{Pulse: &PulseConfig{}})
	late := tick{delay: 650 * time.Millisecond}
	b.play(0, 5, late)
	late.high = 500 * time.Millisecond
	// The eighth second is the one in which the line turns out to be square.
	if got := b.sentences(5, 11, late); strings.Contains(got, "P") {
		t.Errorf("sentences beside a square wave: %s, want them to wait", got)
	}
}

// Another receiver has another delay. Without the guard, its sentences are published with
// the learnt delay of the previous one.
func TestPinAnotherReceiversDelay(t *testing.T) {
	b := locked(t, Config{})
	if r := b.epoch(burst{start: 10150 * time.Millisecond, says: 10 * time.Second}); !r.ok || r.Offset() != 0 {
		t.Errorf("with the pulse: published %v, offset %v, want 0", r.ok, time.Duration(r.Offset()))
	}
	for _, c := range []struct {
		name  string
		baud  int
		first string
		want  time.Duration
	}{
		{"the same receiver", 0, "GPRMC", 0},
		{"another baud rate", 9600, "GPRMC", -150 * time.Millisecond},
		{"another first sentence", 0, "GPZDA", -150 * time.Millisecond},
	} {
		b := locked(t, Config{})
		b.reopen(c.baud)
		b.play(20, 30, tick{noPulse: true, burst: burst{first: c.first}})
		r := b.epoch(burst{start: 30150 * time.Millisecond, says: 30 * time.Second, first: c.first})
		if !r.ok || time.Duration(r.Offset()) != c.want {
			t.Errorf("%s: published %v, offset %v, want %v", c.name, r.ok, time.Duration(r.Offset()), c.want)
		}
	}
}

// A warm receiver that falls silent, or whose port is reopened, may have lost its power. If
// it then starts without a date, it is a cold start. Without the guard, it is published with
// the leap seconds of its firmware: a wrong second.
func TestPinAColdStartAfterSilence(t *testing.T) {
	for name, pause := range map[string]func(b *bench){
		"silence":   func(b *bench) { b.silence(10*time.Second, 20*time.Second) },
		"reopening": func(b *bench) { b.reopen(9600) },
	} {
		b := settled(t, Config{ColdStart: time.Minute})
		pause(b)
		b.play(20, 24, tick{noPulse: true, burst: burst{why: nmea.DefaultDate, cold: true}})
		got := b.sentences(24, 100, tick{noPulse: true})
		if first := strings.IndexByte(got, 'P'); first < 60 {
			t.Errorf("after %s: published %d s after the cold start, want a minute: %s", name, first, got)
		}
	}
}

// A configured delay shows which edge a burst belongs to. Without the guard, a receiver that
// is 1.05 s late is published a second late.
func TestPinTheSetDelayOfAPulse(t *testing.T) {
	b := newBench(t, Config{Pulse: &PulseConfig{}, Delay: 1050 * time.Millisecond, Calibrated: true})
	got := b.pulses(0, 12, tick{delay: 50 * time.Millisecond, off: -time.Second})
	expect(t, "bursts 1.05 s behind their pulse", got, "ssssssssPPPP")
}

// A restart flag applies to one call. Without the guard, the jitter restarts with each epoch
// that is withheld after a step of the system clock.
func TestPinTheRestartFlagIsOfOneCall(t *testing.T) {
	b := settled(t, Config{})
	b.ahead = time.Second
	if r := b.epoch(burst{start: 10150 * time.Millisecond, says: 10 * time.Second}); !r.restart {
		t.Error("a step of the system clock: no restart")
	}
	for _, u := range []burst{
		{start: 11150 * time.Millisecond, says: 11 * time.Second, why: nmea.NoFix},
		{start: 12150 * time.Millisecond, says: 12 * time.Second, why: nmea.NoFix},
	} {
		if r := b.epoch(u); r.restart {
			t.Errorf("%v after the step: a restart", u.start)
		}
	}
}

// offset plays one more second without a pulse and returns its sample's offset: 0 if the
// delay is subtracted.
func (b *bench) offset(second int, u burst) time.Duration {
	b.t.Helper()
	u.says = time.Duration(second) * time.Second
	u.start = u.says + 150*time.Millisecond
	r := b.epoch(u)
	if !r.ok {
		b.t.Errorf("second %d is not published: %v", second, r.state)
	}
	return time.Duration(r.Offset())
}

// The same receiver keeps its learnt delay after its port was reopened, even in the middle
// of a burst. Without the guard, the receiver is treated as another one and the samples are
// late by the whole delay.
func TestPinTheDelayAfterAPartOfABurst(t *testing.T) {
	b := locked(t, Config{})
	b.reopen(0)
	b.play(20, 21, tick{noPulse: true, burst: burst{alone: true}})
	b.play(21, 30, tick{noPulse: true})
	if got := b.offset(30, burst{}); got != 0 {
		t.Errorf("offset %v, want 0", got)
	}
}

// A delay learnt from the pulse is newer than that of a Memory. Without the guard, the
// samples jump back to an old delay when the port is reopened.
func TestPinTheMemoryIsOlder(t *testing.T) {
	memory := shelf{}
	c := Config{Memory: memory}
	b := locked(t, c)
	b.play(10, 100, tick{})
	name, learnt, ok := b.learnt()
	if !ok {
		t.Fatal("nothing is learnt in 100 s")
	}
	learnt.Delay = 300 * time.Millisecond
	memory[name] = learnt
	b.reopen(0)
	b.play(100, 110, tick{noPulse: true})
	if got := b.offset(110, burst{}); got != 0 {
		t.Errorf("offset %v, want 0", got)
	}
}

// A configured delay applies to any receiver. Without the guard, another receiver is
// published without it.
func TestPinASetDelayIsOfAnyReceiver(t *testing.T) {
	b := settled(t, Config{Delay: 150 * time.Millisecond, Calibrated: true})
	for i, first := range []string{"GPRMC", "GPZDA"} {
		b.reopen(9600)
		from := 10 + 20*i
		b.play(from, from+10, tick{noPulse: true, burst: burst{first: first}})
		if got := b.offset(from+10, burst{first: first}); got != 0 {
			t.Errorf("a receiver that begins with %s: offset %v, want 0", first, got)
		}
	}
}

// The learnt delay of one receiver is not stored as another's. After the port was reopened,
// no delay is stored until the receiver is known. Without the guards, the next start
// subtracts a wrong delay.
func TestPinDelaysAreStoredForTheirReceiver(t *testing.T) {
	b := locked(t, Config{})
	b.play(10, 80, tick{})
	name, learnt, ok := b.learnt()
	if !ok || learnt.Delay != 150*time.Millisecond {
		t.Fatalf("learnt %v, %v after 80 s", learnt, ok)
	}
	b.reopen(9600)
	if _, _, ok := b.learnt(); ok {
		t.Error("learnt of an unknown receiver")
	}
	b.play(80, 90, tick{delay: 400 * time.Millisecond, burst: burst{first: "GPZDA"}})
	if other, learnt, ok := b.learnt(); ok {
		t.Errorf("%v is learnt of %q, after ten seconds; the receiver before was %q", learnt, other, name)
	}
}

// Bursts without a silence between them are held up at first. If that lasts, the reason
// names the cause, with a hint. Without the guard, the reason stays "held up".
func TestPinBurstsThatNeverEnd(t *testing.T) {
	b := settled(t, Config{})
	expect(t, "torn bursts", b.sentences(10, 14, tick{noPulse: true, burst: burst{torn: true}}), "hhnn")
	expect(t, "whole ones again", b.sentences(14, 16, tick{noPulse: true}), "PP")
}

// A burst in progress when the port was opened, without a fix, is not one of the eight
// seconds that must agree. Without the guard, it counts as the first.
func TestPinAPartialBurstWithoutAFix(t *testing.T) {
	for _, c := range []struct {
		name  string
		first burst
		want  string
	}{
		{"valid", burst{torn: true}, "ssssssssPP"},
		{"no fix", burst{torn: true, why: nmea.NoFix}, "sssssssssP"},
	} {
		b := newBench(t, Config{Pulse: &PulseConfig{}})
		got := b.pulses(0, 1, tick{burst: c.first}) + b.pulses(1, 10, tick{})
		expect(t, "opened in mid-burst, "+c.name, got, c.want)
	}
}

// If every other burst mixes two seconds, the good ones between may all be late: they must
// outnumber the others. Without the guard, they are published a second late.
func TestPinHalfOfTheBurstsMixSeconds(t *testing.T) {
	b := newBench(t, Config{})
	for i := 0; i < 30; i++ {
		second := time.Duration(i) * time.Second
		if i%2 == 0 {
			b.epoch(burst{start: second + 100*time.Millisecond, read: second + 150*time.Millisecond, says: second + time.Second, why: nmea.NoDate})
			b.epoch(burst{start: second + 260*time.Millisecond, read: second + 400*time.Millisecond, says: second})
			continue
		}
		if r := b.epoch(burst{start: second + 260*time.Millisecond, read: second + 400*time.Millisecond, says: second}); r.ok {
			t.Fatalf("second %d is published", i)
		}
	}
}

// newYear is a midnight before which a second may be inserted.
var newYear = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

// leapBy returns a table with this change at the new year.
func leapBy(change int) func(int64) (int, bool) {
	return func(boundary int64) (int, bool) {
		if boundary == newYear.Unix() {
			return change, true
		}
		return 0, true
	}
}

// Each sample of both units warns of a leap second on the day before it, and on no other
// day. Without the guard, the consumer gets no warning, and is a second off afterwards.
func TestPinLeapWarnings(t *testing.T) {
	for _, c := range []struct {
		name  string
		leaps func(int64) (int, bool)
		begin time.Time
		want  shm.Leap
	}{
		{"inserted tomorrow", leapBy(1), newYear.Add(-time.Hour), shm.LeapAdd},
		{"left out tomorrow", leapBy(-1), newYear.Add(-time.Hour), shm.LeapDelete},
		{"none", leapBy(0), newYear.Add(-time.Hour), shm.LeapNone},
		{"unknown", func(int64) (int, bool) { return 1, false }, newYear.Add(-time.Hour), shm.LeapNone},
		{"unknown, fewer", func(int64) (int, bool) { return -1, false }, newYear.Add(-time.Hour), shm.LeapNone},
		{"no table", nil, newYear.Add(-time.Hour), shm.LeapNone},
		{"inserted in two days", leapBy(1), newYear.Add(-25 * time.Hour), shm.LeapNone},
		{"inserted an hour ago", leapBy(1), newYear.Add(time.Hour), shm.LeapNone},
	} {
		b := newBench(t, Config{Leaps: c.leaps, Pulse: &PulseConfig{}})
		b.noon = c.begin
		b.play(0, 12, tick{})
		edge := b.edge(12*time.Second, true)
		epoch := b.epoch(burst{start: 12150 * time.Millisecond, says: 12 * time.Second})
		if !edge.ok || edge.Leap != c.want {
			t.Errorf("%s: the pulse is published %v and warns of %v, want %v", c.name, edge.ok, edge.Leap, c.want)
		}
		if !epoch.ok || epoch.Leap != c.want {
			t.Errorf("%s: the sentences are published %v and warn of %v, want %v", c.name, epoch.ok, epoch.Leap, c.want)
		}
	}
}

// A burst that names second 60 is not published, not even if the count expects second 59:
// the system's time has no such number.
func TestPinSecond60IsNotPublished(t *testing.T) {
	b := newBench(t, Config{})
	b.noon = newYear.Add(-10 * time.Second)
	b.play(0, 9, tick{noPulse: true})
	expect(t, "second 60 in the place of 59", b.sentences(9, 10, tick{noPulse: true, burst: burst{sixty: true}}), "l")
}

// A receiver whose first burst is some seconds before a leap second settles through it.
// Without the guard, settling restarts after it, and the time before counts as contradicted:
// ten seconds are lost.
func TestPinSettlingThroughALeapSecond(t *testing.T) {
	b := newBench(t, Config{Leaps: leapBy(1)})
	b.noon = newYear.Add(-2 * time.Second)
	got := b.sentences(0, 2, tick{noPulse: true})
	b.utc = -time.Second
	got += b.sentences(2, 8, tick{noPulse: true})
	expect(t, "58, 59, 59, 00, ...", got, "ssssPPPP")
}

// An epoch that names an earlier second than the previous one, in the same second, shows
// that the bursts mix seconds. It stops the pulse until one agrees. Without the guard, the
// pulse is published while the sentences contradict each other.
func TestPinMixedSecondsStopThePulse(t *testing.T) {
	b := locked(t, Config{})
	b.play(10, 11, tick{})
	r := b.epoch(burst{start: 10400 * time.Millisecond, read: 10500 * time.Millisecond, says: 9 * time.Second})
	expect(t, "the epoch that goes back", string(r.letter()), "t")
	expect(t, "the pulses after it", b.pulses(11, 13, tick{}), "tP")
}

// A burst that began before a step of the system clock is withheld, even if the previous
// epoch was completed late and has shown the step already. Without the guard, its sample is
// off by the step.
func TestPinABurstThatStraddlesAStep(t *testing.T) {
	b := settled(t, Config{})
	b.ahead = 300 * time.Millisecond
	r := b.epoch(burst{start: 10150 * time.Millisecond, read: 11152 * time.Millisecond, says: 10 * time.Second, why: nmea.NoDate, step: b.ahead})
	expect(t, "the epoch before the step", string(r.letter()), "c")
	r = b.epoch(burst{start: 11150 * time.Millisecond, says: 11 * time.Second, step: b.ahead})
	expect(t, "the epoch of the step", string(r.letter()), "c")
	expect(t, "the epochs after it", b.sentences(12, 14, tick{noPulse: true}), "PP")
}

// A receiver that is never at a whole second yields one sample a second. It may report twice
// a second, or a millisecond early or late. Without the guards, it yields two a second, or
// one every other second.
func TestPinOneSampleASecondOfFractions(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name  string
		says  []time.Duration // in two seconds
		least int             // samples in ten seconds
	}{
		{"twice a second", []time.Duration{250 * ms, 750 * ms, 1250 * ms, 1750 * ms}, 10},
		{"a millisecond late, then early", []time.Duration{1 * ms, 999 * ms}, 10},
	} {
		b := newBench(t, Config{})
		samples := 0
		for i := range 8 {
			for _, says := range c.says {
				says += time.Duration(i) * 2 * time.Second
				if r := b.epoch(burst{start: says + 50*ms, read: says + 150*ms, says: says}); r.ok && i >= 3 {
					samples++
				}
			}
		}
		if samples != c.least {
			t.Errorf("%s: %d samples in ten seconds, want %d", c.name, samples, c.least)
		}
	}
}

// A receiver that changes from whole seconds to another phase is still published. Without
// the guard, none of its seconds is ever due again.
func TestPinAReceiverThatLeavesTheWholeSecond(t *testing.T) {
	b := settled(t, Config{})
	half := tick{noPulse: true, delay: 650 * time.Millisecond, off: 500 * time.Millisecond}
	if got := b.sentences(10, 16, half); !strings.HasSuffix(got, "PPP") {
		t.Errorf("half a second later: %s, want it to be published", got)
	}
}

// The tolerance for late bursts follows from their scatter, within bounds. Without the
// bounds, a steady receiver's burst that is 40 ms late is withheld, and an unsteady
// receiver's burst is published 300 ms late.
func TestPinHowLateABurstMayBe(t *testing.T) {
	const ms = time.Millisecond
	b := settled(t, Config{})
	expect(t, "40 ms late, of a steady receiver", b.sentences(10, 11, tick{noPulse: true, delay: 190 * ms}), "P")

	b = settled(t, Config{})
	for i := 10; i < 80; i++ {
		more := min(200*ms, time.Duration(i-10)*4*ms)
		b.play(i, i+1, tick{noPulse: true, delay: 150*ms + time.Duration(i%2)*more})
	}
	expect(t, "300 ms late, of an unsteady receiver", b.sentences(80, 81, tick{noPulse: true, delay: 560 * ms}), "h")
}

// Late bursts that are far apart are each withheld. Without the guard, the third of them
// is treated as the receiver's new delay.
func TestPinLateBurstsFarApart(t *testing.T) {
	b := settled(t, Config{})
	for i := 10; i < 30; i += 5 {
		got := b.sentences(i, i+1, tick{noPulse: true, delay: 450 * time.Millisecond}) + b.sentences(i+1, i+5, tick{noPulse: true})
		expect(t, "a burst 300 ms late", got, "hPPPP")
	}
}

// A time of day without a date takes the nearer day, for a burst a little early at midnight,
// and for a burst a little late. Without the guards, it is a day off and lost.
func TestPinWithoutADateAroundMidnight(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name  string
		says  time.Duration // of each second
		delay time.Duration // of the first burst after midnight, or the last before
	}{
		{"30 ms early", 0, 120 * ms},
		{"30 ms late", -20 * ms, 160 * ms},
	} {
		b := newBench(t, Config{})
		b.noon = newYear.AddDate(0, 0, -10).Add(-10 * time.Second)
		b.play(0, 10, tick{noPulse: true, off: c.says, delay: 150*ms + c.says})
		lost := tick{noPulse: true, off: c.says, delay: c.delay, burst: burst{why: nmea.NoDate}}
		expect(t, c.name, b.sentences(10, 11, lost), "P")
	}
}

// Epochs before and after ten seconds without a fix do not settle a time together. Without
// the guard, two before and two after are enough.
func TestPinSettlingEndsWithoutAFix(t *testing.T) {
	b := newBench(t, Config{})
	sentences := tick{noPulse: true}
	expect(t, "before", b.sentences(0, 2, sentences), "ss")
	b.play(2, 14, tick{noPulse: true, burst: burst{why: nmea.NoFix}})
	expect(t, "after", b.sentences(14, 19, sentences), "sssPP")
}

// Each burst is later than the one before by less than what is withheld. Without the
// guard, the driver follows, until the samples are of a wrong second.
func TestPinBurstsEachLater(t *testing.T) {
	for _, by := range []time.Duration{100, 140, 200, 300, 400} {
		b := settled(t, Config{})
		b.late = 600 * time.Millisecond // of which 150 ms are the delay
		for i := 1; i < 12; i++ {
			b.play(10+i, 11+i, tick{noPulse: true, delay: 150*time.Millisecond + time.Duration(i)*by*time.Millisecond})
		}
	}
}

// After half a minute without a pulse, its edges are counted by the steady clock once they
// have a rhythm and a burst agrees. Without the guard, no burst is needed.
func TestPinALongTimeWithoutAPulse(t *testing.T) {
	b := locked(t, Config{})
	b.play(10, 45, tick{noPulse: true})
	got := b.pulses(45, 57, tick{})
	expect(t, "after 35 s without a pulse", got, "ssssPPPPPPPP")
}

// A burst that is read late is not published, although it confirms the pulse. Without the
// guard, its sample is 300 ms off.
func TestPinALateBurstBesideAPulse(t *testing.T) {
	b := locked(t, Config{})
	pulses, sentences := b.play(10, 11, tick{delay: 450 * time.Millisecond})
	expect(t, "sentences read 300 ms late", sentences, "h")
	expect(t, "the pulse beside them", pulses, "P")
}

// A lost sentence does not cancel an objection of the receiver to its time. Without the
// guard, the pulse is published in between.
func TestPinALostSentenceTakesNothingBack(t *testing.T) {
	b := locked(t, Config{})
	b.play(10, 11, without(nmea.NoFix))
	expect(t, "no fix, then a lost sentence", b.pulses(11, 13, without(nmea.NoFixStatus)), "nn")
}

// A pulse is not published for longer than 3.5 s without a burst that agrees. Without the
// guard, the pulses of a receiver whose sentences have no fix status are published forever.
func TestPinLostSentencesStopThePulseAtLast(t *testing.T) {
	for _, why := range []nmea.Reason{nmea.NoFixStatus, nmea.NoTime} {
		b := locked(t, Config{})
		expect(t, why.String(), b.pulses(10, 20, without(why)), "PPPnnnnnnn")
		if s := b.pulse(20 * time.Second); s.Reason != why.String() {
			t.Errorf("the pulse reports %q, want %q", s.Reason, why)
		}
	}
}

// A pulse that is not locked yet reports the receiver's reason. Without the guard, it
// reports settling for as long as there is no fix.
func TestPinAPulseWithoutAFixReportsIt(t *testing.T) {
	for _, why := range []nmea.Reason{nmea.NoFix, nmea.NoFixStatus} {
		b := newBench(t, Config{Pulse: &PulseConfig{}})
		b.play(0, 3, tick{})
		expect(t, why.String()+" while it settles", b.pulses(3, 6, without(why)), "snn")
	}
}

// Missing pulses are reported, even if there were pulses before. Without the guard, the last
// state remains forever.
func TestPinMissingPulsesAreReported(t *testing.T) {
	b := locked(t, Config{})
	b.play(10, 16, tick{noPulse: true})
	if s := b.pulse(16 * time.Second); s.Reason != "no pulse" {
		t.Errorf("6 s after the last pulse: %v", s)
	}
}

// Pulses that have moved are not held over: their state is not publishing.
func TestPinMovedPulsesAreNotHeldOver(t *testing.T) {
	b := locked(t, Config{Holdover: 30 * time.Second})
	b.play(10, 15, without(nmea.NoFix))
	moved := without(nmea.NoFix)
	moved.late = 300 * time.Millisecond
	got := b.pulses(15, 19, moved)
	if !strings.HasSuffix(got, "ss") {
		t.Errorf("pulses that moved by 300 ms: %s, want them to settle", got)
	}
}

// Sentences wait for a pulse that is about to lock, even if it appears late. Without the
// guard, they are published without a delay and jump when it is known.
func TestPinSentencesWaitForALatePulse(t *testing.T) {
	b := newBench(t, Config{Pulse: &PulseConfig{}})
	got := b.sentences(0, 16, tick{noPulse: true})
	expect(t, "without a pulse", got, "ssssssssssssPPPP")
	expect(t, "with one", b.sentences(16, 25, tick{}), "sssssssPP")
	if off := b.offset(25, burst{}); off != 0 {
		t.Errorf("offset %v, want 0", off)
	}
}

// A receiver that changes to another second permanently is published with the first pulse
// after ten bursts that confirm it. Without the guard, one more pulse is lost.
func TestPinAnotherSecondForGood(t *testing.T) {
	b := locked(t, Config{})
	b.utc = time.Second
	b.late = 1500 * time.Millisecond // the first pulse precedes its burst
	b.play(10, 11, tick{})
	b.late = wrong
	expect(t, "a second ahead", b.pulses(11, 22, tick{}), "tttttttttPP")
}

// A burst in progress when the port was opened counts for a pulse that begins with the
// falling edge, too. Without the guard, it locks a second later.
func TestPinAPartialBurstOfAnInvertedPulse(t *testing.T) {
	inverted := tick{late: 100 * time.Millisecond, high: 900 * time.Millisecond}
	b := newBench(t, Config{Pulse: &PulseConfig{Polarity: pps.Falling}})
	b.edge(0, false)
	partial := inverted
	partial.torn = true
	got := b.pulses(0, 1, partial) + b.pulses(1, 10, inverted)
	expect(t, "opened in mid-burst", got, "sssssssPPP")
}

// A delay near 0 or a second, including its scatter, does not show which edge a burst
// belongs to. Nor does a delay that is far from the configured one. Without the guards, the
// pulse of a receiver that is 0.99 s early or late is published a second off.
func TestPinAmbiguousDelays(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name    string
		set     time.Duration
		delay   time.Duration
		scatter time.Duration // of two bursts in three, either way
		want    string
	}{
		{"10 ms", 0, 10 * ms, 0, "aa"},
		{"60 ms, with a scatter of 50 ms", 0, 60 * ms, 50 * ms, "aa"},
		{"30 ms", 0, 30 * ms, 0, "PP"},
		{"860 ms, with a scatter of 50 ms", 0, 860 * ms, 50 * ms, "aa"},
		{"890 ms", 0, 890 * ms, 0, "PP"},
		{"set to 100 ms, and 550 ms", 100 * ms, 550 * ms, 0, "aa"},
		{"set to 300 ms, and 550 ms", 300 * ms, 550 * ms, 0, "PP"},
	} {
		b := newBench(t, Config{Pulse: &PulseConfig{}, Delay: c.set, Calibrated: c.set > 0})
		got := ""
		for i := range 14 {
			got += b.pulses(i, i+1, tick{delay: c.delay + time.Duration(i%3-1)*c.scatter})
		}
		if !strings.HasSuffix(got, c.want) {
			t.Errorf("a delay of %s: %s, want %s at the end", c.name, got, c.want)
		}
	}
}

// The second burst of a second is judged if the receiver contradicts its time in it. Without
// the guard, the pulse is published for another second.
func TestPinASecondBurstWithoutAFix(t *testing.T) {
	b := locked(t, Config{})
	b.play(10, 11, tick{})
	b.epoch(burst{start: 10500 * time.Millisecond, read: 10600 * time.Millisecond, says: 10 * time.Second, why: nmea.NoFix})
	expect(t, "no fix in mid-second", b.pulses(11, 12, tick{}), "n")
}

// The time does not go back at midnight. Without the guard, a receiver that reports several
// times a second loses its first sample of the day.
func TestPinTimeDoesNotGoBackAtMidnight(t *testing.T) {
	b := newBench(t, Config{})
	b.noon = newYear.AddDate(0, 0, -10).Add(-6 * time.Second)
	for i := range 40 {
		says := time.Duration(i) * 200 * time.Millisecond
		r := b.epoch(burst{start: says + 50*time.Millisecond, read: says + 150*time.Millisecond, says: says})
		if whole := i%5 == 0; whole && i >= 25 && !r.ok {
			t.Errorf("second %d, with midnight at 6: %v", i/5, r.state)
		}
	}
}

// Cold starts and other starts. Without the guards, a wrong second is published, or a good
// receiver is withheld for a quarter of an hour.
func TestPinColdStarts(t *testing.T) {
	dateless := burst{why: nmea.DefaultDate, cold: true}
	torn, valid := dateless, burst{}
	torn.torn = true
	unsaid := burst{why: nmea.NoFixStatus}
	for _, c := range []struct {
		name   string
		bursts []burst
		held   bool
	}{
		{"without a date", []burst{dateless}, true},
		{"opened in mid-burst", []burst{torn}, false},
		{"opened in mid-burst, then without a date", []burst{torn, dateless}, true},
		{"a lost sentence, then without a date", []burst{unsaid, dateless}, true},
		{"a time of its own, then without a date", []burst{valid, dateless}, false},
	} {
		b := newBench(t, Config{ColdStart: time.Minute})
		for i, u := range c.bursts {
			b.play(i, i+1, tick{noPulse: true, burst: u})
		}
		got := b.sentences(5, 15, tick{noPulse: true})
		if held := !strings.HasSuffix(got, "P"); held != c.held {
			t.Errorf("%s: %s, want it withheld: %v", c.name, got, c.held)
		}
	}
}

// A receiver that was accepted after a cold start may lose its date for a while. If it then
// falls silent and has another cold start, it is withheld again. Without the guards, the
// first is withheld, and the second is published too early.
func TestPinTheSecondColdStart(t *testing.T) {
	cold := tick{noPulse: true, burst: burst{why: nmea.DefaultDate, cold: true}}
	valid := tick{noPulse: true}
	b := newBench(t, Config{ColdStart: time.Minute})
	b.play(0, 5, cold)
	if got := b.sentences(5, 80, valid); !strings.HasSuffix(got, "P") || strings.IndexByte(got, 'P') < 60 {
		t.Fatalf("the first cold start: %s", got)
	}
	b.play(80, 83, cold)
	expect(t, "a date lost for three seconds", b.sentences(83, 85, valid), "PP")
	b.silence(85*time.Second, 100*time.Second)
	b.play(100, 105, cold)
	if got := b.sentences(105, 150, valid); strings.Contains(got, "P") {
		t.Errorf("the second cold start: %s, want nothing published for a minute", got)
	}
}

// A stub is a witness with a constant answer.
type stub struct {
	driver.Estimate
	silent bool
}

func (stub) String() string                     { return "the witness" }
func (s stub) Current() (driver.Estimate, bool) { return s.Estimate, !s.silent }

// A witness contradicts if it knows another second, and agrees if it is sure of this one.
// Without the guards, a wrong second is published, or a right one withheld.
func TestPinWitnesses(t *testing.T) {
	const ms = time.Millisecond
	says := func(offset, within time.Duration) stub {
		return stub{Estimate: driver.Estimate{Offset: offset, Within: within}}
	}
	silent := says(time.Hour, 50*ms)
	silent.silent = true
	for _, c := range []struct {
		name      string
		delay     time.Duration
		set       bool
		witnesses []stub
		cold      bool // it must have agreed for a sample to be published
		want      byte
	}{
		{"agrees", 150 * ms, false, []stub{says(0, 50*ms)}, false, 'P'},
		{"a second ahead", 150 * ms, false, []stub{says(time.Second, 50*ms)}, false, 'd'},
		{"a second behind", 150 * ms, false, []stub{says(-time.Second, 50*ms)}, false, 'd'},
		{"a second ahead, and not sure", 150 * ms, false, []stub{says(time.Second, 400*ms)}, false, 'P'},
		{"silent", 150 * ms, false, []stub{silent}, false, 'P'},
		{"800 ms late, as configured", 800 * ms, true, []stub{says(0, 50*ms)}, false, 'P'},
		{"800 ms late, not configured", 800 * ms, false, []stub{says(0, 50*ms)}, false, 'P'},
		{"400 ms early, with a configured delay", 150 * ms, true, []stub{says(-400*ms, 50*ms)}, false, 'P'},
		{"cold, agrees", 150 * ms, false, []stub{says(0, 50*ms)}, true, 'P'},
		{"cold, silent", 150 * ms, false, []stub{silent}, true, 'c'},
		{"cold, not sure whether it is early", 150 * ms, false, []stub{says(0, 200*ms)}, true, 'c'},
		{"cold, not sure whether it is late", 700 * ms, false, []stub{says(0, 250*ms)}, true, 'c'},
		{"cold, one agrees and the next is not sure", 150 * ms, false, []stub{says(0, 50*ms), says(0, 400*ms)}, true, 'P'},
	} {
		config := Config{ColdStart: time.Minute}
		if c.set {
			config.Delay, config.Calibrated = c.delay, true
		}
		for _, w := range c.witnesses {
			config.Witnesses = append(config.Witnesses, w)
		}
		b := newBench(t, config)
		b.late = time.Second // the delay included
		if c.cold {
			b.play(0, 3, tick{noPulse: true, burst: burst{why: nmea.DefaultDate, cold: true}})
		}
		got := b.sentences(3, 10, tick{noPulse: true, delay: c.delay})
		if last := got[len(got)-1]; last != c.want {
			t.Errorf("%s: %s, want %c at the end", c.name, got, c.want)
		}
	}
}

// At the end of June or December, a pulse is published again once the receiver has named two
// seconds after it. A leap second that the table does not know counts as possible. Without
// the guards, an inserted second is published under the next one's number.
func TestPinThePulseAtThePossibleLeapSecond(t *testing.T) {
	for _, c := range []struct {
		name    string
		leaps   func(int64) (int, bool)
		inserts bool
		want    string
	}{
		{"unknown, none", func(int64) (int, bool) { return 0, false }, false, "PllPP"},
		{"no table, none", nil, false, "PllPP"},
		{"known to be none", leapBy(0), false, "PPPPP"},
		{"known, inserted", leapBy(1), true, "PlllP"},
		{"unknown, inserted", nil, true, "PlllP"},
	} {
		b := newBench(t, Config{Leaps: c.leaps, Pulse: &PulseConfig{}})
		b.noon = newYear.Add(-10 * time.Second)
		b.play(0, 9, tick{})
		got := b.pulses(9, 10, tick{})
		if c.inserts {
			b.utc = -time.Second
		}
		got += b.pulses(10, 14, tick{})
		expect(t, c.name, got, c.want)
	}
}

// A line that is opened for the first time has lost no pulses, and restarts nothing.
func TestPinALineOpenedForTheFirstTime(t *testing.T) {
	b := newBench(t, Config{Pulse: &PulseConfig{}})
	b.refit()
	b.play(0, 3, tick{noBurst: true})
	if s := b.pulse(3 * time.Second); strings.Contains(s.Detail, "lost") {
		t.Errorf("the pulse reports %v before it was ever locked", s)
	}
}

// A receiver is recognised by its first sentence, by those that name a time, in any order,
// and by its baud rate. Without the guards, the same receiver is treated as another, and
// its learnt delay is lost.
func TestPinTheSameReceiver(t *testing.T) {
	torn := burst{torn: true, first: "GPGGA", rest: []string{"GPRMC", "GPZDA"}}
	for _, c := range []struct {
		name   string
		bursts []burst // after the port was reopened
		same   bool
	}{
		{"with GSV, too", []burst{{rest: []string{"GPGGA", "GPGLL", "GPGSV"}}}, true},
		{"in another order", []burst{{rest: []string{"GPGLL", "GPGGA"}}}, true},
		{"opened in mid-burst", []burst{torn, {rest: []string{"GPGGA", "GPGLL"}}}, true},
		{"a first sentence that was damaged later", []burst{{rest: []string{"GPGGA", "GPGLL"}}, {first: "GPGLL"}}, true},
		{"with ZDA, too", []burst{{rest: []string{"GPGGA", "GPGLL", "GPZDA"}}}, false},
		{"with another first sentence", []burst{{first: "GPGLL", rest: []string{"GPRMC", "GPGGA"}}}, false},
	} {
		b := newBench(t, Config{Pulse: &PulseConfig{}})
		b.play(0, 12, tick{burst: burst{rest: []string{"GPGGA", "GPGLL"}}})
		b.reopen(0)
		for i := range 10 {
			u := c.bursts[min(i, len(c.bursts)-1)]
			b.play(20+i, 21+i, tick{noPulse: true, burst: u})
		}
		want := time.Duration(0)
		if !c.same {
			want = -150 * time.Millisecond
		}
		if got := b.offset(30, c.bursts[len(c.bursts)-1]); got != want {
			t.Errorf("%s: offset %v, want %v", c.name, got, want)
		}
	}
}

// A new sentence long after the receiver was recognised does not change its name. Without
// the guard, a sentence that is turned on changes it, and the delay is stored under both.
func TestPinTheNameStays(t *testing.T) {
	b := locked(t, Config{})
	b.play(10, 80, tick{})
	before, _, _ := b.learnt()
	b.play(80, 90, tick{burst: burst{rest: []string{"GPGGA", "GPZDA"}}})
	b.reopen(0)
	b.play(90, 100, tick{})
	if after, _, ok := b.learnt(); !ok || after != before {
		t.Errorf("learnt of %q, then of %q", before, after)
	}
}

// A burst long after the last edge is not one of the eight that must agree: the system clock
// may have been slewed since. Without the guard, the pulse locks after five edges.
func TestPinBurstsLongAfterTheEdge(t *testing.T) {
	b := newBench(t, Config{Pulse: &PulseConfig{}})
	got := b.pulses(0, 5, tick{}) + b.pulses(5, 8, tick{noPulse: true}) + b.pulses(8, 11, tick{})
	expect(t, "five pulses, three missing", got, "sssss---sss")
}

// An epoch that names no time does not go back in time. Without the guard, each of them
// costs a receiver a second while it settles.
func TestPinEpochsWithoutATimeDoNotGoBack(t *testing.T) {
	b := newBench(t, Config{})
	b.noon = noon.Add(-6 * time.Hour)
	got := ""
	for i := range 6 {
		got += b.sentences(i, i+1, tick{noPulse: true})
		b.epoch(burst{start: time.Duration(i)*time.Second + 450*time.Millisecond, why: nmea.NoTime})
	}
	expect(t, "with epochs between that name no time", got, "sssPPP")
}

// A configured delay is not learnt. Without the guard, the pulse overrides the setting.
func TestPinASetDelayBesideAPulse(t *testing.T) {
	b := newBench(t, Config{Pulse: &PulseConfig{}, Delay: 300 * time.Millisecond, Calibrated: true})
	b.play(0, 12, tick{})
	if got := b.offset(12, burst{}); got != 150*time.Millisecond {
		t.Errorf("150 ms late, and set to 300 ms: offset %v, want 150ms", got)
	}
}

// A remembered delay is less certain than a measured one. Once the pulse is locked, the
// delay is measured. Without the guard, the samples have the old uncertainty forever.
func TestPinARememberedDelayBecomesMeasured(t *testing.T) {
	memory := shelf{}
	b := locked(t, Config{Memory: memory})
	b.play(10, 80, tick{})
	name, learnt, _ := b.learnt()
	learnt.Spread = 20 * time.Millisecond
	memory[name] = learnt
	b = newBench(t, Config{Memory: memory, Pulse: &PulseConfig{}})
	for i := range 12 {
		b.play(i, i+1, tick{noBurst: true})
		second := time.Duration(i) * time.Second
		r := b.epoch(burst{start: second + 150*time.Millisecond, says: second})
		want := learnt.Spread
		if i >= 7 { // with the eighth burst
			want = 0
		}
		if r.ok && r.Uncertainty != want {
			t.Errorf("second %d is published with an uncertainty of %v, want %v", i, r.Uncertainty, want)
		}
		if i == 6 && !r.ok {
			t.Errorf("second 6: %v, want it published with the remembered delay", r.state)
		}
	}
}

// Samples before and after the delay became known are not comparable. Without the guard, the
// jump between them counts as jitter.
func TestPinTheRestartWhenTheDelayIsLearnt(t *testing.T) {
	b := newBench(t, Config{Pulse: &PulseConfig{}})
	b.play(0, 15, tick{noPulse: true})
	restarts := ""
	for i := 15; i < 26; i++ {
		b.play(i, i+1, tick{noBurst: true})
		r := b.epoch(burst{start: time.Duration(i)*time.Second + 150*time.Millisecond, says: time.Duration(i) * time.Second})
		if r.restart {
			restarts += string(r.letter())
		}
	}
	expect(t, "the epochs with a restart", restarts, "P")
}

// A step of the system clock restarts the pulse's unit once. Without the guard, its jitter
// contains the step.
func TestPinTheRestartOfThePulse(t *testing.T) {
	b := locked(t, Config{})
	b.edge(10*time.Second, true)
	b.ahead = time.Second
	if r := b.edge(11*time.Second, true); r.ok || !r.restart {
		t.Errorf("the edge after a step: published %v, restart %v", r.ok, r.restart)
	}
	if r := b.edge(12*time.Second, true); !r.ok || r.restart {
		t.Errorf("the next one: published %v, restart %v", r.ok, r.restart)
	}
}

// Bursts without a silence between them are not an objection to the pulse. Without the
// guard, they end the holdover.
func TestPinTornBurstsInHoldover(t *testing.T) {
	b := locked(t, Config{Holdover: 10 * time.Second})
	expect(t, "torn bursts", b.pulses(10, 18, tick{burst: burst{torn: true}}), "PPPPPPPP")
}

// A receiver whose delay is remembered is published, even if its pulse is ambiguous. Without
// the guard, its sentences are withheld with the pulse.
func TestPinARememberedDelayBesideAnAmbiguousPulse(t *testing.T) {
	const near = 10 * time.Millisecond
	memory := shelf{}
	c := Config{Memory: memory, Pulse: &PulseConfig{}}
	b := locked(t, c)
	b.play(10, 80, tick{})
	name, learnt, _ := b.learnt()
	learnt.Delay = near
	memory[name] = learnt
	b = newBench(t, c)
	if got := b.sentences(0, 20, tick{delay: near}); !strings.HasSuffix(got, "PPPPPPPP") {
		t.Errorf("sentences beside an ambiguous pulse: %s, want them published", got)
	}
}

// Sentences beside an ambiguous pulse wait until the user sets the delay, but not beside
// noise. Without the guard, they are withheld for the ambiguity of earlier pulses.
func TestPinSentencesBesideNoise(t *testing.T) {
	const near = 10 * time.Millisecond
	b := newBench(t, Config{Pulse: &PulseConfig{}})
	if got := b.sentences(0, 16, tick{delay: near}); !strings.HasSuffix(got, "aaaa") {
		t.Errorf("beside an ambiguous pulse: %s, want the reason", got)
	}
	got := ""
	for i := 16; i < 26; i++ {
		for k := range 5 { // the pulse is set to 5 Hz
			at := time.Duration(i)*time.Second + time.Duration(k-4)*200*time.Millisecond
			b.edge(at, true)
			b.edge(at+5*time.Millisecond, false)
		}
		got += b.sentences(i, i+1, tick{noPulse: true, delay: near})
	}
	if !strings.HasSuffix(got, "PPPP") {
		t.Errorf("beside pulses at 5 Hz: %s, want them published", got)
	}
}

// rmc returns the RMC sentence of a second.
func rmc(second int) string {
	return summed("GPRMC," + noon.Add(time.Duration(second)*time.Second).Format("150405.00") + ",A,4717.11,N,00833.91,E,0.004,77.52,011226,,,A")
}

// After a silence, its state remains until an epoch is complete. Without the guard, the
// state is publishing as soon as a byte is read.
func TestPinTheStateAfterSilence(t *testing.T) {
	b := newBench(t, Config{})
	b.reopen(9600)
	read := func(at time.Duration, text string) string { return b.bytes(at, text).state.Reason }
	got := ""
	for i := range 8 {
		second := time.Duration(i) * time.Second
		read(second+200*time.Millisecond, rmc(i))
		got = read(second+300*time.Millisecond, "")
	}
	expect(t, "eight seconds", got, "")
	expect(t, "silence", read(12*time.Second, ""), "no data")
	expect(t, "a sentence that names no time", read(12200*time.Millisecond, summed("GPGSV,1,1,01,05,45,120,40")), "no data")
}

// A step of the system clock restarts the feed once: with the read that shows it, even if
// that read completes more epochs. Without the guards, the jitter contains the step, or
// restarts with each read.
func TestPinTheRestartOfARead(t *testing.T) {
	b := newBench(t, Config{})
	b.reopen(9600)
	for i := range 8 {
		second := time.Duration(i) * time.Second
		b.bytes(second+200*time.Millisecond, rmc(i))
		b.bytes(second+300*time.Millisecond, "")
	}
	b.bytes(8200*time.Millisecond, rmc(8))
	b.ahead = time.Second
	if r := b.bytes(10200*time.Millisecond, rmc(9)+rmc(10)); !r.restart {
		t.Error("a read after a step, of several epochs: no restart")
	}
	if r := b.bytes(10220*time.Millisecond, ""); r.restart {
		t.Error("the next read: a restart")
	}
}

// A receiver that is never at a whole second may repeat the first second of a year, too. If
// only the nearest second were checked, and not the one that it names, that second would be
// published before it is known to be the inserted one.
func TestPinAFractionAtTheLeapSecond(t *testing.T) {
	b := newBench(t, Config{})
	b.noon = newYear.Add(-6 * time.Second)
	b.late = time.Second / 4
	const fraction = 787 * time.Millisecond
	letters := ""
	for i := range 12 {
		at := time.Duration(i)*time.Second + fraction
		says := at
		if i >= 6 { // second 6 is the inserted one
			b.utc = -time.Second
		}
		if i > 6 {
			says -= time.Second
		}
		letters += string(b.epoch(burst{start: at, says: says}).letter())
	}
	expect(t, "seconds before and after the year, 00 repeated", letters, "sssPPlllPPPP")
}
