package interop

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What `refclock config` prints is what the daemons take: each clock is there under
// its name, and samples of its unit or socket arrive.

func TestConfigChrony(t *testing.T) {
	isolate(t, func() {
		for _, args := range [][]string{
			{},
			{"--pps-unit", "1"},
			{"--unit", "4", "--pps-unit", "7", "--precision", "12ms", "--pps-precision", "3us"},
			{"--delay", "120ms"},
		} {
			c := newChronydWith(t, printConfig(t, "chrony", args...))
			c.start()
			c.knows("GPS")
			if slices.Contains(args, "--pps-unit") {
				c.knows("PPS")
			}
			c.stop()
		}
	})
}

func TestConfigChronyFlows(t *testing.T) {
	isolate(t, func() {
		c := newChronyd(t)
		socket := filepath.Join(c.dir, "gps.sock")
		c.lines = printConfig(t, "chrony", "--sock", socket, "--pps-unit", "1")
		c.write()
		c.start()
		start(t, "refclock", "offbyone", "--sock", socket)
		start(t, "refclock", "offbyone", "--unit", "1")
		flowsNamed(t, c, "GPS")
		flowsNamed(t, c, "PPS")
	})
}

// Both kinds of lines: those of the classic ntpd are ones that NTPsec takes, too.
func TestConfigNTPsec(t *testing.T) {
	for _, name := range []string{"ntpsec", "ntp"} {
		t.Run(name, func(t *testing.T) {
			isolate(t, func() {
				n := newNTPsecWith(t, printConfig(t, name, "--unit", "2", "--pps-unit", "3"))
				n.start()
				n.knows(2, "GPS")
				n.knows(3, "PPS")
				n.reads()
			})
		})
	}
}

// The jitter in the lines is what the samples of the unit tell.
func TestConfigMeasures(t *testing.T) {
	isolate(t, func() {
		start(t, "refclock", "offbyone", "--unit", "2") // which claims 2^-6 s
		findUnit(t)
		lines := printConfig(t, "chrony", "--unit", "2", "--for", "4s")
		if !strings.Contains(lines, "samples of unit 2: 15.625ms") || !strings.Contains(lines, "refclock SHM 2:perm=0666 refid GPS precision 2e-2 ") {
			t.Errorf("the lines do not tell what was measured:\n%s", lines)
		}
	})
}

func TestConfigNTPDRS(t *testing.T) {
	if !isolated() && !exists(filepath.Join("..", ".cache", "ntpd-rs")) {
		t.Skip("no ntpd-rs to validate with: run scripts/fetch-ntpd-rs")
	}
	isolate(t, func() {
		text := printConfig(t, "ntpd-rs", "--sock", "/run/ntpd-rs/gps.sock", "--pps-sock", "/run/ntpd-rs/pps.sock")
		text = strings.NewReplacer("# [sync", "[sync", "# minimum", "minimum").Replace(text)
		validate(t, "sid", text)
		older := strings.NewReplacer("\nprecision", "\n# precision", "\n# measurement", "\nmeasurement").Replace(text)
		validate(t, "trixie", older)
	})
}

// What the rules call an error is one: chronyd does not start.
func TestWhatStopsChronyd(t *testing.T) {
	isolate(t, func() {
		for line, why := range map[string]string{
			"refclock SHM 0 refid GPS offest 0.5":                    "unknown option offest",
			"refclock PPS /dev/pps99 refid PPS":                      "there is no /dev/pps99",
			"refclock shm 0 refid GPS":                               "in capitals",
			"refclock SOCK /run/chrony." + strings.Repeat("a", 100):  "107",
			"refclock SHM 0 refid GPS precision 1e-2 # the receiver": "comments",
		} {
			c := newChronydWith(t, line+"\n")
			conf := filepath.Join(c.dir, "conf")
			ended := command("daemons/usr/sbin/chronyd", "-x", "-d", "-U", "-u", "root", "-f", conf)
			done := make(chan error, 1)
			go func() { done <- ended.Run() }()
			select {
			case err := <-done:
				if err == nil {
					t.Errorf("%s: chronyd ended without an error", line)
				}
			case <-time.After(20 * time.Second):
				ended.Process.Kill()
				<-done
				t.Errorf("%s: chronyd runs", line)
			}
			out, err := command("refclock", "config", "chrony", "--for", "0s", "--check", conf).Output()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 65 || !strings.Contains(string(out), why) {
				t.Errorf("%s: %v, want code 65 and %q:\n%s", line, err, why, out)
			}
		}
	})
}

