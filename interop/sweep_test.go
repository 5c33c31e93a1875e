package interop

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/consumer/lint"
	"github.com/refclock/refclock/internal/spelling"
)

// The sweep makes configuration lines at random from all directives and options, right and
// wrong ones, and compares the linter with the daemons.

// sweepEnv has the seed and the number of the lines: "7 5000".
const sweepEnv = "REFCLOCK_SWEEP"

func sweep() (seed uint64, lines int) {
	seed, lines = 1, 1000
	fmt.Sscan(os.Getenv(sweepEnv), &seed, &lines)
	return seed, lines
}

// values are right and wrong values of options.
var values = []string{"0", "1", "4", "-1", "16", "15", "17", "99", "4.5", "1e-6", "-0.5", "+2", "0.12", ".5", "5.", "0,5", "0x10", "GPS", "NMEA", "NMEA0", "A",
	"\"GPS\"", "GPS#1", "", "99999999999", "-99999999999", "nan", "1e", "4x", "-", "prefer", "true", "2s", "1g", "#", "4;", "=4"}

// A maker makes random lines.
type maker struct{ *rand.Rand }

func (m maker) pick(list ...string) string { return list[m.IntN(len(list))] }

// mangle changes the case, the spaces or the end of a line.
func (m maker) mangle(line string) string {
	switch m.IntN(24) {
	case 0:
		return strings.ToUpper(line)
	case 1:
		return strings.ReplaceAll(line, " ", "\t")
	case 2:
		return "  " + line + "  \r"
	case 3:
		return line + " # comment"
	case 4:
		return line + " ; comment"
	case 5:
		return line + "#"
	case 6:
		return strings.Replace(line, " ", "\u00a0", 1)
	case 7:
		word := m.pick(strings.Fields(line)...)
		return strings.Replace(line, word, word+" "+word, 1)
	case 8:
		i := m.IntN(len(line))
		return line[:i] + line[i+1:]
	}
	return line
}

var chronyWords = strings.Fields("refid lock poll dpoll filter rate minsamples maxsamples maxlockage stratum offset delay precision maxdispersion width local pps tai noselect prefer trust require " +
	"minpoll time1 iburst presicion")

func (m maker) chronyLine() string {
	switch m.IntN(8) {
	case 0:
		name := m.pick("makestep", "maxupdateskew", "rtcsync", "local", "log", "driftfile", "leapsectz", "port", "cmdport", "maxdistance", "minsources", "logchange",
			"fallbackdrift", "maxchange", "smoothtime", "ratelimit", "hwtimestamp", "clientloglimit", "lock_all", "manual", "leapsecmode", "authselectmode", "restrict", "statsdir", "fudge", "makestp", "combinelimit")
		return m.mangle(strings.TrimSpace(name + " " + m.pick(values...) + " " + m.pick("", "", "3", "stratum 10", "1e-3", "tracking", "leaponly")))
	case 1:
		return m.mangle("server 127.0.0.1 " + m.pick("iburst", "minpoll", "maxpoll", "key", "version", "port", "offset", "filter", "nts", "xleave", "prefer", "maxdelay", "asymmetry", "extfield", "certset") + " " + m.pick(values...))
	}
	line := "refclock " + m.pick("SHM", "SHM", "SHM", "SHM", "SHM", "SHM", "SHM", "SHM", "SOCK", "SOCK", "shm", "PPS", "PHC", "RTC", "GPS")
	if strings.HasSuffix(line, "SOCK") {
		line += " /tmp/SOCKET"
	} else {
		line += " " + m.pick("0", "0", "1", "1", "2", "7", "255", "x", "-1", "1.5", "unit")
	}
	line += m.pick("", "", "", "", "", "", "", "", "", ":perm=0600", ":perm=0666", ":perm=", ":perm", ":mode=1", ":", "::perm=0600", ":clear", ":perm=abc:perm=0600")
	for range m.IntN(4) {
		line += " " + m.option(chronyWords)
	}
	return m.mangle(line)
}

// good are options with right values.
var good = map[string][]string{
	"refid": {"GPS", "A", "PPS1"}, "lock": {"GPS"}, "poll": {"4", "0", "-2"}, "dpoll": {"0", "-1"}, "filter": {"1", "64"}, "rate": {"1", "5"}, "minsamples": {"6"}, "maxsamples": {"64"},
	"maxlockage": {"2"}, "stratum": {"0", "1", "15"}, "offset": {"0.1", "-1e-3", ".5", "1"}, "delay": {"0.2", "1e-6"}, "precision": {"1e-1", "1e-9", "5."},
	"maxdispersion": {"0.1"}, "width": {"0.2"}, "minpoll": {"4"}, "maxpoll": {"4", "10"}, "mode": {"1", "0x10"}, "subtype": {"1"}, "version": {"4"}, "key": {"0"},
	"baud": {"9600"}, "holdover": {"1"}, "bias": {"0.1"}, "path": {"/dev/gps0"}, "ppspath": {"/dev/pps0"}, "time1": {"0.1", "-0.1", "+.5", "1g", "0"}, "time2": {"0.3"},
	"flag1": {"1", "0", "true"}, "flag2": {"1"}, "flag3": {"0"}, "flag4": {"1"},
}

