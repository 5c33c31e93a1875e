package nmea_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

// The content of a damaged first sentence is unknown.
func TestCut(t *testing.T) {
	const clock = "093001.00"
	named := rmc(clock, "A", may20)
	tests := []struct {
		name   string
		blocks []block
		cut    bool
		first  string
	}{
		{"whole", []block{after(0, named, gsv(1))}, false, "GNRMC"},
		{"the first damaged", []block{after(0, missummed(gga(clock, "1")), named)}, true, ""},
		{"the second damaged", []block{after(0, named, missummed(gga(clock, "1")))}, false, "GNRMC"},
		{"the second damaged, which would have named the time", []block{after(0, gsv(1), missummed(gga(clock, "1")), named)}, false, "GPGSV"},
		{"the first three damaged", []block{after(0, missummed(gga(clock, "1")), missummed(gsv(1)), missummed(gsa), named)}, true, ""},
		{"the first block damaged", []block{after(0, missummed(gsv(1))), after(10*ms, named)}, true, ""},
		{"the second block damaged", []block{after(0, gsv(1)), after(10*ms, missummed(gga(clock, "1")), named)}, false, "GPGSV"},
		{"the burst before damaged", []block{after(0, missummed(gsv(1))), after(30*ms, named)}, false, "GNRMC"},
		{"the last of the burst before damaged", []block{after(0, gsv(1), missummed(gsv(2))), after(30*ms, named)}, false, "GNRMC"},
		{"the first of a burst after a whole one", []block{after(0, gsv(1), gsv(2)), after(30*ms, missummed(gsv(3)), named)}, true, ""},
		{"an impossible time", []block{after(0, gga("253001.00", "1"), named)}, false, "GNGGA"},
		{"no checksum", []block{after(0, "$"+gsv(1), named)}, false, ""},
		{"no sentence", []block{after(0, "$", named)}, false, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			stream := append([]output{send(0, rmc("093000.00", "A", may20))}, placed(s, test.blocks...)...)
			epochs := receive(9600, append(stream, send(2*s, rmc("093002.00", "A", may20)))...)
			if len(epochs) != 3 {
				t.Fatalf("%d epochs, want 3", len(epochs))
			}
			if e := epochs[1]; e.Cut != test.cut || e.First != test.first {
				t.Errorf("cut %v, begins with %q; want %v, %q", e.Cut, e.First, test.cut, test.first)
			}
			if epochs[0].Cut || epochs[2].Cut {
				t.Errorf("the epochs around it are cut: %v, %v", epochs[0].Cut, epochs[2].Cut)
			}
		})
	}
}

// A file has no silences, so the start of its bursts is unknown.
func TestNoCutWithoutSilence(t *testing.T) {
	text := output{0, []string{missummed(gsv(1)), rmc("093000.00", "A", may20), missummed(gsv(1)), rmc("093001.00", "A", may20)}}.bytes()
	for _, at := range []nmea.Stamp{{}, boot} {
		for _, e := range grouped(nmea.NewFramer(9600), midMay, slices.Values([]stamped{{at, text}})) {
			if e.Cut {
				t.Errorf("%s is cut", e.UTC)
			}
		}
	}
}

// A receiver without a fix does not have an early date from a satellite.
func TestEarly(t *testing.T) {
	for name, test := range map[string]struct {
		lines []string
		want  bool
		eras  int
	}{
		"today":                       {[]string{rmc("093000.00", "A", may20)}, false, 0},
		"today, void":                 {[]string{rmc("093000.00", "V", may20)}, false, 0},
		"the build date":              {[]string{rmc("093000.00", "V", "150526")}, false, 0},
		"the day before":              {[]string{rmc("093000.00", "V", "140526")}, true, 1},
		"an era behind":               {[]string{rmc("093000.00", "A", "041006")}, true, 1},
		"the GPS epoch":               {[]string{rmc("093000.00", "V", "060180")}, true, 3},
		"the GPS epoch, a century on": {[]string{zda("093000.00", "06,01,2080")}, true, 0},
		"the first rollover":          {[]string{rmc("093000.00", "V", "220899")}, true, 2},
		"years ahead":                 {[]string{rmc("093000.00", "A", "030146")}, false, 0},
		"no date":                     {[]string{gga("093000.00", "1")}, false, 0},
		"an impossible date, void":    {[]string{rmc("093000.00", "V", "000000")}, false, 0},
	} {
		e := receive(9600, output{0, test.lines})[0]
		if e.Early != test.want || e.Eras != test.eras {
			t.Errorf("%s: early %v, %d eras; want %v, %d", name, e.Early, e.Eras, test.want, test.eras)
		}
	}
}

