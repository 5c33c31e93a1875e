package conf

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// drivers are NTPsec's names of the types of 127.127.TYPE.UNIT, from refclock_conf.c. The
// classic ntpd has more types.
var drivers = sync.OnceValue(func() map[string]int {
	return map[string]int{
		"LOCAL": 1, "SPECTRACOM": 4, "TRUETIME": 5, "GENERIC": 8, "ARBITER": 11, "MODEM": 18, "NMEA": 20, "PPS": 22, "HPGPS": 26,
		"SHM": 28, "TRIMBLE": 29, "ONCORE": 30, "JJY": 40, "ZYFER": 42, "GPSD": 46,
	}
})

// optional are the drivers without which Debian builds NTPsec.
var optional = []string{"GPSD", "MODEM", "ONCORE", "TRUETIME"}

// missingDrivers returns the drivers that the installed NTPsec lacks; without an installed
// one, those that Debian's lacks. The program has the names of its drivers.
func missingDrivers(fsys fs.FS) []string {
	if fsys == nil {
		return optional
	}
	for _, name := range []string{"usr/sbin/ntpd", "usr/local/sbin/ntpd"} {
		program, err := fs.ReadFile(fsys, name)
		if err != nil || !bytes.Contains(program, []byte("SHM\x00")) {
			continue
		}
		return slices.DeleteFunc(slices.Clone(optional), func(driver string) bool { return bytes.Contains(program, []byte(driver+"\x00")) })
	}
	return optional
}

// driverOf returns the name of a type, or the number of a type that NTPsec does not have.
func driverOf(kind int) string {
	for name, n := range drivers() {
		if n == kind {
			return name
		}
	}
	return strconv.Itoa(kind)
}

// A fudge is a fudge line of ntp.conf.
type fudge struct {
	Directive
	options []Option
}

// ntpText parses the lines of ntp.conf and of the files that it includes.
func (r *reader) ntpText(file string, text []byte, depth int) {
	g := grammars()[r.config.Daemon]
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		if r.ended {
			return
		}
		d := Directive{Place: Place{File: file, Line: number}}
		tokens, ok := g.tokens(line)
		if !ok {
			r.refuse(d, "a word has over %d characters", maxToken)
			return
		}
		if len(tokens) == 0 {
			continue
		}
		for _, t := range tokens {
			d.Words = append(d.Words, t.text)
		}
		accepted, why, old, new := g.check(tokens)
		d.tokens = accepted
		r.config.Directives = append(r.config.Directives, d)
		if why != "" {
			r.syntaxError(d, Problem{Text: why, Correction: replace(old, new)})
		}
		if len(accepted) > 0 {
			r.ntpDirective(d)
			r.follow(d, depth)
		}
	}
}

// syntaxError adds a problem of a line that the daemon ignores, or the end of a line.
func (r *reader) syntaxError(d Directive, p Problem) {
	p.Place = d.Place
	clock := d.meansClock()
	switch accepted := len(d.tokens); {
	case accepted > 0:
		p.Drops = clock // such as noselect behind the wrong word
		p.Why = fmt.Sprintf("%v logs an error and ignores %s", r.config.Daemon, strings.Join(d.Words[accepted:], " "))
	case clock:
		p.Drops = true
		p.Why = fmt.Sprintf("%v logs an error and ignores the line, so it does not have this clock", r.config.Daemon)
	default:
		p.Why = fmt.Sprintf("%v logs an error and ignores the line", r.config.Daemon)
	}
	if _, _, ok := clockAddress(d); !ok && d.Words[0] != "fudge" && slices.ContainsFunc(d.Words[len(d.tokens):], func(w string) bool { return strings.HasPrefix(w, "127.127.") }) {
		p.Drops = true // such as server server 127.127.28.0
	}
	lost := d.Words[0] == "fudge" && slices.Contains(d.Words[len(d.tokens):], "time1")
	if lost || strings.HasPrefix(p.Text, "expected a number after time1") {
		p.Drops = true // the time is wrong
	}
	if d.Words[0] == "refclock" {
		chronySyntax(d, &p)
	}
	r.add(p)
}

