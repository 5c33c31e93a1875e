package driver

import (
	"slices"
	"sync"
	"time"
)

// keepChanges is how many changes of a state are kept: five hours of a receiver that loses
// its fix every ten minutes.
const keepChanges = 64

// A Change is a state and when it began.
type Change struct {
	At    time.Time // with its monotonic reading, which shows a step of the clock between two changes
	State State
}

// A history keeps the last changes of a state. Its lock is held only while they are copied.
type history struct {
	mu      sync.Mutex
	changes []Change // a ring once it is full
	next    int
	count   uint64 // of all changes that were ever added
}

// add adds a state with another reason. One with the same reason replaces the last.
func (h *history) add(s State, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if last := h.last(); last != nil && last.State.Reason == s.Reason {
		last.State = s
		return
	}
	h.count++
	c := Change{At: at, State: s}
	if len(h.changes) < keepChanges {
		h.changes = append(h.changes, c)
		return
	}
	h.changes[h.next] = c
	h.next = (h.next + 1) % keepChanges
}

// last returns the newest change, or nil.
func (h *history) last() *Change {
	if len(h.changes) == 0 {
		return nil
	}
	return &h.changes[(h.next+len(h.changes)-1)%len(h.changes)]
}

func (h *history) list() []Change {
	changes, _ := h.since(0)
	return changes
}

// since returns the changes after the first n, and how many there were.
func (h *history) since(n uint64) ([]Change, uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	fresh := min(h.count-min(n, h.count), uint64(len(h.changes)))
	if fresh == 0 {
		return nil, h.count
	}
	all := slices.Concat(h.changes[h.next:], h.changes[:h.next])
	return all[uint64(len(all))-fresh:], h.count
}
