// Package driver is what a reference clock needs besides its hardware: the
// interface that every clock fulfils, the way of its samples to their sinks with a
// precision that was measured, and the supervisor that keeps it running.
//
//	Driver --Sample--> Feed (Jitter -> precision) --> unit, socket
//
// A new clock is a package with a type that fulfils [Driver], for the most part by
// embedding a [Teller], and the subcommand that builds it.
package driver

import (
	"context"
	"fmt"
	"time"

	"github.com/refclock/refclock/shm"
)

// A Driver produces samples. Its String names the clock as its user knows it,
// such as "gps /dev/ttyAMA0".
type Driver interface {
	fmt.Stringer

	// Run publishes to the feed until ctx ends, and then returns nil; it returns
	// promptly. Any other return is a failure, which [Supervise] heals by running
	// it again, unless the error wraps [ErrPermanent]. Run is called by one
	// goroutine at a time and alone may use the feed meanwhile.
	Run(ctx context.Context, feed *Feed) error

	// State tells what the driver is doing now. It may be called at any time, by
	// any goroutine, and so may what follows; none of it waits for the driver.
	State() State

	// Changes are the last states that had different reasons, oldest first.
	Changes() []Change

	// Turns are the signs of life. The loop of Run beats at least every BeatEvery, if it
	// has not said that it rests for longer.
	Turns() Turns

	// Rest says that the loop is left alone for a while.
	Rest(time.Duration)
}

// A Sample is one comparison of the reference clock with the system clock.
type Sample struct {
	Clock   int64    // the reference time, in nanoseconds since 1970-01-01 UTC
	Receive int64    // CLOCK_REALTIME when that instant was observed, likewise
	Mono    int64    // CLOCK_MONOTONIC at the same moment, in nanoseconds
	Leap    shm.Leap // what the reference says of the end of this day

	// Wander is what the samples are off by for long, beyond their jitter, as far as
	// it is known: a standard deviation. It counts for the precision.
	Wander time.Duration
}

// Offset is clock - receive in nanoseconds: positive where the system clock is behind.
func (s Sample) Offset() int64 { return s.Clock - s.Receive }
