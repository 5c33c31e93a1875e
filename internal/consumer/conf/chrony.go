package conf

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// maxLine is the longest line of chrony, with its newline: MAX_LINE_LENGTH of conf.c.
const maxLine = 2048

// chronyDrivers are the drivers of chrony's refclock directive, and the options after their
// parameter. Both are case-sensitive.
var chronyDrivers = sync.OnceValue(func() map[string][]string {
	return map[string][]string{
		"PPS":  {"clear"},
		"SHM":  {"perm"},
		"SOCK": {},
		"PHC":  {"nocrossts", "extpps", "pin", "channel", "clear"},
		"RTC":  {"utc"},
	}
})

// chronyText parses the lines of chrony.conf and of the files that it includes.
func (r *reader) chronyText(file string, text []byte, depth int) {
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		at := Directive{Place: Place{file, number}}
		if len(line) >= maxLine {
			r.refuse(at, "the line has %d characters, expected at most %d", len(line)-1, maxLine-2)
			continue
		}
		line, _, _ = strings.Cut(line, "\x00")
		line = normalize(line)
		if line == "" {
			continue
		}
		at.Words = split(line)
		at.Words[0] = strings.ToLower(at.Words[0])
		r.config.Directives = append(r.config.Directives, at)
		r.chronyDirective(at, line)
		r.follow(at, depth)
	}
}

// chronyDirective checks a line as CNF_ParseLine does.
func (r *reader) chronyDirective(d Directive, line string) {
	_, args := splitWord(line)
	known, ok := chronyDirectives()[d.Words[0]]
	if !ok {
		r.add(unknownDirective(d))
		return
	}
	if r.version.before(known.since) {
		r.refuse(d, "chrony before %v does not know %s", known.since, d.Words[0])
		return
	}
	if c := known.form(args, r.version); c.why != "" {
		p := Problem{Place: d.Place, Text: c.why, Fatal: true, Correction: replace(c.old, c.new)}
		if c.old == "" && c.why == "missing arguments" {
			p.Text += " of " + d.Words[0]
		}
		if c.newer != (version{}) {
			p.Fatal, p.Why = false, fmt.Sprintf("chrony %v and later does not start with this line", c.newer)
		}
		if d.Words[0] == "refclock" {
			explainRefclock(&p, d)
		}
		r.add(p)
	}
	switch d.Words[0] {
	case "server", "pool", "peer":
		r.networkServer(d)
	case "sourcedir", "confdir":
		if len(d.Words) > 11 || len(d.Words) == 1 && d.Words[0] == "confdir" {
			r.refuse(d, "expected 1 to 10 folders after %s", d.Words[0])
		}
	}
}

// unknownDirective explains an unknown first word of chrony.conf.
func unknownDirective(d Directive) Problem {
	word := d.Words[0]
	p := Problem{Place: d.Place, Fatal: true}
	without := strings.TrimPrefix(word, "\ufeff")
	near := suggestion(word, slices.Sorted(maps.Keys(chronyDirectives())))
	switch {
	case strings.HasPrefix(word, "\ufffd\ufffd"):
		p.Text = "the file is not in UTF-8, perhaps in UTF-16"
		p.Hint = fmt.Sprintf("save %s again, in UTF-8 without a byte-order mark", d.File)
	case without != word:
		p.Text, p.Old, p.New = "the file begins with a byte-order mark, which chrony takes as part of the first word", word, without
		p.Command = fmt.Sprintf("sudo sed -i '1s/^\\xEF\\xBB\\xBF//' %s", d.File)
	case !allASCII(word):
		p.Text = fmt.Sprintf("unknown directive %q, with characters that are not ASCII", word)
		p.Hint = "type the line again: spaces and quotes that are copied from a web page may be other characters"
		p.Old, p.New = word, strings.ReplaceAll(word, string(nbsp), " ")
	case word == "fudge":
		p.Text = "fudge is a line of ntp.conf"
		p.Hint = "delete it; in chrony.conf, its values are options of the refclock line, such as refid GPS"
		p.Old = d.String()
	case grammars()[NTP].keywords[word] || grammars()[NTPsec].keywords[word]:
		p.Text, p.Old = word+" is a directive of ntp.conf, not of chrony.conf", d.String()
	case near != "":
		p.Text, p.Old, p.New = fmt.Sprintf("unknown directive %s, perhaps %s", word, near), word, near
	default:
		p.Text = "unknown directive " + word
	}
	return p
}

