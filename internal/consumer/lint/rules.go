package lint

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/consumer/conf"
)

// rules are all rules.
var rules = []struct {
	name  string
	check func(*linter)
}{
	{"syntax", syntax},
	{"offset", offset},
	{"lock", lock},
	{"missing-device", missingDevice},
	{"precision", precision},
	{"unknown-delay", unknownDelay},
	{"flag1", flag1},
	{"perm", perm},
	{"size", size},
	{"unit-twice", unitTwice},
	{"not-read", notRead},
	{"socket-path", socketPath},
	{"same-refid", sameRefid},
	{"never-selected", neverSelected},
	{"pulse-alone", pulseAlone},
}

// syntax finds lines that the daemon does not accept.
func syntax(l *linter) {
	program := l.config.Daemon.String()
	if l.config.Daemon == conf.Chrony {
		program = "chronyd"
	}
	for _, p := range l.config.Problems {
		level, why := Warning, program+" ignores it or logs an error"
		switch {
		case p.Fatal:
			level, why = Error, program+" does not start with this line"
		case p.Drops:
			level = Error
		}
		hint, correction := p.Hint, p.Correction
		switch old, new := p.Old, p.New; {
		case hint != "":
		case p.Command != "":
			hint = "type: " + p.Command
		case p.Added != "":
			hint = "add this line: " + p.Added
		case old == "" && new != "":
			hint = "add " + new
		case old != "" && new != "":
			hint = "write " + new
		case old != "":
			hint = fmt.Sprintf("delete %q", old)
		default:
			hint, correction.Old = "correct it, or put a # before it", l.textOf(p.Place)
			correction.New = "# " + correction.Old
		}
		f := l.find(p.Place, level, p.Text, cmp.Or(p.Why, why), hint)
		f.Correction, f.Err = correction, p.Err
	}
}

// textOf returns the words of a line.
func (l *linter) textOf(at conf.Place) string {
	for _, d := range l.config.Directives {
		if d.Place == at {
			return d.String()
		}
	}
	return ""
}

// placeholders are offsets that readers of guides and manuals should replace: 0.9999 in
// the GPSD HOWTO, 0.5 in chrony's manual and its FAQ.
var placeholders = []float64{0.9999, 0.5}

// offset finds offsets for the delay of the sentences. refclock's samples need none: it
// measures the delay and subtracts it.
func offset(l *linter) {
	// An offset this small may be intended, for a cable's length or interrupt latency.
	const small = time.Millisecond
	l.each(func(r *conf.Refclock) {
		x, ok := r.Offset()
		if !ok || math.Abs(x) <= small.Seconds() || strings.HasPrefix(r.Refid(), "HT") {
			return // only the user can know the asymmetry of web requests
		}
		name := "offset"
		if l.config.Daemon != conf.Chrony {
			name = "time1"
		}
		words := name + " " + optionText(r, name)
		at := l.placeOf(r, words)
		what := fmt.Sprintf("%s for %s", words, clockName(r))
		placeholder := slices.Contains(placeholders, x)
		second := math.Abs(x) > 0.95 && !isTAI(x)
		if placeholder {
			what += ", which is a placeholder from guides and manuals"
		}
		if l.facts.HasDelay {
			what += fmt.Sprintf("; the measured delay is %s s", number(l.facts.Delay.Seconds()))
		}
		wrong := math.Abs(x - l.facts.Delay.Seconds())
		remove := fmt.Sprintf("delete %q", words)
		switch m, ours := l.published(r); {
		case ours && !m.UnknownDelay:
			l.find(at, Error, what, fmt.Sprintf("refclock already subtracts the delay, so this makes the time wrong by %s s", number(x)),
				remove+"; if there is no pulse to measure the delay, set it in refclock "+driver.Setting("delay")).replace(words, "")
		case l.facts.HasDelay && wrong > 0.05:
			l.find(at, Error, what, fmt.Sprintf("the time is wrong by %s s", number(wrong)),
				fmt.Sprintf("write %s %s, or let refclock subtract the delay and write no offset", name, number(l.facts.Delay.Seconds()))).
				replace(words, name+" "+number(l.facts.Delay.Seconds()))
		case placeholder && !l.facts.HasDelay:
			l.find(at, Error, what, "each receiver has its own delay, 0.05 to 0.7 s; a wrong delay makes the time wrong by the difference",
				remove+": refclock gps measures the delay and subtracts it").replace(words, "")
		case second:
			l.find(at, Error, what, fmt.Sprintf("no receiver is late by a second, so the time is wrong by about %s s", number(math.Abs(x))), remove+": refclock gps measures the delay and subtracts it").replace(words, "")
		}
	}, "SHM", "SOCK")
}

