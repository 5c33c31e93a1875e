package conf

import (
	"path"
	"strconv"
	"strings"
)

// A Refclock is one reference clock with its options, for ntpd including those of its
// fudge lines. Of repeated options the last one counts, as in the daemons.
type Refclock struct {
	Place
	Text string // of the line, with single spaces

	// Driver is SHM, PPS, SOCK, PHC or RTC of chrony, or a name of NTPsec such as SHM, PPS,
	// NMEA or LOCAL. For a type that NTPsec does not have, it is the number of the type.
	Driver string

	Unit   int    // of SHM, and of all drivers of ntpd; else -1
	Device string // of chrony's drivers besides SHM, the parameter; of NTPsec's, the path, if given

	// DriverOptions are chrony's options after the parameter, such as perm=0666.
	DriverOptions []Option

	Options []Option // names in lower case
	Broken  bool     // the daemon does not start with the line, or ignores it
	Fudges  []Place  // the fudge lines, of ntpd
	index   int      // among all refclocks of the daemon
}

// Path returns the device of a clock. For ntpd, it is the usual one of the unit if the
// configuration names none; "" for a driver without one.
func (r *Refclock) Path() string {
	usual := map[string]string{"PPS": "/dev/pps", "NMEA": "/dev/gps"}[r.Driver]
	if r.Device != "" || usual == "" {
		return r.Device
	}
	return usual + strconv.Itoa(r.Unit)
}

// UnderTmp reports whether a socket is in a folder that PrivateTmp= of systemd makes private.
func UnderTmp(socket string) bool {
	socket = path.Clean(socket)
	return strings.HasPrefix(socket, "/tmp/") || strings.HasPrefix(socket, "/var/tmp/")
}

// An Option is an option of a refclock and its value.
type Option struct {
	Name, Value string // Value is empty for an option without a value, such as noselect
}

// Value returns the value of an option; name is in lower case.
func (r *Refclock) Value(name string) (string, bool) { return lookUp(r.Options, name) }

// DriverValue returns the value of a driver option.
func (r *Refclock) DriverValue(name string) (string, bool) { return lookUp(r.DriverOptions, name) }

// Has reports whether an option is given.
func (r *Refclock) Has(name string) bool {
	_, ok := r.Value(name)
	return ok
}

// Number returns the value of an option as a number. It returns false if the option is
// missing or not a number.
func (r *Refclock) Number(name string) (float64, bool) {
	text, ok := r.Value(name)
	if !ok {
		return 0, false
	}
	x, err := strconv.ParseFloat(text, 64)
	return x, err == nil
}

// Offset returns the correction that the daemon adds to the samples, in seconds:
// chrony's offset, ntpd's time1. It returns false if there is none.
func (r *Refclock) Offset() (float64, bool) {
	if x, ok := r.Number("offset"); ok {
		return x, true
	}
	return r.Number("time1")
}

// Refid returns the name with which the daemon shows the clock: the one in the file,
// else chrony's default, such as SHM0 for the first refclock. For ntpd there is no
// default, and Refid returns "".
func (r *Refclock) Refid() string {
	if id, ok := r.Value("refid"); ok {
		return id
	}
	if r.index < 0 {
		return ""
	}
	// As in refclock.c: the driver's first three letters and the number. The tens digit
	// replaces the third letter.
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
