package settings

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/regularfile"
	"github.com/refclock/refclock/nmea"
)

// Four times as many clocks take four times as many allocations, not sixteen: the file is decoded
// and its lines are counted once, not once for each clock or target.
func TestParseIsLinear(t *testing.T) {
	parse := func(clocks int) float64 {
		var text strings.Builder
		for i := range clocks {
			fmt.Fprintf(&text, "[[gps]]\ndevice = \"/dev/ttyUSB%d\"\nbaud = 9600\nunit = %d\npps = \"none\"\n\n", i, i+20)
		}
		return testing.AllocsPerRun(1, func() {
			if c, err := Parse("many.toml", text.String()); err != nil || len(c.Clocks) != clocks {
				t.Fatalf("%d clocks, %v", len(c.Clocks), err)
			}
		})
	}
	if few, many := parse(50), parse(200); many > 4.2*few {
		t.Errorf("%.0f allocations for 50 clocks, %.0f for 200", few, many)
	}
}

// The reference has the defaults: parsed unchanged, it changes nothing.
func TestReferenceIsTheDefaults(t *testing.T) {
	got, err := Parse("reference.toml", Reference())
	if err != nil {
		t.Fatal(err)
	}
	if want := []Clock{{"gps", newGPSSettings()}}; !reflect.DeepEqual(got.Clocks, want) {
		t.Errorf("the reference is parsed as %+v, want %+v", got.Clocks[0].Settings, want[0].Settings)
	}
	for line := range strings.Lines(Reference()) {
		if len(strings.TrimSuffix(line, "\n")) > 80 {
			t.Errorf("more than 80 columns: %q", line)
		}
	}
}

// Settings that are commented out, with no space after the #, are the defaults, too.
func TestReferenceHasEveryDefault(t *testing.T) {
	everything := regexp.MustCompile(`(?m)^#(\S)`).ReplaceAllString(Reference(), "$1")
	got, err := Parse("reference.toml", everything)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range got.Clocks {
		want := Kinds[i].New()
		if h, ok := want.(*HTNTPSettings); ok {
			h.servers = []string{"www.example.org", "www.example.net", "www.example.com"} // they have no default
		}
		if f, ok := want.(*feedSettings); ok {
			f.input = "fifo:/run/refclock/clock" // a file needs an input
		}
		if !reflect.DeepEqual(c.Settings, want) {
			t.Errorf("[[%s]] in the reference is parsed as %+v, want the defaults %+v", c.Kind, c.Settings, want)
		}
	}
	if len(got.Clocks) != len(Kinds) {
		t.Errorf("%d clocks in the reference, and %d kinds", len(got.Clocks), len(Kinds))
	}
}