// isTAI reports whether an offset is the difference of TAI and UTC, as for a clock that
// follows a PTP hardware clock.
func isTAI(x float64) bool { return x == math.Trunc(x) && math.Abs(x) >= 30 && math.Abs(x) <= 45 }

// optionText returns the value of an option as written in the file.
func optionText(r *conf.Refclock, name string) string {
	text, _ := r.Value(name)
	return text
}

// lock finds a pulse that is locked to a clock that does not exist.
func lock(l *linter) {
	if l.config.Daemon != conf.Chrony {
		return
	}
	l.each(func(r *conf.Refclock) {
		to, ok := r.Value("lock")
		others := l.others(r)
		if !ok || slices.ContainsFunc(others, func(other *conf.Refclock) bool { return other.Refid() == to }) {
			return
		}
		var names []string // of those that can number the seconds
		for _, other := range others {
			if other.Driver != "PPS" {
				names = append(names, other.Refid())
			}
		}
		f := l.find(r.Place, Error, fmt.Sprintf("lock %s, but no other refclock has the refid %s", to, to), "chronyd cannot know which second a pulse begins, and reports no error",
			"write lock and one of the existing refids: "+strings.Join(names, ", "))
		switch len(names) {
		case 0:
			f.Hint = fmt.Sprintf("delete %q: there is no clock to lock it to", "lock "+to)
			f.replace("lock "+to, "")
		case 1:
			f.replace("lock "+to, "lock "+names[0])
		}
	}, "PPS", "SHM", "SOCK", "PHC", "RTC")
}

// others returns all other reference clocks.
func (l *linter) others(r *conf.Refclock) (list []*conf.Refclock) {
	for i := range l.config.Refclocks {
		if other := &l.config.Refclocks[i]; other.Place != r.Place {
			list = append(list, other)
		}
	}
	return list
}

// missingDevice finds devices that do not exist, or are not what the driver needs.
func missingDevice(l *linter) {
	l.each(func(r *conf.Refclock) {
		device := r.Path()
		switch {
		case strings.HasPrefix(device, "/"):
		case r.Driver == "PHC":
			return // the name of an interface
		default:
			device = "/" + device // the daemons run in /
		}
		problem := l.unusable(r.Driver, device)
		if problem == "" {
			return
		}
		why, hint := "this clock does not start", "load its driver, or put a # before the line"
		if l.config.Daemon == conf.Chrony {
			why = "chronyd does not start without the device, so the machine gets no time from other servers either"
		}
		instead := ""
		if r.Driver == "PPS" {
			if l.config.Daemon == conf.Chrony && !l.reads(func(r *conf.Refclock) bool { return r.Driver == "SHM" && r.Unit == 1 }) {
				instead = "refclock SHM 1:perm=0600 refid PPS precision 1e-6 delay 3e-5 poll 4 prefer" // as in package lines
			}
			hint = "give the pulse to refclock " + driver.Setting("pps") + ", and read its unit instead, which need not exist when the daemon starts; " +
				"or load the driver of the pulse, such as dtoverlay=pps-gpio,gpiopin=18"
		}
		l.find(r.Place, Error, r.Text+", but "+problem, why, hint).replaceBoth(r.Text, instead)
	}, "PPS", "PHC", "RTC", "NMEA")
	l.missingInterfaces()
}

// unusable returns why a driver certainly cannot use a device; "" otherwise.
func (l *linter) unusable(driver, device string) string {
	switch {
	case l.facts.Missing != nil && l.facts.Missing(device):
		return "there is no " + device
	case driver == "PPS" && l.facts.NotPPS != nil && l.facts.NotPPS(device):
		return device + " is not a PPS device"
	}
	return ""
}

// missingInterfaces finds network interfaces that chronyd needs to start.
func (l *linter) missingInterfaces() {
	const interfaces = "/sys/class/net/"
	if l.config.Daemon != conf.Chrony || l.facts.Missing == nil || l.facts.Missing(interfaces) {
		return
	}
	for _, d := range l.config.Directives {
		if d.Words[0] == "hwtimestamp" && len(d.Words) > 1 && d.Words[1] != "*" && l.facts.Missing(interfaces+d.Words[1]) {
			l.find(d.Place, Error, fmt.Sprintf("%v, but there is no interface %s", d, d.Words[1]), "chronyd does not start", "write hwtimestamp *").
				replace("hwtimestamp "+d.Words[1], "hwtimestamp *")
		}
	}
}

