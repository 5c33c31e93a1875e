package leap

import (
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// An NTP timestamp counts the seconds since 1900-01-01 00:00:00 UTC, which is 70 years
// with 17 leap days before 1970. In this file it does not wrap in 2036.
const since1900 = (70*365 + 17) * day

const (
	day = 86400

	// maxBytes is the largest size of a table; real tables have 5 to 11 kB.
	maxBytes = 64 << 10

	// maxDigits digits of a timestamp reach until 2216.
	maxDigits = 10
)

var (
	// ErrHash is wrapped if a table does not match its hash: it was damaged, truncated or
	// edited.
	ErrHash = errors.New("the hash does not match the table")

	errTooLarge = fmt.Errorf("more than %d bytes: too large for a leap-seconds.list", maxBytes)
)

// Parse parses a table. It is strict: it returns an error with the line for what it does
// not understand, and for a leap second that UTC cannot have. UTC changes by one second
// at a time, at the end of a month (ITU-R TF.460-6, 2.1). Parse checks the hash if there
// is one; handwritten files have none.
//
//	#$ 3960835200             when the table was last changed, since 1900
//	#@ 3991593600             when it expires
//	3644697600 36 # 1 Jul 2015
//	3692217600 37 # 1 Jan 2017  TAI - UTC from then on
//	#h 49db2447 571e5e1b ...  SHA-1 over the digits of all of these numbers
//
// All other lines that begin with # are comments.
func Parse(r io.Reader) (*Table, error) { return parse(r, true) }

// parse parses a table. Errors quote the text only on demand: a path may lead to a file
// whose content is not for the log.
func parse(r io.Reader, quote bool) (*Table, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxBytes {
		return nil, errTooLarge
	}
	p := parser{quote: quote}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		if err := p.line(strings.TrimSpace(line)); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return p.finish()
}

// A parser parses the lines of a table. It keeps the digits of the numbers for the hash.
type parser struct {
	quote                  bool   // errors quote what was found
	updated, expires, hash string // the hash includes its #h
	entries                strings.Builder
	table                  Table
	begun                  bool
	last                   int64 // the last entry's time, in seconds since 1970
	tai                    int64 // and its TAI - UTC
}

func (p *parser) line(line string) error {
	switch {
	case line == "":
		return nil
	case strings.HasPrefix(line, "#$"):
		_, err := p.special(&p.updated, line[2:])
		return err
	case strings.HasPrefix(line, "#@"):
		expires, err := p.special(&p.expires, line[2:])
		p.table.expires = expires
		return err
	case line == "#h" || strings.HasPrefix(line, "#h ") || strings.HasPrefix(line, "#h\t"):
		if p.hash != "" {
			return errors.New("a second hash")
		}
		p.hash = line
		return nil
	case line[0] == '#':
		return nil
	}
	return p.entry(line)
}

// special parses a time that a table may contain only once.
func (p *parser) special(text *string, rest string) (int64, error) {
	if *text != "" {
		return 0, errors.New("a second line of this kind")
	}
	*text = strings.TrimSpace(rest)
	return p.instant(*text)
}

// entry parses an entry of the table.
func (p *parser) entry(line string) error {
	numbers, _, _ := strings.Cut(line, "#")
	fields := strings.Fields(numbers)
	if len(fields) != 2 {
		return p.unexpected(line, "a time in seconds since 1900 and TAI - UTC")
	}
	at, err := p.instant(fields[0])
	if err != nil {
		return err
	}
	tai, err := p.digits(fields[1])
	if err != nil {
		return err
	}
	p.entries.WriteString(fields[0] + fields[1])
	if !p.begun {
		p.table.begins, p.begun = at, true
	} else if err := p.step(at, tai-p.tai); err != nil {
		return err
	}
	p.last, p.tai = at, tai
	return nil
}

// step adds a leap second.
func (p *parser) step(at, change int64) error {
	switch date := time.Unix(at, 0).UTC(); {
	case at <= p.last:
		return fmt.Errorf("%s is not after the previous entry", date.Format(time.DateOnly))
	case at%day != 0 || date.Day() != 1:
		return fmt.Errorf("%s is not the beginning of a month: leap seconds are only at the end of a month", date.Format(time.DateTime))
	case change != 1 && change != -1:
		return fmt.Errorf("TAI - UTC changes by %d: expected 1 or -1", change)
	}
	p.table.steps = append(p.table.steps, step{at, int8(change)})
	return nil
}

// finish checks the whole table.
func (p *parser) finish() (*Table, error) {
	switch {
	case !p.begun:
		return nil, errors.New("no entry: expected lines with a time in seconds since 1900 and TAI - UTC")
	case p.expires == "":
		return nil, errors.New("no expiry: expected a line such as #@ 3991593600")
	case p.table.expires <= p.last:
		return nil, fmt.Errorf("expires on %s, not after its last entry", p.table.Expires().Format(time.DateOnly))
	}
	if p.hash != "" {
		if err := p.check(); err != nil {
			return nil, err
		}
	}
	return &p.table, nil
}

// check compares the hash: five hexadecimal words, which may lack leading zeros.
func (p *parser) check() error {
	words := strings.Fields(p.hash)[1:]
	sum := sha1.Sum([]byte(p.updated + p.expires + p.entries.String()))
	if len(words) != len(sum)/4 {
		return p.unexpected(p.hash, fmt.Sprintf("%d words", len(sum)/4))
	}
	for i, word := range words {
		found, err := strconv.ParseUint(word, 16, 32)
		if err != nil {
			return p.unexpected(p.hash, "words of up to 8 hexadecimal digits")
		}
		if uint32(found) != binary.BigEndian.Uint32(sum[4*i:]) {
			return fmt.Errorf("%w: the file was damaged or edited; get a new one", ErrHash)
		}
	}
	return nil
}

// unexpected returns the error of a text where something else was expected.
func (p *parser) unexpected(found, expected string) error {
	if !p.quote {
		return fmt.Errorf("expected %s", expected)
	}
	return fmt.Errorf("%.60q: expected %s", found, expected)
}

// instant parses a time in seconds since 1900, and returns it in seconds since 1970.
func (p *parser) instant(text string) (int64, error) {
	seconds, err := p.digits(text)
	return seconds - since1900, err
}

// digits parses a number that consists of digits only.
func (p *parser) digits(text string) (int64, error) {
	if text == "" || len(text) > maxDigits || strings.Trim(text, "0123456789") != "" {
		return 0, p.unexpected(text, fmt.Sprintf("a number of up to %d digits", maxDigits))
	}
	return strconv.ParseInt(text, 10, 64)
}