// Each block of configuration in the manuals is run through the daemon that it is for.
func TestManuals(t *testing.T) {
	isolate(t, func() {
		ran := map[string]int{}
		for _, b := range blocks(t) {
			ran[b.language]++
			switch b.language {
			case "chrony":
				c := newChronyd(t)
				c.lines = strings.ReplaceAll(b.text, "/run/", c.dir+"/") // where nobody may write
				c.write()
				c.start()
				for _, refid := range valuesOf(b.text, "refid") {
					c.knows(refid)
				}
				c.stop()
				out, err := command("refclock", "config", "chrony", "--for", "0s", "--check", manual(c.dir, b.text)).Output()
				if err != nil || !strings.Contains(string(out), "nothing is wrong") {
					t.Errorf("%v: %v\n%s", b, err, out)
				}
			case "ntp", "ntpsec":
				n := newNTPsecWith(t, b.text)
				n.start()
				for unit, refid := range valuesOf(b.text, "refid") {
					n.knows(unit, refid)
				}
				n.reads()
				n.stop()
			case "toml":
				validate(t, "sid", b.text)
			case "toml-1.4":
				validate(t, "trixie", b.text)
			case "ini": // a service's; scripts/try-readme runs it
			default:
				t.Errorf("%v: nothing runs this block", b)
			}
		}
		for language, least := range map[string]int{"chrony": 5, "ntp": 1, "ntpsec": 2, "toml": 1, "toml-1.4": 1} {
			if ran[language] < least {
				t.Errorf("%d blocks of %s, want %d or more", ran[language], language, least)
			}
		}
	})
}

// A block is what stands between two fences in a manual.
type block struct {
	file     string
	language string
	text     string
}

func blocks(t *testing.T) (list []block) {
	t.Helper()
	for _, name := range []string{"chrony.md", "ntpd.md"} {
		text := read(staged("docs", name))
		if text == "" {
			t.Fatalf("no docs/%s", name)
		}
		parts := strings.Split("\n"+text, "\n```")
		for i := 1; i+1 < len(parts); i += 2 {
			language, body, _ := strings.Cut(parts[i], "\n")
			list = append(list, block{name, language, body + "\n"})
		}
	}
	return list
}

// manual writes a block to a file of its own.
func manual(dir, text string) string {
	path := filepath.Join(dir, "manual.conf")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		panic(err)
	}
	return path
}

// valuesOf are the words behind each of that name.
func valuesOf(text, name string) (values []string) {
	words := strings.Fields(text)
	for i, word := range words[:len(words)-1] {
		if word == name {
			values = append(values, words[i+1])
		}
	}
	return values
}

func printConfig(t *testing.T, daemon string, args ...string) string {
	t.Helper()
	out, err := command("refclock", append([]string{"config", daemon, "--for", "0s"}, args...)...).Output()
	if err != nil {
		t.Fatalf("refclock config %s %v: %v", daemon, args, err)
	}
	return string(out)
}

// validate has ntpd-rs read a configuration. Its daemon is not started: it has no
// way to leave the clock alone.
func validate(t *testing.T, suite, text string) {
	t.Helper()
	program := staged("ntpd-rs", suite, "ntp-ctl")
	if !exists(program) {
		return // TestConfigNTPDRS says so
	}
	path := filepath.Join(scratch(t), "ntp.toml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program, "validate", "-c", path).CombinedOutput(); err != nil || strings.Contains(string(out), "WARN") {
		t.Errorf("ntpd-rs of %s does not take this: %v\n%s\n%s", suite, err, out, text)
	}
	// It would tell.
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "\nmode", "\nmood")), 0o644); err != nil {
		t.Fatal(err)
	}
	if exec.Command(program, "validate", "-c", path).Run() == nil {
		t.Errorf("ntpd-rs of %s takes anything", suite)
	}
}

// knows waits until chronyd shows a source of that name.
func (c *chronyd) knows(refid string) {
	c.t.Helper()
	eventually(c.t, 20*time.Second, func() bool {
		out, _ := command("daemons/usr/bin/chronyc", "-h", filepath.Join(c.dir, "sock"), "-n", "-c", "sources").Output()
		return strings.Contains(string(out), ","+refid+",")
	}, "chronyc shows %s of\n%s", refid, c.lines)
}

// knows waits until ntpd shows the unit under that name.
func (n *ntpsec) knows(unit int, refid string) {
	n.t.Helper()
	eventually(n.t, 20*time.Second, func() bool {
		for line := range strings.Lines(n.ntpq("-pn")) {
			if strings.Contains(line, "SHM("+strconv.Itoa(unit)+")") && strings.Contains(line, "."+refid+".") {
				return true
			}
		}
		return false
	}, "ntpq shows unit %d as %s", unit, refid)
}

// reads fails if ntpd has stumbled at a line.
func (n *ntpsec) reads() {
	n.t.Helper()
	for line := range strings.Lines(read(n.run.stdout) + read(n.run.stderr)) {
		if strings.Contains(line, "syntax error") || strings.Contains(line, "CONFIG:") && strings.Contains(line, "rror") {
			n.t.Errorf("ntpd rejects: %s", line)
		}
	}
}
