package ublox

import (
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/leap"
	"github.com/refclock/refclock/ubx"
)

const sec = int64(time.Second)

// The reports expire, and the worst of several antennas counts.
func TestHealth(t *testing.T) {
	none := ubx.Radio{Antenna: ubx.AntennaOK, Jamming: ubx.AlarmNone}
	for _, c := range []struct {
		name     string
		messages [][]byte // one a second from second 100 on
		at       int64    // seconds
		want     Health
	}{
		{"nothing", nil, 100, Health{}},
		{"MON-HW", [][]byte{ubx.AppendHW(nil, ubx.Radio{Antenna: ubx.AntennaOpen, Jamming: ubx.AlarmWarning})}, 100, Health{ubx.AntennaOpen, ubx.AlarmWarning, 0}},
		{"MON-RF of two", [][]byte{ubx.AppendRF(nil, none, ubx.Radio{Antenna: ubx.AntennaShort, Jamming: ubx.AlarmCritical})}, 100, Health{ubx.AntennaShort, ubx.AlarmCritical, 0}},
		{"MON-RF of none", [][]byte{ubx.AppendHW(nil, none), ubx.AppendRF(nil)}, 101, Health{ubx.AntennaOK, ubx.AlarmNone, 0}},
		{"after 59 s", [][]byte{ubx.AppendHW(nil, none)}, 159, Health{ubx.AntennaOK, ubx.AlarmNone, 0}},
		{"after a minute", [][]byte{ubx.AppendHW(nil, none)}, 160, Health{}},
		{"SEC-SIG", [][]byte{ubx.Security{Jamming: ubx.AlarmWarning, Spoofing: ubx.AlarmNone}.Append(nil, 2)}, 100, Health{0, ubx.AlarmWarning, ubx.AlarmNone}},
		{"SEC-SIG after a minute", [][]byte{ubx.Security{Jamming: ubx.AlarmWarning, Spoofing: ubx.AlarmCritical}.Append(nil, 2)}, 160, Health{}},
		{"SEC-SIG and MON-RF", [][]byte{ubx.Security{Jamming: ubx.AlarmWarning}.Append(nil, 1), ubx.AppendRF(nil, none)}, 101, Health{ubx.AntennaOK, ubx.AlarmWarning, 0}},
		{"NAV-STATUS", [][]byte{ubx.Status{Spoofing: ubx.AlarmCritical}.Append(nil)}, 100, Health{0, 0, ubx.AlarmCritical}},
		{"NAV-STATUS ends", [][]byte{ubx.Status{Spoofing: ubx.AlarmCritical}.Append(nil), ubx.Status{Spoofing: ubx.AlarmNone}.Append(nil)}, 101, Health{0, 0, ubx.AlarmNone}},
		{"NAV-STATUS without a monitor", [][]byte{ubx.Security{Spoofing: ubx.AlarmNone}.Append(nil, 1), ubx.Status{}.Append(nil)}, 101, Health{0, 0, ubx.AlarmNone}},
	} {
		var m Monitor
		for i, raw := range c.messages {
			m.See(raw, (100+int64(i))*sec)
		}
		if got := m.Health(c.at * sec); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestQuantization(t *testing.T) {
	const utc = int64(1614103470) // 2021-02-23 18:04:30, from the capture of an M8T
	pulse := ubx.Pulse{Week: 2146, TOW: 237870000, UTC: true, QErr: -4331, ValidQErr: true}
	with := func(change func(p *ubx.Pulse)) ubx.Pulse {
		p := pulse
		change(&p)
		return p
	}
	gps := with(func(p *ubx.Pulse) { p.UTC, p.TOW = false, p.TOW+18000 })
	for _, c := range []struct {
		name  string
		leap  bool
		pulse ubx.Pulse
		known bool
	}{
		{"in UTC", false, pulse, true},
		{"in GPS time", true, gps, true},
		{"in GPS time without leap seconds", false, gps, false},
		{"not valid", false, with(func(p *ubx.Pulse) { p.ValidQErr = false }), false},
		{"within a second", false, with(func(p *ubx.Pulse) { p.TOW += 200 }), false},
		{"of the next second", false, with(func(p *ubx.Pulse) { p.TOW += 1000 }), false},
		{"too large for a tick", false, with(func(p *ubx.Pulse) { p.QErr = 1_001_000 }), false},
	} {
		var m Monitor
		if c.leap {
			m.See(ubx.TimeLS{Source: ubx.LeapGPS, Current: 18, Valid: true}.Append(nil), sec)
		}
		m.See(c.pulse.Append(nil), sec)
		if early := m.Quantization(utc); early != 0 != c.known || c.known && early != -4 {
			t.Errorf("%s: %v early, known %v", c.name, early, c.known)
		}
	}
	var m Monitor
	for i := range uint32(6) {
		m.See(with(func(p *ubx.Pulse) { p.TOW, p.QErr = p.TOW+1000*i, int32(i)*1000 }).Append(nil), sec)
	}
	for i := range int64(6) { // the last four are kept
		want := time.Duration(0)
		if i >= 2 {
			want = time.Duration(i)
		}
		if early := m.Quantization(utc + i); early != want {
			t.Errorf("pulse %d: %v early, want %v", i, early, want)
		}
	}
}

// What is announced counts only if the receiver's statements agree.
func TestUpdate(t *testing.T) {
	// The end of 2016: week 1929, day 7. GPS time was ahead of UTC by 17 s.
	const boundary = int64(1483228800)
	announced := ubx.TimeLS{Source: ubx.LeapGPS, Current: 17, Valid: true, Change: 1, ChangeSource: 2, ValidChange: true, TimeTo: 3600, Week: 1929, Day: 7}
	with := func(change func(v *ubx.TimeLS)) ubx.TimeLS {
		v := announced
		change(&v)
		return v
	}
	counted := leap.Sky{Count: 17, Source: "GPS"}
	full := leap.Sky{Count: 17, Source: "GPS", Boundary: boundary, Change: 1}
	for _, c := range []struct {
		name   string
		v      ubx.TimeLS
		second int64 // named
		after  int64 // seconds after the message
		want   leap.Sky
	}{
		{"announced", announced, boundary - 3600, 0, full},
		{"a second off", with(func(v *ubx.TimeLS) { v.TimeTo = 3602 }), boundary - 3600, 0, full},
		{"3 s off", with(func(v *ubx.TimeLS) { v.TimeTo = 3603 }), boundary - 3600, 0, counted},
		{"3 s off, early", with(func(v *ubx.TimeLS) { v.TimeTo = 3597 }), boundary - 3600, 0, counted},
		{"10 minutes later", announced, boundary - 3000, 600, full},
		{"at the boundary", announced, boundary, 3600 - 1, counted},
		{"an hour later", announced, boundary - 1, 3600, leap.Sky{}},
		{"deleted", with(func(v *ubx.TimeLS) { v.Change = -1 }), boundary - 3600, 0, leap.Sky{Count: 17, Source: "GPS", Boundary: boundary, Change: -1}},
		{"two seconds", with(func(v *ubx.TimeLS) { v.Change = 2 }), boundary - 3600, 0, counted},
		{"no source", with(func(v *ubx.TimeLS) { v.ChangeSource = 0 }), boundary - 3600, 0, counted},
		{"date not valid", with(func(v *ubx.TimeLS) { v.ValidChange = false }), boundary - 3600, 0, counted},
		{"another day", with(func(v *ubx.TimeLS) { v.Day, v.TimeTo = 6, 3600-86400 }), boundary - 3600, 0, counted},
		{"in another month", with(func(v *ubx.TimeLS) { v.Week, v.Day = 1933, 3 }), 1485907200 - 3600, 0, counted},
		{"the count is configured", with(func(v *ubx.TimeLS) { v.Source = ubx.LeapConfigured }), boundary - 3600, 0, leap.Sky{}},
		{"the count is not valid", with(func(v *ubx.TimeLS) { v.Valid = false }), boundary - 3600, 0, leap.Sky{}},
	} {
		var m Monitor
		m.See(c.v.Append(nil), 100*sec)
		if m.Update(c.second, (100+c.after)*sec); m.Sky != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, m.Sky, c.want)
		}
	}
}

