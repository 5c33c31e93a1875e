package nmea_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/refclock/refclock/nmea"
)

// The time and date of the sentences below.
var (
	nineThirty = nmea.TimeOfDay{Hour: 9, Minute: 30}
	theDay     = nmea.Date{Year: 2026, Month: 5, Day: 20}
)

func TestDecode(t *testing.T) {
	tests := []struct {
		name string
		body string
		want nmea.Report // the Address aside
	}{
		{"RMC", rmc("093000.00", "A", may20), nmea.Report{HasTime: true, Time: nineThirty, Date: theDay, Fix: nmea.FixGood}},
		{"RMC, void, with remembered time and date", rmc("093000.00", "V", may20), nmea.Report{HasTime: true, Time: nineThirty, Date: theDay, Fix: nmea.FixNone}},
		{"RMC, void, with empty fields", "GPRMC,,V,,,,,,,,,,N", nmea.Report{Fix: nmea.FixNone}},
		{"RMC, time but no date", rmc("093000.00", "A", ""), nmea.Report{HasTime: true, Time: nineThirty, Fix: nmea.FixGood}},
		{"RMC, date but no time", rmc("", "A", may20), nmea.Report{Date: theDay, Fix: nmea.FixGood}},
		{"RMC, ends after the date", "GPRMC,093000,A," + place + ",,,200526", nmea.Report{HasTime: true, Time: nineThirty, Date: theDay, Fix: nmea.FixGood}},

		{"ZDA", zda("093000.00", "20,05,2026"), nmea.Report{HasTime: true, Time: nineThirty, Date: theDay}},
		{"ZDA, its time is UTC in every zone", "GPZDA,093000,20,05,2026,-09,30", nmea.Report{HasTime: true, Time: nineThirty, Date: theDay}},
		{"ZDA without zones", "GPZDA,093000.00,20,05,2026", nmea.Report{HasTime: true, Time: nineThirty, Date: theDay}},
		{"ZDA with empty zones", "GPZDA,093000.00,20,05,2026,,", nmea.Report{HasTime: true, Time: nineThirty, Date: theDay}},
		{"ZDA, day and month of one digit", "GPZDA,093000.00,7,5,2026,,", nmea.Report{HasTime: true, Time: nineThirty, Date: nmea.Date{Year: 2026, Month: 5, Day: 7}}},
		{"ZDA, with empty fields", "GPZDA,,,,,,", nmea.Report{}},
		{"ZDA, no date yet", "GPZDA,093000.00,,,,00,00", nmea.Report{HasTime: true, Time: nineThirty}},

		{"GGA", gga("093000.00", "1"), nmea.Report{HasTime: true, Time: nineThirty, Fix: nmea.FixGood, Used: 9, HDOP: 0.9}},
		{"GGA, no fix", "GNGGA,093000.00,,,,,0,00,99.99,,,,,,", nmea.Report{HasTime: true, Time: nineThirty, Fix: nmea.FixNone, HDOP: 99.99}},
		{"GGA, with quality 0 and empty fields", "GNGGA,,,,,,0,,,,,,,,", nmea.Report{Fix: nmea.FixNone}},
		{"GGA, with empty fields", "GNGGA,,,,,,,,,,,,,,", nmea.Report{}},

		{"GNS", "GNGNS,093000.00," + place + ",AD,15,0.7,4.2,17.1,,,S", nmea.Report{HasTime: true, Time: nineThirty, Fix: nmea.FixGood, Used: 15, HDOP: 0.7}},
		{"GLL", gll("093000.00", "A"), nmea.Report{HasTime: true, Time: nineThirty, Fix: nmea.FixGood}},
		{"GLL, void", "GPGLL,,,,,093000.00,V,N", nmea.Report{HasTime: true, Time: nineThirty, Fix: nmea.FixNone}},
		{"GLL of an old receiver, position only", "GPGLL," + place, nmea.Report{Fix: nmea.FixNone}},

		{"PUBX,04", "PUBX,04,093000.00,200526,293400.00,2419,18,12345,17.2,21", nmea.Report{HasTime: true, Time: nineThirty, Date: theDay, Leap: nmea.LeapKnown}},
		{"PUBX,04, leap seconds by default", "PUBX,04,093000.00,200526,293400.00,2419,18D,12345,17.2,21", nmea.Report{HasTime: true, Time: nineThirty, Date: theDay, Leap: nmea.LeapDefault}},
		{"PUBX,04, with empty fields", "PUBX,04,,,,,18D,,,", nmea.Report{Leap: nmea.LeapDefault}},

		{"PGRMF", "PGRMF,371,293418,200526,093000,18,0007.4000,N,00012.6000,E,A,2,0,0,2,1", nmea.Report{HasTime: true, Time: nineThirty, Date: theDay, Fix: nmea.FixGood, PDOP: 2}},
		{"PGRMF, in two dimensions", "PGRMF,371,293418,200526,093000,18,0007.4000,N,00012.6000,E,A,1,0,0,2,1", nmea.Report{HasTime: true, Time: nineThirty, Date: theDay, Fix: nmea.FixGood, PDOP: 2}},
		{"PGRMF, no fix", "PGRMF,371,293418,200526,093000,18,,,,,A,0,,,,", nmea.Report{HasTime: true, Time: nineThirty, Date: theDay, Fix: nmea.FixNone}},
		{"PGRMF, with empty fields", "PGRMF,,,,,,,,,,,,,,,", nmea.Report{}},

		{"ZDG, which is GPS time", "GPZDG,093001.00,20,05,2026,4.2,V", nmea.Report{HasTime: true, Time: nmea.TimeOfDay{Hour: 9, Minute: 30, Second: 1}, Refusal: nmea.GPSTime}},

		{"GSA", gsa, nmea.Report{Used: 4, PDOP: 1.7, HDOP: 0.9, VDOP: 1.4}},
		{"GSA, with a system", gsa + ",1", nmea.Report{Used: 4, PDOP: 1.7, HDOP: 0.9, VDOP: 1.4}},
		{"GSA, all twelve", "GPGSA,A,3,01,02,03,04,05,06,07,08,09,10,11,12,1.2,0.7,1.0", nmea.Report{Used: 12, PDOP: 1.2, HDOP: 0.7, VDOP: 1.0}},
		{"GSA, no fix", "GPGSA,A,1,,,,,,,,,,,,,99.99,99.99,99.99", nmea.Report{PDOP: 99.99, HDOP: 99.99, VDOP: 99.99}},
		{"GSA, malformed", "GPGSA,A,1", nmea.Report{}},
		{"GSV", gsv(1), nmea.Report{InView: 12, HasInView: true}},
		{"GSV, none", "GPGSV,1,1,00", nmea.Report{HasInView: true}},
		{"GSV, its count unreadable", "GPGSV,1,1,x2", nmea.Report{}},
		{"GSV, its count out of range", "GPGSV,1,1,99999999999999999999", nmea.Report{}},
		{"GGA, its HDOP out of range", "GNGGA,093000.00,,,,,1,09,1e999,,,,,,", nmea.Report{HasTime: true, Time: nineThirty, Fix: nmea.FixGood, Used: 9}},
		{"GGA, its HDOP infinite", "GNGGA,093000.00,,,,,1,09,inf,,,,,,", nmea.Report{HasTime: true, Time: nineThirty, Fix: nmea.FixGood, Used: 9}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.want.Address, _, _ = strings.Cut(test.body, ",")
			if test.want.Address == "PUBX" {
				test.want.Address = test.body[:len("PUBX,04")]
			}
			if got := mustDecode(t, summed(test.body)); got != test.want {
				t.Errorf("%s:\nreport %+v\nwant %+v", test.body, got, test.want)
			}
		})
	}
}

