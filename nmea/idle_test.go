package nmea_test

import (
	"slices"
	"testing"

	"github.com/refclock/refclock/nmea"
)

// A short silence completes an epoch with a date and a fix status, only once.
func TestIdle(t *testing.T) {
	const burst = 150 * ms // of an RMC and a GGA; a little less
	second := []string{rmc("093000.00", "A", may20), gga("093000.00", "1")}
	valid := summary{"2026-05-20T09:30:00.000Z", nmea.Valid, "", 0}
	tests := []struct {
		name   string
		stream []output
		want   []summary
	}{
		{"too early, then twice", []output{{0, second}, send(burst + 20*ms), send(burst + 50*ms), send(burst + 100*ms)}, []summary{valid}},
		{
			"its tail is part of it, not another epoch",
			[]output{{0, second}, send(burst + 60*ms), send(burst+100*ms, gll("093000.00", "A"), gsv(1)), send(600 * ms)},
			[]summary{valid},
		},
		{
			"the tail is too late to change it",
			[]output{{0, second}, send(burst + 60*ms), send(burst+100*ms, gll("093000.00", "V"))},
			[]summary{valid},
		},
		{
			"without a date, more sentences may follow",
			[]output{send(0, gga("093000.00", "1")), send(130 * ms), send(150*ms, rmc("093000.00", "A", may20)), send(600 * ms)},
			[]summary{valid},
		},
		{
			"without a fix status, more sentences may follow",
			[]output{send(0, zda("093000.00", "20,05,2026")), send(90 * ms), send(110*ms, gga("093000.00", "1")), send(600 * ms)},
			[]summary{valid},
		},
		{
			"a void epoch with a date is complete too",
			[]output{send(0, rmc("093000.00", "V", may20)), send(200 * ms), send(400*ms, gga("093000.00", "1"))},
			[]summary{{"2026-05-20T09:30:00.000Z", nmea.NoFix, "GNRMC", 0}},
		},
		{"nothing at all", []output{send(0), send(1 * s)}, nil},
		{
			"the sentences before the time of the next burst are not part of the last epoch",
			[]output{
				{0, second}, send(burst + 60*ms),
				send(1*s, gsv(1), gsv(2)), send(1*s + 160*ms), send(1*s+170*ms, rmc("093001.00", "A", may20)), send(1*s + 400*ms),
			},
			[]summary{valid, {"2026-05-20T09:30:01.000Z", nmea.Valid, "", 1 * s}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := summaries(test.stream...); !slices.Equal(got, test.want) {
				t.Errorf("got %+v\nwant %+v", got, test.want)
			}
		})
	}
}

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

// The clock is set back between the burst and the silence.
func TestIdleSurvivesClockStep(t *testing.T) {
	f, e := nmea.NewFramer(9600), nmea.NewEpochs(midMay)
	f.Push(boot, []byte(line(rmc("093000.00", "A", may20))))
	for _, sentence := range all(f) {
		e.Push(sentence)
	}
	at := boot.Add(60 * ms)
	at.Real -= int64(s)
	if _, ok := e.Idle(at); !ok {
		t.Error("60 ms of silence complete nothing after the clock was set")
	}
}
