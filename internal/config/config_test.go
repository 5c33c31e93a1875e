package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
)

// values has a setting of each type.
type values struct {
	n      int
	m      int
	key    int
	flag   bool
	text   string
	choice string
	wait   time.Duration
	list   []string
}

func newValues() *values {
	return &values{n: 7, m: -1, key: 0x4e545030, choice: "rising", wait: time.Second}
}

func (v *values) schema() Schema {
	return Schema{
		{Name: "n", Takes: "NUMBER", Usage: "number of things", Value: Int(&v.n, 0, 255)},
		{Name: "m_m", Takes: "NUMBER", Usage: "number of others", Text: "They are not things.", Value: IntOr(&v.m, "auto", -1, 0, 10, func(n int) error {
			if n == 9 {
				return errors.New("not 9")
			}
			return nil
		})},
		{Name: "key", Takes: "KEY", Usage: "key of it", Value: Key(&v.key)},
		{Name: "flag", Usage: "wave", Value: Bool(&v.flag)},
		{Name: "text", Takes: "NAME", Usage: "name of it", Operand: true, Value: Text(&v.text, "a name", func(s string) error {
			if s == "" {
				return errors.New("expected a name")
			}
			return nil
		})},
		{Name: "choice", Takes: "EDGE", Usage: "edge of it", Value: Choice(&v.choice, "rising", "falling")},
		{Name: "wait", Takes: "TIME", Usage: "time to wait", Value: Duration(&v.wait, 0, time.Minute)},
		{Name: "list", Takes: "NAMES", Usage: "names of them", Operand: true, Value: List(&v.list, "a list of names", func(words []string) error {
			if len(words) == 1 && words[0] != "any" {
				return errors.New("expected two")
			}
			return nil
		})},
	}
}

// read reads tables. It warns of n = 13.
func read(text string) (all []*values, warnings []string, err error) {
	f, err := Parse("test.toml", text)
	if err != nil {
		return nil, nil, err
	}
	for _, t := range f.Tables("clock") {
		v := newValues()
		t.Read(v.schema())
		if v.n == 13 {
			t.Warn("n", "13 is unlucky")
		}
		all = append(all, v)
	}
	return all, f.Warnings(), f.Err()
}

func TestValues(t *testing.T) {
	got, _, err := read(`
[[clock]]
[[clock]] # the second
n = 255
m_m = "auto"
key = 0x10
flag = true
text = "a"
choice = "falling"
wait = "1.5s"
list = ["a",
  "b"]
[[clock]]
list = "any"
`)
	if err != nil || len(got) != 3 {
		t.Fatalf("%v, %v", got, err)
	}
	if a, b := fmt.Sprint(*got[0]), fmt.Sprint(*newValues()); a != b {
		t.Errorf("the first is %s, want the defaults %s", a, b)
	}
	if a, b := fmt.Sprint(*got[1]), fmt.Sprint(values{255, -1, 16, true, "a", "falling", 1500 * time.Millisecond, []string{"a", "b"}}); a != b {
		t.Errorf("the second is %s, want %s", a, b)
	}
	if fmt.Sprint(got[2].list) != "[any]" {
		t.Errorf("the third is %+v", got[2])
	}
}