// The leap seconds are kept until the receiver reports them again.
func TestLeapIsKept(t *testing.T) {
	pubx := func(clock, leap string) string { return "PUBX,04," + clock + ",200526,293400.00,2419," + leap + ",,," }
	tests := []struct {
		says string // leap seconds in PUBX,04 in each second; empty if not sent
		leap nmea.Leap
		why  nmea.Reason
		by   string
	}{
		{"", nmea.LeapUnreported, nmea.Valid, ""},
		{"18D", nmea.LeapDefault, nmea.LeapUnknown, "PUBX,04"},
		{"", nmea.LeapDefault, nmea.LeapUnknown, "PUBX,04"},
		{"", nmea.LeapDefault, nmea.LeapUnknown, "PUBX,04"},
		{"-", nmea.LeapDefault, nmea.LeapUnknown, "PUBX,04"}, // sent, but without them
		{"18", nmea.LeapKnown, nmea.Valid, ""},
		{"", nmea.LeapKnown, nmea.Valid, ""},
		{"-", nmea.LeapKnown, nmea.Valid, ""},
		{"16D", nmea.LeapDefault, nmea.LeapUnknown, "PUBX,04"}, // a cold start
		{"", nmea.LeapDefault, nmea.LeapUnknown, "PUBX,04"},
		{"18", nmea.LeapKnown, nmea.Valid, ""},
	}
	for _, idle := range []bool{false, true} {
		var stream []output
		for i, test := range tests {
			at, clock := time.Duration(i)*s, "0930"+string([]byte{'0' + byte(i/10), '0' + byte(i%10)})+".00"
			lines := []string{rmc(clock, "A", may20), gga(clock, "1")}
			if test.says != "" {
				lines = append(lines, pubx(clock, strings.Trim(test.says, "-")))
			}
			if stream = append(stream, output{at, lines}); idle {
				stream = append(stream, send(at+400*ms))
			}
		}
		epochs := receive(9600, stream...)
		if len(epochs) != len(tests) {
			t.Fatalf("%d epochs, want %d", len(epochs), len(tests))
		}
		for i, e := range epochs {
			if test := tests[i]; e.Leap != test.leap || e.Why != test.why || e.By != test.by {
				t.Errorf("second %d: leap seconds %v, %v by %q; want %v, %v by %q", i, e.Leap, e.Why, e.By, test.leap, test.why, test.by)
			}
		}
	}
}

// Default leap seconds apply to the current epoch, whichever sentence is first.
func TestLeapByDefaultComesFirst(t *testing.T) {
	for name, lines := range map[string][]string{
		"PUBX,04 first": {"PUBX,04,093000.00,200526,293400.00,2419,18D,,,", rmc("093000.00", "A", may20)},
		"PUBX,04 last":  {rmc("093000.00", "A", may20), "PUBX,04,093000.00,200526,293400.00,2419,18D,,,"},
		"no date":       {gga("093000.00", "1"), "PUBX,04,093000.00,,293400.00,2419,18D,,,"},
		"no fix status": {"PUBX,04,093000.00,200526,293400.00,2419,18D,,,"},
	} {
		if e := receive(9600, output{0, lines})[0]; e.Why != nmea.LeapUnknown {
			t.Errorf("%s: %v", name, e.Why)
		}
	}
}

// An unreadable date or time is quoted once.
func TestUnreadable(t *testing.T) {
	const clock = "093000.00"
	for name, test := range map[string]struct {
		lines []string
		want  string // part of the text, or empty
	}{
		"all readable":                    {[]string{rmc(clock, "A", may20), gga(clock, "1")}, ""},
		"a date":                          {[]string{gga(clock, "1"), rmc(clock, "A", "310226")}, `GNRMC: date "310226"`},
		"a time":                          {[]string{rmc("253000.00", "A", may20), zda(clock, "20,05,2026"), gga(clock, "1")}, `GNRMC: time "253000.00"`},
		"a date of ZDA":                   {[]string{rmc(clock, "A", may20), zda(clock, "31,02,2026")}, `GPZDA: date "31,02,2026"`},
		"two: the last one":               {[]string{rmc("253000.00", "A", may20), zda(clock, "31,02,2026"), gga(clock, "1")}, `GPZDA: date "31,02,2026"`},
		"a damaged sentence":              {[]string{missummed(rmc("253000.00", "A", may20)), rmc(clock, "A", may20)}, ""},
		"a damaged sentence after a date": {[]string{rmc(clock, "A", "310226"), gga(clock, "1"), missummed(gsa)}, `date "310226"`},
		"a sentence without a checksum":   {[]string{"$" + rmc("253000.00", "A", may20), rmc(clock, "A", may20)}, ""},
		"an impossible date, void":        {[]string{rmc(clock, "V", "000000"), gga(clock, "0")}, ""},
		"an impossible time, void":        {[]string{rmc("999999", "V", may20), gga("999999", "0")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			epochs := receive(9600, output{0, test.lines}, send(600*ms))
			if got := epochs[0].Unreadable; test.want == "" && got != "" || !strings.Contains(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// The text belongs to one epoch, not to later ones.
func TestUnreadableEnds(t *testing.T) {
	var got []bool
	for _, e := range receive(9600,
		send(0, gga("093000.00", "1"), rmc("093000.00", "A", "310226")), send(s, gga("093001.00", "1"), rmc("093001.00", "A", may20)),
		send(2*s, gga("093002.00", "1"), rmc("093002.00", "A", may20)),
	) {
		got = append(got, e.Unreadable != "")
	}
	if want := []bool{true, false, false}; !slices.Equal(got, want) {
		t.Errorf("unreadable %v, want %v", got, want)
	}
}

// A receiver that was just switched on sends impossible values.
func TestVoidWithImpossibleFields(t *testing.T) {
	got := summaries(
		send(0, rmc("000000.00", "V", "000000"), gga("000000.00", "0")),
		send(1*s, rmc("255959.00", "V", "999999"), gga("255959.00", "0")),
		send(2*s, rmc("093002.00", "A", may20), gga("093002.00", "1")),
	)
	want := []summary{
		{"00:00:00.000", nmea.NoFix, "GNRMC", 0}, {"", nmea.NoFix, "GNRMC", 1 * s},
		{"2026-05-20T09:30:02.000Z", nmea.Valid, "", 2 * s},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}