// precision finds clocks without a precision, and clocks whose precision claims more
// than was measured. chronyd does not read the precision in the unit.
func precision(l *linter) {
	if l.config.Daemon != conf.Chrony {
		return
	}
	l.each(func(r *conf.Refclock) {
		m, ours := l.published(r)
		p, given := r.Number("precision")
		switch {
		case !given && ours && m.Jitter > 0:
			l.find(r.Place, Warning, fmt.Sprintf("no precision for %s, whose jitter is %v", clockName(r), m.Jitter),
				"chronyd then assumes the system clock's precision, about 30 ns, and prefers these samples to better ones", "add precision "+number(ceiling(m.Jitter).Seconds())).
				replace("", "precision "+number(ceiling(m.Jitter).Seconds()))
		case !given:
			l.find(r.Place, Warning, "no precision for "+clockName(r), "chronyd then assumes the system clock's precision, about 30 ns, and prefers these samples to better ones",
				"add precision 1e-2 for sentences, or precision 1e-6 for a pulse; refclock config chrony prints the measured value").
				replace("", "precision "+usualPrecision(r, m))
		case ours && m.Jitter > 0 && p < m.Jitter.Seconds()/4:
			l.find(r.Place, Warning, fmt.Sprintf("precision %s for %s, whose jitter is %v", number(p), clockName(r), m.Jitter),
				"the precision is better than the measured one, so the other servers appear to disagree", "write precision "+number(ceiling(m.Jitter).Seconds())).
				replace("precision "+optionText(r, "precision"), "precision "+number(ceiling(m.Jitter).Seconds()))
		}
	}, "SHM", "SOCK")
}

// unknownDelay finds clocks that may set the time, although their samples are late by a delay
// that refclock does not know: the daemon assumes an error that is smaller than the true one.
func unknownDelay(l *linter) {
	const late = "the samples are 50 to 700 ms late, and "
	known := ", or set the delay in refclock " + driver.Setting("delay") + ": refclock config shows it"
	l.each(func(r *conf.Refclock) {
		m, _ := l.published(r)
		if x, _ := r.Offset(); !m.UnknownDelay || r.Has("noselect") || x != 0 {
			return
		}
		of := fmt.Sprintf(" for %s, whose receiver has an unknown delay", clockName(r))
		if l.config.Daemon != conf.Chrony {
			l.find(r.Place, Error, "no noselect"+of, late+"the daemon assumes only their jitter", "add noselect"+known).replace("", "noselect")
			return
		}
		// Half of it is the greatest error. The lines of refclock config have 2e0.
		const least = 1.4
		d, given := r.Number("delay")
		words := "delay " + optionText(r, "delay")
		switch {
		case given && d < least:
			l.find(l.placeOf(r, words), Error, words+of, late+"chronyd assumes an error of half of this value", "write delay 2e0"+known).replace(words, "delay 2e0")
		case !given:
			l.find(r.Place, Error, "no delay"+of, late+"chronyd assumes no error besides the precision", "add delay 2e0"+known).replace("", "delay 2e0")
		}
	}, "SHM", "SOCK")
}

// usualPrecision returns the precision of a clock that was not measured.
func usualPrecision(r *conf.Refclock, m Measured) string {
	if m.Pulse || strings.HasPrefix(r.Refid(), "PPS") {
		return "1e-6"
	}
	return "1e-2"
}

// flag1 finds wrong uses of a flag that has opposite meanings: in the classic ntpd it
// disables the limit of 4 hours, in NTPsec it enables it.
func flag1(l *linter) {
	const why = "a machine without a battery may start with a clock that is wrong by more than 4 hours, and %s then rejects each sample"
	l.each(func(r *conf.Refclock) {
		x, _ := r.Number("flag1")
		on := x != 0
		switch {
		case l.config.Daemon == conf.NTPsec && on:
			words := "flag1 " + optionText(r, "flag1")
			l.find(l.placeOf(r, words), Warning, words+" for "+clockName(r), fmt.Sprintf(why, "NTPsec")+": its flag1 has the opposite meaning of ntpd's",
				fmt.Sprintf("delete %q", words)).replace(words, "")
		case l.config.Daemon == conf.NTP && !on:
			what, why := "no flag1 1 for "+clockName(r), fmt.Sprintf(why, "ntpd")
			words := "flag1 " + optionText(r, "flag1")
			switch {
			case r.Has("flag1"):
				l.find(l.placeOf(r, words), Warning, what, why, "write flag1 1").replace(words, "flag1 1")
			case len(r.Fudges) > 0:
				l.find(r.Fudges[0], Warning, what, why, "add flag1 1").replace("", "flag1 1")
			default:
				l.find(r.Place, Warning, what, why, "").add(fmt.Sprintf("fudge 127.127.28.%d flag1 1", r.Unit))
			}
		}
	}, "SHM")
}

