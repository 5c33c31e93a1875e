package nmea_test

import (
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

// Each stream has two epochs whose sentences may contradict each other.
func TestConflict(t *testing.T) {
	first := rmc("093010.00", "A", may20)
	tests := []struct {
		name   string
		stream []output
		want   string // empty if there is no conflict
	}{
		{"a second on, in one burst", []output{send(0, first, gga("093011.00", "1"))}, "GNRMC and GNGGA"},
		{"half a second on, in one burst", []output{send(0, first, gga("093010.50", "1"))}, "GNRMC and GNGGA"},
		{"just under half a second on, in one burst", []output{send(0, first, gga("093010.499", "1"))}, ""},
		{"a second back, in one burst", []output{send(0, first, gga("093009.00", "1"))}, "GNRMC and GNGGA"},
		{"a fraction back, in one burst", []output{send(0, first, gga("093009.999", "1"))}, "GNRMC and GNGGA"},
		{"a fraction back, apart", []output{send(0, first), send(300*ms, gga("093009.90", "1"))}, "GNRMC and GNGGA"},
		{"half a second back, apart", []output{send(0, first), send(500*ms, gga("093009.50", "1"))}, "GNRMC and GNGGA"},
		{"a second on, 400 ms behind", []output{send(0, first), send(400*ms, zda("093011.00", "20,05,2026"))}, "GNRMC and GPZDA"},
		{"a second on, 500 ms behind", []output{send(0, first), send(500*ms, zda("093011.00", "20,05,2026"))}, "GNRMC and GPZDA"},
		{"a second on, just over 500 ms behind", []output{send(0, first), send(500*ms+1, zda("093011.00", "20,05,2026"))}, ""},
		{"a second back, just under 700 ms behind", []output{send(0, first), send(700*ms-1, zda("093009.00", "20,05,2026"))}, "GNRMC and GPZDA"},
		{"a second back, 700 ms behind", []output{send(0, first), send(700*ms, zda("093009.00", "20,05,2026"))}, ""},
		{"a second on, a second behind", []output{send(0, first), send(s, gga("093011.00", "1"))}, ""},
		{"a second back, a second behind", []output{send(0, first), send(s, gga("093009.00", "1"))}, ""},
		{"200 ms on, 200 ms behind", []output{send(0, first), send(200*ms, gga("093010.20", "1"))}, ""},
		{"an hour on", []output{send(0, first), send(200*ms, gga("103010.00", "1"))}, "GNRMC and GNGGA"},
		{"two receivers", []output{send(0, first), send(300*ms, gp(rmc("093011.00", "A", may20)))}, "GNRMC and GPRMC"},

		// A delayed reader gets two seconds at once.
		{"the same type, a second on, in one burst", []output{send(0, first, rmc("093011.00", "A", may20))}, ""},
		{"the same type, a second back, in one burst", []output{send(0, first, rmc("093009.00", "A", may20))}, ""},
		{"the same type, apart", []output{send(0, first), send(300*ms, rmc("093011.00", "A", may20))}, ""},

		{"midnight, a second on", []output{send(0, rmc("235959.00", "A", may20), gga("000000.00", "1"))}, "GNRMC and GNGGA"},
		{"midnight, a second back", []output{send(0, rmc("000000.00", "A", may20), gga("235959.00", "1"))}, "GNRMC and GNGGA"},
		{"midnight, 400 ms on", []output{send(0, rmc("235959.80", "A", may20), gga("000000.20", "1"))}, ""},
		{"midnight, a second behind", []output{send(0, rmc("235959.00", "A", may20)), send(s, gga("000000.00", "1"))}, ""},
		{"midnight, 600 ms on and behind", []output{send(0, rmc("235959.60", "A", may20)), send(600*ms, gga("000000.20", "1"))}, ""},

		// Damaged sentences do not matter: the blocks are compared.
		{"behind damaged sentences, 600 ms apart", []output{
			send(0, missummed(first), missummed(first), gga("093010.00", "1")), send(600*ms, zda("093011.00", "20,05,2026")),
		}, ""},
		{"behind GSV, 700 ms from it", []output{send(0, gsv(1), gsv(2), first), send(700*ms, zda("093009.00", "20,05,2026"))}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			epochs := receive(9600, append([]output{send(-2*s, gsv(1))}, test.stream...)...)
			if len(epochs) != 2 {
				t.Fatalf("%d epochs, want 2", len(epochs))
			}
			e := epochs[1]
			if e.Conflict != test.want || epochs[0].Conflict != "" {
				t.Errorf("conflicts %q, %q; want none, %q", epochs[0].Conflict, e.Conflict, test.want)
			}
			if got, want := epochs[0].Why == nmea.TwoTimes, test.want != ""; got != want {
				t.Errorf("the epoch before is %v by %q", epochs[0].Why, epochs[0].By)
			}
			if got, want := judgedTwoTimes(e), test.want != ""; got != want {
				t.Errorf("the epoch is %v by %q", e.Why, e.By)
			}
		})
	}
}

