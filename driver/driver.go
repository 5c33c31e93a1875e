// Package driver has what every reference clock needs besides its hardware: the interface
// of a driver, the way of its samples to their targets with a measured precision, and the
// supervisor that restarts it.
//
//	Driver --Sample, State--> Feed (Jitter -> precision) --> unit, socket
//
// A new clock is a package with a type that implements [Driver], and a row in
// internal/settings.
package driver

import (
	"context"
	"fmt"
	"time"

	"github.com/refclock/refclock/shm"
)

// A Driver produces samples. Its String names the clock as its user knows it, such as
// "gps /dev/ttyAMA0".
type Driver interface {
	fmt.Stringer

	// Run publishes samples to the feed until ctx ends, and then returns nil without delay.
	// Any other return is a failure, after which [Supervise] calls Run again, unless the
	// error wraps [ErrPermanent]. Run reports its State to the feed, and calls Beat at least every
	// BeatEvery. Only one goroutine calls Run at a time, and only Run uses the feed meanwhile.
	Run(ctx context.Context, feed *Feed) error
}

// A Sample is one comparison of the reference clock with the system clock.
type Sample struct {
	Clock   int64    // the reference time, in nanoseconds since 1970-01-01 UTC
	Receive int64    // CLOCK_REALTIME when that instant was observed, likewise
	Mono    int64    // CLOCK_MONOTONIC at the same moment, in nanoseconds
	Leap    shm.Leap // whether a leap second ends this day

	// Uncertainty is the error that the samples share beyond their jitter, as far as it is
	// known: a standard deviation. It counts for the precision.
	Uncertainty time.Duration
}

// Offset is clock - receive in nanoseconds: positive where the system clock is behind.
func (s Sample) Offset() int64 { return s.Clock - s.Receive }
