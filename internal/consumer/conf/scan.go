package conf

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/refclock/refclock/internal/spelling"
)

// chronyd parses its values with sscanf, which reads as much as it can: of 4.5, %d reads 4.
// These functions do the same. Each returns what it has read and what follows, and false if
// it has read nothing.

// The patterns are compiled when a configuration is read, which refclock run does not do.
var (
	integerStart = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[+-]?[0-9]+`) })
	hexStart     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[+-]?(?:0[xX])?[0-9a-fA-F]+`) })
	doubleStart  = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[+-]?(?i:0x[0-9a-f]+\.?[0-9a-f]*(?:p[+-]?[0-9]+)?|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]*)?|infinity|inf|nan)`)
	})
)

// scanInt is %d. A number that does not fit becomes the largest or the smallest one.
func scanInt(s string) (n int64, rest string, ok bool) {
	s = strings.TrimLeft(s, " ")
	digits := integerStart().FindString(s)
	if digits == "" {
		return 0, s, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		n = math.MaxInt64
		if digits[0] == '-' {
			n = math.MinInt64
		}
	}
	return n, s[len(digits):], true
}

// scanHex is %x.
func scanHex(s string) (n uint64, rest string, ok bool) {
	s = strings.TrimLeft(s, " ")
	digits := hexStart().FindString(s)
	n, err := strconv.ParseUint(strings.TrimPrefix(strings.ToLower(digits), "0x"), 16, 32)
	return n, s[len(digits):], digits != "" && err == nil
}

// scanDouble is %lf of glibc, which accepts an exponent without digits.
func scanDouble(s string) (x float64, rest string, ok bool) {
	s = strings.TrimLeft(s, " ")
	digits := doubleStart().FindString(s)
	if digits == "" {
		return 0, s, false
	}
	x, _ = strconv.ParseFloat(strings.TrimRight(digits, "eE+-"), 64) // the nearest of what is out of range
	return x, s[len(digits):], true
}

// splitWord returns the first word of a normalized line, and the rest.
func splitWord(line string) (word, rest string) {
	word, rest, _ = strings.Cut(strings.TrimLeft(line, " "), " ")
	return word, rest
}

// split returns the words of a normalized line.
func split(line string) []string {
	if line == "" {
		return nil
	}
	return strings.Split(line, " ")
}

func allASCII(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r > 127 }) }

// suggestion returns the known word that was probably meant; "" if none is close. Short
// words are too close to each other.
func suggestion(word string, known []string) string {
	lower := strings.ToLower(word)
	if len(word) < 4 && !slices.Contains(known, lower) {
		return ""
	}
	return spelling.Near(lower, known)
}

// normalize is CPS_NormalizeLine of chrony: single spaces, and "" for a comment.
func normalize(line string) string {
	var words []string
	for start := 0; start < len(line); {
		for start < len(line) && isSpace(line[start]) {
			start++
		}
		end := start
		for end < len(line) && !isSpace(line[end]) {
			end++
		}
		if end > start {
			words = append(words, line[start:end])
		}
		start = end
	}
	if len(words) > 0 && strings.IndexByte("!;#%", words[0][0]) >= 0 {
		return ""
	}
	return strings.Join(words, " ")
}
