// Package ublox uses the binary messages of u-blox receivers in a clock: their time beside
// that of NMEA sentences or instead of it, whether the leap seconds are proved, and what the
// receiver reports about itself.
package ublox

import (
	"time"

	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/ubx"
)

// NewStream returns a Stream for a receiver that sends NMEA, UBX or both.
func NewStream(baud int, buildDate nmea.Date) *nmea.Stream {
	return nmea.NewStream(baud, buildDate).Also(new(Protocol))
}

// A Protocol is UBX as a nmea.Protocol. Its messages name time and fix like sentences:
//
//	message      time and date                     fix                  leap seconds
//	NAV-PVT      if all three are valid            gnssFixOK            -
//	NAV-TIMEUTC  if week and time of week are      good if all three    a default if its
//	             valid                             are valid to 100 us  validUTC is not set
//	NAV-STATUS   -                                 gpsFixOk             -
//	NAV-TIMELS   -                                 -                    see proof
//	NAV-TIMEGPS  -                                 -                    see proof
//
// The zero Protocol is ready for use.
type Protocol struct {
	framer ubx.Framer
	base   uint64 // bytes before the chunk
	size   int    // of the chunk
	proof  proof
}

// Push implements nmea.Protocol.
func (p *Protocol) Push(chunk []byte) {
	p.base += uint64(p.size)
	p.size = len(chunk)
	p.framer.Push(chunk)
}

// Next implements nmea.Protocol.
func (p *Protocol) Next() (nmea.Message, bool) {
	m, more := p.framer.Next()
	if !more {
		return nmea.Message{}, false
	}
	end := m.Start + uint64(len(m.Raw)) - p.base
	return nmea.Message{Raw: m.Raw, End: int(end), Report: p.report(m)}, true
}

// accurate is the greatest uncertainty in nanoseconds of a NAV-TIMEUTC with a good fix. It
// has no flag for the fix, but without one the uncertainty grows.
const accurate = 100_000

// report returns what a message reports.
func (p *Protocol) report(m ubx.Message) nmea.Report {
	r := nmea.Report{Address: m.Kind().String()}
	switch m.Kind() {
	case ubx.NavStatus:
		if v, ok := ubx.DecodeStatus(m); ok {
			r.Fix = fixOf(v.Fix, v.FixOK)
		}
	case ubx.NavPVT:
		if v, ok := ubx.DecodePVT(m); ok {
			r.Fix, r.Used, r.PDOP = fixOf(v.Fix, v.FixOK), v.Used, float64(v.PDOP)/100
			setTime(&r, v.Calendar, v.ValidTime && v.FullyResolved, v.ValidDate)
		}
	case ubx.NavTimeUTC:
		if v, ok := ubx.DecodeTimeUTC(m); ok {
			setUTC(&r, v)
		}
	case ubx.NavTimeLS:
		if v, ok := ubx.DecodeTimeLS(m); ok {
			r.Leap = p.proof.timeLS(v)
		}
	case ubx.NavTimeGPS:
		if v, ok := ubx.DecodeTimeGPS(m); ok {
			r.Leap = p.proof.timeGPS(v)
		}
	}
	return r
}

// setUTC sets what a NAV-TIMEUTC reports.
func setUTC(r *nmea.Report, v ubx.TimeUTC) {
	known := v.ValidTOW && v.ValidWeek
	setTime(r, v.Calendar, known, known)
	switch {
	case !v.ValidUTC:
		r.Leap = nmea.LeapDefault
	case known && v.Accuracy <= accurate:
		r.Fix = nmea.FixGood
	}
}

func fixOf(fix ubx.Fix, ok bool) nmea.Fix {
	switch {
	case !ok || fix == ubx.FixNone || fix > ubx.FixTimeOnly:
		return nmea.FixNone
	case fix == ubx.FixDeadReckoning:
		return nmea.FixEstimated
	}
	return nmea.FixGood
}

// hundredth is the unit to which the receiver rounds the time in its sentences, and the
// fields of its messages.
const hundredth = 10 * time.Millisecond

// setTime sets the time, and the date if it is valid, too. Impossible ones are not set.
func setTime(r *nmea.Report, c ubx.Calendar, validTime, validDate bool) {
	date := nmea.Date{Year: c.Year, Month: c.Month, Day: c.Day}
	exists := date.Year >= 1980 && date.Month >= 1 && date.Month <= 12 && nmea.DateOf(date.Midnight()) == date
	inserted := c.Second == 60 && c.Hour == 23 && c.Minute == 59
	possible := c.Hour <= 23 && c.Minute <= 59 && (c.Second <= 59 || inserted) && c.Nano >= -1e9 && c.Nano <= 1e9
	if !validTime || !possible || validDate && !exists {
		return
	}
	if !validDate {
		date = nmea.Date{Year: 2000, Month: 1, Day: 2} // any
	}
	second := nmea.TimeOfDay{Hour: c.Hour, Minute: c.Minute, Second: c.Second}
	part := time.Duration(c.Nano).Round(hundredth)
	if part >= 0 && part < time.Second {
		second.Nanosecond = int(part)
	} else {
		at := date.Midnight().Add(second.SinceMidnight() + part)
		date = nmea.DateOf(at)
		second = nmea.TimeOfDay{Hour: at.Hour(), Minute: at.Minute(), Second: at.Second(), Nanosecond: at.Nanosecond()}
	}
	r.Time, r.HasTime = second, true
	if validDate {
		r.Date = date
	}
}
