// Package config reads a configuration file in TOML, strictly: each setting is asked
// for by its name, and what was not asked for is an error, as is what has another type
// or lies outside its range. Every error says the file and the line, what stands
// there, what was expected, and what to do; all errors are told at once.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// A File is what was read.
type File struct {
	name   string
	text   string
	tree   map[string]any
	tables map[string][]*Table
	errs   []problem
}

// A problem is an error and where it is.
type problem struct {
	line int
	text string
}

// Parse reads a file's text. The error is of what is no TOML at all.
func Parse(name, text string) (*File, error) {
	f := &File{name: name, text: text, tables: map[string][]*Table{}}
	if _, err := toml.Decode(text, &f.tree); err != nil {
		var parse toml.ParseError
		if errors.As(err, &parse) {
			return nil, fmt.Errorf("%s:%d: %s; expected TOML, such as baud = 9600 or device = \"/dev/ttyUSB0\"", name, parse.Position.Line, parse.Message)
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

// Name is the name of the file.
func (f *File) Name() string { return f.name }

// Tables gives the tables of a name, which the file has as [[name]], in their order.
func (f *File) Tables(name string) []*Table {
	list, ok := f.tree[name].([]map[string]any)
	if _, single := f.tree[name].(map[string]any); single {
		f.add(f.line(name, -1, ""), fmt.Sprintf("[%s]: expected [[%s]] in two brackets, since there may be several", name, name))
	} else if !ok && f.tree[name] != nil {
		f.add(f.line(name, -1, ""), fmt.Sprintf("%s = %s: expected [[%s]], and the settings below it", name, shown(f.tree[name]), name))
	}
	f.tables[name] = []*Table{}
	for i, values := range list {
		f.tables[name] = append(f.tables[name], &Table{file: f, name: name, place: i, values: values, asked: map[string]bool{}})
	}
	return f.tables[name]
}

// Errors gives all that is wrong, in the order of the lines; nil if nothing is. Call
// it last, since what has not been asked for by then is wrong.
func (f *File) Errors() error {
	var names []string
	for name := range f.tables {
		names = append(names, name)
	}
	slices.Sort(names)
	for name, value := range f.tree {
		if _, known := f.tables[name]; known {
			continue
		}
		text := fmt.Sprintf("unknown [[%s]]; expected [[%s]]", name, strings.Join(names, "]], [["))
		if _, table := value.([]map[string]any); !table {
			text = fmt.Sprintf("%s = %s stands outside of any table; write it below [[%s]]", name, shown(value), strings.Join(names, "]] or [["))
			if _, table := value.(map[string]any); table {
				text = fmt.Sprintf("unknown [%s]; expected [[%s]]", name, strings.Join(names, "]], [["))
			}
		}
		f.add(f.line(name, -1, ""), text)
	}
	for _, tables := range f.tables {
		for _, t := range tables {
			t.unknown()
		}
	}
	slices.SortStableFunc(f.errs, func(a, b problem) int { return cmp.Or(a.line-b.line, strings.Compare(a.text, b.text)) })
	var all []error
	for _, p := range f.errs {
		all = append(all, fmt.Errorf("%s:%d: %s", f.name, p.line, p.text))
	}
	return errors.Join(all...)
}

func (f *File) add(line int, text string) { f.errs = append(f.errs, problem{line, text}) }

// line finds the line on which a table or a key of it stands: the first one with which
// the text up to there has it. The library does not tell, and this needs no second
// parser; it is done for errors only.
func (f *File) line(table string, place int, key string) int {
	end := 0
	for n := 1; ; n++ {
		next := strings.IndexByte(f.text[end:], '\n')
		if next < 0 {
			return n
		}
		end += next + 1
		var tree map[string]any
		if _, err := toml.Decode(f.text[:end], &tree); err == nil && has(tree, table, place, key) {
			return n
		}
	}
}

func has(tree map[string]any, table string, place int, key string) bool {
	value, ok := tree[table]
	list, many := value.([]map[string]any)
	switch {
	case place < 0 || !many:
		return ok
	case place >= len(list):
		return false
	case key == "":
		return true
	}
	_, ok = list[place][key]
	return ok
}
