package receiver

import (
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A moment of a receiver's start: an epoch, a silence or a witness that agrees.
type moment struct {
	at      float64 // seconds of the steady clock, from an arbitrary instant
	says    string  // what it names, see epochAt; "silent" and "witness" are not epochs
	ahead   time.Duration
	missing string // "start" or "fix" take it from the epoch
}

// began is the time of day at moment 0, shortly before midnight.
const began = 23*time.Hour + 59*time.Minute + 50*time.Second

// epochAt returns the epoch of a moment.
func epochAt(m moment) nmea.Epoch {
	e := nmea.Epoch{HasTime: true, HasStart: m.missing != "start", Fix: nmea.FixNone, Why: nmea.NoFix}
	e.UTC.Date = nmea.Date{Year: 2026, Month: 12, Day: 1}
	day := (began + time.Duration(m.at*float64(time.Second)) + m.ahead) % (24 * time.Hour)
	e.UTC.TimeOfDay = nmea.TimeOfDay{
		Hour: int(day / time.Hour), Minute: int(day / time.Minute % 60), Second: int(day / time.Second % 60), Nanosecond: int(day % time.Second),
	}
	switch m.says {
	case "valid":
		e.Why, e.Fix = nmea.Valid, nmea.FixGood
	case "valid, known":
		e.Why, e.Fix, e.Leap = nmea.Valid, nmea.FixGood, nmea.LeapKnown
	case "valid, dateless":
		e.Why, e.Fix, e.UTC.Date = nmea.NoDate, nmea.FixGood, nmea.Date{}
	case "valid, of the era before":
		e.Why, e.Fix, e.Early = nmea.Valid, nmea.FixGood, true
	case "D":
		e.Why, e.Fix, e.Leap = nmea.LeapUnknown, nmea.FixGood, nmea.LeapDefault
	case "far":
		e.Why, e.Fix = nmea.FarDate, nmea.FixGood
	case "default date":
		e.Why, e.Fix, e.Early = nmea.DefaultDate, nmea.FixGood, true
	case "unsaid":
		e.Why, e.Fix = nmea.NoFixStatus, nmea.FixUnknown
	case "void":
	case "void, known":
		e.Leap = nmea.LeapKnown
	case "void, D":
		e.Leap = nmea.LeapDefault
	case "void, early":
		e.Early = true
	case "void, dateless":
		e.UTC.Date = nmea.Date{}
	case "void, timeless":
		e.HasTime = false
	default:
		panic(m.says)
	}
	if m.missing == "fix" {
		e.Fix = nmea.FixUnknown
	}
	return e
}

// play passes the moments to a ColdStart, as the tracker does, and reports whether
// valid epochs are withheld at the last moment.
func play(c *ColdStart, moments []moment) (cold bool) {
	for _, m := range moments {
		at := int64(time.Hour) + int64(m.at*float64(time.Second))
		switch m.says {
		case "silent":
			c.Silent()
			continue
		case "witness":
			c.Pass(at, true)
		default:
			e := epochAt(m)
			c.See(e, at)
			if e.Why == nmea.Valid || e.Why == nmea.NoDate && e.Fix == nmea.FixGood {
				c.Pass(at, false)
			}
		}
		cold = c.Left(at) > 0
	}
	return cold
}

// Each line of the table in the doc of ColdStart, and cases near its limits. Without a
// line, a receiver is published with the leap seconds of its firmware, or a good one is
// withheld for 13 minutes.
func TestColdStart(t *testing.T) {
	const (
		hold = 780.0 // seconds of AlmanacTime
		ms   = time.Millisecond
	)
	for _, c := range []struct {
		name    string
		moments []moment
		cold    bool
	}{
		// A valid epoch first of all.
		{"valid first", []moment{{0, "valid", 0, ""}}, false},
		{"valid first, then a fix that is lost", []moment{{0, "valid", 0, ""}, {1, "void, dateless", 0, ""}, {60, "valid", 0, ""}}, false},
		{"valid first, then a default date", []moment{{0, "valid", 0, ""}, {1, "default date", 0, ""}, {2, "valid", 0, ""}}, false},
		{"a fix without a date first", []moment{{0, "valid, dateless", 0, ""}, {1, "void, early", 0, ""}, {2, "valid", 0, ""}}, false},
		{"an unreported fix is not valid", []moment{{0, "unsaid", 0, ""}, {1, "void, early", 0, ""}, {60, "valid", 0, ""}}, true},
		{"an unreported fix without a date is not valid", []moment{{0, "valid, dateless", 0, "fix"}, {1, "void, early", 0, ""}, {60, "valid", 0, ""}}, true},
		{"valid in a part of a burst", []moment{{0, "valid", 0, "start"}, {1, "void, early", 0, ""}, {60, "valid", 0, ""}}, false},
		{"valid, with a date of the era before", []moment{{0, "valid, of the era before", 0, ""}}, false},

		// The receiver states that its leap seconds are known.
		{"D", []moment{{0, "D", 0, ""}, {1, "valid", 0, ""}}, true},
		{"D, then known", []moment{{0, "D", 0, ""}, {1, "valid, known", 0, ""}}, false},
		{"D, then known, then unreported", []moment{{0, "D", 0, ""}, {1, "valid, known", 0, ""}, {2, "valid", 0, ""}}, false},
		{"D, then known but without a fix", []moment{{0, "D", 0, ""}, {1, "void, known", 0, ""}, {2, "valid", 0, ""}}, true},
		{"D without a fix", []moment{{0, "void, D", 0, ""}, {1, "valid", 0, ""}}, true},
		{"a warm receiver that sends D", []moment{{0, "valid", 0, ""}, {1, "D", 0, ""}, {2, "valid", 0, ""}}, true},
		{"known, then D", []moment{{0, "valid, known", 0, ""}, {1, "D", 0, ""}, {2, "valid", 0, ""}}, true},
		{"known, then a default date", []moment{{0, "valid, known", 0, ""}, {1, "void, early", 0, ""}, {60, "valid", 0, ""}}, false},
		{"a default date, then known", []moment{{0, "void, early", 0, ""}, {60, "valid, known", 0, ""}, {61, "valid", 0, ""}}, false},

		// Void, and the date is a default or before the build.
		{"a date before the build", []moment{{0, "void, early", 0, ""}, {60, "valid", 0, ""}}, true},
		{"a date before the build, and a fix within 15 s", []moment{{0, "silent", 0, ""}, {0, "void, early", 0, ""}, {5, "valid", 0, ""}}, true},
		{"a date before the build in a part of a burst", []moment{{0, "void, early", 0, "start"}, {60, "valid", 0, ""}}, false},
		{"a default date with a fix", []moment{{0, "default date", 0, ""}, {1, "valid", 0, ""}}, true},

		// A date ten years past the build date.
		{"a date too far", []moment{{0, "far", 0, ""}, {1, "valid", 0, ""}}, true},
		{"a date too far, then known", []moment{{0, "far", 0, ""}, {1, "valid, known", 0, ""}}, true},
		{"a date too far for long", []moment{{0, "far", 0, ""}, {1, "valid", 0, ""}, {hold, "far", 0, ""}, {hold + 2, "valid", 0, ""}, {hold + 3, "valid", 0, ""}}, true},
		{"a date too far, 13 minutes ago", []moment{{0, "far", 0, ""}, {1, "valid", 0, ""}, {hold + 1, "valid", 0, ""}, {hold + 2, "valid", 0, ""}}, false},
		{"a date too far, and a witness", []moment{{0, "far", 0, ""}, {1, "valid", 0, ""}, {2, "witness", 0, ""}, {3, "valid", 0, ""}}, false},
		{"a warm receiver with a date too far", []moment{{0, "valid", 0, ""}, {1, "far", 0, ""}, {2, "valid", 0, ""}}, false},

		// Void, and the time or the date is missing, or the time jumps.
		{"void for 2 s without a date, start observed", []moment{{0, "silent", 0, ""}, {0, "void, dateless", 0, ""}, {1, "void, dateless", 0, ""}, {2, "valid", 0, ""}}, false},
		{"void for 2 s without a date, start not observed", []moment{{0, "void, dateless", 0, ""}, {1, "void, dateless", 0, ""}, {2, "valid", 0, ""}}, true},
		{"void for 2 s without a time, start observed", []moment{{0, "silent", 0, ""}, {0, "void, timeless", 0, ""}, {2, "valid", 0, ""}}, false},
		{"void for 2 s without a time, start not observed", []moment{{0, "void, timeless", 0, ""}, {2, "valid", 0, ""}}, true},
		{"without a date once, then with it", []moment{{0, "void, dateless", 0, ""}, {1, "void", 0, ""}, {60, "valid", 0, ""}}, true},
		{"a fix after 14.9 s", []moment{{0, "silent", 0, ""}, {0, "void, dateless", 0, ""}, {14.9, "valid", 0, ""}}, false},
		{"a fix after 15 s", []moment{{0, "silent", 0, ""}, {0, "void, dateless", 0, ""}, {15, "valid", 0, ""}}, true},
		{"a fix after 15.1 s", []moment{{0, "silent", 0, ""}, {0, "void, dateless", 0, ""}, {15.1, "valid", 0, ""}}, true},
		{"a fix after 14.9 s, and still valid after 16 s", []moment{{0, "silent", 0, ""}, {0, "void, dateless", 0, ""}, {14.9, "valid", 0, ""}, {16, "valid", 0, ""}}, false},
		{"a fix after 16 s, counted from the first byte", []moment{{0, "silent", 0, ""}, {5, "void, dateless", 0, ""}, {16, "valid", 0, ""}}, false},
		{"a fix without a date after 5 s", []moment{{0, "silent", 0, ""}, {0, "void, dateless", 0, ""}, {5, "valid, dateless", 0, ""}, {20, "valid", 0, ""}}, false},
		{"a fix without a date after 20 s", []moment{{0, "silent", 0, ""}, {0, "void, dateless", 0, ""}, {20, "valid, dateless", 0, ""}, {21, "valid", 0, ""}}, true},
		{"an unreported fix after 2 s, and a fix after 20 s", []moment{{0, "silent", 0, ""}, {0, "void, dateless", 0, ""}, {2, "unsaid", 0, ""}, {20, "valid", 0, ""}}, true},
		{"a default date, then none, and a fix after 5 s", []moment{{0, "silent", 0, ""}, {0, "void, early", 0, ""}, {1, "void, dateless", 0, ""}, {5, "valid", 0, ""}}, true},
		{"a time that jumps ahead", []moment{{0, "void", 0, ""}, {1, "void", time.Second, ""}, {60, "valid", time.Second, ""}}, true},
		{"a time that jumps and returns", []moment{{0, "void", 0, ""}, {1, "void", time.Second, ""}, {60, "valid", 0, ""}}, true},
		{"a time that jumps back at the fix", []moment{{0, "void", 0, ""}, {60, "valid", -time.Second, ""}}, true},
		{"a time that jumps, start observed", []moment{{0, "silent", 0, ""}, {0, "void", 0, ""}, {5, "valid", time.Hour, ""}}, false},

		// A silence in the middle does not count as the start: only the first one does.
		{"a silence in the middle, start not observed", []moment{{0, "void, dateless", 0, ""}, {5, "silent", 0, ""}, {10, "valid", 0, ""}}, true},
		{"a silence in the middle, start observed", []moment{{0, "silent", 0, ""}, {0, "void, dateless", 0, ""}, {10, "silent", 0, ""}, {16, "valid", 0, ""}}, true},
		{"a silence in the middle, and the time continues", []moment{{0, "void", 0, ""}, {5, "silent", 0, ""}, {10, "valid", 0, ""}}, false},
		{"a silence that lasts", []moment{{0, "silent", 0, ""}, {1, "silent", 0, ""}, {2, "silent", 0, ""}, {3, "void, dateless", 0, ""}, {17, "valid", 0, ""}}, false},
		{"a cold receiver that is silent stays cold", []moment{{0, "void, early", 0, ""}, {1, "silent", 0, ""}, {5, "valid", 0, ""}}, true},
		{"a warm receiver that is silent, then starts from nothing", []moment{{0, "valid", 0, ""}, {1, "silent", 0, ""}, {60, "void, early", 0, ""}, {70, "valid", 0, ""}}, true},
		{"a warm receiver that is silent, then has a fix after 20 s", []moment{{0, "valid", 0, ""}, {1, "silent", 0, ""}, {60, "void, dateless", 0, ""}, {80, "valid", 0, ""}}, true},
		{"a warm receiver that is silent, then has a fix after 5 s", []moment{{0, "valid", 0, ""}, {1, "silent", 0, ""}, {60, "void, dateless", 0, ""}, {65, "valid", 0, ""}}, false},
		{"a receiver of known leap seconds that is silent", []moment{{0, "valid, known", 0, ""}, {1, "silent", 0, ""}, {60, "void, early", 0, ""}, {70, "valid", 0, ""}}, true},

		// Void, and the valid epoch continues the time, across midnight too.
		{"a time that continues", []moment{{0, "void", 0, ""}, {1, "void", 0, ""}, {60, "valid", 0, ""}}, false},
		{"a time that continues, then D", []moment{{0, "void", 0, ""}, {60, "valid", 0, ""}, {61, "D", 0, ""}, {62, "valid", 0, ""}}, true},
		{"0.49 s ahead", []moment{{0, "void", 0, ""}, {60, "valid", 490 * ms, ""}}, false},
		{"0.49 s behind", []moment{{0, "void", 0, ""}, {60, "valid", -490 * ms, ""}}, false},
		{"0.5 s ahead", []moment{{0, "void", 0, ""}, {60, "valid", 500 * ms, ""}}, true},
		{"0.5 s behind", []moment{{0, "void", 0, ""}, {60, "valid", -500 * ms, ""}}, true},
		{"half a day ahead", []moment{{0, "void", 0, ""}, {60, "valid", 12 * time.Hour, ""}}, true},
		{"0.3 s ahead and 0.3 s behind", []moment{{0, "void", 300 * ms, ""}, {1, "void", 0, ""}, {60, "valid", -300 * ms, ""}}, true},

		// Cold for 13 minutes, or a witness agrees.
		{"cold for less than 13 minutes", []moment{{0, "void, early", 0, ""}, {100, "valid", 0, ""}, {100 + hold - 0.5, "valid", 0, ""}}, true},
		{"cold for 13 minutes", []moment{{0, "void, early", 0, ""}, {100, "valid", 0, ""}, {100 + hold, "valid", 0, ""}}, false},
		{"cold for 13 minutes, then silent", []moment{{0, "void, early", 0, ""}, {100, "valid", 0, ""}, {100 + hold, "valid", 0, ""}, {200 + hold, "silent", 0, ""}, {300 + hold, "valid", 0, ""}}, false},
		{"cold for 13 minutes, then a default date", []moment{{0, "void, early", 0, ""}, {100, "valid", 0, ""}, {100 + hold, "valid", 0, ""}, {101 + hold, "void, early", 0, ""}, {102 + hold, "valid", 0, ""}}, false},
		{"a silence within the 13 minutes restarts them", []moment{{0, "void, early", 0, ""}, {100, "valid", 0, ""}, {700, "silent", 0, ""}, {750, "void, early", 0, ""}, {100 + hold, "valid", 0, ""}}, true},
		{"13 minutes after a silence", []moment{{0, "void, early", 0, ""}, {100, "valid", 0, ""}, {700, "silent", 0, ""}, {750, "void, early", 0, ""}, {800, "valid", 0, ""}, {800 + hold, "valid", 0, ""}}, false},
		{"13 minutes without a fix", []moment{{0, "void, early", 0, ""}, {hold, "void, early", 0, ""}, {hold + 1, "valid", 0, ""}}, true},
		{"a witness agrees", []moment{{0, "void, early", 0, ""}, {60, "valid", 0, ""}, {61, "witness", 0, ""}, {62, "valid", 0, ""}}, false},
		{"a witness agrees, then D", []moment{{0, "void, early", 0, ""}, {61, "witness", 0, ""}, {62, "D", 0, ""}, {63, "valid", 0, ""}}, true},
		{"a witness agrees with a warm receiver", []moment{{0, "witness", 0, ""}, {1, "void, early", 0, ""}, {2, "valid", 0, ""}}, true},
	} {
		if cold := play(&ColdStart{Hold: AlmanacTime}, c.moments); cold != c.cold {
			t.Errorf("%s: cold %v, want %v", c.name, cold, c.cold)
		}
		far := slices.ContainsFunc(c.moments, func(m moment) bool { return m.says == "far" }) // see TestFarDateWithoutHold
		if !far && play(&ColdStart{}, c.moments) {
			t.Errorf("%s: withheld without a hold", c.name)
		}
	}
}

// The rest of the hold is counted from the first valid epoch.
func TestColdStartLeft(t *testing.T) {
	c := ColdStart{Hold: AlmanacTime}
	play(&c, []moment{{0, "void, early", 0, ""}, {60, "void, early", 0, ""}, {100, "valid", 0, ""}, {160, "valid", 0, ""}})
	if left := c.Left(int64(time.Hour + 160*time.Second)); left != 12*time.Minute {
		t.Errorf("after a minute of valid epochs: %v left, want 12m0s", left)
	}
	end := int64(time.Hour + 100*time.Second + AlmanacTime)
	if c.Pass(end-1, false); c.Left(end-1) != 1 {
		t.Errorf("1 ns before the end: %v left", c.Left(end-1))
	}
	if c.Pass(end, false); c.Left(end) != 0 || c.Left(0) != 0 {
		t.Errorf("at the end: %v left", c.Left(end))
	}
	c = ColdStart{Hold: AlmanacTime}
	play(&c, []moment{{0, "valid", 0, ""}})
	if left := c.Left(int64(time.Hour)); left != 0 {
		t.Errorf("a warm receiver: %v left, want 0", left)
	}
}

// The start of a receiver is not observed in the first 15 s of the steady clock either.
func TestColdStartAtTheStartOfTheClock(t *testing.T) {
	c := ColdStart{Hold: AlmanacTime}
	c.See(epochAt(moment{0, "void, dateless", 0, ""}), int64(time.Second))
	c.See(epochAt(moment{1, "valid", 0, ""}), int64(2*time.Second))
	if c.Pass(int64(2*time.Second), false); c.Left(int64(2*time.Second)) != AlmanacTime {
		t.Error("a fix after 1 s, with a start that was not observed, is not withheld")
	}
}

// A date too far counts even for a user who does not wait for cold starts.
func TestFarDateWithoutHold(t *testing.T) {
	for says, want := range map[string]bool{"far": true, "void, early": false} {
		if got := play(&ColdStart{}, []moment{{0, says, 0, ""}, {1, "valid", 0, ""}, {700, "valid", 0, ""}}); got != want {
			t.Errorf("%s: withheld %v, want %v", says, got, want)
		}
	}
}

// A wait continues in another ColdStart, wherever in it the program restarts: no valid epoch is
// used that would not be used without the restart, and none is withheld after 13 minutes.
func TestColdStartContinues(t *testing.T) {
	const hold = 780.0
	for _, c := range []struct {
		name    string
		moments []moment
		cold    bool
	}{
		{"a default date", []moment{{0, "void, early", 0, ""}, {20, "void, early", 0, ""}, {21, "valid", 0, ""}, {22, "valid", 0, ""}, {20 + hold, "valid", 0, ""}}, true},
		{"a default date, 13 minutes ago", []moment{{0, "void, early", 0, ""}, {20, "valid", 0, ""}, {22, "valid", 0, ""}, {20 + hold, "valid", 0, ""}}, false},
		{"D", []moment{{0, "void, D", 0, ""}, {1, "D", 0, ""}, {2, "valid", 0, ""}, {3, "valid", 0, ""}}, true},
		{"no date, start not observed", []moment{{0, "void, dateless", 0, ""}, {1, "void, dateless", 0, ""}, {60, "valid", 0, ""}, {61, "valid", 0, ""}}, true},
		{"a time that has jumped", []moment{{0, "void", 0, ""}, {60, "valid", -time.Second, ""}, {61, "valid", -time.Second, ""}}, true},
		{"a date too far", []moment{{0, "far", 0, ""}, {1, "far", 0, ""}, {2, "valid", 0, ""}, {hold, "valid", 0, ""}}, true},
		{"a date too far, 13 minutes ago", []moment{{0, "far", 0, ""}, {2, "valid", 0, ""}, {hold, "valid", 0, ""}, {2 + hold, "valid", 0, ""}}, false},
		{"a silence within", []moment{{0, "void, early", 0, ""}, {1, "valid", 0, ""}, {700, "silent", 0, ""}, {750, "valid", 0, ""}, {1 + hold, "valid", 0, ""}}, true},
		{"known in the end", []moment{{0, "void, early", 0, ""}, {1, "valid", 0, ""}, {2, "valid, known", 0, ""}}, false},
		{"a witness in the end", []moment{{0, "void, early", 0, ""}, {1, "valid", 0, ""}, {2, "witness", 0, ""}, {3, "valid", 0, ""}}, false},
		{"a receiver that is warm", []moment{{0, "valid", 0, ""}, {1, "void", 0, ""}, {2, "valid", 0, ""}}, false},
	} {
		for restart := range c.moments {
			before := ColdStart{Hold: AlmanacTime}
			play(&before, c.moments[:restart])
			after := ColdStart{Hold: AlmanacTime}
			w, waits := before.Wait()
			if waits {
				after.Continue(w)
			}
			if !waits && c.name == "a time that has jumped" {
				continue // the time before the restart is not kept
			}
			if cold := play(&after, c.moments[restart:]); cold != c.cold {
				t.Errorf("%s, restarted before moment %d: cold %v, want %v", c.name, restart, cold, c.cold)
			}
		}
	}
}

// Only a wait that withholds is kept: for a user who does not wait, only that of a date too far.
func TestColdStartWait(t *testing.T) {
	for _, c := range []struct {
		hold    time.Duration
		moments []moment
		want    Wait
		waits   bool
	}{
		{AlmanacTime, nil, Wait{}, false},
		{AlmanacTime, []moment{{0, "silent", 0, ""}, {1, "void", 0, ""}}, Wait{}, false},
		{AlmanacTime, []moment{{0, "void, dateless", 0, ""}}, Wait{}, true},
		{AlmanacTime, []moment{{0, "valid", 0, ""}, {1, "void, dateless", 0, ""}}, Wait{}, false},
		{AlmanacTime, []moment{{0, "void, early", 0, ""}}, Wait{}, true},
		{AlmanacTime, []moment{{0, "void, early", 0, ""}, {7, "valid", 0, ""}, {8, "valid", 0, ""}}, Wait{Since: int64(time.Hour + 7*time.Second)}, true},
		{AlmanacTime, []moment{{0, "void, early", 0, ""}, {7, "valid", 0, ""}, {8, "silent", 0, ""}}, Wait{}, true},
		{AlmanacTime, []moment{{0, "void, early", 0, ""}, {7, "valid", 0, ""}, {8, "witness", 0, ""}}, Wait{}, false},
		{0, []moment{{0, "void, early", 0, ""}}, Wait{}, false},
		{0, []moment{{0, "far", 0, ""}, {7, "valid", 0, ""}}, Wait{Since: int64(time.Hour + 7*time.Second), Far: true}, true},
	} {
		s := ColdStart{Hold: c.hold}
		play(&s, c.moments)
		if w, waits := s.Wait(); w != c.want || waits != c.waits {
			t.Errorf("%v: %+v, %v; want %+v, %v", c.moments, w, waits, c.want, c.waits)
		}
	}
	for _, w := range []Wait{{}, {Since: 1}, {Far: true}} {
		c := ColdStart{}
		c.Continue(w)
		if got := c.Left(2) > 0; got != w.Far {
			t.Errorf("%+v continued without a hold: withheld %v", w, got)
		}
	}
	long := []Wait{{Since: 5}, {Since: 9}, {}, {Since: 1, Far: true}, {Since: 2, Far: true}, {Far: true}}
	for i, a := range long {
		for j, b := range long {
			if got := a.Longer(b); got != (i > j) {
				t.Errorf("%+v is longer than %+v: %v", a, b, got)
			}
		}
	}
}
