package daemon

import (
	"context"
	"time"

	"github.com/refclock/refclock/internal/history"
	"github.com/refclock/refclock/internal/historystore"
	"github.com/refclock/refclock/internal/statefolder"
	"github.com/refclock/refclock/nmea"
)

const (
	// keepEvery is how often the histories are stored.
	keepEvery = time.Hour

	// diskTimeout is how long the start and the end wait for a disk that does not answer. With
	// endTimeout it is less than 2 s. After the end the kernel may keep a process without
	// resources until the disk answers, if it lets no signal end that wait.
	diskTimeout = 500 * time.Millisecond
)

// A keeper stores the histories in the state folder. Only its own goroutine waits for the
// disk. Run's goroutine alone uses a keeper.
type keeper struct {
	store *historystore.Store // nil while nothing is kept
	busy  chan struct{}       // full while the disk is used
	next  time.Time           // of the next write
}

// keep starts or stops storing the histories. When it starts, it returns the histories that
// an earlier run has stored. If ctx ends first, it does not start: the end must not replace
// a file that was not read.
func (d *Daemon) keep(ctx context.Context, wanted bool) (stored *historystore.Saved) {
	k := &d.keeper
	if !wanted || k.store != nil {
		if !wanted {
			k.store = nil
		}
		return nil
	}
	dir := statefolder.Find()
	if dir == "" {
		d.Env.Log.Warn("cannot keep the history: there is no state folder", "hint", "create "+statefolder.Default+", or remove keep_history")
		return nil
	}
	k.store, k.next = historystore.New(dir, d.Env.Log), time.Now().Add(keepEvery)
	store, now, result := k.store, nmea.Now(), make(chan *historystore.Saved, 1)
	if !d.useDisk(ctx, func() { result <- store.Read(now) }, diskTimeout) {
		if ctx.Err() != nil {
			k.store = nil
		}
		return nil
	}
	return <-result
}

// keepIfDue stores the histories once an hour. It does not wait.
func (d *Daemon) keepIfDue(now time.Time) {
	if k := &d.keeper; k.store != nil && !now.Before(k.next) {
		k.next = now.Add(keepEvery)
		d.useDisk(context.Background(), d.storing(), 0)
	}
}

// keepLast stores the histories at the end, if the disk answers in time.
func (d *Daemon) keepLast() {
	if d.keeper.store == nil {
		return
	}
	d.Collect()
	for _, c := range d.running() {
		for _, p := range c.parts {
			p.history.Flush()
		}
	}
	d.useDisk(context.Background(), d.storing(), diskTimeout)
}

// storing returns a function that stores the histories.
func (d *Daemon) storing() func() {
	var entries []historystore.Entry
	for _, c := range d.running() {
		for _, p := range c.parts {
			entries = append(entries, historystore.Entry{Key: p.key, History: p.history})
		}
	}
	store := d.keeper.store
	return func() { store.Write(entries, nmea.Now()) } // it logs its errors
}

// useDisk calls use in another goroutine, and waits for it for at most limit, or until ctx
// ends. It reports whether use has returned. Only one use runs at a time.
func (d *Daemon) useDisk(ctx context.Context, use func(), limit time.Duration) bool {
	k := &d.keeper
	late, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	select {
	case k.busy <- struct{}{}:
	default:
		select {
		case k.busy <- struct{}{}:
		case <-late.Done():
			d.diskIsLate(ctx)
			return false
		}
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer func() { <-k.busy }()
		use()
	}()
	if limit == 0 {
		return false
	}
	select {
	case <-ended:
		return true
	case <-late.Done():
		d.diskIsLate(ctx)
		return false
	}
}

// diskIsLate logs that the disk does not answer, unless the end of ctx ended the wait.
func (d *Daemon) diskIsLate(ctx context.Context) {
	if ctx.Err() != nil {
		return
	}
	d.Env.Log.Warn("the history is not stored or read: the disk of the state folder does not answer", "hint", "check the disk; the clocks run without it")
}

// histories returns for each part that starts its history: that of an earlier part with the
// same identity, or what was stored, or a new one.
type histories struct {
	earlier map[historystore.Key]*history.Clock
	stored  *historystore.Saved // may be nil
}

func (h histories) take(k historystore.Key) *history.Clock {
	if earlier := h.earlier[k]; earlier != nil {
		delete(h.earlier, k)
		return earlier
	}
	if h.stored != nil {
		if stored := h.stored.Take(k); stored != nil {
			return stored
		}
	}
	return history.New()
}

// historiesOf returns the histories of clocks that have stopped.
func historiesOf(gone []*clock) map[historystore.Key]*history.Clock {
	earlier := map[historystore.Key]*history.Clock{}
	for _, c := range gone {
		for _, p := range c.parts {
			earlier[p.key] = p.history
		}
	}
	return earlier
}
