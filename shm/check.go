package shm

import (
	"errors"
	"fmt"
)

// A Change is what [Unit.Check] found to have happened to a unit.
type Change uint8

// The values of Change.
const (
	Unchanged Change = iota
	Removed          // the segment was removed, and there is none now
	Recreated        // it was removed, and this program has made another one
	Replaced         // it was removed, and somebody else has made another one
	Found            // there was none, and somebody has made one
)

func (c Change) String() string {
	return [...]string{"unchanged", "removed", "removed and created anew", "removed and replaced by another one", "found"}[c]
}

// Check makes sure that the unit is still the segment that a daemon finds when it
// starts, and attaches it anew if not; its size may be another one then. Segments
// are removed by hand (ipcrm), and by session managers when a user logs out; a
// daemon that has a removed one attached sees nothing any more until it is
// restarted. Call it once a second or so: it costs one system call.
//
// The error wraps ErrAbsent while there is no segment, and Check goes on looking
// for one at each call; or it is one of Attach's. Counters go on.
func (u *Unit) Check() (Change, error) {
	if errors.Is(u.gone, ErrClosed) {
		return Unchanged, fmt.Errorf("check: unit %d: %w", u.number, ErrClosed)
	}
	had := u.id >= 0
	id, err := lookUp(u.key)
	if err == nil && had && id == u.id {
		return Unchanged, nil
	}
	u.detach(ErrAbsent)
	if err := u.attach(); err != nil {
		change := Unchanged
		if had {
			change = Removed
		}
		return change, fmt.Errorf("check: unit %d: %w", u.number, err)
	}
	switch {
	case !had && err == nil:
		return Found, nil
	case err == nil:
		return Replaced, nil
	}
	return Recreated, nil
}
