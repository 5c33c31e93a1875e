// Package pty opens a pseudo-terminal that behaves as a serial port does: a program opens its name like /dev/ttyS0, and
// what is written here is what that program reads.
//
// Linux only; any kernel with /dev/ptmx.
package pty

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// A Pty is both ends of a pseudo-terminal. Its methods are safe for concurrent use.
type Pty struct {
	master  *os.File
	slave   *os.File
	dropped atomic.Int64
}

// Open opens a pair whose slave is raw: no echo, no signals, no translation of CR and LF. It keeps the slave open
// itself, for the kernel hangs a master up when the last reader closes, and a receiver does not notice its readers.
func Open() (*Pty, error) {
	master, err := open("/dev/ptmx")
	if err != nil {
		return nil, err
	}
	slave, err := openSlave(master)
	if err != nil {
		master.Close()
		return nil, err
	}
	return &Pty{master: master, slave: slave}, nil
}

// open opens one end for the runtime's poller, such that a read of it can be interrupted by Close.
func open(name string) (*os.File, error) {
	fd, err := unix.Open(name, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("pty: open: %s: %w", name, err)
	}
	return os.NewFile(uintptr(fd), name), nil
}

// openSlave unlocks the slave of master, opens it and makes it raw.
func openSlave(master *os.File) (*os.File, error) {
	var number uint32
	err := control(master, func(fd int) (err error) {
		if err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
			return err
		}
		number, err = unix.IoctlGetUint32(fd, unix.TIOCGPTN)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("pty: unlock: %s: %w", master.Name(), err)
	}
	slave, err := open(fmt.Sprintf("/dev/pts/%d", number))
	if err != nil {
		return nil, err
	}
	if err := control(slave, makeRaw); err != nil {
		slave.Close()
		return nil, fmt.Errorf("pty: raw mode: %s: %w", slave.Name(), err)
	}
	return slave, nil
}

// makeRaw is cfmakeraw(3).
func makeRaw(fd int) error {
	termios, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	termios.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	termios.Oflag &^= unix.OPOST
	termios.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	termios.Cflag = termios.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	termios.Cc[unix.VMIN], termios.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(fd, unix.TCSETS, termios)
}

// control calls f with the descriptor of a file, which cannot be closed and reused meanwhile.
func control(file *os.File, f func(fd int) error) error {
	conn, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if conn.Control(func(fd uintptr) { failed = f(int(fd)) }) != nil {
		return os.ErrClosed // Control fails for no other reason, but with an error of its own
	}
	return failed
}

// Name is what a reader opens: /dev/pts/N.
func (p *Pty) Name() string { return p.slave.Name() }

// Write sends bytes to whoever reads and never blocks. What the kernel has no room for, some 64 KB after nobody has
// read, is dropped and counted, as the FIFO of a UART overruns. The error is os.ErrClosed after Close.
func (p *Pty) Write(data []byte) (int, error) {
	taken := 0
	err := control(p.master, func(fd int) error {
		for taken < len(data) {
			n, err := unix.Write(fd, data[taken:])
			if err != nil {
				return err
			}
			taken += n
		}
		return nil
	})
	if err != nil && !errors.Is(err, unix.EAGAIN) {
		return taken, fmt.Errorf("pty: write: %s: %w", p.Name(), err)
	}
	p.dropped.Add(int64(len(data) - taken))
	return len(data), nil
}

// Dropped is how many bytes Write has had no room for.
func (p *Pty) Dropped() int64 { return p.dropped.Load() }

// Read reads what the program at the other end has written, and blocks until there is something. The error is
// os.ErrClosed after Close.
func (p *Pty) Read(data []byte) (int, error) { return p.master.Read(data) }

// Flush throws away what has been written and not yet read. Before a reader opens the port it stands for the UART, which
// keeps nothing for a port that is closed; a pseudo-terminal would hand out minutes of stale sentences.
func (p *Pty) Flush() error {
	err := control(p.slave, func(fd int) error { return unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCIFLUSH) })
	if err != nil {
		return fmt.Errorf("pty: flush: %s: %w", p.Name(), err)
	}
	return nil
}

// Close unplugs the port: the name is gone, and a reader that has it open sees the end of it.
func (p *Pty) Close() error {
	// The slave first would make a pending Read fail with EIO before it learns of the Close.
	return errors.Join(p.master.Close(), p.slave.Close())
}
