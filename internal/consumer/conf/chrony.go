package conf

import (
	"slices"
	"strconv"
	"strings"
)

// chronyDrivers are the drivers of chrony's refclock directive. chrony requires capitals.
var chronyDrivers = []string{"PPS", "SHM", "SOCK", "PHC", "RTC"}

// chronyOptions are the options of chrony's refclock directive, up to version 4.8.
var chronyOptions = map[string]wants{
	"poll": number, "dpoll": number, "filter": number, "rate": number, "minsamples": number, "maxsamples": number, "maxunreach": number,
	"offset": number, "delay": number, "precision": number, "maxdispersion": number, "stratum": number, "width": number, "maxlockage": number,
	"refid": refid, "lock": refid,
	"local": nothing, "pps": nothing, "tai": nothing, "noselect": nothing, "prefer": nothing, "trust": nothing, "require": nothing,
}

// chrony parses
//
//	refclock DRIVER PARAMETER[:OPTION]... [OPTION [VALUE]]...
func (r *reader) chrony(d Directive) {
	if len(d.Words) < 3 {
		r.addProblem(d, true, "expected refclock DRIVER PARAMETER, such as refclock SHM 0 refid GPS")
		return
	}
	parameter := strings.Split(d.Words[2], ":")
	c := Refclock{
		Place: d.Place, Text: d.String(), Driver: d.Words[1], Unit: -1, Device: parameter[0], index: len(r.config.Refclocks),
	}
	for _, text := range parameter[1:] {
		name, value, _ := strings.Cut(text, "=")
		c.DriverOptions = append(c.DriverOptions, Option{name, value})
	}
	if c.Driver == "SHM" {
		c.Device = ""
		if unit, err := strconv.Atoi(parameter[0]); err == nil && unit >= 0 {
			c.Unit = unit
		} else {
			r.addProblem(d, true, "expected a unit number after SHM, not %s", parameter[0])
		}
	} else if !slices.Contains(chronyDrivers, c.Driver) {
		r.addProblem(d, true, "unknown driver %s: expected one of %s, in capitals", c.Driver, strings.Join(chronyDrivers, ", "))
	}
	var word, why string
	c.Options, word, why = take(d.Words[3:], chronyOptions)
	switch {
	case strings.HasPrefix(word, "#"):
		r.addProblem(d, true, "chrony allows comments only on separate lines, not after a directive")
	case why != "":
		r.addProblem(d, true, "%s %s", why, word)
	}
	r.config.Refclocks = append(r.config.Refclocks, c)
}
