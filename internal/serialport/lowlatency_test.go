package serialport

import (
	"slices"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// A port that can deliver bytes at once is set to do so, and keeps its other settings. One
// that does so already, or cannot, is not changed.
func TestLowLatency(t *testing.T) {
	const other = 1 << 4
	for name, c := range map[string]struct {
		flags int32
		err   error
		want  []int32 // set
	}{
		"by default":    {flags: other, want: []int32{other | 1<<13}},
		"at once":       {flags: other | 1<<13},
		"not a setting": {err: syscall.ENOTTY},
		"not permitted": {err: syscall.EPERM},
	} {
		var set []int32
		lowLatency(7, func(fd int, request uintptr, s *serialStruct) error {
			switch {
			case fd != 7:
				t.Errorf("%s: descriptor %d, want 7", name, fd)
			case request == unix.TIOCGSERIAL:
				s.flags = c.flags
			case request == unix.TIOCSSERIAL:
				set = append(set, s.flags)
			}
			return c.err
		})
		if !slices.Equal(set, c.want) {
			t.Errorf("%s: set the flags %#o, want %#o", name, set, c.want)
		}
	}
}
