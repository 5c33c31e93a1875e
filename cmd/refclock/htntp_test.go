package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver/htntp"
	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/consumer/lint"
	"github.com/refclock/refclock/internal/regularfile"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/simweb"
)

func TestPrintConfig(t *testing.T) {
	for _, c := range []struct {
		args string
		want []string
	}{
		{"ntp --unit 2", []string{"server 127.127.28.2 minpoll 9 maxpoll 9\n", "fudge 127.127.28.2 refid HTP2 stratum 5 flag1 1\n"}},
		{"ntpd --unit 2", []string{"server 127.127.28.2 minpoll 9 maxpoll 9\n"}},
		{"chronyd", []string{"refclock SHM 3:perm=0666 refid HTTP "}},
		{"ntp --interval 64s --unit 1", []string{"server 127.127.28.1 minpoll 7 maxpoll 7\n"}},
		{"ntpsec --repeat 16s", []string{"refclock shm unit 3 refid HTTP stratum 5 minpoll 5 maxpoll 5\n"}},
		{"chrony --repeat 1s --asymmetry 20ms --unit 2", []string{"refclock SHM 2:perm=0666 refid HTP2 stratum 5 ", " poll 3 filter 1 offset -0.010000\n"}},
		{"chrony --unit 0", []string{"refclock SHM 0:perm=0600 refid HTP0 stratum 5 precision 2e-3 delay 6e-2 poll 9 filter 1\n"}},
	} {
		consumer, _, _ := strings.Cut(c.args, " ")
		b, err := output(t, append([]string{"htntp", "--print-config"}, strings.Fields(c.args)...)...)
		if err != nil {
			t.Errorf("%s: %v", c.args, err)
		}
		for _, want := range c.want {
			if !strings.Contains(b, want) {
				t.Errorf("%s:\n%swant %q", c.args, b, want)
			}
		}
		kind := map[string]conf.Daemon{"chrony": conf.Chrony, "ntp": conf.NTP, "ntpsec": conf.NTPsec, "ntpd": conf.NTP, "chronyd": conf.Chrony}[consumer]
		config := conf.Parse(kind, consumer, []byte(b))
		if findings := lint.Lint(config, lint.Facts{}); len(config.Refclocks) != 1 || len(findings) > 0 {
			t.Errorf("%s: %d clocks, %v:\n%s", c.args, len(config.Refclocks), findings, b)
		}
	}
}

// once polls two good servers and a late one, and gives what is printed.
func once(t *testing.T, o htntpOptions) (printed string, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Hour) // a leap second may precede the time at which it begins
		web := simweb.Web{}
		var c htntp.Config
		for i, name := range []string{"a.example", "b.example", "c.example"} {
			s := &simweb.Server{Offset: -734 * time.Millisecond, Out: 10 * time.Millisecond, Back: 10 * time.Millisecond}
			if i == 2 {
				s.Offset -= 300 * time.Millisecond
			}
			web[name+":80"] = s
			host, err := htntp.ParseHost("http://" + name)
			if err != nil {
				t.Fatal(err)
			}
			c.Hosts = append(c.Hosts, host)
		}
		c.Dial, c.Since = web.Dial, time.Now().AddDate(-1, 0, 0)
		var b strings.Builder
		err = o.pollOnce(t.Context(), &b, c)
		printed = b.String()
	})
	return printed, err
}

func TestOnce(t *testing.T) {
	printed, err := once(t, htntpOptions{verbose: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"http://c.example                 HEAD 200  Sat, 01 Jan 2000 00:59:59 GMT  trip    20 ms  between ",
		"http://a.example                 agrees    off by ",
		"http://c.example                 late      off by -",
		"The system clock is off by -0.73",
		"2 of 3 servers agree",
		"It is 2000-01-01T01:00:",
	} {
		if !strings.Contains(printed, want) {
			t.Errorf("%s\nwant %q", printed, want)
		}
	}
}

// On paths of 5 ms there and 95 ms back, the true offset is outside the stated interval. The text
// says what the interval assumes, and the bounds that do not assume it hold.
func TestOnceStatesTheAsymmetry(t *testing.T) {
	const offset = -734 * time.Millisecond
	poll := func(out, back time.Duration) (v htntp.Verdict, printed string) {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Hour)
			web, c := simweb.Web{}, htntp.Config{}
			for _, name := range []string{"a.example", "b.example", "c.example"} {
				web[name+":80"] = &simweb.Server{Offset: offset, Out: out, Back: back}
				host, err := htntp.ParseHost("http://" + name)
				if err != nil {
					t.Fatal(err)
				}
				c.Hosts = append(c.Hosts, host)
			}
			c.Dial, c.Since = web.Dial, time.Now().AddDate(-1, 0, 0)
			engine, err := htntp.NewEngine(c)
			if err != nil {
				t.Fatal(err)
			}
			if v, err = engine.Ask(t.Context()); err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			printVerdict(&b, v, nil)
			printed = b.String()
		})
		return v, printed
	}
	for _, c := range []struct {
		out, back time.Duration
		within    bool
	}{{20 * time.Millisecond, 20 * time.Millisecond, true}, {10 * time.Millisecond, 30 * time.Millisecond, true}, {95 * time.Millisecond, 5 * time.Millisecond, false}} {
		v, printed := poll(c.out, c.back)
		if within := v.Low <= offset && offset <= v.High; within != c.within {
			t.Errorf("%v there, %v back: %v to %v, has the offset: %v, want %v", c.out, c.back, v.Low, v.High, within, c.within)
		}
		if trip := c.out + c.back; v.Hard[0] > offset || offset > v.Hard[1] || v.Hard[1]-v.Hard[0] > trip+trip/2 {
			t.Errorf("%v there, %v back: certainly %v to %v", c.out, c.back, v.Hard[0], v.Hard[1])
		}
		for _, text := range []string{printed, v.String()} {
			if !strings.Contains(text, htntp.Assumption) || !strings.Contains(text, "certainly") {
				t.Errorf("no assumption or no bounds in %s", text)
			}
		}
	}
}

