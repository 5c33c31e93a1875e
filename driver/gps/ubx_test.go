package gps

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/shm"
	"github.com/refclock/refclock/ubx"
)

const (
	ubxBaud  = 460800
	ubxDelay = 120 * time.Millisecond // of a burst
	ubxChunk = 48                     // bytes per read
)

// A ubxSecond is what a receiver sends in one second of true time.
type ubxSecond struct {
	utc   time.Time
	bytes []byte
}

// A ubxResult is what a clock did.
type ubxResult struct {
	samples []driver.Sample
	reasons []string // at the end of each second, empty if publishing
	states  []driver.State
	clock   *Clock
}

// first returns in which second the first sample was published; -1 if none was.
func (r *ubxResult) first(began time.Time) int {
	if len(r.samples) == 0 {
		return -1
	}
	return int(time.Unix(0, r.samples[0].Clock).Sub(began) / time.Second)
}

// feedUBX sends the seconds to a clock through the code that runs live.
func feedUBX(t *testing.T, seconds []ubxSecond, settings ...func(*Config)) (r ubxResult) {
	t.Helper()
	began := seconds[0].utc
	config := Config{Baud: ubxBaud, Pivot: nmea.DateOf(began), ColdStart: receiver.AlmanacTime, Delay: ubxDelay, Calibrated: true}
	for _, set := range settings {
		set(&config)
	}
	r.clock = New(config)
	rec := newReception(config, r.clock.tracker)
	stamp := func(at time.Time) nmea.Stamp {
		return nmea.Stamp{Real: at.UnixNano(), Mono: int64(at.Sub(began) + time.Hour)}
	}
	receive := func(at time.Time, chunk []byte) {
		v := rec.receive(stamp(at), chunk)
		v.check(t)
		if v.ok {
			r.samples = append(r.samples, v.sample)
		}
		rec.state = v.state
	}
	for _, s := range seconds {
		at := s.utc.Add(ubxDelay)
		for chunk := range slices.Chunk(s.bytes, ubxChunk) {
			at = at.Add(time.Duration(len(chunk)) * time.Second * 10 / ubxBaud)
			receive(at, slices.Clone(chunk))
		}
		if at.After(s.utc.Add(900 * time.Millisecond)) {
			t.Fatalf("the burst of %v ends at %v", s.utc, at)
		}
		for ; at.Before(s.utc.Add(900 * time.Millisecond)); at = at.Add(quiet) {
			receive(at.Add(quiet), nil)
		}
		r.reasons = append(r.reasons, rec.state.Reason)
		r.states = append(r.states, rec.state)
	}
	return r
}

// right fails unless each sample names its own second, to the millisecond.
func (r *ubxResult) right(t *testing.T) {
	t.Helper()
	for _, s := range r.samples {
		if off := time.Duration(s.Clock - s.Receive); off.Abs() > time.Millisecond || s.Clock%int64(time.Second) != 0 {
			t.Errorf("the sample of %v is off by %v", time.Unix(0, s.Clock).UTC(), off)
		}
	}
}

// A receiver of UBX is what a simple receiver sends.
type ubxReceiver struct {
	leap     ubx.TimeLS
	leapOn   bool
	gps      bool // sends NAV-TIMEGPS
	gpsValid bool
	fix      bool
	dateless bool
	off      time.Duration // of its UTC
	extra    []byte
}

// pvt returns its NAV-PVT.
func (u ubxReceiver) pvt(at time.Time) ubx.PVT {
	at = at.Add(u.off)
	v := ubx.PVT{ValidDate: !u.dateless, ValidTime: !u.dateless, FullyResolved: !u.dateless, Fix: ubx.Fix3D, FixOK: u.fix, Used: 9, Accuracy: 25}
	if !u.fix {
		v.Fix = ubx.FixNone
	}
	v.Year, v.Month, v.Day = at.Year(), int(at.Month()), at.Day()
	v.Hour, v.Minute, v.Second, v.Nano = at.Hour(), at.Minute(), at.Second(), -312_345
	return v
}