// explainRefclock makes the problem of a refclock line clearer.
func explainRefclock(p *Problem, d Directive) {
	comment := slices.IndexFunc(d.Words[1:], func(w string) bool { return strings.ContainsRune("#;!%", rune(w[0])) })
	joined := joinedUnit(d)
	switch {
	case joined != "":
		p.Text = fmt.Sprintf("the space between the driver and the unit is missing: %s, not %s", joined, d.Words[1])
		p.Old, p.New = d.Words[1], joined
	case len(d.Words) < 3:
		p.Text = "expected refclock DRIVER PARAMETER, such as refclock SHM 0 refid GPS"
	case comment >= 0:
		p.Text = "chrony allows comments only on separate lines, not after a directive"
		p.Old, p.New = strings.Join(d.Words[comment+1:], " "), ""
	case len(d.Words) > 3 && strings.EqualFold(d.Words[2], "unit"):
		p.Text = "refclock DRIVER unit N is the syntax of NTPsec"
		p.Old, p.New = strings.Join(d.Words[1:4], " "), strings.ToUpper(d.Words[1])+" "+d.Words[3]
	}
}

// joinedUnit returns "SHM 0" for a line with SHM0 as its driver; "" for others.
func joinedUnit(d Directive) string {
	if len(d.Words) < 2 || len(d.Words[1]) < 4 {
		return ""
	}
	driver, unit := strings.ToUpper(d.Words[1][:3]), d.Words[1][3:]
	if driver != "SHM" || unit[0] < '0' || unit[0] > '9' {
		return ""
	}
	return driver + " " + unit
}

// problemAt reports whether the daemon does not start with a line, or ignores it.
func (r *reader) problemAt(at Place) bool {
	return slices.ContainsFunc(r.config.Problems, func(p Problem) bool { return p.Place == at && (p.Fatal || p.Drops) })
}

// networkServer finds a server that was meant as a reference clock of ntpd.
func (r *reader) networkServer(d Directive) {
	if len(d.Words) < 2 || !strings.HasPrefix(d.Words[1], "127.127.") {
		return
	}
	p := Problem{
		Place: d.Place, Drops: true, Text: fmt.Sprintf("%s is a reference clock of ntp.conf", d.Words[1]),
		Why:  "chronyd takes it as the address of a server in the network, and reads no reference clock",
		Hint: "write a refclock line, such as refclock SHM 0 refid GPS", Correction: replace(d.String(), ""),
	}
	if unit, ok := strings.CutPrefix(d.Words[1], "127.127.28."); ok {
		p.New = "refclock SHM " + unit
		p.Hint = "write " + p.New
	}
	r.add(p)
}

// takeOptions parses the options of a directive of chrony, as chronyd does. A value ends
// where sscanf ends: of "poll 4.5", the option is "poll 4", and ".5" is the next option.
func takeOptions(args string, known map[string]chronyOption, v version) (options []Option, c complaint) {
	later := complaint{} // the first that only newer versions refuse
	for args != "" {
		word, rest := splitWord(args)
		name := strings.ToLower(word)
		o, ok := known[name]
		if !ok {
			return options, unknownOption(word, known)
		}
		if v.before(o.since) {
			return options, complaint{why: fmt.Sprintf("chrony before %v does not know the option %s", o.since, name), old: name}
		}
		value, rest, c := o.take(name, rest, v)
		switch {
		case c.why != "" && c.newer == (version{}):
			return options, c
		case c.why != "" && later.why == "":
			later = c
		}
		options = append(options, Option{name, value})
		args = strings.TrimLeft(rest, " ")
	}
	return options, later
}

