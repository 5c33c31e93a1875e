package interop

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/consumer/lint"
	"github.com/refclock/refclock/internal/doctor"
)

// Configurations such as people write them. For each, testdata/configs/want.json says what
// the daemon does and what the linter must say. The test checks both.

// A wanted is what is right for one configuration.
type wanted struct {
	File    string   // in testdata/configs; or a folder, with etc/...
	Refused bool     `json:",omitempty"` // the daemon does not start
	Sources []string `json:",omitempty"` // the reference clocks that the daemon shows
	Logs    string   `json:",omitempty"` // words of an error or a warning in the daemon's log
	Finds   []string `json:",omitempty"` // "error" or "warning", and words in the finding
}

func wantedConfigs(t *testing.T) (list []wanted) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(configsDir(), "want.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// configsDir returns the folder of the configurations, in the stage or in the source.
func configsDir() string {
	if isolated() {
		return staged("configs")
	}
	return filepath.Join("testdata", "configs")
}

func TestConfigs(t *testing.T) {
	for _, want := range wantedConfigs(t) {
		t.Run(strings.ReplaceAll(want.File, "/", "-"), func(t *testing.T) {
			isolate(t, func() {
				c := newConfig(t, want.File)
				ran := c.run()
				findings := c.lint()
				found := wanted{File: want.File, Refused: ran.refused, Sources: ran.sources}
				for _, f := range findings {
					found.Finds = append(found.Finds, fmt.Sprintf("%v line %d: %s; %s; %s", f.Level, f.Line, f.What, f.Why, f.Hint))
				}
				show := func(format string, args ...any) {
					line, _ := json.Marshal(found)
					t.Errorf(format+"\nfound %s\nthe daemon's log:\n%s", append(args, line, ran.log)...)
				}
				if ran.refused != want.Refused || !slices.Equal(ran.sources, want.Sources) {
					show("the daemon: want refused %v, sources %q", want.Refused, want.Sources)
				}
				if !strings.Contains(ran.log, want.Logs) {
					show("the daemon does not log %q", want.Logs)
				}
				if wrong := c.compare(findings, want.Finds); wrong != "" {
					show("%s", wrong)
				}
			})
		})
	}
}

// A config is a configuration under test.
type config struct {
	t      *testing.T
	daemon conf.Daemon
	root   string // original paths, for the linter
	file   string // within root
	copied string // the same files with paths that exist, for the daemon
}

func newConfig(t *testing.T, name string) *config {
	t.Helper()
	c := &config{t: t, daemon: conf.Chrony, file: "/etc/chrony/chrony.conf", root: scratch(t), copied: scratch(t)}
	if strings.HasPrefix(name, "ntpsec/") {
		c.daemon, c.file = conf.NTPsec, "/etc/ntpsec/ntp.conf"
	}
	from := filepath.Join(configsDir(), name)
	files := map[string]string{}
	if info, err := os.Stat(from); err != nil {
		t.Fatal(err)
	} else if !info.IsDir() {
		files[c.file] = read(from)
	} else if err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files[strings.TrimPrefix(path, from)] = read(path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		c.write(filepath.Join(c.root, name), text)
		c.write(filepath.Join(c.copied, name), c.replacePaths(text))
	}
	for _, dir := range []string{"run/chrony", "var/lib/chrony", "var/lib/ntp", "var/lib/ntpsec", "var/log/chrony"} {
		for _, root := range []string{c.root, c.copied} {
			if err := os.MkdirAll(filepath.Join(root, dir), 0o750); err != nil {
				t.Fatal(err)
			}
		}
	}
	return c
}

// replacePaths replaces the paths that the test cannot write.
func (c *config) replacePaths(text string) string {
	var pairs []string
	for _, dir := range []string{"/etc/", "/run/", "/var/", "/tmp/"} {
		pairs = append(pairs, " "+dir, " "+c.copied+dir)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

func (c *config) write(path, text string) {
	c.t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		c.t.Fatal(err)
	}
}

// lint returns the linter's findings.
func (c *config) lint() []lint.Finding {
	c.t.Helper()
	parsed, err := conf.Read(os.DirFS(c.root), c.daemon, c.file)
	if err != nil {
		c.t.Fatal(err)
	}
	here := doctor.NewMachine(doctor.OpenRoot("/"), doctor.Live{}, doctor.Options{}).Facts()
	return lint.Lint(parsed, lint.Facts{NotPPS: here.NotPPS, Missing: func(path string) bool {
		if !strings.HasPrefix(path, "/dev/") {
			path = filepath.Join(c.root, path)
		}
		return !exists(path)
	}})
}

// compare returns how the findings differ from the wanted ones; "" if they agree.
func (c *config) compare(findings []lint.Finding, want []string) string {
	if len(findings) != len(want) {
		return "the linter: want " + strings.Join(want, "; ")
	}
	for i, f := range findings {
		level, words, _ := strings.Cut(want[i], " ")
		if f.Level.String() != level || !strings.Contains(f.String(), words) {
			return "the linter: want " + want[i]
		}
	}
	return ""
}

// A run is what a daemon did with a configuration.
type run struct {
	refused bool
	sources []string
	log     string
}

func (c *config) run() run {
	if c.daemon == conf.Chrony {
		return c.runChronyd()
	}
	return c.runNTPsec()
}

func (c *config) runChronyd() run {
	main := filepath.Join(c.copied, "main")
	c.write(main, "port 0\ncmdport 0\nbindcmdaddress "+c.copied+"/sock\npidfile "+c.copied+"/pid\nlogdir "+c.copied+"\n"+
		"include "+filepath.Join(c.copied, c.file)+"\nbindcmdaddress "+c.copied+"/sock\n")
	args := []string{"-x", "-d", "-U", "-u", "root", "-f", main}
	// With -t 0, it ends as soon as it would run.
	out, _ := command("daemons/usr/sbin/chronyd", append(args, "-t", "0")...).CombinedOutput()
	r := run{log: string(out), refused: !strings.Contains(string(out), "Timeout reached")}
	if r.refused {
		return r
	}
	p := start(c.t, "daemons/usr/sbin/chronyd", args...)
	defer p.stop()
	eventually(c.t, 20*time.Second, func() bool {
		out, err := command("daemons/usr/bin/chronyc", "-h", filepath.Join(c.copied, "sock"), "-n", "-c", "sources").Output()
		for line := range strings.Lines(string(out)) {
			if field := strings.Split(line, ","); len(field) > 2 && field[0] == "#" {
				r.sources = append(r.sources, field[2])
			}
		}
		return err == nil
	}, "chronyc answers")
	return r
}

func (c *config) runNTPsec() run {
	main := filepath.Join(c.copied, c.file)
	// Before the file, because nothing after "end" counts, and its last line may lack a newline.
	c.write(main, "disable ntp kernel\nrestrict default nomodify\nrestrict 127.0.0.1\ninterface ignore wildcard\ninterface listen 127.0.0.1\n"+read(main))
	log := filepath.Join(c.copied, "log")
	cmd := command("daemons/usr/sbin/ntpd", "-n", "-c", main, "-p", filepath.Join(c.copied, "pid"), "-l", log)
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	n := &ntpsec{t: c.t, dir: c.copied}
	r, last, billboard := run{}, "none yet", ""
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if len(ended) > 0 {
			return run{refused: true, log: read(log)}
		}
		// It listens after it has read its configuration.
		// The first answer may lack what was late.
		if out, err := n.tryNTPQ("-pn"); err == nil && strings.Contains(out, "remote") {
			billboard = out
			if r.sources = clocksOf(out); strings.Join(r.sources, " ") == last {
				break
			}
			last = strings.Join(r.sources, " ")
		} else if time.Now().After(deadline) {
			c.t.Fatalf("ntpq does not answer: %v\n%s\n%s", err, out, read(log))
		}
	}
	cmd.Process.Kill()
	<-ended
	r.log = billboard + read(log)
	return r
}

// clocksOf returns the reference clocks of `ntpq -pn`, such as SHM(0)=GPS. A clock that is a
// second old may still have its address there: 127.127.28.0.
func clocksOf(billboard string) (list []string) {
	for line := range strings.Lines(billboard) {
		field := strings.Fields(line)
		if len(field) < 3 {
			continue
		}
		name := strings.TrimLeft(field[0], "*#o+x.- ")
		server := slices.Contains([]string{".POOL.", ".DNS.", ".INIT."}, field[1]) // in the network, in spite of its name
		if unit, ok := strings.CutPrefix(name, "127.127.28."); ok && !server {
			name = "SHM(" + unit + ")"
		}
		if strings.Contains(name, "(") {
			list = append(list, name+"="+strings.Trim(field[1], "."))
		}
	}
	return list
}