func (u ubxReceiver) at(at time.Time) ubxSecond {
	b := u.pvt(at).Append(nil)
	if u.gps {
		b = ubx.TimeGPS{Leap: 18, ValidTOW: u.fix, ValidWeek: u.fix, ValidLeap: u.gpsValid}.Append(b)
	}
	if u.leapOn {
		b = u.leap.Append(b)
	}
	return ubxSecond{at, append(b, u.extra...)}
}

var ubxBegan = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// sends returns the seconds of a receiver that changes.
func sends(n int, at func(i int) ubxReceiver) (all []ubxSecond) {
	for i := range n {
		all = append(all, at(i).at(ubxBegan.Add(time.Duration(i)*time.Second)))
	}
	return all
}

var (
	leapProven  = ubx.TimeLS{Source: ubx.LeapGPS, Current: 18, Valid: true}
	leapDefault = ubx.TimeLS{Source: ubx.LeapFirmware, Current: 18, Valid: true}
	leapUnknown = ubx.TimeLS{Source: ubx.LeapUnknown, Current: 18}
)

// A cold start ends within 5 s of the receiver's proof of its leap seconds, and no claim that
// is not a proof ends it.
func TestProofEndsColdStart(t *testing.T) {
	const fixed, proved, seconds = 40, 70, 100 // the fix, and what may be the proof
	cold := func(i int) ubxReceiver { return ubxReceiver{fix: i >= fixed, dateless: i < fixed} }
	for _, c := range []struct {
		name   string
		change func(u *ubxReceiver, i int)
		ends   bool
	}{
		{"only NAV-PVT, fully valid", func(u *ubxReceiver, i int) {}, false},
		{"NAV-TIMELS: default, then GPS", func(u *ubxReceiver, i int) { u.leapOn, u.leap = true, either(i < proved, leapDefault, leapProven) }, true},
		{"NAV-TIMELS: unknown, then GPS", func(u *ubxReceiver, i int) { u.leapOn, u.leap = true, either(i < proved, leapUnknown, leapProven) }, true},
		{"NAV-TIMELS: none, then GPS", func(u *ubxReceiver, i int) { u.leapOn, u.leap = i >= proved, leapProven }, true},
		{"NAV-TIMELS: GPS once", func(u *ubxReceiver, i int) { u.leapOn, u.leap = i == proved, leapProven }, true},
		{"NAV-TIMELS: default", func(u *ubxReceiver, i int) { u.leapOn, u.leap = true, leapDefault }, false},
		{"NAV-TIMELS: unknown", func(u *ubxReceiver, i int) { u.leapOn, u.leap = true, leapUnknown }, false},
		{"NAV-TIMELS: unknown, called valid", func(u *ubxReceiver, i int) {
			u.leapOn, u.leap = true, ubx.TimeLS{Source: ubx.LeapUnknown, Current: 18, Valid: true}
		}, false},
		{"NAV-TIMELS: configured", func(u *ubxReceiver, i int) {
			u.leapOn, u.leap = true, ubx.TimeLS{Source: ubx.LeapConfigured, Current: 18, Valid: true}
		}, false},
		{"NAV-TIMELS: aided", func(u *ubxReceiver, i int) {
			u.leapOn, u.leap = true, ubx.TimeLS{Source: ubx.LeapAided, Current: 18, Valid: true}
		}, false},
		{"NAV-TIMELS: GPS, not valid", func(u *ubxReceiver, i int) {
			u.leapOn, u.leap = true, ubx.TimeLS{Source: ubx.LeapGPS, Current: 18}
		}, false},
		{"NAV-TIMEGPS: not valid, then valid", func(u *ubxReceiver, i int) { u.gps, u.gpsValid = true, i >= proved }, true},
		{"NAV-TIMEGPS: not valid", func(u *ubxReceiver, i int) { u.gps = true }, false},
		{"NAV-TIMEGPS: valid at once", func(u *ubxReceiver, i int) { u.gps, u.gpsValid = true, true }, false},
		{"NAV-TIMEGPS: valid, NAV-TIMELS: unknown", func(u *ubxReceiver, i int) {
			u.gps, u.gpsValid, u.leapOn, u.leap = true, i >= proved, true, leapUnknown
		}, false},
		{"NAV-TIMEGPS: valid, NAV-TIMELS: configured", func(u *ubxReceiver, i int) {
			u.gps, u.gpsValid, u.leapOn, u.leap = true, i >= proved, true, ubx.TimeLS{Source: ubx.LeapConfigured, Current: 18, Valid: true}
		}, false},
		{"NAV-TIMELS: GPS, PUBX,04: default", func(u *ubxReceiver, i int) {
			u.leapOn, u.leap, u.extra = true, leapProven, pubx04(i, "18D")
		}, false},
		{"PUBX,04: default, then known", func(u *ubxReceiver, i int) { u.extra = pubx04(i, either(i < proved, "18D", "18")) }, true},
		{"PUBX,04: default", func(u *ubxReceiver, i int) { u.extra = pubx04(i, "18D") }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := feedUBX(t, sends(seconds, func(i int) ubxReceiver {
				u := cold(i)
				c.change(&u, i)
				return u
			}))
			r.right(t)
			first := r.first(ubxBegan)
			switch {
			case !c.ends && first >= 0:
				t.Errorf("published from second %d on, want never", first)
			case c.ends && (first < proved || first > proved+5):
				t.Errorf("first published in second %d, want %d to %d: %s", first, proved, proved+5, r.reasons[proved+6])
			}
			if reason := r.reasons[proved-1]; reason != "cold start" && reason != nmea.LeapUnknown.String() {
				t.Errorf("the reason is %q", reason)
			}
		})
	}
}

