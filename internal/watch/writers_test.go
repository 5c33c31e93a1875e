package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/refclock/refclock/shm"
)

// A unit with a consumer, refclock itself, and gpsd. Without the right to read the maps of
// other users, only the kernel's facts about the unit are left.
func TestWriters(t *testing.T) {
	const key, id = 0x4e545032, 32770
	unit := shm.Info{Key: key, ID: id, Attached: 3, CreatorPID: 30, LastPID: 40}
	for name, c := range map[string]struct {
		readable bool
		unit     shm.Info
		want     []Process
	}{
		"root":                         {true, unit, []Process{{40, "gpsd"}}},
		"another user":                 {false, unit, []Process{{40, "gpsd"}}},
		"the creator, by another user": {false, shm.Info{Key: key, ID: id, Attached: 3, CreatorPID: 40, LastPID: 30}, []Process{{40, "gpsd"}}},
		"monitor maps it read-only":    {true, shm.Info{Key: key, ID: id, Attached: 3}, []Process{{40, "gpsd"}}},
		"nothing is hidden":            {true, shm.Info{Key: key, ID: id, Attached: 3, LastPID: 50}, []Process{{40, "gpsd"}}},
		"it has ended":                 {false, shm.Info{Key: key, ID: id, Attached: 3, CreatorPID: 30, LastPID: 41}, nil},
	} {
		proc := t.TempDir()
		for pid, comm := range map[int]string{30: "chronyd", 40: "gpsd", 50: "bash", 60: "refclock", os.Getpid(): "refclock"} {
			dir := filepath.Join(proc, fmt.Sprint(pid))
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			files := map[string]string{"comm": comm + "\n"}
			rights := "rw-s"
			if pid == 60 {
				rights = "r--s" // refclock monitor
			}
			if c.readable && comm != "bash" {
				files["maps"] = fmt.Sprintf("7f3c1a5d2000-7f3c1a5d3000 "+rights+" 00000000 00:01 %d   /SYSV%08x (deleted)\n", id, key)
			}
			for file, text := range files {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
		if got := writers(proc, c.unit); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
