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
	Words []string // of chrony, the first is in lower case; the others are unchanged

	// tokens are what ntpd accepts of a line of ntp.conf: nothing, all words, or those
	// before the first wrong one.
	tokens []token
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

	version version  // of chrony
	lacks   []string // drivers that NTPsec lacks
}

// ParseLine parses a line of the same daemon by itself.
func (c *Config) ParseLine(line string) *Config {
	r := &reader{config: &Config{Daemon: c.Daemon, version: c.version, lacks: c.lacks}, version: c.version}
	r.text("", []byte(line), 0)
	r.refclocks()
	return r.config
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
	Drops bool   // the daemon starts without a reference clock, or without some of its options
	Why   string // what the daemon does, if not as usual
	Hint  string // what to do in words, if the Correction alone does not say it
	Err   error  // why a file could not be read; else nil

	Correction // if known
}

// A Correction is a change that solves a problem of a line. A Command or an Added line is
// the complete correction, even if words are given as well.
type Correction struct {
	// Old are the words of the line to replace, and New their replacement. Without Old,
	// New is added at the end of the line; without New, Old is deleted. Without both,
	// changing the line does not help.
	Old, New string

	Command string // what to type in a shell
	Added   string // a line to add to the file
	Moved   bool   // the line belongs in another file, which the daemon reads
}

// replace is the correction that replaces words.
func replace(old, new string) Correction { return Correction{Old: old, New: new} }

func (p Problem) String() string { return p.Place.String() + ": " + p.Text }