func either[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

// pubx04 returns a PUBX,04 of a second, with these leap seconds.
func pubx04(i int, leap string) []byte {
	at := ubxBegan.Add(time.Duration(i) * time.Second)
	body := fmt.Sprintf("PUBX,04,%s,%s,473550.00,2446,%s,1930035,-2660.664,21", at.Format("150405.00"), at.Format("020106"), leap)
	sum := byte(0)
	for _, c := range []byte(body) {
		sum ^= c
	}
	return fmt.Appendf(nil, "$%s*%02X\r\n", body, sum)
}

// UBX messages of the time are enough, without a sentence.
func TestUBXAlone(t *testing.T) {
	utc := func(at time.Time, accuracy uint32) ubx.TimeUTC {
		return ubx.TimeUTC{Calendar: ubxReceiver{}.pvt(at).Calendar, ValidTOW: true, ValidWeek: true, ValidUTC: true, Accuracy: accuracy}
	}
	status := ubx.Status{Fix: ubx.FixTimeOnly, FixOK: true}
	for _, c := range []struct {
		name   string
		bytes  func(at time.Time) []byte
		reason string // empty: published
	}{
		{"NAV-PVT", func(at time.Time) []byte { return ubxReceiver{fix: true}.pvt(at).Append(nil) }, ""},
		{"NAV-TIMEUTC", func(at time.Time) []byte { return utc(at, 20).Append(nil) }, ""},
		{"NAV-TIMEUTC, inaccurate", func(at time.Time) []byte { return utc(at, 1_000_000).Append(nil) }, "no sentence has a fix status"},
		{"NAV-STATUS and NAV-TIMEUTC", func(at time.Time) []byte { return utc(at, 1_000_000).Append(status.Append(nil)) }, ""},
		{"NAV-STATUS without a fix and NAV-TIMEUTC", func(at time.Time) []byte { return utc(at, 20).Append(ubx.Status{}.Append(nil)) }, "no fix"},
		{"NAV-PVT and NAV-TIMEUTC", func(at time.Time) []byte { return utc(at, 20).Append(ubxReceiver{fix: true}.pvt(at).Append(nil)) }, ""},
		{"NAV-PVT without a fix", func(at time.Time) []byte { return ubxReceiver{}.pvt(at).Append(nil) }, "no fix"},
		{"NAV-PVT not resolved", func(at time.Time) []byte {
			v := ubxReceiver{fix: true}.pvt(at)
			v.FullyResolved = false
			return v.Append(nil)
		}, "no sentence names the time"},
		{"NAV-PVT of an impossible date", func(at time.Time) []byte {
			v := ubxReceiver{fix: true}.pvt(at)
			v.Month, v.Day = 2, 30
			return v.Append(nil)
		}, "no sentence names the time"},
		{"NAV-PVT and NAV-TIMEUTC of another second", func(at time.Time) []byte {
			return utc(at.Add(-time.Second), 20).Append(ubxReceiver{fix: true}.pvt(at).Append(nil))
		}, "time conflict"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var seconds []ubxSecond
			for i := range 20 {
				at := ubxBegan.Add(time.Duration(i) * time.Second)
				seconds = append(seconds, ubxSecond{at, c.bytes(at)})
			}
			r := feedUBX(t, seconds)
			r.right(t)
			switch first := r.first(ubxBegan); {
			case c.reason == "" && (first < 0 || first > 5 || len(r.samples) != 20-first):
				t.Errorf("%d samples from second %d on; reasons %q", len(r.samples), first, r.reasons)
			case c.reason != "" && (first >= 0 || r.reasons[19] != c.reason):
				t.Errorf("published from %d on, reason %q, want %q", first, r.reasons[19], c.reason)
			}
		})
	}
}

