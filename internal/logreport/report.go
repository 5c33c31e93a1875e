// Package logreport turns the offsets of clocks into figures and plots: how far off they are,
// how steady, when samples were missing and why, and how they compare.
package logreport

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/refclock/refclock/internal/samplelog"
)

// schema is the version of the JSON document.
const schema = 1

// A Report has the figures of several sources.
type Report struct {
	Schema  int      `json:"schema"`  // version of this document: 1
	Version string   `json:"version"` // of refclock
	Files   []File   `json:"files"`   // that were read
	Sources []Source `json:"sources"` // in the order of the files
	Pairs   []Pair   `json:"pairs"`   // sources that have samples at the same times, compared
}

// A File is a file that was read.
type File struct {
	Name    string   `json:"name"`    // as on the command line
	Formats []string `json:"formats"` // that its lines have
	Lines   int      `json:"lines"`   // in the file
	Samples int      `json:"samples"` // in the file
	Bad     int      `json:"bad"`     // lines that could not be read
	Errors  []string `json:"errors"`  // the first of them: line, what was found and what was expected
}

// A Source is a clock in the files.
type Source struct {
	Name       string      `json:"name"`        // such as PPS, SHM(0) or unit 2
	Format     string      `json:"format"`      // of its log
	Samples    int         `json:"samples"`     // offsets
	Duplicates int         `json:"duplicates"`  // samples that were in the files twice, and count once
	From       time.Time   `json:"from"`        // time of the first sample
	To         time.Time   `json:"to"`          // time of the last sample
	IntervalNS int64       `json:"interval_ns"` // usual time from one sample to the next; 0 with fewer than two samples
	Offset     *Figures    `json:"offset"`      // clock - receive; null without samples
	Jitter     *Figures    `json:"jitter"`      // jitter as the log states it; null if it states none
	Delay      *Figures    `json:"delay"`       // delay; null if the log has none
	Missing    int         `json:"missing"`     // samples that the gaps should have had
	Present    float64     `json:"present"`     // share of the expected samples that are there, 0 to 1
	GapCount   int         `json:"gap_count"`   // gaps
	Gaps       []Gap       `json:"gaps"`        // the longest, by their length
	Reasons    []Reason    `json:"reasons"`     // for missing samples that the log gives
	Histogram  []Bin       `json:"histogram"`   // of the offsets
	Hours      []Hour      `json:"hours"`       // of the day; empty with less than six hours
	HoursOf    string      `json:"hours_of"`    // what they show: offset, or delay if the log has one
	Stability  []Stability `json:"stability"`   // for averaging times in octaves; empty if the samples are too few or too irregular
}

// Figures describe a column.
type Figures struct {
	MedianNS int64 `json:"median_ns"` // half of the values are below
	MeanNS   int64 `json:"mean_ns"`   // average
	SDNS     int64 `json:"sd_ns"`     // standard deviation
	MinNS    int64 `json:"min_ns"`    // least
	P1NS     int64 `json:"p1_ns"`     // 1 % of the values are below
	P5NS     int64 `json:"p5_ns"`     // 5 % are below
	P95NS    int64 `json:"p95_ns"`    // 95 % are below
	P99NS    int64 `json:"p99_ns"`    // 99 % are below
	MaxNS    int64 `json:"max_ns"`    // greatest
}

// A Gap is a time without samples.
type Gap struct {
	From    time.Time `json:"from"`    // time of the last sample before it
	To      time.Time `json:"to"`      // time of the first sample after it
	Missing int       `json:"missing"` // samples
	Reason  string    `json:"reason"`  // empty if the files do not show it
}

// A Reason is a note of a log, and how often it is there.
type Reason struct {
	Text  string `json:"text"`  // why there was no sample
	Count int    `json:"count"` // of the notes in the log
}

// A Bin is a column of a histogram.
type Bin struct {
	FromNS int64 `json:"from_ns"` // inclusive
	ToNS   int64 `json:"to_ns"`   // exclusive
	Count  int   `json:"count"`   // of values
}

// An Hour is an hour of the day, of all days together.
type Hour struct {
	Hour     int   `json:"hour"`      // of UTC, 0 to 23
	Samples  int   `json:"samples"`   // in it
	MedianNS int64 `json:"median_ns"` // half of the values are below
	P5NS     int64 `json:"p5_ns"`     // 5 % are below
	P95NS    int64 `json:"p95_ns"`    // 95 % are below
}

