package main

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// A mutant is one change to a package.
type mutant struct {
	file     *file
	line     int
	function string // or the constant or variable outside of functions
	before   string // the changed expression or statement, on one line
	after    string
	nth      int // from 1, among the mutants of the function with the same text

	start, end int    // of the bytes that are replaced
	text       string // what replaces them

	reason string // why the mutant is equivalent; empty if it is not listed
}

// key identifies a mutant without its line, and so survives edits elsewhere.
func (m *mutant) key() string { return m.file.name + ": " + m.change() }

func (m *mutant) change() string {
	text := m.function + ": " + m.before + " -> " + m.after
	if m.nth > 1 {
		text += fmt.Sprintf(" (%d)", m.nth)
	}
	return text
}

func (m *mutant) String() string {
	return fmt.Sprintf("%s:%d: %s", m.file.name, m.line, m.change())
}

// source is the mutated file.
func (m *mutant) source() []byte {
	s := m.file.source
	return slices.Concat(s[:m.start], []byte(m.text), s[m.end:])
}

// choose selects the mutants to run, in the order of the source. Each mutant has
// a fixed rank, so that an edit to the package changes the choice by little.
func choose(all []*mutant, o options) []*mutant {
	var chosen []*mutant
	for _, m := range all {
		if o.file == nil || o.file.MatchString(m.file.name) {
			chosen = append(chosen, m)
		}
	}
	if o.number > 0 && len(chosen) > o.number {
		slices.SortFunc(chosen, func(a, b *mutant) int { return cmp.Compare(a.rank(o.seed), b.rank(o.seed)) })
		chosen = chosen[:o.number]
	}
	slices.SortStableFunc(chosen, func(a, b *mutant) int {
		return cmp.Or(strings.Compare(a.file.name, b.file.name), cmp.Compare(a.start, b.start))
	})
	return chosen
}

func (m *mutant) rank(seed uint64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, m.key()))
	return string(sum[:])
}
