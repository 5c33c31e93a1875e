package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/refclock/refclock/internal/consumer/lines"
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

// A page may name only commands and flags that exist.
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

// A newcomer compares what he reads here with what he has read there: all who show the
// usual lines for chrony show the same.
func TestDocsHaveOneSetOfLines(t *testing.T) {
	chrony, ok := lines.Named("chrony")
	if !ok {
		t.Fatal("no chrony")
	}
	usual, err := lines.Lines(chrony, lines.Default(true))
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{"refclock gps --help": gpsCommand.help()}
	for _, page := range []string{"README.md", "docs/raspberry-pi.md"} {
		text, err := os.ReadFile("../../" + page)
		if err != nil {
			t.Fatal(err)
		}
		pages[page] = string(text)
	}
	for name, text := range pages {
		var shown []string
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "refclock SHM ") {
				shown = append(shown, line)
			}
		}
		if !slices.Equal(shown, usual) {
			t.Errorf("%s shows %q, and refclock config %q", name, shown, usual)
		}
	}
}

// link finds what a page refers to.
var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// What a page refers to is there, and so is the heading.
func TestDocsLinks(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, page := range append(pages, "../../README.md", "../../lab/README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range link.FindAllStringSubmatch(string(text), -1) {
			target, heading, _ := strings.Cut(match[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			found++
			path := page
			if target != "" {
				path = filepath.Join(filepath.Dir(page), target)
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s refers to %s: %v", page, match[1], err)
			} else if heading != "" && !hasHeading(t, path, heading) {
				t.Errorf("%s refers to %s: there is no such heading", page, match[1])
			}
		}
	}
	if found < 20 {
		t.Errorf("%d links in the pages: they are not found any more", found)
	}
}

// hasHeading reports whether a page has a heading with that anchor.
func hasHeading(t *testing.T, page, name string) bool {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			continue
		}
		title := strings.ToLower(strings.TrimSpace(strings.TrimLeft(line, "#")))
		if name == strings.ReplaceAll(regexp.MustCompile(`[^\pL\pN _-]`).ReplaceAllString(title, ""), " ", "-") {
			return true
		}
	}
	return false
}

func TestCheckCall(t *testing.T) {
	page := "refclock feeds it\n`sudo refclock gps` and `a refclock b`\n```sh\nrefclock man | man -l -\nx | refclock decode - >y\n```\n    refclock demo # now\n"
	want := [][]string{{"gps"}, {"man"}, {"decode", "-"}, {"demo"}}
	if got := callsIn(page); !reflect.DeepEqual(got, want) {
		t.Errorf("calls %q, want %q", got, want)
	}
	for line, good := range map[string]bool{
		"gps --pps gpio:GPIO18 /dev/serial0": true, "gps --help": true, "gps --psp x": false, "gsp": false, "monitor --count=3": true, "feed --unit 2 -- x --psp": true, "feed --psp -- x": false,
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
			if word == "--" { // operands follow
				break
			}
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
