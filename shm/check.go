//go:build linux

package shm

import (
	"errors"
	"fmt"
)

// A Change is what [Unit.Check] found.
type Change uint8

// The values of Change.
const (
	Unchanged Change = iota
	Removed          // the segment was removed, and there is no other that can be attached
	Recreated        // the segment was removed, and Check has created another
	Replaced         // the segment was removed, and another program has created another
	Found            // there was no segment, and another program has created one
)

// String returns, for example, "removed and created again".
func (c Change) String() string {
	names := [...]string{"unchanged", "removed", "removed and created again", "removed and replaced by another segment", "found"}
	if int(c) >= len(names) {
		return "unknown"
	}
	return names[c]
}

// Check makes sure that the attached segment is still the one that a consumer finds
// when it starts. If not, Check attaches the current one, which may have another
// layout. Segments are removed by hand (ipcrm), and by session managers when a user
// logs out. A consumer that still has a removed segment attached receives nothing
// until it is restarted. Call Check about once a second: it costs one system call.
//
// The error wraps ErrAbsent while there is no segment, and each call of Check looks
// for one. Until one is found, the methods of the Unit return ErrAbsent. Other errors
// are those of Attach. The counters continue.
func (u *Unit) Check() (Change, error) {
	if errors.Is(u.gone, ErrClosed) {
		return Unchanged, fmt.Errorf("check: unit %d: %w", u.number, ErrClosed)
	}
	attached := u.id >= 0
	if attached {
		if id, err := lookUp(u.key); err == nil && id == u.id {
			return Unchanged, nil
		}
		if err := u.detach(ErrAbsent); err != nil {
			return Removed, fmt.Errorf("check: unit %d: %w", u.number, err)
		}
	}
	created, err := u.attach()
	switch {
	case err != nil && attached:
		return Removed, fmt.Errorf("check: unit %d: %w", u.number, err)
	case err != nil:
		return Unchanged, fmt.Errorf("check: unit %d: %w", u.number, err)
	case created:
		return Recreated, nil
	case attached:
		return Replaced, nil
	}
	return Found, nil
}
