// Package spelling finds the word that somebody meant who typed another one.
package spelling

import "strings"

// Near gives the known word that is nearest to a word, or which begins with it; nothing
// if none is near.
func Near(word string, known []string) string {
	best, least := "", 3
	for _, k := range known {
		if d := distance(word, k); d < least || strings.HasPrefix(k, word) && len(word) > 1 && best == "" {
			best, least = k, min(d, least)
		}
	}
	return best
}

// distance is how many letters one must add, drop or change to get from a to b.
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
