package conf

import (
	"fmt"
	"strings"
)

// A Daemon is one of the time daemons that read reference clocks.
type Daemon int

const (
	Chrony Daemon = iota
	NTP           // the classic ntpd
	NTPsec
)

// String returns the daemon's name as its project writes it.
func (d Daemon) String() string { return [...]string{"chrony", "ntpd", "NTPsec"}[d] }

// A Place is a line of a file.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"` // from 1
}

func (p Place) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// A Directive is one line that is neither empty nor a comment.
type Directive struct {
	Place
	Words []string // the first in lower case, the others unchanged
}

func (d Directive) String() string { return strings.Join(d.Words, " ") }

// A Config is a daemon's configuration: all its files, in the order in which the daemon
// reads them.
type Config struct {
	Daemon     Daemon
	Files      []string // that were read
	Directives []Directive
	Refclocks  []Refclock
	Problems   []Problem
}

// Has reports whether the configuration has a directive; name is in lower case.
func (c *Config) Has(name string) bool {
	for _, d := range c.Directives {
		if d.Words[0] == name {
			return true
		}
	}
	return false
}

// LinesOf returns the lines of the refclock at a place: its own, and its fudge lines.
func (c *Config) LinesOf(at Place) []Place {
	lines := []Place{at}
	for _, r := range c.Refclocks {
		if r.Place == at {
			lines = append(lines, r.Fudges...)
		}
	}
	return lines
}

// A Problem is a line that the daemon does not accept, or a file that could not be read.
type Problem struct {
	Place
	Text  string // such as "unknown option offest"
	Fatal bool   // the daemon does not start
	Err   error  // why a file could not be read; else nil
}

func (p Problem) String() string { return p.Place.String() + ": " + p.Text }
