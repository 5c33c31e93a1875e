//go:build race

package tune

// raced: the race detector makes everything ten times slower, and finds races as well in
// fewer runs.
const raced = true
