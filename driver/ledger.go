package driver

import (
	"math"
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
	recent recent
}

// enter adds a sample that was published.
func (l *ledger) enter(s Sample, precision int, jitter *Jitter, targets []target) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fed.Published++
	l.fed.Last, l.fed.Precision, l.jitter = s, precision, *jitter
	l.recent.add(s, precision)
	l.count(targets)
}

// miss enters a sample that no target took, or a write of another producer.
func (l *ledger) miss(targets []target) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count(targets)
}

func (l *ledger) count(targets []target) {
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

// TargetChangesSince returns the changes of all targets after the first n, oldest first, as
// far as they are kept, and how many there were. It is safe for concurrent use.
func (f *Feed) TargetChangesSince(n uint64) ([]Change, uint64) {
	var count uint64
	for _, t := range f.targets {
		_, one := t.ChangesSince(math.MaxUint64)
		count += one
	}
	if count <= n {
		return nil, count
	}
	all := f.TargetChanges()
	return all[len(all)-min(len(all), int(count-n)):], count
}