func TestLeapSeconds(t *testing.T) {
	var m Monitor
	if n, source := m.LeapSeconds(0); n != 0 || source != "" {
		t.Errorf("%d, %q without a report", n, source)
	}
	for want, v := range map[string]ubx.TimeLS{
		"GPS": {Source: ubx.LeapGPS, Current: 18, Valid: true}, "unknown, not valid": {Source: ubx.LeapUnknown, Current: 18},
	} {
		m.See(v.Append(nil), sec)
		if n, source := m.LeapSeconds(2 * sec); n != 18 || source != want {
			t.Errorf("%d, %q, want 18, %q", n, source, want)
		}
		if _, source := m.LeapSeconds(2*sec + int64(leapExpires)); source != "" {
			t.Errorf("%q after an hour", source)
		}
	}
}

func TestInView(t *testing.T) {
	var m Monitor
	m.See(ubx.Append(nil, ubx.NavSat, []byte{0, 0, 0, 0, 1, 1, 0, 0, 0, 5, 40, 10, 0, 0, 0, 0, 8, 0, 0, 0}), sec)
	if now, later := m.InView(2*sec), m.InView(61*sec); now != 1 || later != 0 {
		t.Errorf("%d in view, and %d a minute later", now, later)
	}
	if m.Messages() != 1 {
		t.Errorf("%d messages", m.Messages())
	}
}

