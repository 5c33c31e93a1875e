package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// module writes a module with one package and makes it the working directory.
func module(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("GOFLAGS", "")
	t.Setenv("GOWORK", "off")
	files["go.mod"] = "module example.org/small\n\ngo 1.26\n"
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// runsTests skips a test that builds and runs programs if only short tests run, as
// under an emulator, which cannot run programs of this machine.
func runsTests(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("short tests do not build and run mutants")
	}
}

// selected are options that select all mutants of the package in the working directory.
func selected() options {
	return options{packages: []string{"."}, seed: 1, jobs: 2, equivalent: "equivalent.txt", verbose: true, limits: standardLimits}
}

const sum = `package small

func Sum(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		sum += i
	}
	return sum
}
`

const small = `package small

func Last(a [3]int) int { return a[2] }

func Adult(age int) bool { return age >= 18 }

func Join(a []int, b []int) (all []int) {
	for _, n := range b {
		all = append(a, func(m int) int { return m }(n))
	}
	return all
}
`

const smallTest = `package small

import "testing"

func Test(t *testing.T) {
	if Sum(4) != 6 || Last([3]int{5, 6, 7}) != 7 || !Adult(30) || Adult(3) || len(Join(nil, []int{7})) != 1 {
		t.Fatal("wrong")
	}
}
`

