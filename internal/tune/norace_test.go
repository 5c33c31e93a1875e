//go:build !race

package tune

const raced = false
