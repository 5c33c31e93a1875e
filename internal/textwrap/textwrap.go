// Package textwrap breaks texts into lines for a terminal, a comment or a help text.
package textwrap

import (
	"strings"
	"unicode/utf8"
)

// Lines breaks a text between words into lines of at most columns characters. Only a line
// with a single word can be longer. The first line begins with first, the others with rest.
// The space between words, including line breaks, becomes a single blank. Lines returns at
// least one line, and no line ends with a blank.
func Lines(text, first, rest string, columns int) (lines []string) {
	line, empty := first, true
	for word := range strings.FieldsSeq(text) {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > columns {
			lines = append(lines, line)
			line, empty = rest, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	return append(lines, strings.TrimRight(line, " "))
}

// Indented is Lines with every line indented, the second and later ones by two more.
func Indented(text string, indent, columns int) []string {
	return Lines(text, strings.Repeat(" ", indent), strings.Repeat(" ", indent+2), columns)
}

// Beside returns a text in lines to the right of its head.
func Beside(head, text string, columns int) []string {
	return Lines(text, head, strings.Repeat(" ", utf8.RuneCountInString(head)), columns)
}
