package ublox

import (
	"time"

	"github.com/refclock/refclock/driver/leap"
	"github.com/refclock/refclock/ubx"
)

// A Monitor keeps what a receiver reports about itself besides the time. The zero Monitor has
// no reports. It is not safe for concurrent use.
type Monitor struct {
	// Sky is what satellites have sent about leap seconds, as of the last Update.
	Sky leap.Sky

	leap    ubx.TimeLS
	leapAt  int64 // steady; 0: no report
	radio   ubx.Radio
	radioAt int64
	jamming ubx.Alarm // of SEC-SIG
	spoof   ubx.Alarm // of SEC-SIG, else of NAV-STATUS
	alarmAt int64
	sky     ubx.Satellites
	skyAt   int64
	version uint64 // counts the messages

	pulses [4]quantization // the last announced, the newest last
}

// A quantization is the announced error of a pulse.
type quantization struct {
	second int64 // of UTC since 1970
	early  time.Duration
}

// expires is how long a report counts if it is not repeated.
const expires = time.Minute

// leapExpires is how long a report of leap seconds counts: some are sent only on request, and
// the satellites repeat what they send every 12.5 minutes.
const leapExpires = time.Hour

// See records a message that was received at an instant of the steady clock, in nanoseconds.
func (m *Monitor) See(message []byte, at int64) {
	msg := ubx.Message{Raw: message}
	m.version++
	switch msg.Kind() {
	case ubx.NavTimeLS:
		if v, ok := ubx.DecodeTimeLS(msg); ok {
			m.leap, m.leapAt = v, at
		}
	case ubx.NavStatus:
		if v, ok := ubx.DecodeStatus(msg); ok && v.Spoofing != ubx.AlarmUnknown {
			m.spoof, m.alarmAt = v.Spoofing, at
		}
	case ubx.NavSat:
		if v, ok := ubx.DecodeSatellites(msg); ok {
			m.sky, m.skyAt = v, at
		}
	case ubx.MonHW:
		if v, ok := ubx.DecodeHW(msg); ok {
			m.radio, m.radioAt = v, at
		}
	case ubx.MonRF:
		if radios, n, ok := ubx.DecodeRF(msg); ok && n > 0 {
			m.radio, m.radioAt = worst(radios[:n]), at
		}
	case ubx.SecSig:
		if v, ok := ubx.DecodeSecurity(msg); ok {
			m.jamming, m.spoof, m.alarmAt = v.Jamming, v.Spoofing, at
		}
	case ubx.TimTP:
		if v, ok := ubx.DecodePulse(msg); ok {
			m.announce(v, at)
		}
	}
}

// Messages returns how many messages were seen.
func (m *Monitor) Messages() uint64 { return m.version }

// worst returns the worst state of several radios. They may share an antenna.
func worst(radios []ubx.Radio) (r ubx.Radio) {
	for i, one := range radios {
		if i == 0 || one.Antenna > r.Antenna {
			r.Antenna, r.Power = one.Antenna, one.Power
		}
		r.Jamming = max(r.Jamming, one.Jamming)
	}
	return r
}

// epochOfGPS is 1980-01-06 00:00:00 UTC, in seconds since 1970.
const (
	epochOfGPS = 315964800
	day        = 86400
)

// announce records the announcement of a pulse, if it is valid and of a whole second.
func (m *Monitor) announce(p ubx.Pulse, at int64) {
	second := epochOfGPS + int64(p.Week)*7*day + int64(p.TOW)/1000
	if !p.UTC {
		if !m.proven(at) {
			return
		}
		second -= int64(m.leap.Current)
	}
	early := time.Duration(p.QErr).Round(1000) / 1000 // ps to ns
	if p.ValidQErr && p.TOW%1000 == 0 && early.Abs() <= maxQuantization {
		copy(m.pulses[:], m.pulses[1:])
		m.pulses[len(m.pulses)-1] = quantization{second, early}
	}
}

// maxQuantization is far more than half a tick of a receiver's oscillator, which has 10 to 60 ns.
const maxQuantization = time.Microsecond

// Quantization returns by how much the pulse at a second of UTC since 1970 is early, as
// announced: add it to the time of the edge. It is 0 if nothing is announced. It is known
// from shortly before the pulse until some seconds after it.
func (m *Monitor) Quantization(second int64) (early time.Duration) {
	for _, p := range m.pulses {
		if p.second == second {
			return p.early
		}
	}
	return 0
}

// Health is what a receiver reports about its antenna and about interference. The zero value
// of each field means that it is not reported.
type Health struct {
	Antenna  ubx.Antenna // AntennaStarting is not reported
	Jamming  ubx.Alarm
	Spoofing ubx.Alarm
}

// Health returns the health at an instant of the steady clock. Reports expire after a minute.
func (m *Monitor) Health(now int64) (h Health) {
	if m.radioAt != 0 && now-m.radioAt < int64(expires) {
		h.Antenna, h.Jamming = m.radio.Antenna, m.radio.Jamming
	}
	if m.alarmAt != 0 && now-m.alarmAt < int64(expires) {
		h.Jamming, h.Spoofing = max(h.Jamming, m.jamming), m.spoof
	}
	return h
}

// InView returns how many satellites have a signal; 0 if the receiver does not report it.
func (m *Monitor) InView(now int64) int {
	if m.skyAt == 0 || now-m.skyAt >= int64(expires) {
		return 0
	}
	return m.sky.Tracked
}

// proven reports whether the count of leap seconds is from satellites.
func (m *Monitor) proven(now int64) bool {
	return m.leapAt != 0 && now-m.leapAt < int64(leapExpires) && m.leap.Valid && m.leap.Source.FromSky()
}

// LeapSeconds returns the count of leap seconds, and its source. They are 0 and empty if the
// receiver does not report them.
func (m *Monitor) LeapSeconds(now int64) (count int, source string) {
	if m.leapAt == 0 || now-m.leapAt >= int64(leapExpires) {
		return 0, ""
	}
	source = m.leap.Source.String()
	if !m.leap.Valid {
		source += ", not valid"
	}
	return m.leap.Current, source
}

// Update updates the Sky, at an instant of the steady clock, for a receiver that names this
// second of UTC, in seconds since 1970. The Sky is zero unless the receiver's own statements
// agree: the source is satellites, and an announced leap second is at the end of June or
// December, and as far away as the receiver says.
func (m *Monitor) Update(second, now int64) {
	m.Sky = leap.Sky{}
	if !m.proven(now) {
		return
	}
	l := &m.leap
	m.Sky.Count, m.Sky.Source = l.Current, l.Source.String()
	boundary := int64(epochOfGPS) + (int64(l.Week)*7+int64(l.Day))*day
	sent := second - (now-m.leapAt)/int64(time.Second)
	off := boundary - sent - int64(l.TimeTo)
	announced := l.ValidChange && l.ChangeSource != 0 && (l.Change == 1 || l.Change == -1)
	if announced && boundary > second && leap.Boundary(boundary) == boundary && max(off, -off) <= tolerance {
		m.Sky.Boundary, m.Sky.Change = boundary, l.Change
	}
}

// tolerance is how many seconds the time until a leap second may differ from its date: a
// receiver may count the time from before or after its message.
const tolerance = 2
