package conf

import (
	"maps"
	"strconv"
	"strings"
)

// ntpDrivers are the names that NTPsec gives to the relevant types of 127.127.TYPE.UNIT.
var ntpDrivers = map[string]string{"1": "LOCAL", "20": "NMEA", "22": "PPS", "28": "SHM", "46": "GPSD"}

// serverOptions are the options of ntpd's server directive.
var serverOptions = map[string]wants{
	"minpoll": number, "maxpoll": number, "mode": number, "ttl": number, "version": number, "key": number, "bias": number,
	"prefer": nothing, "noselect": nothing, "iburst": nothing, "burst": nothing, "true": nothing, "preempt": nothing, "xleave": nothing,
	"autokey": nothing, "xmtnonce": nothing,
}

// fudgeOptions are the options of ntpd's fudge directive.
var fudgeOptions = map[string]wants{
	"time1": number, "time2": number, "stratum": number, "refid": word, "mode": number, "minjitter": number,
	"flag1": number, "flag2": number, "flag3": number, "flag4": number,
}

// refclockOptions are the options of NTPsec's refclock directive: those of server and
// fudge, and a few more.
var refclockOptions = func() map[string]wants {
	all := map[string]wants{"unit": number, "path": word, "ppspath": word, "baud": number, "holdover": number, "flag5": number}
	for _, known := range []map[string]wants{serverOptions, fudgeOptions} {
		maps.Copy(all, known)
	}
	return all
}()

// server parses
//
//	server 127.127.TYPE.UNIT [OPTION [VALUE]]...
//
// and ignores network servers.
func (r *reader) server(d Directive) {
	driver, unit, ok := clockAddress(d)
	if !ok {
		return
	}
	c := Refclock{Place: d.Place, Text: d.String(), Driver: driver, Unit: unit, index: -1}
	var word, why string
	if c.Options, word, why = take(d.Words[2:], serverOptions); why != "" {
		r.addProblem(d, false, "%s %s", why, word)
	}
	r.config.Refclocks = append(r.config.Refclocks, c)
}

// fudge parses
//
//	fudge 127.127.TYPE.UNIT [OPTION VALUE]...
//
// which belongs to a server line above it.
func (r *reader) fudge(d Directive) {
	driver, unit, ok := clockAddress(d)
	if !ok {
		r.addProblem(d, false, "expected fudge 127.127.TYPE.UNIT, such as fudge 127.127.28.0 refid GPS")
		return
	}
	options, word, why := take(d.Words[2:], fudgeOptions)
	if why != "" {
		r.addProblem(d, false, "%s %s", why, word)
	}
	for i := range r.config.Refclocks {
		if c := &r.config.Refclocks[i]; c.Driver == driver && c.Unit == unit {
			c.Options = append(c.Options, options...)
			c.Fudges = append(c.Fudges, d.Place)
			return
		}
	}
	r.addProblem(d, false, "there is no server line for %s above it", d.Words[1])
}

// ntpsec parses
//
//	refclock DRIVER [unit N] [OPTION [VALUE]]...
func (r *reader) ntpsec(d Directive) {
	if len(d.Words) < 2 {
		r.addProblem(d, false, "expected refclock DRIVER, such as refclock shm unit 0 refid GPS")
		return
	}
	c := Refclock{Place: d.Place, Text: d.String(), Driver: strings.ToUpper(d.Words[1]), index: -1}
	var word, why string
	if c.Options, word, why = take(d.Words[2:], refclockOptions); why != "" {
		r.addProblem(d, false, "%s %s", why, word)
	}
	if unit, ok := c.Number("unit"); ok {
		c.Unit = int(unit)
	}
	if c.Driver == "PPS" {
		c.Device, _ = c.Value("ppspath")
		if path, ok := c.Value("path"); ok && c.Device == "" {
			c.Device = path
		}
	}
	r.config.Refclocks = append(r.config.Refclocks, c)
}

// clockAddress parses 127.127.TYPE.UNIT.
func clockAddress(d Directive) (driver string, unit int, ok bool) {
	if len(d.Words) < 2 {
		return "", 0, false
	}
	part := strings.Split(d.Words[1], ".")
	if len(part) != 4 || part[0] != "127" || part[1] != "127" {
		return "", 0, false
	}
	if _, err := strconv.ParseUint(part[2], 10, 8); err != nil {
		return "", 0, false
	}
	number, err := strconv.ParseUint(part[3], 10, 8)
	if err != nil {
		return "", 0, false
	}
	if driver, ok = ntpDrivers[part[2]]; !ok {
		driver = part[2]
	}
	return driver, int(number), true
}
