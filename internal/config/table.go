package config

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A Table is one [[name]] of the file, or its only [name]. It is a Source.
type Table struct {
	single   bool
	file     *File
	name     string
	place    int // among the tables of its name
	values   map[string]any
	faults   map[string]bool // settings that have an error already
	settings map[string]Value
}

// Name returns the kind of the table.
func (t *Table) Name() string { return t.name }

// header returns the table as it stands in the file.
func (t *Table) header() string {
	if t.single {
		return "[" + t.name + "]"
	}
	return "[[" + t.name + "]]"
}

// Line returns the line of the setting, or of the table if the name is empty.
func (t *Table) Line(name string) int { return t.file.position(t.name, t.place, name) }

// Given implements Source.
func (t *Table) Given(name string) bool { _, ok := t.values[name]; return ok }

// Wrong implements Source. Only the first error of a setting is kept: a refused value is
// not compared with other settings.
func (t *Table) Wrong(name, hint string) {
	if t.faults[name] {
		return
	}
	t.faults[name] = name != ""
	t.file.wrong(t.Line(name), t.subject(name)+hint)
}

// Warn implements Source.
func (t *Table) Warn(name, text string) {
	t.file.warnings = append(t.file.warnings, problem{t.Line(name), t.subject(name) + text})
}

// subject returns the setting as the file has it, with a colon, or the table.
func (t *Table) subject(name string) string {
	if !t.Given(name) {
		return t.header() + ": "
	}
	return fmt.Sprintf("%s = %s: ", name, shown(redacted(t.settings[name], t.values[name])))
}

// Read sets the values of the table, and records an error for each unknown setting and
// each refused value. All other settings keep their defaults.
func (t *Table) Read(schema Schema) {
	known := schema.Names()
	if t.single {
		t.file.known[t.header()] = known
	}
	for name := range t.values {
		if !slices.Contains(known, name) {
			t.file.wrong(t.Line(name), fmt.Sprintf("%s: %s has no such setting%s", name, t.header(), t.suggestion(name, known)))
		}
	}
	t.settings = map[string]Value{}
	for _, setting := range schema {
		t.settings[setting.Name] = setting.Value
		if value, ok := t.values[setting.Name]; ok {
			if err := setting.Value.Decode(value); err != nil {
				t.Wrong(setting.Name, err.Error())
			}
		}
	}
}

// suggestion names the table that has the setting, or the setting that was probably meant, or else
// all.
func (t *Table) suggestion(name string, known []string) string {
	for header, names := range t.file.known {
		if slices.Contains(names, name) {
			return "; it belongs to " + header
		}
	}
	if near := Meant(name, known); near != "" {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	return "; it has " + strings.Join(slices.Sorted(slices.Values(known)), ", ")
}

// shown returns a value approximately as the file has it.
func shown(value any) string {
	switch v := value.(type) {
	case string:
		return fmt.Sprintf("%q", v)
	case float64:
		if v == math.Trunc(v) {
			return fmt.Sprintf("%.1f", v)
		}
	case []any:
		var items []string
		for _, item := range v {
			items = append(items, shown(item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case map[string]any, []map[string]any:
		return "a table"
	}
	return fmt.Sprint(value)
}
