package config

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/refclock/refclock/internal/spelling"
)

// A Value is the value of a setting, bound to the variable that it sets. Both ways to set
// it accept the same values; an error names what was expected, and changes nothing.
type Value interface {
	// Set sets the value from a flag's text.
	Set(text string) error

	// String returns the value as a flag has it.
	String() string

	// Decode sets the value from a TOML file: a string, int64, float64, bool, []any or a
	// table.
	Decode(value any) error

	// TOML returns the value as a file has it, without a password. It is empty if no file
	// can have the value, as with the unit of a clock that has only a socket.
	TOML() string
}

func expected(what string) error { return errors.New("expected " + what) }

// single returns an error for a text that is not a path, a name or another word: it has invisible
// characters, or white space at an end, which no user sees.
func single(text string) error {
	if err := readable(text); err != nil {
		return err
	}
	trimmed := strings.TrimSpace(text)
	switch {
	case trimmed == text:
		return nil
	case trimmed == "":
		return errors.New("it has only white space; expected readable text")
	case strings.HasPrefix(text, trimmed):
		return errors.New("it ends with white space; remove it")
	case strings.HasSuffix(text, trimmed):
		return errors.New("it begins with white space; remove it")
	}
	return errors.New("it begins and ends with white space; remove it")
}

// readable returns an error for a text with invisible characters. No valid path or name has
// them, and they could control a terminal or forge a line of a log.
func readable(text string) error {
	if !utf8.ValidString(text) {
		return errors.New("not UTF-8; expected readable text")
	}
	for _, r := range text {
		switch {
		case r == 0:
			return errors.New("it contains a NUL; expected readable text")
		case !unicode.IsGraphic(r):
			return fmt.Errorf("it contains the control character %U; expected readable text", r)
		}
	}
	return nil
}

// Int is a whole number from minValue to maxValue.
func Int(to *int, minValue, maxValue int) Value {
	return &number{to: to, minValue: minValue, maxValue: maxValue}
}

// IntOr is a whole number, or a word that stands for another one. Check may be nil; its
// error says what was expected.
func IntOr(to *int, word string, meaning, minValue, maxValue int, check func(int) error) Value {
	return &number{to: to, word: word, meaning: meaning, minValue: minValue, maxValue: maxValue, check: check}
}

// Baud is a baud rate that check accepts, or a word that stands for another number.
func Baud(to *int, word string, meaning int, check func(int) error) Value {
	return &number{to: to, what: "a baud rate such as 9600", word: word, meaning: meaning, minValue: 1, maxValue: math.MaxInt32, check: check}
}

// Key is a System V key, which is shown in hexadecimal.
func Key(to *int) Value {
	return &number{to: to, maxValue: math.MaxInt32, format: "%#x"}
}

type number struct {
	to                 *int
	what               string // empty: a whole number in the range
	word               string // may be empty
	meaning            int
	minValue, maxValue int
	check              func(int) error
	format             string // empty: %d
}

// expected returns the error of a text or another value, which may be the misspelt word.
func (v *number) expected(value any) error {
	what := cmp.Or(v.what, fmt.Sprintf("a whole number from %d to %d", v.minValue, v.maxValue))
	if v.word != "" {
		what = fmt.Sprintf("%q or %s", v.word, what)
	}
	if text, ok := value.(string); ok && v.word != "" {
		what += spelling.Suggestion(text, v.word)
	}
	return expected(what)
}

func (v *number) Set(text string) error {
	if v.word != "" && text == v.word {
		*v.to = v.meaning
		return nil
	}
	n, err := strconv.ParseInt(text, 0, 64)
	if err != nil || octal(text) {
		return v.expected(text)
	}
	return v.take(n)
}

// octal reports whether Go reads a number as octal, such as 010 as 8. TOML refuses it.
func octal(text string) bool {
	digits := strings.TrimLeft(text, "+-")
	return len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9'
}

func (v *number) Decode(value any) error {
	switch value := value.(type) {
	case int64:
		return v.take(value)
	case string:
		if v.word != "" && value == v.word {
			*v.to = v.meaning
			return nil
		}
		if _, err := strconv.ParseInt(value, 0, 64); err == nil && !octal(value) {
			return expected("the number without quotes: " + value)
		}
	}
	return v.expected(value)
}

