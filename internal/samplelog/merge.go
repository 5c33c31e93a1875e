package samplelog

import (
	"cmp"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// Sources returns the sources of all files, in the order of the files. Rotated files continue
// a source, in any order. Sources that have the same name but are others, such as those of two
// machines, get the name of their file in the label. The Set is not used afterwards.
func (s *Set) Sources() []*Source {
	var chains []*chain
	for _, file := range s.Files {
		for _, source := range file.sources {
			source.tidy()
			chains = append(chains, &chain{Source: source, file: file.Name})
		}
	}
	chains = explained(joined(chains))
	label(chains)
	sources := make([]*Source, 0, len(chains))
	for _, c := range chains {
		sources = append(sources, c.Source)
	}
	return sources
}

// A chain is a source, joined from files of which the first is named.
type chain struct {
	*Source
	file string
}

// tidy sorts a source by time and removes samples that are there twice.
func (s *Source) tidy() {
	s.tidyNotes()
	if !slices.IsSorted(s.Times) {
		sort.Stable(byTime{s})
	}
	kept := 0
	for i := range s.Times {
		if kept > 0 && s.Times[i] == s.Times[kept-1] && s.Offsets[i] == s.Offsets[kept-1] {
			s.Duplicates++
			continue
		}
		for _, column := range [][]float64{s.Offsets, s.Jitters, s.Delays} {
			if column != nil {
				column[kept] = column[i]
			}
		}
		s.Times[kept] = s.Times[i]
		kept++
	}
	s.Times, s.Offsets = s.Times[:kept], s.Offsets[:kept]
	s.Jitters, s.Delays = s.Jitters[:min(kept, len(s.Jitters))], s.Delays[:min(kept, len(s.Delays))]
}

// tidyNotes sorts the notes and removes those that are there twice.
func (s *Source) tidyNotes() {
	slices.SortStableFunc(s.Notes, func(a, b Note) int { return cmp.Compare(a.Time, b.Time) })
	s.Notes = slices.Compact(s.Notes)
}

// byTime sorts the columns of a source together.
type byTime struct{ s *Source }

func (b byTime) Len() int           { return len(b.s.Times) }
func (b byTime) Less(i, j int) bool { return b.s.Times[i] < b.s.Times[j] }
func (b byTime) Swap(i, j int) {
	b.s.Times[i], b.s.Times[j] = b.s.Times[j], b.s.Times[i]
	for _, column := range [][]float64{b.s.Offsets, b.s.Jitters, b.s.Delays} {
		if column != nil {
			column[i], column[j] = column[j], column[i]
		}
	}
}

// joined joins the parts of a source from several files, by the time of their first sample.
func joined(all []*chain) (chains []*chain) {
	order := slices.Clone(all)
	slices.SortStableFunc(order, func(a, b *chain) int { return cmp.Compare(a.first(), b.first()) })
	gone := map[*chain]bool{}
	last := map[[2]string][]*chain{} // by name and format
	for _, part := range order {
		key := [2]string{part.Name, part.Format}
		i := slices.IndexFunc(last[key], func(c *chain) bool { return c.continuedBy(part) })
		if i < 0 {
			last[key] = append(last[key], part)
			continue
		}
		last[key][i].join(part)
		gone[part] = true
	}
	for _, c := range all {
		if !gone[c] {
			chains = append(chains, c)
		}
	}
	return chains
}

// first returns the time of the first sample or note.
func (c *chain) first() int64 {
	switch {
	case len(c.Times) == 0:
		return c.Notes[0].Time
	case len(c.Notes) == 0:
		return c.Times[0]
	}
	return min(c.Times[0], c.Notes[0].Time)
}

// continuedBy reports whether a part that begins later is of the same source: it begins after
// the last sample, or repeats samples.
func (c *chain) continuedBy(part *chain) bool {
	if len(c.Times) == 0 || len(part.Times) == 0 {
		return true
	}
	if part.Times[0] > c.Times[len(c.Times)-1] {
		return true
	}
	i, ok := slices.BinarySearch(c.Times, part.Times[0])
	for ; ok && i < len(c.Times) && c.Times[i] == part.Times[0]; i++ {
		if c.Offsets[i] == part.Offsets[0] {
			return true
		}
	}
	return false
}

// join appends a part.
func (c *chain) join(part *chain) {
	n, m := len(c.Times), len(part.Times)
	ordered := n == 0 || m == 0 || part.Times[0] > c.Times[n-1]
	c.Times = append(c.Times, part.Times...)
	c.Offsets = append(c.Offsets, part.Offsets...)
	c.Jitters = joinColumns(c.Jitters, part.Jitters, n, m)
	c.Delays = joinColumns(c.Delays, part.Delays, n, m)
	c.Notes = append(c.Notes, part.Notes...)
	c.Duplicates += part.Duplicates
	if ordered { // as of rotated logs: a thousand files must not be copied a thousand times
		c.tidyNotes()
	} else {
		c.tidy()
	}
}

// joinColumns joins columns of n and m values, of which each may be missing.
func joinColumns(a, b []float64, n, m int) []float64 {
	if len(a) == 0 && len(b) == 0 {
		return nil
	}
	for _, column := range []struct {
		of *[]float64
		n  int
	}{{&a, n}, {&b, m}} {
		for len(*column.of) < column.n {
			*column.of = append(*column.of, unknown)
		}
	}
	return append(a, b...)
}

// label gives sources that have the same name different labels.
func label(chains []*chain) {
	for _, more := range []func(c *chain) string{
		func(c *chain) string { return c.Format[strings.LastIndexByte(c.Format, ' ')+1:] },
		func(c *chain) string { return filepath.Base(c.file) },
		func(c *chain) string { return c.file },
	} {
		same := map[string]int{}
		for _, c := range chains {
			same[c.Label]++
		}
		for _, c := range chains {
			if same[c.Label] > 1 {
				c.Label = c.Name + ", " + more(c)
			}
		}
	}
}

// explained moves the notes of a clock in clockstats to the same clock in peerstats.
func explained(chains []*chain) (kept []*chain) {
	for _, from := range chains {
		i := -1
		if from.Format == ntpClockstats {
			i = slices.IndexFunc(chains, func(to *chain) bool { return to.Format == ntpPeerstats && to.Name == from.Name })
		}
		if i < 0 {
			kept = append(kept, from)
			continue
		}
		to := chains[i]
		to.Notes = append(to.Notes, from.Notes...)
		slices.SortStableFunc(to.Notes, func(a, b Note) int { return cmp.Compare(a.Time, b.Time) })
	}
	return kept
}

// Between drops what is before from or after to, in ns since 1970.
func (s *Source) Between(from, to int64) {
	i, _ := slices.BinarySearch(s.Times, from)
	j, _ := slices.BinarySearch(s.Times, to+1)
	j = max(i, j)
	s.Times, s.Offsets = s.Times[i:j], s.Offsets[i:j]
	if s.Jitters != nil {
		s.Jitters = s.Jitters[i:j]
	}
	if s.Delays != nil {
		s.Delays = s.Delays[i:j]
	}
	s.Notes = slices.DeleteFunc(s.Notes, func(n Note) bool { return n.Time < from || n.Time > to })
}