// perm finds units that only root can write, and units with another mode than the line
// says.
func perm(l *linter) {
	if l.config.Daemon != conf.Chrony {
		return
	}
	l.each(func(r *conf.Refclock) {
		want, given := uint64(0o600), false
		if s, ok := r.DriverValue("perm"); ok {
			given = true
			n, err := strconv.ParseUint(s, 8, 32)
			if err != nil {
				l.find(r.Place, Error, fmt.Sprintf("perm=%s is not an octal number", s), "chronyd uses only the digits that it understands", "write perm=0600, or perm=0666 if refclock does not run as root")
				return
			}
			want = n & 0o777
		}
		unit, exists := l.facts.Units[r.Unit]
		switch {
		case exists && uint64(unit.Perm) != want && want&0o066 != 0:
			l.find(r.Place, Warning, fmt.Sprintf("%s has perm %04o, but the segment was created with mode %04o", clockName(r), want, unit.Perm),
				"a segment keeps the mode with which it was created",
				fmt.Sprintf("stop chronyd and refclock, type: sudo ipcrm -M %#x, and start chronyd first", 0x4e545030+r.Unit))
		case given && r.Unit < 2 && want&0o022 != 0:
			l.find(r.Place, Warning, fmt.Sprintf("%s has perm %04o", clockName(r), want), "every user of this machine may set the clock; chronyd reads units 0 and 1 of root",
				fmt.Sprintf("write refclock SHM %d:perm=0600", r.Unit)).replace(fmt.Sprintf("SHM %s", parameterOf(r)), fmt.Sprintf("SHM %d:perm=0600", r.Unit))
		case !given && r.Unit >= 2 && !exists:
			l.find(r.Place, Warning, fmt.Sprintf("no perm for %s", clockName(r)), "chronyd then creates the unit for root only, although units 2 and above are usually for all users",
				fmt.Sprintf("write refclock SHM %d:perm=0666, or run refclock as root", r.Unit)).replace("SHM "+parameterOf(r), fmt.Sprintf("SHM %d:perm=0666", r.Unit))
		}
	}, "SHM")
}

// parameterOf returns the parameter of a clock of chrony as written in the file.
func parameterOf(r *conf.Refclock) string { return strings.Fields(r.Text)[2] }

// sizes are the possible sizes of struct shmTime.
var sizes = []int{80, 88, 96}

// size finds units that no daemon can use.
func size(l *linter) {
	l.each(func(r *conf.Refclock) {
		unit, exists := l.facts.Units[r.Unit]
		if !exists || slices.Contains(sizes, unit.Size) {
			return
		}
		why := "ntpd drops this clock until it is restarted"
		if l.config.Daemon == conf.Chrony {
			why = "chronyd does not start if it is too small, and reads garbage if it is too large"
		}
		l.find(r.Place, Error, fmt.Sprintf("the segment of %s has %d bytes, expected 96, 88 or 80", clockName(r), unit.Size), why,
			fmt.Sprintf("stop the program that created it, and type: sudo ipcrm -M %#x", 0x4e545030+r.Unit))
	}, "SHM")
}

// unitTwice finds two clocks that read the same unit or socket.
func unitTwice(l *linter) {
	first := map[string]conf.Place{}
	l.each(func(r *conf.Refclock) {
		name := clockName(r)
		if at, twice := first[name]; twice {
			level, why := Warning, "each sample can be read once, so each clock gets only some of the samples"
			switch {
			case l.config.Daemon != conf.Chrony:
				why = l.config.Daemon.String() + " ignores the second line"
			case r.Driver == "SOCK":
				level, why = Error, "the second clock takes the socket from the first, which gets no samples"
			}
			l.find(r.Place, level, fmt.Sprintf("%s is read here and at %v", name, at), why, "delete one of the lines").replace(r.Text, "")
			return
		}
		first[name] = r.Place
	}, "SHM", "SOCK")
}