// meansClock reports whether a line was meant to configure a reference clock.
func (d Directive) meansClock() bool {
	word := strings.ToLower(d.Words[0])
	if strings.Contains(word, "refclock") || suggestion(word, []string{"refclock"}) != "" {
		return true
	}
	fudge := strings.Contains(word, "fudge") || suggestion(word, []string{"fudge"}) != ""
	return !fudge && slices.ContainsFunc(d.Words, func(w string) bool { return strings.Contains(w, "127.127.") })
}

// chronySyntax explains a refclock line of chrony, or a unit at the wrong place.
func chronySyntax(d Directive, p *Problem) {
	if len(d.Words) > 2 {
		if number, _, _ := strings.Cut(d.Words[2], ":"); number != "" && allIn(number, "0123456789") {
			p.Text = "refclock " + d.Words[1] + " " + d.Words[2] + " is the syntax of chrony"
			p.Old, p.New = d.Words[1]+" "+d.Words[2], strings.ToLower(d.Words[1])+" unit "+number
			p.wrongUnit(d, number)
			return
		}
	}
	if len(d.tokens) == 2 && len(d.Words) > 3 && allIn(d.Words[3], "0123456789") {
		p.wrongUnit(d, d.Words[3]) // such as refclock shm unt 3
		p.Old, p.New = d.Words[2]+" "+d.Words[3], "unit "+d.Words[3]
		return
	}
	for i := 3; i+1 < len(d.Words) && d.Words[2] != "unit"; i++ {
		if d.Words[i] == "unit" {
			unit := "unit " + d.Words[i+1]
			p.Text = unit + " must follow the driver: refclock " + d.Words[1] + " " + unit
			p.Old = strings.Join(d.Words[1:i+2], " ")
			p.New = d.Words[1] + " " + unit + " " + strings.Join(d.Words[2:i], " ")
			p.wrongUnit(d, d.Words[i+1])
			return
		}
	}
}

// wrongUnit notes that the daemon uses unit 0, because it ignores the number in the line.
func (p *Problem) wrongUnit(d Directive, meant string) {
	if meant != "0" && len(d.tokens) > 0 {
		p.Why += ", so it reads unit 0"
	}
}

// ntpDirective checks the values of a line without a syntax error.
func (r *reader) ntpDirective(d Directive) {
	switch d.Words[0] {
	case "end":
		r.ended = true
	case "fudge":
		f := fudge{d, d.options(2)}
		r.fudges = append(r.fudges, f)
		r.checkValues(d, f.options)
	}
}

// ntpOptions returns the options after an address.
func ntpOptions(tokens []token) (options []Option) {
	for i := 0; i < len(tokens); i++ {
		o := Option{Name: tokens[i].text}
		if i+1 < len(tokens) && (tokens[i+1].kind != keyword || strings.HasPrefix(o.Name, "flag")) {
			i++
			o.Value = tokens[i].text
			if o.Value == "true" {
				o.Value = "1"
			}
		}
		options = append(options, o)
	}
	return options
}

// checkValues finds values that the daemon changes or ignores.
func (r *reader) checkValues(d Directive, options []Option) {
	add := func(o Option, w wrongValue) {
		p := Problem{Place: d.Place, Text: w.text, Drops: w.drops, Why: fmt.Sprintf("%v %s", r.config.Daemon, w.why), Correction: replace(o.Name+" "+o.Value, "")}
		if w.new != "" {
			p.New = o.Name + " " + w.new
		}
		r.add(p)
	}
	polls := map[string]int64{}
	for _, o := range options {
		if strings.HasSuffix(o.Name, "poll") {
			polls[o.Name] = o.integer()
		}
		for _, w := range []wrongValue{r.checkRange(o), checkServerValue(d, o)} {
			if w.text != "" {
				add(o, w)
			}
		}
	}
	low, lowGiven := polls["minpoll"]
	high, highGiven := polls["maxpoll"]
	if lowGiven && highGiven && low > high {
		add(Option{"maxpoll", strconv.FormatInt(high, 10)},
			wrongValue{fmt.Sprintf("minpoll %d is greater than maxpoll %d", low, high), "uses maxpoll for both", strconv.FormatInt(low, 10), false})
	}
}

// A wrongValue is what is wrong with the value of an option of ntpd; the zero value if
// nothing is.
type wrongValue struct {
	text, why, new string // new is the right value, if known
	drops          bool
}