func (v *number) take(n int64) error {
	if n < int64(v.minValue) || n > int64(v.maxValue) {
		if v.check != nil && n == int64(int(n)) && v.check(int(n)) != nil {
			return v.check(int(n))
		}
		return v.expected(n)
	}
	if v.check != nil {
		if err := v.check(int(n)); err != nil {
			return err
		}
	}
	*v.to = int(n)
	return nil
}

func (v *number) String() string {
	switch {
	case v.word != "" && *v.to == v.meaning:
		return v.word
	case v.format != "":
		return fmt.Sprintf(v.format, *v.to)
	}
	return strconv.Itoa(*v.to)
}

func (v *number) TOML() string {
	switch {
	case v.word != "" && *v.to == v.meaning:
		return strconv.Quote(v.word)
	case *v.to < v.minValue || *v.to > v.maxValue:
		return ""
	}
	return v.String()
}

// Bool is true or false. As a flag it is a switch.
func Bool(to *bool) Value { return (*boolean)(to) }

type boolean bool

func (v *boolean) Set(text string) error {
	b, err := strconv.ParseBool(text)
	if err != nil {
		return expected("true or false")
	}
	*v = boolean(b)
	return nil
}

func (v *boolean) Decode(value any) error {
	b, ok := value.(bool)
	if !ok {
		return expected("true or false, without quotes")
	}
	*v = boolean(b)
	return nil
}

func (v *boolean) String() string   { return strconv.FormatBool(bool(*v)) }
func (v *boolean) TOML() string     { return v.String() }
func (v *boolean) IsBoolFlag() bool { return true } // package flag asks for it

// Text is any text that check accepts, or one of some words; the error of check, which may be
// nil, says what was expected.
func Text(to *string, what string, check func(string) error, words ...string) Value {
	return &text{to: to, what: what, check: check, words: words}
}

// Choice is one of several words.
func Choice(to *string, words ...string) Value {
	what := `one of "` + strings.Join(words, `", "`) + `"`
	return Text(to, what, func(string) error { return expected(what) }, words...)
}

type text struct {
	to    *string
	what  string
	check func(string) error
	words []string
}

func (v *text) Set(text string) error {
	if err := single(text); err != nil {
		return err
	}
	if v.check != nil && !slices.Contains(v.words, text) {
		if err := v.check(text); err != nil {
			return fmt.Errorf("%w%s", err, spelling.Suggestion(text, v.words...))
		}
	}
	*v.to = text
	return nil
}

func (v *text) Decode(value any) error {
	s, ok := value.(string)
	if !ok {
		return expected(v.what + ", in quotes")
	}
	return v.Set(s)
}

func (v *text) String() string { return *v.to }
func (v *text) TOML() string   { return strconv.Quote(*v.to) }

// Secret is a value whose text may contain a password. Messages show what redact returns
// for the text, or for each text of a list.
func Secret(value Value, redact func(string) string) Value { return &secret{value, redact} }

type secret struct {
	Value
	redact func(string) string
}

// String returns the value as a flag has it, but without the password.
func (s *secret) String() string { return s.public().String() }

// TOML returns the value as a file has it, but without the password.
func (s *secret) TOML() string { return s.public().TOML() }

// public returns the value without the password, which is a text or a list.
func (s *secret) public() Value {
	many, ok := s.Value.(*list)
	if !ok {
		one := s.redact(s.Value.String())
		return &text{to: &one}
	}
	var texts []string
	for _, text := range *many.to {
		texts = append(texts, s.redact(text))
	}
	return &list{to: &texts}
}

// redacted returns a value of a file, or an operand, in the form that messages may show.
func redacted(setting, value any) any {
	s, ok := setting.(*secret)
	if !ok {
		return value
	}
	switch value := value.(type) {
	case string:
		return s.redact(value)
	case []any:
		var items []any
		for _, item := range value {
			items = append(items, redacted(s, item))
		}
		return items
	}
	return value
}

// IsSecret reports whether messages must not show the text of a value.
func IsSecret(value any) bool { _, ok := value.(*secret); return ok }

// Duration is a time with its unit, such as "120ms".
func Duration(to *time.Duration, minValue, maxValue time.Duration) Value {
	return &duration{to: to, minValue: minValue, maxValue: maxValue}
}

type duration struct {
	to                 *time.Duration
	minValue, maxValue time.Duration
}