func TestNoConflict(t *testing.T) {
	const (
		void    = "GPRMC,,V,,,,,,,,,,N"
		voidGLL = "GPGLL,,,,,,V,N"
		zdg     = "GPZDG,093011.00,20,05,2026,4.2,V"
	)
	first := rmc("093010.00", "A", may20)
	long := slices.Repeat([]string{gsv(1)}, 10) // 800 ms
	tests := []struct {
		name   string
		stream []output
		want   []nmea.Reason
	}{
		{"ZDG behind RMC", []output{send(0, first, zdg)}, []nmea.Reason{nmea.Valid}},
		{"ZDG behind RMC, apart", []output{send(0, first), send(300*ms, zdg)}, []nmea.Reason{nmea.Valid}},
		{"RMC behind ZDG", []output{send(0, zdg, first)}, []nmea.Reason{nmea.GPSTime, nmea.Valid}},
		{"RMC behind ZDG, apart", []output{send(0, zdg), send(300*ms, first)}, []nmea.Reason{nmea.GPSTime, nmea.Valid}},
		{
			"no time first, in a long burst", []output{{0, slices.Concat([]string{void}, long, []string{gga("093010.00", "1")})}},
			[]nmea.Reason{nmea.NoFix, nmea.NoDate},
		},
		{
			"no time behind, in a long burst", []output{{0, slices.Concat([]string{first}, long, []string{voidGLL})}},
			[]nmea.Reason{nmea.Valid, nmea.NoFix},
		},
		{"no time at all, twice", []output{send(0, void, void)}, []nmea.Reason{nmea.NoFix, nmea.NoFix}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []nmea.Reason
			for _, e := range receive(9600, test.stream...) {
				got = append(got, e.Why)
				if e.Conflict != "" {
					t.Errorf("%s: conflict %q", e.UTC, e.Conflict)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

// The first burst after opening may be the end of a burst.
func TestNoConflictWithTheFirstBurst(t *testing.T) {
	var chunks []stamped
	for _, b := range []output{send(0, rmc("093010.00", "A", may20)), send(300*ms, gga("093011.00", "1")), send(500*ms, zda("093010.00", "20,05,2026"))} {
		chunks = append(chunks, stamped{boot.Add(b.at + time.Duration(len(b.bytes()))*at9600), b.bytes()})
	}
	var got []string
	for _, e := range grouped(nmea.NewFramer(9600), midMay, slices.Values(chunks)) {
		got = append(got, e.Conflict)
	}
	if want := []string{"", "", "GNGGA and GPZDA"}; !slices.Equal(got, want) {
		t.Errorf("conflicts %q, want %q", got, want)
	}
}

// A conflict in one second does not affect later seconds.
func TestConflictEnds(t *testing.T) {
	var got []nmea.Reason
	for _, e := range receive(9600,
		send(0, rmc("093010.00", "A", may20), gga("093010.00", "1")),
		send(s, rmc("093011.00", "A", may20), zda("093015.00", "20,05,2026"), gga("093015.00", "1")),
		send(2*s, rmc("093012.00", "A", may20), gga("093012.00", "1")),
		send(3*s, rmc("093013.00", "A", may20), gga("093013.00", "1")),
	) {
		got = append(got, e.Why)
	}
	if want := []nmea.Reason{nmea.Valid, nmea.TwoTimes, nmea.TwoTimes, nmea.Valid, nmea.Valid}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// The start of a burst with two seconds is ambiguous.
func TestNoStartOfTwoSeconds(t *testing.T) {
	for clock, want := range map[string]bool{"093010.30": true, "093010.50": false, "093011.00": false, "093009.50": false, "093009.60": true} {
		epochs := receive(9600, send(0, rmc("093010.00", "A", may20), rmc(clock, "A", may20)))
		if len(epochs) != 2 || epochs[0].HasStart != want || epochs[1].HasStart {
			t.Errorf("%s: starts %v and %v, want %v and false", clock, epochs[0].HasStart, epochs[1].HasStart, want)
		}
	}
	epochs := receive(9600, send(0, rmc("093010.00", "A", may20)), send(s, rmc("093011.00", "A", may20)))
	if !epochs[0].HasStart || !epochs[1].HasStart {
		t.Error("no start if a silence separates two seconds")
	}
	long := slices.Concat([]string{rmc("093010.00", "A", may20)}, slices.Repeat([]string{gsv(1)}, 10), []string{"GPGLL,,,,,,V,N"})
	if e := receive(9600, output{0, long})[0]; !e.HasStart {
		t.Error("no start if a burst ends without a time")
	}
}

// judgedTwoTimes reports whether the conflict is the reason of an epoch, or would be with
// a date and a fix.
func judgedTwoTimes(e nmea.Epoch) bool {
	if e.Why == nmea.NoDate || e.Why == nmea.NoFixStatus {
		return e.Conflict != ""
	}
	return e.Why == nmea.TwoTimes && e.By == e.Conflict
}
