package driver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// ErrPermanent is wrapped by an error that running the driver again cannot remove, such as a
// wrong setting.
var ErrPermanent = errors.New("trying again does not help")

// ErrAbsent is wrapped by an error of hardware that is not there, or not any more. The
// supervisor checks for it often.
var ErrAbsent = errors.New("not there")

// Absent returns an error with the same text that wraps ErrAbsent.
func Absent(err error) error { return absent{err} }

type absent struct{ error }

func (a absent) Unwrap() []error { return []error{a.error, ErrAbsent} }

// Permanent returns an error that wraps ErrPermanent.
func Permanent(err error) error { return fmt.Errorf("%w (%w)", err, ErrPermanent) }

const (
	// firstPause is the pause after a first failure: as long as a USB hub takes to find a
	// receiver again. Each further failure doubles it up to lastPause, which is how long a
	// person may wait after plugging it in again.
	firstPause = time.Second
	lastPause  = 30 * time.Second

	// absentPause is the pause if the hardware is not there: a receiver works as soon as it
	// is plugged in.
	absentPause = time.Second / 4

	// healthyAfter is how long a run must last for the next failure to count as the first.
	healthyAfter = time.Minute
)

// Supervise runs a driver until ctx ends, and again whenever it fails, after pauses that
// grow; they are short if it fails with [ErrAbsent] or fs.ErrNotExist. It returns nil once
// ctx has ended, or the driver's error if that wraps [ErrPermanent]. After each run it
// withdraws the last sample.
func Supervise(ctx context.Context, d Driver, feed *Feed) error {
	pause, lastError := firstPause, ""
	for {
		began := time.Now()
		err := d.Run(ctx, feed)
		if werr := feed.Withdraw(); werr != nil && err == nil {
			err = werr
		}
		if ctx.Err() != nil {
			return nil
		}
		if err == nil {
			err = errors.New("ended without an error")
		}
		if errors.Is(err, ErrPermanent) {
			return fmt.Errorf("%s: %w", d, err)
		}
		if time.Since(began) >= healthyAfter {
			pause, lastError = firstPause, ""
		}
		// One line per change: a receiver that is unplugged for a day is one message, or none
		// if the driver's own state has it.
		if text := err.Error(); text != lastError {
			if feed.State().Detail != text {
				feed.Log.Error("driver failed; trying again", "error", text)
			}
			lastError = text
		}
		feed.Restart()
		wait := pause
		if errors.Is(err, ErrAbsent) || errors.Is(err, fs.ErrNotExist) {
			wait, pause = absentPause, firstPause
		} else {
			pause = min(2*pause, lastPause)
		}
		feed.Pause(wait)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}