// parseFlags builds a clock from a command's arguments.
func parseFlags(kind Kind, args ...string) (Configuration, error) {
	settings := kind.New()
	set := flag.NewFlagSet(kind.Name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	settings.Schema().Define(set)
	if err := set.Parse(args); err != nil {
		return Configuration{}, err
	}
	return FromFlags(kind, settings, set, set.Args())
}

// Each setting is a flag and a key of the same name with the same default, and both accept
// the same value.
func TestFlagsAndFilesAgree(t *testing.T) {
	other := map[string]string{ // values that are not the default
		"device": "/dev/ttyS3", "baud": "9600", "unit": "9", "sock": "/run/a", "layout": "88", "key": "0x10", "delay": "120ms",
		"pivot": "2026-11-23", "pps": "gpio:GPIO18", "pps_unit": "7", "pps_sock": "/run/b", "polarity": "falling", "bias": "pull-up",
		"lateness": "measure", "leap_seconds": "none", "cold_start": "1m", "holdover": "1h", "record": "30m", "witness": "none", "servers": "a.example,b.example,c.example",
		"interval": "10m", "summary": "2h", "repeat": "16s", "proxy": "proxy.example:3128", "proxy_login": "/etc/login", "ca": "/etc/ca.pem", "offset": "2s",
		"input": "socket:/run/c", "command": "dcf77", "settle": "1",
	}
	for _, kind := range Kinds {
		base := ""
		if kind.Name == "htntp" {
			base = "--servers=d.example,e.example,f.example"
		}
		if kind.Name == "feed" {
			base, other["witness"] = "--input=fifo:/run/d", "kernel"
		}
		for _, s := range kind.New().Schema() {
			if s.Usage == "" || strings.HasSuffix(s.Usage, ".") || unicode.IsUpper(rune(s.Usage[0])) && !strings.HasPrefix(s.Usage, "System V") {
				t.Errorf("[[%s]] %s: usage %q", kind.Name, s.Name, s.Usage)
			}
			fresh := s.Value.String()
			var file string
			var arguments []string
			value, ok := other[s.Name]
			switch {
			case fresh == "false":
				file, arguments = "true", []string{"--" + s.Flag()}
			case !ok:
				t.Errorf("[[%s]] %s: no other value to try", kind.Name, s.Name)
				continue
			default:
				file, arguments = strconv.Quote(value), []string{"--" + s.Flag(), value}
				if s.Name == "servers" {
					file = `["` + strings.ReplaceAll(value, ",", `", "`) + `"]`
				} else if _, err := strconv.ParseInt(value, 0, 64); err == nil {
					file = value
				}
			}
			text := fmt.Sprintf("[[%s]]\n%s = %s\n", kind.Name, s.Name, file)
			switch s.Name {
			case "servers", "input", "command":
			case "interval":
				if kind.Name == "offbyone" {
					text, arguments[1] = strings.Replace(text, "10m", "2s", 1), "2s"
				}
				fallthrough
			default:
				if base != "" {
					if kind.Name == "feed" {
						text += `input = "fifo:/run/d"` + "\n"
					} else {
						text += `servers = ["d.example", "e.example", "f.example"]` + "\n"
					}
					arguments = append(arguments, base)
				}
			}
			if s.Name == "proxy_login" {
				text += "proxy = \"p.example:1\"\n"
				arguments = append(arguments, "--proxy", "p.example:1")
			}
			fromFile, err := Parse("test", text)
			if err != nil {
				t.Errorf("%s%v", text, err)
				continue
			}
			fromFlags, err := parseFlags(kind, arguments...)
			if err != nil {
				t.Errorf("%q: %v", arguments, err)
				continue
			}
			if !reflect.DeepEqual(fromFile.Clocks, fromFlags.Clocks) {
				t.Errorf("%q: %+v, and in a file %+v", arguments, fromFlags.Clocks[0].Settings, fromFile.Clocks[0].Settings)
			}
			if got := fromFile.Clocks[0].Settings.Schema().Named(s.Name).Value.String(); got == fresh {
				t.Errorf("%q: the value is still %q", arguments, got)
			}
		}
	}
}

// A command and a file warn of the same settings and refuse the same ones.
func TestCommandsCheckAsFilesDo(t *testing.T) {
	for _, c := range []struct {
		kind, file string
		args       []string
		want       string
		warning    bool
	}{
		{"htntp", `servers = ["a.example"]`, []string{"a.example"}, "fewer than three servers", true},
		{"htntp", "", nil, "no web server is named", false},
		{"htntp", `servers = "ftp://a"`, []string{"ftp://a"}, "expected a name such as", false},
		{"htntp", "servers = \"a.example\"\ninterval = \"5s\"", []string{"--interval", "5s", "a.example"}, "expected a time from 1m4s", false},
		{"htntp", "servers = \"a.example\"\nproxy_login = \"/f\"", []string{"--proxy-login", "/f", "a.example"}, "no proxy to log in to", false},
		{"feed", "input = \"fifo:a\"", []string{"--input", "fifo:a"}, "expected an absolute path", false},
		{"feed", "input = \"fifo:/a\"\ncommand = [\"b\", \"c\"]", []string{"--input", "fifo:/a", "b", "c"}, "only one of them", false},
		{"feed", `command = "dcf77 --pin 18"`, []string{"dcf77 --pin 18"}, "each argument as a text of its own", false},
		{"feed", `command = ["", "x"]`, []string{"", "x"}, "the name of a program first", false},
		{"feed", "input = \"-\"\nsettle = 0", []string{"--settle", "0"}, "a whole number from 1 to 60", false},
		{"feed", "input = \"-\"\nwitness = \"a.example\"", []string{"--witness", "a.example"}, "three web servers or more", false},
		{"gps", `holdover = "25h"`, []string{"--holdover", "25h"}, "expected a time from 0s to 24h", false},
		{"gps", `delay = "2s"`, []string{"--delay", "2s"}, "from -500ms to 1.5s", false},
		{"gps", `baud = 9601`, []string{"--baud", "9601"}, "expected one of 4800", false},
		{"gps", `witness = ["a.example", "b.example"]`, []string{"--witness", "a.example,b.example"}, "three web servers or more", false},
		{"gps", "pps = \"none\"\npps_sock = \"/a\"", []string{"--pps", "none", "--pps-sock", "/a"}, "no pulse to publish", false},
		{"gps", "unit = 1\npps_unit = 1", []string{"--unit", "1", "--pps-unit", "1"}, "is already used by", false},
		{"gps", "unit = 255", []string{"--unit", "255"}, "no unit after it", false},
		{"gps", `device = "aut"`, []string{"aut"}, `; did you mean "auto"?`, false},
		{"gps", `baud = "atuo"`, []string{"--baud", "atuo"}, `; did you mean "auto"?`, false},
		{"gps", `pps = "non"`, []string{"--pps", "non"}, `; did you mean "none"?`, false},
		{"gps", `pps_unit = "aut"`, []string{"--pps-unit", "aut"}, `; did you mean "auto"?`, false},
		{"gps", `delay = "atuo"`, []string{"--delay", "atuo"}, `; did you mean "auto"?`, false},
		{"gps", `lateness = "mesure"`, []string{"--lateness", "mesure"}, `; did you mean "measure"?`, false},
		{"gps", `leap_seconds = "non"`, []string{"--leap-seconds", "non"}, `; did you mean "none"?`, false},
		{"feed", "input = \"-\"\nwitness = \"kernl\"", []string{"--witness", "kernl"}, `; did you mean "kernel"?`, false},
		{"offbyone", `interval = "10ms"`, []string{"--interval", "10ms"}, "expected a time from 100ms to 1h", false},
	} {
		fromFile, errFile := Parse("test", "[["+c.kind+"]]\n"+c.file+"\n")
		fromFlags, errFlags := parseFlags(Named(c.kind), c.args...)
		got := []string{fmt.Sprint(errFile), fmt.Sprint(errFlags)}
		if c.warning {
			got = []string{strings.Join(fromFile.Warnings, ""), strings.Join(fromFlags.Warnings, "")}
		}
		for _, text := range got {
			if !strings.Contains(text, c.want) {
				t.Errorf("%s %q: %q, want %q in it", c.kind, c.args, text, c.want)
			}
		}
	}
}

// twoReceivers have the default units, and the free unit 2 is another clock's.
const twoReceivers = "[[gps]]\ndevice = \"/dev/a\"\npps = \"gpio:GPIO18\"\n[[gps]]\ndevice = \"/dev/b\"\npps = \"gpio:GPIO4\"\n[[offbyone]]\nunit = 2\n"

// One failing case for each rule: where, what was found, what was expected.
func TestRules(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "there is no clock; expected [[gps]] or [[htntp]] or [[feed]] or [[offbyone]]"},
		{"[[clock]]", "unknown [[clock]]; expected [daemon], [[feed]], [[gps]], [[htntp]], [[offbyone]]"},
		{"[[gsp]]", "unknown [[gsp]]; did you mean [[gps]]?"},
		{"[[GPS]]", "unknown [[GPS]]; did you mean [[gps]]?"},
		{"[deamon]", "unknown [deamon]; did you mean [daemon]?"},
		{"[[gps]]\npps = \"non\"", `"auto" or "none"; did you mean "none"?`},
		{"[[gps]]\npps = \"eth\"", `"auto" or "none"`},
		{"[[gps]]\npps = \"Auto\"", `; did you mean "auto"?`},
		{"[[gps]]\ndevice = \"aut\"", `; did you mean "auto"?`},
		{"[[gps]]\nbaud = \"atuo\"", `; did you mean "auto"?`},
		{"[[gps]]\ndelay = \"aut\"", `; did you mean "auto"?`},
		{"[[gps]]\npivot = \"aut\"", `; did you mean "auto"?`},
		{"[[gps]]\npolarity = \"risin\"", `"falling"; did you mean "rising"?`},
		{"[[gps]]\nbias = \"pullup\"", `; did you mean "pull-up"?`},
		{"[[gps]]\nleap_seconds = \"non\"", `; did you mean "none"?`},
		{"[[gps]]\nwitness = \"kernle\"", `; did you mean "kernel"?`},
		{"[[gps]]\nBAUD = 9600", "BAUD: [[gps]] has no such setting; did you mean baud?"},
		{"[[gps]]\nbuad = 9600", "test:2: buad: [[gps]] has no such setting; did you mean baud?"},
		{"[[gps]]\ndevice = \"ttyUSB0\"", `test:2: device = "ttyUSB0": expected an absolute path`},
		{"[[gps]]\ndevice = 1", "test:2: device = 1: expected an absolute path"},
		{"[[gps]]\nbaud = 9601", "test:2: baud = 9601: baud rate 9601: expected one of 4800"},
		{"[[gps]]\nbaud = \"9600\"", `test:2: baud = "9600": expected the number without quotes: 9600`},
		{"[[gps]]\nbaud = \"Auto\"", `test:2: baud = "Auto": expected "auto" or a baud rate such as 9600; did you mean "auto"?`},
		{"[[gps]]\nport = \"/dev/a\"", `test:2: port: [[gps]] has no such setting; did you mean device?`},
		{"[[gps]]\nbaudrate = 9600", `did you mean baud?`},
		{"[[gps]]\ntime1 = \"120ms\"", `did you mean delay?`},
		{"[[gps]]\ngpio = 18", `did you mean pps?`},
		{"[[gps]]\ndevice = \"/dev/ttyUSB0 \"", `device = "/dev/ttyUSB0 ": it ends with white space; remove it`},
		{"[[gps]]\npps = \"/dev/pps0 \"", `pps = "/dev/pps0 ": it ends with white space; remove it`},
		{"[[gps]]\npps = \"auto \"", `it ends with white space; remove it`},
		{"[[gps]]\nsock = \" /run/a.sock\"", `it begins with white space; remove it`},
		{"[[gps]]\ndelay = \" 120ms\"", `it begins with white space; remove it`},
		{"[daemon]\nlisten = \"127.0.0.1:9123 \"", `it ends with white space; remove it`},
		{"[[gps]]\nunit = 256", "expected a whole number from 0 to 255"},
		{"[[gps]]\nunit = 255", "there is no unit after it for the pulse"},
		{"[[gps]]\nlayout = 90", "test:2: layout = 90: expected \"auto\", 96, 88 or 80"},
		{"[[gps]]\ndelay = \"120\"", "such as \"120ms\""},
		{"[[gps]]\ndelay = \"2s\"", "a time from -500ms to 1.5s"},
		{"[[gps]]\npivot = \"tomorrow\"", "expected a date such as"},
		{"[[gps]]\npps = \"GPIO18\"", `test:2: pps = "GPIO18": `},
		{"[[gps]]\npps_unit = 300", "from 0 to 255"},
		{"[[gps]]\npps_unit = 0", "test:2: pps_unit = 0: pps_unit 0 is already used by the [[gps]] on line 1; expected another unit, such as pps_unit = 2"},
		{"[[gps]]\npolarity = \"up\"", `expected one of "auto", "rising", "falling"`},
		{"[[gps]]\nbias = \"up\"", `expected one of "as-is", "disabled", "pull-up", "pull-down"`},
		{"[[gps]]\nactive_low = 1", "expected true or false"},
		{"[[gps]]\nleap_seconds = \"file\"", "expected an absolute path"},
		{"[[gps]]\ncold_start = \"-1s\"", "expected a time from 0s"},
		{"[[gps]]\nholdover = \"25h\"", "expected a time from 0s to 24h"},
		{"[[gps]]\npoll = 1", "expected true or false"},
		{"[[gps]]\nsock = \"gps.sock\"", `test:2: sock = "gps.sock": expected an absolute path`},
		{"[[gps]]\nsock = \"/" + strings.Repeat("a", 107) + `"`, "expected 1 to 107"},
		{"[[gps]]\nsock = \"/a\"\npps_sock = \"//a\"", "test:3: pps_sock = \"//a\": pps_sock /a is already used by the [[gps]] on line 1; expected another socket"},
		{"[[gps]]\npps = \"none\"\npps_sock = \"/a\"", "there is no pulse to publish"},
		{"[[gps]]\nsock = \"/a\"\npps_unit = 2\n[[offbyone]]\nunit = 2", "test:5: unit = 2: unit 2 is already used"},
		{"[[gps]]\nwitness = 1", `test:2: witness = 1: expected "kernel", "none", or a list of web servers`},
		{"[[gps]]\nwitness = \"ntp\"", `test:2: witness = "ntp": expected kernel, none, or three web servers or more`},
		{"[[gps]]\nwitness = [\"a.example\", \"b.example\"]", `test:2: witness = ["a.example", "b.example"]: expected kernel, none, or three web servers or more`},
		{"[[gps]]\nwitness = [\"kernel\", \"a.example\", \"b.example\"]", "exclude every other witness"},
		{"[[gps]]\nwitness = [\"a.example\", \"b.example\", 3]", "the list has 3 in it; expected only texts in quotes"},
		{"[[gps]]\nwitness = [\"a.example\", \"b.example\", \"a.example\"]", "a.example is named twice"},
		{"[[gps]]\nwitness = [\"a.example\", \"b.example\", \"ftp://c.example\"]", "expected a name such as"},
		{"[[gps]]\nwitness = []", "three web servers or more"},
		{"[[gps]]\n[[offbyone]]\nunit = 1", "test:3: unit = 1: unit 1 is already used by the pulse of the [[gps]] on line 1; expected another unit, such as unit = 2"},
		{"[[gps]]\n[[gps]]\nunit = 2", "test:1: [[gps]]: there are 2 [[gps]]; expected each to have its own device"},
		{"[[gps]]\ndevice = \"/dev/a\"\npps = \"none\"\n[[gps]]\ndevice = \"/dev/b\"\nunit = 2", "test:4: [[gps]]: there are 2 [[gps]]; expected each to have its own pps, or pps = \"none\""},
		{"[[gps]]\nrealtime = true", "test:2: realtime: [[gps]] has no such setting; it belongs to [daemon]"},
		{"[daemon]\n[[htntp]]\nservers = [\"a.example\"]\nlisten = \"127.0.0.1:9123\"", "test:4: listen: [[htntp]] has no such setting; it belongs to [daemon]"},
		{twoReceivers, "test:4: [[gps]]: unit 0 is already used by the [[gps]] on line 1; expected another unit, such as unit = 3"},
		{twoReceivers, "test:4: [[gps]]: pps_unit 1 is already used by the pulse of the [[gps]] on line 1; expected another unit, such as pps_unit = 4"},
		{"[[htntp]]", "test:1: [[htntp]]: no web server is named; expected three or more"},
		{"[[htntp]]\nservers = [\"ftp://a\"]", "test:2: servers = "},
		{"[[htntp]]\nservers = [\"a.example\", \"a.example\"]", "named twice"},
		{"[[htntp]]\nservers = [\"a.example\"]\ninterval = \"5s\"", "expected a time from 1m4s"},
		{"[[htntp]]\nservers = [\"a.example\"]\nrepeat = \"10ms\"", "test:3: repeat = "},
		{"[[htntp]]\nservers = [\"a.example\"]\nproxy = \"b\"", "test:3: proxy = "},
		{"[[htntp]]\nservers = [\"a.example\"]\nproxy_login = \"/f\"", "there is no proxy"},
		{"[[htntp]]\nservers = [\"a.example\"]\nca = \"f\"", "expected an absolute path"},
		{"[[offbyone]]\ninterval = \"10ms\"", "expected a time from 100ms to 1h"},
		{"[[offbyone]]\noffset = \"25h\"", "expected a time from -24h"},
		{"[[feed]]", "test:1: [[feed]]: no input and no command; expected input = "},
		{"[[feed]]\ninput = \"fifo:/a\"\n[[feed]]\nunit = 5\ninput = \"fifo:/b/../a\"", "test:5: input = \"fifo:/b/../a\": the [[feed]] on line 1 already uses this input; expected another one"},
		{"[[feed]]\ncommand = \"a\"\n[[feed]]\ncommand = \"a\"", "test:3: [[feed]]: unit 4 is already used by the [[feed]] on line 1; expected another unit"},
		{"[[offbyone]]\ndevice = \"/dev/a\"", "[[offbyone]] has no such setting"},
	} {
		_, err := Parse("test", c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n%v\nwant %q in it", c.text, err, c.want)
		}
	}
}

