package sim

import (
	"time"

	"github.com/refclock/refclock/ubx"
)

const (
	// ubxBaud is the rate of a receiver that sends UBX beside its sentences. At 9600 baud,
	// both together would take more than a second.
	ubxBaud = 38400

	// coldSearch is how long a receiver has no fix and no date after a cold start.
	coldSearch = 20 * time.Second

	// firmwareLeap is an outdated count of leap seconds. With it, a receiver is a second
	// ahead of UTC.
	firmwareLeap = leapSeconds - 1
)

// unproven changes a solution before the receiver has the leap seconds from satellites.
func (s *solution) unproven(proof time.Duration) {
	if s.at >= proof {
		return
	}
	s.setTime(s.second.Add((leapSeconds - firmwareLeap) * time.Second))
	if s.at < coldSearch {
		dateless(s)
	}
}

// composeUBX returns NAV-PVT, NAV-TIMELS, TIM-TP and MON-RF, once a second the last three.
// NAV-PVT claims full validity before the leap seconds are proved, as real receivers do.
func composeUBX(s *solution, proof time.Duration) []byte {
	l := s.label
	pvt := ubx.PVT{
		Calendar: ubx.Calendar{
			Year: l.Year, Month: int(l.Month), Day: l.Day, Hour: l.Hour, Minute: l.Minute, Second: l.Second, Nano: l.Nanosecond - 312_345,
		},
		ValidDate: l.Month != 0, ValidTime: l.Month != 0, FullyResolved: l.Month != 0,
		Accuracy: 25, Used: s.used(), PDOP: 162,
	}
	if s.valid {
		pvt.Fix, pvt.FixOK = ubx.Fix3D, true
	}
	b := pvt.Append(nil)
	if !s.wholeSecond() {
		return b
	}
	week, second := gpsTime(s.second)
	leap := ubx.TimeLS{TOW: uint32(second) * 1000, Source: ubx.LeapFirmware, Current: firmwareLeap, Valid: true}
	if s.at >= proof {
		leap.Source, leap.Current = ubx.LeapGPS, leapSeconds
	}
	b = leap.Append(b)
	// The next pulse. Its error is a saw tooth of 21 ns, as of a 48 MHz clock.
	saw := int32(s.at/time.Second*7919%20_833) - 10_416
	b = ubx.Pulse{Week: week, TOW: uint32(second+1) * 1000, QErr: saw, ValidQErr: true}.Append(b)
	return ubx.AppendRF(b, ubx.Radio{Antenna: ubx.AntennaOK, Power: 1, Jamming: ubx.AlarmNone})
}
