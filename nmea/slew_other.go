//go:build !linux

package nmea

// Slewed is what the Slew of a stamp is now: 0, for only Linux has
// CLOCK_MONOTONIC_RAW.
func Slewed() int64 { return 0 }
