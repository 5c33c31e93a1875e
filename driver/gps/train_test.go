package gps

import (
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// A beat is one second of a script: its pulse, and the burst that names it.
type beat struct {
	noPulse bool
	late    time.Duration // of the pulse
	glitch  time.Duration // from the pulse to an extra edge; 0 for none

	noBurst bool
	delay   time.Duration // from the second to the burst
	says    time.Duration // error of the time that the burst names
	why     nmea.Reason
}

// beats returns n healthy seconds of a receiver whose bursts begin 150 ms late.
func beats(n int, change ...func(*beat)) []beat {
	list := make([]beat, n)
	for i := range list {
		list[i].delay = 150 * time.Millisecond
		for _, c := range change {
			c(&list[i])
		}
	}
	return list
}

func scenes(parts ...[]beat) (all []beat) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// perform returns a letter for each second's pulse: P if it was published, - if it is
// missing, else the first letter of the reason. No sample may be of another second.
func perform(t *testing.T, l *tracker, script []beat) string {
	t.Helper()
	var letters strings.Builder
	var due []func() // bursts that are complete after the next edge
	for i, b := range script {
		second := noon.Add(time.Duration(i) * time.Second)
		at := nmea.Stamp{Real: second.UnixNano(), Mono: int64(time.Hour) + int64(i)*int64(time.Second)}
		edge := func(after time.Duration, rising bool) byte {
			stamp := at.Add(after)
			s, state, ok := l.edge(pps.Edge{Stamp: edgeStamp(stamp), Rising: rising}, stamp.Add(50*time.Microsecond)).parts()
			if ok && s.Clock != second.UnixNano() {
				t.Errorf("the pulse of %v is published as %v", second, time.Unix(0, s.Clock).UTC())
			}
			if ok && s.Receive != stamp.Real {
				t.Errorf("the stamp of %v was changed by %v", second, time.Duration(s.Receive-stamp.Real))
			}
			switch {
			case ok:
				return 'P'
			case state.Publishing():
				return '-'
			}
			return state.Reason[0]
		}
		letter := byte('-')
		if !b.noPulse {
			letter = edge(b.late, true)
			edge(b.late+100*time.Millisecond, false)
		}
		letters.WriteByte(letter)
		for _, burst := range due {
			burst()
		}
		due = nil
		if b.glitch > 0 {
			if edge(b.glitch, true) == 'P' {
				t.Errorf("a glitch in second %d was published", i)
			}
			edge(b.glitch+20*time.Microsecond, false)
		}
		if b.noBurst {
			continue
		}
		burst := func() {
			utc := second.Add(b.says)
			e := nmea.Epoch{HasTime: true, HasStart: true, Why: b.why, Start: at.Add(b.delay)}
			e.Anchors = nmea.Anchors{Lead: e.Start, Block: e.Start, Name: e.Start}
			e.UTC.Date = nmea.DateOf(utc)
			if b.why == nmea.NoDate {
				e.UTC.Date = nmea.Date{}
			}
			e.UTC.TimeOfDay = nmea.TimeOfDay{Hour: utc.Hour(), Minute: utc.Minute(), Second: utc.Second(), Nanosecond: utc.Nanosecond()}
			l.epoch(e, at.Add(b.delay+200*time.Millisecond))
		}
		if b.delay > 700*time.Millisecond {
			due = append(due, burst)
			continue
		}
		burst()
	}
	return letters.String()
}

// The difficult ones first.
func TestTrain(t *testing.T) {
	const ms = time.Millisecond
	no := func(b *beat) { b.noPulse = true }
	mute := func(b *beat) { b.noBurst = true }
	void := func(b *beat) { b.why = nmea.NoFix }
	dateless := func(b *beat) { b.why = nmea.NoDate }
	says := func(d time.Duration) func(*beat) { return func(b *beat) { b.says = d } }
	delay := func(d time.Duration) func(*beat) { return func(b *beat) { b.delay = d } }
	glitch := func(d time.Duration) func(*beat) { return func(b *beat) { b.glitch = d } }
	late := func(d time.Duration) func(*beat) { return func(b *beat) { b.late = d } }
	inTurn := beats(20, delay(900*ms))
	for i := range inTurn {
		if i%2 == 1 {
			inTurn[i].delay = 1050 * ms
		}
	}
	ok := beats(8)
	for _, c := range []struct {
		name   string
		script []beat
		want   string
	}{
		{"a glitch, then neither pulse nor burst", scenes(ok, beats(1, glitch(510*ms)), beats(2, no, mute), beats(3)), "ssssssssP--PPP"},
		{"a second ahead for one burst", scenes(ok, beats(2), beats(1, says(time.Second)), beats(3)), "ssssssssPPPtPP"},
		{"an hour back for one burst", scenes(ok, beats(2), beats(1, says(-time.Hour)), beats(3)), "ssssssssPPPtPP"},
		{"void, then good again", scenes(ok, beats(2), beats(3, void), beats(3)), "ssssssssPPPnnnPP"},
		{"void while it locks", scenes(beats(4), beats(1, void), beats(9)), "sssssnsssPPPPP"},
		{"the sentences missing, and back", scenes(ok, beats(1), beats(7, mute), beats(2)), "ssssssssPPPPuuuuuP"},
		{"the date lost", scenes(ok, beats(1), beats(5, dateless), beats(1)), "ssssssssPPPPPPP"},
		{"three pulses missing", scenes(ok, beats(1), beats(3, no), beats(2)), "ssssssssP---PP"},
		{"ten pulses missing", scenes(ok, beats(1), beats(10, no), beats(6)), "ssssssssP----------ssssPP"},
		{"a glitch each second", scenes(ok, beats(4, glitch(300*ms)), beats(3)), "ssssssssPPppppp"},
		{"bursts 20 ms ahead of the pulse", beats(20, delay(-20*ms)), strings.Repeat("s", 8) + strings.Repeat("a", 12)},
		{"bursts 950 ms behind it", beats(20, delay(950*ms)), strings.Repeat("s", 9) + strings.Repeat("a", 11)},
		{"bursts 900 and 1050 ms behind, alternating", inTurn, strings.Repeat("s", 9) + strings.Repeat("u", 11)},
		{"the same, then most of those at 900 ms are damaged", scenes(inTurn, beats(59, delay(1050*ms))), strings.Repeat("s", 9) + strings.Repeat("u", 70)},
		{"they were 900 ms behind, and are 50 ms behind now", scenes(beats(4, delay(900*ms)), beats(86, delay(50*ms))), "sssss" + strings.Repeat("t", 9) + strings.Repeat("u", 61) + "ssssssss" + strings.Repeat("P", 7)},
		{"the first pulse later than its burst", scenes(beats(1, late(200*ms)), beats(20)), "ssssssssss" + strings.Repeat("P", 11)},
		{"bursts that move from 200 to 500 ms", scenes(beats(8, delay(200*ms)), beats(2, delay(200*ms)), beats(8, delay(500*ms))), "ssssssssPPPPPPPPPP"},
		{"pulses that move by 300 ms", scenes(ok, beats(1), beats(14, late(300*ms))), "ssssssssP-ssssssssssssP"},
		{"healthy", beats(12), "ssssssssPPPP"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newTracker(Config{Pulse: &PulseConfig{}})
			if got := perform(t, l, c.script); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// Before the pulse is locked, there is no count to lose: the state shows the progress
// of the comparison with the sentences.
func TestNothingIsRecountedBeforeTheLock(t *testing.T) {
	l := newTracker(Config{Pulse: &PulseConfig{}})
	for i := range 4 {
		at := nmea.Stamp{Real: noon.UnixNano(), Mono: int64(time.Second)}.Add(time.Duration(i) * time.Second)
		l.edge(pps.Edge{Stamp: edgeStamp(at), Rising: true}, at)
		_, state, _ := l.edge(pps.Edge{Stamp: edgeStamp(at.Add(100 * time.Millisecond))}, at.Add(100*time.Millisecond)).parts()
		if state != pairingUp(0) {
			t.Errorf("pulse %d of a program that has just started: %v", i, state)
		}
	}
}

// A restarted comparison does not shorten the wait after bursts on both sides of an
// edge.
func TestBothSidesOutlastAReopenedPort(t *testing.T) {
	l := newTracker(Config{Pulse: &PulseConfig{}})
	l.pulse.run, l.pulse.edges = -30, 5
	l.reopened(9600)
	if l.pulse.run != -30 || l.pulse.edges != 0 {
		t.Errorf("run %d and edges %d after the port was reopened, want -30 and 0", l.pulse.run, l.pulse.edges)
	}
}
