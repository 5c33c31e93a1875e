package textwrap

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLines(t *testing.T) {
	for _, c := range []struct {
		text, first, rest string
		columns           int
		want              []string
	}{
		{"", "", "", 10, []string{""}},
		{" \n", "# ", "# ", 10, []string{"#"}},
		{"no fix", "", "", 6, []string{"no fix"}},
		{"no fix", "", "", 5, []string{"no", "fix"}},
		{"no\n  fix\tyet", "> ", "  ", 20, []string{"> no fix yet"}},
		{"the unit does not exist yet", "-> ", "   ", 12, []string{"-> the unit", "   does not", "   exist yet"}},
		{"/dev/serial/by-id/usb-u-blox is absent", "    ", "    ", 12, []string{"    /dev/serial/by-id/usb-u-blox", "    is", "    absent"}},
		{"±20 µs jitter", "", "", 6, []string{"±20 µs", "jitter"}}, // characters, not bytes
		{"a line break, no-break", "", "", 80, []string{"a line break, no-break"}},
	} {
		if got := Lines(c.text, c.first, c.rest, c.columns); !slices.Equal(got, c.want) {
			t.Errorf("%q in %d columns: %q, want %q", c.text, c.columns, got, c.want)
		}
	}
	if got, want := Indented("check ground and wiring", 2, 16), []string{"  check ground", "    and wiring"}; !slices.Equal(got, want) {
		t.Errorf("indented: %q, want %q", got, want)
	}
	if got, want := Beside("  λ ", "check ground and wiring", 16), []string{"  λ check ground", "    and wiring"}; !slices.Equal(got, want) {
		t.Errorf("beside a head: %q, want %q", got, want)
	}
}

// No word is lost, and no line is wider than the columns unless it has only one word.
func FuzzLines(f *testing.F) {
	f.Add("no checksum: 41 sentences from /dev/ttyAMA0, none with a valid checksum in 3 s. Hint: check ground and wiring.", "    ", "      ", 40)
	f.Add("jitter of the samples", "#   precision 1e-3   ", "#                    ", 24)
	f.Add("±20 µs\n\nand\tmore", "", "", 6)
	f.Add("\xff\xfe a", "--flag VALUE  ", "  ", 3)
	f.Add("\n", "--flag VALUE  ", "  ", 3)
	f.Fuzz(func(t *testing.T, text, first, rest string, columns int) {
		lines := Lines(text, first, rest, columns)
		var words []string
		for i, line := range lines {
			head := rest
			if i == 0 {
				head = first
			}
			body, ok := strings.CutPrefix(line, head)
			if !ok {
				// Without a word, the head loses the blanks at its end.
				if line != strings.TrimRight(head, " ") {
					t.Fatalf("line %d is %q, without its head %q", i, line, head)
				}
				body = ""
			}
			here := strings.Fields(body)
			if got := utf8.RuneCountInString(line); got > columns && len(here) > 1 {
				t.Errorf("%q has %d characters and %d words, want at most %d characters", line, got, len(here), columns)
			}
			if line != strings.TrimRight(line, " ") {
				t.Errorf("%q ends with a blank", line)
			}
			words = append(words, here...)
		}
		if want := strings.Fields(text); !slices.Equal(words, want) {
			t.Errorf("the words are %q, want %q", words, want)
		}
	})
}
