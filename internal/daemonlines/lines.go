// Package daemonlines writes the lines by which a time daemon reads refclock's clocks,
// with a comment on each word. What was measured is in them; what was not is a guess
// that is safe, and is said to be one.
package daemonlines

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Setup is what refclock feeds. Each of its clocks may be nil.
type Setup struct {
	Sentences *Clock // of the receiver: milliseconds
	Pulse     *Clock // of the same receiver: microseconds

	// Calibrated tells that the delay of the sentences is taken off without a pulse
	// to measure it: refclock gps was given it.
	Calibrated bool

	Web *WebServers // beside no receiver, since another refclock feeds it
}

// A Clock is one unit or socket, and how good its samples are.
type Clock struct {
	Unit   int           // of shared memory; read if there is no Socket
	Socket string        // its path
	Perm   uint32        // the mode of the unit; 0 for what is usual
	Jitter time.Duration // 0 if nothing was measured
	Seen   string        // how that was measured, such as "12 samples"; empty if it was told
}

// A Daemon is one that reads the lines.
type Daemon struct {
	Name string // as a person types it
	File string // where the lines go on Debian and Raspberry Pi OS
	Then string // what makes the daemon read it

	socket, unit bool   // what it can read
	corrects     bool   // its lines can say by how much a clock is off
	claims       bool   // its lines say how good a clock is, which others read from the unit
	flags        string // that refclock needs for it
	line         func(role) []string
	words        func(role) []word
	end          func(Setup) string
}

// Daemons are all that there are.
var Daemons = []Daemon{chrony, ntp, ntpsec, ntpdRS}

// Named gives the daemon of that name, and whether there is one.
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
	what    string        // in a comment
	guess   time.Duration // the jitter where none was measured
	late    time.Duration // what the samples may be off by for long
	lateWhy string
	alone   bool // there is no better clock of this receiver
	poll    int  // the logarithm to base 2 of the seconds between two decisions
	pollWhy string
	single  bool // there may be no more than one sample in that time

	correction float64 // to be added to the samples, in seconds

	uncalibrated bool // nobody knows how late it is
}

// A word is one option of a line, and why it stands there.
type word struct{ text, why string }

// Write writes the file. It fails, without writing, for a clock that the daemon
// cannot read.
func Write(w io.Writer, d Daemon, s Setup) error {
	roles := s.roles()
	for _, r := range roles {
		switch {
		case r.Socket != "" && !d.socket:
			return fmt.Errorf("%s cannot read socket %s: it reads units, --unit and --pps-unit", d.Name, r.Socket)
		case r.Socket == "" && !d.unit:
			return fmt.Errorf("%s cannot read unit %d: it reads sockets, --sock and --pps-sock", d.Name, r.Unit)
		case r.correction != 0 && !d.corrects:
			return fmt.Errorf("%s cannot be told that %s is off by %g s", d.Name, r.where(), r.correction)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# How %s reads the clocks of refclock. These lines belong into\n# %s; then type:\n#     %s\n# The clocks are fed by:\n#     %s\n", d.Name, d.File, d.Then, s.command()+d.flags)
	for _, r := range roles {
		fmt.Fprintf(&b, "\n# %s: %s.\n", strings.ToUpper(r.where()[:1])+r.where()[1:], r.what)
		switch {
		case d.claims:
			comment(&b, "#", r.measured())
		case r.uncalibrated:
			comment(&b, "#", "Nobody knows how late this receiver speaks, 50 to 700 ms: measure it with a pulse, or tell refclock gps with --delay.")
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

// Usual are a daemon's lines, without comments, for a receiver whose sentences feed
// unit 0 and whose pulse feeds unit 1: what refclock does unless it is told otherwise.
func Usual(d Daemon) (lines []string) {
	for _, r := range (Setup{Sentences: &Clock{Unit: 0}, Pulse: &Clock{Unit: 1}}).roles() {
		lines = append(lines, d.line(r)...)
	}
	return lines
}

// comment writes a text behind a head, within 80 columns.
func comment(b *strings.Builder, head, text string) {
	const columns = 80
	line := head
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > columns && line != head {
			b.WriteString(line + "\n")
			line = "#" + strings.Repeat(" ", len(head)-1)
		}
		line += " " + word
	}
	b.WriteString(line + "\n")
}

func (s Setup) roles() (list []role) {
	if c := s.Sentences; c != nil {
		r := role{Clock: c, refid: "GPS", what: "the sentences of the receiver", guess: 10 * time.Millisecond, alone: s.Pulse == nil, poll: poll, pollWhy: pollWhy,
			late: 50 * time.Millisecond, lateWhy: "50 ms, as a receiver speaks now earlier, now later"}
		if s.Pulse == nil && !s.Calibrated {
			r.uncalibrated, r.late, r.lateWhy = true, 700*time.Millisecond, "700 ms, as nobody knows how late this receiver speaks"
		}
		list = append(list, r)
	}
	if c := s.Pulse; c != nil {
		list = append(list, role{Clock: c, refid: "PPS", what: "the pulse of the receiver", guess: time.Microsecond, alone: true, poll: poll, pollWhy: pollWhy,
			late: 10 * time.Microsecond, lateWhy: "10 us, until the kernel has stamped the edge"})
	}
	if s.Web != nil {
		list = append(list, s.Web.role())
	}
	return list
}

// command is how refclock is started for this setup.
func (s Setup) command() string {
	if s.Web != nil {
		return s.Web.command()
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
	return text
}

// flag is the flag that names the unit or the socket.
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
		return "Nothing was measured, the precision is a guess: see what refclock monitor shows."
	case r.Jitter == 0:
		return "Nothing was measured, the precision is a guess: do this again once samples flow."
	case r.Seen == "":
		return fmt.Sprintf("Jitter, as it was told: %v.", r.Jitter)
	}
	return fmt.Sprintf("Jitter, from %s: %v.", r.Seen, r.Jitter)
}

// jitter is the standard deviation to count with.
func (r role) jitter() time.Duration {
	if r.Jitter == 0 {
		return r.guess
	}
	return r.Jitter
}

// precision is the jitter in seconds, rounded up to one digit: never more than was
// measured is claimed.
func (r role) precision() string { return ceiling(r.jitter().Seconds()) }

// delay is twice what the samples may be off by: for long, and by chance.
func (r role) delay() string { return ceiling(2 * (r.late + 3*r.jitter()).Seconds()) }

// ceiling rounds up to one digit and prints that as 5e-3.
func ceiling(x float64) string {
	exponent := int(math.Floor(math.Log10(x)))
	digit := int(math.Ceil(x/math.Pow10(exponent) - 1e-6)) // what a division leaves over is no reason to round up
	if digit == 10 {
		digit, exponent = 1, exponent+1
	}
	return fmt.Sprintf("%de%d", digit, exponent)
}
