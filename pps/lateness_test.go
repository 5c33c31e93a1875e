package pps

import (
	"errors"
	"slices"
	"testing"
	"time"
)

// flips returns n edges that are late by d, found between two polls that took twice within.
func flips(n int, d, within time.Duration) []caught {
	return slices.Repeat([]caught{{d, within}}, n)
}

// The result of a measurement, on both sides of each limit.
func TestTallyResult(t *testing.T) {
	unread := errors.New("no level")
	halves := func(low, high time.Duration, within time.Duration) []caught {
		return append(flips(20, low, within), flips(20, high, within)...)
	}
	for name, c := range map[string]struct {
		tally          tally
		median, spread time.Duration
		why            LatenessReason
		detail         string
	}{
		"plain":                      {tally{windows: 40, shortest: 600, caught: flips(40, 5*us, 300)}, 5 * us, 300, LatenessMeasured, ""},
		"the spread of stamps":       {tally{windows: 40, shortest: 600, caught: halves(4*us, 6*us, 300)}, 5 * us, 1500, LatenessMeasured, ""},
		"a spread of 20 us":          {tally{windows: 40, shortest: 20 * us, caught: flips(40, 5*us, 10*us)}, 5 * us, 10 * us, LatenessMeasured, ""},
		"scattered by almost 20 us":  {tally{windows: 40, shortest: 600, caught: halves(40*us-13_333, 40*us+13_333, 300)}, 40 * us, 19_999, LatenessMeasured, ""},
		"scattered by more":          {tally{windows: 40, shortest: 600, caught: halves(40*us-13_334, 40*us+13_334, 300)}, 0, 0, LatenessScattered, "by 20µs"},
		"80 us":                      {tally{windows: 40, shortest: 600, caught: flips(40, 80*us, 300)}, 80 * us, 300, LatenessMeasured, ""},
		"more than 80 us":            {tally{windows: 40, shortest: 600, caught: flips(40, 80*us+1, 300)}, 0, 0, LatenessAbsurd, "80µs after the level changed"},
		"early, within the error":    {tally{windows: 40, shortest: 600, caught: flips(40, -1300, 300)}, -1300, 300, LatenessMeasured, ""},
		"early":                      {tally{windows: 40, shortest: 600, caught: flips(40, -1301, 300)}, 0, 0, LatenessAbsurd, "-1.301µs after the level changed"},
		"three of four unseen":       {tally{windows: 60, none: 45, shortest: 600, caught: flips(15, 5*us, 300)}, 5 * us, 300, LatenessMeasured, ""},
		"more unseen":                {tally{windows: 60, none: 46, shortest: 600, caught: flips(14, 5*us, 300)}, 0, 0, LatenessNoFlip, "46 of 60 pulses"},
		"twelve edges":               {tally{windows: 60, early: 48, shortest: 600, caught: flips(12, 5*us, 300)}, 5 * us, 300, LatenessMeasured, ""},
		"eleven edges":               {tally{windows: 60, early: 40, none: 5, unpaired: 3, shortest: 600, caught: append(flips(11, 5*us, 300), caught{5 * us, 2000})}, 0, 0, LatenessFew, "11 of 60: 1 interrupted, 40 early, 5 not seen, 3 without an edge"},
		"twice the shortest, a jolt": {tally{windows: 40, shortest: 600, caught: flips(40, 5*us, 850)}, 5 * us, 850, LatenessMeasured, ""},
		"a longer one":               {tally{windows: 40, shortest: 600, caught: flips(40, 5*us, 851)}, 0, 0, LatenessFew, "0 of 40: 40 interrupted, 0 early, 0 not seen, 0 without an edge"},
		"polls of more than 20 us":   {tally{windows: 40, shortest: 20*us + 1, caught: flips(40, 5*us, 10*us)}, 0, 0, LatenessSlow, "two polls take 20µs"},
		"a level that is unread":     {tally{windows: 3, shortest: 30 * us, none: 3, err: unread}, 0, 0, LatenessUnread, "no level"},
	} {
		if m, spread, why, detail := c.tally.result(); m != c.median || spread != c.spread || why != c.why || detail != c.detail {
			t.Errorf("%s: %v ± %v, %q, %q; want %v ± %v, %q, %q", name, m, spread, why, detail, c.median, c.spread, c.why, c.detail)
		}
	}
}

