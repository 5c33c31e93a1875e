package nmea_test

import (
	"slices"
	"testing"

	"github.com/refclock/refclock/nmea"
)

// An epoch that has all it needs is given out by a short silence, and only once.
func TestIdle(t *testing.T) {
	const burst = 150 * ms // of an RMC and a GGA; a little less
	second := []string{rmc("093000.00", "A", may20), gga("093000.00", "1")}
	valid := told{"2026-05-20T09:30:00.000Z", nmea.Valid, "", 0}
	tests := []struct {
		name   string
		stream []said
		want   []told
	}{
		{"too early, then twice", []said{{0, second}, say(burst + 20*ms), say(burst + 50*ms), say(burst + 100*ms)}, []told{valid}},
		{
			"its tail is part of it, and no epoch of its own",
			[]said{{0, second}, say(burst + 60*ms), say(burst+100*ms, gll("093000.00", "A"), gsv(1)), say(600 * ms)},
			[]told{valid},
		},
		{
			"what the tail says comes too late", // and is the next second's to say again
			[]said{{0, second}, say(burst + 60*ms), say(burst+100*ms, gll("093000.00", "V"))},
			[]told{valid},
		},
		{
			"without a date there may be more to come",
			[]said{say(0, gga("093000.00", "1")), say(130 * ms), say(150*ms, rmc("093000.00", "A", may20)), say(600 * ms)},
			[]told{valid},
		},
		{
			"without a word on the fix there may be more to come",
			[]said{say(0, zda("093000.00", "20,05,2026")), say(90 * ms), say(110*ms, gga("093000.00", "1")), say(600 * ms)},
			[]told{valid},
		},
		{
			"a void epoch with a date is complete too",
			[]said{say(0, rmc("093000.00", "V", may20)), say(200 * ms), say(400*ms, gga("093000.00", "1"))},
			[]told{{"2026-05-20T09:30:00.000Z", nmea.NoFix, "GNRMC", 0}},
		},
		{"nothing at all", []said{say(0), say(1 * s)}, nil},
		{
			"the sentences before the time of the next burst are not the last one's",
			[]said{
				{0, second}, say(burst + 60*ms),
				say(1*s, gsv(1), gsv(2)), say(1*s + 160*ms), say(1*s+170*ms, rmc("093001.00", "A", may20)), say(1*s + 400*ms),
			},
			[]told{valid, {"2026-05-20T09:30:01.000Z", nmea.Valid, "", 1 * s}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := tellAll(test.stream...); !slices.Equal(got, test.want) {
				t.Errorf("told %+v\nwant %+v", got, test.want)
			}
		})
	}
}

// Whether a reader should wake up for the silence.
func TestPending(t *testing.T) {
	f, e := nmea.NewFramer(9600), nmea.NewEpochs(midMay)
	expect := func(when string, want bool) {
		t.Helper()
		if got := e.Pending(); got != want {
			t.Errorf("%s: pending %v, want %v", when, got, want)
		}
	}
	hear := func(at nmea.Stamp, body string) {
		f.Push(at, []byte(line(body)))
		for _, sentence := range all(f) {
			e.Push(sentence)
		}
	}
	expect("at first", false)
	hear(boot, gsv(1))
	expect("with nothing but GSV", false)
	hear(boot.Add(80*ms), rmc("093000.00", "A", may20))
	expect("with an RMC", true)
	if _, ok := e.Idle(boot.Add(200 * ms)); !ok {
		t.Error("silence completes nothing")
	}
	expect("after the silence", false)
	hear(boot.Add(300*ms), gga("093000.00", "1"))
	expect("with the tail", false)
	hear(boot.Add(1*s), gga("093001.00", "1"))
	expect("with the next second", true)
	e.Flush()
	expect("at the end", false)
}

// Somebody sets the clock back between the burst and the silence.
func TestIdleSurvivesClockStep(t *testing.T) {
	f, e := nmea.NewFramer(9600), nmea.NewEpochs(midMay)
	f.Push(boot, []byte(line(rmc("093000.00", "A", may20))))
	for _, sentence := range all(f) {
		e.Push(sentence)
	}
	at := boot.Add(60 * ms)
	at.Real -= int64(s)
	if _, ok := e.Idle(at); !ok {
		t.Error("60 ms of silence complete nothing where the clock was set")
	}
}