// One failing case for each rule: where, what was found, what was expected.
func TestErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"[[clock]]\nn = ", "test.toml:2: "},
		{"[[clock]]\nn = 1\nn = 2", "test.toml:3: "},
		{"[[clock]]\nn = 256", "test.toml:2: n = 256: expected a whole number from 0 to 255"},
		{"[[clock]]\nn = -1", "test.toml:2: n = -1: expected a whole number from 0 to 255"},
		{"[[clock]]\nn = \"1\"", `test.toml:2: n = "1": expected the number without quotes: 1`},
		{"[[clock]]\nn = \"x\"", `test.toml:2: n = "x": expected a whole number`},
		{"[[clock]]\nm_m = \"Auto\"", `expected "auto" or a whole number from 0 to 10; did you mean "auto"?`},
		{"[[clock]]\nn = 1.0", "test.toml:2: n = 1.0: expected a whole number"},
		{"[[clock]]\nm_m = \"any\"", `test.toml:2: m_m = "any": expected "auto" or a whole number`},
		{"[[clock]]\nm_m = 11", `test.toml:2: m_m = 11: expected "auto" or a whole number from 0 to 10`},
		{"[[clock]]\nm_m = 9", "test.toml:2: m_m = 9: not 9"},
		{"[[clock]]\nkey = -1", "test.toml:2: key = -1: expected a whole number from 0"},
		{"[[clock]]\nflag = \"true\"", `test.toml:2: flag = "true": expected true or false`},
		{"[[clock]]\ntext = 5", "test.toml:2: text = 5: expected a name, in quotes"},
		{"[[clock]]\ntext = \"\"", `test.toml:2: text = "": expected a name`},
		{"[[clock]]\nchoice = \"left\"", `test.toml:2: choice = "left": expected one of "rising", "falling"`},
		{"[[clock]]\nchoice = \"Rissing\"", `expected one of "rising", "falling"; did you mean "rising"?`},
		{"[[clock]]\nwait = 5", "test.toml:2: wait = 5: expected a time from 0s to 1m"},
		{"[[clock]]\nwait = \"5\"", `such as "120ms"`},
		{"[[clock]]\nwait = \"61s\"", "expected a time from 0s to 1m"},
		{"[[clock]]\nlist = 1", "test.toml:2: list = 1: expected a list of names"},
		{"[[clock]]\nlist = [\"a\", 2]", `test.toml:2: list = ["a", 2]: the list has 2 in it`},
		{"[[clock]]\nlist = \"one\"", `list = "one": expected two`},
		{"[[clock]]\nlist = [\"one\"]", `list = ["one"]: expected two`},
		{"[[clock]]\n\n# a remark\ntexx = \"a\"", "test.toml:4: texx: [[clock]] has no such setting; did you mean text?"},
		{"[[clock]]\nm-m = 1", "test.toml:2: m-m: [[clock]] has no such setting; did you mean m_m?"},
		{"[[clock]]\nzzzzzzzz = [\n\"a\",\n]", "test.toml:2: zzzzzzzz: [[clock]] has no such setting; it has choice, flag"},
		{"[[clock]]\nn = 1\n[[clock]]\nn = 256", "test.toml:4: n = 256"},
		{"\n[[clokc]]\nn = 1", "test.toml:2: unknown [[clokc]]; did you mean [[clock]]?"},
		{"[clokc]\nn = 1", "test.toml:1: unknown [clokc]; did you mean [[clock]]?"},
		{"[other]\nn = 1", "test.toml:1: unknown [other]; expected [[clock]]"},
		{"n = 1\n[[clock]]", "test.toml:1: n stands outside of any table"},
		{"[clock]\nn = 1", "test.toml:1: [clock]: expected [[clock]] in two brackets"},
		{"clock = 1", "test.toml:1: clock: expected [[clock]]"},
	} {
		_, _, err := read(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n%v\nwant %q in it", c.text, err, c.want)
		}
	}
	if _, warnings, err := read("[[clock]]\nn = 13"); err != nil || len(warnings) != 1 || warnings[0] != "test.toml:2: n = 13: 13 is unlucky" {
		t.Errorf("%q, %v", warnings, err)
	}
}