func TestOnceJSON(t *testing.T) {
	printed, err := once(t, htntpOptions{json: true})
	if err != nil {
		t.Fatal(err)
	}
	var j verdictJSON
	if err := json.Unmarshal([]byte(printed), &j); err != nil {
		t.Fatalf("%v in %s", err, printed)
	}
	off := time.Duration(*j.OffsetNS) + 734*time.Millisecond
	if off.Abs() > time.Duration(*j.HalfNS)*2 || j.Agree != 2 || len(j.ServerList) != 3 || j.ServerList[2].Standing != "late" || j.ServerList[2].Hint == "" {
		t.Errorf("%s", printed)
	}
}

// webConfig returns the driver's configuration of a command's flags.
func webConfig(t *testing.T, args ...string) (htntp.Config, error) {
	t.Helper()
	values := htntpKind.New().(*settings.HTNTPSettings)
	flags := flag.NewFlagSet("htntp", flag.ContinueOnError)
	values.Schema().Define(flags)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	if _, err := settings.FromFlags(htntpKind, values, flags, []string{"a.example", "b.example", "c.example"}); err != nil {
		t.Fatal(err)
	}
	return values.Config(environment(nil))
}

func TestProxyLogin(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "login")
	if err := os.WriteFile(file, []byte("anna:pass:word\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(settings.ProxyLoginVariable, "berta:other")
	if c, err := webConfig(t, "--proxy", "192.168.1.1:3128", "--proxy-login", file); err != nil || c.Proxy.User != "anna" || c.Proxy.Password != "pass:word" {
		t.Errorf("file: %+v, %v", c.Proxy, err)
	}
	if c, err := webConfig(t, "--proxy", "192.168.1.1:3128"); err != nil || c.Proxy.User != "berta" || c.Proxy.Password != "other" {
		t.Errorf("environment: %+v, %v", c.Proxy, err)
	}
	if _, err := webConfig(t, "--proxy", "192.168.1.1:3128", "--proxy-login", filepath.Join(folder, "none")); exitCode(err) != exitDevice {
		t.Errorf("no file: %v", err)
	}
	if _, err := webConfig(t, "--proxy", "192.168.1.1:3128", "--proxy-login", "/dev/null"); !errors.Is(err, regularfile.ErrNotRegular) {
		t.Errorf("a device: %v", err)
	}
	t.Setenv(settings.ProxyLoginVariable, "nobody")
	if _, err := webConfig(t, "--proxy", "192.168.1.1:3128"); exitCode(err) != exitInput {
		t.Errorf("no password: %v", err)
	}
}

func TestAuthorities(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ca")
	if err := os.WriteFile(file, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := webConfig(t, "--ca", file); exitCode(err) != exitInput {
		t.Errorf("%v", err)
	}
	if _, err := webConfig(t, "--ca", file+"x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	for _, file := range []string{"/dev/null", t.TempDir()} {
		if _, err := webConfig(t, "--ca", file); !errors.Is(err, regularfile.ErrNotRegular) || exitCode(err) != exitInput {
			t.Errorf("--ca %s: %v, exit code %d", file, err, exitCode(err))
		}
	}
	if err := os.Truncate(file, 1<<40); err != nil {
		t.Fatal(err)
	}
	if _, err := webConfig(t, "--ca", file); !errors.Is(err, regularfile.ErrSize) {
		t.Errorf("a file without end: %v", err)
	}
}

// Neither a flag nor a file makes a message that has the proxy's password.
func TestProxyPasswordIsHidden(t *testing.T) {
	for _, proxy := range []string{
		"http://anna:s3cret@proxy.example", "anna:s3cret@proxy.example", "ftp://anna:s3cret@h:1", "http://anna:s3%zzcret@h:1", "anna:s3cret",
		`anna:s3"cret@h`, `anna:s3" for flag -proxy: cret@h`,
	} {
		_, err := output(t, "htntp", "--once", "--proxy", proxy, "a.example")
		if err == nil || strings.Contains(err.Error(), "s3") || strings.Contains(err.Error(), "cret") || !strings.Contains(err.Error(), "anna") || !strings.Contains(err.Error(), "--proxy") {
			t.Errorf("--proxy %s: %v", proxy, err)
		}
		file := filepath.Join(t.TempDir(), "refclock.toml")
		for _, value := range []string{fmt.Sprintf("%q", proxy), fmt.Sprintf("[%q]", proxy)} {
			text := "[[htntp]]\nservers = [\"a.example\", \"b.example\", \"c.example\"]\nproxy = " + value + "\n"
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := output(t, "run", "--check", "--config", file)
			if err == nil || strings.Contains(err.Error(), "s3") || strings.Contains(err.Error(), "cret") || !strings.Contains(err.Error(), "proxy") {
				t.Errorf("proxy = %s: %v", value, err)
			}
		}
	}
}

// The same for a server, which takes no login, and for a witness.
func TestServerPasswordIsHidden(t *testing.T) {
	hidden := func(err error, name string) bool {
		return err != nil && !strings.Contains(err.Error(), "s3") && !strings.Contains(err.Error(), "cret") && strings.Contains(err.Error(), name)
	}
	for _, server := range []string{"https://anna:s3cret@a.example", "anna:s3cret@a.example", "anna:s3%zzcret@a.example:1", "anna:s3cret", "anna:s3/cret"} {
		for _, args := range [][]string{
			{"htntp", server}, {"htntp", "b.example", server}, {"htntp", "--servers", "b.example", server},
			{"htntp", "--servers", server}, {"htntp", "--servers", "b.example,c.example," + server}, {"gps", "--witness", "b.example,c.example," + server},
		} {
			if _, err := output(t, args...); !hidden(err, "") {
				t.Errorf("%q: %v", args, err)
			}
		}
		file := filepath.Join(t.TempDir(), "refclock.toml")
		for _, value := range []string{fmt.Sprintf("%q", server), fmt.Sprintf("[\"b.example\", \"c.example\", %q]", server), fmt.Sprintf("[%q, 3]", server), fmt.Sprintf("[[%q]]", server)} {
			for name, table := range map[string]string{"servers": "[[htntp]]\nservers", "witness": "[[gps]]\nwitness"} {
				if err := os.WriteFile(file, []byte(table+" = "+value+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
				if _, err := output(t, "run", "--check", "--config", file); !hidden(err, name) {
					t.Errorf("%s = %s: %v", table, value, err)
				}
			}
		}
	}
}

// What a server sends cannot control the terminal.
func TestDateIsVisible(t *testing.T) {
	for date, want := range map[string]string{
		"Wed, 25 Nov 2026 21:00:00 GMT": "Wed, 25 Nov 2026 21:00:00 GMT",
		"\x1b]0;OWNED\x07\x1b[2J":       `\u001b]0;OWNED\u0007\u001b[2J`,
		"\u202e\x85\xff":                `\u202e\x85\xff`,
		strings.Repeat("x", 99):         strings.Repeat("x", 40),
	} {
		var b strings.Builder
		printExchange(&visibleWriter{to: &b}, htntp.Exchange{Status: 200, Date: date})
		if !strings.Contains(b.String(), want) || strings.ContainsFunc(b.String(), func(c rune) bool { return c != '\n' && (c < ' ' || c > '~') }) || b.Len() > 200 {
			t.Errorf("%q: %q", date, b.String())
		}
	}
}

// refclock uses only the proxy that it is told to use, and says so.
func TestProxyOfEnvironment(t *testing.T) {
	t.Setenv("http_proxy", "http://anna:s3cret@proxy.example:3128")
	for args, want := range map[string]bool{"": true, "--proxy=": false, "--proxy=h:1": false} {
		values := htntpKind.New().(*settings.HTNTPSettings)
		flags := flag.NewFlagSet("htntp", flag.ContinueOnError)
		values.Schema().Define(flags)
		if err := flags.Parse(strings.Fields(args)); err != nil {
			t.Fatal(err)
		}
		c, err := settings.FromFlags(htntpKind, values, flags, []string{"a.example", "b.example", "c.example"})
		if err != nil {
			t.Fatal(err)
		}
		warning := strings.Join(c.Warnings, "\n")
		if strings.Contains(warning, "http_proxy") != want || strings.Contains(warning, "s3cret") {
			t.Errorf("%q: warnings %q", args, warning)
		}
	}
}
