package conf

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// Real configurations and their refclocks.
func TestParse(t *testing.T) {
	for _, c := range []struct {
		name    string
		daemon  Daemon
		text    string
		want    []string // driver, unit, device, refid of each
		problem string   // in the first Problem
		fatal   bool
	}{
		{name: "two lines of chrony", daemon: Chrony,
			text: "refclock SHM 0:perm=0600 refid GPS precision 1e-2 noselect\nrefclock SHM 1 refid PPS precision 1e-6 prefer\n",
			want: []string{"SHM 0  GPS", "SHM 1  PPS"}},
		{name: "default names of chrony", daemon: Chrony,
			text: "refclock SHM 0\nrefclock PPS /dev/pps0:clear\nrefclock SOCK /run/chrony.ttyS0.sock\n",
			want: []string{"SHM 0  SHM0", "PPS -1 /dev/pps0 PPS1", "SOCK -1 /run/chrony.ttyS0.sock SOC2"}},
		{name: "comments of chrony", daemon: Chrony,
			text: "! refclock SHM 0\n; refclock SHM 1\n# refclock SHM 2\n% refclock SHM 3\n  REFCLOCK SHM 4 REFID GPS\n",
			want: []string{"SHM 4  GPS"}},
		{name: "comment after a directive in chrony", daemon: Chrony,
			text: "refclock SHM 0 refid GPS # the receiver\n", want: []string{"SHM 0  GPS"}, problem: "separate lines", fatal: true},
		{name: "a typo", daemon: Chrony,
			text: "refclock SHM 0 refid GPS offest 0.5\n", want: []string{"SHM 0  GPS"}, problem: "unknown option offest", fatal: true},
		{name: "a driver in lower case", daemon: Chrony,
			text: "refclock shm 0\n", want: []string{"shm -1 0 shm0"}, problem: "in capitals", fatal: true},
		{name: "a refid of five letters", daemon: Chrony,
			text: "refclock SHM 0 refid NMEA0\n", want: []string{"SHM 0  SHM0"}, problem: "four letters", fatal: true},
		{name: "no space before the unit", daemon: Chrony,
			text: "refclock SHM0 refid GPS\n", want: []string{"SHM0 -1 refid SHM0"}, problem: "missing: SHM 0, not SHM0", fatal: true},
		{name: "no space before the unit, without a wrong option", daemon: Chrony,
			text: "refclock shm2:perm=0666 refid\n", want: []string{"shm2:perm=0666 -1 refid shm0"}, problem: "missing: SHM 2:perm=0666, not", fatal: true},
		{name: "no space before the unit, and nothing after it", daemon: Chrony, text: "refclock SHM0\n", problem: "missing: SHM 0, not SHM0", fatal: true},
		{name: "no value", daemon: Chrony,
			text: "refclock SHM 0 refid\n", want: []string{"SHM 0  SHM0"}, problem: "missing value after refid", fatal: true},
		{name: "no number", daemon: Chrony,
			text: "refclock SHM 0 offset 0,5\n", want: []string{"SHM 0  SHM0"}, problem: "not 0,5", fatal: true},
		{name: "no parameter", daemon: Chrony, text: "refclock SHM\n", problem: "expected refclock", fatal: true},
		{name: "fudge belongs to its server", daemon: NTP,
			text: "server 127.127.28.0 minpoll 4 # NMEA\nserver 127.127.28.1 prefer\nfudge 127.127.28.1 refid PPS flag1 1\n" +
				"fudge 127.127.28.0 time1 0.9999 refid GPS\nserver 0.debian.pool.ntp.org iburst\n",
			want: []string{"SHM 0  GPS", "SHM 1  PPS"}},
		{name: "fudge without a server", daemon: NTP,
			text: "fudge 127.127.28.0 time1 0.1\n", problem: "no server line for"},
		{name: "drivers by number", daemon: NTP,
			text: "server 127.127.20.0 mode 17\nserver 127.127.22.1\nserver 127.127.8.0\n",
			want: []string{"NMEA 0  ", "PPS 1  ", "GENERIC 0  "}},
		{name: "the refclock of NTPsec", daemon: NTP,
			text: "refclock shm unit 1 refid PPS prefer flag1 1 time1 0.000\nrefclock pps unit 0 ppspath /dev/pps0\n",
			want: []string{"SHM 1  PPS", "PPS 0 /dev/pps0 "}},
	} {
		got := Parse(c.daemon, "f", []byte(c.text))
		var list []string
		for _, r := range got.Refclocks {
			list = append(list, strings.Join([]string{r.Driver, itoa(r.Unit), r.Device, r.Refid()}, " "))
		}
		if !slices.Equal(list, c.want) {
			t.Errorf("%s: %q, want %q", c.name, list, c.want)
		}
		switch {
		case c.problem == "" && len(got.Problems) > 0:
			t.Errorf("%s: problems: %v", c.name, got.Problems)
		case c.problem != "" && (len(got.Problems) != 1 || !strings.Contains(got.Problems[0].Text, c.problem) || got.Problems[0].Fatal != c.fatal):
			t.Errorf("%s: problems %+v, want one of %q, fatal %v", c.name, got.Problems, c.problem, c.fatal)
		}
	}
}

