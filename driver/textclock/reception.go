package textclock

import (
	"errors"
	"fmt"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
)

const (
	// firstPatience is how long the first line may take until the State shows it, and
	// minPatience a later one. A clock with fewer lines may take three intervals.
	firstPatience = 10 * time.Second
	minPatience   = 5 * time.Second

	// maxRate is how many lines a second are judged for a long time, and maxBurst how many
	// at once: more than a pipe's buffer of 4096 bytes holds.
	maxRate  = 50
	maxBurst = 500

	// promptly is how late a read may begin after bytes have arrived: its stamp is late by
	// up to that.
	promptly = 5 * time.Millisecond
)

// A BadLine is a line that could not be used, and why.
type BadLine struct {
	Number uint64 // of the line, from 1; an input that is opened again begins at 1
	Text   string // its beginning, in quotes
	Why    string // what was wrong, and what was expected
	flaw   flaw
}

func (b BadLine) String() string { return fmt.Sprintf("line %d: %s", b.Number, b.Why) }

// Counts are what became of the lines.
type Counts struct {
	Lines     uint64 // lines with content
	Bad       uint64 // lines that could not be used: see BadLine
	Withheld  uint64 // lines with a time that is not a sample, for any reason
	Published uint64
}

// A reception turns the chunks of one opening of an input into samples. It uses neither the
// input nor a clock.
type reception struct {
	input  string // its name
	judge  *judge
	cutter *cutter
	state  driver.State
	counts *Counts

	// bad is called for each bad line, and with whether the state shows it.
	bad func(b BadLine, shown bool)

	opened   nmea.Stamp
	read     nmea.Stamp // the last read; zero before the first
	line     nmea.Stamp // the last line with a time
	heard    nmea.Stamp // the last line with content
	stepped  bool       // the system clock was set since the last line
	interval time.Duration
	lines    []parsed

	budget  float64 // of lines
	flooded bool
}

// A parsed is a line of a chunk.
type parsed struct {
	line Line
	bad  *BadLine
}

func newReception(input string, judge *judge, counts *Counts) *reception {
	return &reception{input: input, judge: judge, cutter: newCutter(), state: listening, counts: counts, bad: func(BadLine, bool) {}, budget: maxBurst}
}

// receive adds a chunk, and calls publish for each sample that follows.
func (r *reception) receive(c Chunk, publish func(verdict) error) error {
	if r.opened.IsZero() {
		r.opened, r.heard = c.At, c.At
	}
	r.stepped = r.judge.note(c.At) || r.stepped
	// Bytes that were there before the read may have arrived at any time after the last one.
	late := !c.Waited && (r.read.IsZero() || c.At.Sub(r.read) > promptly)
	r.refill(c.At)
	r.read = c.At
	r.cut(c)
	a := arrival{at: c.At, sent: c.Sent, late: late}
	for _, p := range r.lines {
		if p.bad == nil && p.line.Receive.Kind != Absolute {
			a.many++
		}
	}
	for _, p := range r.lines {
		r.heard = c.At
		if err := r.decide(p, a, publish); err != nil {
			return err
		}
	}
	r.checkSilence(c.At)
	return nil
}

// decide decides about a line.
func (r *reception) decide(p parsed, a arrival, publish func(verdict) error) error {
	switch {
	case r.flooded:
		r.counts.Withheld++
		r.state = flooded
		return nil
	case p.bad != nil:
		r.reject(*p.bad)
		return nil
	}
	v := r.judge.line(p.line, a)
	v.restart = v.restart || r.stepped
	r.stepped = false
	return r.take(v, publish)
}

// take notes a verdict, and publishes its sample.
func (r *reception) take(v verdict, publish func(verdict) error) error {
	at := r.read
	if !r.line.IsZero() && at != r.line {
		r.interval = at.Sub(r.line)
	}
	r.line = at
	if !v.silent {
		r.state = v.state
	}
	if !v.ok {
		r.counts.Withheld++
		if !v.restart {
			return nil
		}
	} else {
		r.counts.Published++
	}
	return publish(v)
}

// reject notes a bad line. A single one among good ones does not change the state.
func (r *reception) reject(b BadLine) {
	r.counts.Bad++
	shown := false
	if r.line.IsZero() || r.read.Sub(r.line) > r.patience() {
		s := unreadable(b)
		shown = s.Reason != r.state.Reason
		r.state = s
	}
	r.bad(b, shown)
}

// cut collects the lines of a chunk.
func (r *reception) cut(c Chunk) {
	r.lines = r.lines[:0]
	if l, ok := r.cutter.expire(c.At); ok {
		r.add(l)
	}
	rest := c.Bytes
	for len(rest) > 0 {
		var l cutLine
		var ok bool
		if l, rest, ok = r.cutter.next(rest, c.At); ok {
			r.add(l)
		}
	}
	if c.Datagram {
		if l, ok := r.cutter.end(c.Cut); ok {
			r.add(l)
		}
	}
}

// add parses a line.
func (r *reception) add(l cutLine) {
	text := string(l.text)
	if l.flaw == flawless && IsBlank(text) {
		return
	}
	r.counts.Lines++
	if r.spend(); r.flooded { // its content does not matter
		r.lines = append(r.lines, parsed{})
		return
	}
	var p parsed
	var err error
	switch l.flaw {
	case overlong:
		err = fmt.Errorf("more than %d bytes without a newline; %s", maxLine, grammar)
	case unended:
		err = errors.New("no newline for 0.25 s; " + grammar)
	default:
		p.line, err = ParseLine(text)
	}
	if err != nil {
		p.bad = &BadLine{Number: l.number, Text: quoted(text), Why: err.Error(), flaw: l.flaw}
	}
	r.lines = append(r.lines, p)
}

// refill adds to the budget of lines what the time since the last read allows.
func (r *reception) refill(at nmea.Stamp) {
	if !r.read.IsZero() {
		r.budget = min(maxBurst, r.budget+maxRate*at.Sub(r.read).Seconds())
	}
	if r.flooded && r.budget >= maxBurst/2 {
		r.flooded = false
	}
}

// spend takes a line from the budget.
func (r *reception) spend() {
	if r.budget--; r.budget < 0 {
		r.budget, r.flooded = 0, true
	}
}

// patience returns how long the input may be silent before the State shows it.
func (r *reception) patience() time.Duration {
	if r.line.IsZero() {
		return firstPatience
	}
	return max(minPatience, 3*r.interval)
}

// checkSilence sets the state if there was no line for long.
func (r *reception) checkSilence(at nmea.Stamp) {
	if at.Sub(r.heard) > r.patience() {
		r.state = noLines(r.input, r.patience())
	}
}
