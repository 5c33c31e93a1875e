package config

import (
	"fmt"
	"strings"

	"github.com/refclock/refclock/internal/textwrap"
)

// A Setting is one setting of a clock. It is declared once: the flag, the key in the file,
// the explained reference, the manual page and the completions are made from it.
type Setting struct {
	Name  string // the key in a file; the flag has - in place of _
	Value Value
	Takes string // the placeholder of the flag's value, such as "PATH"; empty for a switch

	// Usage is a phrase that begins in lower case, without a full stop. Text has the
	// details. Help shows Usage; the reference and the manual show both.
	Usage, Text string

	Basic   bool   // one of the few that most people need: help lists it first
	Operand bool   // a command also accepts the value as an operand
	Example string // shown in the reference where there is no default
}

// A Schema lists the settings of a kind of clock, bound to the values that they set.
type Schema []Setting

// Flag returns the name of the setting's flag, without dashes.
func (s Setting) Flag() string { return strings.ReplaceAll(s.Name, "_", "-") }

// Named returns the setting with this name, which must exist.
func (s Schema) Named(name string) Setting {
	for _, setting := range s {
		if setting.Name == name {
			return setting
		}
	}
	panic("config: no setting " + name)
}

// Names returns the names of all settings.
func (s Schema) Names() (names []string) {
	for _, setting := range s {
		names = append(names, setting.Name)
	}
	return names
}

// Pick returns the settings of these names, in this order.
func (s Schema) Pick(names ...string) (picked Schema) {
	for _, name := range names {
		picked = append(picked, s.Named(name))
	}
	return picked
}

// A Source is where settings were read from: a table of a file, or the flags of a command.
type Source interface {
	// Given reports whether the source has the setting.
	Given(name string) bool

	// Wrong records an error of a setting, or of the whole clock if the name is empty or
	// was not given. The hint says what was expected.
	Wrong(name, hint string)

	// Warn records a value that is allowed but probably a mistake.
	Warn(name, text string)
}

// Reference writes a table of the reference configuration, such as "[[gps]]": every setting
// explained, with its default. An optional table is commented out.
func (s Schema) Reference(table, text string, optional bool) string {
	var b strings.Builder
	mark := ""
	if optional {
		mark = "#"
	}
	comment(&b, text)
	fmt.Fprintf(&b, "%s%s\n", mark, table)
	for _, setting := range s {
		b.WriteString("\n")
		comment(&b, setting.Explained())
		value := setting.Example
		if value == "" {
			value = setting.Value.TOML()
		}
		fmt.Fprintf(&b, "%s%s = %s\n", mark, setting.Name, value)
	}
	return b.String()
}

// Text returns a table with the value of every setting, as a file has it, without passwords. A
// setting whose value no file can have is left out.
func (s Schema) Text(table string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", table)
	for _, setting := range s {
		if value := setting.Value.TOML(); value != "" {
			fmt.Fprintf(&b, "%s = %s\n", setting.Name, value)
		}
	}
	return b.String()
}

// Explained returns the usage and the text as sentences.
func (s Setting) Explained() string {
	text := strings.ToUpper(s.Usage[:1]) + s.Usage[1:] + "."
	if s.Text != "" {
		text += " " + s.Text
	}
	return text
}

// columns is the width of the reference, which users edit in a terminal.
const columns = 80

// comment writes a text as lines that begin with "# ".
func comment(b *strings.Builder, text string) {
	b.WriteString(strings.Join(textwrap.Lines(text, "# ", "# ", columns), "\n") + "\n")
}
