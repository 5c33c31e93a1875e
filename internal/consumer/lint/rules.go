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
	{"flag1", flag1},
	{"perm", perm},
	{"size", size},
	{"unit-twice", unitTwice},
	{"not-read", notRead},
	{"socket-path", socketPath},
}

// syntax finds lines that the daemon does not accept.
func syntax(l *linter) {
	for _, p := range l.config.Problems {
		switch {
		case p.Fatal:
			l.find(p.Place, Error, p.Text, l.config.Daemon.String()+" does not start with this line", "correct it, or put a # before it")
		default:
			l.find(p.Place, Warning, p.Text, l.config.Daemon.String()+" ignores it or logs an error", "correct it, or put a # before it")
		}
	}
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
		if !ok || math.Abs(x) <= small.Seconds() || r.Refid() == "HTTP" {
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
		if placeholder {
			what += ", which is a placeholder from guides and manuals"
		}
		if l.facts.HasDelay {
			what += fmt.Sprintf("; the measured delay is %s s", number(l.facts.Delay.Seconds()))
		}
		wrong := math.Abs(x - l.facts.Delay.Seconds())
		remove := fmt.Sprintf("delete %q", words)
		switch _, ours := l.published(r); {
		case ours:
			l.find(at, Error, what, fmt.Sprintf("refclock already subtracts the delay, so this makes the time wrong by %s s", number(x)),
				remove+"; if there is no pulse to measure the delay, set it in refclock "+driver.Setting("delay")).replace(words, "")
		case l.facts.HasDelay && wrong > 0.05:
			l.find(at, Error, what, fmt.Sprintf("the time is wrong by %s s", number(wrong)),
				fmt.Sprintf("write %s %s, or let refclock subtract the delay and write no offset", name, number(l.facts.Delay.Seconds()))).
				replace(words, name+" "+number(l.facts.Delay.Seconds()))
		case placeholder && !l.facts.HasDelay:
			l.find(at, Error, what, "each receiver has its own delay, 0.05 to 0.7 s; a wrong delay makes the time wrong by the difference",
				remove+": refclock gps measures the delay and subtracts it").replace(words, "")
		}
	}, "SHM", "SOCK")
}

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
		var others []string // that can number the seconds
		for i := range l.config.Refclocks {
			other := &l.config.Refclocks[i]
			if other.Place == r.Place {
				continue
			}
			if other.Refid() == to {
				return
			}
			if other.Driver != "PPS" {
				others = append(others, other.Refid())
			}
		}
		if !ok {
			return
		}
		f := l.find(r.Place, Error, fmt.Sprintf("lock %s, but no other refclock has the refid %s", to, to), "chronyd cannot know which second a pulse begins, and reports no error",
			"write lock and one of the existing refids: "+cmp.Or(strings.Join(others, ", "), "none"))
		if len(others) == 1 {
			f.replace("lock "+to, "lock "+others[0])
		}
	}, "PPS", "SHM", "SOCK", "PHC", "RTC")
}

// missingDevice finds devices that do not exist.
func missingDevice(l *linter) {
	if l.facts.Missing == nil {
		return
	}
	l.each(func(r *conf.Refclock) {
		device := r.Device
		if device == "" && r.Driver == "PPS" {
			device = "/dev/pps" + strconv.Itoa(r.Unit)
		}
		if device == "" || !l.facts.Missing(device) {
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
		l.find(r.Place, Error, fmt.Sprintf("%s, but there is no %s", r.Text, device), why, hint).replace(r.Text, instead)
	}, "PPS", "PHC", "RTC")
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
				"it claims more than was measured, so the other servers appear to disagree", "write precision "+number(ceiling(m.Jitter).Seconds())).
				replace("precision "+optionText(r, "precision"), "precision "+number(ceiling(m.Jitter).Seconds()))
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
			at := r.Place
			if len(r.Fudges) > 0 {
				at = r.Fudges[0]
			}
			f := l.find(at, Warning, "no flag1 1 for "+clockName(r), fmt.Sprintf(why, "ntpd"), fmt.Sprintf("add: fudge 127.127.28.%d flag1 1", r.Unit))
			if len(r.Fudges) > 0 && !r.Has("flag1") {
				f.replace("", "flag1 1")
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
		case !given && r.Unit >= 2 && !exists:
			l.find(r.Place, Warning, fmt.Sprintf("no perm for %s", clockName(r)), "chronyd then creates the unit for root only, although units from 2 on are usually for all users",
				fmt.Sprintf("write refclock SHM %d:perm=0666, or run refclock as root", r.Unit))
		}
	}, "SHM")
}

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
			l.find(r.Place, Error, fmt.Sprintf("%s is read here and at %v", name, at), "each sample can be read once, so each clock gets only some of the samples", "delete one of the lines")
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
		if !l.reads(func(r *conf.Refclock) bool { return r.Driver == "SOCK" && samePath(r.Device, socket) }) {
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
		case dir == "/tmp/" || dir == "/var/tmp/" || strings.HasPrefix(dir, "/tmp/"):
			l.find(r.Place, Error, fmt.Sprintf("the socket %s is under /tmp", r.Device), "systemd gives chronyd a private /tmp, where other programs cannot find the socket",
				"write /run/chrony.gps.sock, here and for refclock "+driver.Setting("sock"))
		case dir == "/run/chrony/" || dir == "/run/" && strings.HasPrefix(base, "chrony.") && strings.HasSuffix(base, ".sock"):
		default:
			l.find(r.Place, Warning, fmt.Sprintf("the socket %s is not of the form /run/chrony.NAME.sock", r.Device), "AppArmor forbids chronyd other paths on Debian, Ubuntu and Raspberry Pi OS",
				"write /run/chrony.gps.sock, here and for refclock "+driver.Setting("sock"))
		}
	}, "SOCK")
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
		if samePath(socket, r.Device) {
			return m, true
		}
	}
	return Measured{}, false
}

func samePath(a, b string) bool {
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
