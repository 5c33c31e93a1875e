package config

import (
	"fmt"
	"strings"
)

// A Setting is one setting of a clock. It is declared once: the flag, the key in the file,
// the explained reference, the manual page and the completions are made from it.
type Setting struct {
	Name  string // the key in a file; the flag has - in place of _
	Value Value
	Takes string // the placeholder of the flag's value, such as "PATH"; empty for a switch

	// Usage is one phrase without a full stop, which begins in lower case. Text goes into
	// detail. Help shows the first; the reference and the manual show both.
	Usage, Text string

	Basic   bool   // one of the few that most people need: help lists it first
	Operand bool   // a command takes the value without a flag as well
	Example string // shown in the reference where there is no default
}

// A Schema lists the settings of a kind of clock, bound to the values that they set.
type Schema []Setting

// Flag returns the name of the setting's flag, without dashes.
func (s Setting) Flag() string { return strings.ReplaceAll(s.Name, "_", "-") }

// Named returns the setting of a name, which must exist.
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

	// Wrong records an error of a setting, or of the clock as a whole where the name is
	// empty or was not given. Hint says what was expected.
	Wrong(name, hint string)

	// Warn records what is allowed and probably not meant.
	Warn(name, text string)
}

// Reference writes a table of the reference configuration: every setting explained, with
// its default. An optional table is commented out.
func (s Schema) Reference(table, text string, optional bool) string {
	var b strings.Builder
	mark := ""
	if optional {
		mark = "#"
	}
	comment(&b, text)
	fmt.Fprintf(&b, "%s[[%s]]\n", mark, table)
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

// Explained returns the usage and the text as sentences.
func (s Setting) Explained() string {
	text := strings.ToUpper(s.Usage[:1]) + s.Usage[1:] + "."
	if s.Text != "" {
		text += " " + s.Text
	}
	return text
}

// columns is how wide the reference is: people edit it in a terminal.
const columns = 80

// comment writes a text as lines that begin with "# ".
func comment(b *strings.Builder, text string) {
	line := "#"
	for word := range strings.FieldsSeq(text) {
		if len(line)+1+len(word) > columns {
			b.WriteString(line + "\n")
			line = "#"
		}
		line += " " + word
	}
	b.WriteString(line + "\n")
}