func TestOutcomes(t *testing.T) {
	runsTests(t)
	module(t, map[string]string{
		"small.go":      small,
		"sum.go":        sum,
		"small_test.go": smallTest,
		"equivalent.txt": "# Comment\n\n" +
			"sum.go: Sum: i := 0 -> i := 1 # adding 0 changes nothing\n" +
			"elsewhere/sum.go: Sum: i++ -> dropped # of a package that is not selected\n",
	})
	o := selected()
	o.limits.extra = 5 * time.Second
	var out strings.Builder
	if err := mutants(t.Context(), o, &out); err != nil {
		t.Fatal(err)
	}
	got := regexp.MustCompile(`the tests take .*,`).ReplaceAllString(out.String(), "the tests take a while,")
	const want = `.: the tests take a while, 14 mutants
caught       small.go:3: Last: a[2] -> a[1] # Test
not compiled small.go:3: Last: a[2] -> a[4] # invalid argument: index 4 out of bounds [0:3]
caught       small.go:5: Adult: age >= 18 -> age < 18 # Test
survived     small.go:5: Adult: age >= 18 -> age > 18
survived     small.go:5: Adult: age >= 18 -> age >= 9
caught       small.go:5: Adult: age >= 18 -> age >= 36 # Test
caught       small.go:9: Join: all = append(a, func(m int) int { return m }(n)) -> dropped # Test
caught       sum.go:4: Sum: sum := 0 -> sum := 1 # Test
equivalent   sum.go:5: Sum: i := 0 -> i := 1 # adding 0 changes nothing
caught       sum.go:5: Sum: i < n -> i >= n # Test
caught       sum.go:5: Sum: i < n -> i <= n # Test
timed out    sum.go:5: Sum: i++ -> dropped
caught       sum.go:6: Sum: sum += i -> sum -= i # Test
caught       sum.go:6: Sum: sum += i -> dropped # Test

.                12 run,   10 caught (1 by timeout),   2 survived,   1 equivalent,   1 not compiled,  83.3 %
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if source, err := os.ReadFile("small.go"); err != nil || string(source) != small {
		t.Errorf("the source has changed: %v\n%s", err, source)
	}
}

func TestSurvivorsFitTheList(t *testing.T) {
	runsTests(t)
	module(t, map[string]string{"small.go": small, "sum.go": sum, "small_test.go": smallTest})
	o := selected()
	o.file, o.verbose, o.min = regexp.MustCompile(`^small\.go$`), false, 67
	var out strings.Builder
	if err := mutants(t.Context(), o, &out); err == nil || !strings.Contains(err.Error(), "66.7 %") {
		t.Errorf("%v, want an error that reports 66.7 %%", err)
	}
	var list strings.Builder
	for line := range strings.Lines(out.String()) {
		if strings.HasPrefix(line, "small.go:") {
			list.WriteString(strings.TrimSpace(line) + " # reason\n")
		}
	}
	if err := os.WriteFile("equivalent.txt", []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	o.min = 100
	if err := mutants(t.Context(), o, &out); err != nil {
		t.Errorf("with\n%s%v", &list, err)
	}
}

func TestTheTestsMustPassUnmutated(t *testing.T) {
	runsTests(t)
	module(t, map[string]string{"small.go": small, "sum.go": sum, "small_test.go": strings.ReplaceAll(smallTest, "!= 7", "== 7")})
	err := mutants(t.Context(), selected(), &strings.Builder{})
	if err == nil || !strings.Contains(err.Error(), "--- FAIL: Test") {
		t.Errorf("%v, want the output of the failed test", err)
	}
}

func TestStaleLinesAreErrors(t *testing.T) {
	module(t, map[string]string{
		"sum.go":         sum,
		"equivalent.txt": "sum.go: Sum: j++ -> dropped # there is no j\n",
	})
	o := selected()
	o.list = true
	var out strings.Builder
	if err := mutants(t.Context(), o, &out); err == nil {
		t.Error("no error")
	}
	const want = "equivalent.txt:1: matches no mutant: sum.go: Sum: j++ -> dropped\n"
	if !strings.HasSuffix(out.String(), want) {
		t.Errorf("got\n%s\nwant at the end\n%s", &out, want)
	}
	o.number = 5
	if err := mutants(t.Context(), o, &out); err != nil {
		t.Errorf("for a part of the mutants: %v, want only a message", err)
	}
	for _, line := range []string{"sum.go: Sum: i++ -> dropped", "sum.go # reason", "sum.go: Sum: i++ -> dropped # "} {
		if err := os.WriteFile("equivalent.txt", []byte(line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readEquivalents("equivalent.txt"); err == nil {
			t.Errorf("no error for %q", line)
		}
	}
}

const kinds = `package small

import (
	"errors"
	"fmt"
	"log/slog"
	"time"
)

const (
	few   = 0x10
	pause = 2*time.Second
	long  = time.Minute
)

type T[E any] struct {
	a [4]E
	n int
}

func (t *T[E]) String() string { return fmt.Sprint(t.n + 7) }

func (t *T[E]) All(a, b, c, d bool, name string) error {
	if a || b && c || d {
		return errors.New("no" + name)
	}
	if !a {
		return fmt.Errorf("%d", t.n+2)
	}
	if t.n > 5 && b {
		slog.Info("many", "n", t.n-1)
	}
	switch {
	case b, t.n != t.n:
		slog.Info("b")
		t.n -= len(make([]int, 0, 9))
	}
	defer func() { t.n = -3 }()
	_ = t.n
	name += "x" +
		name
	t.reset()
	return nil
}

var last time.Time

func mark() { last = time.Now() }

func (t *T[E]) reset() { t.n, t.n = 0, 1; t.n-- ; t.n-- }
`

func TestMutants(t *testing.T) {
	module(t, map[string]string{
		"small.go":         kinds,
		"small_windows.go": "package small\n\nconst other = 3\n",
		"generated.go":     "// Code generated by hand. DO NOT EDIT.\n\npackage small\n\nconst made = 3\n",
		"tagged.go":        "//go:build tagged\n\npackage small\n\nconst tagged = 3\n",
	})
	o := selected()
	o.list = true
	var out strings.Builder
	if err := mutants(t.Context(), o, &out); err != nil {
		t.Fatal(err)
	}
	const want = `small.go:11: few: few = 0x10 -> few = 0x8
small.go:11: few: few = 0x10 -> few = 0x20
small.go:12: pause: 2*time.Second -> 1*time.Second
small.go:12: pause: 2*time.Second -> 4*time.Second
small.go:13: long: long = time.Minute -> long = (time.Minute / 2)
small.go:13: long: long = time.Minute -> long = (2 * time.Minute)
small.go:24: T.All: a || b && c || d -> !(a || b && c || d)
small.go:24: T.All: a || b && c || d -> (a || b && c) && d
small.go:24: T.All: a || b && c -> (a && (b && c))
small.go:24: T.All: b && c -> (b || c)
small.go:27: T.All: !a -> a
small.go:34: T.All: b -> !(b)
small.go:34: T.All: t.n != t.n -> t.n == t.n
small.go:36: T.All: t.n -= len(make([]int, 0, 9)) -> t.n += len(make([]int, 0, 9))
small.go:36: T.All: t.n -= len(make([]int, 0, 9)) -> dropped
small.go:36: T.All: make([]int, 0, 9) -> make([]int, 1, 9)
small.go:38: T.All: t.n = -3 -> dropped
small.go:38: T.All: t.n = -3 -> t.n = -1
small.go:38: T.All: t.n = -3 -> t.n = -6
small.go:40: T.All: name += "x" + name -> dropped
small.go:42: T.All: t.reset() -> dropped
small.go:48: mark: last = time.Now() -> dropped
small.go:50: T.reset: t.n, t.n = 0, 1 -> dropped
small.go:50: T.reset: t.n, t.n = 0, 1 -> t.n, t.n = 1, 1
small.go:50: T.reset: t.n, t.n = 0, 1 -> t.n, t.n = 0, 2
small.go:50: T.reset: t.n-- -> dropped
small.go:50: T.reset: t.n-- -> dropped (2)
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &out, want)
	}
}