// notRead finds units and sockets that only refclock or only the daemon uses.
func notRead(l *linter) {
	if len(l.facts.Published)+len(l.facts.Sockets) == 0 || len(l.config.Files) == 0 {
		return
	}
	at := conf.Place{File: l.config.Files[0], Line: 1}
	var unread []string
	for unit := range l.facts.Published {
		if !l.reads(func(r *conf.Refclock) bool { return r.Driver == "SHM" && r.Unit == unit }) {
			unread = append(unread, fmt.Sprintf("unit %d", unit))
		}
	}
	for socket := range l.facts.Sockets {
		if !l.reads(func(r *conf.Refclock) bool { return r.Driver == "SOCK" && SamePath(r.Device, socket) }) {
			unread = append(unread, "socket "+socket)
		}
	}
	slices.Sort(unread)
	for _, name := range unread {
		l.find(at, Warning, fmt.Sprintf("refclock publishes to %s, but no line here reads it", name), "these samples are not used", "add the lines that refclock config prints, or set refclock gps to the units in this file")
	}
	l.each(func(r *conf.Refclock) {
		if _, ours := l.published(r); !ours && len(unread) > 0 {
			l.find(r.Place, Warning, fmt.Sprintf("%s is read, but refclock does not publish to it", clockName(r)), "this clock gets no samples unless another program provides them",
				"use what refclock publishes to: "+strings.Join(unread, ", "))
		}
	}, "SHM", "SOCK")
}

// socketPath finds sockets at paths that cannot work.
func socketPath(l *linter) {
	l.each(func(r *conf.Refclock) {
		dir, base := path.Split(path.Clean(r.Device))
		dir = strings.Replace(dir, "/var/run/", "/run/", 1)
		switch {
		case len(r.Device) > 107:
			l.find(r.Place, Error, fmt.Sprintf("the path has %d bytes, expected at most 107", len(r.Device)), "the kernel does not accept a longer path, and chronyd does not start",
				"write /run/chrony.gps.sock")
		case l.facts.Missing != nil && dir != "/run/chrony/" && dir != "/run/" && l.facts.Missing(dir):
			l.find(r.Place, Error, fmt.Sprintf("the socket %s, but there is no folder %s", r.Device, dir), "chronyd does not start, because it cannot create the socket",
				"write /run/chrony.gps.sock, here and for refclock "+driver.Setting("sock")).replaceBoth(r.Device, "/run/chrony.gps.sock")
		case conf.UnderTmp(r.Device) && l.facts.Tmp != SharedTmp:
			level, why := Error, "chronyd has a private /tmp, where other programs cannot find the socket"
			if l.facts.Tmp == UnknownTmp {
				level, why = Warning, "systemd usually gives chronyd a private /tmp, where other programs cannot find the socket"
			}
			l.find(r.Place, level, fmt.Sprintf("the socket %s is under /tmp", r.Device), why,
				"write /run/chrony.gps.sock, here and for refclock "+driver.Setting("sock")).replaceBoth(r.Device, "/run/chrony.gps.sock")
		case dir == "/run/chrony/" || dir == "/run/" && strings.HasPrefix(base, "chrony.") && strings.HasSuffix(base, ".sock"):
		default:
			l.find(r.Place, Warning, fmt.Sprintf("the socket %s is not of the form /run/chrony.NAME.sock", r.Device), "AppArmor forbids chronyd other paths on Debian, Ubuntu and Raspberry Pi OS",
				"write /run/chrony.gps.sock, here and for refclock "+driver.Setting("sock"))
		}
	}, "SOCK")
}

// sameRefid finds a lock to a refid that several clocks have. chronyd uses the first.
func sameRefid(l *linter) {
	if l.config.Daemon != conf.Chrony {
		return
	}
	l.each(func(r *conf.Refclock) {
		to, locked := r.Value("lock")
		var places []string
		for i := range l.config.Refclocks {
			if other := &l.config.Refclocks[i]; other.Refid() == to {
				places = append(places, other.Place.String())
			}
		}
		if !locked || len(places) < 2 {
			return
		}
		l.find(r.Place, Warning, fmt.Sprintf("lock %s, but %d clocks have this refid: %s", to, len(places), strings.Join(places, ", ")),
			"chronyd locks the pulse to the first, without a message", "give each clock its own refid, such as GPS and PPS")
	}, "PPS", "SHM", "SOCK", "PHC", "RTC")
}

