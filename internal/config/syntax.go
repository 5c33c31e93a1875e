package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
)

// A syntaxError explains why a text is not TOML. It shows a value only if its form shows that it
// is not a password.
type syntaxError struct {
	text    string
	message string // of the library
	line    int
	single  []string // names of tables in single brackets
}

// newSyntaxError returns the error of the library, on the line with the mistake: if a line is
// incomplete, the library names the next line.
func newSyntaxError(text string, parse toml.ParseError, single []string) syntaxError {
	start := min(max(parse.Position.Start, 0), len(text))
	line := min(parse.Position.Line, 1+strings.Count(text[:start], "\n"))
	return syntaxError{text, parse.Message, max(line, 1), single}
}

// Forms of a line, and of values that may be shown.
var forms = sync.OnceValue(func() (f struct{ header, setting, noEqual, word, harmless, name, gpio, time *regexp.Regexp }) {
	f.header = regexp.MustCompile(`^(\[+)\s*([A-Za-z_]+)\s*(\]*)$`)
	f.setting = regexp.MustCompile(`^([A-Za-z0-9_-]+)\s*=\s*(.*)$`)
	f.noEqual = regexp.MustCompile(`^([A-Za-z0-9_-]+)\s*(?::|\s)\s*(.*)$`)
	f.word = regexp.MustCompile(`^(?i:auto|none|kernel|off|measure|register|rising|falling|as-is|disabled|pull-up|pull-down)$`)
	f.harmless = regexp.MustCompile(`^(/(dev|etc|run|tmp|usr|var|home|opt)/[\w.,:@+/-]+|(gpio|phc|ldisc|dcd|cts|dsr|ri|fifo|socket):[\w./:+-]+|\d{4}-\d\d-\d\d)$`)
	f.name = regexp.MustCompile(`^(tty[A-Z]{1,4}\d+|serial\d|pps\d+)$`)
	f.gpio = regexp.MustCompile(`^(?i:gpio:?(?:gpio)?)(\d+)$`)
	f.time = regexp.MustCompile(`^([-+]?\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s|m|h)$`)
	return f
})

// explain returns what to correct.
func (e syntaxError) explain() string {
	line := e.content()
	if text := e.unexpectedCharacter(line); text != "" {
		return text
	}
	if text := e.brackets(line); text != "" {
		return text
	}
	if text := e.twice(); text != "" {
		return text
	}
	if text := e.setting(line); text != "" {
		return text
	}
	return withoutQuotes(strings.TrimSuffix(e.message, ".")) + `; expected TOML, such as baud = 9600 or device = "/dev/ttyUSB0"`
}

// content returns the wrong line without its comment.
func (e syntaxError) content() string {
	lines := strings.Split(e.text, "\n")
	line := lines[min(e.line, len(lines))-1]
	if before, _, ok := strings.Cut(line, " #"); ok && !strings.ContainsAny(before, `"'`) {
		line = before
	}
	return strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
}

// Quotation marks that word processors and web pages have in place of " and '.
const typographic = "“”„‟‘’‚«»"

// unexpectedCharacter explains a character that looks like another one.
func (e syntaxError) unexpectedCharacter(line string) string {
	if i := strings.IndexAny(line, typographic); i >= 0 {
		mark := []rune(line[i:])[0]
		plain := strings.Map(func(r rune) rune {
			if strings.ContainsRune(typographic, r) {
				return '"'
			}
			return r
		}, line)
		return fmt.Sprintf("%c is a typographic quotation mark; expected plain quotes%s", mark, e.corrected(plain))
	}
	if strings.ContainsRune(line, '\u00a0') {
		return "the line contains a non-breaking space (U+00A0); replace it with a space"
	}
	return ""
}

// corrected returns ": " and a line for the end of a message, if its value may be shown.
func (e syntaxError) corrected(line string) string {
	m := forms().setting.FindStringSubmatch(line)
	if m == nil {
		return ""
	}
	value, ok := showable(strings.Trim(m[2], `"'`))
	if !ok {
		return ""
	}
	return fmt.Sprintf(": %s = %q", m[1], value)
}

