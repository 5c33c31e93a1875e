package config

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// values are what the tests ask for.
type values struct {
	n      int
	m      int
	flag   bool
	text   string
	choice string
	wait   time.Duration
	list   []string
	words  []string
}

func read(text string) ([]values, error) {
	f, err := Parse("test.toml", text)
	if err != nil {
		return nil, err
	}
	var all []values
	for _, t := range f.Tables("clock") {
		v := values{n: 7, wait: time.Second}
		t.Int("n", &v.n, 0, 255)
		t.IntOr("auto", "m", &v.m, -1, 0, 10, func(n int) error {
			if n == 9 {
				return errors.New("not 9")
			}
			return nil
		})
		t.Bool("flag", &v.flag)
		t.Text("text", &v.text, "a name", func(s string) error {
			if s == "" {
				return errors.New("expected a name")
			}
			return nil
		})
		t.Choice("choice", &v.choice, "rising", "falling")
		t.Duration("wait", &v.wait, 0, time.Minute)
		t.Texts("list", &v.list, "names")
		t.Words("words", &v.words, `"any"`, "names", func(words []string) error {
			if len(words) == 1 && words[0] != "any" {
				return errors.New("expected two")
			}
			return nil
		})
		all = append(all, v)
	}
	return all, f.Errors()
}

func TestValues(t *testing.T) {
	got, err := read(`
[[clock]]
[[clock]] # the second
n = 255
m = "auto"
flag = true
text = "a"
choice = "falling"
wait = "1.5s"
list = ["a",
  "b"]
words = "any"
[[clock]]
words = ["any", "other"]
`)
	if err != nil || len(got) != 3 {
		t.Fatalf("%v, %v", got, err)
	}
	if got[0].n != 7 || got[0].wait != time.Second {
		t.Errorf("the first is %+v, want the defaults", got[0])
	}
	if v := got[1]; v.n != 255 || v.m != -1 || !v.flag || v.text != "a" || v.choice != "falling" || v.wait != 1500*time.Millisecond || len(v.list) != 2 || len(v.words) != 1 {
		t.Errorf("the second is %+v", v)
	}
	if v := got[2]; len(v.words) != 2 {
		t.Errorf("the third is %+v", v)
	}
}

// One failing case for each rule: where, what was found, what was expected.
func TestErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"[[clock]]\nn = ", "test.toml:2: "},
		{"[[clock]]\nn = 1\nn = 2", "test.toml:3: "},
		{"[[clock]]\nn = 256", "test.toml:2: n = 256: expected a whole number from 0 to 255"},
		{"[[clock]]\nn = -1", "test.toml:2: n = -1: expected a whole number from 0 to 255"},
		{"[[clock]]\nn = \"1\"", `test.toml:2: n = "1": expected a whole number`},
		{"[[clock]]\nn = 1.0", "test.toml:2: n = 1.0: expected a whole number"},
		{"[[clock]]\nm = \"any\"", `test.toml:2: m = "any": expected "auto" or a whole number`},
		{"[[clock]]\nm = 11", `test.toml:2: m = 11: expected "auto" or a whole number from 0 to 10`},
		{"[[clock]]\nm = 9", "test.toml:2: m = 9: not 9"},
		{"[[clock]]\nflag = \"true\"", `test.toml:2: flag = "true": expected true or false`},
		{"[[clock]]\ntext = 5", "test.toml:2: text = 5: expected a name, in quotes"},
		{"[[clock]]\ntext = \"\"", `test.toml:2: text = "": expected a name`},
		{"[[clock]]\nchoice = \"left\"", `test.toml:2: choice = "left": expected one of "rising", "falling"`},
		{"[[clock]]\nwait = 5", "test.toml:2: wait = 5: expected a time from 0s to 1m0s"},
		{"[[clock]]\nwait = \"5\"", `such as "120ms"`},
		{"[[clock]]\nwait = \"61s\"", "expected a time from 0s to 1m0s"},
		{"[[clock]]\nlist = \"a\"", "expected a list of names"},
		{"[[clock]]\nlist = [\"a\", 2]", `test.toml:2: list = ["a", 2]: has 2 in it`},
		{"[[clock]]\nwords = 1", `test.toml:2: words = 1: expected "any", or a list of names`},
		{"[[clock]]\nwords = \"one\"", `words = "one": expected two`},
		{"[[clock]]\nwords = [\"one\"]", `words = ["one"]: expected two`},
		{"[[clock]]\nwords = [\"one\", 2]", "has 2 in it; expected names in quotes only"},
		{"[[clock]]\n\n# a remark\ntexx = \"a\"", "test.toml:4: texx: [[clock]] has no such setting; did you mean text?"},
		{"[[clock]]\nzzzzzzzz = [\n\"a\",\n]", "test.toml:4: zzzzzzzz: [[clock]] has no such setting; it has choice, flag"},
		{"[[clock]]\nn = 1\n[[clock]]\nn = 256", "test.toml:4: n = 256"},
		{"\n[[clokc]]\nn = 1", "test.toml:2: unknown [[clokc]]; expected [[clock]]"},
		{"[clokc]\nn = 1", "test.toml:1: unknown [clokc]; expected [[clock]]"},
		{"n = 1\n[[clock]]", "test.toml:1: n = 1 stands outside of any table"},
		{"[clock]\nn = 1", "test.toml:1: [clock]: expected [[clock]] in two brackets"},
		{"clock = 1", "test.toml:1: clock = 1: expected [[clock]]"},
	} {
		_, err := read(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n%v\nwant %q in it", c.text, err, c.want)
		}
	}
}

func TestAllErrorsAreToldInOrder(t *testing.T) {
	_, err := read("[[clock]]\nbad = 1\nn = 999\n[[cluck]]\n")
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
	f.Fuzz(func(t *testing.T, text string) { read(text) }) // whatever it is, nothing panics
}