// ubxFolder returns the folder of the captures, which are not part of the project.
func ubxFolder() string {
	return filepath.Join(cmp.Or(os.Getenv("REFCLOCK_CAPTURES"), filepath.Join("..", "..", "..", "shared", "captures")), "ubx")
}

// ubxSeconds splits a capture into seconds: where the time of the week changes in messages of
// the class NAV. It was decoded by another program from when on, see captures in package ubx.
func ubxSeconds(stream []byte, began time.Time) (seconds []ubxSecond) {
	var f ubx.Framer
	var tow uint32
	from := uint64(0)
	for f.Push(stream); ; {
		m, ok := f.Next()
		if !ok {
			break
		}
		const hpPosECEF, hpPosLLH = 0x0113, 0x0114 // begin with a version
		if k := m.Kind(); k>>8 != 1 || k == hpPosECEF || k == hpPosLLH || len(m.Payload()) < 4 {
			continue
		}
		if now := binary.LittleEndian.Uint32(m.Payload()); now != tow {
			if tow != 0 {
				seconds = append(seconds, ubxSecond{began.Add(time.Duration(len(seconds)) * time.Second), stream[from:m.Start]})
			}
			tow, from = now, m.Start
		}
	}
	return append(seconds, ubxSecond{began.Add(time.Duration(len(seconds)) * time.Second), stream[from:]})
}

// Real receivers, paced: which publish, from when on, and why not.
func TestUBXCaptures(t *testing.T) {
	if _, err := os.Stat(ubxFolder()); err != nil {
		t.Skipf("no captures: set REFCLOCK_CAPTURES to their folder: %v", err)
	}
	for _, c := range []struct {
		name    string
		began   string // of its first NAV-PVT or NAV-TIMEUTC, as another program decoded it
		seconds int
		samples int      // 0: it is held
		reasons []string // of a receiver that is held
	}{
		{"u-blox-m8t-time", "2021-02-23 18:04:29", 151, 149, nil},
		{"ublox-glo", "2023-06-28 14:52:11", 300, 0, []string{"no fix", nmea.LeapUnknown.String(), "listening"}},
		{"ublox-zed-f9p-hp", "2019-04-22 21:19:20", 29, 27, nil},
		{"ublox-zed-f9r", "2025-04-11 23:14:08", 30, 28, nil},
		{"ublox-zed-f9t-ubx_nmea_l5", "2025-07-31 19:33:34", 9, 7, nil},
		{"ublox8-uniqid-monhw", "2024-03-24 20:42:22", 7, 5, nil},
		{"ublox-neo-f9v", "2025-09-14 02:40:13", 4, 2, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			stream, err := os.ReadFile(filepath.Join(ubxFolder(), c.name+".log"))
			if err != nil {
				t.Fatal(err)
			}
			began, err := time.Parse(time.DateTime, c.began)
			if err != nil {
				t.Fatal(err)
			}
			seconds := ubxSeconds(stream, began)
			if len(seconds) != c.seconds {
				t.Fatalf("%d seconds, want %d", len(seconds), c.seconds)
			}
			r := feedUBX(t, seconds)
			r.right(t)
			if len(r.samples) != c.samples {
				t.Errorf("%d samples, want %d; reasons %q", len(r.samples), c.samples, r.reasons)
			}
			for i, reason := range r.reasons {
				if c.samples == 0 && !slices.Contains(c.reasons, reason) {
					t.Errorf("second %d: %q, want one of %q", i, reason, c.reasons)
				}
			}
			for _, reason := range c.reasons {
				if !slices.Contains(r.reasons, reason) && reason != "listening" {
					t.Errorf("never %q", reason)
				}
			}
			if c.samples > 0 {
				if first := r.first(began); first > 2 {
					t.Errorf("first published in second %d", first)
				}
			}
		})
	}
}