// All talkers mean the same: constellations, several of them, and nonstandard ones.
func TestDecodeAnyTalker(t *testing.T) {
	for _, talker := range []string{"GP", "GN", "GL", "GA", "GB", "BD", "GQ", "QZ", "GI", "II", "IN", "ZA", ""} {
		for _, body := range []string{
			rmc("093000.00", "A", may20), gga("093000.00", "1"), gll("093000.00", "A"),
			zda("093000.00", "20,05,2026"), "GNGNS,093000.00," + place + ",AA,15,0.7,4.2,17.1,,",
		} {
			body = talker + body[2:]
			r := mustDecode(t, summed(body))
			if !r.HasTime || r.Time != nineThirty || r.Fix > nmea.FixGood {
				t.Errorf("%s: report %+v", body, r)
			}
		}
	}
}

// Every sentence rejects an impossible time or date.
func TestDecodeRanges(t *testing.T) {
	times := []string{
		"240000", "256199", "995999", "096000", "235961", "093060.00", "225960", "000060",
		"0930", "9300", "09300", "93000.00", "0", "", ".", "......", "093000,", "-93000", "+93000", " 93000", "09300a", "09:30:00", "0x3000",
		"093000.x", "093000.00x", "093000.0.0", "093000:00", "0930000", "093000e1", "nan", "09300\u0660",
	}
	dates := []string{
		"310226", "290225", "290200x", "300226", "310426", "320126", "000526", "200026", "201326", "994599",
		"20526", "2005", "200526.", "2005260", "20 526", "20-526", "+20526", "2o0526", "", "x",
	}
	timed := map[string]string{
		"RMC": "GNRMC,%s,A," + place + ",0.05,,200526,,,A", "GGA": "GNGGA,%s," + place + ",1,09,0.9,4.2,M,17.1,M,,",
		"GNS": "GNGNS,%s," + place + ",AA,15,0.7,4.2,17.1,,", "GLL": "GNGLL," + place + ",%s,A,A",
		"ZDA": "GPZDA,%s,20,05,2026,00,00", "ZDG": "GPZDG,%s,20,05,2026,4.2,V",
		"PUBX": "PUBX,04,%s,200526,293400.00,2419,18,,,", "PGRMF": "PGRMF,371,293418,200526,%s,18,,,,,A,2,,,,",
	}
	dated := map[string]string{
		"RMC": "GNRMC,093000.00,A," + place + ",0.05,,%s,,,A", "PUBX": "PUBX,04,093000.00,%s,293400.00,2419,18,,,",
		"PGRMF": "PGRMF,371,293418,%s,093000,18,,,,,A,2,,,,",
	}
	refuse := func(t *testing.T, form, field string) {
		t.Helper()
		body := fmt.Sprintf(form, field)
		r, err := nmea.NewDecoder().Decode([]byte(summed(body)))
		switch {
		case strings.Contains(field, ","): // adds a field, which displaces the rest
		case field == "":
			if err != nil {
				t.Errorf("%s: %v: an empty field is not an error", body, err)
			}
		case !errors.Is(err, nmea.ErrRange):
			t.Errorf("%s: error is %v, report %+v; want %q", body, err, r, nmea.ErrRange)
		}
	}
	for name, form := range timed {
		t.Run(name+" times", func(t *testing.T) {
			for _, clock := range times {
				refuse(t, form, clock)
			}
		})
	}
	for name, form := range dated {
		t.Run(name+" dates", func(t *testing.T) {
			for _, date := range dates {
				refuse(t, form, date)
			}
		})
	}
	t.Run("ZDA dates", func(t *testing.T) {
		for _, date := range []string{
			"31,02,2026", "29,02,2025", "29,02,2100", "00,05,2026", "32,01,2026", "20,00,2026", "20,13,2026",
			"20,05,26", "20,05,02026", "20,05,", "20,,2026", ",05,2026", "020,05,2026", "20,005,2026",
			"20,05,2O26", "2x,05,2026", "20,-5,2026", "20,05,-026",
			// Years before GPS are a firmware's zero, not an era.
			"01,01,0000", "01,01,0001", "05,01,1900", "31,12,1979",
		} {
			body := "GPZDA,093000.00," + date + ",00,00"
			if r, err := nmea.NewDecoder().Decode([]byte(summed(body))); !errors.Is(err, nmea.ErrRange) {
				t.Errorf("%s: error is %v, report %+v; want %q", body, err, r, nmea.ErrRange)
			}
		}
	})
}