// Stability is how steady a source is over one averaging time.
type Stability struct {
	TauS  float64  `json:"tau_s"`  // averaging time in seconds
	ADEV  *float64 `json:"adev"`   // overlapping Allan deviation, seconds per second
	MDEV  *float64 `json:"mdev"`   // modified Allan deviation, seconds per second; null if too many samples are missing
	TDEVS *float64 `json:"tdev_s"` // time deviation in seconds; null if too many samples are missing
	Terms int      `json:"terms"`  // differences in the Allan deviation
	Rough bool     `json:"rough"`  // whether fewer than ten independent times went into it
}

// A Pair compares two sources at the same times.
type Pair struct {
	A          string   `json:"a"`          // name of a source
	B          string   `json:"b"`          // name of another
	Samples    int      `json:"samples"`    // at which both have one
	Difference *Figures `json:"difference"` // offset of a - offset of b: positive if a is ahead
}

// An Analysis is a Report with what its plots need.
type Analysis struct {
	Report Report
	series []*series // of Report.Sources
	pairs  []*series // of Report.Pairs: the differences
}

// A series is a column over time.
type series struct {
	label    string
	format   string
	times    []int64
	values   []float64 // ns
	interval int64     // ns
	delays   []float64
}

// Analyse computes the figures of the sources. The files are those that they are from.
func Analyse(files []*samplelog.File, sources []*samplelog.Source, version string) *Analysis {
	a := &Analysis{Report: Report{Schema: schema, Version: version, Files: []File{}, Sources: []Source{}, Pairs: []Pair{}}}
	for _, f := range files {
		file := File{Name: f.Name, Formats: append([]string{}, f.Formats...), Lines: f.Lines, Samples: f.Samples, Bad: f.Bad, Errors: []string{}}
		for _, e := range f.Errors {
			file.Errors = append(file.Errors, e.Error())
		}
		a.Report.Files = append(a.Report.Files, file)
	}
	for _, s := range sources {
		a.series = append(a.series, &series{s.Label, s.Format, s.Times, s.Offsets, usualInterval(s.Times), s.Delays})
	}
	for i, s := range sources {
		a.Report.Sources = append(a.Report.Sources, a.source(s, a.series[i]))
	}
	a.compare()
	return a
}

// source computes the figures of one source.
func (a *Analysis) source(from *samplelog.Source, s *series) Source {
	r := Source{
		Name: s.label, Format: s.format, Samples: len(s.times), Duplicates: from.Duplicates, IntervalNS: s.interval,
		Offset: figures(s.values), Jitter: figures(from.Jitters), Delay: figures(s.delays),
		Gaps: []Gap{}, Histogram: []Bin{}, Hours: []Hour{}, HoursOf: "offset", Stability: []Stability{},
	}
	r.Reasons = reasons(from.Notes)
	if len(s.times) == 0 {
		return r
	}
	r.From, r.To = when(s.times[0]), when(s.times[len(s.times)-1])
	a.gaps(&r, s, from.Notes)
	r.Histogram = histogram(s.values, r.Offset)
	column := s.values
	if r.Delay != nil {
		r.HoursOf, column = "delay", s.delays
	}
	r.Hours = hours(s.times, column)
	r.Stability = stabilityOf(s)
	return r
}

func when(ns int64) time.Time { return time.Unix(0, ns).UTC() }

// reasons counts the notes by their text, the most frequent first.
func reasons(notes []samplelog.Note) []Reason {
	list := []Reason{}
	for _, n := range notes {
		i := slices.IndexFunc(list, func(r Reason) bool { return r.Text == n.Text })
		if i < 0 {
			if i = len(list); i == maxReasons {
				continue
			}
			list = append(list, Reason{Text: n.Text})
		}
		list[i].Count++
	}
	slices.SortStableFunc(list, func(a, b Reason) int { return cmp.Compare(b.Count, a.Count) })
	return list
}

// maxReasons limits the different texts of a source.
const maxReasons = 30

// known returns the values that are not NaN.
func known(column []float64) []float64 {
	values := make([]float64, 0, len(column))
	for _, x := range column {
		if !math.IsNaN(x) {
			values = append(values, x)
		}
	}
	return values
}
