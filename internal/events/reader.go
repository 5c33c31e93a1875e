package events

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A SyntaxError describes a line that is not part of an event file.
type SyntaxError struct {
	Line     int // counted from 1
	Found    string
	Expected string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Problem()) }

// Problem returns the message without the line number.
func (e *SyntaxError) Problem() string {
	return fmt.Sprintf("found %s, expected %s", e.Found, e.Expected)
}

const (
	expectedHeader = "the header: SECONDS BAUD pulse|none [YYYY-MM-DD]"
	expectedEvent  = "an event: NANOSECONDS HEX, NANOSECONDS E+ or NANOSECONDS E-"
)

// A Reader reads an event file. It is not safe for concurrent use.
type Reader struct {
	in     *bufio.Reader
	line   int
	header Header
	last   time.Duration
	err    error
}

// NewReader reads the header.
func NewReader(r io.Reader) (*Reader, error) {
	// The buffer has room for the longest line and its LF.
	reader := &Reader{in: bufio.NewReaderSize(r, maxLine+1)}
	fields, err := reader.fields()
	if errors.Is(err, io.EOF) {
		return nil, &SyntaxError{reader.line + 1, "the end of the file", expectedHeader}
	}
	if err != nil {
		return nil, err
	}
	if err := reader.readHeader(fields); err != nil {
		return nil, err
	}
	return reader, nil
}

// Header returns the header.
func (r *Reader) Header() Header { return r.header }

// Next returns the next event. At the end of the file it returns io.EOF; after an
// error it returns the same error again. The caller may keep the event's data.
func (r *Reader) Next() (Event, error) {
	if r.err != nil {
		return Event{}, r.err
	}
	e, err := r.next()
	r.err = err
	return e, err
}

func (r *Reader) next() (Event, error) {
	fields, err := r.fields()
	if err != nil {
		return Event{}, err
	}
	if len(fields) != 2 {
		return Event{}, r.bad(count(len(fields), "word"), expectedEvent)
	}
	ns, err := r.number(fields[0], int64(maxAt), "nanoseconds")
	if err != nil {
		return Event{}, err
	}
	e := Event{At: time.Duration(ns)}
	if e.At < r.last {
		return Event{}, r.bad(fmt.Sprintf("time %d", ns), fmt.Sprintf("%d or later, the time of the previous event", r.last))
	}
	switch fields[1] {
	case "E+":
		e.Kind = Rising
	case "E-":
		e.Kind = Falling
	default:
		if e.Data, err = r.decode(fields[1]); err != nil {
			return Event{}, err
		}
	}
	r.last = e.At
	return e, nil
}

// decode returns the bytes that a word of hex digits stands for.
func (r *Reader) decode(word string) ([]byte, error) {
	data, err := hex.DecodeString(word)
	var invalid hex.InvalidByteError
	switch {
	case errors.As(err, &invalid):
		return nil, r.bad(quote(word), "hex digits, E+ or E-")
	case err != nil:
		return nil, r.bad(count(len(word), "hex digit"), "an even number of hex digits")
	case len(data) > maxData:
		return nil, r.bad(count(len(data), "byte"), fmt.Sprintf("at most %d bytes", maxData))
	}
	return data, nil
}

func (r *Reader) readHeader(fields []string) (err error) {
	if len(fields) == 5 && fields[3] == "pivot" { // the pivot with its keyword
		fields = append(fields[:3:3], fields[4])
	}
	if len(fields) != 3 && len(fields) != 4 {
		return r.bad(count(len(fields), "word"), expectedHeader)
	}
	h := &r.header
	if h.Start, err = r.number(fields[0], maxStart, "seconds since 1970"); err != nil {
		return err
	}
	baud, err := r.number(fields[1], maxBaud, "the baud rate")
	if err != nil {
		return err
	}
	h.Baud = int(baud)
	switch fields[2] {
	case "pulse":
		h.Pulse = true
	case "none":
	default:
		return r.bad(quote(fields[2]), "pulse or none")
	}
	if len(fields) == 3 {
		return nil
	}
	day, err := time.Parse(time.DateOnly, fields[3])
	if err != nil || day.Year() < minYear {
		return r.bad("pivot "+quote(fields[3]), expectedPivot)
	}
	h.Pivot = nmea.DateOf(day)
	return nil
}

// A pivot cannot be before the first year of GPS.
const (
	minYear       = 1980
	expectedPivot = "a day such as 2026-11-23, in 1980 or later"
)

// fields returns the words of the next line that is not skipped.
func (r *Reader) fields() ([]string, error) {
	for {
		line, err := r.in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			r.line++
			return nil, r.bad(fmt.Sprintf("more than %d bytes in a line", maxLine), "shorter lines, each with what one read returned")
		case errors.Is(err, io.EOF) && len(line) == 0:
			return nil, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return nil, fmt.Errorf("read line %d: %w", r.line+1, err)
		}
		r.line++
		line = bytes.TrimSuffix(line, []byte{'\n'})
		switch {
		case bytes.IndexByte(line, 0) >= 0:
			return nil, r.bad("a NUL byte", "text")
		case bytes.IndexByte(line, '\r') >= 0:
			return nil, r.bad("a carriage return", "lines that end with LF only")
		case len(line) > 0 && line[0] == '#':
			continue
		}
		if fields := strings.FieldsFunc(string(line), isBlank); len(fields) > 0 {
			return fields, nil
		}
	}
}

func isBlank(c rune) bool { return c == ' ' || c == '\t' }

// number reads decimal digits, without a sign.
func (r *Reader) number(word string, limit int64, what string) (int64, error) {
	n, err := strconv.ParseUint(word, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange), err == nil && n > uint64(limit):
		return 0, r.bad(quote(word), fmt.Sprintf("%s of at most %d", what, limit))
	case err != nil:
		return 0, r.bad(quote(word), what+" in decimal digits")
	}
	return int64(n), nil
}

func (r *Reader) bad(found, expected string) error { return &SyntaxError{r.line, found, expected} }

// quote returns a word in quotes, and shortens a long one.
func quote(word string) string {
	const maxLen = 40
	if len(word) > maxLen {
		return fmt.Sprintf("%q...", word[:maxLen])
	}
	return strconv.Quote(word)
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