func TestObjection(t *testing.T) {
	for _, c := range []struct {
		health        Health
		contradiction string
		reason        string
	}{
		{Health{}, "", ""},
		{Health{ubx.AntennaOpen, ubx.AlarmCritical, ubx.AlarmWarning}, "", ""},
		{Health{Spoofing: ubx.AlarmCritical}, "", "spoofing"},
		{Health{Spoofing: ubx.AlarmCritical}, "18 or 19", "leap seconds disagree"},
	} {
		if s := Objection(c.health, c.contradiction); s.Reason != c.reason || (s.Hint == "") != (c.reason == "") {
			t.Errorf("%+v: %+v, want %q", c.health, s, c.reason)
		}
	}
}

func TestExplain(t *testing.T) {
	before := driver.State{Reason: "no fix", Detail: "according to GPRMC", Hint: "wait"}
	for _, h := range []Health{{}, {ubx.AntennaOK, ubx.AlarmWarning, ubx.AlarmCritical}} {
		if s := h.Explain(before); s != before {
			t.Errorf("%+v: %+v", h, s)
		}
	}
	for want, h := range map[string]Health{
		"according to GPRMC; the receiver reports that no antenna is connected":   {Antenna: ubx.AntennaOpen},
		"according to GPRMC; the receiver reports a short circuit of the antenna": {Antenna: ubx.AntennaShort, Jamming: ubx.AlarmCritical},
		"according to GPRMC; the receiver reports jamming":                        {Jamming: ubx.AlarmCritical},
	} {
		if s := h.Explain(before); s.Detail != want || s.Reason != "no fix" || s.Hint == before.Hint {
			t.Errorf("%+v: %+v, want %q", h, s, want)
		}
	}
	if s := (Health{Antenna: ubx.AntennaShort}).Explain(driver.State{}); s.Detail != "the receiver reports a short circuit of the antenna" {
		t.Errorf("%q", s.Detail)
	}
}

func TestTexts(t *testing.T) {
	for _, c := range []struct {
		h                          Health
		antenna, jamming, spoofing string
	}{
		{Health{}, "", "", ""},
		{Health{ubx.AntennaUnknown, ubx.AlarmNone, ubx.AlarmWarning}, "", "none", "warning"},
		{Health{ubx.AntennaOpen, ubx.AlarmCritical, ubx.AlarmCritical}, "open", "critical", "critical"},
		{Health{Antenna: 200}, "", "", ""},
	} {
		if a, j, s := c.h.Texts(); a != c.antenna || j != c.jamming || s != c.spoofing {
			t.Errorf("%+v: %q, %q, %q", c.h, a, j, s)
		}
	}
}