// integer returns the value of an option as ntpd stores it.
func (o Option) integer() int64 {
	n, err := strconv.ParseInt(o.Value, 0, 64)
	if strings.HasPrefix(o.Value, "-") && o.Value != "-" && err != nil {
		return -1
	}
	return int64(int32(n))
}

// checkRange checks the value of an option of any clock.
func (r *reader) checkRange(o Option) wrongValue {
	low, n := int64(3), o.integer()
	if r.config.Daemon == NTPsec {
		low = 0
	}
	switch {
	case strings.HasSuffix(o.Name, "poll") && (n < low || n > 17):
		return wrongValue{fmt.Sprintf("%s %s: expected %d to 17", o.Name, o.Value, low), "uses the nearest possible value", strconv.FormatInt(min(max(n, low), 17), 10), false}
	case strings.HasPrefix(o.Name, "flag") && n != 0 && n != 1:
		return wrongValue{fmt.Sprintf("%s %s: expected 0 or 1", o.Name, o.Value), "logs an error, and takes it as 1", "1", false}
	case o.Name == "stratum" && (n < 0 || n > 16):
		return wrongValue{fmt.Sprintf("stratum %s: expected 0 to 16", o.Value), "logs an error, and ignores this option", "", false}
	case o.Name == "refid" && len(o.Value) > 4:
		return wrongValue{fmt.Sprintf("refid %s: expected at most four letters", o.Value), "uses the first four letters", o.Value[:4], false}
	}
	return wrongValue{}
}

// checkServerValue checks the value of an option that is meant for servers in the network.
func checkServerValue(d Directive, o Option) wrongValue {
	n := o.integer()
	clock := strings.HasPrefix(d.String(), "refclock") || strings.Contains(d.String(), "127.127.")
	switch {
	case o.Name == "key" && (n < 0 || n >= 65535):
		return wrongValue{fmt.Sprintf("key %s: expected 1 to 65534", o.Value), "logs an error, and does not have this clock", "", true}
	case o.Name == "key" && clock:
		return wrongValue{fmt.Sprintf("key %s for a reference clock", o.Value), "logs an error, because a reference clock needs no key", "", false}
	case o.Name == "version" && (n < 0 || n >= 255):
		return wrongValue{fmt.Sprintf("version %s: expected 1 to 4", o.Value), "logs an error, and does not have this clock", "", true}
	}
	return wrongValue{}
}

// server parses
//
//	server 127.127.TYPE.UNIT [OPTION [VALUE]]...
//
// and ignores network servers.
func (r *reader) server(d Directive) {
	if len(d.Words) < 2 || !strings.HasPrefix(d.Words[1], "127.127.") {
		return
	}
	driver, unit, ok := clockAddress(d)
	bad := len(d.tokens) == 0
	none := fmt.Sprintf("%v does not have this clock", r.config.Daemon)
	switch {
	case !ok && !bad:
		r.add(Problem{
			Place: d.Place, Drops: true, Text: d.Words[1] + " is not an address of a reference clock: expected 127.127.TYPE.UNIT, with a unit of 0 to 255",
			Why: fmt.Sprintf("%v takes it as the name of a server in the network", r.config.Daemon), Correction: replace(d.Words[1], "127.127.28.0"),
		})
		return
	case !ok:
		return
	case bad:
	case d.Words[0] == "pool":
		r.add(Problem{
			Place: d.Place, Drops: true, Text: "pool " + d.Words[1] + ", expected server " + d.Words[1],
			Why: fmt.Sprintf("%v takes it as the name of a pool in the network", r.config.Daemon), Correction: replace("pool", "server"),
		})
	case d.Words[0] == "peer":
		r.add(Problem{
			Place: d.Place, Text: "peer " + d.Words[1] + ", expected server " + d.Words[1],
			Why: fmt.Sprintf("%v logs an error, and takes it as a server", r.config.Daemon), Correction: replace("peer", "server"),
		})
	case r.config.Daemon == NTPsec && slices.Contains(r.config.lacks, driver):
		r.add(Problem{Place: d.Place, Drops: true, Text: "this NTPsec was built without the driver " + driver, Why: none, Hint: instead(driver)})
	case r.config.Daemon == NTPsec && drivers()[driver] == 0:
		r.add(Problem{Place: d.Place, Drops: true, Text: "NTPsec has no driver of type " + driver, Why: none})
	}
	c := Refclock{Place: d.Place, Text: d.String(), Driver: driver, Unit: unit, Options: d.options(2), index: -1}
	c.setDevice()
	c.Broken = bad || d.Words[0] == "pool"
	if !c.Broken {
		r.checkValues(d, c.Options)
	}
	r.config.Refclocks = append(r.config.Refclocks, c)
}

