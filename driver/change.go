package driver

import (
	"slices"
	"sync"
	"time"
)

// keepChanges is how many changes of a state are kept: a receiver that loses its
// fix every ten minutes has told five hours by then.
const keepChanges = 64

// A Change is a state from when it was told until the next one.
type Change struct {
	At    time.Time // with its monotonic reading: a clock that was set between two shows
	State State
}

// A history is the last changes of a state, oldest first. Its lock is held for as
// long as it takes to copy them.
type history struct {
	mu      sync.Mutex
	changes []Change // a ring once it is full
	next    int
}

// add takes a state with another reason. One with the same reason only replaces
// what was told in detail.
func (h *history) add(s State, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if last := h.last(); last != nil && last.State.Reason == s.Reason {
		last.State = s
		return
	}
	c := Change{At: at, State: s}
	if len(h.changes) < keepChanges {
		h.changes = append(h.changes, c)
		return
	}
	h.changes[h.next] = c
	h.next = (h.next + 1) % keepChanges
}

// last is the newest; nil if there is none.
func (h *history) last() *Change {
	if len(h.changes) == 0 {
		return nil
	}
	return &h.changes[(h.next+len(h.changes)-1)%len(h.changes)]
}

func (h *history) list() []Change {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Concat(h.changes[h.next:], h.changes[:h.next])
}
