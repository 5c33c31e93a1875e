package main

import (
	"flag"
	"strings"
)

// A commandDoc is a command for the manual and the completions.
type commandDoc struct {
	command
	flags []flagDoc
}

// A flagDoc is a flag: its placeholder, its text and its default.
type flagDoc struct{ name, value, text, standard string }

// documented returns all commands and flags, from the definitions that the program uses.
func documented() (docs []commandDoc) {
	for _, c := range commands() {
		doc := commandDoc{command: c}
		flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
		c.define(flags)
		flags.VisitAll(func(f *flag.Flag) {
			value, text := takes(f)
			doc.flags = append(doc.flags, flagDoc{f.Name, value, strings.Join(strings.Fields(text), " "), standard(f)})
		})
		docs = append(docs, doc)
	}
	return docs
}

// switches returns the flags without a value, and takers those with one.
func (c commandDoc) switches() string { return c.list(func(f flagDoc) bool { return f.value == "" }) }
func (c commandDoc) takers() string   { return c.list(func(f flagDoc) bool { return f.value != "" }) }

func (c commandDoc) list(which func(flagDoc) bool) string {
	var names []string
	for _, f := range c.flags {
		if which(f) {
			names = append(names, "--"+f.name)
		}
	}
	return strings.Join(names, " ")
}

// brief returns the beginning of the flag's text.
func (f flagDoc) brief() string {
	brief, _, _ := strings.Cut(f.text, ";")
	brief, _, _ = strings.Cut(brief, ": ")
	return brief
}
