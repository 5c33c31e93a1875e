package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// visible returns a text that no terminal obeys: control characters, other runes that
// cannot be seen, and bytes that are not UTF-8 become escapes. Names, sentences, headers
// and files come from outside. JSON stays the same JSON.
func visible(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)):
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case r == '\n', r == '\t', unicode.IsGraphic(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// A visibleWriter writes only visible characters. It is safe for concurrent use.
type visibleWriter struct {
	to io.Writer

	mu   sync.Mutex
	rest []byte // the beginning of a rune that the next Write continues
}

func (w *visibleWriter) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := append(w.rest, text...)
	whole := len(all)
	for i := max(0, len(all)-utf8.UTFMax+1); i < len(all); i++ {
		if utf8.RuneStart(all[i]) && !utf8.FullRune(all[i:]) {
			whole = i
			break
		}
	}
	w.rest = all[whole:]
	if _, err := io.WriteString(w.to, visible(string(all[:whole]))); err != nil {
		return 0, err
	}
	return len(text), nil
}

// stdout is standard output for every text but the screen's.
var stdout io.Writer = &visibleWriter{to: standardOutput{}}

// standardOutput is os.Stdout, whatever file that is now.
type standardOutput struct{}

func (standardOutput) Write(text []byte) (int, error) { return os.Stdout.Write(text) }
