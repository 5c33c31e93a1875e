package driver

import (
	"slices"
	"sync"
	"time"

	"github.com/refclock/refclock/shm"
)

// Fed is what a feed has published.
type Fed struct {
	Published uint64 // samples
	Last      Sample // the last one, if Published is not 0
	Precision int    // that it claimed, as log2 of seconds
	Jitter    time.Duration
	HasJitter bool         // there were enough samples to measure it
	Counters  shm.Counters // what became of the samples, as far as the targets know
}

// A ledger keeps what was published, for other goroutines. Its lock is held only while it is
// copied.
type ledger struct {
	mu     sync.Mutex
	fed    Fed
	jitter Jitter
}

// enter adds a sample that was published.
func (l *ledger) enter(s Sample, precision int, jitter *Jitter, targets []target) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fed.Published++
	l.fed.Last, l.fed.Precision, l.jitter = s, precision, *jitter
	for _, t := range targets {
		if c := t.counters(); c != (shm.Counters{}) {
			l.fed.Counters = c
		}
	}
}

// Fed returns what was published. It is safe for concurrent use and does not wait for the
// driver.
func (f *Feed) Fed() Fed {
	f.ledger.mu.Lock()
	fed, jitter := f.ledger.fed, f.ledger.jitter
	f.ledger.mu.Unlock()
	fed.Jitter, fed.HasJitter = jitter.Estimate()
	return fed
}

// TargetChanges returns the last states of all targets with different reasons, oldest
// first. It is safe for concurrent use.
func (f *Feed) TargetChanges() []Change {
	var all []Change
	for _, t := range f.targets {
		all = append(all, t.Changes()...)
	}
	slices.SortStableFunc(all, func(a, b Change) int { return a.At.Compare(b.At) })
	return all
}
