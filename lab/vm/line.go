package main

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// A line is the wire to a serial port of the machine. Like a wire it does not wait: bytes
// that the machine does not read are lost.
type line struct {
	mu      sync.Mutex
	conn    *net.UnixConn
	raw     syscall.RawConn
	cut     bool
	sent    atomic.Int64
	dropped atomic.Int64
}

// backlog limits the bytes that are on their way to the machine. The kernel counts the whole
// buffer of each byte, so the limit is a few bytes. More would be stale when a program opens
// the port.
const backlog = 4096

func newLine(work, name string) (*line, error) {
	conn, err := dial(work, name)
	if err != nil {
		return nil, err
	}
	l := &line{conn: conn.(*net.UnixConn)}
	go io.Copy(io.Discard, conn) // ignore what the program sends to the receiver
	l.raw, err = l.conn.SyscallConn()
	return l, err
}

// Write sends bytes. It does not report lost bytes.
func (l *line) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut || l.queued() > backlog {
		l.dropped.Add(int64(len(p)))
		return len(p), nil
	}
	l.sent.Add(int64(len(p)))
	return l.conn.Write(p)
}

// queued returns how much QEMU has not read yet.
func (l *line) queued() (n int) {
	l.raw.Control(func(fd uintptr) { n, _ = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ) })
	return n
}

// setCut disconnects or reconnects the wire.
func (l *line) setCut(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
}
