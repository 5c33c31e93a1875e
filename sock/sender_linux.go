package sock

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// maxPath is the maximum length of the path of a Unix socket.
//
//	struct sockaddr_un { sa_family_t sun_family; char sun_path[108]; }; /* ends with a zero byte */
const maxPath = 107

// A Sender sends samples to the socket at a path.
type Sender struct {
	path   string
	layout Layout
	fd     int
	to     unix.SockaddrUnix
	buffer [40]byte // the larger layout, so that a Send allocates nothing

	// The last error of the kernel, and the explained one. They are kept so that a long
	// absence of the consumer costs only one system call for each Send.
	kernelErr error
	err       error
}

// An Option changes what [NewSender] does.
type Option func(*Sender)

// WithLayout sets the layout that the consumer accepts. The default is that of
// [DefaultLayout].
func WithLayout(l Layout) Option { return func(s *Sender) { s.layout = l } }

// NewSender returns a Sender to the socket at path, which need not exist yet. It
// returns ErrRange if the layout is unknown, or if the path is empty or longer than 107
// bytes.
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

// Path returns the path of the socket.
func (s *Sender) Path() string { return s.path }

// Layout returns the layout of the datagrams.
func (s *Sender) Layout() Layout { return s.layout }

// Send sends a sample. It never waits. It allocates only if the error differs from the
// last one.
//
// Errors: ErrAbsent and ErrFull, after which the next sample may arrive; ErrNoSocket
// and fs.ErrPermission, which an administrator has to resolve; ErrRange, ErrClosed.
func (s *Sender) Send(sample Sample) error {
	if s.fd < 0 {
		return fmt.Errorf("send: %s: %w", s.path, ErrClosed)
	}
	datagram, err := s.layout.Encode(s.buffer[:0], sample)
	if err != nil {
		return fmt.Errorf("send: %s: %w", s.path, err)
	}
	err = unix.Sendto(s.fd, datagram, unix.MSG_NOSIGNAL, &s.to)
	if err != s.kernelErr {
		s.kernelErr, s.err = err, s.explain(err)
	}
	return s.err
}

// explain adds the cause to an error of the kernel.
func (s *Sender) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.ECONNREFUSED) && !mayBeSocket(s.path), errors.Is(err, unix.EPROTOTYPE):
		err = fmt.Errorf("%w (%w)", ErrNoSocket, err)
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ECONNREFUSED):
		err = fmt.Errorf("%w (%w)", ErrAbsent, err)
	case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.ENOBUFS):
		err = fmt.Errorf("%w (%w)", ErrFull, err)
	case errors.Is(err, unix.EACCES):
		err = fmt.Errorf("%w: %s", err, s.permissionCause())
	}
	return fmt.Errorf("send: %s: %w", s.path, err)
}

// permissionCause returns why the socket cannot be written: its owner and mode, or the
// mode of its directory.
func (s *Sender) permissionCause() string {
	var info unix.Stat_t
	if err := unix.Stat(s.path, &info); err != nil {
		return fmt.Sprintf("user %d may not search its directory", unix.Geteuid())
	}
	return fmt.Sprintf("the socket belongs to user %d and group %d and has mode %04o, so user %d may not write to it",
		info.Uid, info.Gid, info.Mode&0o777, unix.Geteuid())
}

// mayBeSocket reports whether the file at path is a socket, is missing, or cannot be seen.
func mayBeSocket(path string) bool {
	info, err := os.Stat(path)
	return err != nil || info.Mode()&fs.ModeSocket != 0
}

// Close closes the Sender. Samples that were sent still arrive. Closing it again does
// nothing.
func (s *Sender) Close() error {
	if s.fd < 0 {
		return nil
	}
	fd := s.fd
	s.fd = -1
	return unix.Close(fd)
}
