package doctor

import (
	"strings"
	"testing"

	"github.com/refclock/refclock/shm"
)

// A user who is not root needs sudo to publish to a private unit of root.
func TestSegmentNeedsSudo(t *testing.T) {
	const hint = "Run refclock with sudo to publish to it."
	for _, c := range []struct {
		status string // of the process; empty if unknown
		unit   shm.Info
		want   bool
	}{
		{"Uid:\t1000\t1000\t1000\t1000\n", shm.Info{Perm: 0o600}, true},
		{"Uid:\t1000\t1000\t1000\t1000\n", shm.Info{Perm: 0o666, Unit: 2}, false},
		{"Uid:\t0\t0\t0\t0\n", shm.Info{Perm: 0o600}, false},
		{"", shm.Info{Perm: 0o600}, false},
	} {
		m := NewMachine(rootOf(map[string]string{"/proc/self/status": c.status}), Live{}, Options{})
		c.unit.Size = 96
		f, _ := m.segment(c.unit, false)
		if f.Verdict != Pass || strings.Contains(f.What, hint) != c.want {
			t.Errorf("%q, %+v: %+v, want the hint: %v", c.status, c.unit, f, c.want)
		}
	}
}
