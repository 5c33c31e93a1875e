package conf

import (
	"math"
	"strconv"
	"strings"
)

// A kind is the kind of a token of ntp.conf.
type kind int

const (
	keyword  kind = iota
	text          // T_String
	integer       // T_Integer
	unsigned      // T_U_int: over 2147483647, or 0x1f
	double        // T_Double
	special       // one of {}(),;|=
	ending        // the end of the line
)

// A token is a word of a line of ntp.conf.
type token struct {
	kind kind
	text string
}

// maxToken is the longest token: MAX_LEXEME of ntp_scanner.c. ntpd exits at a longer one.
const maxToken = 1024

// specials are tokens of their own, except where a string is expected.
const specials = "{}(),;|="

// tokens splits a line as yylex() of ntp_scanner.c does. It returns false if a token is too
// long.
//
// The scanner ignores bytes over 127, such as a byte-order mark. A # ends the line anywhere
// outside of quotes. Some keywords force the next word to be a string.
func (g *grammar) tokens(line string) (list []token, ok bool) {
	line = strings.Map(func(r rune) rune {
		if r > 127 {
			return -1
		}
		return r
	}, line)
	expect := "" // "string": one word; "strings": until the end of the line
	for i := 0; i < len(line); {
		switch c := line[i]; {
		case isSpace(c):
			i++
			continue
		case expect == "" && strings.IndexByte(specials, c) >= 0:
			list = append(list, token{special, line[i : i+1]})
			if i++; c == '=' {
				expect = "string"
			}
			continue
		}
		word, quoted, end := lexeme(line[i:], expect == "")
		i += end
		switch {
		case len(word) > maxToken:
			return list, false
		case word == "":
			continue // a comment, or empty quotes
		case expect == "" && !quoted:
			t := g.classify(word)
			list = append(list, t)
			if t.kind == keyword {
				expect = g.followedBy[word]
			}
			continue
		case strings.HasPrefix(word, "-4") || strings.HasPrefix(word, "-6"):
			list = append(list, token{keyword, word[:2]}) // as in server -4 pool.ntp.org
			continue
		}
		if expect == "string" {
			expect = ""
		}
		if strings.TrimFunc(word, func(r rune) bool { return isSpace(byte(r)) }) != "" {
			list = append(list, token{text, word})
		}
	}
	return list, true
}

// lexeme returns the word at the start of s, and how many bytes it takes.
func lexeme(s string, breakAtSpecials bool) (word string, quoted bool, end int) {
	for i := range len(s) {
		c := s[i]
		switch {
		case isSpace(c), breakAtSpecials && strings.IndexByte(specials, c) >= 0:
			return s[:i], false, i
		case c == '#':
			return s[:i], false, len(s)
		case c == '"':
			inside, _, closed := strings.Cut(s[i+1:], `"`)
			end = i + 1 + len(inside)
			if closed {
				end++
			}
			return s[:i] + inside, true, end
		}
	}
	return s, false, len(s)
}

// classify returns the token of an unquoted word.
func (g *grammar) classify(word string) token {
	digits := strings.TrimPrefix(word, "-")
	_, known := g.keywords[word]
	switch {
	case known:
		return token{keyword, word}
	case allIn(digits, "0123456789") && (word != digits || isInt(digits)):
		return token{integer, word}
	case allIn(word, "0123456789"), isHex(word):
		return token{unsigned, word}
	case isDouble(word):
		return token{double, word}
	}
	return token{text, word}
}

func allIn(s, set string) bool { return strings.Trim(s, set) == "" }

func isHex(s string) bool {
	return len(s) >= 2 && strings.EqualFold(s[:2], "0x") && allIn(s[2:], "0123456789abcdefABCDEF")
}

// isInt reports whether sscanf with %u reads a number that fits an int. It stores the last 32
// bits of what it reads.
func isInt(digits string) bool {
	n, _ := strconv.ParseUint(digits, 10, 64) // the largest number if it is out of range
	return uint32(n) <= math.MaxInt32
}

// isDouble is is_double() of ntp_scanner.c: a decimal number, an exponent that may lack its
// digits, and any g and G, which NTPsec adds for eras of GPS.
func isDouble(s string) bool {
	s = strings.TrimRight(s, "gG")
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	mantissa, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent = s[:i], s[i+1:]
	}
	if exponent != "" && (exponent[0] == '+' || exponent[0] == '-') {
		exponent = exponent[1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	return whole+fraction != "" && allIn(whole+fraction+exponent, "0123456789")
}

// isSpace is isspace() of C.
func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
