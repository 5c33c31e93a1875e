//go:build linux

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
	Removed          // the segment was removed, and there is none now that can be attached
	Recreated        // it was removed, and this program has made another one
	Replaced         // it was removed, and somebody else has made another one
	Found            // there was none, and somebody has made one
)

// String says it in words, such as "removed and created anew".
func (c Change) String() string {
	names := [...]string{"unchanged", "removed", "removed and created anew", "removed and replaced by another one", "found"}
	if int(c) >= len(names) {
		return "unknown"
	}
	return names[c]
}

// Check makes sure that the unit is still the segment that a daemon finds when it
// starts, and attaches it anew if not; its size may be another one then. Segments
// are removed by hand (ipcrm), and by session managers when a user logs out; a
// daemon that has a removed one attached sees nothing any more until it is
// restarted. Call it once a second or so: it costs one system call.
//
// The error wraps ErrAbsent while there is no segment, and Check goes on looking
// for one at each call; or it is one of Attach's. Counters go on. Until there is a
// segment again, Update and all else give ErrAbsent.
func (u *Unit) Check() (Change, error) {
	if errors.Is(u.gone, ErrClosed) {
		return Unchanged, fmt.Errorf("check: unit %d: %w", u.number, ErrClosed)
	}
	had := u.id >= 0
	if had {
		if id, err := lookUp(u.key); err == nil && id == u.id {
			return Unchanged, nil
		}
		if err := u.detach(ErrAbsent); err != nil {
			return Removed, fmt.Errorf("check: unit %d: %w", u.number, err)
		}
	}
	created, err := u.attach()
	switch {
	case err != nil && had:
		return Removed, fmt.Errorf("check: unit %d: %w", u.number, err)
	case err != nil:
		return Unchanged, fmt.Errorf("check: unit %d: %w", u.number, err)
	case created:
		return Recreated, nil
	case had:
		return Replaced, nil
	}
	return Found, nil
}
