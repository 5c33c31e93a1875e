package leap

import (
	"crypto/sha1"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/regularfile"
)

// leaps are the months that began after a leap second, from the IERS' Bulletins C until
// 2017. All leap seconds were inserted. From 1972-01-01 on, TAI - UTC was 10 s.
var leaps = strings.Fields(`
	1972-07 1973-01 1974-01 1975-01 1976-01 1977-01 1978-01 1979-01 1980-01 1981-07 1982-07 1983-07 1985-07 1988-01
	1990-01 1991-01 1992-07 1993-07 1994-07 1996-01 1997-07 1999-01 2006-01 2009-01 2012-07 2015-07 2017-01`)

// date returns the seconds since 1970 of 00:00:00 UTC of a day, or of a month's first.
func date(text string) int64 {
	for _, layout := range []string{time.DateOnly, "2006-01"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Unix()
		}
	}
	panic(text)
}

// ntp counts from 1900, independently of the parser.
func ntp(text string) int64 {
	return int64(time.Unix(date(text), 0).Sub(time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)) / time.Second)
}

// list returns a table in the format of the IERS, with its hash.
func list(updated, expires string, entries ...string) string {
	numbers := fmt.Sprint(ntp(updated)) + fmt.Sprint(ntp(expires))
	text := "#\tATOMIC TIME\n#\n#$\t" + fmt.Sprint(ntp(updated)) + "\n#\n#\tFile expires on:\n#@\t" + fmt.Sprint(ntp(expires)) +
		"\n#\n#NTP Time      DTAI    Day Month Year\n#\n"
	for i, entry := range entries {
		numbers += fmt.Sprint(ntp(entry)) + fmt.Sprint(10+i)
		text += fmt.Sprintf("%d      %d      # %s\n", ntp(entry), 10+i, entry)
	}
	return text + "#\n#h\t" + words(numbers) + "\n"
}

// words returns a hash in the format of a table.
func words(numbers string) string {
	sum := sha1.Sum([]byte(numbers))
	return fmt.Sprintf("%x %x %x %x %x", sum[:4], sum[4:8], sum[8:12], sum[12:16], sum[16:])
}

// real is the table of 7 July 2025, without comments.
var real = list("2025-07-07", "2026-06-28", append([]string{"1972-01"}, leaps...)...)

// realHash is its hash from the IERS.
const realHash = "49db2447 571e5e1b 2f002a53 9c8da8e4 39b8e49e"

