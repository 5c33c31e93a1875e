package main

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// At a terminal, no line of an error breaks within a word, and a longer path is whole. Lines
// that fit keep their form.
func TestErrorText(t *testing.T) {
	path := "/nonexistent/" + strings.Repeat("very/long/", 9) + "path"
	err := errors.New("status: refclock run is not running; start it with: sudo systemctl start refclock, or sudo refclock run (" + path + ": no such file or directory)\n\n  a    column\n    " + strings.Repeat("word ", 30))
	got := errorText(err, 80)
	for line := range strings.Lines(got) {
		line = strings.TrimSuffix(line, "\n")
		if n := utf8.RuneCountInString(line); n > 80 && !strings.Contains(line, path) {
			t.Errorf("%d columns: %q", n, line)
		}
	}
	for _, want := range []string{"refclock: status: refclock run is not", path, "\n\n  a    column\n    word word", "\n      word"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nwant %q in it", got, want)
		}
	}
	if a, b := strings.Join(strings.Fields(got), " "), strings.Join(strings.Fields("refclock: "+err.Error()), " "); a != b {
		t.Errorf("the words are %q, want %q", a, b)
	}
	if got := errorText(err, 0); got != "refclock: "+err.Error()+"\n" {
		t.Errorf("not at a terminal: %q", got)
	}
}
