// Package samplelog reads logs of the offsets of clocks: those of refclock monitor --csv
// and refclock record, of chrony, and of ntpd or NTPsec. It detects the format by the content.
//
// An offset is clock - receive in every Source, whatever the sign in the log: negative if
// the clock is behind the system clock. Offsets are float64 nanoseconds, because logs have
// fractions of a nanosecond and the report computes statistics of them. Times are integers.
package samplelog

import (
	"fmt"
	"math"
	"strings"
)

// A Source is one clock in the logs of one program.
type Source struct {
	Name   string // as the log has it: a reference id, an address, SHM(0), or "unit 2"
	Format string // the log, such as "chrony refclocks.log"
	Label  string // Name, with what distinguishes it from other sources of that name

	Times   []int64   // system time of the samples in ns since 1970, ascending
	Offsets []float64 // ns
	Jitters []float64 // as the log states them, in ns; nil if it has none, NaN where unknown
	Delays  []float64 // ns; nil if the log has none, NaN where unknown
	Notes   []Note    // why there are no samples, ascending

	Duplicates int // samples that were in the logs twice, and are here once
}

// A Note is the reason for missing samples, as of a time.
type Note struct {
	Time int64 // ns since 1970
	Text string
}

// A File is what was found in one file.
type File struct {
	Name    string
	Formats []string // in the order of appearance
	Lines   int      // or events of a recording
	Samples int
	Ignored int       // lines that have no sample by design, such as titles and filtered samples
	Bad     int       // lines that could not be read
	Errors  []*Error  // the first of them
	sources []*Source // in the order of appearance
}

// An Error describes a line that could not be read, or only in Found where a recording is
// damaged.
type Error struct {
	File     string
	Line     int // counted from 1
	Found    string
	Expected string
}

func (e *Error) Error() string {
	if e.Expected == "" {
		return fmt.Sprintf("%s: %s", e.File, e.Found)
	}
	return fmt.Sprintf("%s:%d: found %s, expected %s", e.File, e.Line, e.Found, e.Expected)
}

// Limits of an input, which bound the memory.
const (
	maxLine    = 16 << 10   // bytes, without the LF
	maxSamples = 20_000_000 // up to 1.8 GB while it grows; 33 weeks at one a second; reasons count as well
	maxSources = 1000
	maxName    = 80 // bytes of the name of a source
	maxNote    = 300
	maxErrors  = 5 // of a file that are kept
)

// sampleBytes is the memory that a sample takes: a time and three values. A Note without its
// text takes less.
const sampleBytes = 32

// A sample is a row of a log. Delay and jitter are NaN if unknown.
type sample struct {
	time                  int64
	offset, jitter, delay float64
}

var unknown = math.NaN()

// A collector receives what the formats find in a file.
type collector struct {
	file    *File
	byName  map[string]*Source // by format and name
	samples int                // of all files so far, and notes in the memory of so many samples
	format  string             // of the current line
	key     []byte
}

// source returns the source of the current format with a name.
func (c *collector) source(name []byte) (*Source, error) {
	c.key = append(append(append(c.key[:0], c.format...), 0), name...)
	if s, ok := c.byName[string(c.key)]; ok {
		return s, nil
	}
	if len(c.byName) == maxSources {
		return nil, found(fmt.Sprintf("more than %d sources", maxSources), "a log of clocks")
	}
	if !isName(name) {
		return nil, found(fmt.Sprintf("%.40q", name), fmt.Sprintf("a name of 1 to %d visible characters", maxName))
	}
	s := &Source{Name: string(name), Format: c.format, Label: string(name)}
	c.byName[string(c.key)] = s
	c.file.sources = append(c.file.sources, s)
	return s, nil
}

// add adds a sample of a source.
func (c *collector) add(name []byte, x sample) error {
	s, err := c.source(name)
	if err != nil {
		return err
	}
	c.samples++
	c.file.Samples++
	s.Times = append(s.Times, x.time)
	s.Offsets = append(s.Offsets, x.offset)
	s.Jitters = extend(s.Jitters, len(s.Times), x.jitter)
	s.Delays = extend(s.Delays, len(s.Times), x.delay)
	return nil
}

// extend appends a value to a column of n values, which is nil as long as all are unknown.
func extend(column []float64, n int, x float64) []float64 {
	if column == nil {
		if math.IsNaN(x) {
			return nil
		}
		column = make([]float64, n-1, 2*n)
		for i := range column {
			column[i] = unknown
		}
	}
	return append(column, x)
}

// note adds the reason for missing samples of a source.
func (c *collector) note(name []byte, at int64, text string) error {
	s, err := c.source(name)
	if err != nil {
		return err
	}
	text = strings.ToValidUTF8(text[:min(len(text), maxNote)], "") // not half a character
	c.samples++
	if n := len(s.Notes); n > 0 && s.Notes[n-1].Text == text {
		text = s.Notes[n-1].Text // shares its memory
	} else {
		c.samples += len(text) / sampleBytes
	}
	s.Notes = append(s.Notes, Note{at, text})
	return nil
}

// found returns the error of a line; the reader adds the file and the number.
func found(what, expected string) error { return &Error{Found: what, Expected: expected} }
