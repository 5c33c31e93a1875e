package main

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"12.5 ms ±3 µs\n\ttab…":    "12.5 ms ±3 µs\n\ttab…",
		"\x1b[31mred\x07\x00\r":    `\u001b[31mred\u0007\u0000\u000d`,
		"\x7f\u0085\u009b\u202e":   `\u007f\u0085\u009b\u202e`,
		"\xff\xfe\xc3(":            `\xff\xfe\xc3(`,
		"\U000e0001\ufffd\ufeff é": `\U000e0001` + "\ufffd" + `\ufeff é`,
	} {
		if got := visible(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzVisible(f *testing.F) {
	f.Add("a\x1b\xff\u0085\n")
	f.Fuzz(func(t *testing.T, text string) {
		got := visible(text)
		if invisible(got) != "" || visible(got) != got || strings.Count(got, "\n") != strings.Count(text, "\n") {
			t.Errorf("%q: %q", text, got)
		}
	})
}

// invisible returns what a text has that a terminal may obey.
func invisible(text string) (found string) {
	for i, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd") || r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 {
			found += text[i : i+1]
		}
	}
	return found
}

// A rune that two writes share is still one.
func TestVisibleWriterKeepsRunes(t *testing.T) {
	const text = "±\x1b3 µs…\xe2\x80end\U0001f550\n"
	for size := 1; size < 8; size++ {
		var b strings.Builder
		w := &visibleWriter{to: &b}
		for i := 0; i < len(text); i += size {
			if _, err := w.Write([]byte(text[i:min(i+size, len(text))])); err != nil {
				t.Fatal(err)
			}
		}
		if b.String() != visible(text) {
			t.Errorf("in pieces of %d: %q, want %q", size, &b, visible(text))
		}
	}
}
