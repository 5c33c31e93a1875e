package daemons

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/watch"
	"github.com/refclock/refclock/lab/guest"
	"github.com/refclock/refclock/shm"
)

// A unitWatch records the offset of each sample in some units, without taking it.
type unitWatch struct {
	mu   sync.Mutex
	kept map[int][]time.Duration
}

// watchUnits watches new samples until the test ends.
func watchUnits(t *testing.T, units ...int) *unitWatch {
	t.Helper()
	w := &unitWatch{kept: map[int][]time.Duration{}}
	stop := make(chan struct{})
	var running sync.WaitGroup
	for _, unit := range units {
		var u *shm.Unit
		guest.Eventually(t, 30*time.Second, func() bool {
			var err error
			u, err = shm.Attach(unit, shm.WithReadOnly(), shm.WithoutCreate())
			return err == nil
		}, "unit %d is there", unit)
		watcher := watch.New(unit, u.Segment)
		watcher.Poll(time.Now()) // ignore a sample of a previous test
		running.Go(func() {
			defer u.Close()
			w.look(watcher, unit, stop)
		})
	}
	t.Cleanup(func() {
		close(stop)
		running.Wait()
	})
	return w
}

// look records only what it reads twice. A write may be interrupted in the middle, and only a
// reader that takes the sample can detect that.
func (w *unitWatch) look(watcher *watch.Watcher, unit int, stop <-chan struct{}) {
	var once *time.Duration
	for {
		select {
		case <-stop:
			return
		case <-time.After(20 * time.Millisecond):
		}
		switch r, fresh, err := watcher.Poll(time.Now()); {
		case err != nil:
		case fresh:
			once = &r.Offset
		case once != nil:
			w.mu.Lock()
			w.kept[unit] = append(w.kept[unit], *once)
			w.mu.Unlock()
			once = nil
		}
	}
}

// offsets returns the offsets of a unit so far.
func (w *unitWatch) offsets(unit int) []time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.kept[unit])
}

func median(list []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
