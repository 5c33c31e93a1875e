package sock

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// maxPath is how long the path of a Unix socket may be.
//
//	struct sockaddr_un { sa_family_t sun_family; char sun_path[108]; }; /* the last is 0 */
const maxPath = 107

// A Sender sends samples to the socket at a path.
type Sender struct {
	path   string
	layout Layout
	fd     int
	to     unix.SockaddrUnix
	buffer [40]byte // the larger layout, so that a Send allocates nothing

	// The last failure, and what was said of it: a daemon that is not there for a
	// day costs no more than a system call a second.
	errno error
	err   error
}

// An Option changes how a Sender is made.
type Option func(*Sender)

// WithLayout sets the layout that the daemon takes. The default is [DefaultLayout].
func WithLayout(l Layout) Option { return func(s *Sender) { s.layout = l } }

// NewSender returns a Sender to the socket at path, which need not exist yet. It
// returns ErrRange for an unknown layout, and for a path that is empty or longer than
// 107 bytes.
func NewSender(path string, options ...Option) (*Sender, error) {
	if err := checkPath(path); err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	s := &Sender{path: path, layout: DefaultLayout(), to: unix.SockaddrUnix{Name: path}}
	for _, option := range options {
		option(s)
	}
	if !s.layout.known() {
		return nil, fmt.Errorf("send: %s: %w: %v", path, ErrRange, s.layout)
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("send: %s: %w", path, err)
	}
	s.fd = fd
	return s, nil
}

func checkPath(path string) error {
	if path == "" || len(path) > maxPath {
		return fmt.Errorf("%w: path %q of %d bytes, expected 1 to %d", ErrRange, path, len(path), maxPath)
	}
	return nil
}

// Path is where the Sender sends to.
func (s *Sender) Path() string { return s.path }

// Layout is what the Sender's datagrams look like.
func (s *Sender) Layout() Layout { return s.layout }

// Send sends one sample. It never waits, and allocates nothing, unless the error is
// another one than the last.
//
// Errors: ErrAbsent and ErrFull, where the sample is lost but the next one may
// arrive; ErrNoSocket and fs.ErrPermission, which somebody has to heal; ErrRange, ErrClosed.
func (s *Sender) Send(sample Sample) error {
	if s.fd < 0 {
		return fmt.Errorf("send: %s: %w", s.path, ErrClosed)
	}
	datagram, err := s.layout.Encode(s.buffer[:0], sample)
	if err != nil {
		return fmt.Errorf("send: %s: %w", s.path, err)
	}
	err = unix.Sendto(s.fd, datagram, unix.MSG_NOSIGNAL, &s.to)
	if err != s.errno {
		s.errno, s.err = err, s.explain(err)
	}
	return s.err
}

// explain makes of the kernel's error one that tells who is missing.
func (s *Sender) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.ECONNREFUSED) && !isSocket(s.path), errors.Is(err, unix.EPROTOTYPE):
		err = fmt.Errorf("%w (%w)", ErrNoSocket, err)
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ECONNREFUSED):
		err = fmt.Errorf("%w (%w)", ErrAbsent, err)
	case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.ENOBUFS):
		err = fmt.Errorf("%w (%w)", ErrFull, err)
	case errors.Is(err, unix.EACCES):
		err = fmt.Errorf("%w: %s", err, s.closed())
	}
	return fmt.Errorf("send: %s: %w", s.path, err)
}

// closed tells whose a socket is that may not be written, or that its folder is in the way:
// a daemon may have its own in one that is closed to others.
func (s *Sender) closed() string {
	var info unix.Stat_t
	if err := unix.Stat(s.path, &info); err != nil {
		return "its folder is closed to this user"
	}
	return fmt.Sprintf("the socket is of user %d and group %d, mode %04o; expected one that user %d may write",
		info.Uid, info.Gid, info.Mode&0o777, unix.Geteuid())
}

// isSocket tells whether there is a socket at path, or may be for all that we can see.
func isSocket(path string) bool {
	info, err := os.Stat(path)
	return err != nil || info.Mode()&fs.ModeSocket != 0
}

// Close ends the Sender. What was sent stays sent. Closing again does nothing.
func (s *Sender) Close() error {
	if s.fd < 0 {
		return nil
	}
	fd := s.fd
	s.fd = -1
	return unix.Close(fd)
}
