package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
)

// An equivalent is a line of the list of equivalent mutants.
type equivalent struct {
	line    int
	file    string
	key     string // of the mutant
	reason  string
	matched bool
}

// equivalents is the list of mutants that no test can catch.
type equivalents []*equivalent

// lineNumber matches the line number after the file's name in a pasted survivor.
var lineNumber = regexp.MustCompile(`^([^ :]+):\d+: `)

// readEquivalents reads the list, which may be missing.
func readEquivalents(name string) (equivalents, error) {
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	var list equivalents
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		at := strings.LastIndex(line, " # ")
		if at < 0 {
			return nil, fmt.Errorf("%s:%d: no reason: write it behind \" # \"", name, i+1)
		}
		e := &equivalent{line: i + 1, reason: strings.TrimSpace(line[at+3:])}
		e.key = lineNumber.ReplaceAllString(strings.TrimSpace(line[:at]), "$1: ")
		var ok bool
		if e.file, _, ok = strings.Cut(e.key, ": "); !ok || e.reason == "" {
			return nil, fmt.Errorf("%s:%d: want file: function: before -> after # reason", name, i+1)
		}
		list = append(list, e)
	}
	return list, nil
}

// match adds the reasons to the listed mutants.
func (list equivalents) match(all []*mutant) {
	byKey := map[string]*equivalent{}
	for _, e := range list {
		byKey[e.key] = e
	}
	for _, m := range all {
		if e := byKey[m.key()]; e != nil {
			m.reason, e.matched = e.reason, true
		}
	}
}

// unmatched returns the lines for these packages that match no mutant. A line for a
// file that no longer exists counts if the file was in one of the packages.
func (list equivalents) unmatched(packages []*pkg) []*equivalent {
	var names []string
	for _, p := range packages {
		names = append(names, p.name)
	}
	return slices.DeleteFunc(slices.Clone(list), func(e *equivalent) bool {
		return e.matched || !slices.Contains(names, directory(e.file))
	})
}

func directory(file string) string {
	if i := strings.LastIndexByte(file, '/'); i >= 0 {
		return file[:i]
	}
	return "."
}