// option returns a random option, usually a right one.
func (m maker) option(words []string) string {
	word := m.pick(words...)
	switch right, known := good[word]; {
	case m.IntN(8) == 0:
		return word + " " + m.pick(values...)
	case known:
		return word + " " + m.pick(right...)
	}
	return word
}

var ntpWords = strings.Fields("minpoll maxpoll mode subtype version key baud holdover bias path ppspath prefer noselect iburst burst true nts noval time1 time2 flag1 flag2 flag3 flag4 stratum refid " +
	"unit ttl minpol precision")

func (m maker) ntpLine(unit int) string {
	line := ""
	switch m.IntN(12) {
	case 0:
		line = m.pick("restrict default", "restrict", "tos", "tinker", "driftfile", "leapfile", "statsdir", "pidfile", "enable", "disable", "makestep", "filegen loopstats", "statistics", "mru", "keys", "broadcastclient", "tick", "setvar a =", "logconfig")
		return m.mangle(strings.TrimSpace(line + " " + m.pick("kod", "nomodify", "minsane 3", "panic 0", "/x/y", "type day", "loopstats", "monitor", "maxdepth 3", "all", "4.5", "mindist 0.5", "=all", "") + " " + m.pick("", "", "limited", "enable", "foo")))
	case 1, 2, 3, 4:
		line = fmt.Sprintf("%s 127.127.28.%d", m.pick("server", "server", "server", "peer", "pool", "sever", "fudge", "fudge"), unit)
	default:
		line = fmt.Sprintf("refclock %s %s", m.pick("shm", "shm", "SHM", "Shm"), m.pick(fmt.Sprintf("unit %d", unit), fmt.Sprintf("unit %d", unit), fmt.Sprintf("unit %d", unit), fmt.Sprint(unit)))
	}
	for range m.IntN(4) {
		line += " " + m.option(ntpWords)
	}
	return m.mangle(line)
}

// errors returns the findings that are errors, without those about the time.
func sweepLint(daemon conf.Daemon, text string) (fails bool, findings []lint.Finding) {
	for _, f := range lint.Lint(conf.Parse(daemon, "conf", []byte(text)), lint.Facts{Missing: func(path string) bool { return !exists(path) }}) {
		switch f.Rule {
		case "syntax", "missing-device", "socket-path", "size":
			fails = fails || f.Level == lint.Error
			findings = append(findings, f)
		}
	}
	return fails, findings
}

// TestSweepChronyd starts chronyd with each line.
func TestSweepChronyd(t *testing.T) {
	isolate(t, func() {
		seed, count := sweep()
		m := maker{rand.New(rand.NewPCG(seed, 1))}
		refused := 0
		var both sync.Mutex
		lines := make(chan string)
		var workers sync.WaitGroup
		for range 4 {
			workers.Go(func() {
				dir := scratch(t)
				for line := range lines {
					line = strings.Replace(line, "/tmp/SOCKET", filepath.Join(dir, "x.sock"), 1)
					path := filepath.Join(dir, "case")
					text := line + "\n"
					main := fmt.Sprintf("port 0\ncmdport 0\nbindcmdaddress /\npidfile %s/pid\ninclude %s\nport 0\n", dir, path)
					if os.WriteFile(path, []byte(text), 0o600) != nil || os.WriteFile(path+".main", []byte(main), 0o600) != nil {
						t.Error("cannot write the configuration")
					}
					fails, findings := sweepLint(conf.Chrony, text)
					seconds := "0"
					if slices.ContainsFunc(findings, func(f lint.Finding) bool { return strings.Contains(f.Why, "stops soon") }) {
						seconds = "5"
					}
					out, _ := command("daemons/usr/sbin/chronyd", "-x", "-d", "-U", "-u", "root", "-t", seconds, "-f", path+".main").CombinedOutput()
					starts := strings.Contains(string(out), "Timeout reached")
					warns := strings.Contains(string(out), "Setting filter length") || strings.Contains(string(out), "maxlockage too small")
					both.Lock()
					if !starts {
						refused++
					}
					if starts == fails || starts && warns && len(findings) == 0 {
						t.Errorf("%q\nlinter: %v\nchronyd: %s", line, findings, lastLine(string(out)))
					}
					both.Unlock()
				}
			})
		}
		for range count {
			lines <- m.chronyLine()
		}
		close(lines)
		workers.Wait()
		if refused < count/5 || refused > count*4/5 {
			t.Errorf("chronyd refused %d of %d lines: the sweep needs more of both kinds", refused, count)
		}
	})
}