// A flag accepts what the file accepts, and refuses the rest with the same words.
func TestFlags(t *testing.T) {
	for _, c := range []struct {
		args string
		want string // or a part of the error or the warning
	}{
		{"", "7 auto 0x4e545030 false  rising 1s "},
		{"--n 255 --m-m 3 --key 0x10 --flag --text a --choice falling --wait 1m --list a,b", "255 3 0x10 true a falling 1m a,b"},
		{"a b c", "7 auto 0x4e545030 false a rising 1s b,c"},
		{"--m-m auto", "7 auto 0x4e545030 false  rising 1s "},
		{"--n 256", "expected a whole number from 0 to 255"},
		{"--n x", "expected a whole number from 0 to 255"},
		{"--m-m 9", "not 9"},
		{"--flag=2", "expected true or false"},
		{"--choice left", `expected one of "rising", "falling"`},
		{"--choice fall", `expected one of "rising", "falling"; did you mean "falling"?`},
		{"--m-m atuo", `expected "auto" or a whole number from 0 to 10; did you mean "auto"?`},
		{"--wait 5", `expected a time from 0s to 1m with its unit, such as "120ms"`},
		{"--list one", "expected two"},
		{"a one", "one: expected two"},
		{"--text a b", `"b" and --text: expected only one of them`},
		{"--list a,b c d", `"d" and --list: expected only one of them`},
		{"--n 13", "--n 13: 13 is unlucky"},
		{"--n 010", "expected a whole number from 0 to 255"}, // octal in Go, and wrong in a file
		{"--n +010", "expected a whole number from 0 to 255"},
	} {
		v := newValues()
		set := flag.NewFlagSet("", flag.ContinueOnError)
		set.SetOutput(io.Discard)
		schema := v.schema()
		schema.Define(set)
		var got string
		err := set.Parse(strings.Fields(c.args))
		if err == nil {
			f := NewFlags(set)
			f.SetOperands(schema, set.Args())
			if f.Given("n") && v.n == 13 {
				f.Warn("n", "13 is unlucky")
			}
			err = f.Err()
			got = strings.Join(f.Warnings, "")
		}
		switch {
		case err != nil:
			got = err.Error()
		case got == "":
			var shown []string
			for _, s := range schema {
				shown = append(shown, s.Value.String())
			}
			got = strings.Join(shown, " ")
			if got != c.want {
				t.Errorf("%s: %q, want %q", c.args, got, c.want)
			}
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q in it", c.args, got, c.want)
		}
	}
}

// The reference has the defaults, and explains every setting.
func TestReference(t *testing.T) {
	v := newValues()
	v.text, v.list = "a", []string{"any"}
	text := v.schema().Reference("[[clock]]", "A clock "+strings.Repeat("that ticks ", 20)+"on.", false)
	got, _, err := read(text)
	if len(got) != 1 || fmt.Sprint(*got[0]) != fmt.Sprint(*v) {
		t.Errorf("the reference gives %v, %v; want %v:\n%s", got, err, *v, text)
	}
	if !strings.Contains(text, "\n# Number of others. They are not things.\nm_m = \"auto\"\n") {
		t.Errorf("the reference is\n%s", text)
	}
	for line := range strings.Lines(text) {
		if len(line) > columns+1 {
			t.Errorf("more than %d columns: %q", columns, line)
		}
	}
	optional := v.schema().Reference("[[clock]]", "A clock.", true)
	for line := range strings.Lines(optional) {
		if line != "\n" && !strings.HasPrefix(line, "#") {
			t.Errorf("not commented out: %q", line)
		}
	}
}

func TestTime(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0s", 5 * time.Minute: "5m", time.Hour: "1h", 90 * time.Minute: "1h30m", 61 * time.Second: "1m1s", 10 * time.Second: "10s", -time.Hour: "-1h", 10 * time.Hour: "10h"} {
		if got := Time(d); got != want {
			t.Errorf("%d: %s, want %s", d, got, want)
		}
	}
}

// slowLine finds the line of a position by parsing more and more lines with the
// library.
func slowLine(text string, p position) int {
	for n, end := 1, 0; ; n++ {
		next := strings.IndexByte(text[end:], '\n')
		if next < 0 {
			return n
		}
		end += next + 1
		var tree map[string]any
		if _, err := toml.Decode(text[:end], &tree); err != nil {
			continue
		}
		list, many := tree[p.table].([]map[string]any)
		if !many || p.place >= len(list) {
			continue
		}
		if _, ok := list[p.place][p.key]; ok || p.key == "" {
			return n
		}
	}
}

