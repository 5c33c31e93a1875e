package shm

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const (
	writerFileVariable = "REFCLOCK_KILLED_FILE" // set in the environment of the writer
	killCount          = 60
)

// A writer may be killed at any moment, as by kill -9. A consumer must then take a whole
// sample or none. The writer is a process that runs at full speed on a shared file.
func TestKilledWriter(t *testing.T) {
	if path := os.Getenv(writerFileVariable); path != "" {
		writeUntilKilled(t, path)
	}
	for _, l := range layouts {
		t.Run(l.String(), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "unit")
			if err := os.WriteFile(path, make([]byte, l.Size()), 0o600); err != nil {
				t.Fatal(err)
			}
			unit := sharedFile(t, path)
			whole := 0
			// Some kills leave no sample to take, and on a busy machine nearly all.
			for kills := 0; kills < killCount/len(layouts) || whole == 0 && kills < 10*killCount; kills++ {
				killWriter(t, path, unit)
				s, err := unit.Take()
				switch {
				case errors.Is(err, ErrNoSample), errors.Is(err, ErrClash):
					continue
				case err != nil:
					t.Fatal(err)
				}
				whole++
				if !consistent(s) {
					t.Errorf("took parts of two samples: %+v", s)
				}
				if _, err := unit.Take(); !errors.Is(err, ErrNoSample) {
					t.Errorf("the sample was taken twice: %v", err)
				}
			}
			if whole == 0 {
				t.Error("no sample was taken: the test checks nothing")
			}
		})
	}
}

// killWriter runs a writer for a moment and kills it.
func killWriter(t *testing.T, path string, unit *Segment) {
	t.Helper()
	writer := exec.Command(os.Args[0], "-test.run=^TestKilledWriter$")
	writer.Env = append(os.Environ(), writerFileVariable+"="+path)
	before := unit.Get(FieldCount)
	switch err := writer.Start(); {
	case errors.Is(err, unix.ENOEXEC):
		t.Skip("the test runs in an emulator, and this machine cannot start its program directly")
	case err != nil:
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); unit.Get(FieldCount) == before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the writer does not write")
		}
	}
	time.Sleep(rand.N(3 * time.Millisecond))
	writer.Process.Kill()
	writer.Wait()
}

func writeUntilKilled(t *testing.T, path string) {
	unit := sharedFile(t, path)
	end := time.Now().Add(time.Minute) // in case the test was killed first
	for i := int64(1); time.Now().Before(end); i++ {
		if err := publishConsistent(unit, i); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("not killed")
}

// sharedFile returns a segment in a file that several processes map.
func sharedFile(t *testing.T, path string) *Segment {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	mem, err := unix.Mmap(int(f.Fd()), 0, int(info.Size()), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Munmap(mem) })
	s, err := View(mem)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
