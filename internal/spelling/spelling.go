// Package spelling finds the word that a user probably meant by a misspelt one.
package spelling

import "strings"

// Near returns the known word that is closest to a word, or that begins with it; "" if
// none is close.
func Near(word string, known []string) string {
	best, minDistance := "", 3
	for _, k := range known {
		if d := distance(word, k); d < minDistance || strings.HasPrefix(k, word) && len(word) > 1 && best == "" {
			best, minDistance = k, min(d, minDistance)
		}
	}
	return best
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
