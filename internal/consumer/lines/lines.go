// Package lines writes the lines with which a time daemon reads refclock's clocks,
// with a comment on each word. It uses measured values; where there is none, it uses a
// safe guess and says so.
package lines

import (
	"cmp"
	"errors"
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

// A Setup holds the clocks that refclock publishes.
type Setup struct {
	Receivers []Receiver
	Web       []WebServers
	Feeds     []Clock // of other programs: refclock does not know how accurate they are

	// Demos are demonstration clocks, whose time is wrong on purpose. No line reads them.
	Demos []Clock

	// LeaveOut leaves out the clocks that the daemon cannot read, with a comment. Otherwise they
	// are an error.
	LeaveOut bool

	Service bool   // refclock run publishes the clocks, with the settings of its file
	File    string // of refclock run; empty for the default
}

// A Receiver has the clocks of a receiver. Each may be nil.
type Receiver struct {
	Sentences *Clock // milliseconds
	Pulse     *Clock // microseconds

	// Calibrated reports that refclock knows the delay, so it corrects the delay of the
	// sentences without a pulse.
	Calibrated bool

	Port   string // for a comment; may be empty
	Number int    // of the receiver in its refids; 0 for its place in the Setup
}

// A Clock is one unit or socket, and the jitter of its samples.
type Clock struct {
	Unit   int           // of shared memory; used if there is no Socket
	Socket string        // its path
	Perm   uint32        // the mode of the unit; 0 for the default
	Jitter time.Duration // 0 if nothing was measured
	Seen   string        // how Jitter was measured, such as "12 samples"; empty if the user gave it

	// Claimed reports that Jitter is what the precision of the samples claims, because it is more
	// than what was measured, or nothing was.
	Claimed bool
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
	poll    int // the poll interval, as log2 of seconds
	pollWhy string
	single  bool // there may be only one sample per poll interval

	correction float64 // to be added to the samples, in seconds

	uncalibrated bool   // its delay is unknown
	prefer       bool   // it is more accurate than any server
	noselect     string // why it must not set the clock; empty if it may
}

// A word is one option of a line, and the reason for it.
type word struct{ text, why string }

// Default returns the clocks that refclock publishes with its default settings: unit 0 for
// the sentences and, if the machine has a pulse, unit 1 for the pulse.
func Default(pulse bool) Setup {
	r := Receiver{Sentences: &Clock{Unit: 0}}
	if pulse {
		r.Pulse = &Clock{Unit: 1}
	}
	return Setup{Receivers: []Receiver{r}}
}

// Lines returns a daemon's lines, without comments. It returns an error for a clock that
// the daemon cannot read, unless the setup leaves it out, and if there is no line.
func Lines(d Daemon, s Setup) (lines []string, err error) {
	roles, _, err := d.roles(s)
	for _, r := range roles {
		lines = append(lines, d.line(r)...)
	}
	return lines, err
}

// roles returns the clocks that the daemon reads, and what is left out.
func (d Daemon) roles(s Setup) (list []role, left []string, err error) {
	if s.LeaveOut {
		s, left = d.readable(s)
	}
	for _, demo := range s.Demos {
		left = append(left, demo.where()+" is a demonstration clock, whose time is wrong on purpose")
	}
	list = s.roles()
	for _, r := range list {
		if err := d.check(r); err != nil {
			return nil, nil, err
		}
	}
	if len(list) == 0 {
		return nil, nil, fmt.Errorf("no clock for %s: %s; name one with --unit or --sock", d.Name, strings.Join(left, "; "))
	}
	return list, left, nil
}

// readable returns the setup without the clocks that the daemon cannot read, and why. A
// receiver whose pulse it cannot read is one without a pulse.
func (d Daemon) readable(s Setup) (readable Setup, left []string) {
	reads := func(c *Clock) bool {
		if c == nil {
			return false
		}
		why := d.unreadable(c)
		if why != "" {
			left = append(left, why)
		}
		return why == ""
	}
	readable = s
	readable.Receivers, readable.Web, readable.Feeds = nil, nil, nil
	for i, r := range s.Receivers {
		r.Number = cmp.Or(r.Number, i+1)
		if !reads(r.Sentences) {
			r.Sentences = nil
		}
		if !reads(r.Pulse) {
			r.Pulse = nil
		}
		readable.Receivers = append(readable.Receivers, r)
	}
	for _, w := range s.Web {
		if reads(&w.Clock) {
			readable.Web = append(readable.Web, w)
		}
	}
	for _, c := range s.Feeds {
		if reads(&c) {
			readable.Feeds = append(readable.Feeds, c)
		}
	}
	return readable, left
}

// unreadable returns why the daemon cannot read a unit or a socket; "" if it can.
func (d Daemon) unreadable(c *Clock) string {
	switch {
	case c.Socket != "" && !d.socket:
		return fmt.Sprintf("%s cannot read socket %s: it reads units", d.Name, c.Socket)
	case c.Socket == "" && !d.unit:
		return fmt.Sprintf("%s cannot read unit %d: it reads sockets", d.Name, c.Unit)
	}
	return ""
}

// check returns an error if the daemon cannot read a clock.
func (d Daemon) check(r role) error {
	why := d.unreadable(r.Clock)
	switch {
	case why != "" && r.Socket != "":
		return errors.New(why + "; use --unit and --pps-unit")
	case why != "":
		return errors.New(why + "; use --sock and --pps-sock")
	case r.correction != 0 && !d.corrects:
		return fmt.Errorf("%s has no setting to correct %s by %g s", d.Name, r.where(), r.correction)
	}
	return nil
}

// Write writes the lines. It writes nothing if Lines returns an error.
func Write(w io.Writer, d Daemon, s Setup) error {
	roles, left, err := d.roles(s)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# The clocks of refclock for %s. Put these lines into\n# %s, then type:\n#     %s\n", d.Name, d.File, d.Then)
	fmt.Fprintf(&b, "# This command publishes the clocks:\n#     %s\n", s.command(d))
	for _, r := range roles {
		b.WriteString("\n")
		comment(&b, "#", capital(r.where())+": "+r.what+".")
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
	for _, why := range left {
		b.WriteString("\n")
		comment(&b, "#", "Left out: "+why+".")
	}
	if d.end != nil {
		b.WriteString(d.end(s))
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// comment writes a text after a head, within 80 columns.
func comment(b *strings.Builder, head, text string) {
	rest := "#" + strings.Repeat(" ", len(head))
	b.WriteString(strings.Join(textwrap.Lines(text, head+" ", rest, 80), "\n") + "\n")
}

// capital returns the text with a capital letter first.
func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// roles returns all clocks, each with its own refid. There is a prefer for each pulse:
// chronyd combines them, and ntpd uses one of those that agree with the other servers.
func (s Setup) roles() (list []role) {
	for i, r := range s.Receivers {
		list = append(list, r.roles(cmp.Or(r.Number, i+1))...)
	}
	for i := range s.Web {
		list = append(list, s.Web[i].role())
	}
	for i := range s.Feeds {
		list = append(list, role{Clock: &s.Feeds[i], refid: "FEED", what: "the clock of another program", guess: 10 * time.Millisecond, poll: poll, pollWhy: pollWhy,
			late: time.Second, lateWhy: "1 s, because the error of this clock is unknown",
			noselect: "refclock does not know the error of this clock; delete this if you do"})
	}
	taken := map[string]bool{}
	for i := range list {
		refid := list[i].refid
		for n := 2; taken[list[i].refid]; n++ {
			list[i].refid = numbered(refid, n)
		}
		taken[list[i].refid] = true
	}
	return list
}

// roles returns the clocks of a receiver with that number.
func (r Receiver) roles(number int) (list []role) {
	of := " of the receiver"
	if r.Port != "" {
		of += " at " + r.Port
	}
	if c := r.Sentences; c != nil {
		sentences := role{Clock: c, refid: numbered("GPS", number), what: "the sentences" + of, guess: 10 * time.Millisecond, poll: poll, pollWhy: pollWhy,
			late: 50 * time.Millisecond, lateWhy: "50 ms, because the delay of a receiver varies"}
		switch {
		case r.Pulse != nil:
			sentences.noselect = "the pulse of this receiver is more accurate"
		case !r.Calibrated:
			sentences.uncalibrated, sentences.late, sentences.lateWhy = true, 700*time.Millisecond, "700 ms, because the delay of this receiver is unknown"
		}
		list = append(list, sentences)
	}
	if c := r.Pulse; c != nil {
		list = append(list, role{Clock: c, refid: numbered("PPS", number), what: "the pulse" + of, guess: time.Microsecond, prefer: true, poll: poll, pollWhy: pollWhy,
			late: 10 * time.Microsecond, lateWhy: "10 us, until the kernel has timestamped the edge"})
	}
	return list
}

// numbered returns the refid of the nth clock of a kind: GPS, GPS2, GP10. All daemons accept
// four characters.
func numbered(refid string, n int) string {
	if n == 1 {
		return refid
	}
	number := strconv.Itoa(n)
	return refid[:min(len(refid), max(0, 4-len(number)))] + number
}

// command returns the refclock command for this setup.
func (s Setup) command(d Daemon) string {
	switch {
	case s.Service:
		text := "refclock run"
		if s.File != "" {
			text += " --config " + s.File
		}
		if d.layout != "" {
			text += fmt.Sprintf(" # with layout = %q in its file", d.layout)
		}
		return text
	case len(s.Web) > 0:
		return s.Web[0].command() + d.flags()
	}
	text := "refclock gps"
	for _, r := range s.Receivers { // only refclock run has several
		if r.Sentences != nil {
			text += r.Sentences.flag("unit", "sock")
		}
		if r.Pulse != nil {
			text += " --pps SOURCE" + r.Pulse.flag("pps-unit", "pps-sock")
		} else if r.Calibrated {
			text += " --delay TIME"
		}
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

func (c *Clock) where() string {
	if c.Socket != "" {
		return "socket " + c.Socket
	}
	return "unit " + strconv.Itoa(c.Unit)
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
	if r.Claimed {
		return fmt.Sprintf("Jitter claimed by the precision of %s, a power of two: %v.", r.Seen, rounded(r.Jitter))
	}
	return fmt.Sprintf("Jitter, measured from %s: %v.", r.Seen, rounded(r.Jitter))
}

// rounded returns a time with three digits.
func rounded(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
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
