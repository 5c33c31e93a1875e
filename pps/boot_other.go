//go:build !linux

package pps

import "time"

// boot returns the start of the process: only Linux documents what its monotonic
// clock counts from.
func boot() time.Time { return time.Now() }