func itoa(n int) string {
	if n < 0 {
		return "-1"
	}
	return string(rune('0' + n))
}

func TestOptions(t *testing.T) {
	c := Parse(NTP, "ntp.conf", []byte("\nserver 127.127.28.0 prefer\nfudge 127.127.28.0 time1 0.5\nfudge 127.127.28.0 time1 0.25 flag1 1\n"))
	r := c.Refclocks[0]
	if offset, ok := r.Offset(); !ok || offset != 0.25 {
		t.Errorf("time1: %v, %v; want the last one", offset, ok)
	}
	if flag, ok := r.Number("flag1"); !ok || flag != 1 || !r.Has("prefer") || r.Has("noselect") {
		t.Errorf("%+v", r.Options)
	}
	if r.Place.String() != "ntp.conf:2" || len(r.Fudges) != 2 || r.Fudges[1].Line != 4 {
		t.Errorf("%v, fudged at %v", r.Place, r.Fudges)
	}
	c = Parse(Chrony, "chrony.conf", []byte("refclock SHM 2:perm=0666:x=1 offset 0.1 delay 0.2 lock GPS"))
	r = c.Refclocks[0]
	if perm, ok := r.DriverValue("perm"); !ok || perm != "0666" {
		t.Errorf("%+v", r.DriverOptions)
	}
	if offset, ok := r.Offset(); !ok || offset != 0.1 {
		t.Errorf("offset: %v, %v", offset, ok)
	}
	if lock, _ := r.Value("lock"); lock != "GPS" {
		t.Errorf("%+v", r.Options)
	}
}

