package textclock

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/refclock/refclock/shm"
)

// A Line is what a program has printed about its clock.
type Line struct {
	Clock   Instant // time of the clock
	Receive Instant // time of the system clock at the same instant; Absent: when the line arrived

	Leap         shm.Leap
	Precision    int // log2 of seconds, if HasPrecision
	HasPrecision bool
}

// The range of a precision, as log2 of seconds: the same as of a measured one.
const (
	bestPrecision  = -30
	worstPrecision = -1
)

const grammar = "expected CLOCK [RECEIVE] [leap=none|insert|delete] [precision=SECONDS]"

// IsBlank reports whether a line has no content: it is empty or a comment.
func IsBlank(text string) bool {
	text = strings.TrimSpace(text)
	return text == "" || text[0] == '#'
}

// ParseLine parses a line without its newline that is not blank. Its error quotes the
// wrong word, and says what was expected.
func ParseLine(text string) (l Line, err error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return l, errors.New("no time; " + grammar)
	}
	for _, word := range words {
		if name, value, ok := strings.Cut(word, "="); ok {
			err = l.setOption(name, value)
		} else {
			err = l.addTime(word)
		}
		if err != nil {
			return Line{}, fmt.Errorf("%s: %w", quoted(word), err)
		}
	}
	if l.Clock.Kind == Absent {
		return Line{}, errors.New("no time; " + grammar)
	}
	return l, nil
}

// addTime parses the next time.
func (l *Line) addTime(word string) (err error) {
	switch {
	case l.Clock.Kind == Absent:
		l.Clock, err = parseInstant(word)
	case l.Receive.Kind == Absent:
		l.Receive, err = parseInstant(word)
		switch {
		case err == nil && l.Receive.Leap:
			return errors.New("second 60; the system clock does not have it")
		case err != nil && strings.Contains(word, ":") && !strings.Contains(word, "-"):
			return errors.New("date and time are separated by a blank; expected a T between them, as in 2026-11-27T14:50:00.25Z")
		}
	default:
		return errors.New("too much; " + grammar)
	}
	return err
}

func (l *Line) setOption(name, value string) error {
	switch name {
	case "leap":
		leap, ok := map[string]shm.Leap{"none": shm.LeapNone, "insert": shm.LeapAdd, "delete": shm.LeapDelete}[value]
		if !ok {
			return errors.New("expected leap=none, leap=insert or leap=delete")
		}
		l.Leap = leap
		return nil
	case "precision":
		log2, ok := parsePrecision(value)
		if !ok {
			return errors.New("expected a precision from 1 ns to 0.5 s, such as precision=0.001 in seconds, or precision=2^-10")
		}
		l.Precision, l.HasPrecision = log2, true
		return nil
	}
	return errors.New("unknown option; expected leap=none|insert|delete or precision=SECONDS")
}

// parsePrecision parses decimal seconds or 2^n. The result is rounded up, so that it is never
// better than the text.
func parsePrecision(text string) (log2 int, ok bool) {
	if power, is := strings.CutPrefix(text, "2^"); is {
		n, err := strconv.Atoi(power)
		return n, err == nil && n >= bestPrecision && n <= worstPrecision
	}
	whole, ns, rest, ok := decimal(text)
	if !ok || rest != "" || whole != 0 || ns == 0 || ns > second/2 {
		return 0, false
	}
	log2 = worstPrecision
	for log2 > bestPrecision && ns<<(1-log2) <= second { // half of 2^log2 s is enough
		log2--
	}
	return log2, true
}

// quoted returns a text of another program in quotes, short and on one line.
func quoted(text string) string {
	const most = 60
	if len(text) > most {
		cut := most
		for cut > most-utf8.UTFMax && !utf8.RuneStart(text[cut]) {
			cut--
		}
		return strconv.Quote(text[:cut]) + "..."
	}
	return strconv.Quote(text)
}
