// Package spelling finds the word that a user probably meant by a misspelt one.
package spelling

import (
	"fmt"
	"strings"
)

// Near returns the known word that is closest to a word, or that begins with it; "" if none is
// close. Upper and lower case are the same.
func Near(word string, known []string) string {
	word = strings.ToLower(word)
	best, minDistance := "", 3
	for _, k := range known {
		lower := strings.ToLower(k)
		if d := distance(word, lower); d < minDistance || strings.HasPrefix(lower, word) && len(word) > 1 && best == "" {
			best, minDistance = k, min(d, minDistance)
		}
	}
	return best
}

// Suggestion returns "; did you mean X?" for the end of an error, with the known word that is
// near a word; "" if none is close.
func Suggestion(word string, known ...string) string {
	near := Near(word, known)
	if near == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", near)
}

// distance returns the Levenshtein distance of a and b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
