package settings

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// others are values that are not the defaults, as in a file.
var others = map[string]string{
	"[daemon]":     "listen = \"0.0.0.0:9123\"\nlisten_public = true\nshow_position = true\nkeep_history = true\nrealtime = true\n",
	"[[gps]]":      "device = \"/dev/ttyé \\\"0\\\" \\\\\"\nbaud = 9600\nunit = 5\nsock = \"/run/a.sock\"\nshare_unit = true\nlayout = 88\nkey = 0x1234\nsummary = \"1h30m\"\ndelay = \"120ms\"\npivot = \"2026-11-23\"\npps = \"gpio:GPIO18\"\npps_unit = 7\npps_sock = \"/run/b.sock\"\npolarity = \"falling\"\nbias = \"pull-up\"\nactive_low = true\npoll = true\nktimer = true\nlateness = \"measure\"\nleap_seconds = \"/etc/leaps\"\ncold_start = \"90s\"\nholdover = \"12s\"\nwitness = [\"a.example\", \"b.example\", \"c.example\"]\nrecord = \"30m\"\n",
	"[[htntp]]":    "servers = [\"a.example\", \"http://b.example\", \"c.example\"]\nunit = 9\nsock = \"/run/c.sock\"\nshare_unit = true\nlayout = 80\nkey = 0x1235\nsummary = \"5m\"\ninterval = \"64s\"\nrepeat = \"4s\"\nproxy = \"socks5://p.example:1080\"\nproxy_login = \"/etc/login\"\nca = \"/etc/ca.pem\"\nhttpstime = true\n",
	"[[feed]]":     "command = [\"dcf77\", \"--pin\", \"18\"]\nunit = 10\nsock = \"/run/e.sock\"\nshare_unit = true\nlayout = 80\nkey = 0x1237\nsummary = \"3h\"\nsettle = 7\nwitness = \"kernel\"\n",
	"[[offbyone]]": "unit = 11\nsock = \"/run/d.sock\"\nshare_unit = true\nlayout = 96\nkey = 0x1236\nsummary = \"2h\"\noffset = \"-5s\"\ninterval = \"2s\"\n",
}

// The text of a configuration loads as the same settings: with the defaults, with other values
// of every setting, and without the units that a socket replaces.
func TestText(t *testing.T) {
	all, bare := "", "[[gps]]\nsock = \"/run/a.sock\"\npps_sock = \"/run/b.sock\"\n[[offbyone]]\nsock = \"/run/d.sock\"\n"
	for table, text := range others {
		all += table + "\n" + text
	}
	for name, text := range map[string]string{"others": all, "bare": bare, "defaults": "[[gps]]\n"} {
		first, err := Parse("a.toml", text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again, err := Parse("a.toml", first.Text())
		if err != nil {
			t.Fatalf("%s: %v in\n%s", name, err, first.Text())
		}
		again.Warnings, again.lines = first.Warnings, first.lines // the texts differ in their lines
		if !reflect.DeepEqual(first, again) {
			t.Errorf("%s: loads as\n%s\nwant\n%s", name, again.Text(), first.Text())
		}
	}
}

// Each setting has another value in this test.
func TestTextHasEverySetting(t *testing.T) {
	defaults := map[string]string{"[daemon]": new(Daemon).Schema().Text("[daemon]")}
	for _, k := range Kinds {
		table := fmt.Sprintf("[[%s]]", k.Name)
		defaults[table] = k.New().Schema().Text(table)
	}
	for table, text := range defaults {
		lines := slices.Collect(strings.Lines(text))
		for line := range strings.Lines(others[table]) {
			if slices.Contains(lines, line) {
				t.Errorf("%s: %s is the default", table, line)
			}
		}
		want := len(lines) - 1
		if table == "[[feed]]" {
			want-- // a command excludes an input
		}
		if n := strings.Count(others[table], "\n"); n != want {
			t.Errorf("%s: %d other values, want %d", table, n, want)
		}
	}
}

// A text has no password, and can be loaded.
func TestTextWithoutPasswords(t *testing.T) {
	c, err := Parse("a.toml", "[[htntp]]\nservers = [\"a.example\", \"b.example\", \"c.example\"]\nproxy = \"http://me:opensesame@proxy.example:3128\"\n")
	if err != nil {
		t.Fatal(err)
	}
	text := c.Text()
	if strings.Contains(text, "opensesame") || !strings.Contains(text, "proxy.example:3128") {
		t.Errorf("%s", text)
	}
	if _, err := Parse("a.toml", text); err != nil {
		t.Errorf("%v in\n%s", err, text)
	}
}
