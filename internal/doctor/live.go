package doctor

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/pps"
)

// ThisMachine is the machine that the program runs on.
func ThisMachine() Live {
	return Live{Lines: LiveLines, OpenPort: openPort, OpenPulse: openPulse}
}

// A borrowedPort is a port that is given back as it was set.
type borrowedPort struct {
	*serialport.Port
	fd  int // of its own, since the port's are closed by then
	was *unix.Termios
}

func openPort(device string, baud int) (Port, error) {
	// Before the port is locked against further opens.
	fd, err := unix.Open(device, unix.O_RDONLY|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", device, err)
	}
	was, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("open %s: %w", device, serialport.ErrNoTTY)
	}
	port, err := serialport.Open(device, baud)
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	return &borrowedPort{port, fd, was}, nil
}

// Close closes the port, with its baud rate and all else as it was before.
func (b *borrowedPort) Close() error {
	err := b.Port.Close()
	if e := unix.IoctlSetTermios(b.fd, unix.TCSETS, b.was); err == nil {
		err = e
	}
	unix.Close(b.fd)
	return err
}

// openPulse opens a pulse. A PPS device is read by sysfs: whoever opens it may have
// it capture another edge than others expect, and everybody may read sysfs.
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
	return newSysPulse(OpenRoot("/"), path.Join("/sys/class/pps", path.Base(real)))
}

// A sysPulse tells the edges of a PPS device as its folder in sysfs shows the last of
// each kind.
type sysPulse struct {
	root *Root
	dir  string
	seen [2]string // the texts of assert and clear
}

// lookEvery is how often sysfs is looked at. The stamps are the kernel's.
const lookEvery = 10 * time.Millisecond

func newSysPulse(root *Root, dir string) (*sysPulse, error) {
	if _, err := root.ReadFile(path.Join(dir, "assert")); err != nil {
		return nil, err
	}
	s := &sysPulse{root: root, dir: dir}
	s.look() // what was there before is no news
	return s, nil
}

// look gives an edge that was not there before.
func (s *sysPulse) look() (pps.Edge, bool) {
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

// parseSysEdge reads an edge as assert_show of drivers/pps/sysfs.c prints it,
// "%lld.%09d#%d\n": seconds, nanoseconds, number. The number is 0 before the first.
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
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		if e, ok := s.look(); ok {
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
