package main

import (
	"flag"
	"strings"
)

// A commandDoc is a command as the manual and the shells tell it.
type commandDoc struct {
	command
	flags []flagDoc
}

// A flagDoc is a flag: what it takes, if it takes something, and what it does.
type flagDoc struct{ name, value, text, standard string }

// documented lists what there is, by the definitions that the program itself goes by.
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

// switches are the flags that take no value, and takers those that take one.
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

// brief is the flag's text up to where it goes into detail.
func (f flagDoc) brief() string {
	brief, _, _ := strings.Cut(f.text, ";")
	brief, _, _ = strings.Cut(brief, ": ")
	return brief
}