// A measurement ends after 40 useful edges, 60 pulses, or an error.
func TestTallyEnough(t *testing.T) {
	for name, c := range map[string]struct {
		tally tally
		want  bool
	}{
		"none":                   {tally{shortest: 600}, false},
		"39 edges":               {tally{windows: 59, shortest: 600, caught: flips(39, us, 300)}, false},
		"40 edges":               {tally{windows: 40, shortest: 600, caught: flips(40, us, 300)}, true},
		"40 edges, one too slow": {tally{windows: 40, shortest: 600, caught: append(flips(39, us, 300), caught{us, us})}, false},
		"60 pulses":              {tally{windows: 60}, true},
		"an error":               {tally{windows: 1, err: errors.New("no level")}, true},
	} {
		if got := c.tally.enough(); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// What becomes of a window, and of the edge for which the source returned a stamp.
func TestTallyAdd(t *testing.T) {
	unread := errors.New("no level")
	at := Stamp{Real: 1790000000e9, Mono: 7e9}
	edge := func(real, mono int64) *Edge { return &Edge{Stamp: Stamp{Real: at.Real + real, Mono: at.Mono + mono}} }
	for name, c := range map[string]struct {
		flip flip
		edge *Edge
		want tally
	}{
		"caught":                 {flip{at: at, within: 300, shortest: 500}, edge(5000, 5000), tally{windows: 1, caught: flips(1, 5000, 300), shortest: 500}},
		"a slower window":        {flip{at: at, within: 300, shortest: 700}, edge(-400, -400), tally{windows: 1, caught: flips(1, -400, 300), shortest: 600}},
		"unknown time of a poll": {flip{at: at, within: 300}, edge(5000, 5000), tally{windows: 1, caught: flips(1, 5000, 300), shortest: 600}},
		"almost 1 ms away":       {flip{at: at, within: 300}, edge(999_999, 999_999), tally{windows: 1, caught: flips(1, 999_999, 300), shortest: 600}},
		"another edge":           {flip{at: at, within: 300}, edge(-1_000_000, -1_000_000), tally{windows: 1, unpaired: 1, shortest: 600}},
		"slewed by 0.1 ms":       {flip{at: at, within: 300}, edge(5000, 104_999), tally{windows: 1, caught: flips(1, 5000, 300), shortest: 600}},
		"the clock was set":      {flip{at: at, within: 300}, edge(5000, 105_000), tally{windows: 1, unpaired: 1, shortest: 600}},
		"no edge":                {flip{at: at, within: 300}, nil, tally{windows: 1, unpaired: 1, shortest: 600}},
		"early":                  {flip{found: flipEarly}, edge(5000, 5000), tally{windows: 1, early: 1, shortest: 600}},
		"no change":              {flip{found: flipNone}, edge(5000, 5000), tally{windows: 1, none: 1, shortest: 600}},
		"unread":                 {flip{found: flipUnread, err: unread}, nil, tally{windows: 1, err: unread, shortest: 600}},
	} {
		got := tally{shortest: 600}
		got.add(c.flip, c.edge)
		if got.windows != c.want.windows || got.early != c.want.early || got.none != c.want.none || got.unpaired != c.want.unpaired ||
			!slices.Equal(got.caught, c.want.caught) || got.shortest != c.want.shortest || got.err != c.want.err {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	var first tally
	if first.add(flip{found: flipNone, shortest: 900}, nil); first.shortest != 900 {
		t.Errorf("the first window: two polls take %v, want 900 ns", first.shortest)
	}
	if first.skip(); first.windows != 2 || first.unpaired != 1 {
		t.Errorf("a pulse that was not predicted: %+v", first)
	}
}

// A scriptedLevel is a level that changes after some polls, or cannot be read then.
type scriptedLevel struct {
	polls int
	err   error
}

func (l *scriptedLevel) High() (bool, error) {
	if l.polls--; l.polls >= 0 {
		return false, nil
	}
	return true, l.err
}

// A poll takes 100 ns, the third one 300 ns. The window ends at 1 us.
func TestWatchFlip(t *testing.T) {
	unread := errors.New("no level")
	for name, c := range map[string]struct {
		level scriptedLevel
		want  flip
	}{
		"changed before":     {scriptedLevel{polls: 0}, flip{found: flipEarly}},
		"in the first poll":  {scriptedLevel{polls: 1}, flip{found: flipEarly}},
		"in the second poll": {scriptedLevel{polls: 2}, flip{at: Stamp{Real: 300, Mono: 300}, within: 200, shortest: 200}},
		"in the third poll":  {scriptedLevel{polls: 3}, flip{at: Stamp{Real: 400, Mono: 400}, within: 200, shortest: 200}},
		"later":              {scriptedLevel{polls: 6}, flip{at: Stamp{Real: 800, Mono: 800}, within: 100, shortest: 200}},
		"at the last moment": {scriptedLevel{polls: 7}, flip{at: Stamp{Real: 900, Mono: 900}, within: 100, shortest: 200}},
		"too late":           {scriptedLevel{polls: 8}, flip{found: flipNone, shortest: 200}},
		"unread":             {scriptedLevel{polls: 3, err: unread}, flip{found: flipUnread, err: unread}},
	} {
		polls := int64(-1)
		now := func() Stamp {
			polls++
			at := polls * 100
			if polls >= 3 {
				at += 200
			}
			return Stamp{Real: at, Mono: at}
		}
		if got := watchFlip(now, &c.level, true, 1000); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