func TestDecodeRMCFix(t *testing.T) {
	tests := []struct {
		status, mode string
		want         nmea.Fix
	}{
		// The mode may be worse than status A.
		{"A", "N", nmea.FixNone}, {"A", "E", nmea.FixEstimated}, {"A", "M", nmea.FixEstimated}, {"A", "S", nmea.FixEstimated},
		{"V", "A", nmea.FixNone}, {"V", "E", nmea.FixNone}, {"V", "N", nmea.FixNone}, {"V", "", nmea.FixNone},
		{"", "A", nmea.FixNone}, {"", "", nmea.FixNone}, {"X", "A", nmea.FixNone}, {"a", "A", nmea.FixNone}, {"AA", "A", nmea.FixNone},
		{"A", "A", nmea.FixGood}, {"A", "D", nmea.FixGood}, {"A", "F", nmea.FixGood}, {"A", "P", nmea.FixGood}, {"A", "R", nmea.FixGood},
		{"A", "", nmea.FixGood}, {"D", "", nmea.FixGood}, {"D", "D", nmea.FixGood},
		{"A", "U", nmea.FixGood}, // a proprietary letter: the status counts
	}
	for _, test := range tests {
		for sentence, body := range map[string]string{
			"RMC": "GNRMC,093000.00," + test.status + "," + place + ",0.05,,200526,,," + test.mode + ",V",
			"GLL": "GNGLL," + place + ",093000.00," + test.status + "," + test.mode,
		} {
			if got := mustDecode(t, summed(body)).Fix; got != test.want {
				t.Errorf("%s, status %q, mode %q: fix is %v, want %v", sentence, test.status, test.mode, got, test.want)
			}
		}
	}
}

