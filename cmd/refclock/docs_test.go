package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// call finds a command line in code, and quote the code in a line of text.
var (
	call  = regexp.MustCompile(`(?:^ *|\| *|sudo )refclock ([a-z][^|>#]*)`)
	quote = regexp.MustCompile("`([^`]*)`")
)

// callsIn gives the command lines of a page, without the program's name: those in fenced or
// indented blocks, and those that are quoted in a line.
func callsIn(page string) (calls [][]string) {
	fenced := false
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
			continue
		}
		code := []string{line}
		if !fenced && !strings.HasPrefix(line, "    ") {
			code = nil
			for _, match := range quote.FindAllStringSubmatch(line, -1) {
				code = append(code, match[1])
			}
		}
		for _, c := range code {
			for _, match := range call.FindAllStringSubmatch(c, -1) {
				calls = append(calls, strings.Fields(match[1]))
			}
		}
	}
	return calls
}

// A page may not name a command or a flag that there is none of.
func TestDocsNameWhatThereIs(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	found := 0
	for _, page := range append(pages, "../../README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, words := range callsIn(string(text)) {
			found++
			if complaint := checkCall(words); complaint != "" {
				t.Errorf("%s: refclock %s: %s", filepath.Base(page), strings.Join(words, " "), complaint)
			}
		}
	}
	if found < 10 {
		t.Errorf("%d command lines in the pages: they are not found any more", found)
	}
}

func TestCheckCall(t *testing.T) {
	page := "refclock feeds it\n`sudo refclock gps` and `a refclock b`\n```sh\nrefclock man | man -l -\nx | refclock decode - >y\n```\n    refclock demo # now\n"
	want := [][]string{{"gps"}, {"man"}, {"decode", "-"}, {"demo"}}
	if got := callsIn(page); !reflect.DeepEqual(got, want) {
		t.Errorf("calls %q, want %q", got, want)
	}
	for line, good := range map[string]bool{
		"gps --pps gpio:GPIO18 /dev/serial0": true, "gps --help": true, "gps --psp x": false, "gsp": false, "monitor --count=3": true,
	} {
		if complaint := checkCall(strings.Fields(line)); (complaint == "") != good {
			t.Errorf("%q: %q", line, complaint)
		}
	}
}

// checkCall says what is wrong with a command line.
func checkCall(words []string) string {
	for _, c := range documented() {
		if c.name != words[0] {
			continue
		}
		known := " --help " + c.switches() + " " + c.takers() + " "
		for _, word := range words[1:] {
			name, _, _ := strings.Cut(word, "=")
			if strings.HasPrefix(name, "--") && !strings.Contains(known, " "+name+" ") {
				return "no flag " + name
			}
		}
		return ""
	}
	// "refclock shm unit 0" is a line of NTPsec's configuration.
	if words[0] == "help" || words[0] == "shm" {
		return ""
	}
	return "no command " + words[0]
}