// chosen returns the keys of the mutants that a seed chooses from a source.
func chosen(t *testing.T, source string, seed uint64) []string {
	t.Helper()
	module(t, map[string]string{"small.go": source})
	packages, err := load(t.Context(), []string{"."})
	if err != nil {
		t.Fatal(err)
	}
	all, err := packages[0].mutants()
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, m := range choose(all, options{seed: seed, number: 10}) {
		keys = append(keys, m.key())
	}
	return keys
}

func TestChoice(t *testing.T) {
	first := chosen(t, kinds, 1)
	if len(first) != 10 {
		t.Fatalf("%d mutants, want 10", len(first))
	}
	if again := chosen(t, kinds, 1); !slices.Equal(first, again) {
		t.Errorf("got %q and %q for the same seed", first, again)
	}
	if other := chosen(t, kinds, 2); slices.Equal(first, other) {
		t.Errorf("got %q for another seed, too", other)
	}
	// Two new mutants can replace two of those that were chosen.
	edited := strings.Replace(kinds, "const (", "const first = 8\n\nconst (", 1)
	kept := 0
	for _, key := range chosen(t, edited, 1) {
		if slices.Contains(first, key) {
			kept++
		}
	}
	if kept < 8 {
		t.Errorf("%d of 10 mutants are the same after an edit, want 8", kept)
	}
}

func TestStartKillsTheGroup(t *testing.T) {
	for _, c := range []struct {
		name, script string
		cancelled    bool
	}{
		{"cancelled", "sleep 600 & echo $!; wait", true},
		{"left behind", "sleep 600 & echo $!", false},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		output, err := start(exec.CommandContext(ctx, "sh", "-c", c.script), 0)
		if lasted := time.Since(began); lasted > 30*time.Second {
			t.Errorf("%s: it took %v", c.name, lasted)
		}
		if (err != nil) != c.cancelled {
			t.Errorf("%s: %v", c.name, err)
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(output)))
		if err != nil {
			t.Fatal(err)
		}
		if !ends(pid) {
			t.Errorf("%s: process %d still runs", c.name, pid)
		}
	}
}

// ends waits for a killed process to be gone, or to be a zombie that no process reaps.
func ends(pid int) bool {
	for range 100 {
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ESRCH) || strings.Contains(string(stat), ") Z ") {
			return true
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}

func TestHeadKeepsTheBeginning(t *testing.T) {
	var h head
	for range 100_000 {
		if n, err := h.Write([]byte("text")); n != 4 || err != nil {
			t.Fatal(n, err)
		}
	}
	if h.data.Len() != 64<<10 {
		t.Errorf("%d bytes are kept", h.data.Len())
	}
}
