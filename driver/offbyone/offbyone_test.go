package offbyone

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/shm"
)

func TestOneSecondBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 9500*time.Millisecond)
		defer cancel()
		unit := shm.NewMemory(shm.Layout96)
		feed := driver.NewFeed(unit, nil)
		clock := New()
		done := make(chan error)
		go func() { done <- clock.Run(ctx, feed) }()
		for i := range 10 {
			synctest.Wait()
			got, err := unit.Take()
			if err != nil {
				t.Fatalf("second %d: %v", i, err)
			}
			if got.Offset() != -time.Second {
				t.Errorf("second %d: offset %v, want exactly -1s", i, got.Offset())
			}
			if !got.Receive.Equal(time.Now()) {
				t.Errorf("second %d: received %v, want now", i, got.Receive)
			}
			if i < 9 {
				time.Sleep(time.Second)
			}
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		if !feed.State().Publishing() {
			t.Errorf("state %v, want publishing", feed.State())
		}
	})
}

func TestOffsetAndInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute-1)
		defer cancel()
		unit := shm.NewMemory(shm.Layout80)
		feed := driver.NewFeed(unit, nil)
		clock := New()
		clock.Offset, clock.Interval = -20*time.Millisecond, 15*time.Second
		if err := clock.Run(ctx, feed); err != nil {
			t.Fatal(err)
		}
		if got, err := unit.Peek(); err != nil || got.Offset() != 20*time.Millisecond {
			t.Errorf("offset %v, %v; want 20ms ahead", got.Offset(), err)
		}
		if n := feed.Published(); n != 4 {
			t.Errorf("%d samples in a minute, want 4", n)
		}
	})
}

func TestRunRejectsIntervalZero(t *testing.T) {
	clock := New()
	clock.Interval = 0
	err := clock.Run(t.Context(), driver.NewFeed(shm.NewMemory(shm.Layout96), nil))
	if !errors.Is(err, driver.ErrPermanent) {
		t.Errorf("%v, want a permanent error", err)
	}
}