// The error of a clock that cannot be built names the file and the line of its table.
func TestWrongNamesTheLine(t *testing.T) {
	c, err := Parse("test", "# two\n[[offbyone]]\n\n[[htntp]]\nservers = [\"a\", \"b\", \"c\"]\nca = \"/nonexistent/ca.pem\"\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = c.Clocks[0].Settings.Build(Env{Log: slog.New(slog.DiscardHandler), Built: nmea.Date{Year: 2026, Month: 11, Day: 1}}); err == nil {
		t.Fatal("built")
	}
	if err := c.Wrong(0, err); !errors.Is(err, ErrConfig) || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "test:4: [[htntp]]: ca: ") {
		t.Error(err)
	}
	if err := c.Wrong(1, err); !strings.Contains(err.Error(), "test:2: [[offbyone]]: ") {
		t.Error(err)
	}
	if err := (Configuration{Clocks: c.Clocks}).Wrong(0, fs.ErrInvalid); !strings.Contains(err.Error(), ": [[htntp]]: invalid argument") {
		t.Error(err)
	}
}

func TestLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "refclock.toml")
	if _, err := Load(t.Context(), file); !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), file) {
		t.Errorf("a missing file: %v", err)
	}
	for text, good := range map[string]bool{
		"[[gps]]\ndevice = \"/dev/ttyS9\"\n[[offbyone]]\n": true, "[[gps]]\nx = 1\n": false, "[[gps": false,
	} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		c, err := Load(t.Context(), file)
		if good != (err == nil) || !good && !errors.Is(err, ErrConfig) || good && (len(c.Clocks) != 2 || c.File != file) {
			t.Errorf("%q: %+v, %v", text, c, err)
		}
	}
}

