package doctor

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/watch"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/shm"
)

// ThisMachine returns the functions for the machine that the program runs on.
func ThisMachine() Live {
	return Live{Lines: LiveLines, OpenPort: openPort, OpenPulse: openPulse, Written: writtenUnits}
}

// A restoredPort restores the settings of its port on Close.
type restoredPort struct {
	*serialport.Port
	fd  int // separate, because the port's is closed by then
	old *unix.Termios
}

func openPort(device string, baud int) (Port, error) {
	// Open this before serialport.Open locks the port against further opens.
	fd, err := unix.Open(device, unix.O_RDONLY|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", device, err)
	}
	old, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("open %s: %w", device, serialport.ErrNoTTY)
	}
	port, err := serialport.Open(device, baud)
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	return &restoredPort{port, fd, old}, nil
}

// Close closes the port and restores its settings.
func (b *restoredPort) Close() error {
	err := b.Port.Close()
	if e := unix.IoctlSetTermios(b.fd, unix.TCSETS, b.old); err == nil {
		err = e
	}
	unix.Close(b.fd)
	return err
}

// writtenUnits returns those of the units that a program writes now. Units that cannot be
// read are left out.
func writtenUnits(units []int) []int {
	segments := map[int]*shm.Segment{}
	for _, number := range units {
		if unit, err := shm.Attach(number, shm.WithReadOnly()); err == nil {
			defer unit.Close()
			segments[number] = unit.Segment
		}
	}
	return watchUnits(segments)
}

// watchTime is how long units are watched: programs write a sample every second or two.
const watchTime = 2500 * time.Millisecond

// watchUnits returns the units that change, in order, as soon as all do.
func watchUnits(segments map[int]*shm.Segment) (written []int) {
	watchers := map[int]*watch.Watcher{}
	for number, segment := range segments {
		watchers[number] = watch.New(number, segment)
		watchers[number].Poll(time.Now()) // what was there before does not count
	}
	for end := time.Now().Add(watchTime); len(watchers) > 0 && time.Now().Before(end); time.Sleep(watch.PollInterval) {
		for number, w := range watchers {
			if _, fresh, err := w.Poll(time.Now()); fresh || err != nil {
				delete(watchers, number)
				if fresh {
					written = append(written, number)
				}
			}
		}
	}
	slices.Sort(written)
	return written
}

// openPulse opens a pulse source. It reads a PPS device through sysfs: every user may
// read sysfs, and opening the device could change the edge that other programs capture.
func openPulse(source string) (Pulse, error) {
	a, err := pps.Parse(source)
	if err != nil {
		return nil, err
	}
	if a.Kind != pps.KindDevice {
		return a.Open()
	}
	real, err := filepath.EvalSymlinks(a.Path)
	if err != nil {
		return nil, err
	}
	return newSysPulse(OpenRoot("/"), path.Join(pps.SysClass, path.Base(real)))
}

// A sysPulse returns the edges of a PPS device from its sysfs folder, which shows the
// last edge of each kind.
type sysPulse struct {
	root *Root
	dir  string
	seen [2]string // the texts of assert and clear
}

// pollInterval is how often sysfs is read. The timestamps are the kernel's.
const pollInterval = 10 * time.Millisecond

func newSysPulse(root *Root, dir string) (*sysPulse, error) {
	if _, err := root.ReadFile(path.Join(dir, "assert")); err != nil {
		return nil, err
	}
	s := &sysPulse{root: root, dir: dir}
	s.poll() // discard the edges from before
	return s, nil
}

// poll returns an edge that it has not returned before.
func (s *sysPulse) poll() (pps.Edge, bool) {
	for i, name := range []string{"assert", "clear"} {
		text := s.root.text(path.Join(s.dir, name))
		if text == s.seen[i] || text == "" {
			continue
		}
		s.seen[i] = text
		if e, ok := parseSysEdge(text); ok {
			e.Rising = i == 0
			return e, true
		}
	}
	return pps.Edge{}, false
}

// parseSysEdge parses the output of assert_show in drivers/pps/sysfs.c,
// "%lld.%09d#%d\n": seconds, nanoseconds, number. The number is 0 before the first edge.
func parseSysEdge(text string) (pps.Edge, bool) {
	stamp, number, _ := strings.Cut(text, "#")
	seconds, nanos, _ := strings.Cut(stamp, ".")
	s, err1 := strconv.ParseInt(seconds, 10, 64)
	n, err2 := strconv.ParseInt(nanos, 10, 64)
	seq, err3 := strconv.ParseUint(number, 10, 32)
	if err1 != nil || err2 != nil || err3 != nil || len(nanos) != 9 || seq == 0 {
		return pps.Edge{}, false
	}
	now := pps.Now()
	real := s*int64(time.Second) + n
	return pps.Edge{Stamp: pps.Stamp{Real: real, Mono: now.Mono - (now.Real - real)}, Seq: uint32(seq)}, true
}

// Next waits for the next edge.
func (s *sysPulse) Next(ctx context.Context) (pps.Edge, error) {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		if e, ok := s.poll(); ok {
			return e, nil
		}
		select {
		case <-ctx.Done():
			return pps.Edge{}, ctx.Err()
		case <-ticker.C:
		}
	}
}

func (s *sysPulse) Close() error { return nil }
