package daemonlint

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
	"github.com/refclock/refclock/internal/daemonconf"
)

// rules are all there are, each beside its text.
var rules = []struct {
	name string
	look func(*linter)
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

// syntax tells what the daemon stumbles at.
func syntax(l *linter) {
	for _, p := range l.config.Problems {
		switch {
		case p.Fatal:
			l.find(p.Place, Error, p.Text, l.config.Daemon.String()+" does not start with such a line", "correct it, or put a # before it")
		default:
			l.find(p.Place, Warning, p.Text, l.config.Daemon.String()+" passes over it or logs an error", "correct it, or put a # before it")
		}
	}
}

// placeholders are offsets that guides and manuals print for the reader to replace:
// the GPSD HOWTO's 0.9999, and 0.5 of chrony's manual and of its FAQ.
var placeholders = []float64{0.9999, 0.5}

// offset tells of offsets that were typed in. The samples that refclock gives have
// none: the delay of the sentences is measured and taken off.
func offset(l *linter) {
	// What a person may mean for good: the length of a cable, the latency of an interrupt.
	const fine = time.Millisecond
	l.each(func(r *daemonconf.Refclock) {
		x, ok := r.Offset()
		if !ok || math.Abs(x) <= fine.Seconds() || r.Refid() == "HTTP" {
			return // of web servers, nobody but a person knows by how much requests take longer
		}
		name := "offset"
		if l.config.Daemon != daemonconf.Chrony {
			name = "time1"
		}
		words := name + " " + optionText(r, name)
		at := l.placeOf(r, words)
		what := fmt.Sprintf("%s for %s", words, clockName(r))
		placeholder := slices.Contains(placeholders, x)
		if placeholder {
			what += ", a placeholder of guides and manuals that was to be replaced"
		}
		if l.facts.HasDelay {
			what += fmt.Sprintf("; measured was a delay of %s s", number(l.facts.Delay.Seconds()))
		}
		wrong := math.Abs(x - l.facts.Delay.Seconds())
		takeOut := fmt.Sprintf("take %q out", words)
		switch _, fed := l.fedBy(r); {
		case fed:
			l.find(at, Error, what, fmt.Sprintf("refclock takes the delay off already, so that this makes the time wrong by %s s", number(x)),
				takeOut+", and tell refclock the delay if no pulse is there to measure it "+driver.Setting("delay")).replace(words, "")
		case l.facts.HasDelay && wrong > 0.05:
			l.find(at, Error, what, fmt.Sprintf("the time is wrong by %s s", number(wrong)),
				fmt.Sprintf("write %s %s, or let refclock take the delay off and write none", name, number(l.facts.Delay.Seconds()))).
				replace(words, name+" "+number(l.facts.Delay.Seconds()))
		case placeholder && !l.facts.HasDelay:
			l.find(at, Error, what, "each receiver has its own delay, 0.05 to 0.7 s; with another one the time is wrong by the difference",
				takeOut+": refclock gps measures the delay and takes it off").replace(words, "")
		}
	}, "SHM", "SOCK")
}

// optionText is the value of an option as it stands in the file.
func optionText(r *daemonconf.Refclock, name string) string {
	text, _ := r.Value(name)
	return text
}

// lock tells of a pulse that waits for seconds from a clock that is not there.
func lock(l *linter) {
	if l.config.Daemon != daemonconf.Chrony {
		return
	}
	l.each(func(r *daemonconf.Refclock) {
		to, ok := r.Value("lock")
		var others []string // that can tell the seconds
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
		f := l.find(r.Place, Error, fmt.Sprintf("lock %s, but no other refclock has the refid %s", to, to), "nothing tells chronyd which second a pulse begins, and it does not say so",
			"write lock and one of the refids that there are: "+cmp.Or(strings.Join(others, ", "), "none"))
		if len(others) == 1 {
			f.replace("lock "+to, "lock "+others[0])
		}
	}, "PPS", "SHM", "SOCK", "PHC", "RTC")
}

// missingDevice tells of a device that is not there.
func missingDevice(l *linter) {
	if l.facts.Missing == nil {
		return
	}
	l.each(func(r *daemonconf.Refclock) {
		device := r.Device
		if device == "" && r.Driver == "PPS" {
			device = "/dev/pps" + strconv.Itoa(r.Unit)
		}
		if device == "" || !l.facts.Missing(device) {
			return
		}
		why, hint := "this clock does not start", "load its driver, or put a # before the line"
		if l.config.Daemon == daemonconf.Chrony {
			why = "chronyd does not start at all without it, so that the machine has no time from any other server either"
		}
		instead := ""
		if r.Driver == "PPS" {
			if l.config.Daemon == daemonconf.Chrony && !l.reads(func(r *daemonconf.Refclock) bool { return r.Driver == "SHM" && r.Unit == 1 }) {
				instead = "refclock SHM 1:perm=0600 refid PPS precision 1e-6 delay 3e-5 poll 4 prefer" // as daemonlines has it
			}
			hint = "give the pulse to refclock " + driver.Setting("pps") + ", and read its unit instead: that one need not be there when the daemon starts; " +
				"or load the driver of the pulse, such as dtoverlay=pps-gpio,gpiopin=18"
		}
		l.find(r.Place, Error, fmt.Sprintf("%s, but there is no %s", r.Text, device), why, hint).replace(r.Text, instead)
	}, "PPS", "PHC", "RTC")
}

// precision tells of a clock whose samples chronyd would believe more than they
// deserve, or has no word about: it does not read what the unit says of that.
func precision(l *linter) {
	if l.config.Daemon != daemonconf.Chrony {
		return
	}
	l.each(func(r *daemonconf.Refclock) {
		m, fed := l.fedBy(r)
		p, given := r.Number("precision")
		switch {
		case !given && fed && m.Jitter > 0:
			l.find(r.Place, Warning, fmt.Sprintf("no precision for %s, whose jitter is %v", clockName(r), m.Jitter),
				"chronyd then takes that of the system clock, some 30 ns, and believes such samples over better ones", "add: precision "+number(ceiling(m.Jitter).Seconds())).
				replace("", "precision "+number(ceiling(m.Jitter).Seconds()))
		case !given:
			l.find(r.Place, Warning, "no precision for "+clockName(r), "chronyd then takes that of the system clock, some 30 ns, and believes such samples over better ones",
				"add precision 1e-2 for sentences, or precision 1e-6 for a pulse; refclock config chrony prints what was measured").
				replace("", "precision "+usualPrecision(r, m))
		case fed && m.Jitter > 0 && p < m.Jitter.Seconds()/4:
			l.find(r.Place, Warning, fmt.Sprintf("precision %s for %s, whose jitter is %v", number(p), clockName(r), m.Jitter),
				"it promises more than was measured, so that the other servers seem to disagree", "write precision "+number(ceiling(m.Jitter).Seconds())).
				replace("precision "+optionText(r, "precision"), "precision "+number(ceiling(m.Jitter).Seconds()))
		}
	}, "SHM", "SOCK")
}

// usualPrecision is what to claim of a clock of which nothing was measured.
func usualPrecision(r *daemonconf.Refclock, m Measured) string {
	if m.Pulse || strings.HasPrefix(r.Refid(), "PPS") {
		return "1e-6"
	}
	return "1e-2"
}

// flag1 tells of the flag that means opposite things to the two ntpds: in the classic
// one it turns the limit of 4 hours off, in NTPsec on.
func flag1(l *linter) {
	const why = "a machine without a battery may start with a date that is wrong by more than 4 hours, and %s then refuses each sample"
	l.each(func(r *daemonconf.Refclock) {
		x, _ := r.Number("flag1")
		on := x != 0
		switch {
		case l.config.Daemon == daemonconf.NTPsec && on:
			words := "flag1 " + optionText(r, "flag1")
			l.find(l.placeOf(r, words), Warning, words+" for "+clockName(r), fmt.Sprintf(why, "NTPsec")+": it has turned the meaning of this flag round",
				fmt.Sprintf("take %q out", words)).replace(words, "")
		case l.config.Daemon == daemonconf.NTP && !on:
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

// perm tells of units that only root may feed, or that have other rights than the
// line says.
func perm(l *linter) {
	if l.config.Daemon != daemonconf.Chrony {
		return
	}
	l.each(func(r *daemonconf.Refclock) {
		want, given := uint64(0o600), false
		if s, ok := r.DriverValue("perm"); ok {
			given = true
			n, err := strconv.ParseUint(s, 8, 32)
			if err != nil {
				l.find(r.Place, Error, fmt.Sprintf("perm=%s is no octal number", s), "chronyd takes what it can read of it", "write perm=0600, or perm=0666 where refclock does not run as root")
				return
			}
			want = n & 0o777
		}
		unit, exists := l.facts.Units[r.Unit]
		switch {
		case exists && uint64(unit.Perm) != want && want&0o066 != 0:
			l.find(r.Place, Warning, fmt.Sprintf("%s wants the mode %04o, but the segment was made with %04o", clockName(r), want, unit.Perm),
				"a segment keeps the mode of whoever made it first",
				fmt.Sprintf("stop chronyd and refclock, type: sudo ipcrm -M %#x, and start chronyd first", 0x4e545030+r.Unit))
		case !given && r.Unit >= 2 && !exists:
			l.find(r.Place, Warning, fmt.Sprintf("no perm for %s", clockName(r)), "chronyd then makes the unit for root alone, though units from 2 on are commonly for all users",
				fmt.Sprintf("write refclock SHM %d:perm=0666, or run refclock as root", r.Unit))
		}
	}, "SHM")
}

// sizes are those of struct shmTime.
var sizes = []int{80, 88, 96}

// size tells of a unit that no daemon can use.
func size(l *linter) {
	l.each(func(r *daemonconf.Refclock) {
		unit, exists := l.facts.Units[r.Unit]
		if !exists || slices.Contains(sizes, unit.Size) {
			return
		}
		why := "ntpd drops this clock for good"
		if l.config.Daemon == daemonconf.Chrony {
			why = "chronyd does not start at all if it is too small, and reads nonsense if it is too large"
		}
		l.find(r.Place, Error, fmt.Sprintf("the segment of %s has %d bytes, expected 96, 88 or 80", clockName(r), unit.Size), why,
			fmt.Sprintf("stop what made it, and type: sudo ipcrm -M %#x", 0x4e545030+r.Unit))
	}, "SHM")
}

// unitTwice tells of two clocks that take each other's samples.
func unitTwice(l *linter) {
	first := map[string]daemonconf.Place{}
	l.each(func(r *daemonconf.Refclock) {
		name := clockName(r)
		if at, twice := first[name]; twice {
			l.find(r.Place, Error, fmt.Sprintf("%s is read here and at %v", name, at), "each sample can be taken once, so that each of the two has but some of them", "take one of the lines out")
			return
		}
		first[name] = r.Place
	}, "SHM", "SOCK")
}

// notRead tells of units and sockets that one side has and the other has not.
func notRead(l *linter) {
	if len(l.facts.Fed)+len(l.facts.Sockets) == 0 || len(l.config.Files) == 0 {
		return
	}
	at := daemonconf.Place{File: l.config.Files[0], Line: 1}
	var unread []string
	for unit := range l.facts.Fed {
		if !l.reads(func(r *daemonconf.Refclock) bool { return r.Driver == "SHM" && r.Unit == unit }) {
			unread = append(unread, fmt.Sprintf("unit %d", unit))
		}
	}
	for socket := range l.facts.Sockets {
		if !l.reads(func(r *daemonconf.Refclock) bool { return r.Driver == "SOCK" && samePath(r.Device, socket) }) {
			unread = append(unread, "socket "+socket)
		}
	}
	slices.Sort(unread)
	for _, name := range unread {
		l.find(at, Warning, fmt.Sprintf("refclock feeds %s, and no line here reads it", name), "nobody has these samples", "add the lines that refclock config prints, or give refclock gps the units that stand here")
	}
	l.each(func(r *daemonconf.Refclock) {
		if _, fed := l.fedBy(r); !fed && len(unread) > 0 {
			l.find(r.Place, Warning, fmt.Sprintf("%s is read, and refclock does not feed it", clockName(r)), "this clock has no samples unless something else feeds it",
				"name here what refclock feeds: "+strings.Join(unread, ", "))
		}
	}, "SHM", "SOCK")
}

// socketPath tells of sockets that cannot work where they are.
func socketPath(l *linter) {
	l.each(func(r *daemonconf.Refclock) {
		dir, base := path.Split(path.Clean(r.Device))
		dir = strings.Replace(dir, "/var/run/", "/run/", 1)
		switch {
		case len(r.Device) > 107:
			l.find(r.Place, Error, fmt.Sprintf("the path has %d bytes, expected 107 at the most", len(r.Device)), "the kernel has no room for a longer one, and chronyd does not start",
				"write /run/chrony.gps.sock")
		case dir == "/tmp/" || dir == "/var/tmp/" || strings.HasPrefix(dir, "/tmp/"):
			l.find(r.Place, Error, fmt.Sprintf("the socket %s lies under /tmp", r.Device), "systemd gives chronyd a /tmp of its own, in which nobody else finds the socket",
				"write /run/chrony.gps.sock, here and for refclock "+driver.Setting("sock"))
		case dir == "/run/chrony/" || dir == "/run/" && strings.HasPrefix(base, "chrony.") && strings.HasSuffix(base, ".sock"):
		default:
			l.find(r.Place, Warning, fmt.Sprintf("the socket %s is not of the form /run/chrony.NAME.sock", r.Device), "AppArmor forbids chronyd any other place on Debian, Ubuntu and Raspberry Pi OS",
				"write /run/chrony.gps.sock, here and for refclock "+driver.Setting("sock"))
		}
	}, "SOCK")
}

func (l *linter) reads(is func(*daemonconf.Refclock) bool) bool {
	for i := range l.config.Refclocks {
		if is(&l.config.Refclocks[i]) {
			return true
		}
	}
	return false
}

// fedBy gives what was measured of a clock, if refclock feeds it.
func (l *linter) fedBy(r *daemonconf.Refclock) (Measured, bool) {
	if r.Driver == "SHM" {
		m, ok := l.facts.Fed[r.Unit]
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

// clockName is the unit or socket as people call it.
func clockName(r *daemonconf.Refclock) string {
	if r.Driver == "SHM" {
		return fmt.Sprintf("unit %d", r.Unit)
	}
	return r.Driver + " " + r.Device
}

// ceiling rounds a jitter up to one digit.
func ceiling(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d > 10*unit {
		unit *= 10
	}
	return (d + unit - 1) / unit * unit
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', 4, 64) }
