package daemon

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/nmea"
)

// The reference says what holds without it: parsed as it is, it changes nothing.
func TestReferenceIsWhatHoldsWithoutAFile(t *testing.T) {
	got, err := parse("reference.toml", Reference)
	if err != nil {
		t.Fatal(err)
	}
	if want := []Clock{{"gps", newGPSSettings()}}; !reflect.DeepEqual(got, want) {
		t.Errorf("the reference comes to %+v, want %+v", got[0].Settings, want[0].Settings)
	}
}

// everything is the reference with the settings in it that are commented out: those
// that follow their # at once.
func everything() string {
	return regexp.MustCompile(`(?m)^#(\S)`).ReplaceAllString(Reference, "$1")
}

// It is read and changed in terminals.
func TestReferenceFitsATerminal(t *testing.T) {
	for line := range strings.Lines(Reference) {
		if len(strings.TrimSuffix(line, "\n")) > 80 {
			t.Errorf("more than 80 columns: %q", line)
		}
	}
}

func TestReferenceHasEverySetting(t *testing.T) {
	clocks, err := parse("reference.toml", everything())
	if err != nil {
		t.Fatal(err)
	}
	if len(clocks) != len(kinds) {
		t.Errorf("%d clocks in the reference, and %d kinds", len(clocks), len(kinds))
	}
	for i, c := range clocks {
		want := kinds[i].defaults()
		if h, ok := want.(*htntpSettings); ok {
			h.servers = []string{"www.example.org", "www.example.net", "www.example.com"} // for which there is no default
		}
		if !reflect.DeepEqual(c.Settings, want) {
			t.Errorf("[[%s]] in the reference comes to %+v, want the defaults %+v", c.Kind, c.Settings, want)
		}
	}
	// Whatever a kind asks for stands there: a table with a setting that is none lists those that are.
	for _, k := range kinds {
		file, err := config.Parse("test", "[["+k.name+"]]\nno_such_setting_at_all = 1\n")
		if err != nil {
			t.Fatal(err)
		}
		k.defaults().Read(file.Tables(k.name)[0])
		_, list, _ := strings.Cut(file.Errors().Error(), "it has ")
		section := everything()[strings.Index(everything(), "[["+k.name+"]]"):]
		for key := range strings.SplitSeq(list, ", ") {
			if !regexp.MustCompile(`(?m)^` + key + ` = `).MatchString(section) {
				t.Errorf("[[%s]] %s is not explained in the reference", k.name, key)
			}
		}
	}
}

