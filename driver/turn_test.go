package driver

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/shm"
)

func TestTurns(t *testing.T) {
	for _, rest := range []time.Duration{1, time.Minute} {
		var teller Teller
		teller.Beat()
		teller.Rest(rest)
		if got := teller.Turns(); got != (Turns{Beats: 1, Rests: 1, Rest: rest}) {
			t.Errorf("%+v, want a beat and a rest of %v", got, rest)
		}
		teller.Beat()
		if got := teller.Turns(); got != (Turns{Beats: 2, Rests: 1}) {
			t.Errorf("%+v, want that the rest has ended", got)
		}
	}
}

// A driver that cannot even open its hardware gives signs of life by its supervisor, and
// the time to the next one is known.
func TestSuperviseRestsTheDriver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		f := &failing{start: time.Now(), run: func(int) (time.Duration, error) { return 0, errors.New("busy") }}
		go Supervise(ctx, f, NewFeed(shm.NewMemory(shm.Layout96), nil), slog.New(slog.DiscardHandler))
		var last Turns
		since := time.Now()
		for ctx.Err() == nil {
			time.Sleep(time.Second)
			now := f.Turns()
			if now != last {
				last, since = now, time.Now()
			}
			if silent := time.Since(since); silent > last.Rest+BeatEvery {
				t.Fatalf("no sign of life for %v, and a rest of %v", silent, last.Rest)
			}
		}
	})
}
