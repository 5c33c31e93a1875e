package sock

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// A Receiver has the daemon's side of a socket: for tests of programs that send,
// and to look at what a program sends.
type Receiver struct {
	path string
	fd   int
}

// Listen creates the socket at path as chronyd does: whatever socket another one
// has left there is removed first. Close removes it.
//
// Errors: ErrRange for the path, ErrNoSocket if something else is there, and the kernel's.
func Listen(path string) (*Receiver, error) {
	if err := checkPath(path); err != nil {
		return nil, fmt.Errorf("receive: %w", err)
	}
	if !isSocket(path) {
		return nil, fmt.Errorf("receive: %s: %w", path, ErrNoSocket)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("receive: %w", err)
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("receive: %s: %w", path, err)
	}
	if err := unix.Bind(fd, &unix.SockaddrUnix{Name: path}); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("receive: %s: %w", path, err)
	}
	return &Receiver{path, fd}, nil
}

// Receive waits for a datagram, at most for the time given, and decodes it. Errors:
// ErrTimeout, ErrClosed, and those of [Decode], after which one may go on.
func (r *Receiver) Receive(timeout time.Duration) (Sample, error) {
	if r.fd < 0 {
		return Sample{}, fmt.Errorf("receive: %s: %w", r.path, ErrClosed)
	}
	var buffer [64]byte // more than a sample has, to tell that it has more
	for deadline := time.Now().Add(timeout); ; {
		n, _, err := unix.Recvfrom(r.fd, buffer[:], 0)
		switch {
		case err == nil:
			sample, err := Decode(buffer[:n])
			if err != nil {
				return sample, fmt.Errorf("receive: %s: %w", r.path, err)
			}
			return sample, nil
		case !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EINTR):
			return Sample{}, fmt.Errorf("receive: %s: %w", r.path, err)
		}
		left := time.Until(deadline)
		if left <= 0 {
			return Sample{}, fmt.Errorf("receive: %s: %w", r.path, ErrTimeout)
		}
		// Rounded up, lest it spin through the last millisecond.
		wait := []unix.PollFd{{Fd: int32(r.fd), Events: unix.POLLIN}}
		if _, err := unix.Poll(wait, int((left+time.Millisecond-1)/time.Millisecond)); err != nil && !errors.Is(err, unix.EINTR) {
			return Sample{}, fmt.Errorf("receive: %s: %w", r.path, err)
		}
	}
}

// Close ends the Receiver and removes its socket, as chronyd does when it ends.
// Closing again does nothing.
func (r *Receiver) Close() error {
	if r.fd < 0 {
		return nil
	}
	fd := r.fd
	r.fd = -1
	err := os.Remove(r.path)
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(unix.Close(fd), err)
}
