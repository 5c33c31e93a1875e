// Package regularfile reads and replaces small files that another user may have replaced by
// something else. It never waits for a pipe, opens no device, reads no more than a limit, and
// writes through no link.
package regularfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

var (
	// ErrNotRegular is wrapped by the error of a path that is not a regular file.
	ErrNotRegular = errors.New("expected a regular file")

	// ErrSize is wrapped by the error of a file that is larger than the limit.
	ErrSize = errors.New("the file is too large")
)

// Read returns the content of a regular file. It refuses a symbolic link: in a directory
// that another user can write, it may lead to any file of root.
func Read(path string, maxBytes int64) ([]byte, error) {
	return unfollowed.read(path, maxBytes)
}

// ReadNamed returns the content of a file that the user of the program has named. It
// follows symbolic links, as people have them in /etc: a user who can place a link there
// can as well place a file. It also reads what the program was started with, such as
// /dev/stdin or a shell's <(command), and waits for it.
func ReadNamed(path string, maxBytes int64) ([]byte, error) {
	if inherited(path) {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		return readAll(file, maxBytes)
	}
	return followed.read(path, maxBytes)
}

// links says what happens to symbolic links when a path is checked, and when it is opened.
type links struct {
	stat  func(string) (fs.FileInfo, error)
	flags int
}

var (
	unfollowed = links{os.Lstat, unix.O_NOFOLLOW}
	followed   = links{os.Stat, 0}
)

// inherited reports whether a path is a file descriptor of this process.
func inherited(path string) bool {
	return path == "/dev/stdin" || strings.HasPrefix(path, "/dev/fd/") || strings.HasPrefix(path, "/proc/self/fd/")
}

func (l links) read(path string, maxBytes int64) ([]byte, error) {
	info, err := l.stat(path) // opening some devices has effects
	if err != nil {
		return nil, err
	}
	if err := check(path, info); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY|l.flags, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err = file.Stat(); err != nil { // it may be another one by now
		return nil, err
	}
	if err := check(path, info); err != nil {
		return nil, err
	}
	return readAll(file, maxBytes)
}

func readAll(file *os.File, maxBytes int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(file, maxBytes+1))
	if err == nil && int64(len(text)) > maxBytes {
		return nil, &fs.PathError{Op: "read", Path: file.Name(), Err: fmt.Errorf("%w: more than %d bytes", ErrSize, maxBytes)}
	}
	return text, err
}

func check(path string, info fs.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	return &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("%s; %w", kind(info.Mode()), ErrNotRegular)}
}

// kind returns in words what a file is.
func kind(mode fs.FileMode) string {
	switch mode.Type() {
	case fs.ModeSymlink:
		return "a symbolic link"
	case fs.ModeDir:
		return "a directory"
	case fs.ModeNamedPipe:
		return "a pipe"
	case fs.ModeSocket:
		return "a socket"
	}
	return "a device"
}
