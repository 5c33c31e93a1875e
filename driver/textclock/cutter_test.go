package textclock

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/refclock/refclock/nmea"
)

// cutAll cuts chunks that arrive 100 ms apart.
func cutAll(c *cutter, chunks ...string) (got []string) {
	for i, chunk := range chunks {
		now := nmea.Stamp{Real: int64(i) * second / 10, Mono: int64(i) * second / 10}
		note := func(l cutLine) {
			got = append(got, fmt.Sprintf("%d %.20s%s", l.number, l.text, []string{"", " overlong", " unended"}[l.flaw]))
		}
		if l, ok := c.expire(now); ok {
			note(l)
		}
		for rest := []byte(chunk); len(rest) > 0; {
			var l cutLine
			var ok bool
			if l, rest, ok = c.next(rest, now); ok {
				note(l)
			}
		}
	}
	return got
}

func TestCutter(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	late := make([]string, 12)
	late[0], late[11] = "abc", "def\ng\n"
	for name, test := range map[string]struct {
		chunks []string
		want   []string
	}{
		"one line":                        {[]string{"a\n"}, []string{"1 a"}},
		"two in one chunk":                {[]string{"a\nb\n"}, []string{"1 a", "2 b"}},
		"in three chunks":                 {[]string{"a", "b", "c\nd", "\n"}, []string{"1 abc", "2 d"}},
		"empty lines count":               {[]string{"\n\n", "a\n"}, []string{"1 ", "2 ", "3 a"}},
		"the longest":                     {[]string{long + "\n"}, []string{"1 xxxxxxxxxxxxxxxxxxxx"}},
		"a byte too long":                 {[]string{long + "x\na\n"}, []string{"1 xxxxxxxxxxxxxxxxxxxx overlong", "2 a"}},
		"too long in parts":               {[]string{long, "x", "y", long, "\na\n"}, []string{"1 xxxxxxxxxxxxxxxxxxxx overlong", "2 a"}},
		"a long comment":                  {[]string{"#" + long, "y\na\n"}, []string{"2 a"}},
		"a long comment in one chunk":     {[]string{" #" + long + "\na\n"}, []string{"2 a"}},
		"a newline that is late":          {late, []string{"1 abc unended", "2 g"}},
		"without an end":                  {slices.Repeat([]string{long}, 50), []string{"1 xxxxxxxxxxxxxxxxxxxx overlong"}},
		"a line after one without an end": {append(slices.Repeat([]string{long}, 50), "\na\n"), []string{"1 xxxxxxxxxxxxxxxxxxxx overlong", "2 a"}},
	} {
		c := newCutter()
		if got := cutAll(c, test.chunks...); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
		if cap(c.held) != maxLine {
			t.Errorf("%s: holds %d bytes, want at most %d", name, cap(c.held), maxLine)
		}
	}
}

func TestCutterEnd(t *testing.T) {
	for name, test := range map[string]struct {
		chunk  string
		cutOff bool
		want   cutLine
		ok     bool
	}{
		"no newline":         {"a", false, cutLine{[]byte("a"), 1, flawless}, true},
		"a newline":          {"a\n", false, cutLine{[]byte(""), 2, flawless}, false},
		"cut off":            {"a\n17", true, cutLine{[]byte("17"), 2, overlong}, true},
		"cut off at a line":  {"a\n", true, cutLine{[]byte(""), 2, overlong}, true},
		"too long, no error": {strings.Repeat("x", maxLine+1), true, cutLine{[]byte(""), 1, overlong}, false},
	} {
		c := newCutter()
		cutAll(c, test.chunk)
		got, ok := c.end(test.cutOff)
		if ok != test.ok || !bytes.Equal(got.text, test.want.text) || got.flaw != test.want.flaw || got.number != test.want.number {
			t.Errorf("%s: %+v, %v; want %+v", name, got, ok, test.want)
		}
		if next := cutAll(c, "b\n"); len(next) != 1 || !strings.HasSuffix(next[0], " b") {
			t.Errorf("%s: then %q, want only the next line", name, next)
		}
	}
}

// The lines of a text do not depend on how it arrives.
func FuzzCutter(f *testing.F) {
	f.Add("1795791000.25\n1795791001.25\n", uint8(7))
	f.Add("# comment\r\n\n1795791000.25 1795791000.26\n17957", uint8(1))
	f.Add(strings.Repeat("9", 2000)+"\n1795791000\n", uint8(200))
	f.Fuzz(func(t *testing.T, text string, size uint8) {
		whole := newCutter()
		var want, got []string
		collect := func(c *cutter, chunk string, to *[]string) {
			for rest := []byte(chunk); len(rest) > 0; {
				var l cutLine
				var ok bool
				if l, rest, ok = c.next(rest, nmea.Stamp{}); ok {
					*to = append(*to, fmt.Sprintf("%d %d %q", l.number, l.flaw, l.text))
				}
			}
		}
		collect(whole, text, &want)
		parts := newCutter()
		for rest := text; rest != ""; {
			n := min(int(size)+1, len(rest))
			collect(parts, rest[:n], &got)
			rest = rest[n:]
		}
		if !slices.Equal(got, want) {
			t.Fatalf("in parts of %d: %q, whole %q", int(size)+1, got, want)
		}
		if lines := uint64(strings.Count(text, "\n")); whole.number != lines+1 {
			t.Fatalf("line %d, want %d", whole.number, lines+1)
		}
	})
}
