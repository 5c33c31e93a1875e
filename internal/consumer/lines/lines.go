// Package lines writes the lines with which a time daemon reads refclock's clocks,
// with a comment on each word. It uses measured values; where there is none, it uses a
// safe guess and says so.
package lines

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/textwrap"
)

// A Setup holds the clocks that refclock publishes. Each may be nil.
type Setup struct {
	Sentences *Clock // of the receiver: milliseconds
	Pulse     *Clock // of the same receiver: microseconds

	// Calibrated reports that refclock gps has a --delay, so it corrects the delay of the
	// sentences without a pulse.
	Calibrated bool

	Web *WebServers // without a receiver: a separate refclock publishes it

	Service bool // refclock run publishes the clocks, with the settings of its file
}

// A Clock is one unit or socket, and the jitter of its samples.
type Clock struct {
	Unit   int           // of shared memory; used if there is no Socket
	Socket string        // its path
	Perm   uint32        // the mode of the unit; 0 for the default
	Jitter time.Duration // 0 if nothing was measured
	Seen   string        // how Jitter was measured, such as "12 samples"; empty if the user gave it
}

// A Daemon is a time daemon for which Write writes lines.
type Daemon struct {
	Name string // as typed in a command
	File string // the file for the lines on Debian and Raspberry Pi OS
	Then string // the command that makes the daemon read File

	socket, unit bool   // what it can read
	corrects     bool   // its lines can correct a known error of a clock
	claims       bool   // its lines contain the precision, which others read from the unit
	layout       string // the layout that it expects on every machine; empty for the machine's own
	line         func(role) []string
	words        func(role) []word
	end          func(Setup) string
}

// Daemons are all known daemons.
var Daemons = []Daemon{chrony, ntp, ntpsec, ntpdRS}

// Named returns the daemon with that name, and reports whether there is one.
func Named(name string) (Daemon, bool) {
	i := slices.IndexFunc(Daemons, func(d Daemon) bool { return d.Name == name })
	if i < 0 {
		return Daemon{}, false
	}
	return Daemons[i], true
}

// A role is one clock in its setup.
type role struct {
	*Clock
	refid   string
	stratum int           // 0: that of a reference clock
	what    string        // in a comment
	guess   time.Duration // the jitter to assume if none was measured
	late    time.Duration // the largest systematic error
	lateWhy string
	alone   bool // this receiver has no better clock
	poll    int  // the poll interval, as log2 of seconds
	pollWhy string
	single  bool // there may be only one sample per poll interval

	correction float64 // to be added to the samples, in seconds

	uncalibrated bool // its delay is unknown
}

// A word is one option of a line, and the reason for it.
type word struct{ text, why string }

// Default returns the clocks that refclock publishes with its default settings: unit 0 for
// the sentences and, if the machine has a pulse, unit 1 for the pulse.
func Default(pulse bool) Setup {
	s := Setup{Sentences: &Clock{Unit: 0}}
	if pulse {
		s.Pulse = &Clock{Unit: 1}
	}
	return s
}

// Lines returns a daemon's lines, without comments. It returns an error for a clock that
// the daemon cannot read.
func Lines(d Daemon, s Setup) (lines []string, err error) {
	for _, r := range s.roles() {
		if err := d.check(r); err != nil {
			return nil, err
		}
		lines = append(lines, d.line(r)...)
	}
	return lines, nil
}

// check returns an error if the daemon cannot read a clock.
func (d Daemon) check(r role) error {
	switch {
	case r.Socket != "" && !d.socket:
		return fmt.Errorf("%s cannot read socket %s: it reads units; use --unit and --pps-unit", d.Name, r.Socket)
	case r.Socket == "" && !d.unit:
		return fmt.Errorf("%s cannot read unit %d: it reads sockets; use --sock and --pps-sock", d.Name, r.Unit)
	case r.correction != 0 && !d.corrects:
		return fmt.Errorf("%s has no setting to correct %s by %g s", d.Name, r.where(), r.correction)
	}
	return nil
}

