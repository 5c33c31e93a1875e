package sim

import (
	"slices"
	"time"
)

// jumpFaults are discontinuities of the receiver's time.
func jumpFaults() []Fault {
	return slices.Concat(
		jumps("second-ahead", "a second ahead", time.Second),
		jumps("second-back", "a second back", -time.Second),
		jumps("hour-back", "an hour back", -time.Hour),
		jumps("day-ahead", "a day ahead", 24*time.Hour),
		[]Fault{
			{
				Name:    "frozen",
				Explain: "repeats second 30 until second 40",
				alter:   wrong(30, 40, func(s *solution) { s.setTime(s.second.Add(30*time.Second - s.at)) }),
			},
			learnsUTC("utc-1s-ahead", "a second ahead until minute 12: its firmware has GPS - UTC = 17 s", 1),
			learnsUTC("utc-3s-ahead", "3 s ahead until minute 12: its firmware has GPS - UTC = 15 s", 3),
			learnsUTC("utc-18s-ahead", "18 s ahead until minute 12: it sends GPS time until it has the almanac", leapSeconds),
			cold("cold-utc-1s-ahead", "counts from 1980-01-06 until second 20, then a second ahead until minute 12", 1, defaultDate),
			cold("cold-utc-18s-ahead", "counts from 1980-01-06 until second 20, then 18 s ahead until minute 12", leapSeconds, defaultDate),
			cold("cold-void-utc-18s-ahead", "no fix and no date until second 20, then 18 s ahead until minute 12", leapSeconds, dateless),
		},
	)
}

// jumps returns jumps of one sentence, of one burst, and of all following bursts.
func jumps(name, explain string, by time.Duration) []Fault {
	jump := func(s *solution) { s.setTime(s.second.Add(by)) }
	return []Fault{
		{
			Name:    "jump-" + name + "-sentence",
			Explain: "one sentence of second 30 is " + explain,
			edit: func(s *solution, _ *active, sentences []sentence) []sentence {
				if s.during(30, 31) && s.wholeSecond() {
					jumped := *s
					jump(&jumped)
					replaceDated(&jumped, sentences)
				}
				return sentences
			},
		},
		{
			Name:    "jump-" + name,
			Explain: "second 30 is " + explain,
			alter:   wrong(30, 31, jump),
		},
		{
			Name:    "jump-" + name + "-for-good",
			Explain: explain + " from second 30 on, permanently",
			Lie:     true,
			alter:   wrong(30, forGood, jump),
		},
	}
}

// replaceDated replaces the sentence with the date: RMC, or ZDA if there is no RMC.
func replaceDated(s *solution, sentences []sentence) {
	if i := find(sentences, "RMC"); i >= 0 {
		sentences[i].text = composeRMC(s)[0].text
	} else if i := find(sentences, "ZDA"); i >= 0 {
		sentences[i].text = composeZDA(s)[0].text
	}
}

// find returns the index of the first sentence of a kind; -1 if there is none.
func find(sentences []sentence, kind string) int {
	return slices.IndexFunc(sentences, func(s sentence) bool { return s.kind == kind })
}

// learnsUTC returns a fault that is some seconds ahead until the almanac, which takes 12.5
// minutes, contains the leap seconds.
func learnsUTC(name, explain string, ahead int) Fault {
	return Fault{
		Name: name, Explain: explain, Lie: true,
		alter: wrong(0, 12*60, func(s *solution) { s.setTime(s.second.Add(time.Duration(ahead) * time.Second)) }),
	}
}

// cold returns a cold start without leap seconds until the almanac contains them. It counts
// as a Lie, although an observer of the start can detect it.
func cold(name, explain string, ahead int, start func(*solution)) Fault {
	learns := learnsUTC(name, explain, ahead)
	later := learns.alter
	learns.alter = func(s *solution) {
		later(s)
		wrong(0, 20, start)(s)
	}
	return learns
}
