package config

import (
	"strings"
)

// A position is a table of the file, counted among those of its name, or a key in it. A key
// before the first table counts as a table of its own.
type position struct {
	table string
	place int
	key   string
}

// An index holds the line of each position. The TOML library reports lines only for
// errors of syntax.
type index map[position]int

// newIndex scans a text once, which must be valid TOML. For each statement it records the
// first line on which the table or the key appears.
func newIndex(text string) index {
	x := index{}
	count := map[string]int{} // of the tables of a name
	s := scanner{text: text, line: 1}
	table, place := "", 0
	for s.skipBlank() {
		line := s.line
		if s.peek() != '[' {
			key := s.key()
			s.skipValue()
			if table == "" {
				x.note(position{key, 0, ""}, line)
				continue
			}
			x.note(position{table, place, key}, line)
			continue
		}
		for s.peek() == '[' {
			s.pos++
		}
		name := s.key()
		dotted := s.peek() == '.'
		s.skipLine()
		if dotted { // a table within the last one: its keys are not settings
			x.note(position{name, 0, ""}, line)
			table, place = name+".", 0
			continue
		}
		table, place = name, count[name]
		count[name]++
		x.note(position{table, place, ""}, line)
	}
	return x
}

// note keeps the first line of a position.
func (x index) note(p position, line int) {
	if _, ok := x[p]; !ok {
		x[p] = line
	}
}

// A scanner walks through the statements of a valid TOML text.
type scanner struct {
	text string
	pos  int
	line int
}

func (s *scanner) rest() string { return s.text[s.pos:] }

// peek returns the next byte that is not a space, or 0 at the end.
func (s *scanner) peek() byte {
	for s.pos < len(s.text) && (s.text[s.pos] == ' ' || s.text[s.pos] == '\t') {
		s.pos++
	}
	if s.pos == len(s.text) {
		return 0
	}
	return s.text[s.pos]
}

// next returns the next byte and counts the lines.
func (s *scanner) next() byte {
	c := s.text[s.pos]
	s.pos++
	if c == '\n' {
		s.line++
	}
	return c
}

// skipBlank skips to the next statement, and reports whether there is one.
func (s *scanner) skipBlank() bool {
	for s.pos < len(s.text) {
		switch s.peek() {
		case 0:
			return false
		case '\n', '\r':
			s.next()
		case '#':
			s.skipLine()
		default:
			return true
		}
	}
	return false
}

// skipLine skips the rest of the line.
func (s *scanner) skipLine() {
	for s.pos < len(s.text) && s.next() != '\n' {
	}
}

// key returns a bare or quoted key, up to a dot, an = or a bracket.
func (s *scanner) key() string {
	if c := s.peek(); c == '"' || c == '\'' {
		from := s.pos + 1
		s.skipString()
		return s.text[from : s.pos-1]
	}
	from := s.pos
	for s.pos < len(s.text) && !strings.ContainsRune(".=] \t\r\n", rune(s.text[s.pos])) {
		s.pos++
	}
	return s.text[from:s.pos]
}

// skipValue skips to the end of the statement: strings and brackets may span lines.
func (s *scanner) skipValue() {
	for depth := 0; s.pos < len(s.text); {
		switch s.peek() {
		case 0:
			return
		case '"', '\'':
			s.skipString()
			continue
		case '#':
			s.skipLine()
			if depth == 0 {
				return
			}
			continue
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		if s.next() == '\n' && depth == 0 {
			return
		}
	}
}

// skipString skips a string of any of the four kinds.
func (s *scanner) skipString() {
	quote := s.text[s.pos : s.pos+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(s.rest(), triple) {
		s.pos += 3
		for s.pos < len(s.text) && !strings.HasPrefix(s.rest(), triple) {
			s.skipEscaped(quote)
		}
		s.pos = min(s.pos+3, len(s.text))
		for strings.HasPrefix(s.rest(), quote) { // up to two quotes may end the text itself
			s.pos++
		}
		return
	}
	s.pos++
	for s.pos < len(s.text) && s.text[s.pos] != quote[0] {
		s.skipEscaped(quote)
	}
	s.pos = min(s.pos+1, len(s.text))
}

// skipEscaped skips a byte of a string, and after a backslash the next byte too.
func (s *scanner) skipEscaped(quote string) {
	if s.next() == '\\' && quote == `"` && s.pos < len(s.text) {
		s.next()
	}
}