// A socket replaces a unit that was not configured.
func TestTargets(t *testing.T) {
	for text, want := range map[string]string{
		"[[gps]]":                                   "unit 0, pps_unit 1",
		"[[gps]]\nunit = 4":                         "unit 4, pps_unit 5",
		"[[gps]]\nunit = 4\npps = \"none\"":         "unit 4",
		"[[gps]]\nsock = \"/a\"":                    "sock /a, pps_unit 1",
		"[[gps]]\nsock = \"/a\"\npps_sock = \"/b\"": "sock /a, pps_sock /b",
		"[[gps]]\nsock = \"/a\"\nunit = 0\npps_sock = \"/b\"\npps_unit = 1": "unit 0, sock /a, pps_unit 1, pps_sock /b",
		"[[gps]]\npps_sock = \"/b\"":                                        "unit 0, pps_sock /b",
		"[[gps]]\nunit = 255\npps_sock = \"/b\"":                            "unit 255, pps_sock /b",
		"[[gps]]\nsock = \"/a\"\npps_unit = 0":                              "sock /a, pps_unit 0",
		"[[offbyone]]\nsock = \"/a\"":                                       "sock /a",
		"[[htntp]]\nservers = [\"a.example\"]\nsock = \"/a\"":               "sock /a",
	} {
		c, err := Parse("test", text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := c.Clocks[0].Publishes(); got != want {
			t.Errorf("%q publishes to %s, want %s", text, got, want)
		}
	}
}

// The witnesses of a setting, and whether one must run beside the clock.
func TestWitnesses(t *testing.T) {
	env := Env{Version: "test", Built: nmea.Date{Year: 2026, Month: 11, Day: 23}}
	for names, want := range map[string]string{
		"kernel": "the kernel's clock", "none": "", "a.example b.example c.example": "web servers, run",
	} {
		list, run, err := newWitnesses(strings.Fields(names), env)
		if err != nil {
			t.Fatal(err)
		}
		var got string
		for _, w := range list {
			got = w.String()
		}
		if run != nil {
			got += ", run"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", names, got, want)
		}
		settings := newGPSSettings()
		settings.witness = strings.Fields(names)
		if parts, err := settings.Build(Env{Log: slog.New(slog.DiscardHandler), Built: env.Built}); err != nil || (parts[0].Beside != nil) != (run != nil) {
			t.Errorf("%s: the receiver's clock runs it: %v, %v; want %v", names, parts[0].Beside != nil, err, run != nil)
		}
	}
}

// A signal ends the loading of standard input, which blocks.
func TestLoadEndsWithTheContext(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ctx, cancel := context.WithCancel(t.Context())
	loaded := make(chan error)
	go func() {
		_, err := Load(ctx, fmt.Sprintf("/dev/fd/%d", r.Fd()))
		loaded <- err
	}()
	cancel()
	if err := <-loaded; !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was canceled", err)
	}
	w.Close() // let the reader end
}