// Leap seconds from the sky, and the table as a second opinion.
func TestLeapSecondsOfTheSky(t *testing.T) {
	newYear := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	days := int(newYear.Sub(time.Date(1980, 1, 6, 0, 0, 0, 0, time.UTC)) / (24 * time.Hour))
	announced := func(change, timeTo int) func(i int) ubx.TimeLS {
		return func(i int) ubx.TimeLS {
			v := leapProven
			v.Change, v.ChangeSource, v.ValidChange = change, 2, true
			v.TimeTo, v.Week, v.Day = timeTo-i, (days-1)/7, (days-1)%7+1
			return v
		}
	}
	began := newYear.Add(-time.Hour)
	const hour = 3600
	// table returns a table that knows all up to now, with 18 leap seconds, and this one.
	table := func(count, change int) func(int64) (int, bool) {
		return func(boundary int64) (int, bool) {
			at := time.Unix(boundary, 0).UTC()
			switch {
			case at.Equal(newYear):
				return change, true
			case at.Year() <= 1980+count && at.Year() > 1980 && at.Month() == time.January:
				return 1, true
			}
			return 0, true
		}
	}
	steady := func(v ubx.TimeLS) func(int) ubx.TimeLS { return func(int) ubx.TimeLS { return v } }
	for _, c := range []struct {
		name   string
		leaps  func(int64) (int, bool)
		sends  func(i int) ubx.TimeLS
		want   shm.Leap
		detail string // of the objection
	}{
		{"no table, none announced", nil, steady(leapProven), shm.LeapNone, ""},
		{"no table, inserted", nil, announced(1, hour), shm.LeapAdd, ""},
		{"no table, deleted", nil, announced(-1, hour), shm.LeapDelete, ""},
		{"no table, an impossible change", nil, announced(2, hour), shm.LeapNone, ""},
		{"no table, another time than date", nil, announced(1, hour+10), shm.LeapNone, ""},
		{"no table, not proven", nil, func(i int) ubx.TimeLS {
			v := announced(1, hour)(i)
			v.Source = ubx.LeapConfigured
			return v
		}, shm.LeapNone, ""},
		{"the table agrees", table(18, 1), announced(1, hour), shm.LeapAdd, ""},
		{"only the table", table(18, 1), steady(leapProven), shm.LeapAdd, ""},
		{"the table has none", table(18, 0), announced(1, hour), shm.LeapNone, "before 2027-01-01, but leap-seconds.list has none there"},
		{"the table has the opposite", table(18, -1), announced(1, hour), shm.LeapNone, "a deleted one"},
		{"the table counts more", table(19, 0), steady(leapProven), shm.LeapNone, "counts 18 leap seconds according to GPS, but leap-seconds.list has 19"},
		{"the table counts less", table(17, 0), steady(leapProven), shm.LeapNone, "has 17"},
		{"the count is not proven", table(17, 0), steady(ubx.TimeLS{Source: ubx.LeapConfigured, Current: 18, Valid: true}), shm.LeapNone, ""},
		{"a table that has expired", func(int64) (int, bool) { return 0, false }, announced(1, hour), shm.LeapAdd, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var seconds []ubxSecond
			for i := range 12 {
				seconds = append(seconds, ubxReceiver{fix: true, leapOn: true, leap: c.sends(i)}.at(began.Add(time.Duration(i)*time.Second)))
			}
			r := feedUBX(t, seconds, func(s *Config) { s.Leaps = c.leaps })
			r.right(t)
			if c.detail != "" {
				if s := r.states[11]; s.Reason != "leap seconds disagree" || !strings.Contains(s.Detail, c.detail) || s.Hint == "" || len(r.samples) > 0 {
					t.Errorf("%d samples, state %+v, want a detail with %q", len(r.samples), s, c.detail)
				}
				return
			}
			if len(r.samples) == 0 || r.samples[len(r.samples)-1].Leap != c.want {
				t.Errorf("%d samples, the last %+v, want the warning %v; %v", len(r.samples), r.samples[max(0, len(r.samples)-1):], c.want, r.states[11])
			}
		})
	}
}