// named reports whether a line has this unit.
func named(line string, unit int) bool {
	line = strings.ToLower(strings.Join(strings.Fields(line), " ")) + " "
	return strings.Contains(line, fmt.Sprintf("unit %d ", unit)) || strings.Contains(line, fmt.Sprintf("127.127.28.%d ", unit)) || unit == 0
}

// isFudge reports whether a line was made from a fudge line.
func isFudge(line string) bool {
	first, _, _ := strings.Cut(strings.Join(strings.FieldsFunc(line, func(r rune) bool { return r <= ' ' || r == '\u00a0' }), " "), " ")
	first = strings.ToLower(first)
	return strings.HasPrefix(first, "fudge") || spelling.Near(first, []string{"fudge"}) != ""
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// TestSweepNTPsec starts ntpd with many lines at once: it names each line that it rejects.
func TestSweepNTPsec(t *testing.T) {
	isolate(t, func() {
		seed, count := sweep()
		m := maker{rand.New(rand.NewPCG(seed, 2))}
		const units = 200 // in one file
		var stops []string
		for start := 0; start < count; start += units {
			var lines []string
			for unit := range min(units, count-start) {
				line := m.ntpLine(unit)
				if config := conf.Parse(conf.NTPsec, "conf", []byte(line)); slices.ContainsFunc(config.Problems, func(p conf.Problem) bool { return p.Fatal }) {
					stops = append(stops, line)
					line = "# " + line
				}
				lines = append(lines, line)
			}
			compareLines(t, lines)
		}
		for _, line := range stops[:min(len(stops), 10)] {
			c := &config{t: t, daemon: conf.NTPsec, copied: scratch(t), file: "conf"}
			c.write(filepath.Join(c.copied, "conf"), line+"\n")
			if ran := c.runNTPsec(); !ran.refused {
				t.Errorf("%q: ntpd starts", line)
			}
		}
	})
}

func compareLines(t *testing.T, lines []string) {
	t.Helper()
	dir := scratch(t)
	c := &config{t: t, daemon: conf.NTPsec, copied: dir, file: "conf"}
	// After an error, the parser may name the wrong line until it has read a right one.
	text := strings.Join(lines, "\ntos minsane 1\n") + "\n"
	const before = 5 // lines that runNTPsec writes first
	c.write(filepath.Join(dir, "conf"), text)
	ran := c.runNTPsec()
	if ran.refused {
		t.Fatalf("ntpd does not start:\n%s", ran.log)
	}
	rejected := map[int]bool{}
	for line := range strings.Lines(ran.log) {
		var n, column int
		if _, after, ok := strings.Cut(line, "syntax error in "+filepath.Join(dir, "conf")+" "); ok {
			if _, err := fmt.Sscanf(after, "line %d, column %d", &n, &column); err == nil {
				rejected[(n-before-1)/2] = true
			}
		}
	}
	for i, line := range lines {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fails, findings := sweepLint(conf.NTPsec, line+"\n")
		syntax := slices.ContainsFunc(findings, func(f lint.Finding) bool {
			return strings.Contains(f.Why, "logs an error and ignores") && f.Rule == "syntax" && !strings.HasPrefix(f.What, "expected fudge 127.127")
		})
		shown := slices.ContainsFunc(ran.sources, func(s string) bool { return strings.HasPrefix(s, fmt.Sprintf("SHM(%d)=", i)) })
		meant := named(line, i) && !isFudge(line) && !slices.ContainsFunc(lines, func(other string) bool { return other != line && named(other, i) })
		said := rejected[i]
		if syntax != said {
			t.Errorf("%q: syntax error: linter %v, ntpd %v\nlinter: %v", line, syntax, said, findings)
		}
		// ntpd keeps the clock of a line whose last options it ignores. The linter calls that an
		// error too: the lost option may be noselect.
		drops := slices.ContainsFunc(findings, func(f lint.Finding) bool {
			return f.Level == lint.Error && !strings.Contains(f.Why, "logs an error and ignores")
		})
		if meant && shown && fails && !drops {
			fails = false
		}
		if meant && shown == fails {
			t.Errorf("%q: ntpd shows the clock: %v\nlinter: %v", line, shown, findings)
		}
	}
}
