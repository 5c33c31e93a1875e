package driver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"
)

// ErrPermanent is wrapped by a driver's error that running it again cannot heal:
// a setting that is wrong, a device that is none.
var ErrPermanent = errors.New("cannot be healed by trying again")

// ErrAbsent is wrapped by a driver's error that the hardware is not there, or not
// any more. It costs nothing to look for it often.
var ErrAbsent = errors.New("not there")

// Absent marks an error as one of hardware that is not there, in the error's own words.
func Absent(err error) error { return absent{err} }

type absent struct{ error }

func (a absent) Unwrap() []error { return []error{a.error, ErrAbsent} }

// Permanent marks an error as one that running the driver again cannot heal.
func Permanent(err error) error { return fmt.Errorf("%w (%w)", err, ErrPermanent) }

const (
	// firstPause is how long a failed driver rests: as long as a USB hub takes to
	// bring a receiver back. Each further failure doubles it up to lastPause, which
	// is what a person waits who has plugged it in again.
	firstPause = time.Second
	lastPause  = 30 * time.Second

	// absentPause is how long what is not there is left alone: somebody who plugs a
	// receiver in sees it work at once.
	absentPause = time.Second / 4

	// healthyAfter is how long a run must last for the next failure to be a new story.
	healthyAfter = time.Minute
)

// Supervise runs a driver until ctx ends, and again whenever it fails, with
// growing pauses; short ones where it fails with [ErrAbsent] or fs.ErrNotExist. It
// returns nil once ctx has ended, or the driver's error where that wraps [ErrPermanent].
// Whatever ends a run, its last sample is withdrawn.
func Supervise(ctx context.Context, d Driver, feed *Feed, log *slog.Logger) error {
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
			err = errors.New("ended by itself")
		}
		if errors.Is(err, ErrPermanent) {
			return fmt.Errorf("%s: %w", d, err)
		}
		if time.Since(began) >= healthyAfter {
			pause, lastError = firstPause, ""
		}
		// One line a change: a receiver unplugged for a day is one message, and none
		// where the driver's own state has told it.
		if text := err.Error(); text != lastError {
			if d.State().Detail != text {
				log.Error("driver failed; trying again", "driver", d.String(), "error", text)
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
		d.Rest(wait)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}
