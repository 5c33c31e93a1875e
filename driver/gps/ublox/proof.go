package ublox

import (
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/ubx"
)

// A proof judges what a receiver's messages report about its leap seconds. After a cold
// start, a receiver uses those of its firmware, which may be outdated, until satellites send
// them.
//
//	message      reports                                result
//	NAV-TIMELS   not valid                              a default
//	NAV-TIMELS   valid, of the firmware                 a default
//	NAV-TIMELS   valid, of GPS, SBAS, BeiDou, Galileo,
//	             NavIC, or GPS and GLONASS together     known
//	NAV-TIMELS   valid, of aiding data, configured,     -
//	             or unknown
//	NAV-TIMEGPS  not valid                              a default
//	NAV-TIMEGPS  valid, and was not valid before, and
//	             no NAV-TIMELS in the last minute       known
//	NAV-TIMEGPS  valid otherwise                        -
//
// Valid leap seconds in the first NAV-TIMEGPS are no proof: the receiver may have been
// configured with them. Neither is NAV-PVT: a receiver may set its flags of validity without
// knowing the leap seconds.
type proof struct {
	unset bool // a NAV-TIMEGPS was not valid
	since int  // NAV-TIMEGPS since the last NAV-TIMELS
	asked bool // there was a NAV-TIMELS
}

// contested is the number of NAV-TIMEGPS, one a second, for which a NAV-TIMELS counts.
const contested = 60

// timeLS judges a NAV-TIMELS.
func (p *proof) timeLS(v ubx.TimeLS) nmea.Leap {
	p.asked, p.since = true, 0
	switch {
	case !v.Valid, v.Source == ubx.LeapFirmware:
		return nmea.LeapDefault
	case v.Source.FromSky():
		return nmea.LeapKnown
	}
	return nmea.LeapUnreported
}

// timeGPS judges a NAV-TIMEGPS.
func (p *proof) timeGPS(v ubx.TimeGPS) nmea.Leap {
	if p.since++; p.since > contested {
		p.asked = false
	}
	switch {
	case !v.ValidLeap:
		p.unset = true
		return nmea.LeapDefault
	case p.unset && !p.asked && v.ValidTOW && v.ValidWeek:
		return nmea.LeapKnown
	}
	return nmea.LeapUnreported
}
