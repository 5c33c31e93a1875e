package textclock

import (
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// A Socket is a Unix socket for datagrams, each with a line. A program needs no connection, and
// no buffer joins its lines or delays them. Open creates it, for its owner and group; Close
// removes it.
//
// The kernel stamps each datagram when the program sends it, so that a busy machine does not
// make the stamp late.
type Socket struct{ Path string }

func (s Socket) String() string { return s.Path }

// Open replaces the socket of a program that has ended.
func (s Socket) Open(func(string)) (Stream, error) {
	address := &unix.SockaddrUnix{Name: s.Path}
	if err := s.clear(address); err != nil {
		return nil, err
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	// Without the option, the stamp is that of the read. Linux has it since 5.1.
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS_NEW, 1)
	// fchmod(2) before bind(2) sets the mode of the path, from which the umask removes bits.
	err = unix.Fchmod(fd, 0o600)
	if err == nil {
		err = unix.Bind(fd, address)
	}
	if err != nil {
		_ = unix.Close(fd)
		return nil, &fs.PathError{Op: "bind", Path: s.Path, Err: err}
	}
	stream, err := newFileStream(os.NewFile(uintptr(fd), s.Path))
	if err != nil {
		return nil, err
	}
	stream.get = receiveDatagram
	named := &namedStream{Stream: datagrams{stream}, path: s.Path, owned: true}
	if named.info, err = share(s.Path); err != nil {
		_ = stream.Close()
		return nil, err
	}
	return named, nil
}

// share lets the group use the socket at a path. It does not follow a link that has replaced
// the socket.
func share(path string) (fs.FileInfo, error) {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	file := os.NewFile(uintptr(fd), path)
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return nil, fmt.Errorf("%s was replaced by another program", path)
	}
	// A descriptor of O_PATH has no fchmod(2); see open(2).
	return info, os.Chmod(fmt.Sprintf("/proc/self/fd/%d", fd), inputMode)
}

// clear removes a socket that no program reads any more.
func (s Socket) clear(address unix.Sockaddr) error {
	if _, err := os.Lstat(s.Path); err != nil {
		return nil // bind reports what matters
	}
	if err := expectType(s.Path, fs.ModeSocket, "a socket"); err != nil {
		return err
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	defer unix.Close(fd)
	switch err := unix.Connect(fd, address); err {
	case nil, unix.EPROTOTYPE: // the latter: a socket of another type, which a program reads
		return fmt.Errorf("%s: %w", s.Path, errInUse)
	case unix.ECONNREFUSED:
		return os.Remove(s.Path)
	default:
		return &fs.PathError{Op: "connect", Path: s.Path, Err: err}
	}
}

// datagrams marks chunks as datagrams.
type datagrams struct{ *fileStream }

func (d datagrams) Read(wait time.Duration) (Chunk, error) {
	c, err := d.fileStream.Read(wait)
	if err == io.EOF { // an empty datagram
		err = nil
	}
	c.Datagram = len(c.Bytes) > 0
	return c, err
}

// The control message of SO_TIMESTAMPNS_NEW is the same on 32- and 64-bit machines. From
// linux/time_types.h:
//
//	struct __kernel_timespec {
//		__kernel_time64_t tv_sec;   /* seconds */
//		long long         tv_nsec;  /* nanoseconds */
//	};
const stampSize = 16

// receiveDatagram reads a datagram and the kernel's stamp of it. The returned length may be
// greater than that of the buffer.
func receiveDatagram(fd int, buf []byte) (n int, sent int64, err error) {
	var control [64]byte
	n, length, _, _, err := unix.Recvmsg(fd, buf, control[:], unix.MSG_TRUNC)
	if err != nil {
		return 0, 0, err
	}
	return n, stampOf(control[:length]), nil
}

// stampOf returns the kernel's stamp in nanoseconds since 1970; 0 without one.
func stampOf(control []byte) int64 {
	messages, err := unix.ParseSocketControlMessage(control)
	if err != nil {
		return 0
	}
	for _, m := range messages {
		if m.Header.Level == unix.SOL_SOCKET && m.Header.Type == unix.SO_TIMESTAMPNS_NEW && len(m.Data) >= stampSize {
			return int64(binary.NativeEndian.Uint64(m.Data))*second + int64(binary.NativeEndian.Uint64(m.Data[8:]))
		}
	}
	return 0
}
