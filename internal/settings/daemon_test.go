package settings

import (
	"flag"
	"strings"
	"testing"
)

// An address that other machines reach needs a second setting, in a file as in flags.
func TestListen(t *testing.T) {
	const loopbackOnly, syntax = "other machines could read the page", "expected an IP address or localhost"
	for _, c := range []struct {
		listen string
		public bool
		wrong  string
	}{
		{"", false, ""}, {"127.0.0.1:9123", false, ""}, {"[::1]:9123", false, ""}, {"localhost:9123", false, ""}, {"127.8.9.10:1", false, ""}, {"[::ffff:127.0.0.1]:80", false, ""},
		{"0.0.0.0:9123", false, loopbackOnly}, {"[::]:9123", false, loopbackOnly}, {"192.0.2.1:9123", false, loopbackOnly}, {"[fe80::1%eth0]:9123", false, loopbackOnly},
		{"0.0.0.0:9123", true, ""}, {"[::]:9123", true, ""}, {"127.0.0.1:9123", true, ""},
		{"9123", false, syntax}, {":9123", false, syntax}, {"127.0.0.1", false, syntax}, {"127.0.0.1:0", false, syntax}, {"127.0.0.1:65536", false, syntax},
		{"example.org:9123", true, syntax}, {"127.0.0.1:http", false, syntax}, {"127.1:9123", false, syntax},
	} {
		text := "[daemon]\nlisten = \"" + c.listen + "\"\n"
		args := []string{"--listen", c.listen}
		if c.public {
			text += "listen_public = true\n"
			args = append(args, "--listen-public")
		}
		got, errFile := Parse("test", text+"[[offbyone]]\n")
		var flags, merged Daemon
		set := flag.NewFlagSet("run", flag.ContinueOnError)
		set.SetOutput(new(strings.Builder))
		flags.Schema().Define(set)
		errFlags := set.Parse(args)
		if errFlags == nil {
			errFlags = merged.Override(flags, set)
		}
		for name, err := range map[string]error{"file": errFile, "flags": errFlags} {
			switch {
			case c.wrong == "" && err != nil, c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)):
				t.Errorf("%s, listen %q, public %v: %v, want %q", name, c.listen, c.public, err, c.wrong)
			}
		}
		if c.wrong == "" && (got.Daemon != merged || got.Daemon.Listen != c.listen) {
			t.Errorf("%q: the file gives %+v, the flags %+v", c.listen, got.Daemon, merged)
		}
	}
}

// Flags that were not given change nothing.
func TestOverride(t *testing.T) {
	file := Daemon{Listen: "0.0.0.0:1", Public: true, Position: true, KeepHistory: true, Realtime: true}
	var flags Daemon
	set := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.Schema().Define(set)
	if err := set.Parse([]string{"--show-position=false", "--keep-history=false", "--realtime=false"}); err != nil {
		t.Fatal(err)
	}
	if err := file.Override(flags, set); err != nil || file != (Daemon{Listen: "0.0.0.0:1", Public: true}) {
		t.Errorf("%+v, %v", file, err)
	}
}

// The table of the daemon is there once.
func TestDaemonTable(t *testing.T) {
	for text, want := range map[string]string{
		"[[daemon]]\nlisten = \"\"\n":           "expected [daemon] in single brackets",
		"daemon = 3\n":                          "daemon: expected [daemon]",
		"[daemon]\nlissten = \"\"\n":            "test:2: lissten: [daemon] has no such setting; did you mean listen?",
		"[daemon]\nlisten = 9123\n":             "test:2: listen = 9123: expected an address",
		"[daemon]\nlisten = \"0.0.0.0:9123\"\n": "test:2: listen = \"0.0.0.0:9123\": other machines",
	} {
		if _, err := Parse("test", text+"[[offbyone]]\n"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