func TestIncludes(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	fsys := fstest.MapFS{
		"etc/chrony/chrony.conf":            file("confdir /etc/chrony/conf.d /usr/share/chrony.d\ninclude /etc/chrony/extra/*.inc\ninclude /etc/gone\nsourcedir /etc/chrony/sources.d\nmakestep 1 3\n"),
		"etc/chrony/conf.d/20-b.conf":       file("refclock SHM 1 refid B"),
		"etc/chrony/conf.d/10-a.conf":       file("refclock SHM 0 refid A"),
		"etc/chrony/conf.d/old.bak":         file("refclock SHM 9"),
		"usr/share/chrony.d/10-a.conf":      file("refclock SHM 8"), // hidden by the one above
		"usr/share/chrony.d/30-c.conf":      file("refclock SHM 2 refid C"),
		"etc/chrony/extra/d.inc":            file("refclock SHM 3 refid D"),
		"etc/chrony/loop":                   file("include /etc/chrony/loop"),
		"etc/chrony/sources.d/pool.sources": file("pool 2.debian.pool.ntp.org iburst\n"),
		"etc/ntpsec/ntp.conf":               file("includefile extra.d"),
		"etc/ntpsec/extra.d/gps.conf":       file("refclock shm unit 0 refid G"),
		"etc/ntpsec/ntp.d/pps.conf":         file("refclock shm unit 1 refid P"), // read without an include
		"etc/ntpsec/ntp.d/old":              file("refclock shm unit 9"),
		"etc/ntp.conf":                      file("refclock shm unit 0 refid G"),
		"etc/ntp.d/pps.conf":                file("refclock shm unit 1 refid P"),
		"srv/ntp.conf":                      file("server 127.127.28.0"),
		"srv/ntp.d/pps.conf":                file("server 127.127.28.1"),
	}
	c, err := Read(fsys, Chrony, "/etc/chrony/chrony.conf")
	if err != nil {
		t.Fatal(err)
	}
	var refids string
	for _, r := range c.Refclocks {
		refids += r.Refid()
	}
	if refids != "ABCD" {
		t.Errorf("refclocks %s, want ABCD in this order", refids)
	}
	if len(c.Problems) != 1 || c.Problems[0].Place.String() != "/etc/chrony/chrony.conf:3" || !errors.Is(c.Problems[0].Err, fs.ErrNotExist) {
		t.Errorf("problems %v, want the one of /etc/gone", c.Problems)
	}
	if !c.Has("pool") || !c.Has("makestep") || c.Has("server") {
		t.Errorf("directives %v", c.Directives)
	}
	c, err = Read(fsys, NTP, "/etc/ntpsec/ntp.conf")
	if err != nil || c.Daemon != NTPsec || len(c.Refclocks) != 2 || c.Refclocks[0].File != "/etc/ntpsec/extra.d/gps.conf" || c.Refclocks[1].File != "/etc/ntpsec/ntp.d/pps.conf" {
		t.Errorf("%+v, %v", c, err)
	}
	for file, want := range map[string]int{"/etc/ntp.conf": 2, "/srv/ntp.conf": 1} { // the classic ntpd reads no ntp.d
		if c, err := Read(fsys, NTP, file); err != nil || len(c.Refclocks) != want {
			t.Errorf("%s: %+v, %v; want %d refclocks", file, c, err, want)
		}
	}
	if c, err := Read(fsys, Chrony, "/etc/chrony/loop"); err != nil || len(c.Problems) != 1 || !c.Problems[0].Fatal || len(c.Files) != 10 {
		t.Errorf("a file that includes itself: %+v, %v", c, err)
	}
	if _, err := Read(fsys, NTP, "/etc/gone"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

// chronyd reads no reference clocks from a .sources file, and stops at an incomplete line.
func TestSources(t *testing.T) {
	fsys := fstest.MapFS{
		"etc/chrony.conf":    &fstest.MapFile{Data: []byte("sourcedir /etc/s.d\n")},
		"etc/s.d/a.sources":  &fstest.MapFile{Data: []byte("# mine\nrefclock SHM 0\nserver a.example iburst\nmakestep 1 3\nserver b.example minpol 4\nserver c.example")},
		"etc/s.d/.b.sources": &fstest.MapFile{Data: []byte("refclock SHM 1\n")},
	}
	c, err := Read(fsys, Chrony, "/etc/chrony.conf")
	if err != nil || len(c.Refclocks) != 0 || len(c.Directives) != 2 {
		t.Fatalf("%+v, %v", c, err)
	}
	want := []string{"2 true", "4 false", "5 false", "6 false"} // lines, and whether a clock is missing
	for i, p := range c.Problems {
		if got := fmt.Sprint(p.Line, p.Drops); i >= len(want) || got != want[i] || p.Fatal {
			t.Errorf("problem %+v", p)
		}
	}
	if len(c.Problems) != len(want) {
		t.Errorf("%d problems, want %d", len(c.Problems), len(want))
	}
}

// What chrony accepts depends on the version that is installed.
func TestVersions(t *testing.T) {
	const text = "leapseclist /usr/share/zoneinfo/leap-seconds.list\nrefclock PHC eth0\nrefclock SHM 0 tai poll 99\n"
	dpkg := func(version string) fstest.MapFS {
		return fstest.MapFS{"var/lib/dpkg/status": &fstest.MapFile{Data: []byte("Package: chrony-doc\nStatus: install ok installed\nVersion: 9.9\n\n" +
			"Package: chrony\nStatus: install ok installed\nVersion: " + version + "\n\nPackage: ntp\n")}}
	}
	for _, c := range []struct {
		name  string
		fsys  fstest.MapFS
		fatal []int // lines
	}{
		{"unknown", fstest.MapFS{}, []int{1, 2}},
		{"Debian 12", dpkg("4.3-2+deb12u1"), []int{1, 2}},
		{"Debian 13", dpkg("4.6.1-3"), []int{2}},
		{"the newest", dpkg("4.8-1"), []int{3}},
		{"removed", fstest.MapFS{"var/lib/dpkg/status": &fstest.MapFile{Data: []byte("Package: chrony\nStatus: deinstall ok config-files\nVersion: 4.8-1\n")}}, []int{1, 2}},
		{"the program", fstest.MapFS{"usr/sbin/chronyd": &fstest.MapFile{Data: []byte("x\x004.8\x00y")}}, []int{3}},
		{"an empty program", fstest.MapFS{"usr/sbin/chronyd": &fstest.MapFile{}}, []int{1, 2}},
	} {
		c.fsys["etc/chrony.conf"] = &fstest.MapFile{Data: []byte(text)}
		config, err := Read(c.fsys, Chrony, "/etc/chrony.conf")
		if err != nil {
			t.Fatal(err)
		}
		var fatal []int
		for _, p := range config.Problems {
			if p.Fatal {
				fatal = append(fatal, p.Line)
			}
		}
		if !slices.Equal(fatal, c.fatal) {
			t.Errorf("%s: fatal in lines %v, want %v: %v", c.name, fatal, c.fatal, config.Problems)
		}
	}
}

// For any file, each refclock and problem names one of its lines.
// chrony 4.7 and later has no warning of too few samples for the filter.
func TestFilterWarning(t *testing.T) {
	for version, want := range map[string]int{"4.6": 1, "4.7": 0} {
		config, err := Read(fstest.MapFS{"usr/sbin/chronyd": {Data: []byte("\x00" + version + "\x00")}, "c": {Data: []byte("refclock SHM 0 poll 0\n")}}, Chrony, "/c")
		if err != nil || len(config.Problems) != want {
			t.Errorf("%s: %v, %v", version, config.Problems, err)
		}
	}
}

// The files in ntp.d are read after the directive end, too.
func TestEnd(t *testing.T) {
	config, err := Read(fstest.MapFS{"etc/ntpsec/ntp.conf": {Data: []byte("end\nrefclock shm unit 1\n")}, "etc/ntpsec/ntp.d/gps.conf": {Data: []byte("refclock shm unit 2\n")}}, NTPsec, "/etc/ntpsec/ntp.conf")
	if err != nil || len(config.Refclocks) != 1 || config.Refclocks[0].Unit != 2 {
		t.Errorf("%v, %v", config.Refclocks, err)
	}
}

// Files that include themselves end: ntpd after five levels, and a tree of files after maxFiles.
func TestEndlessIncludes(t *testing.T) {
	read := func(daemon Daemon, line string) int {
		config, err := Read(fstest.MapFS{"c": {Data: []byte(line)}}, daemon, "/c")
		if err != nil {
			t.Fatal(err)
		}
		return len(config.Files)
	}
	if n := read(NTPsec, "includefile /c\n"); n != maxDepthNTP+1 {
		t.Errorf("ntpd reads %d files", n)
	}
	if n := read(Chrony, strings.Repeat("include /c\n", 3)); n > maxFiles {
		t.Errorf("chronyd: %d files", n)
	}
}

// In a .sources file, nothing counts after a line that is too long.
func TestLongSource(t *testing.T) {
	fsys := fstest.MapFS{"c": {Data: []byte("sourcedir /s\n")}, "s/a.sources": {Data: []byte("server " + strings.Repeat("x", maxLine) + "\nrefclock SHM 0\n")}}
	config, err := Read(fsys, Chrony, "/c")
	if err != nil || len(config.Problems) != 1 {
		t.Errorf("%v, %v", config.Problems, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(0, "refclock SHM 0:perm=0666 refid GPS offset 0.5 delay 0.2 noselect\nrefclock PPS /dev/pps0 lock NMEA\n")
	f.Add(1, "server 127.127.28.0 minpoll 4\nfudge 127.127.28.0 time1 0.9999 refid GPS\n")
	f.Add(2, "refclock shm unit 1 refid PPS flag1 1\nincludefile /etc/ntp.d\n")
	f.Add(0, "# comment\n\n  refclock\nrefclock SHM\nrefclock SHM x refid\n")
	f.Fuzz(func(t *testing.T, daemon int, text string) {
		c := Parse(Daemon(uint(daemon)%3), "f", []byte(text))
		lines := strings.Count(text, "\n") + 1
		for _, r := range c.Refclocks {
			if r.Line < 1 || r.Line > lines || r.Driver == "" {
				t.Errorf("%+v of %d lines", r, lines)
			}
			r.Refid()
			r.Offset()
		}
		for _, p := range c.Problems {
			if p.Line < 1 || p.Line > lines || p.Text == "" {
				t.Errorf("%+v of %d lines", p, lines)
			}
		}
	})
}

// The drivers of an installed NTPsec are those in its program.
func TestMissingDrivers(t *testing.T) {
	for _, c := range []struct {
		name, program string
		want          int // problems
	}{
		{"not installed", "", 1},
		{"Debian's", "\x00SHM\x00NMEA\x00", 1},
		{"with the driver", "\x00SHM\x00GPSD\x00", 0},
		{"of OpenNTPD", "\x00", 1},
	} {
		fsys := fstest.MapFS{"etc/ntpsec/ntp.conf": {Data: []byte("refclock gpsd unit 0\n")}, "usr/sbin/ntpd": {Data: []byte(c.program)}}
		if c.program == "" {
			delete(fsys, "usr/sbin/ntpd")
		}
		config, err := Read(fsys, NTPsec, "/etc/ntpsec/ntp.conf")
		if err != nil || len(config.Problems) != c.want || len(config.ParseLine("refclock gpsd unit 1\n").Problems) != c.want {
			t.Errorf("%s: %v, %v; want %d problems", c.name, config.Problems, err, c.want)
		}
	}
}

// A refclock line in a file with the wrong ending is read by nobody.
func TestWrongEnding(t *testing.T) {
	const main = "confdir /etc/chrony/conf.d\nsourcedir /etc/chrony/sources.d\n"
	for name, want := range map[string]int{"conf.d/gps.sources": 1, "sources.d/gps.conf": 1, "sources.d/gps.sources": 1, "conf.d/gps.conf": 0, "conf.d/gps.conf.off": 0, "sources.d/.gps.conf": 0} {
		fsys := fstest.MapFS{"etc/chrony/chrony.conf": {Data: []byte(main)}, "etc/chrony/" + name: {Data: []byte("# mine\n RefClock SHM 0\nserver a\n")}}
		config, err := Read(fsys, Chrony, "/etc/chrony/chrony.conf")
		if err != nil || len(config.Problems) != want || want > 0 && (!config.Problems[0].Drops || config.Problems[0].Place != Place{"/etc/chrony/" + name, 2}) {
			t.Errorf("%s: %+v, %v; want %d problems", name, config.Problems, err, want)
		}
	}
	both := fstest.MapFS{"etc/chrony/chrony.conf": {Data: []byte("sourcedir /d\nconfdir /d\n")}, "d/gps.conf": {Data: []byte("refclock SHM 0\n")}}
	if config, err := Read(both, Chrony, "/etc/chrony/chrony.conf"); err != nil || len(config.Problems) > 0 {
		t.Errorf("one folder of both kinds: %+v, %v", config.Problems, err)
	}
}
