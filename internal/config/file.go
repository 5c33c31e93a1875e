// Package config declares the settings of clocks, and reads them from flags and from a
// configuration file in TOML. A [Setting] is declared once: its flag, its key in the file
// and its documentation come from that declaration.
//
// Reading is strict: a setting that does not exist, a value of another type and a value
// out of range are errors. An error of a file names the file and the line, what was found,
// what was expected and what to do. All errors are reported at once.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"

	"github.com/refclock/refclock/internal/spelling"
)

// A File is a parsed configuration file.
type File struct {
	name     string
	tree     map[string]any
	lines    index
	tables   map[string][]*Table
	errs     []problem
	warnings []problem
	known    map[string][]string // settings of the tables with single brackets that were read, by their headers
}

// A problem is an error or a warning, and its line.
type problem struct {
	line int
	text string
}

// Parse parses a file's text. It returns an error if the text is not TOML. Its hint depends on
// which tables have single brackets.
func Parse(name, text string, single ...string) (*File, error) {
	f := &File{name: name, tables: map[string][]*Table{}, known: map[string][]string{}}
	if _, err := toml.Decode(text, &f.tree); err != nil {
		if parse, ok := errors.AsType[toml.ParseError](err); ok {
			e := newSyntaxError(text, parse, single)
			return nil, fmt.Errorf("%s:%d: %s", name, e.line, e.explain())
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f.lines = newIndex(text)
	return f, nil
}

// quotation matches more than a character in quotes.
var quotation = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`"(\\.|[^"\\]){2,}"|'(\\.|[^'\\]){2,}'`) })

// punctuation matches what the library expects, in quotes. Two of them would otherwise enclose a
// text.
var punctuation = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`'([.,=\]}])'`) })

// withoutQuotes removes from a message of the TOML library what it quotes of a value: it may be
// a password. Names of settings stay.
func withoutQuotes(message string) string {
	if strings.HasPrefix(message, "Key ") {
		return message
	}
	return quotation().ReplaceAllString(punctuation().ReplaceAllString(message, "$1"), "a text")
}

// Tables returns the tables that the file has as [[name]], in their order.
func (f *File) Tables(name string) []*Table {
	list, ok := f.tree[name].([]map[string]any)
	if _, single := f.tree[name].(map[string]any); single {
		f.wrong(f.position(name, -1, ""), fmt.Sprintf("[%s]: expected [[%s]] in two brackets, since there may be several", name, name))
	} else if !ok && f.tree[name] != nil {
		f.wrong(f.position(name, -1, ""), fmt.Sprintf("%s: expected [[%s]], and the settings below it", name, name))
	}
	f.tables[name] = []*Table{}
	for i, values := range list {
		f.tables[name] = append(f.tables[name], &Table{file: f, name: name, place: i, values: values, faults: map[string]bool{}})
	}
	return f.tables[name]
}

// Single returns the table that the file has once, as [name]. It is empty if the file does
// not have it.
func (f *File) Single(name string) *Table {
	t := &Table{file: f, name: name, single: true, faults: map[string]bool{}}
	values, ok := f.tree[name].(map[string]any)
	switch _, several := f.tree[name].([]map[string]any); {
	case several:
		f.wrong(f.position(name, -1, ""), fmt.Sprintf("[[%s]]: expected [%s] in single brackets, since there is only one", name, name))
	case !ok && f.tree[name] != nil:
		f.wrong(f.position(name, -1, ""), fmt.Sprintf("%s: expected [%s], and the settings below it", name, name))
	}
	t.values = values
	f.tables[name] = []*Table{t}
	return t
}

// Err returns all errors in the order of their lines, or nil. Call it after Tables or Single was
// called for every name that exists: tables of other names are errors.
func (f *File) Err() error {
	var names []string
	for name, tables := range f.tables {
		if len(tables) == 1 && tables[0].single {
			names = append(names, "["+name+"]")
		} else {
			names = append(names, "[["+name+"]]")
		}
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(strings.TrimLeft(a, "["), strings.TrimLeft(b, "[")) })
	errs := slices.Clone(f.errs)
	for name, value := range f.tree {
		if _, known := f.tables[name]; known {
			continue
		}
		text := fmt.Sprintf("%s stands outside of any table; write it below %s", name, strings.Join(names, " or "))
		switch value.(type) {
		case []map[string]any:
			text = fmt.Sprintf("unknown [[%s]]%s", name, f.meantTable(name, names))
		case map[string]any:
			text = fmt.Sprintf("unknown [%s]%s", name, f.meantTable(name, names))
		}
		errs = append(errs, problem{f.position(name, -1, ""), text})
	}
	var all []error
	for _, text := range f.sorted(errs) {
		all = append(all, errors.New(text))
	}
	return errors.Join(all...)
}

// meantTable names the table that was probably meant, or else all of them, in brackets.
func (f *File) meantTable(name string, all []string) string {
	near := spelling.Near(name, slices.Sorted(maps.Keys(f.tables)))
	if near == "" {
		return "; expected " + strings.Join(all, ", ")
	}
	for _, header := range all {
		if strings.Trim(header, "[]") == near {
			near = header
		}
	}
	return fmt.Sprintf("; did you mean %s?", near)
}

// Warnings returns the warnings in the order of their lines.
func (f *File) Warnings() []string { return f.sorted(f.warnings) }

func (f *File) sorted(list []problem) (texts []string) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b problem) int { return cmp.Or(a.line-b.line, strings.Compare(a.text, b.text)) })
	for _, p := range list {
		texts = append(texts, fmt.Sprintf("%s:%d: %s", f.name, p.line, p.text))
	}
	return texts
}

func (f *File) wrong(line int, text string) { f.errs = append(f.errs, problem{line, text}) }

// position returns the line of a table, or of a key in it. A negative place means any use
// of the name at the top of the file.
func (f *File) position(table string, place int, key string) int {
	if place < 0 {
		place, key = 0, ""
	}
	if line, ok := f.lines[position{table, place, key}]; ok {
		return line
	}
	if line, ok := f.lines[position{table, place, ""}]; ok {
		return line
	}
	return 1
}
