package sim

import (
	"math/rand/v2"
	"time"
)

// A constellation is the satellites of one system.
type constellation struct {
	talker string // of its GSV: GP, GL, GA, GB
	system int    // the NMEA 4.10 system number at the end of its GSA
	inView []satellite
	used   []int // satellites in the solution, even if fewer are in view
}

// A satellite has the fields of a GSV.
type satellite struct {
	number    int
	elevation int // degrees
	azimuth   int // degrees
	snr       int // dB-Hz; 0 if not tracked: an empty field
}

const (
	maxInView = 16 // satellites of one constellation; four GSV
	maxUsed   = 12 // slots of a GSA
)

// A system is a constellation, with the satellite numbers of NMEA.
type system struct{ system, first, count int }

// systemOf returns the constellation by the talker of its GSV.
func systemOf(talker string) system {
	switch talker {
	case "GP":
		return system{1, 1, 32}
	case "GL":
		return system{2, 65, 24}
	case "GA":
		return system{3, 1, 36}
	case "GB":
		return system{4, 1, 37}
	}
	return system{}
}

// rise returns the satellites of one system, the highest first, as receivers list them.
func rise(talker string, rng *rand.Rand) constellation {
	system := systemOf(talker)
	c := constellation{talker: talker, system: system.system}
	for i, n := range rng.Perm(system.count)[:maxInView] {
		c.inView = append(c.inView, satellite{
			number:    system.first + n,
			elevation: 85 - 5*i + rng.IntN(5),
			azimuth:   rng.IntN(360),
		})
	}
	return c
}

// seen returns the constellation at true time at, with n satellites in view and at most
// track satellites used.
func (c constellation) seen(at time.Duration, n, track int, rng *rand.Rand) constellation {
	seen := constellation{talker: c.talker, system: c.system}
	for i, s := range c.inView {
		s.azimuth = (s.azimuth + int(at/(2*time.Minute))) % 360
		s.snr = 18 + s.elevation/3 + rng.IntN(5)
		if s.elevation < 15 {
			s.snr = 0
		}
		if i < n {
			seen.inView = append(seen.inView, s)
		}
		if i < track && s.snr > 0 {
			seen.used = append(seen.used, s.number)
		}
	}
	return seen
}