// What a receiver reports about its antenna and about interference.
func TestHealthOfTheReceiver(t *testing.T) {
	rf := func(r ...ubx.Radio) []byte { return ubx.AppendRF(nil, r...) }
	ok := ubx.Radio{Antenna: ubx.AntennaOK, Power: 1, Jamming: ubx.AlarmNone}
	for _, c := range []struct {
		name   string
		extra  []byte
		fix    bool
		reason string // empty: published
		detail string
	}{
		{"all well", rf(ok, ok), true, "", ""},
		{"open, with a fix", rf(ok, ubx.Radio{Antenna: ubx.AntennaOpen}), true, "", ""},
		{"open, without a fix", rf(ok, ubx.Radio{Antenna: ubx.AntennaOpen}), false, "no fix", "no antenna"},
		{"short, without a fix", ubx.AppendHW(nil, ubx.Radio{Antenna: ubx.AntennaShort}), false, "no fix", "short circuit"},
		{"jamming, with a fix", ubx.AppendHW(nil, ubx.Radio{Jamming: ubx.AlarmWarning}), true, "", ""},
		{"jamming, without a fix", ubx.Security{Jamming: ubx.AlarmCritical}.Append(nil, 2), false, "no fix", "jamming"},
		{"spoofing suspected", ubx.Security{Spoofing: ubx.AlarmWarning}.Append(nil, 2), true, "", ""},
		{"spoofing", ubx.Security{Spoofing: ubx.AlarmCritical}.Append(nil, 1), true, "spoofing", "false signals"},
		{"spoofing, in NAV-STATUS", ubx.Status{Fix: ubx.Fix3D, FixOK: true, Spoofing: ubx.AlarmCritical}.Append(nil), true, "spoofing", "false signals"},
		{"no fix, and nothing else", nil, false, "no fix", "according to NAV-PVT"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := feedUBX(t, sends(12, func(int) ubxReceiver { return ubxReceiver{fix: c.fix, extra: c.extra} }))
			r.right(t)
			s := r.states[11]
			if s.Reason != c.reason || !strings.Contains(s.Detail, c.detail) || (c.reason == "") != (len(r.samples) > 0) {
				t.Errorf("%d samples, state %+v; want %q with %q", len(r.samples), s, c.reason, c.detail)
			}
		})
	}
}

// The simulated cold start: a second ahead until the proof, and never published wrong.
func TestSimulatedProof(t *testing.T) {
	const proof = 60
	for _, pulse := range []*sim.Pulse{nil, {Width: 100 * time.Millisecond}} {
		c := trial{Config: sim.Config{UBX: true, Proof: proof * time.Second, Seed: 7}, pulse: pulse, seconds: 90}
		c.settings.ColdStart = receiver.AlmanacTime
		sentences, edges := c.run(t)
		for name, o := range map[string]*outcome{"sentences": &sentences, "pulse": &edges} {
			if off, at := o.worst(); off.Abs() >= wrong {
				t.Errorf("%s: off by %v at %v", name, off, at)
			}
			first, want := o.first(), pulse != nil || name == "sentences"
			if want && (first < proof || first > proof+20) || !want && first >= 0 {
				t.Errorf("%s, pulse %v: first published in second %d; %s", name, pulse != nil, first, o.reason())
			}
		}
		if first := sentences.first(); pulse == nil && first > proof+5 {
			t.Errorf("first published in second %d, want at most 5 s after the proof", first)
		}
	}
}