// fragment reports whether the file is one of several, such as conf.d/gps.conf: other files
// may have the rest of the configuration.
func (l *linter) fragment() bool {
	return len(l.config.Files) == 0 || strings.HasSuffix(path.Dir(l.config.Files[0]), ".d")
}

// otherSources reports whether the daemon has sources in the network.
func (l *linter) otherSources() bool {
	for _, d := range l.config.Directives {
		switch d.Words[0] {
		case "server", "pool", "peer", "broadcastclient", "manycastclient", "multicastclient", "manual":
			if len(d.Words) < 2 || !strings.HasPrefix(d.Words[1], "127.127.") {
				return true
			}
		}
	}
	return false
}

// neverSelected finds a configuration in which no clock may set the time.
func neverSelected(l *linter) {
	if l.fragment() || l.otherSources() || len(l.config.Refclocks) == 0 {
		return
	}
	last := &l.config.Refclocks[len(l.config.Refclocks)-1]
	if l.reads(func(r *conf.Refclock) bool { return r.Broken || !r.Has("noselect") }) {
		return
	}
	const what, why, server = "every clock has noselect, and there is no server", "nothing sets the system clock", "add a line such as: pool pool.ntp.org iburst"
	at := l.placeOf(last, "noselect")
	if m, _ := l.published(last); m.UnknownDelay { // without noselect, the clock would be late by the delay
		l.find(at, Warning, what, why, server+"; or first set the receiver's delay in refclock, then replace the lines by those that refclock config prints")
		return
	}
	l.find(at, Warning, what, why, "delete noselect here, or "+server).replace("noselect", "")
}

// pulseAlone finds a pulse whose seconds nothing numbers.
func pulseAlone(l *linter) {
	if l.fragment() || l.otherSources() || l.config.Has("local") {
		return
	}
	if l.reads(func(r *conf.Refclock) bool { return !r.Broken && !l.isPulse(r) && !r.Has("noselect") }) {
		return
	}
	l.each(func(r *conf.Refclock) {
		reported := r.Driver == "PPS" && l.unusable(r.Driver, r.Path()) != ""
		if !l.isPulse(r) || r.Has("lock") || r.Has("local") || reported {
			return
		}
		hint, with := "add a line such as: pool pool.ntp.org iburst", ""
		i := slices.IndexFunc(l.config.Refclocks, func(other conf.Refclock) bool { return !l.isPulse(&other) })
		if l.config.Daemon == conf.Chrony && i >= 0 {
			with = "lock " + l.config.Refclocks[i].Refid()
			hint = "add " + with
		}
		l.find(r.Place, Warning, r.Text+" is alone: no clock or server numbers its seconds", "a pulse shows when a second begins, not which second, so it never sets the clock", hint).replace("", with)
	}, "PPS", "SHM", "SOCK", "PHC")
}

// isPulse reports whether the samples of a clock lack the number of the second.
func (l *linter) isPulse(r *conf.Refclock) bool {
	_, external := r.DriverValue("extpps")
	return r.Driver == "PPS" || external || l.config.Daemon == conf.Chrony && r.Has("pps")
}

func (l *linter) reads(is func(*conf.Refclock) bool) bool {
	for i := range l.config.Refclocks {
		if is(&l.config.Refclocks[i]) {
			return true
		}
	}
	return false
}

// published returns what was measured of a clock, and whether refclock publishes to it.
func (l *linter) published(r *conf.Refclock) (Measured, bool) {
	if r.Driver == "SHM" {
		m, ok := l.facts.Published[r.Unit]
		return m, ok
	}
	for socket, m := range l.facts.Sockets {
		if SamePath(socket, r.Device) {
			return m, true
		}
	}
	return Measured{}, false
}

// SamePath reports whether two paths of a socket are the same: /var/run is a link to /run.
func SamePath(a, b string) bool {
	return strings.Replace(path.Clean(a), "/var/run/", "/run/", 1) == strings.Replace(path.Clean(b), "/var/run/", "/run/", 1)
}

// clockName returns the name of a unit or socket for messages.
func clockName(r *conf.Refclock) string {
	if r.Driver == "SHM" {
		return fmt.Sprintf("unit %d", r.Unit)
	}
	return r.Driver + " " + r.Device
}

// ceiling rounds a duration up to one digit.
func ceiling(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d > 10*unit {
		unit *= 10
	}
	return (d + unit - 1) / unit * unit
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', 4, 64) }
