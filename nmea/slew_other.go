//go:build !linux

package nmea

// Slewed returns the current value for Stamp.Slew: 0, since only Linux has
// CLOCK_MONOTONIC_RAW.
func Slewed() int64 { return 0 }
