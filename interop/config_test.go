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

	"github.com/refclock/refclock/internal/consumer/lines"
)

// The daemons accept what `refclock config` prints: each clock exists under its name, and
// samples of its unit or socket arrive.

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

func TestConfigChronySamples(t *testing.T) {
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

// NTPsec also accepts the lines of the classic ntpd.
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

// The daemons accept the lines for several receivers, and for other clocks of refclock run.
func TestConfigOfSeveralReceivers(t *testing.T) {
	setup := lines.Setup{
		Service: true, LeaveOut: true,
		Receivers: []lines.Receiver{
			{Sentences: &lines.Clock{Unit: 0}, Pulse: &lines.Clock{Unit: 1}, Port: "/dev/serial0"},
			{Sentences: &lines.Clock{Unit: 2}, Pulse: &lines.Clock{Unit: 3}, Port: "/dev/ttyACM0"},
		},
		Web:   []lines.WebServers{{Clock: lines.Clock{Unit: 5}, Interval: time.Minute}},
		Feeds: []lines.Clock{{Unit: 4}},
		Demos: []lines.Clock{{Unit: 6}},
	}
	names := []string{"GPS", "PPS", "GPS2", "PPS2", "FEED", "HTP5"} // of the units 0 to 5
	for _, name := range []string{"chrony", "ntpsec", "ntp"} {
		t.Run(name, func(t *testing.T) {
			isolate(t, func() {
				d, _ := lines.Named(name)
				var text strings.Builder
				if err := lines.Write(&text, d, setup); err != nil {
					t.Fatal(err)
				}
				if name == "chrony" {
					c := newChronydWith(t, text.String())
					c.start()
					for _, refid := range names {
						c.knows(refid)
					}
					return
				}
				n := newNTPsecWith(t, text.String())
				n.start()
				for unit, refid := range names {
					n.knows(unit, refid)
				}
				n.reads()
			})
		})
	}
}

// The lines have the measured jitter of the unit.
func TestConfigMeasures(t *testing.T) {
	isolate(t, func() {
		start(t, "refclock", "offbyone", "--unit", "2") // which claims 2^-6 s
		findUnit(t)
		printed := printConfig(t, "chrony", "--unit", "2", "--for", "4s")
		words := strings.Join(strings.FieldsFunc(printed, func(r rune) bool { return r == '#' || r == ' ' || r == '\n' }), " ") // the comment is wrapped
		if !strings.Contains(words, "samples of unit 2, a power of two: 15.6ms.") || !strings.Contains(printed, "refclock SHM 2:perm=0666 refid GPS precision 2e-2 ") {
			t.Errorf("the lines do not have the measured values:\n%s", printed)
		}
	})
}

func TestConfigNTPDRS(t *testing.T) {
	if !isolated() && !exists(filepath.Join("..", ".cache", "ntpd-rs")) {
		t.Skip("no ntpd-rs to validate with; run scripts/fetch-ntpd-rs")
	}
	isolate(t, func() {
		text := printConfig(t, "ntpd-rs", "--sock", "/run/ntpd-rs/gps.sock", "--pps-sock", "/run/ntpd-rs/pps.sock")
		text = strings.NewReplacer("# [sync", "[sync", "# minimum", "minimum").Replace(text)
		validate(t, "sid", text)
		older := strings.NewReplacer("\nprecision", "\n# precision", "\n# measurement", "\nmeasurement").Replace(text)
		validate(t, "trixie", older)
	})
}

// chronyd does not start with what the lint rules report as an error.
func TestErrorsStopChronyd(t *testing.T) {
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

// Each configuration block in the manuals works with its daemon.
func TestManuals(t *testing.T) {
	isolate(t, func() {
		ran := map[string]int{}
		for _, b := range blocks(t) {
			ran[b.language]++
			switch b.language {
			case "chrony":
				c := newChronyd(t)
				c.lines = strings.ReplaceAll(b.text, "/run/", c.dir+"/") // where the test cannot write
				c.write()
				c.start()
				for _, refid := range valuesOf(b.text, "refid") {
					c.knows(refid)
				}
				c.stop()
				out, err := command("refclock", "config", "chrony", "--for", "0s", "--check", manual(c.dir, b.text)).Output()
				if err != nil || !strings.Contains(string(out), "no problem found") {
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
			case "ini": // of a systemd service; scripts/try-readme tests it
			default:
				t.Errorf("%v: unknown language of a block", b)
			}
		}
		for language, minBlocks := range map[string]int{"chrony": 5, "ntp": 1, "ntpsec": 2, "toml": 1, "toml-1.4": 1} {
			if ran[language] < minBlocks {
				t.Errorf("%d blocks of %s, want at least %d", ran[language], language, minBlocks)
			}
		}
	})
}

// A block is a fenced code block in a manual.
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

// manual writes a block to a file of a confdir, where the rest of the configuration is
// missing, and returns its path.
func manual(dir, text string) string {
	path := filepath.Join(dir, "conf.d", "manual.conf")
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		panic(err)
	}
	return path
}

// valuesOf returns the word after each occurrence of name.
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

// validate checks a configuration with ntpd-rs. It does not start the daemon, which would
// set the clock.
func validate(t *testing.T, suite, text string) {
	t.Helper()
	program := staged("ntpd-rs", suite, "ntp-ctl")
	if !exists(program) {
		return // TestConfigNTPDRS reports it
	}
	path := filepath.Join(scratch(t), "ntp.toml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program, "validate", "-c", path).CombinedOutput(); err != nil || strings.Contains(string(out), "WARN") {
		t.Errorf("ntpd-rs of %s does not accept this: %v\n%s\n%s", suite, err, out, text)
	}
	// It must reject an invalid configuration.
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "\nmode", "\nmood")), 0o644); err != nil {
		t.Fatal(err)
	}
	if exec.Command(program, "validate", "-c", path).Run() == nil {
		t.Errorf("ntpd-rs of %s accepts an invalid configuration", suite)
	}
}

// knows waits until chronyd shows a source with this refid.
func (c *chronyd) knows(refid string) {
	c.t.Helper()
	eventually(c.t, 20*time.Second, func() bool {
		out, _ := command("daemons/usr/bin/chronyc", "-h", filepath.Join(c.dir, "sock"), "-n", "-c", "sources").Output()
		return strings.Contains(string(out), ","+refid+",")
	}, "chronyc shows %s of\n%s", refid, c.lines)
}

// knows waits until ntpd shows the unit with this refid.
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

// reads fails the test if ntpd has rejected a line.
func (n *ntpsec) reads() {
	n.t.Helper()
	for line := range strings.Lines(read(n.run.stdout) + read(n.run.stderr)) {
		if strings.Contains(line, "syntax error") || strings.Contains(line, "CONFIG:") && strings.Contains(line, "rror") {
			n.t.Errorf("ntpd rejects: %s", line)
		}
	}
}