// options returns the options that the daemon accepts after the first words of a line of
// ntp.conf.
func (d Directive) options(first int) []Option {
	return ntpOptions(d.tokens[min(first, len(d.tokens)):])
}

// applyFudges adds the fudge lines to their clocks. A fudge line may be above the server
// line: ntpd applies all of them after all servers.
func (r *reader) applyFudges() {
	for _, f := range r.fudges {
		driver, unit, ok := clockAddress(f.Directive)
		if !ok {
			r.add(Problem{
				Place: f.Place, Text: "expected fudge 127.127.TYPE.UNIT, such as fudge 127.127.28.0 refid GPS, not " + f.Words[1],
				Why: fmt.Sprintf("%v logs an error and ignores the line", r.config.Daemon),
			})
			continue
		}
		if !r.applyFudge(f, driver, unit) {
			p := Problem{
				Place: f.Place, Text: "there is no server line for " + f.Words[1], Why: fmt.Sprintf("%v ignores the line", r.config.Daemon),
				Correction: Correction{Old: f.String(), Added: "server " + f.Words[1]},
			}
			r.add(p)
		}
	}
}

func (r *reader) applyFudge(f fudge, driver string, unit int) bool {
	for i := range r.config.Refclocks {
		if c := &r.config.Refclocks[i]; c.Driver == driver && c.Unit == unit && !c.Broken {
			c.Options = append(c.Options, f.options...)
			c.Fudges = append(c.Fudges, f.Place)
			return true
		}
	}
	return false
}

// ntpsec parses
//
//	refclock DRIVER [unit N] [OPTION [VALUE]]...
func (r *reader) ntpsec(d Directive) {
	if len(d.Words) < 2 {
		return
	}
	c := Refclock{Place: d.Place, Text: d.String(), Driver: strings.ToUpper(d.Words[1]), index: -1, Broken: len(d.tokens) == 0}
	first := 2
	if len(d.tokens) > 3 && d.Words[2] == "unit" {
		first = 4
		n, err := strconv.Atoi(d.Words[3])
		if c.Unit = n; (err != nil || n < 0 || n > 255) && !c.Broken {
			c.Broken = true
			r.add(Problem{
				Place: d.Place, Drops: true, Text: fmt.Sprintf("unit %s: expected 0 to 255", d.Words[3]),
				Why: fmt.Sprintf("%v takes it as the name of a server in the network", r.config.Daemon), Correction: replace("unit "+d.Words[3], "unit 0"),
			})
		}
	}
	if _, known := drivers()[c.Driver]; !known && !c.Broken {
		c.Broken = true
		r.add(Problem{
			Place: d.Place, Fatal: true, Text: fmt.Sprintf("unknown driver %s: expected one of shm, nmea, pps, gpsd, local and others", d.Words[1]),
		})
	}
	if slices.Contains(r.config.lacks, c.Driver) && !c.Broken {
		c.Broken = true
		r.add(Problem{Place: d.Place, Fatal: true, Text: "this NTPsec was built without the driver " + d.Words[1], Hint: instead(c.Driver)})
	}
	c.Options = d.options(first)
	if !c.Broken {
		r.checkValues(d, c.Options)
	}
	c.setDevice()
	r.config.Refclocks = append(r.config.Refclocks, c)
}

// instead returns what to do without a driver.
func instead(driver string) string {
	if driver == "GPSD" {
		return "read the unit of refclock instead: refclock shm unit 0"
	}
	return "put a # before it, or build NTPsec with this driver"
}

// setDevice sets the device of a clock of NTPsec.
func (c *Refclock) setDevice() {
	option := "path"
	if c.Driver == "PPS" {
		option = "ppspath"
	}
	c.Device, _ = c.Value(option)
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
	kind, err := strconv.ParseUint(part[2], 10, 8)
	if err != nil {
		return "", 0, false
	}
	number, err := strconv.ParseUint(part[3], 10, 8)
	if err != nil {
		return "", 0, false
	}
	return driverOf(int(kind)), int(number), true
}
