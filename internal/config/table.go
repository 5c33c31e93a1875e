package config

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/spelling"
)

// A Table is one [[name]] of the file. Each of its methods asks for a setting by its
// name, and leaves the value that is there already if the file has none: its default.
type Table struct {
	file   *File
	name   string
	place  int
	values map[string]any
	asked  map[string]bool
}

// Name is the kind of the table.
func (t *Table) Name() string { return t.name }

// Has tells whether the file has the setting.
func (t *Table) Has(key string) bool { _, ok := t.values[key]; return ok }

// Line is where the setting stands, or the table where the key is empty.
func (t *Table) Line(key string) int { return t.file.line(t.name, t.place, key) }

// Where is that in words.
func (t *Table) Where(key string) string { return fmt.Sprintf("%s:%d", t.file.name, t.Line(key)) }

// Wrong tells that something is wrong with a setting, or with the whole table where
// the key is empty or the table has no such key.
func (t *Table) Wrong(key, text string) {
	if !t.Has(key) {
		t.file.add(t.Line(""), fmt.Sprintf("[[%s]]: %s", t.name, text))
		return
	}
	t.file.add(t.Line(key), fmt.Sprintf("%s = %s: %s", key, shown(t.values[key]), text))
}

// ask finds a value, and tells if it has another type.
func ask[T any](t *Table, key, expected string) (value T, ok bool) {
	t.asked[key] = true
	found, ok := t.values[key]
	if !ok {
		return value, false
	}
	if value, ok = found.(T); !ok {
		t.Wrong(key, "expected "+expected)
	}
	return value, ok
}

// Int asks for a whole number.
func (t *Table) Int(key string, to *int, least, most int) {
	expected := fmt.Sprintf("a whole number from %d to %d", least, most)
	n, ok := ask[int64](t, key, expected)
	switch {
	case !ok:
	case n < int64(least) || n > int64(most):
		t.Wrong(key, "expected "+expected)
	default:
		*to = int(n)
	}
}

// Bool asks for true or false.
func (t *Table) Bool(key string, to *bool) {
	if b, ok := ask[bool](t, key, "true or false, without quotes"); ok {
		*to = b
	}
}

// Text asks for a text, which check refuses with what it expected. It may be nil.
func (t *Table) Text(key string, to *string, expected string, check func(string) error) {
	s, ok := ask[string](t, key, expected+", in quotes")
	if !ok {
		return
	}
	if check != nil {
		if err := check(s); err != nil {
			t.Wrong(key, err.Error())
			return
		}
	}
	*to = s
}

// Choice asks for one of several words.
func (t *Table) Choice(key string, to *string, words ...string) {
	expected := "one of \"" + strings.Join(words, `", "`) + `"`
	s, ok := ask[string](t, key, expected)
	switch {
	case !ok:
	case !slices.Contains(words, s):
		t.Wrong(key, "expected "+expected)
	default:
		*to = s
	}
}

// Duration asks for a time with its unit, such as "120ms".
func (t *Table) Duration(key string, to *time.Duration, least, most time.Duration) {
	expected := fmt.Sprintf("a time from %v to %v, in quotes and with its unit, such as \"120ms\" or \"1.5s\"", least, most)
	s, ok := ask[string](t, key, expected)
	if !ok {
		return
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < least || d > most {
		t.Wrong(key, "expected "+expected)
		return
	}
	*to = d
}

// Texts asks for a list of texts.
func (t *Table) Texts(key string, to *[]string, expected string) {
	if list, ok := ask[[]any](t, key, "a list of "+expected+", such as [\"...\", \"...\"]"); ok {
		t.texts(key, to, list, expected)
	}
}

// texts takes a list if there are only texts in it, and tells whether it did.
func (t *Table) texts(key string, to *[]string, list []any, expected string) bool {
	var texts []string
	for _, item := range list {
		s, ok := item.(string)
		if !ok {
			t.Wrong(key, fmt.Sprintf("has %s in it; expected %s in quotes only", shown(item), expected))
			return false
		}
		texts = append(texts, s)
	}
	*to = texts
	return true
}

// Words asks for a word or a list of texts, such as names, which check refuses with what
// it expected. A word is a list of one.
func (t *Table) Words(key string, to *[]string, word, names string, check func([]string) error) {
	var words []string
	if s, ok := t.values[key].(string); ok {
		t.asked[key] = true
		words = []string{s}
	} else if list, ok := ask[[]any](t, key, word+", or a list of "+names); !ok || !t.texts(key, &words, list, names) {
		return
	}
	if err := check(words); err != nil {
		t.Wrong(key, err.Error())
		return
	}
	*to = words
}

// IntOr asks for a whole number, or a word that has a number's meaning. Check, which may be
// nil, refuses a number with what it expected.
func (t *Table) IntOr(word, key string, to *int, meaning, least, most int, check func(int) error) {
	if s, ok := t.values[key].(string); ok && s == word {
		t.asked[key] = true
		*to = meaning
		return
	}
	expected := fmt.Sprintf("%q or a whole number", word)
	n, ok := ask[int64](t, key, expected)
	switch {
	case !ok:
	case n < int64(least) || n > int64(most):
		t.Wrong(key, fmt.Sprintf("expected %s from %d to %d", expected, least, most))
	case check != nil && check(int(n)) != nil:
		t.Wrong(key, check(int(n)).Error())
	default:
		*to = int(n)
	}
}

// unknown tells of each setting that nobody asked for.
func (t *Table) unknown() {
	known := slices.Sorted(maps.Keys(t.asked))
	for key := range t.values {
		if !t.asked[key] {
			t.file.add(t.Line(key), fmt.Sprintf("%s: [[%s]] has no such setting%s", key, t.name, suggestion(key, known)))
		}
	}
}

// suggestion names the settings that could be meant.
func suggestion(key string, known []string) string {
	if near := spelling.Near(key, known); near != "" {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	return "; it has " + strings.Join(known, ", ")
}

// shown is a value as the file has it, or nearly.
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
