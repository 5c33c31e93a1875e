package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

// An event is a line of `go test -json`, see `go doc test2json`.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

// A report collects the results of several runs.
type report struct {
	guest   bool // the runs are in a virtual machine of the lab
	tallies []tally
	left    []omission
	output  map[string]string // of each unfinished test of the current run
}

// A tally counts the tests of one run.
type tally struct {
	run                     string
	passed, failed, skipped int
	err                     error // of go test as a whole
}

// An omission is something that was not tested.
type omission struct {
	run       string // empty for what is missing on this machine
	what, why string
}

func (o omission) String() string {
	if o.run == "" {
		return o.what + ": " + o.why
	}
	return o.run + ": " + o.what + ": " + o.why
}

// concerns reports whether a word occurs in the omission. The run's name does not count: a
// test that is skipped under qemu does not mean that qemu is missing.
func (o omission) concerns(word string) bool {
	return strings.Contains(o.what, word) || strings.Contains(o.why, word)
}

// wantsLab reports whether a test was skipped because it needs a device of the lab: package
// pps and lab/guest say so in different words.
func (o omission) wantsLab() bool {
	return strings.Contains(o.why, "virtual machine")
}

func (r *report) begin(run string) {
	r.tallies = append(r.tallies, tally{run: run})
	r.output = map[string]string{}
}

func (r *report) current() *tally { return &r.tallies[len(r.tallies)-1] }

func (r *report) broke(err error) { r.current().err = err }

// leftOut adds what is missing on this machine.
func (r *report) leftOut(what, why string) {
	r.left = append(r.left, omission{what: what, why: why})
}

// omit adds what is left out of a run that takes place.
func (r *report) omit(run, what, why string) {
	r.left = append(r.left, omission{run: run, what: what, why: why})
}

// add adds a line of go test -json. It prints what go test without -v prints: a line for
// each package, and the output of a failed test.
func (r *report) add(line []byte, w io.Writer) {
	var e event
	if json.Unmarshal(line, &e) != nil {
		w.Write(line) // an error of go test itself
		return
	}
	test := e.Package + " " + e.Test
	switch e.Action {
	case "output":
		if e.Test != "" {
			r.output[test] += e.Output
		} else if worthShowing(e.Output) {
			io.WriteString(w, short(e.Output))
		}
		return
	case "build-output":
		io.WriteString(w, e.Output)
		return
	}
	if e.Test == "" {
		if e.Action == "fail" {
			r.showUnfinished(e.Package, w)
		}
		return
	}
	switch e.Action {
	case "pass":
		r.current().passed++
	case "fail":
		r.current().failed++
		io.WriteString(w, r.output[test])
	case "skip":
		r.current().skipped++
		r.left = append(r.left, omission{r.current().run, short(test), reason(r.output[test])})
	default:
		return
	}
	delete(r.output, test)
}

// showUnfinished prints the output of tests that a panic or the time limit ended.
func (r *report) showUnfinished(pkg string, w io.Writer) {
	for _, test := range slices.Sorted(maps.Keys(r.output)) {
		if strings.HasPrefix(test, pkg+" ") {
			io.WriteString(w, r.output[test])
		}
	}
}

// worthShowing excludes the lines of a package that only verbose tests print.
func worthShowing(line string) bool {
	return line != "PASS\n" && line != "FAIL\n" && !strings.Contains(line, "[no test files]")
}

// short removes the path that all packages have in common.
func short(text string) string {
	return strings.ReplaceAll(text, "github.com/refclock/refclock/", "")
}

var (
	frame  = regexp.MustCompile(`(?m)^\s*(===|---) .*\n`)
	source = regexp.MustCompile(`(?m)^\s*\w+\.go:\d+: `)
)

// reason returns the output of a skipped test in one line.
func reason(output string) string {
	said := source.ReplaceAllString(frame.ReplaceAllString(output, ""), "")
	if said = strings.Join(strings.Fields(said), " "); said == "" {
		return "no reason given"
	}
	return said
}

// print writes the summary.
func (r *report) print(w io.Writer) {
	fmt.Fprintf(w, "\n== summary\n")
	for _, t := range r.tallies {
		fmt.Fprintf(w, "%-32s %4d passed, %d failed, %d skipped", t.run, t.passed, t.failed, t.skipped)
		if t.err != nil {
			fmt.Fprintf(w, " (go test: %v)", t.err)
		}
		fmt.Fprintln(w)
	}
	if len(r.left) == 0 {
		fmt.Fprintln(w, "Nothing was omitted.")
		return
	}
	fmt.Fprintln(w, "Omitted:")
	elsewhere := map[string]int{}
	for _, o := range r.left {
		if o.wantsLab() && !r.guest {
			elsewhere[o.run]++
			continue
		}
		fmt.Fprintf(w, "  %v\n", o)
	}
	for _, run := range slices.Sorted(maps.Keys(elsewhere)) {
		fmt.Fprintf(w, "  %s: %d tests that need the devices of a virtual machine: run make lab\n", run, elsewhere[run])
	}
}

// because returns the error, unless it only means that tests failed.
func because(err error) string {
	var exit *exec.ExitError
	if err == nil || errors.As(err, &exit) {
		return ""
	}
	return ": " + err.Error()
}

// verdict returns nil if all tests passed and nothing required was omitted.
func (r *report) verdict(required string) error {
	for _, t := range r.tallies {
		if t.failed > 0 || t.err != nil {
			return fmt.Errorf("tests failed: %s%s", t.run, because(t.err))
		}
		if t.passed == 0 {
			return fmt.Errorf("no test ran: %s", t.run)
		}
	}
	for _, word := range strings.FieldsFunc(required, func(c rune) bool { return c == ',' || c == ' ' }) {
		for _, o := range r.left {
			if o.concerns(word) {
				return fmt.Errorf("%s is required, but was omitted: %v", word, o)
			}
		}
	}
	return nil
}