// nbsp is the no-break space, which web pages have and which looks like a space.
const nbsp = '\u00a0'

func unknownOption(word string, known map[string]chronyOption) complaint {
	near := suggestion(word, slices.Sorted(maps.Keys(known)))
	switch {
	case !allASCII(word) && strings.ContainsRune(word, nbsp):
		return complaint{why: fmt.Sprintf("unknown option %q, with a no-break space", word), old: word, new: strings.ReplaceAll(word, string(nbsp), " ")}
	case near == "":
		return complaint{why: "unknown option " + word}
	}
	return complaint{why: fmt.Sprintf("unknown option %s, perhaps %s", word, near), old: word, new: near}
}

// take parses the value of an option.
func (o chronyOption) take(name, args string, v version) (value, rest string, c complaint) {
	if o.kind == noValue {
		return "", args, complaint{}
	}
	word, _ := splitWord(args)
	switch {
	case word == "":
		return "", args, complaint{why: "missing value after " + name, old: name}
	case o.kind == refidValue && len(word) > 4:
		short := strings.Trim(word, `"'“”‘’`)
		return "", "", complaint{why: "a refid has at most four letters, unlike " + word, old: name + " " + word, new: name + " " + short[:min(4, len(short))]}
	}
	n, rest, ok := o.scan(args, v)
	// sscanf leaves the rest of a word. chronyd reads it as the next option, and does not know it.
	if next, _ := splitWord(rest); !ok || rest != "" && rest[0] != ' ' && !isOption(next) {
		return "", "", o.noValue(name, word, n, ok)
	}
	value = args[:len(args)-len(rest)]
	if o.kind == intValue && (n < o.low || n > o.high) {
		written, _, _ := scanInt(args) // n has only the bits that fit into an int
		c = refuse("expected %s after %s, not %s", limits(o.low, o.high, written), name, value)
		c.old, c.new = name+" "+value, name+" "+strconv.FormatInt(min(max(written, o.low), o.high), 10)
		if v.before(o.checked) {
			c.newer = o.checked
		}
	}
	return value, rest, c
}

// scan reads a value at the start of the arguments, and returns what follows, and the number
// if it is a whole one.
func (o chronyOption) scan(args string, v version) (n int64, rest string, ok bool) {
	word, _ := splitWord(args)
	switch o.kind {
	case intValue:
		n, rest, ok = scanInt(args)
		if n = int64(int32(n)); o.high == math.MaxUint32 { // as sscanf stores it
			n = int64(uint32(n))
		}
	case doubleValue:
		_, rest, ok = scanDouble(args)
	case hexValue:
		var bits uint64
		bits, rest, ok = scanHex(args)
		ok = ok && (bits == 0xf323 || bits == 0xf324 && !v.before(v45)) // the extension fields of chrony
	case refidValue:
		rest, ok = strings.TrimPrefix(args, word), true
	case filterValue:
		ok = slices.Contains([]string{"none", "ntp", "ptp", "all"}, strings.ToLower(word))
		rest = strings.TrimPrefix(args, word)
	}
	return n, rest, ok
}

// noValue complains about a word that is not a value. If starts is true, its beginning is a
// value, n.
func (o chronyOption) noValue(name, word string, n int64, starts bool) complaint {
	expected := map[valueKind]string{intValue: "a whole number", filterValue: "none, ntp, ptp or all"}[o.kind]
	c := refuse("expected %s after %s, not %s", cmp.Or(expected, "a number"), name, word)
	// A comma, or a dash or space that a web page has for a minus sign or space.
	point := strings.NewReplacer(",", ".", "–", "-", "−", "-", string(nbsp), " ").Replace(word)
	switch {
	case o.kind == intValue && starts:
		c.old, c.new = name+" "+word, name+" "+strconv.FormatInt(n, 10)
	case o.kind == doubleValue && point != word:
		c.old, c.new = name+" "+word, name+" "+point
	}
	return c
}