// One failing case for each rule: where, what was found, what was expected.
func TestRules(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "names no clock; expected [[gps]] or [[htntp]] or [[offbyone]]"},
		{"[[gsp]]", "unknown [[gsp]]; expected [[gps]], [[htntp]], [[offbyone]]"},
		{"[[gps]]\nbuad = 9600", "test:2: buad: [[gps]] has no such setting; did you mean baud?"},
		{"[[gps]]\ndevice = \"ttyUSB0\"", `test:2: device = "ttyUSB0": expected a whole path`},
		{"[[gps]]\ndevice = 1", "test:2: device = 1: expected a path"},
		{"[[gps]]\nbaud = 9601", "test:2: baud = 9601: baud rate 9601: expected one of 4800"},
		{"[[gps]]\nbaud = \"9600\"", `test:2: baud = "9600": expected "auto" or a whole number`},
		{"[[gps]]\nunit = 256", "expected a whole number from 0 to 255"},
		{"[[gps]]\nunit = 255", "there is no unit after it for the pulse"},
		{"[[gps]]\nlayout = 90", "test:2: layout = 90: "},
		{"[[gps]]\ndelay = \"120\"", "such as \"120ms\""},
		{"[[gps]]\ndelay = \"2s\"", "expected a time from -500ms to 1.5s"},
		{"[[gps]]\npivot = \"tomorrow\"", "expected a day such as"},
		{"[[gps]]\npps = \"GPIO18\"", `test:2: pps = "GPIO18": `},
		{"[[gps]]\npps_unit = 300", "from 0 to 255"},
		{"[[gps]]\npps_unit = 0", "test:2: pps_unit = 0: pps_unit 0 is fed already, by the [[gps]] on line 1; expected a unit of its own, such as pps_unit = 2"},
		{"[[gps]]\npolarity = \"up\"", `expected one of "auto", "rising", "falling"`},
		{"[[gps]]\nbias = \"up\"", `expected one of "as-is", "disabled", "pull-up", "pull-down"`},
		{"[[gps]]\nactive_low = 1", "expected true or false"},
		{"[[gps]]\nleap_seconds = \"file\"", "expected a whole path"},
		{"[[gps]]\ncold_start = \"-1s\"", "expected a time from 0s"},
		{"[[gps]]\nholdover = \"25h\"", "expected a time from 0s to 24h0m0s"},
		{"[[gps]]\npoll = 1", "expected true or false"},
		{"[[gps]]\nsock = \"gps.sock\"", `test:2: sock = "gps.sock": expected a whole path`},
		{"[[gps]]\nsock = \"/" + strings.Repeat("a", 107) + `"`, "expected 1 to 107"},
		{"[[gps]]\nsock = \"/a\"\npps_sock = \"//a\"", "test:3: pps_sock = \"//a\": pps_sock /a is fed already, by the [[gps]] on line 1; expected a socket of its own"},
		{"[[gps]]\npps = \"none\"\npps_sock = \"/a\"", "there is no pulse to feed it"},
		{"[[gps]]\nsock = \"/a\"\npps_unit = 2\n[[offbyone]]\nunit = 2", "test:5: unit = 2: unit 2 is fed already"},
		{"[[gps]]\nwitness = 1", `test:2: witness = 1: expected "kernel", "none", or a list of names of web servers`},
		{"[[gps]]\nwitness = \"ntp\"", `test:2: witness = "ntp": expected kernel, none, or three web servers or more`},
		{"[[gps]]\nwitness = [\"a.example\", \"b.example\"]", `test:2: witness = ["a.example", "b.example"]: expected kernel, none, or three web servers or more`},
		{"[[gps]]\nwitness = [\"kernel\", \"a.example\", \"b.example\"]", "each stand alone"},
		{"[[gps]]\nwitness = [\"a.example\", \"b.example\", 3]", "has 3 in it; expected names of web servers in quotes only"},
		{"[[gps]]\nwitness = [\"a.example\", \"b.example\", \"a.example\"]", "a.example is named twice"},
		{"[[gps]]\nwitness = [\"a.example\", \"b.example\", \"ftp://c.example\"]", "expected a name such as"},
		{"[[gps]]\nwitness = []", "three web servers or more"},
		{"[[gps]]\n[[offbyone]]\nunit = 1", "test:3: unit = 1: unit 1 is fed already, by the [[gps]] on line 1; expected a unit of its own, such as unit = 2"},
		{"[[gps]]\n[[gps]]\nunit = 2", "test:1: [[gps]]: there are 2 [[gps]]; expected each to say its device"},
		{"[[gps]]\ndevice = \"/dev/a\"\npps = \"none\"\n[[gps]]\ndevice = \"/dev/b\"\nunit = 2", "test:4: [[gps]]: there are 2 [[gps]]; expected each to say its pps"},
		{"[[htntp]]", "test:1: [[htntp]]: expected three servers or more"},
		{"[[htntp]]\nservers = [\"ftp://a\"]", "test:2: servers = "},
		{"[[htntp]]\nservers = [\"a.example\", \"a.example\"]", "named twice"},
		{"[[htntp]]\nservers = [\"a.example\"]\ninterval = \"5s\"", "expected a time from 1m4s"},
		{"[[htntp]]\nservers = [\"a.example\"]\nrepeat = \"10ms\"", "test:3: repeat = "},
		{"[[htntp]]\nservers = [\"a.example\"]\nproxy = \"b\"", "test:3: proxy = "},
		{"[[htntp]]\nservers = [\"a.example\"]\nproxy_login = \"/f\"", "there is no proxy"},
		{"[[htntp]]\nservers = [\"a.example\"]\nca = \"f\"", "expected a whole path"},
		{"[[offbyone]]\ninterval = \"10ms\"", "expected a time from 100ms to 1h0m0s"},
		{"[[offbyone]]\noffset = \"25h\"", "expected a time from -24h"},
		{"[[offbyone]]\ndevice = \"/dev/a\"", "[[offbyone]] has no such setting"},
	} {
		_, err := parse("test", c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n%v\nwant %q in it", c.text, err, c.want)
		}
	}
}

func TestLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "refclock.toml")
	if _, err := Load(file); !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), file) {
		t.Errorf("a file that is not there: %v", err)
	}
	for text, good := range map[string]bool{
		"[[gps]]\ndevice = \"/dev/ttyS9\"\n[[offbyone]]\n": true, "[[gps]]\nx = 1\n": false, "[[gps": false,
	} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		c, err := Load(file)
		if good != (err == nil) || !good && !errors.Is(err, ErrConfig) || good && (len(c.Clocks) != 2 || c.File != file) {
			t.Errorf("%q: %+v, %v", text, c, err)
		}
	}
}

// What is written another way and means the same is the same to a reload.
func TestEqualSettings(t *testing.T) {
	for text, same := range map[string]bool{
		"[[gps]]\n": true,
		"# a remark\n[[gps]]\nunit = 0\nbaud = \"auto\"": true,
		"[[gps]]\ncold_start = \"780s\"":                 true,
		"[[gps]]\nbaud = 9600":                           false,
		"[[gps]]\nactive_low = true":                     false,
		"[[gps]]\nsock = \"\"\nwitness = [\"kernel\"]":   true,
		"[[gps]]\nsock = \"/run/a\"":                     false,
	} {
		clocks, err := parse("test", text)
		if err != nil {
			t.Fatal(err)
		}
		running := &clock{Clock: Clock{"gps", newGPSSettings()}}
		if got := running.same(clocks[0]); got != same {
			t.Errorf("%q is the same as the default: %v, want %v", text, got, same)
		}
	}
}

// A socket takes the place of a unit that was not asked for.
func TestSinks(t *testing.T) {
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
		clocks, err := parse("test", text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := clocks[0].Feeds(); got != want {
			t.Errorf("%q feeds %s, want %s", text, got, want)
		}
	}
}

// What Witnesses takes, whoever asks: those who judge, and whether one has to be run.
func TestWitnesses(t *testing.T) {
	env := Env{Version: "test", Built: nmea.Date{Year: 2026, Month: 11, Day: 23}}
	for names, want := range map[string]string{
		"kernel": "the kernel's clock", "none": "", "a.example b.example c.example": "web servers, run",
	} {
		list, run, err := Witnesses(strings.Fields(names), env)
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
