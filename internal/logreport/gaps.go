package logreport

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/samplelog"
)

// maxGaps is how many gaps are listed: the longest.
const maxGaps = 12

// The most samples that are counted as missing, in one gap and in all: with those that are
// there, they fit in 32 bits.
const (
	maxMissing    = 1_000_000
	maxAllMissing = 2_000_000_000
)

// gaps finds the times without samples, and the share of samples that are there.
func (a *Analysis) gaps(r *Source, s *series, notes []samplelog.Note) {
	r.Present = 1
	if s.interval == 0 {
		return
	}
	var list []Gap
	for i := 1; i < len(s.times); i++ {
		missing := int(min((s.times[i]-s.times[i-1]+s.interval/2)/s.interval-1, maxMissing))
		if missing < 1 {
			continue
		}
		r.GapCount++
		r.Missing = min(r.Missing, maxAllMissing-missing) + missing
		list = append(list, Gap{From: when(s.times[i-1]), To: when(s.times[i]), Missing: missing})
		if len(list) > 4*maxGaps {
			list = longest(list)
		}
	}
	r.Present = float64(r.Samples) / float64(r.Samples+r.Missing)
	r.Gaps = append(r.Gaps, longest(list)...)
	for i := range r.Gaps {
		r.Gaps[i].Reason = a.reason(s, &r.Gaps[i], notes)
	}
}

func longest(gaps []Gap) []Gap {
	slices.SortStableFunc(gaps, func(a, b Gap) int { return cmp.Compare(b.To.Sub(b.From), a.To.Sub(a.From)) })
	return gaps[:min(len(gaps), maxGaps)]
}

// reason returns why there is a gap, as far as the files show it.
func (a *Analysis) reason(s *series, g *Gap, notes []samplelog.Note) string {
	for _, n := range notes {
		// A note is written when the absence is noticed, which may be a little after the end.
		if t := when(n.Time); t.After(g.From) && !t.After(g.To.Add(time.Duration(s.interval))) {
			return n.Text
		}
	}
	if a.allSilent(s, g) {
		return "all sources of this log are silent: its program or the machine was stopped"
	}
	return ""
}

// minSilence is the number of missing samples from which silence of all sources is no chance.
const minSilence = 3

// allSilent reports whether there are other sources of the same program, and none has a
// sample inside the gap.
func (a *Analysis) allSilent(s *series, g *Gap) bool {
	if g.Missing < minSilence {
		return false
	}
	others := 0
	for _, o := range a.series {
		if o == s || len(o.times) == 0 || program(o.format) != program(s.format) {
			continue
		}
		others++
		// The others may have a sample just before or after.
		if o.between(g.From.UnixNano()+s.interval, g.To.UnixNano()-s.interval) {
			return false
		}
	}
	return others > 0
}

// program returns the program that writes a format.
func program(format string) string {
	name, _, _ := strings.Cut(format, " ")
	return name
}

// between reports whether there is a sample between two times.
func (s *series) between(from, to int64) bool {
	i, _ := slices.BinarySearch(s.times, from)
	return i < len(s.times) && s.times[i] <= to
}