// isOption reports whether chronyd takes the rest of a value as an option.
func isOption(word string) bool {
	_, refclock := refclockOptions()[strings.ToLower(word)]
	_, source := sourceOptions()[strings.ToLower(word)]
	return refclock || source
}

// limits describes the limits that a number exceeds.
func limits(low, high, n int64) string {
	if high >= math.MaxInt32 && n <= high {
		return fmt.Sprintf("%d or more", low)
	}
	return fmt.Sprintf("%d to %d", low, high)
}

// chrony parses
//
//	refclock DRIVER PARAMETER[:OPTION]... [OPTION [VALUE]]...
func (r *reader) chrony(d Directive) {
	if len(d.Words) < 3 {
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
	others := len(r.config.Problems)
	already := r.problemAt(d.Place)
	if r.chronyDriver(d, &c); already {
		r.config.Problems = r.config.Problems[:others] // one problem of a line is enough
	}
	c.Broken = r.problemAt(d.Place)
	c.Options, _ = takeOptions(strings.Join(d.Words[3:], " "), refclockOptions(), r.version)
	r.chronyPolls(&c)
	r.config.Refclocks = append(r.config.Refclocks, c)
}

// integer returns the value of an option that chronyd reads with %d.
func (r *Refclock) integer(name string, usual int) int {
	text, ok := r.Value(name)
	if n, _, number := scanInt(text); ok && number {
		return int(int32(n))
	}
	return usual
}

// polled reports whether chronyd polls the clock. It does not poll a socket.
func (r *Refclock) polled() bool { return r.Driver != "SOCK" }

// chronyPolls finds intervals that chronyd cannot use.
func (r *reader) chronyPolls(c *Refclock) {
	const shortest = -24 // from about here on, chronyd detects an endless loop in its scheduler
	poll, dpoll := c.integer("poll", 4), c.integer("dpoll", 0)
	name, shorter := "poll", poll
	if c.polled() && dpoll < poll {
		name, shorter = "dpoll", dpoll
	}
	if shorter <= shortest {
		old, _ := c.Value(name)
		r.config.Problems = slices.DeleteFunc(r.config.Problems, func(p Problem) bool { return p.Place == c.Place && p.Old == name+" "+old }) // its limits
		r.add(Problem{
			Place: c.Place, Fatal: true, Text: fmt.Sprintf("%s %s is an interval of 2^%d s", name, old, shorter),
			Why: "chronyd stops soon: it detects an endless loop", Correction: replace(name+" "+old, name+" 0"),
		})
		return
	}
	length := c.integer("filter", 64)
	if samples := poll - min(dpoll, poll); c.polled() && r.version.before(v47) && samples < 2 && 1<<samples < length {
		p := Problem{
			Place: c.Place, Text: fmt.Sprintf("filter %d, but a poll interval has only 2^%d samples", length, samples),
			Why: fmt.Sprintf("chronyd logs a warning, and uses filter %d", 1<<samples), Correction: replace("", fmt.Sprintf("filter %d", 1<<samples)),
		}
		if c.Has("filter") {
			old, _ := c.Value("filter")
			p.Old = "filter " + old
		} else {
			p.Hint = "add " + p.New
		}
		r.add(p)
	}
}

// locks finds clocks that are polled too rarely for those that are locked to them.
func (r *reader) locks() {
	for i := range r.config.Refclocks {
		c := &r.config.Refclocks[i]
		to, locked := c.Value("lock")
		lockAge := c.integer("maxlockage", 2)
		if c.Has("local") { // is locked to itself
			to, locked, lockAge = c.Refid(), true, max(lockAge, 3)
		}
		at := slices.IndexFunc(r.config.Refclocks, func(other Refclock) bool { return other.Refid() == to })
		if !locked || at < 0 || !c.polled() || !r.config.Refclocks[at].polled() {
			continue
		}
		other := &r.config.Refclocks[at]
		dpoll := min(other.integer("dpoll", 0), other.integer("poll", 4))
		age := float64(lockAge) / float64(max(c.integer("rate", 1), 1))
		if longest := math.Ldexp(1, dpoll); age < longest {
			r.add(lockProblem(c, other, to, dpoll))
		}
	}
}

// lockProblem is the problem of a clock that is locked to one with longer intervals, of
// 2^dpoll s.
func lockProblem(c, other *Refclock, to string, dpoll int) Problem {
	const why = "chronyd logs a warning, and ignores most pulses"
	needed := math.Ldexp(float64(max(c.integer("rate", 1), 1)), dpoll)
	if needed > math.MaxInt32 { // chronyd does not accept such a maxlockage
		old, _ := other.Value("dpoll")
		return Problem{
			Place: other.Place, Text: fmt.Sprintf("dpoll %s is an interval of 2^%d s, longer than any maxlockage of the clock that is locked to %s", old, dpoll, to),
			Why: why, Correction: replace("dpoll "+old, ""),
		}
	}
	p := Problem{
		Place: c.Place, Text: fmt.Sprintf("maxlockage is shorter than the interval of %s, %g s", to, math.Ldexp(1, dpoll)),
		Why: why, Correction: replace("", fmt.Sprintf("maxlockage %d", int(math.Ceil(needed)))),
	}
	if old, given := c.Value("maxlockage"); given {
		p.Old = "maxlockage " + old
	} else {
		p.Hint = "add " + p.New
	}
	return p
}

// contradictions finds directives that exclude each other.
func (r *reader) contradictions() {
	for _, pair := range [][2]string{{"rtcfile", "rtcsync"}, {"noclientlog", "ratelimit"}, {"noclientlog", "ntsratelimit"}} {
		if !r.config.Has(pair[0]) {
			continue
		}
		for _, d := range r.config.Directives {
			if d.Words[0] == pair[1] {
				r.add(Problem{
					Place: d.Place, Fatal: true, Text: fmt.Sprintf("%s excludes %s", pair[0], pair[1]), Hint: "delete one of the two lines", Correction: replace(d.String(), ""),
				})
			}
		}
	}
}

// chronyDriver checks the driver and its parameter.
func (r *reader) chronyDriver(d Directive, c *Refclock) {
	known, ok := chronyDrivers()[c.Driver]
	names := strings.Join(slices.Sorted(maps.Keys(chronyDrivers())), ", ")
	_, upper := chronyDrivers()[strings.ToUpper(c.Driver)]
	switch {
	case !ok:
		p := Problem{Place: d.Place, Fatal: true, Text: fmt.Sprintf("unknown driver %s: expected one of %s, in capitals", c.Driver, names)}
		if joinedUnit(d) != "" {
			explainRefclock(&p, d)
		}
		if upper {
			p.Old, p.New = c.Driver, strings.ToUpper(c.Driver)
		}
		r.add(p)
		return
	case c.Driver == "RTC" && r.version.before(v47):
		r.refuse(d, "chrony before %v does not know the driver RTC", v47)
	case c.Driver == "PHC" && !strings.HasPrefix(c.Device, "/") && r.version.before(v47):
		r.add(Problem{
			Place: d.Place, Fatal: true, Text: fmt.Sprintf("chrony before %v expects a device such as /dev/ptp0 after PHC, not the interface %s", v47, c.Device),
			Hint: fmt.Sprintf("write the device of the clock of %s: ethtool -T %s shows its number", c.Device, c.Device),
		})
	case c.Driver == "SHM":
		r.chronyUnit(d, c)
	}
	parts := strings.Split(d.Words[2], ":")[1:]
	if n := len(parts); n > 0 && parts[n-1] == "" {
		parts = parts[:n-1]
	}
	for _, part := range parts {
		name, _, _ := strings.Cut(part, "=")
		if slices.Contains(known, name) {
			continue
		}
		p := Problem{Place: d.Place, Fatal: true, Text: fmt.Sprintf("unknown option %q of driver %s", part, c.Driver)}
		if len(known) > 0 {
			p.Text += ": expected " + strings.Join(known, ", ")
		}
		p.Old, p.New = c.Driver+" "+d.Words[2], c.Driver+" "+strings.Replace(d.Words[2], ":"+part, "", 1)
		r.add(p)
	}
}

// chronyUnit parses the number of a unit with atoi, as chronyd does: without digits, it is 0.
func (r *reader) chronyUnit(d Directive, c *Refclock) {
	c.Device = ""
	text, _, _ := strings.Cut(d.Words[2], ":")
	n, rest, ok := scanInt(text)
	c.Unit = int(n)
	if ok && rest == "" && n >= 0 {
		return
	}
	r.add(Problem{
		Place: d.Place, Text: fmt.Sprintf("expected a unit number after SHM, not %s", text), Why: fmt.Sprintf("chronyd reads unit %d", n),
		Correction: replace("SHM "+d.Words[2], "SHM "+strings.Replace(d.Words[2], text, strconv.FormatInt(max(n, 0), 10), 1)),
	})
}

// needsLeapSeconds finds the option tai without a table of leap seconds.
func (r *reader) needsLeapSeconds() {
	if r.config.Has("leapsectz") || r.config.Has("leapseclist") {
		return
	}
	for _, c := range r.config.Refclocks {
		if c.Has("tai") {
			r.add(Problem{
				Place: c.Place, Fatal: true, Text: "option tai without a table of leap seconds",
				Correction: Correction{Added: "leapsectz right/UTC"}, // which every version knows
			})
		}
	}
}

// sources parses a file of a sourcedir. chronyd reads only servers from it, reports no
// errors, and stops at a line without a newline.
func (r *reader) sources(file string, text []byte) {
	r.config.Files = append(r.config.Files, file)
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		d := Directive{Place: Place{file, number}}
		complete := strings.HasSuffix(line, "\n") && len(line) <= maxLine
		line = normalize(line)
		if line == "" {
			continue
		}
		d.Words = split(line)
		d.Words[0] = strings.ToLower(d.Words[0])
		r.source(d, line, complete)
		if !complete {
			return
		}
	}
}

func (r *reader) source(d Directive, line string, complete bool) {
	p := Problem{Place: d.Place, Why: "chronyd reads only server, pool and peer lines from a .sources file, and reports no error"}
	_, args := splitWord(line)
	switch c := options(1, sourceOptions())(args, r.version); {
	case d.Words[0] == "refclock":
		p.Drops, p.Text, p.Old = true, "a refclock line in a .sources file", d.String()
		p.Moved, p.Hint = true, "move it to a file of a confdir, such as /etc/chrony/conf.d/refclock.conf"
	case !slices.Contains([]string{"server", "pool", "peer"}, d.Words[0]):
		p.Text, p.Old = d.Words[0]+" in a .sources file", d.String()
	case !complete:
		p.Text, p.Why = "the last line does not end with a newline", "chronyd ignores it, and reports no error"
		p.Command = fmt.Sprintf("echo | sudo tee -a %s", d.File)
	case c.why != "" && c.newer == (version{}):
		p.Text, p.Why, p.Old, p.New = c.why, "chronyd ignores the line, and reports no error", c.old, c.new
	default:
		r.config.Directives = append(r.config.Directives, d)
		r.networkServer(d)
		return
	}
	r.add(p)
}
