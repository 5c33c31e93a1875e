package nmea

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestResolve(t *testing.T) {
	pivot := Date{2026, 5, 15}
	tests := []struct {
		name  string
		shown Date
		want  Date
		eras  int
	}{
		{"2048 weeks behind", Date{1987, 2, 18}, Date{2026, 5, 20}, 2},
		{"1024 weeks behind", Date{2006, 10, 4}, Date{2026, 5, 20}, 1},
		{"the day before the pivot", Date{2026, 5, 14}, Date{2045, 12, 28}, 1},
		{"1024 weeks behind the pivot", Date{2006, 9, 29}, Date{2026, 5, 15}, 1},
		{"1024 weeks and a day behind the pivot", Date{2006, 9, 28}, Date{2045, 12, 28}, 2},
		{"the pivot", Date{2026, 5, 15}, Date{2026, 5, 15}, 0},
		{"right", Date{2026, 5, 20}, Date{2026, 5, 20}, 0},
		{"nineteen years later", Date{2045, 12, 27}, Date{2045, 12, 27}, 0},
		{"1024 weeks ahead, which is never moved back", Date{2046, 1, 3}, Date{2046, 1, 3}, 0},
		{"the GPS epoch", Date{1980, 1, 6}, Date{2038, 11, 21}, 3},
		{"the farthest year that a sentence holds", Date{9999, 12, 31}, Date{9999, 12, 31}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got, eras := Resolve(test.shown, pivot); got != test.want || eras != test.eras {
				t.Errorf("%v is %v, %d eras on; want %v, %d", test.shown, got, eras, test.want, test.eras)
			}
		})
	}
}

// The result is not before the build date, whole eras later, and no more than needed, for
// every day that a sentence can hold.
func TestResolveAnyDay(t *testing.T) {
	rng := rand.New(rand.NewPCG(1980, 6))
	for range 20_000 {
		shown := Date{Year: 0, Month: 1, Day: 1}.AddDays(rng.IntN(10_000*365 + 2425))
		pivot := Date{Year: 2020, Month: 1, Day: 1}.AddDays(rng.IntN(80 * 365))
		resolvesRightly(t, shown, pivot)
	}
}

// resolvesRightly checks Resolve against its documentation.
func resolvesRightly(t *testing.T, shown, pivot Date) {
	t.Helper()
	const day = 24 * 60 * 60
	got, eras := Resolve(shown, pivot)
	moved := (got.Midnight().Unix() - shown.Midnight().Unix()) / day
	switch {
	case moved != int64(eras)*7168 || eras < 0:
		t.Fatalf("%v is %v: %d days on, but %d eras", shown, got, moved, eras)
	case got.Before(pivot):
		t.Fatalf("%v is %v: before %v", shown, got, pivot)
	case eras > 0 && !got.AddDays(-7168).Before(pivot):
		t.Fatalf("%v is %v, %d eras on: fewer were enough for %v", shown, got, eras, pivot)
	}
}

func TestDefaultDates(t *testing.T) {
	tests := []struct {
		shown Date
		want  bool
	}{
		{Date{1980, 1, 6}, true},   // the GPS epoch
		{Date{1980, 1, 5}, true},   // the same, the leap seconds taken off
		{Date{1980, 1, 31}, true},  // counting on for days
		{Date{2080, 1, 6}, true},   // the century is guessed
		{Date{1999, 8, 22}, true},  // the first rollover
		{Date{1999, 8, 21}, true},  // the same, the leap seconds taken off
		{Date{1999, 8, 15}, true},  //
		{Date{1999, 8, 14}, false}, // April 2019 on a receiver 1024 weeks behind
		{Date{1999, 9, 1}, false},
		{Date{1980, 5, 20}, true}, // the year alone is the default
		{Date{1981, 1, 6}, false},
		{Date{1979, 12, 31}, false},
		{Date{2026, 1, 6}, false},
		{Date{2026, 8, 22}, false},
	}
	for _, test := range tests {
		if got := isDefault(test.shown); got != test.want {
			t.Errorf("%v: default %v, want %v", test.shown, got, test.want)
		}
	}
}

func TestTooFar(t *testing.T) {
	pivot := Date{2026, 5, 15}
	for day, want := range map[Date]bool{
		{2036, 5, 15}: false, {2036, 5, 16}: true, {2045, 12, 28}: true, {9999, 12, 31}: true,
		{2026, 5, 15}: false, {2026, 5, 20}: false,
	} {
		if got := tooFar(day, pivot); got != want {
			t.Errorf("%v: too far %v, want %v", day, got, want)
		}
	}
	// Built on 29 February, which the tenth year does not have.
	if d := (Date{2038, 3, 1}); tooFar(d, Date{2028, 2, 29}) {
		t.Errorf("%v is too far from a 29 February", d)
	}
}

// The trusted years end before the next era begins.
func TestTrustEndsBeforeTheEra(t *testing.T) {
	pivot := Date{2026, 5, 15}
	last := DateOf(pivot.Midnight().AddDate(trustYears, 0, 0))
	if era := time.Duration(eraDays) * 24 * time.Hour; last.Midnight().Sub(pivot.Midnight()) >= era {
		t.Errorf("trusted until %v, an era after %v or more", last, pivot)
	}
}

func TestResolveWithoutBuildDate(t *testing.T) {
	for _, shown := range []Date{{1980, 1, 6}, {1994, 8, 30}, {2014, 4, 15}, {2080, 1, 1}} {
		if got, eras := Resolve(shown, Date{}); got != shown || eras != 0 {
			t.Errorf("%v is %v, %d eras on; want it as shown", shown, got, eras)
		}
	}
}