func parsed(t *testing.T, text string) *Table {
	t.Helper()
	table, err := Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestRealTable(t *testing.T) {
	if !strings.HasSuffix(real, "#h\t"+realHash+"\n") {
		t.Errorf("%s\nwant the hash %s", real, realHash)
	}
	table := parsed(t, real)
	if want := time.Date(2026, 6, 28, 0, 0, 0, 0, time.UTC); table.Expires() != want {
		t.Errorf("expires %v, want %v", table.Expires(), want)
	}
	check(t, table)
}

// check looks up every midnight between the start of a table and its expiry.
func check(t *testing.T, table *Table) {
	t.Helper()
	want := map[int64]bool{}
	for _, leap := range leaps {
		want[date(leap)] = true
	}
	found := 0
	for at := date("1972-01-02"); at < table.Expires().Unix() && at < date("2017-01-02"); at += day {
		change, known := table.At(at)
		if change != 0 {
			found++
		}
		if !known || change == 1 != want[at] || change == -1 {
			t.Errorf("%s: %+d, known %v; want a leap second: %v", time.Unix(at, 0).UTC(), change, known, want[at])
		}
	}
	if found != 27 {
		t.Errorf("%d leap seconds until 2017, want 27", found)
	}
}

func TestAt(t *testing.T) {
	table := parsed(t, real)
	negative := parsed(t, strings.Replace(bare, "36 #", "38 #", 1))
	for _, test := range []struct {
		name   string
		table  *Table
		at     int64
		change int
		known  bool
	}{
		{"a leap second", table, date("2017-01-01"), +1, true},
		{"the second before the boundary", table, date("2017-01-01") - 1, 0, true},
		{"the second after", table, date("2017-01-01") + 1, 0, true},
		{"a boundary without a leap second", table, date("2016-07-01"), 0, true},
		{"the last before the expiry", table, date("2026-06-27"), 0, true},
		{"the second before the expiry", table, date("2026-06-28") - 1, 0, true},
		{"the expiry", table, date("2026-06-28"), 0, false},
		{"the first boundary after it", table, date("2026-07-01"), 0, false},
		{"far future", table, 1<<63 - 1, 0, false},
		{"the start: unknown whether a leap second precedes it", table, date("1972-01-01"), 0, false},
		{"before the start", table, date("1971-01-01"), 0, false},
		{"1970", table, 0, 0, false},
		{"far past", table, -1 << 63, 0, false},
		{"no table", nil, date("2017-01-01"), 0, false},
		{"a deleted second", negative, date("2017-01-01"), -1, true},
	} {
		if change, known := test.table.At(test.at); change != test.change || known != test.known {
			t.Errorf("%s: %+d, known %v; want %+d, %v", test.name, change, known, test.change, test.known)
		}
	}
	if e := (*Table)(nil).Expires(); !e.IsZero() {
		t.Errorf("no table expires %v, want the zero time", e)
	}
}

func TestAtDoesNotAllocate(t *testing.T) {
	table := parsed(t, real)
	if n := testing.AllocsPerRun(100, func() { table.At(1_483_228_800) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// bare is a handwritten table without a hash: from 2016 on 36 s (or 38), from 2017 on 37.
const bare = `# handwritten
#@ 3991593600
3660595200 36 # 1 Jan 2016
3692217600 37 # 1 Jan 2017`

func TestParseAccepts(t *testing.T) {
	for name, text := range map[string]string{
		"handwritten":                        bare,
		"CRLF":                               strings.ReplaceAll(real, "\n", "\r\n"),
		"CRLF at the end too":                strings.ReplaceAll(bare, "\n", "\r\n") + "\r\n",
		"blank lines and blanks":             "\n\n  " + strings.ReplaceAll(bare, "\n", "  \n\t\n"),
		"no blank before the comment":        strings.ReplaceAll(bare, " # ", "#"),
		"the hash first":                     "#h " + realHash + "\n" + strings.Replace(real, "#h\t", "#", 1),
		"comments that resemble other lines": bare + "\n#hash of it all\n#!\n#NTP Time\n# $ 1\n#",
		"hash in capitals":                   strings.Replace(real, realHash, strings.ToUpper(realHash), 1),
		"hash without leading zeros":         zeros(t),
		"a hash and no #$":                   unupdated,
		"after the NTP era change in 2036":   list("2037-01-05", "2037-12-28", "1972-01", "2017-01", "2037-07"),
	} {
		if _, err := Parse(strings.NewReader(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// unupdated has a hash, but no time of its last change.
var unupdated = bare + "\n#h " + words("3991593600"+"366059520036"+"369221760037")

// zeros returns a table whose hash has a word without its leading zero.
func zeros(t *testing.T) string {
	for expires := date("2027-01-01"); ; expires += day {
		text := list("2026-01-01", time.Unix(expires, 0).UTC().Format(time.DateOnly), "1972-01", "2017-01")
		if before, after, _ := strings.Cut(text, "#h\t"); after[0] == '0' {
			return before + "#h\t" + strings.TrimLeft(after, "0")
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "no entry"},
		{"only comments", "# a\n#b\n", "no entry"},
		{"a web page", "<html>\n<head>", `line 1: "<html>"`},
		{"the other file of tzdata", "Leap\t2016\tDec\t31\t23:59:60\t+\tS", "line 1: "},
		{"no expiry", "3692217600 37", "no expiry"},
		{"an expiry before the last entry", "#@ 3692217600\n3692217600 37", "expires on 2017-01-01"},
		{"two expiries", bare + "\n#@ 3991593600", "line 5: a second"},
		{"two updates", "#$ 1\n#$ 1\n" + bare, "line 2: a second"},
		{"an empty expiry", "#@\n", "line 1: \"\""},
		{"an expiry that is not a number", "#@ 28 June 2026\n", "line 1: \"28 June 2026\""},
		{"an incomplete entry", "3692217600", "line 1: \"3692217600\""},
		{"an entry of three numbers", "3692217600 37 1", "line 1: "},
		{"a sign", "+3692217600 37", "line 1: \"+3692217600\""},
		{"a negative time", "-3692217600 37", "line 1: "},
		{"a fraction", "3692217600 37.5", "line 1: \"37.5\""},
		{"an underscore", "3_692_217_600 37", "line 1: "},
		{"letters", "3692217600 O7", "line 1: \"O7\""},
		{"too many digits", "36922176000 37", "line 1: \"36922176000\""},
		{"far too many", strings.Repeat("9", 5000) + " 37", "line 1: \"9999"},
		{"the same time twice", bare + "\n3692217600 38", "line 5: 2017-01-01 is not after"},
		{"backwards", bare + "\n3660595200 38", "line 5: 2016-01-01 is not after"},
		{"the first entry twice, with 0", "3660595200 0\n3660595200 1", "line 2: 2016-01-01 is not after"},
		{"no change", bare + "\n3723753600 37", "line 5: TAI - UTC changes by 0"},
		{"two seconds at once", bare + "\n3723753600 39", "line 5: TAI - UTC changes by 2"},
		{"cut in the offset", bare[:len(bare)-len("7 # 1 Jan 2017")], "line 4: TAI - UTC changes by -33"},
		{"not at midnight", bare + "\n3723753601 38", "line 5: 2018-01-01 00:00:01 is not the beginning of a month"},
		{"within a month", bare + "\n3723840000 38", "line 5: 2018-01-02 00:00:00 is not the beginning of a month"},
		{"a wrong hash", strings.Replace(real, "#h\t49", "#h\t48", 1), ErrHash.Error()},
		{"a wrong last word", strings.Replace(real, "39b8e49e", "39b8e49f", 1), ErrHash.Error()},
		{"an entry missing, with the hash", strings.Replace(real, "3692217600 ", "# ", 1), ErrHash.Error()},
		{"a later expiry", strings.Replace(real, "#@\t3991593600", "#@\t4023129600", 1), ErrHash.Error()},
		{"a hash of four words", bare + "\n#h 1 2 3 4", "expected 5 words"},
		{"an empty hash", bare + "\n#h", "expected 5 words"},
		{"a hash that is not hexadecimal", bare + "\n#h zzzz 1 2 3 4", "hexadecimal"},
		{"two hashes", real + "#h 1 2 3 4 5", "a second hash"},
		{"too large", bare + "\n#" + strings.Repeat(" ", maxBytes), "more than 65536 bytes"},
		{"endless lines", bare + strings.Repeat("\n", maxBytes), "more than 65536 bytes"},
	} {
		table, err := Parse(strings.NewReader(test.text))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one with %q", test.name, err, test.want)
		}
		if err != nil && table != nil {
			t.Errorf("%s: a table with the error", test.name)
		}
		if wrong := test.want == ErrHash.Error(); wrong != errors.Is(err, ErrHash) {
			t.Errorf("%s: %v: wraps ErrHash: %v, want %v", test.name, err, !wrong, wrong)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good, broken, none := write("good", real), write("broken", "37"), filepath.Join(dir, "none")

	if table, path, err := Load(good); table == nil || path != good || err != nil {
		t.Errorf("%v from %q, %v; want a table from %s", table, path, err, good)
	}
	if table, path, err := first([]string{none, good, broken}); table == nil || path != good || err != nil {
		t.Errorf("%v from %q, %v; want the first that exists, %s", table, path, err, good)
	}
	// A broken file is an error, even if another file exists.
	if table, path, err := first([]string{broken, good}); table != nil || path != broken || err == nil || !strings.Contains(err.Error(), broken+": line 1: ") {
		t.Errorf("%v from %q, %v; want an error that names %s and the line", table, path, err, broken)
	}
	for _, load := range []func() (*Table, string, error){
		func() (*Table, string, error) { return Load(none) },
		func() (*Table, string, error) { return first([]string{none}) },
	} {
		if table, _, err := load(); table != nil || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), none) {
			t.Errorf("%v, %v; want fs.ErrNotExist, and the name", table, err)
		}
	}
	if table, _, err := Load(dir); table != nil || err == nil {
		t.Errorf("%v, %v; want an error: it is a folder", table, err)
	}
}

// The table of this machine.
func TestLoadSystem(t *testing.T) {
	table, path, err := Load("")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s expires on %v", path, table.Expires())
	check(t, table)
}

func FuzzParse(f *testing.F) {
	f.Add(real)
	f.Add(bare)
	f.Add(unupdated)
	f.Add(strings.ReplaceAll(bare, "\n", "\r\n"))
	f.Add(strings.Replace(bare, "36 #", "38 #", 1))
	f.Fuzz(func(t *testing.T, text string) {
		table, err := Parse(strings.NewReader(text))
		if err != nil {
			if table != nil {
				t.Fatal("a table with the error")
			}
			return
		}
		// Each table that Parse accepts has changes of one second, at the start of a month
		// and before the expiry.
		last := table.begins
		for _, s := range table.steps {
			change, known := table.At(s.at)
			if !known || change != +1 && change != -1 || s.at <= last || s.at%day != 0 {
				t.Fatalf("at %d %+d, known %v, after %d", s.at, change, known, last)
			}
			last = s.at
		}
		if _, known := table.At(table.expires); known || last >= table.expires {
			t.Fatalf("known at the expiry, %v", table.Expires())
		}
	})
}

func TestBoundary(t *testing.T) {
	for second, want := range map[int64]string{
		date("2017-01-01") - 1: "2016-07-01", date("2017-01-01"): "2017-01-01", date("2017-06-30"): "2017-01-01",
		date("2017-07-01") - 1: "2017-01-01", date("2017-07-01"): "2017-07-01", date("2017-12-31"): "2017-07-01", -1: "1969-07-01",
	} {
		if got := Boundary(second); got != date(want) {
			t.Errorf("%d: %v, want %s", second, time.Unix(got, 0).UTC(), want)
		}
	}
}

// A path to another kind of file is refused at once, and no error quotes the file.
func TestLoadQuotesNothing(t *testing.T) {
	dir := t.TempDir()
	file, link, pipe := filepath.Join(dir, "file"), filepath.Join(dir, "link"), filepath.Join(dir, "pipe")
	if err := errors.Join(os.Symlink(file, link), unix.Mkfifo(pipe, 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"root:precious", "#@ precious", "precious 37", "3692217600 precious", "#@ 3991593600\n3692217600 37\n#h precious", "#@ 3991593600\n3692217600 37\n#h precious 1 2 3 4"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Load(link); err == nil || strings.Contains(err.Error(), "precious") || !strings.Contains(err.Error(), link) {
			t.Errorf("%q: error %v, want one with the path and without the text", text, err)
		}
	}
	for _, path := range []string{pipe, dir, "/dev/zero"} {
		if _, _, err := Load(path); !errors.Is(err, regularfile.ErrNotRegular) {
			t.Errorf("%s: %v, want ErrNotRegular", path, err)
		}
	}
}