func (v *duration) Set(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d < v.minValue || d > v.maxValue {
		examples := `"120ms" or "1.5s"`
		if v.maxValue > time.Minute {
			examples = `"90s" or "5m"`
		}
		return expected(fmt.Sprintf(`a time from %s to %s with its unit, such as %s`, Time(v.minValue), Time(v.maxValue), examples))
	}
	*v.to = d
	return nil
}

func (v *duration) Decode(value any) error {
	s, _ := value.(string) // anything else is refused like a time without a unit
	return v.Set(s)
}

func (v *duration) String() string { return Time(*v.to) }
func (v *duration) TOML() string   { return strconv.Quote(v.String()) }

// Time returns a duration as a person writes it: "5m" for what time.Duration calls "5m0s".
func Time(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// List is a list of texts, which a flag separates by commas. A single text needs no list.
// Check may be nil; its error names what was expected.
func List(to *[]string, what string, check func([]string) error) Value {
	return &list{to: to, what: what, check: check, item: single}
}

// Command is a List of a program and its arguments, which may begin or end with white space.
func Command(to *[]string, what string, check func([]string) error) Value {
	return &list{to: to, what: what, check: check, item: readable}
}

type list struct {
	to    *[]string
	what  string
	check func([]string) error
	item  func(string) error // checks each text; nil for a list that is only shown
}

func (v *list) Set(text string) error {
	if text == "" {
		return v.take(nil)
	}
	return v.take(strings.Split(text, ","))
}

func (v *list) Decode(value any) error {
	switch value := value.(type) {
	case string:
		return v.take([]string{value})
	case []any:
		var texts []string
		for _, item := range value {
			s, ok := item.(string)
			if _, nested := item.([]any); nested { // its texts may be secret
				return errors.New("the list has another list in it; expected only texts in quotes")
			}
			if !ok {
				return fmt.Errorf("the list has %s in it; expected only texts in quotes", shown(item))
			}
			texts = append(texts, s)
		}
		return v.take(texts)
	}
	return expected(v.what)
}

func (v *list) take(texts []string) error {
	for _, text := range texts {
		if err := v.item(text); err != nil {
			return err
		}
	}
	if v.check != nil {
		if err := v.check(texts); err != nil {
			return err
		}
	}
	*v.to = texts
	return nil
}

func (v *list) String() string { return strings.Join(*v.to, ",") }

func (v *list) TOML() string {
	if len(*v.to) == 1 {
		return strconv.Quote((*v.to)[0])
	}
	var quoted []string
	for _, s := range *v.to {
		quoted = append(quoted, strconv.Quote(s))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// Path is the absolute path of a file, or one of some words. In a flag, where the directory
// is known, the path may be relative. Check, which may be nil, judges the absolute path.
func Path(to *string, example string, check func(string) error, words ...string) Value {
	return &path{to: to, example: example, check: check, words: words}
}

type path struct {
	to      *string
	example string
	check   func(string) error
	words   []string // "" is an unset path
}

func (v *path) Set(text string) error {
	if text == "" { // a file has "" for an unset path; a flag is left out
		return expected(v.expected())
	}
	if err := single(text); err != nil {
		return err
	}
	if !slices.Contains(v.words, text) {
		if near := spelling.Suggestion(text, v.words...); near != "" && !exists(text) {
			return expected(v.expected() + near)
		}
		absolute, err := filepath.Abs(text)
		if err != nil {
			return err
		}
		text = absolute
	}
	return v.take(text)
}

// exists reports whether a path has a file of any type.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func (v *path) Decode(value any) error {
	text, ok := value.(string)
	if !ok {
		return expected(v.expected() + ", in quotes")
	}
	return v.take(text)
}

func (v *path) take(text string) error {
	if err := single(text); err != nil {
		return err
	}
	if !slices.Contains(v.words, text) {
		if !filepath.IsAbs(text) {
			return expected(v.expected() + spelling.Suggestion(text, v.words...))
		}
		if v.check != nil {
			if err := v.check(text); err != nil {
				return err
			}
		}
	}
	*v.to = text
	return nil
}

func (v *path) expected() string {
	what := fmt.Sprintf("an absolute path such as %q", v.example)
	for _, word := range v.words {
		if word != "" {
			what += fmt.Sprintf(", or %q", word)
		}
	}
	return what
}

func (v *path) String() string { return *v.to }
func (v *path) TOML() string   { return strconv.Quote(*v.to) }