// showable returns a value as it is probably meant, and reports whether it may be shown.
func showable(value string) (text string, ok bool) {
	f := forms()
	if m := f.time.FindStringSubmatch(value); m != nil {
		return m[1] + m[2], true
	}
	if m := f.gpio.FindStringSubmatch(value); m != nil {
		return "gpio:GPIO" + m[1], true
	}
	switch {
	case f.word.MatchString(value):
		return strings.ToLower(value), true
	case f.name.MatchString(value):
		return "/dev/" + value, true
	}
	return value, f.harmless.MatchString(value)
}

// brackets explains a table whose brackets do not match.
func (e syntaxError) brackets(line string) string {
	m := forms().header.FindStringSubmatch(line)
	if m == nil || len(m[1]) == len(m[3]) && len(m[1]) <= 2 {
		return ""
	}
	if slices.Contains(e.single, m[2]) {
		return fmt.Sprintf("%s: expected [%s], with one bracket on each side", line, m[2])
	}
	return fmt.Sprintf("%s: expected [[%s]], with two brackets on each side", line, m[2])
}

// twice explains a name that is defined twice.
func (e syntaxError) twice() string {
	rest, ok := strings.CutPrefix(e.message, "Key '")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "'")
	table, setting, dotted := strings.Cut(name, ".")
	switch {
	case dotted && strings.Contains(setting, "."):
		return ""
	case dotted && slices.Contains(e.single, table):
		return fmt.Sprintf("%s is set twice in [%s]; remove one of the lines", setting, table)
	case dotted:
		return fmt.Sprintf("%s is set twice in the same [[%s]]; remove one of the lines", setting, table)
	case slices.Contains(e.single, name):
		return fmt.Sprintf("[%s] is there twice; write all of its settings below the first", name)
	case strings.HasPrefix(e.content(), "["):
		return fmt.Sprintf("there are several tables %s; expected [[%[1]s]] in two brackets each time", name)
	}
	return fmt.Sprintf("%s is set twice; remove one of the lines", name)
}

// setting explains a wrong line of a setting.
func (e syntaxError) setting(line string) string {
	m := forms().setting.FindStringSubmatch(line)
	switch {
	case m == nil && strings.Contains(e.message, "expected '.' or '='"):
		return e.noEqual(line)
	case m == nil:
		return ""
	case m[2] == "":
		return `there is no value after =; expected one, such as baud = 9600 or device = "/dev/ttyUSB0"`
	case strings.Contains(e.message, "strings cannot contain newlines") || strings.HasPrefix(e.message, "unexpected EOF; expected '\"'") || strings.HasPrefix(e.message, "unexpected EOF; expected \"'\""):
		return "the text has no closing quote" + e.corrected(line)
	case !strings.Contains(e.message, "expected value but") && !strings.Contains(e.message, "expected a top-level item"):
		return ""
	}
	return e.noQuotes(m[1], m[2])
}

// noQuotes explains a value that is not valid without quotes.
func (e syntaxError) noQuotes(name, value string) string {
	switch lower := strings.ToLower(value); {
	case lower == "true" || lower == "false":
		return fmt.Sprintf("expected true or false in lower case: %s = %s", name, lower)
	case lower == "yes" || lower == "no" || lower == "on":
		return "expected true or false, or a text in quotes"
	case value[0] == '[':
		return `a text in a list needs quotes, such as ["a.example", "b.example"]`
	case value[0] == '{' || value[0] == '"' || value[0] == '\'':
		return ""
	}
	if _, ok := showable(value); ok {
		return "the value needs quotes" + e.corrected(name+" = "+value)
	}
	if value[0] >= '0' && value[0] <= '9' && strings.ContainsAny(value, " \t,;") {
		return "expected nothing after the number, or quotes around the whole value"
	}
	return `the value needs quotes, such as device = "/dev/ttyUSB0"`
}

// noEqual explains a setting without =.
func (e syntaxError) noEqual(line string) string {
	const text = "expected = between a setting and its value"
	if m := forms().noEqual.FindStringSubmatch(line); m != nil {
		if corrected := e.corrected(m[1] + " = " + m[2]); corrected != "" {
			return text + corrected
		}
	}
	return text + ", such as baud = 9600"
}