// Write writes the lines. It returns an error, and writes nothing, for a clock that the
// daemon cannot read.
func Write(w io.Writer, d Daemon, s Setup) error {
	roles := s.roles()
	for _, r := range roles {
		if err := d.check(r); err != nil {
			return err
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# The clocks of refclock for %s. Put these lines into\n# %s, then type:\n#     %s\n", d.Name, d.File, d.Then)
	fmt.Fprintf(&b, "# This command publishes the clocks:\n#     %s\n", s.command(d))
	for _, r := range roles {
		fmt.Fprintf(&b, "\n# %s: %s.\n", strings.ToUpper(r.where()[:1])+r.where()[1:], r.what)
		switch {
		case d.claims:
			comment(&b, "#", r.measured())
		case r.uncalibrated:
			comment(&b, "#", "The delay of this receiver is unknown, usually 50 to 700 ms: measure it with a pulse, or set it with refclock gps --delay.")
		}
		if conf.UnderTmp(r.Socket) {
			comment(&b, "#", "Warning: systemd gives a service its own /tmp, where refclock cannot find this socket. Use a path under /run.")
		}
		for _, word := range d.words(r) {
			comment(&b, fmt.Sprintf("#   %-16s", word.text), word.why)
		}
		for _, line := range d.line(r) {
			b.WriteString(line + "\n")
		}
	}
	if d.end != nil {
		b.WriteString(d.end(s))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// comment writes a text after a head, within 80 columns.
func comment(b *strings.Builder, head, text string) {
	rest := "#" + strings.Repeat(" ", len(head))
	b.WriteString(strings.Join(textwrap.Lines(text, head+" ", rest, 80), "\n") + "\n")
}

func (s Setup) roles() (list []role) {
	if c := s.Sentences; c != nil {
		r := role{Clock: c, refid: "GPS", what: "the sentences of the receiver", guess: 10 * time.Millisecond, alone: s.Pulse == nil, poll: poll, pollWhy: pollWhy,
			late: 50 * time.Millisecond, lateWhy: "50 ms, because the delay of a receiver varies"}
		if s.Pulse == nil && !s.Calibrated {
			r.uncalibrated, r.late, r.lateWhy = true, 700*time.Millisecond, "700 ms, because the delay of this receiver is unknown"
		}
		list = append(list, r)
	}
	if c := s.Pulse; c != nil {
		list = append(list, role{Clock: c, refid: "PPS", what: "the pulse of the receiver", guess: time.Microsecond, alone: true, poll: poll, pollWhy: pollWhy,
			late: 10 * time.Microsecond, lateWhy: "10 us, until the kernel has timestamped the edge"})
	}
	if s.Web != nil {
		list = append(list, s.Web.role())
	}
	return list
}

// command returns the refclock command for this setup.
func (s Setup) command(d Daemon) string {
	if s.Web != nil {
		return s.Web.command() + d.flags()
	}
	if s.Service {
		text := "refclock run"
		if d.layout != "" {
			text += fmt.Sprintf(" # with layout = %q in its file", d.layout)
		}
		return text
	}
	text := "refclock gps"
	if s.Sentences != nil {
		text += s.Sentences.flag("unit", "sock")
	}
	if s.Pulse != nil {
		text += " --pps SOURCE" + s.Pulse.flag("pps-unit", "pps-sock")
	} else if s.Calibrated {
		text += " --delay TIME"
	}
	return text + d.flags()
}

// flags returns additional flags for refclock.
func (d Daemon) flags() string {
	if d.layout == "" {
		return ""
	}
	return " --layout " + d.layout
}

// flag returns the flag for the unit or the socket.
func (c *Clock) flag(unit, socket string) string {
	if c.Socket != "" {
		return fmt.Sprintf(" --%s %s", socket, c.Socket)
	}
	return fmt.Sprintf(" --%s %d", unit, c.Unit)
}

func (r role) where() string {
	if r.Socket != "" {
		return "socket " + r.Socket
	}
	return "unit " + strconv.Itoa(r.Unit)
}

func (r role) measured() string {
	switch {
	case r.Jitter == 0 && r.single:
		return "The precision is a guess, not measured: check it with refclock monitor."
	case r.Jitter == 0:
		return "The precision is a guess, not measured: repeat this command once samples arrive."
	case r.Seen == "":
		return fmt.Sprintf("Jitter, as given: %v.", r.Jitter)
	}
	return fmt.Sprintf("Jitter, from %s: %v.", r.Seen, r.Jitter)
}

// jitter returns the measured jitter, else the guess.
func (r role) jitter() time.Duration {
	if r.Jitter == 0 {
		return r.guess
	}
	return r.Jitter
}

// precision returns the jitter in seconds. It is rounded up to one digit, so that it
// never claims more than was measured.
func (r role) precision() string { return ceiling(r.jitter().Seconds()) }

// delay returns twice the maximum error of the samples, systematic and random.
func (r role) delay() string { return ceiling(2 * (r.late + 3*r.jitter()).Seconds()) }

// ceiling rounds up to one digit and formats it as 5e-3.
func ceiling(x float64) string {
	exponent := int(math.Floor(math.Log10(x)))
	digit := int(math.Ceil(x/math.Pow10(exponent) - 1e-6)) // tolerates rounding errors of the division
	if digit == 10 {
		digit, exponent = 1, exponent+1
	}
	return fmt.Sprintf("%de%d", digit, exponent)
}
