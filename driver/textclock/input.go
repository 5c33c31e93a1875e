package textclock

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/nmea"
)

// An Input is where lines come from. Its String is its name in a sentence.
type Input interface {
	fmt.Stringer

	// Open opens the input, and creates what it needs. note is called with each line that
	// the program prints to standard error; from another goroutine, until the Stream is
	// closed.
	Open(note func(string)) (Stream, error)
}

// A Stream is an open Input.
type Stream interface {
	// Read returns the bytes that arrive, and waits for them for at most this time. Without
	// bytes, the chunk has only a stamp. Its bytes are valid until the next call. The error is
	// io.EOF at the end, or explains why the program has ended. Read is not safe for concurrent
	// use; Close may be called meanwhile, and ends it.
	Read(wait time.Duration) (Chunk, error)

	Close() error
}

// A Chunk is what one read returned.
type Chunk struct {
	Bytes    []byte
	At       nmea.Stamp // right after the read
	Waited   bool       // the bytes arrived during the read, not before
	Datagram bool       // the end of the bytes is the end of a line
	Cut      bool       // the end of the datagram is missing: it is longer than a read
	Sent     int64      // CLOCK_REALTIME in nanoseconds when the kernel took them from the program; 0 if unknown
}

// errInUse is wrapped by the error of an input that another program reads.
var errInUse = errors.New("another program reads it")

// chunkSize is the size of a read: that of the buffer of most programs for a pipe.
const chunkSize = 4096

// A fileStream reads a descriptor for which the kernel reports when it is readable.
type fileStream struct {
	file *os.File
	conn syscall.RawConn
	buf  [chunkSize]byte

	// get reads from the descriptor; unix.Read if it is nil. It returns the time at which the
	// bytes were sent, or 0.
	get func(fd int, buf []byte) (n int, sent int64, err error)
}

// newFileStream returns a stream for a file, whose descriptor must not block.
func newFileStream(file *os.File) (*fileStream, error) {
	conn, err := file.SyscallConn()
	if err != nil {
		return nil, err
	}
	return &fileStream{file: file, conn: conn}, nil
}

func (s *fileStream) Read(wait time.Duration) (c Chunk, err error) {
	if err := s.file.SetReadDeadline(time.Now().Add(wait)); err != nil && !errors.Is(err, os.ErrNoDeadline) {
		return c, err
	}
	n := 0
	failed := s.conn.Read(func(fd uintptr) bool {
		for {
			n, c.Sent, err = s.once(int(fd))
			c.At = nmea.Now() // must be directly after the read
			if err != unix.EINTR {
				break
			}
		}
		if err == unix.EAGAIN {
			c.Waited = true
			return false
		}
		return true
	})
	switch {
	case errors.Is(failed, os.ErrDeadlineExceeded):
		c = Chunk{At: nmea.Now()}
		n, err = 0, nil
	case failed != nil:
		return c, failed
	case err != nil:
		return c, os.NewSyscallError("read", err)
	case n == 0:
		return c, io.EOF
	}
	c.At.Slew = nmea.Slewed()
	c.Bytes, c.Cut = s.buf[:min(n, chunkSize)], n > chunkSize
	return c, nil
}

func (s *fileStream) once(fd int) (n int, sent int64, err error) {
	if s.get != nil {
		return s.get(fd, s.buf[:])
	}
	n, err = unix.Read(fd, s.buf[:])
	return max(n, 0), 0, err
}

func (s *fileStream) Close() error { return s.file.Close() }

// The prefixes of an input's text.
const (
	fifoPrefix   = "fifo:"
	socketPrefix = "socket:"
)

// ParseInput parses "-" for standard input, "fifo:PATH" or "socket:PATH".
func ParseInput(text string) (Input, error) {
	wrong := errors.New(`expected "-" for standard input, "fifo:PATH" or "socket:PATH", such as "fifo:/run/refclock/clock"`)
	if text == "-" {
		return Stdin{}, nil
	}
	path, isFIFO := strings.CutPrefix(text, fifoPrefix)
	path, isSocket := strings.CutPrefix(path, socketPrefix)
	switch {
	case isFIFO == isSocket:
		return nil, wrong
	case !filepath.IsAbs(path):
		return nil, errors.New(`expected an absolute path, such as "fifo:/run/refclock/clock"`)
	case isSocket && len(path) > maxSocketPath:
		return nil, fmt.Errorf("%d characters; the path of a socket has at most %d", len(path), maxSocketPath)
	case isSocket:
		return Socket{filepath.Clean(path)}, nil
	}
	return FIFO{filepath.Clean(path)}, nil
}

// maxSocketPath is how long the path of a socket may be. From linux/un.h:
//
//	#define UNIX_PATH_MAX	108
//
// with the NUL at the end.
const maxSocketPath = len(unix.RawSockaddrUnix{}.Path) - 1
