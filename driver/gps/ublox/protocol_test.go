package ublox

import (
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/ubx"
)

// reported returns the report of the one message in the bytes.
func reported(t *testing.T, raw []byte) nmea.Report {
	t.Helper()
	var p Protocol
	p.Push(raw)
	m, ok := p.Next()
	if !ok || m.End != len(raw) {
		t.Fatalf("%x: %+v, %v", raw, m, ok)
	}
	return m.Report
}

func TestReportedTime(t *testing.T) {
	day := ubx.Calendar{Year: 2026, Month: 11, Day: 27, Hour: 12, Minute: 34, Second: 56}
	with := func(change func(c *ubx.Calendar)) ubx.Calendar {
		c := day
		change(&c)
		return c
	}
	for _, c := range []struct {
		name string
		c    ubx.Calendar
		want string // as RFC 3339; empty: no time
	}{
		{"whole second", day, "2026-11-27T12:34:56.000Z"},
		{"a little late", with(func(c *ubx.Calendar) { c.Nano = 499_999 }), "2026-11-27T12:34:56.000Z"},
		{"a little early", with(func(c *ubx.Calendar) { c.Nano = -499_999 }), "2026-11-27T12:34:56.000Z"},
		{"a fifth of a second", with(func(c *ubx.Calendar) { c.Nano = 200_123_456 }), "2026-11-27T12:34:56.200Z"},
		{"10 ms early", with(func(c *ubx.Calendar) { c.Nano = -9_900_000 }), "2026-11-27T12:34:55.990Z"},
		{"10 ms before midnight", ubx.Calendar{Year: 2026, Month: 12, Day: 1, Nano: -10_000_000}, "2026-11-30T23:59:59.990Z"},
		{"a second late", with(func(c *ubx.Calendar) { c.Nano = 1e9 }), "2026-11-27T12:34:57.000Z"},
		{"995 ms", with(func(c *ubx.Calendar) { c.Nano = 995_000_000 }), "2026-11-27T12:34:57.000Z"},
		{"leap second", ubx.Calendar{Year: 2016, Month: 12, Day: 31, Hour: 23, Minute: 59, Second: 60}, "2016-12-31T23:59:60.000Z"},
		{"leap second, early", ubx.Calendar{Year: 2016, Month: 12, Day: 31, Hour: 23, Minute: 59, Second: 60, Nano: -1000}, "2016-12-31T23:59:60.000Z"},
		{"second 60 at noon", with(func(c *ubx.Calendar) { c.Second = 60 }), ""},
		{"second 61", ubx.Calendar{Year: 2016, Month: 12, Day: 31, Hour: 23, Minute: 59, Second: 61}, ""},
		{"hour 24", with(func(c *ubx.Calendar) { c.Hour = 24 }), ""},
		{"minute 60", with(func(c *ubx.Calendar) { c.Minute = 60 }), ""},
		{"30 February", with(func(c *ubx.Calendar) { c.Month, c.Day = 2, 30 }), ""},
		{"month 0", with(func(c *ubx.Calendar) { c.Month = 0 }), ""},
		{"month 13", with(func(c *ubx.Calendar) { c.Month = 13 }), ""},
		{"1979", with(func(c *ubx.Calendar) { c.Year = 1979 }), ""},
		{"more than a second", with(func(c *ubx.Calendar) { c.Nano = 1e9 + 1 }), ""},
		{"less than a second", with(func(c *ubx.Calendar) { c.Nano = -1e9 - 1 }), ""},
	} {
		for _, raw := range [][]byte{
			ubx.PVT{Calendar: c.c, ValidDate: true, ValidTime: true, FullyResolved: true}.Append(nil),
			ubx.TimeUTC{Calendar: c.c, ValidTOW: true, ValidWeek: true, ValidUTC: true}.Append(nil),
		} {
			got := ""
			if r := reported(t, raw); r.HasTime {
				got = nmea.UTC{Date: r.Date, TimeOfDay: r.Time}.String()
			}
			if got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
	}
}

func TestReportedFix(t *testing.T) {
	pvt := func(fix ubx.Fix, ok bool) []byte { return ubx.PVT{Fix: fix, FixOK: ok}.Append(nil) }
	status := func(fix ubx.Fix, ok bool) []byte { return ubx.Status{Fix: fix, FixOK: ok}.Append(nil) }
	utc := func(accuracy uint32, tow, week, utc bool) []byte {
		return ubx.TimeUTC{Accuracy: accuracy, ValidTOW: tow, ValidWeek: week, ValidUTC: utc}.Append(nil)
	}
	for _, c := range []struct {
		name string
		raw  []byte
		want nmea.Fix
		leap nmea.Leap
	}{
		{"3D", pvt(ubx.Fix3D, true), nmea.FixGood, 0},
		{"time only", pvt(ubx.FixTimeOnly, true), nmea.FixGood, 0},
		{"3D, not within the limits", pvt(ubx.Fix3D, false), nmea.FixNone, 0},
		{"none, but OK", pvt(ubx.FixNone, true), nmea.FixNone, 0},
		{"dead reckoning", pvt(ubx.FixDeadReckoning, true), nmea.FixEstimated, 0},
		{"reserved", pvt(6, true), nmea.FixNone, 0},
		{"status 3D", status(ubx.Fix3D, true), nmea.FixGood, 0},
		{"status, not within the limits", status(ubx.Fix3D, false), nmea.FixNone, 0},
		{"UTC", utc(100_000, true, true, true), nmea.FixGood, 0},
		{"UTC, uncertain", utc(100_001, true, true, true), nmea.FixUnknown, 0},
		{"UTC, no time of week", utc(1, false, true, true), nmea.FixUnknown, 0},
		{"UTC, no week", utc(1, true, false, true), nmea.FixUnknown, 0},
		{"UTC, no leap seconds", utc(1, true, true, false), nmea.FixUnknown, nmea.LeapDefault},
		{"pulse", ubx.Pulse{}.Append(nil), nmea.FixUnknown, 0},
	} {
		if r := reported(t, c.raw); r.Fix != c.want || r.Leap != c.leap {
			t.Errorf("%s: fix %v, leap %v; want %v, %v", c.name, r.Fix, r.Leap, c.want, c.leap)
		}
	}
	for _, v := range []ubx.PVT{{ValidDate: true, ValidTime: true}, {ValidDate: true, FullyResolved: true}} {
		v.Calendar = ubx.Calendar{Year: 2026, Month: 1, Day: 1}
		if r := reported(t, v.Append(nil)); r.HasTime {
			t.Errorf("%+v has the time", v)
		}
	}
	v := ubx.PVT{ValidTime: true, FullyResolved: true, Used: 7, PDOP: 150}
	if r := reported(t, v.Append(nil)); !r.HasTime || !r.Date.IsZero() || r.Used != 7 || r.PDOP != 1.5 {
		t.Errorf("%+v: %+v, want a time without a date", v, r)
	}
}

// The table of the type proof. A step is a message; several letters repeat it.
func TestProof(t *testing.T) {
	ls := func(source ubx.LeapSource, valid bool) func(*proof) nmea.Leap {
		return func(p *proof) nmea.Leap { return p.timeLS(ubx.TimeLS{Source: source, Valid: valid}) }
	}
	gps := func(valid bool) func(*proof) nmea.Leap {
		return func(p *proof) nmea.Leap {
			return p.timeGPS(ubx.TimeGPS{ValidTOW: true, ValidWeek: true, ValidLeap: valid})
		}
	}
	timeless := func(p *proof) nmea.Leap { return p.timeGPS(ubx.TimeGPS{ValidLeap: true}) }
	const none, def, known = nmea.LeapUnreported, nmea.LeapDefault, nmea.LeapKnown
	for _, c := range []struct {
		name  string
		steps []func(*proof) nmea.Leap
		want  nmea.Leap // of the last
	}{
		{"LS of GPS", []func(*proof) nmea.Leap{ls(ubx.LeapGPS, true)}, known},
		{"LS of GPS and GLONASS", []func(*proof) nmea.Leap{ls(ubx.LeapDifference, true)}, known},
		{"LS of NavIC", []func(*proof) nmea.Leap{ls(ubx.LeapNavIC, true)}, known},
		{"LS of GPS, not valid", []func(*proof) nmea.Leap{ls(ubx.LeapGPS, false)}, def},
		{"LS of the firmware", []func(*proof) nmea.Leap{ls(ubx.LeapFirmware, true)}, def},
		{"LS unknown", []func(*proof) nmea.Leap{ls(ubx.LeapUnknown, true)}, none},
		{"LS unknown, not valid", []func(*proof) nmea.Leap{ls(ubx.LeapUnknown, false)}, def},
		{"LS aided", []func(*proof) nmea.Leap{ls(ubx.LeapAided, true)}, none},
		{"LS configured", []func(*proof) nmea.Leap{ls(ubx.LeapConfigured, true)}, none},
		{"LS reserved", []func(*proof) nmea.Leap{ls(9, true)}, none},
		{"GPS not valid", []func(*proof) nmea.Leap{gps(false)}, def},
		{"GPS valid", []func(*proof) nmea.Leap{gps(true)}, none},
		{"GPS becomes valid", []func(*proof) nmea.Leap{gps(false), gps(true)}, known},
		{"GPS becomes valid without a week", []func(*proof) nmea.Leap{gps(false), timeless}, none},
		{"GPS stays valid", []func(*proof) nmea.Leap{gps(false), gps(true), gps(true)}, known},
		{"GPS becomes valid, but LS is configured", []func(*proof) nmea.Leap{gps(false), ls(ubx.LeapConfigured, true), gps(true)}, none},
		{"the same, a minute later", slices.Concat([]func(*proof) nmea.Leap{gps(false), ls(ubx.LeapConfigured, true)}, slices.Repeat([]func(*proof) nmea.Leap{gps(true)}, contested+1)), known},
		{"the same, just before", slices.Concat([]func(*proof) nmea.Leap{gps(false), ls(ubx.LeapConfigured, true)}, slices.Repeat([]func(*proof) nmea.Leap{gps(true)}, contested)), none},
	} {
		var p proof
		var got nmea.Leap
		for _, step := range c.steps {
			got = step(&p)
		}
		if got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// A Stream of this package decodes sentences and messages of one burst.
func TestNewStream(t *testing.T) {
	s := NewStream(9600, nmea.Date{Year: 2026, Month: 1, Day: 1})
	at := nmea.Stamp{Real: 1, Mono: int64(time.Hour)}
	pvt := ubx.PVT{Calendar: ubx.Calendar{Year: 2026, Month: 11, Day: 27}, ValidDate: true, ValidTime: true, FullyResolved: true, Fix: ubx.Fix3D, FixOK: true}
	var last nmea.Epoch
	for range 3 {
		for _, chunk := range [][]byte{pvt.Append(nil)[:50], pvt.Append(nil)[50:], nil} {
			at = at.Add(60 * time.Millisecond)
			s.Push(at, chunk)
			for {
				h, more := s.Next()
				if !more {
					break
				}
				if h.Complete {
					last = h.Epoch
				}
			}
		}
		pvt.Second++
		at = at.Add(820 * time.Millisecond)
	}
	if last.Why != nmea.Valid || last.UTC.String() != "2026-11-27T00:00:02.000Z" || !last.HasStart {
		t.Errorf("%+v", last)
	}
}
