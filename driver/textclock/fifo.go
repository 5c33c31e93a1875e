package textclock

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/driver"
)

// A FIFO is a named pipe. Open creates it if it does not exist, for its owner and group, and
// leaves it in place at the end.
type FIFO struct{ Path string }

func (f FIFO) String() string { return f.Path }

// inputMode is the mode of what Open creates.
const inputMode = 0o660

// Open opens the FIFO for writing, too, so that it does not end with a program that writes it.
func (f FIFO) Open(func(string)) (Stream, error) {
	made := unix.Mkfifo(f.Path, 0o600)
	if made != nil && made != unix.EEXIST {
		return nil, &fs.PathError{Op: "mkfifo", Path: f.Path, Err: made}
	}
	if err := expectType(f.Path, fs.ModeNamedPipe, "a FIFO"); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(f.Path, os.O_RDWR|unix.O_NONBLOCK|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && info.Mode().Type() != fs.ModeNamedPipe {
		err = fmt.Errorf("%s was replaced by another program", f.Path)
	}
	if err == nil {
		err = lock(file)
	}
	if err == nil && made == nil {
		err = file.Chmod(inputMode) // the umask does not apply
	}
	var s *fileStream
	if err == nil {
		s, err = newFileStream(file)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return &namedStream{Stream: s, path: f.Path, info: info}, nil
}

// expectType returns an error if a path has another type. It follows no link.
func expectType(path string, want fs.FileMode, what string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if info.Mode().Type() != want {
		return fmt.Errorf("%s exists and is not %s; remove it, or set another input %s", path, what, driver.Setting("input"))
	}
	return nil
}

// lock makes sure that no other refclock reads the file: each would get some of the lines.
func lock(file *os.File) error {
	conn, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var locked error
	if err := conn.Control(func(fd uintptr) { locked = unix.Flock(int(fd), unix.LOCK_EX|unix.LOCK_NB) }); err != nil {
		return err
	}
	if errors.Is(locked, unix.EWOULDBLOCK) {
		return fmt.Errorf("%s: %w", file.Name(), errInUse)
	}
	return locked
}

// A namedStream notices that its path was removed or replaced: programs that open the path
// then do not reach it.
type namedStream struct {
	Stream
	path  string
	info  fs.FileInfo
	owned bool // remove the path at the end
}

func (s *namedStream) Read(wait time.Duration) (Chunk, error) {
	c, err := s.Stream.Read(wait)
	if err == nil && len(c.Bytes) == 0 && !s.current() {
		return c, driver.Absent(fmt.Errorf("%s was removed or replaced", s.path))
	}
	return c, err
}

// current reports whether the path still leads here.
func (s *namedStream) current() bool {
	info, err := os.Lstat(s.path)
	return err == nil && os.SameFile(info, s.info)
}

func (s *namedStream) Close() error {
	if s.owned && s.current() {
		_ = os.Remove(s.path)
	}
	return s.Stream.Close()
}
