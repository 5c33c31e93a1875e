package main

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// A line is the wire to a serial port of the machine. Like a wire it waits for
// nobody: what the machine does not take is lost.
type line struct {
	mu      sync.Mutex
	conn    *net.UnixConn
	raw     syscall.RawConn
	cut     bool
	sent    atomic.Int64
	dropped atomic.Int64
}

// backlog is how much may lie between here and the machine. The kernel counts the
// whole buffer that holds a byte, so it is a handful of bytes; more would be stale
// when a program opens its port.
const backlog = 4096

func newLine(work, name string) (*line, error) {
	conn, err := dial(work, name)
	if err != nil {
		return nil, err
	}
	l := &line{conn: conn.(*net.UnixConn)}
	go io.Copy(io.Discard, conn) // what the program says to the receiver
	l.raw, err = l.conn.SyscallConn()
	return l, err
}

// Write sends bytes; it does not tell how many were lost.
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

// queued is how much QEMU has not taken yet.
func (l *line) queued() (n int) {
	l.raw.Control(func(fd uintptr) { n, _ = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ) })
	return n
}

// setCut takes the wire away, or puts it back.
func (l *line) setCut(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
}
