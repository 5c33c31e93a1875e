package textclock

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/driver"
)

// Stdin is the standard input of this program. It can be opened once at a time.
type Stdin struct{}

func (Stdin) String() string { return "standard input" }

// Open opens it anew, so that other programs that share it do not notice that reads do not
// block here.
func (Stdin) Open(func(string)) (Stream, error) {
	const path = "/proc/self/fd/0"
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil { // a socket, or the pipe of another user
		if fd, err = unix.FcntlInt(0, unix.F_DUPFD_CLOEXEC, 0); err != nil {
			return nil, &os.PathError{Op: "open", Path: path, Err: err}
		}
		if err := unix.SetNonblock(fd, true); err != nil {
			unix.Close(fd)
			return nil, &os.PathError{Op: "open", Path: path, Err: err}
		}
	}
	s, err := newFileStream(os.NewFile(uintptr(fd), path))
	if err != nil {
		return nil, err
	}
	return stdinStream{s}, nil
}

// stdinStream ends for good with its program.
type stdinStream struct{ Stream }

func (s stdinStream) Read(wait time.Duration) (Chunk, error) {
	c, err := s.Stream.Read(wait)
	if err == io.EOF {
		err = driver.Permanent(fmt.Errorf("standard input has ended: the program before the pipe has stopped"))
	}
	return c, err
}
