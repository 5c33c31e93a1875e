package daemonconf

import (
	"strconv"
	"strings"
)

// A Refclock is one reference clock, and what is said of it: on its own line, and
// for ntpd on fudge lines too. Options that stand twice count as the daemon takes
// them, the last one.
type Refclock struct {
	Place
	Text string // of the line, its spaces made single

	// Driver is SHM, PPS, SOCK, PHC, RTC, NMEA, GPSD or LOCAL, else what the file has:
	// for ntpd the number of the type.
	Driver string

	Unit   int    // of SHM, and of all of ntpd's; else -1
	Device string // of PPS, SOCK, PHC and RTC: a path. Of chrony's others, the parameter

	// DriverOptions are what chrony takes behind the parameter, such as perm=0666.
	DriverOptions []Option

	Options []Option // names in lower case
	Fudges  []Place  // the fudge lines, of ntpd
	index   int      // among all of the daemon's
}

// An Option is a word of a refclock's line, with the value that belongs to it.
type Option struct {
	Name, Value string // the value is empty for a mere word, such as noselect
}

// Value is the value of an option of the line, by its name in lower case.
func (r *Refclock) Value(name string) (string, bool) { return lookUp(r.Options, name) }

// DriverValue is the value of an option of the driver.
func (r *Refclock) DriverValue(name string) (string, bool) { return lookUp(r.DriverOptions, name) }

// Has tells whether an option is given.
func (r *Refclock) Has(name string) bool {
	_, ok := r.Value(name)
	return ok
}

// Number is the value of an option as a number. It is false where the option is not
// given, or is no number.
func (r *Refclock) Number(name string) (float64, bool) {
	text, ok := r.Value(name)
	if !ok {
		return 0, false
	}
	x, err := strconv.ParseFloat(text, 64)
	return x, err == nil
}

// Offset is what the person has typed in to be added to the samples, in seconds:
// chrony's offset, ntpd's time1. It is false where none is given.
func (r *Refclock) Offset() (float64, bool) {
	if x, ok := r.Number("offset"); ok {
		return x, true
	}
	return r.Number("time1")
}

// Refid is the name under which the daemon shows the clock: the one that is given,
// else the one that chrony makes up, such as SHM0 for the first of its refclocks.
// For ntpd it is empty where none is given.
func (r *Refclock) Refid() string {
	if id, ok := r.Value("refid"); ok {
		return id
	}
	if r.index < 0 {
		return ""
	}
	// refclock.c: the driver's first three letters and the number, whose tens take the
	// place of the third letter.
	id := []byte((r.Driver + "   ")[:3] + strconv.Itoa(r.index%10))
	if r.index >= 10 {
		id[2] = byte('0' + r.index/10%10)
	}
	return string(id)
}

func lookUp(options []Option, name string) (value string, ok bool) {
	for _, o := range options {
		if o.Name == name {
			value, ok = o.Value, true
		}
	}
	return value, ok
}

// wants tells what an option of a line is followed by.
type wants int

const (
	nothing wants = iota
	number
	word
	refid
)

// take reads options off words. It gives the first word at which the daemon
// stumbles, and why; else "".
func take(words []string, known map[string]wants) (options []Option, stumbles, why string) {
	for i := 0; i < len(words); i++ {
		name := strings.ToLower(words[i])
		kind, ok := known[name]
		if !ok {
			return options, words[i], "unknown option"
		}
		if kind == nothing {
			options = append(options, Option{Name: name})
			continue
		}
		i++
		if i == len(words) {
			return options, name, "a value is missing behind"
		}
		value := words[i]
		switch {
		case kind == number && !isNumber(value):
			return options, value, "a number is expected behind " + name + ", not"
		case kind == refid && len(value) > 4:
			return options, value, "a refid has four letters at the most, unlike"
		}
		options = append(options, Option{name, value})
	}
	return options, "", ""
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}
