package driver

import (
	"slices"
	"sync"
	"time"

	"github.com/refclock/refclock/shm"
)

// Fed is what a feed has published, for whoever wants to know.
type Fed struct {
	Published uint64 // samples
	Last      Sample // the last one, if there was any
	Precision int    // what it claimed, as log2 of seconds
	Jitter    time.Duration
	HasJitter bool         // whether there were samples enough to tell
	Counters  shm.Counters // what became of the samples, as far as the unit counts
}

// A ledger is where the goroutine that publishes leaves what others may ask for. Its
// lock is held for as long as it takes to copy it.
type ledger struct {
	mu     sync.Mutex
	fed    Fed
	jitter Jitter
}

// enter notes a sample that has been published.
func (l *ledger) enter(s Sample, precision int, jitter *Jitter, sinks []sink) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fed.Published++
	l.fed.Last, l.fed.Precision, l.jitter = s, precision, *jitter
	for _, k := range sinks {
		if u, ok := k.(*unitSink); ok {
			if c, ok := u.unit.(interface{ Counters() shm.Counters }); ok {
				l.fed.Counters = c.Counters()
			}
		}
	}
}

// Fed tells what has been published. It may be called by any goroutine, and does
// not wait for the driver.
func (f *Feed) Fed() Fed {
	f.ledger.mu.Lock()
	fed, jitter := f.ledger.fed, f.ledger.jitter
	f.ledger.mu.Unlock()
	fed.Jitter, fed.HasJitter = jitter.Estimate()
	return fed
}

// Changes are the last states of each sink that had different reasons, oldest first.
func (f *Feed) Changes() []Change {
	var all []Change
	for _, k := range f.sinks {
		all = append(all, k.changes()...)
	}
	slices.SortStableFunc(all, func(a, b Change) int { return a.At.Compare(b.At) })
	return all
}
