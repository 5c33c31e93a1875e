package sim

import (
	"math"
	"slices"
	"sync"
	"time"
)

// A Profile is a family of receivers: its sentences, their order and their delay.
type Profile struct {
	Name    string
	Explain string // one line
	Baud    int    // factory setting, 8N1

	Delay     time.Duration // mean delay of the first start bit after the pulse
	Jitter    time.Duration // standard deviation of the delay between bursts
	Variation time.Duration // amplitude of an additional slow variation, with a period of five minutes

	Shortest, Longest int // bytes of a burst with a fix, at one epoch per second

	dialect dialect
	order   []composer
	sky     []view
	varying bool // whether the first constellation has a different number in view each second, 0 to 12
}

// A view is the number of satellites of one constellation.
type view struct {
	talker string // of its GSV
	inView int
	used   int
}

// profiles are listed in this order; the first is the default.
var profiles = sync.OnceValue(func() []Profile {
	return []Profile{
		{
			Name:    "u-blox",
			Explain: "RMC first, GLL last, GPS and GLONASS: the module on most HATs, 120 ms after the pulse",
			Baud:    9600, Delay: 120 * time.Millisecond, Jitter: 2 * time.Millisecond,
			Shortest: 638, Longest: 638,
			dialect: dialect{talker: "GN", clockDigits: 2, minuteDigits: 5, version: 23},
			order:   []composer{composeRMC, composeVTG, composeGGA, composeGSA, composeGSV, composeGLL},
			sky:     []view{{"GP", 10, 8}, {"GL", 6, 5}},
		},
		{
			Name:    "mt3339",
			Explain: "GGA first, RMC and ZDA last, GSV every fifth second: half a second after the pulse, where guessing the second fails",
			Baud:    9600, Delay: 500 * time.Millisecond, Jitter: 8 * time.Millisecond,
			Shortest: 275, Longest: 472,
			dialect: dialect{talker: "GP", clockDigits: 3, minuteDigits: 4, version: 23},
			order:   []composer{composeGGA, composeGSA, every(5, composeGSV), composeRMC, composeVTG, composeZDA},
			sky:     []view{{"GP", 11, 9}},
		},
		{
			Name:    "sirf",
			Explain: "GGA first, RMC last after a pause: the delay varies by 170 ms within minutes",
			Baud:    9600, Delay: 260 * time.Millisecond, Jitter: 5 * time.Millisecond, Variation: 85 * time.Millisecond,
			Shortest: 366, Longest: 366,
			dialect: dialect{talker: "GP", clockDigits: 3, minuteDigits: 4, version: 22},
			order:   []composer{composeGGA, composeGSA, composeGSV, after(12*time.Millisecond, composeRMC)},
			sky:     []view{{"GP", 9, 7}},
		},
		{
			Name:    "multi",
			Explain: "RMC first, four constellations: bursts take nearly the whole second at 9600 baud",
			Baud:    9600, Delay: 65 * time.Millisecond, Jitter: 3 * time.Millisecond,
			Shortest: 913, Longest: 913,
			dialect: dialect{talker: "GN", clockDigits: 2, minuteDigits: 5, version: 41},
			order:   []composer{composeRMC, composeVTG, composeGGA, composeGSA, composeGSV, composeGLL},
			sky:     []view{{"GP", 12, 9}, {"GL", 5, 4}, {"GA", 4, 4}, {"GB", 4, 3}},
		},
		{
			Name:    "gsv-first",
			Explain: "GSV before RMC with 0 to 12 satellites in view: RMC moves by up to three sentences",
			Baud:    9600, Delay: 90 * time.Millisecond, Jitter: 2 * time.Millisecond,
			Shortest: 197, Longest: 407,
			dialect: dialect{talker: "GP", clockDigits: 2, minuteDigits: 4, version: 23},
			order:   []composer{composeGSV, composeRMC, composeGGA, composeGSA},
			sky:     []view{{"GP", 12, 8}},
			varying: true,
		},
		{
			Name:    "garmin",
			Explain: "RMC first, no fraction of a second, Garmin's proprietary sentences last, at 4800 baud",
			Baud:    4800, Delay: 70 * time.Millisecond, Jitter: 6 * time.Millisecond,
			Shortest: 417, Longest: 417,
			dialect: dialect{talker: "GP", clockDigits: 0, minuteDigits: 4, version: 23},
			order:   []composer{composeRMC, composeGGA, composeGSA, composeGSV, composePGRME, composePGRMF},
			sky:     []view{{"GP", 7, 5}},
		},
		{
			Name:    "timing",
			Explain: "only GGA and ZDA: a timing receiver, without an RMC to report that its time is invalid",
			Baud:    9600, Delay: 35 * time.Millisecond, Jitter: time.Millisecond,
			Shortest: 113, Longest: 113,
			dialect: dialect{talker: "GP", clockDigits: 2, minuteDigits: 5, version: 23},
			order:   []composer{composeGGA, composeZDA},
			sky:     []view{{"GP", 9, 8}},
		},
	}
})

// Profiles returns all profiles. The first is the default.
func Profiles() []Profile { return slices.Clone(profiles()) }

// swing returns the slow variation of the delay at true time at.
func (p Profile) swing(at time.Duration) time.Duration {
	const period = 5 * time.Minute
	phase := 2 * math.Pi * float64(at%period) / float64(period)
	return time.Duration(float64(p.Variation) * math.Sin(phase))
}

// after inserts a pause before the next sentences.
func after(pause time.Duration, next composer) composer {
	return func(s *solution) []sentence {
		sentences := next(s)
		if len(sentences) > 0 {
			sentences[0].wait = pause
		}
		return sentences
	}
}

// every keeps the sentences of one second in n.
func every(n int64, next composer) composer {
	return func(s *solution) []sentence {
		if s.second.Unix()%n != 0 {
			return nil
		}
		return next(s)
	}
}
