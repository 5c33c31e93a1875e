package driver

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/shm"
)

func TestLiveness(t *testing.T) {
	for _, pause := range []time.Duration{1, time.Minute} {
		var h heartbeat
		h.Beat()
		h.Pause(pause)
		if got := h.Liveness(); got != (Liveness{Beats: 1, Pauses: 1, Pause: pause}) {
			t.Errorf("%+v, want a beat and a pause of %v", got, pause)
		}
		h.Beat()
		if got := h.Liveness(); got != (Liveness{Beats: 2, Pauses: 1}) {
			t.Errorf("%+v, want that the pause has ended", got)
		}
	}
}

// A driver that cannot open its hardware shows signs of life through its supervisor, which
// announces when the next one is due.
func TestSupervisorAnnouncesPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		f := &failing{start: time.Now(), run: func(int) (time.Duration, error) { return 0, errors.New("busy") }}
		feed := NewFeed(shm.NewMemory(shm.Layout96), nil)
		go Supervise(ctx, f, feed)
		var last Liveness
		since := time.Now()
		for ctx.Err() == nil {
			time.Sleep(time.Second)
			now := feed.Liveness()
			if now != last {
				last, since = now, time.Now()
			}
			if silent := time.Since(since); silent > last.Pause+BeatEvery {
				t.Fatalf("no sign of life for %v, and a pause of %v", silent, last.Pause)
			}
		}
	})
}