// A configuration is a regular file, or a link to one, of limited size.
func TestLoadReadsOnlyRegularFiles(t *testing.T) {
	dir := t.TempDir()
	file, link, pipe, device, large := filepath.Join(dir, "file"), filepath.Join(dir, "link"), filepath.Join(dir, "pipe"), filepath.Join(dir, "device"), filepath.Join(dir, "large")
	if err := errors.Join(
		os.WriteFile(file, []byte("[[offbyone]]\n"), 0o600), os.Symlink(file, link),
		unix.Mkfifo(pipe, 0o600), os.Symlink("/dev/zero", device),
		os.WriteFile(large, []byte("[[offbyone]]\n"), 0o600), os.Truncate(large, 1<<40),
	); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, link} {
		if c, err := Load(t.Context(), path); err != nil || len(c.Clocks) != 1 {
			t.Errorf("%s: %v", path, err)
		}
	}
	for path, want := range map[string]error{pipe: regularfile.ErrNotRegular, device: regularfile.ErrNotRegular, dir: regularfile.ErrNotRegular, large: regularfile.ErrSize} {
		if _, err := Load(t.Context(), path); !errors.Is(err, want) || !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want %v and the path", path, err, want)
		}
	}
}

// manyClocks returns a configuration of n clocks. The last one is wrong.
func manyClocks(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "# receiver %d\n[[gps]]\ndevice = \"/dev/ttyS%d\"\npps = \"none\"\nsock = \"/run/chrony.%d.sock\"\n\n", i, i, i)
	}
	return b.String() + "[[gps]]\nbaud = 1\n"
}

func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{100, 1000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for text := manyClocks(n); b.Loop(); {
				if _, err := Parse("test", text); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("test:%d: baud = 1", 6*n+2)) {
					b.Fatal(err)
				}
			}
		})
	}
}
