package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver/htntp"
	"github.com/refclock/refclock/internal/daemonconf"
	"github.com/refclock/refclock/internal/daemonlint"
	"github.com/refclock/refclock/internal/simweb"
)

func TestPrintConfig(t *testing.T) {
	for _, c := range []struct {
		o    htntpOptions
		want []string
	}{
		{htntpOptions{daemon: "ntp", interval: 300e9, unit: unitFlags{unit: 2}}, []string{"server 127.127.28.2 minpoll 9 maxpoll 9\n", "fudge 127.127.28.2 refid HTTP flag1 1\n"}},
		{htntpOptions{daemon: "ntp", interval: 64e9, unit: unitFlags{unit: 1}}, []string{"server 127.127.28.1 minpoll 7 maxpoll 7\n"}},
		{htntpOptions{daemon: "ntpsec", interval: 300e9, repeat: 16e9, unit: unitFlags{unit: 3}}, []string{"refclock shm unit 3 refid HTTP minpoll 5 maxpoll 5\n"}},
		{htntpOptions{daemon: "chrony", interval: 300e9, repeat: 1e9, asymmetry: 20e6, unit: unitFlags{unit: 2}}, []string{"refclock SHM 2:perm=0666 refid HTTP ", " poll 3 filter 1 offset -0.010000\n"}},
		{htntpOptions{daemon: "chrony", interval: 300e9, unit: unitFlags{unit: 0}}, []string{"refclock SHM 0:perm=0600 refid HTTP precision 2e-3 delay 6e-2 poll 9 filter 1\n"}},
	} {
		var b strings.Builder
		if err := c.o.printConfig(&b); err != nil {
			t.Errorf("%+v: %v", c.o, err)
		}
		for _, want := range c.want {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s:\n%swant %q", c.o.daemon, &b, want)
			}
		}
		kind := map[string]daemonconf.Daemon{"chrony": daemonconf.Chrony, "ntp": daemonconf.NTP, "ntpsec": daemonconf.NTPsec}[c.o.daemon]
		config := daemonconf.Parse(kind, c.o.daemon, []byte(b.String()))
		if findings := daemonlint.Lint(config, daemonlint.Facts{}); len(config.Refclocks) != 1 || len(findings) > 0 {
			t.Errorf("%s: %d clocks, %v:\n%s", c.o.daemon, len(config.Refclocks), findings, &b)
		}
	}
}

func TestSecondsFlag(t *testing.T) {
	for text, want := range map[string]time.Duration{"300": 5 * time.Minute, "5m": 5 * time.Minute, "90.5s": 90500 * time.Millisecond, "0": 0} {
		var s secondsFlag
		if err := s.Set(text); err != nil || time.Duration(s) != want {
			t.Errorf("%q: %v, %v", text, time.Duration(s), err)
		}
	}
	for _, text := range []string{"", "-5", "-5s", "five", "99999999999999"} {
		var s secondsFlag
		if err := s.Set(text); err == nil {
			t.Errorf("%q: %v", text, time.Duration(s))
		}
	}
}

// once polls two good servers and a late one, and gives what is printed.
func once(t *testing.T, o htntpOptions) (printed string, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
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
		err = o.askOnce(t.Context(), &b, c)
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
		"http://c.example                 HEAD 200  Fri, 31 Dec 1999 23:59:59 GMT  trip    20 ms  between ",
		"http://a.example                 agrees    off by ",
		"http://c.example                 late      off by -",
		"The system clock is off by -0.73",
		"2 of 3 servers agree",
		"It is 2000-01-01T00:00:",
	} {
		if !strings.Contains(printed, want) {
			t.Errorf("%s\nwant %q", printed, want)
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

func TestProxyLogin(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "login")
	if err := os.WriteFile(file, []byte("anna:pass:word\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := htntpOptions{proxy: "192.168.1.1:3128", credentials: file}
	t.Setenv(credentialsEnv, "berta:other")
	if p, err := o.proxySetting(); err != nil || p.User != "anna" || p.Password != "pass:word" {
		t.Errorf("file: %+v, %v", p, err)
	}
	o.credentials = ""
	if p, err := o.proxySetting(); err != nil || p.User != "berta" || p.Password != "other" {
		t.Errorf("environment: %+v, %v", p, err)
	}
	o.credentials = filepath.Join(folder, "none")
	if _, err := o.proxySetting(); exitCode(err) != exitDevice {
		t.Errorf("no file: %v", err)
	}
	t.Setenv(credentialsEnv, "nobody")
	o.credentials = ""
	if _, err := o.proxySetting(); exitCode(err) != exitInput {
		t.Errorf("no password: %v", err)
	}
}

func TestAuthorities(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ca")
	if err := os.WriteFile(file, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := htntpOptions{ca: file}
	if _, err := o.roots(); exitCode(err) != exitInput {
		t.Errorf("%v", err)
	}
	o.ca += "x"
	if _, err := o.roots(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}