// FuzzIndex compares the index with the library. The library knows a key at the end of
// its statement; the index has the line on which the statement begins.
func FuzzIndex(f *testing.F) {
	f.Add("[[a]]\nx = 1 # [[a]]\n[[ a ]]\ny = \"\"\"\nx = 2\n[[a]]\n\"\"\"\nx = [ # ]\n 1,\n 2 ]\n[[b]]\nx = '''\\''' # \"\n\"y\" = {a = 1}\n")
	f.Add("[[a]]\r\nx = \"\\\"\" # '\r\ny = '\\'\r\n[a.b]\r\nz = 3\r\n[[a]]\r\nx.y = 1\r\n")
	f.Add("t = 1979-05-27T07:32:00Z\n[[a]]\nx = [[1, 2], [\"]\", ']']]\ny = 2\n[c]\n[c.d]\n[[c.e]]\n")
	f.Add("[[a]]\nx = \"\"\"a\"\"\"\"\"\ny = ''''b'''''\nz = {a = \"}\", b = [\n1]}\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Parse("test", text)
		if err != nil || len(text) > 2000 {
			return
		}
		for p, got := range file.lines {
			list, ok := file.tree[p.table].([]map[string]any)
			if !ok || p.place >= len(list) || p.key != "" && list[p.place][p.key] == nil {
				continue
			}
			want := slowLine(text, p)
			begins := strings.Split(text, "\n")[got-1]
			if got > want || !strings.Contains(begins, p.key) {
				t.Errorf("%q: %v is on line %d, but the library knows it at line %d", text, p, got, want)
			}
		}
	})
}

// Every key of plain tables has its own line.
func TestIndex(t *testing.T) {
	f, err := Parse("test", "# a\nx = 1\n\n[[a]]\nx = [ # ]\n\"[[a]]\", ]\ny = \"\"\"\nx = 2\n\"\"\"\n[[b]]\n  [[a]]\n'x' = '#'\n")
	if err != nil {
		t.Fatal(err)
	}
	for p, want := range map[position]int{
		{"x", 0, ""}: 2, {"a", 0, ""}: 4, {"a", 0, "x"}: 5, {"a", 0, "y"}: 7, {"b", 0, ""}: 10, {"a", 1, ""}: 11, {"a", 1, "x"}: 12,
	} {
		if got := f.lines[p]; got != want {
			t.Errorf("%v: line %d, want %d", p, got, want)
		}
	}
}

// A thousand clocks, each with an error, are read in one pass.
func TestManyErrors(t *testing.T) {
	_, _, err := read(strings.Repeat("[[clock]]\nn = 1\nbad = 2\n", 1000))
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 1000 || !strings.HasPrefix(lines[999], "test.toml:3000: bad: ") {
		t.Errorf("%d errors, the last %q", len(lines), lines[len(lines)-1])
	}
}

func BenchmarkParse(b *testing.B) {
	text := strings.Repeat("[[clock]]\nn = 1\nbad = 2\n", 100)
	for b.Loop() {
		read(text)
	}
}

func TestErrorsAreInTheOrderOfTheLines(t *testing.T) {
	_, _, err := read("[[clock]]\nbad = 1\nn = 999\n[[cluck]]\n")
	if err == nil {
		t.Fatal("no error")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d errors, want 3:\n%v", len(lines), err)
	}
	for i, line := range []string{":2:", ":3:", ":4:"} {
		if !strings.Contains(lines[i], line) {
			t.Errorf("error %d is %q, want line %s", i, lines[i], line)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("[[clock]]\nn = 5\nwait = \"1s\"\nlist = [\"a\"]\n")
	f.Add("clock = [1, {a = 1}]")
	f.Add("[clock.a]\nb = 1979-05-27T07:32:00Z")
	f.Add("[[clock]]\n[clock.sub]\nx = \"\"\"\n[[clock]]\nn = 9\n\"\"\"")
	f.Fuzz(func(t *testing.T, text string) { read(text) }) // no input panics
}

// A relative path that is similar to a word is a path only if the file exists.
func TestPathLikeAWord(t *testing.T) {
	t.Chdir(t.TempDir())
	var to string
	v := Path(&to, "/dev/serial0", nil, "auto")
	if err := v.Set("aut"); err == nil || !strings.Contains(err.Error(), `did you mean "auto"?`) {
		t.Errorf("without a file: %v, %q", err, to)
	}
	if err := os.WriteFile("aut", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := v.Set("aut"); err != nil || filepath.Base(to) != "aut" {
		t.Errorf("with a file: %v, %q", err, to)
	}
}