func TestDecodeGGAFix(t *testing.T) {
	for quality, want := range map[string]nmea.Fix{
		"0": nmea.FixNone, "6": nmea.FixEstimated, "7": nmea.FixEstimated, "8": nmea.FixEstimated,
		"10": nmea.FixNone, "x": nmea.FixNone, "-1": nmea.FixNone, "01": nmea.FixNone,
		"":  nmea.FixUnknown, // timing receivers with a good RMC beside it
		"1": nmea.FixGood, "2": nmea.FixGood, "3": nmea.FixGood, "4": nmea.FixGood, "5": nmea.FixGood, "9": nmea.FixGood,
	} {
		if got := mustDecode(t, summed(gga("093000.00", quality))).Fix; got != want {
			t.Errorf("quality %q: fix is %v, want %v", quality, got, want)
		}
	}
}

func TestDecodeGNSFix(t *testing.T) {
	for modes, want := range map[string]nmea.Fix{
		"N": nmea.FixNone, "NNNN": nmea.FixNone, "AE": nmea.FixEstimated, "SA": nmea.FixEstimated, "M": nmea.FixEstimated, "NE": nmea.FixEstimated,
		"": nmea.FixUnknown, "U": nmea.FixNone,
		"A": nmea.FixGood, "NA": nmea.FixGood, "ANNN": nmea.FixGood, "RRNF": nmea.FixGood, "DP": nmea.FixGood,
	} {
		if got := mustDecode(t, summed("GNGNS,093000.00,"+place+","+modes+",12,0.9,4.2,17.1,,")).Fix; got != want {
			t.Errorf("modes %q: fix is %v, want %v", modes, got, want)
		}
	}
}

