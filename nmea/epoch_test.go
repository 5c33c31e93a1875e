package nmea_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

const s = time.Second

func TestEpochs(t *testing.T) {
	const (
		valid = nmea.Valid
		may21 = "210526"
	)
	glonass := func(body string) string { return strings.Replace(body, "GN", "GL", 1) }
	gps := func(body string) string { return strings.Replace(body, "GN", "GP", 1) }
	tests := []struct {
		name   string
		stream []output
		want   []summary
	}{
		{
			"midnight, the date sent last: no epoch of the new day has the old date",
			[]output{
				send(0, gga("235959.00", "1"), gsa, rmc("235959.00", "A", may20)),
				send(1*s, gga("000000.00", "1"), gsa, rmc("000000.00", "A", may21)),
			},
			[]summary{{"2026-05-20T23:59:59.000Z", valid, "", 0}, {"2026-05-21T00:00:00.000Z", valid, "", 1 * s}},
		},
		{
			"midnight, the RMC that names the day damaged",
			[]output{
				send(0, gga("235959.00", "1"), rmc("235959.00", "A", may20)),
				send(1*s, gga("000000.00", "1"), missummed(rmc("000000.00", "A", may21))),
				send(2*s, gga("000001.00", "1"), rmc("000001.00", "A", may21)),
			},
			[]summary{
				{"2026-05-20T23:59:59.000Z", valid, "", 0},
				{"00:00:00.000", nmea.NoDate, "", 1 * s},
				{"2026-05-21T00:00:01.000Z", valid, "", 2 * s},
			},
		},
		{
			"the first sentence damaged: the start stays",
			[]output{
				send(0, rmc("093000.00", "A", may20), gga("093000.00", "1"), zda("093000.00", "20,05,2026")),
				send(1*s, missummed(rmc("093001.00", "A", may20)), gga("093001.00", "1"), zda("093001.00", "20,05,2026")),
				send(2*s, rmc("253002.00", "A", may20), gga("093002.00", "1"), zda("093002.00", "20,05,2026")),
				send(3*s, "$GN\xff\x00"+rmc("093003.00", "A", may20), gga("093003.00", "1"), zda("093003.00", "20,05,2026")),
			},
			[]summary{
				{"2026-05-20T09:30:00.000Z", valid, "", 0}, {"2026-05-20T09:30:01.000Z", valid, "", 1 * s},
				{"2026-05-20T09:30:02.000Z", valid, "", 2 * s}, {"2026-05-20T09:30:03.000Z", valid, "", 3 * s},
			},
		},
		{
			"a second with only damaged sentences makes no epoch and moves none",
			[]output{
				send(0, rmc("093000.00", "A", may20)),
				send(1*s, missummed(rmc("093001.00", "A", may20))),
				send(2*s, rmc("093002.00", "A", may20)),
			},
			[]summary{{"2026-05-20T09:30:00.000Z", valid, "", 0}, {"2026-05-20T09:30:02.000Z", valid, "", 2 * s}},
		},
		{
			"a GGA alone has no date, even after one with a date",
			[]output{
				send(0, rmc("093000.00", "A", may20), gga("093000.00", "1")),
				send(1*s, gga("093001.00", "1")), send(2*s, gga("093002.00", "1")),
			},
			[]summary{
				{"2026-05-20T09:30:00.000Z", valid, "", 0},
				{"09:30:01.000", nmea.NoDate, "", 1 * s}, {"09:30:02.000", nmea.NoDate, "", 2 * s},
			},
		},
		{
			"void RMC beside a ZDA",
			[]output{send(0, zda("093000.00", "20,05,2026"), rmc("093000.00", "V", may20))},
			[]summary{{"2026-05-20T09:30:00.000Z", nmea.NoFix, "GNRMC", 0}},
		},
		{
			"ZDA alone: the time may be that of a battery-backed clock",
			[]output{send(0, zda("093000.00", "20,05,2026"))},
			[]summary{{"2026-05-20T09:30:00.000Z", nmea.NoFixStatus, "", 0}},
		},
		{
			"GGA without a fix after an RMC that has one",
			[]output{send(0, rmc("093000.00", "A", may20), gga("093000.00", "0"))},
			[]summary{{"2026-05-20T09:30:00.000Z", nmea.NoFix, "GNGGA", 0}},
		},
		{
			"the worst fix and its sentence, not the last",
			[]output{send(0, gga("093000.00", "6"), rmc("093000.00", "V", may20), gll("093000.00", "A"))},
			[]summary{{"2026-05-20T09:30:00.000Z", nmea.NoFix, "GNRMC", 0}},
		},
		{
			"a timing receiver that leaves GGA's quality empty",
			[]output{send(0, gga("093000.00", ""), rmc("093000.00", "A", may20), zda("093000.00", "20,05,2026"))},
			[]summary{{"2026-05-20T09:30:00.000Z", valid, "", 0}},
		},
		{
			"a simulator",
			[]output{
				send(0, gga("093000.00", "8"), rmc("093000.00", "A", may20)),
				send(1*s, rmc("093001.00", "A", may20)+"S"),
			},
			[]summary{{"2026-05-20T09:30:00.000Z", nmea.Estimated, "GNGGA", 0}, {"2026-05-20T09:30:01.000Z", nmea.Estimated, "GNRMC", 1 * s}},
		},
		{
			"two dates",
			[]output{send(0, rmc("000000.00", "A", may20), zda("000000.00", "21,05,2026"), gga("000000.00", "1"))},
			[]summary{{"2026-05-21T00:00:00.000Z", nmea.TwoDates, "", 0}},
		},
		{
			"two dates, the one in between agreeing with the last",
			[]output{send(0, rmc("000000.00", "A", may20), zda("000000.00", "21,05,2026"), glonass(rmc("000000.00", "A", may21)))},
			[]summary{{"2026-05-21T00:00:00.000Z", nmea.TwoDates, "", 0}},
		},
		{
			"power-up dates",
			[]output{
				send(0, rmc("000010.00", "A", "060180")), send(1*s, rmc("000011.00", "A", "220899")),
				send(2*s, gga("000012.00", "1"), zda("000012.00", "06,01,2080")),
			},
			[]summary{
				{"2038-11-21T00:00:10.000Z", nmea.DefaultDate, "", 0},
				{"2038-11-21T00:00:11.000Z", nmea.DefaultDate, "", 1 * s},
				{"2080-01-06T00:00:12.000Z", nmea.DefaultDate, "", 2 * s},
			},
		},
		{
			"a week counter that rolled over, once and twice",
			[]output{send(0, rmc("093000.00", "A", "041006")), send(1*s, rmc("093001.00", "A", "180287"))},
			[]summary{{"2026-05-20T09:30:00.000Z", valid, "", 0}, {"2026-05-20T09:30:01.000Z", valid, "", 1 * s}},
		},
		{
			"a date without a source",
			[]output{send(0, rmc("093000.00", "A", "030146")), send(1*s, rmc("093001.00", "A", "140526"))},
			[]summary{{"2046-01-03T09:30:00.000Z", nmea.FarDate, "", 0}, {"2045-12-28T09:30:01.000Z", nmea.FarDate, "", 1 * s}},
		},
		{
			"ZDG alone is GPS time",
			[]output{send(0, gga("093018.00", "1"), "GPZDG,093019.00,20,05,2026,4.2,V"), send(1*s, "GPZDG,093020.00,20,05,2026,4.2,V")},
			[]summary{{"09:30:18.000", nmea.NoDate, "", 0}},
		},
		{
			"ZDG with nothing beside it",
			[]output{send(0, "GPZDG,093019.00,20,05,2026,4.2,V"), send(1*s, "GPZDG,093020.00,20,05,2026,4.2,V")},
			[]summary{{"09:30:19.000", nmea.GPSTime, "GPZDG", 0}, {"09:30:20.000", nmea.GPSTime, "GPZDG", 1 * s}},
		},
		{
			"ZDG beside RMC, ahead of it and behind",
			[]output{
				send(0, "GPZDG,093019.00,20,05,2026,4.2,V", rmc("093000.00", "A", may20)),
				send(1*s, "GPZDG,093020.00,20,05,2026,4.2,V", rmc("093001.00", "A", may20)),
				send(2*s, rmc("093002.00", "A", may20), "GPZDG,093021.00,20,05,2026,4.2,V"),
			},
			[]summary{
				// UTC has not arrived yet, and no silence separates the two.
				{"09:30:19.000", nmea.GPSTime, "GPZDG", noStart}, {"2026-05-20T09:30:00.000Z", valid, "", noStart},
				{"2026-05-20T09:30:01.000Z", valid, "", 1 * s}, {"2026-05-20T09:30:02.000Z", valid, "", 2 * s},
			},
		},
		{
			"leap seconds unknown, with a good fix",
			[]output{send(0, rmc("093000.00", "A", may20), gga("093000.00", "1"), "PUBX,04,093000.00,200526,293400.00,2419,18D,,,")},
			[]summary{{"2026-05-20T09:30:00.000Z", nmea.LeapUnknown, "PUBX,04", 0}},
		},
		{
			"leap seconds unknown and no fix: the fix has priority",
			[]output{
				send(0, rmc("093000.00", "V", may20), "PUBX,04,093000.00,200526,293400.00,2419,18D,,,"),
				send(1*s, "PUBX,04,093001.00,200526,293401.00,2419,18D,,,", rmc("093001.00", "V", may20)),
			},
			[]summary{{"2026-05-20T09:30:00.000Z", nmea.NoFix, "GNRMC", 0}, {"2026-05-20T09:30:01.000Z", nmea.NoFix, "GNRMC", 1 * s}},
		},
		{
			"void, times empty: one epoch a second nonetheless",
			[]output{
				send(0, "GPRMC,,V,,,,,,,,,,N", "GPGGA,,,,,,0,,,,,,,,"),
				send(1*s, "GPRMC,,V,,,,,,,,,,N", "GPGGA,,,,,,0,,,,,,,,"),
				send(2*s, rmc("093002.00", "A", may20), gga("093002.00", "1")),
			},
			[]summary{{"", nmea.NoFix, "GPRMC", 0}, {"", nmea.NoFix, "GPRMC", 1 * s}, {"2026-05-20T09:30:02.000Z", valid, "", 2 * s}},
		},
		{
			"void, times empty, five times a second",
			[]output{
				send(0, "GPRMC,,V,,,,,,,,,,N"), send(200*ms, "GPRMC,,V,,,,,,,,,,N"), send(400*ms, "GPRMC,,V,,,,,,,,,,N"),
				send(600*ms, gps(rmc("093000.60", "A", may20))),
			},
			[]summary{
				{"", nmea.NoFix, "GPRMC", 0}, {"", nmea.NoFix, "GPRMC", 200 * ms}, {"", nmea.NoFix, "GPRMC", 400 * ms},
				{"2026-05-20T09:30:00.600Z", valid, "", 600 * ms},
			},
		},
		{
			"void, some times empty",
			[]output{
				send(0, zda("093000.00", "20,05,2026"), "GPRMC,,V,,,,,,,,,,N", "GPGLL,,,,,,V,N"),
				send(1*s, "GPGLL,,,,,,V,N", "GPRMC,,V,,,,,,,,,,N", zda("093001.00", "20,05,2026")),
			},
			[]summary{{"2026-05-20T09:30:00.000Z", nmea.NoFix, "GPRMC", 0}, {"2026-05-20T09:30:01.000Z", nmea.NoFix, "GPGLL", 1 * s}},
		},
		{
			"the receiver stands still: each second is an epoch, so that the caller sees that time stands still",
			[]output{
				send(0, gga("093000.00", "1"), rmc("093000.00", "A", may20)),
				send(1*s, gga("093000.00", "1"), rmc("093000.00", "A", may20)),
				send(2*s, gga("093000.00", "1"), rmc("093000.00", "A", may20)),
			},
			[]summary{{"2026-05-20T09:30:00.000Z", valid, "", 0}, {"2026-05-20T09:30:00.000Z", valid, "", 1 * s}, {"2026-05-20T09:30:00.000Z", valid, "", 2 * s}},
		},
		{
			"sentences sent twice are one epoch",
			[]output{send(0, rmc("093000.00", "A", may20), rmc("093000.00", "A", may20), gga("093000.00", "1"), gga("093000.00", "1"))},
			[]summary{{"2026-05-20T09:30:00.000Z", valid, "", 0}},
		},
		{
			"GN, GP and GL in one burst, and alternating",
			[]output{
				send(0, rmc("093000.00", "A", may20), gps(rmc("093000.00", "A", may20)), glonass(rmc("093000.00", "A", may20)), gga("093000.00", "1")),
				send(1*s, gps(gga("093001.00", "1")), gps(rmc("093001.00", "A", may20))),
				send(2*s, gga("093002.00", "1"), rmc("093002.00", "A", may20)),
			},
			[]summary{{"2026-05-20T09:30:00.000Z", valid, "", 0}, {"2026-05-20T09:30:01.000Z", valid, "", 1 * s}, {"2026-05-20T09:30:02.000Z", valid, "", 2 * s}},
		},
		{
			"GN without a fix, GP with",
			[]output{send(0, gps(rmc("093000.00", "A", may20)), rmc("093000.00", "V", may20))},
			[]summary{{"2026-05-20T09:30:00.000Z", nmea.NoFix, "GNRMC", 0}},
		},
		{
			"a leap second",
			[]output{
				send(0, gga("235959.00", "1"), rmc("235959.00", "A", "311226")), send(1*s, gga("235960.00", "1"), rmc("235960.00", "A", "311226")),
				send(2*s, gga("000000.00", "1"), rmc("000000.00", "A", "010127")),
			},
			[]summary{
				{"2026-12-31T23:59:59.000Z", valid, "", 0}, {"2026-12-31T23:59:60.000Z", valid, "", 1 * s},
				{"2027-01-01T00:00:00.000Z", valid, "", 2 * s},
			},
		},
		{
			"epochs that are not on the second",
			[]output{send(0, rmc("093000.787", "A", may20), gga("093000.787", "1")), send(1*s, rmc("093001.787", "A", may20))},
			[]summary{{"2026-05-20T09:30:00.787Z", valid, "", 0}, {"2026-05-20T09:30:01.787Z", valid, "", 1 * s}},
		},
		{
			"one sentence with all decimals, one with two: not the same time",
			[]output{send(0, rmc("093000.250", "A", may20), gga("093000.25", "1"))},
			[]summary{{"2026-05-20T09:30:00.250Z", valid, "", 0}},
		},
		{
			"nothing for a clock",
			[]output{send(0, gsa, gsv(1), "GPTXT,01,01,02,hello"), send(1*s, gsa)},
			nil,
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

// In a file, only the sentences themselves separate the epochs.
func TestEpochsWithoutStamps(t *testing.T) {
	const void, noPosition = "GPRMC,,V,,,,,,,,,,N", "GPGLL,,,,,,V,N"
	valid := func(second string) summary {
		return summary{"2026-05-20T09:30:" + second + ".000Z", nmea.Valid, "", noStart}
	}
	tests := []struct {
		name  string
		lines []string
		want  []summary
	}{
		{
			"void without times, twice, then a fix",
			[]string{void, noPosition, void, noPosition, rmc("093002.00", "A", may20), gga("093002.00", "1")},
			[]summary{{"", nmea.NoFix, "GPRMC", noStart}, {"", nmea.NoFix, "GPRMC", noStart}, valid("02")},
		},
		{
			"one sentence of three without its time",
			[]string{zda("093000.00", "20,05,2026"), void, noPosition, zda("093001.00", "20,05,2026"), rmc("093001.00", "A", may20)},
			[]summary{{"2026-05-20T09:30:00.000Z", nmea.NoFix, "GPRMC", noStart}, valid("01")},
		},
		{
			"the receiver stands still", // looks like sentences sent twice
			[]string{rmc("093000.00", "A", may20), gga("093000.00", "1"), rmc("093000.00", "A", may20), gga("093000.00", "1")},
			[]summary{valid("00")},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			stream := slices.Values([]stamped{{bytes: output{0, test.lines}.bytes()}})
			var got []summary
			for _, e := range grouped(nmea.NewFramer(0), midMay, stream) {
				got = append(got, summarize(e))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %+v\nwant %+v", got, test.want)
			}
		})
	}
}

// Ten epochs a second at 38400 baud, each with its own silence.
func TestEpochsTenASecond(t *testing.T) {
	var stream []output
	for i := range 20 {
		clock := "0930" + []string{"00", "01"}[i/10] + "." + string(rune('0'+i%10)) + "0"
		stream = append(stream, send(time.Duration(i)*100*ms, rmc(clock, "A", may20), gga(clock, "4"), gsa))
	}
	epochs := receive(38400, stream...)
	if len(epochs) != 20 {
		t.Fatalf("%d epochs, want 20", len(epochs))
	}
	for i, e := range epochs {
		want := summary{"2026-05-20T09:30:0" + string(rune('0'+i/10)) + "." + string(rune('0'+i%10)) + "00Z", nmea.Valid, "", time.Duration(i) * 100 * ms}
		if got := summarize(e); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if e.First != "GNRMC" || len(e.Sentences) != 3 {
			t.Errorf("%s begins with %s and has %v", e.UTC, e.First, e.Sentences)
		}
	}
}

// The list has the sentences of an epoch in order, and the first of its burst.
func TestEpochLists(t *testing.T) {
	epochs := receive(9600,
		send(0, gsv(1), rmc("093000.00", "A", may20), gsa),
		send(1*s, missummed(gsv(1)), rmc("253001.00", "A", may20), gga("093001.00", "1"), "PUBX,00,,"),
		send(2*s, rmc("093002.00", "A", may20)),
	)
	want := []struct {
		first     string
		sentences []string
	}{
		{"GPGSV", []string{"GPGSV", "GNRMC", "GNGSA"}},
		{"", []string{"", "GNRMC", "GNGGA", "PUBX,00"}},
		{"GNRMC", []string{"GNRMC"}},
	}
	if len(epochs) != len(want) {
		t.Fatalf("%d epochs, want %d", len(epochs), len(want))
	}
	for i, e := range epochs {
		if e.First != want[i].first || !slices.Equal(e.Sentences, want[i].sentences) {
			t.Errorf("%s begins with %q and has %q; want %q and %q", e.UTC, e.First, e.Sentences, want[i].first, want[i].sentences)
		}
	}
}

// Push returns the errors of sentences, so that the caller can count them.
func TestEpochsReturnErrors(t *testing.T) {
	e := nmea.NewEpochs(midMay)
	if _, ok, err := e.Push(nmea.Sentence{Raw: []byte(missummed(gsa))}); ok || err == nil {
		t.Errorf("a wrong sum gives %v, %v", ok, err)
	}
	if _, ok := e.Flush(); ok {
		t.Error("a sentence that cannot be decoded gives an epoch")
	}
}