// Without a fix, an impossible time or date counts as empty; with a fix it is an error.
func TestDecodeVoidRanges(t *testing.T) {
	impossible := map[string]string{"time": "256199", "date": "000000"}
	tests := []struct {
		name, form string // with a place for the time and one for the date
		refused    bool
	}{
		{"RMC, void", "GNRMC,{time},V,,,,,,,{date},,,N", false},
		{"RMC, void by its mode", "GNRMC,{time},A," + place + ",,,{date},,,N", false},
		{"RMC, without a status", "GNRMC,{time},,,,,,,,{date},,,", false},
		{"RMC, estimated", "GNRMC,{time},A," + place + ",,,{date},,,E", true},
		{"RMC, valid", "GNRMC,{time},A," + place + ",,,{date},,,A", true},
		{"GGA, void", "GNGGA,{time},,,,,0,00,,,,,,,", false},
		{"GGA, without a quality", "GNGGA,{time},,,,,,00,,,,,,,", true},
		{"GGA, estimated", "GNGGA,{time}," + place + ",6,00,,,,,,,", true},
		{"GGA, valid", "GNGGA,{time}," + place + ",1,09,,,,,,,", true},
		{"GNS, void", "GNGNS,{time},,,,,NN,00,,,,,", false},
		{"GNS, valid", "GNGNS,{time}," + place + ",AN,09,,,,,", true},
		{"GLL, void", "GNGLL,,,,,{time},V,N", false},
		{"GLL, valid", "GNGLL," + place + ",{time},A,A", true},
		{"ZDA, which has no fix status", "GPZDA,{time},20,05,2026,,", true},
		{"PUBX,04, which has no fix status", "PUBX,04,{time},{date},293400.00,2419,18,,,", true},
		{"PGRMF, void", "PGRMF,371,293418,{date},{time},18,,,,,A,0,,,,", false},
		{"PGRMF, valid", "PGRMF,371,293418,{date},{time},18,,,,,A,2,,,,", true},
	}
	for _, test := range tests {
		for field, text := range impossible {
			if !strings.Contains(test.form, "{"+field+"}") {
				continue
			}
			body := strings.NewReplacer("{"+field+"}", text, "{time}", "093000.00", "{date}", may20).Replace(test.form)
			r, err := nmea.NewDecoder().Decode([]byte(summed(body)))
			if test.refused {
				if !errors.Is(err, nmea.ErrRange) {
					t.Errorf("%s, %s: error is %v, want %v", test.name, field, err, nmea.ErrRange)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s, %s: %v", test.name, field, err)
			}
			if timed := field != "time"; r.HasTime != timed || timed && r.Time != nineThirty || !timed && r.Time != (nmea.TimeOfDay{}) {
				t.Errorf("%s, %s: time %v (%v)", test.name, field, r.Time, r.HasTime)
			}
			if dated := field != "date" && strings.Contains(test.form, "{date}"); dated && r.Date != theDay || !dated && !r.Date.IsZero() {
				t.Errorf("%s, %s: date %v", test.name, field, r.Date)
			}
			if r.Fix != nmea.FixNone {
				t.Errorf("%s, %s: fix is %v", test.name, field, r.Fix)
			}
		}
	}
}

// Only talker P with type UBX is a u-blox sentence.
func TestDecodeUBXOfAnotherTalker(t *testing.T) {
	for _, body := range []string{"GPUBX,04,093000.00,200526,293400.00,2419,18,,,", "PUBX,4,093000.00,200526,293400.00,2419,18,,,", "PMTK,04,093000.00,200526"} {
		if r := mustDecode(t, summed(body)); r.HasTime || !r.Date.IsZero() || r.Leap != nmea.LeapUnreported {
			t.Errorf("%s: report %+v", body, r)
		}
	}
}
