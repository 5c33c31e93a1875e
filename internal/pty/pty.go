// Package pty opens a pseudo-terminal that behaves like a serial port: a program opens
// its name like /dev/ttyS0, and reads what is written here.
//
// It needs Linux, with /dev/ptmx.
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

// Open opens a pair whose slave is raw: no echo, no signals, no translation of CR and LF.
// It keeps the slave open: the kernel hangs up a master when the last reader closes, but
// a receiver does not notice its readers.
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

// open opens one end for the runtime's poller, so that Close can interrupt a read.
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

// control calls f with the descriptor of a file, which stays open during the call.
func control(file *os.File, f func(fd int) error) error {
	conn, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if conn.Control(func(fd uintptr) { failed = f(int(fd)) }) != nil {
		return os.ErrClosed // Control fails only for a closed file, with another error
	}
	return failed
}

// Name returns the name that a reader opens: /dev/pts/N.
func (p *Pty) Name() string { return p.slave.Name() }

// Write sends bytes to the reader and never blocks. Without a reader, the kernel's buffer
// is full after about 64 KB. Write then drops and counts bytes, like the overrun of a
// UART's FIFO. After Close it returns os.ErrClosed.
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

// Dropped returns how many bytes Write has dropped.
func (p *Pty) Dropped() int64 { return p.dropped.Load() }

// Read reads what the program at the other end has written, and blocks until there are
// bytes. After Close it returns os.ErrClosed.
func (p *Pty) Read(data []byte) (int, error) { return p.master.Read(data) }

// bauds are the rates of termios' codes, from asm-generic/termbits.h:
//
//	#define  B9600	0x0000000d
var bauds = map[uint32]int{
	unix.B4800: 4800, unix.B9600: 9600, unix.B19200: 19200, unix.B38400: 38400, unix.B57600: 57600,
	unix.B115200: 115200, unix.B230400: 230400, unix.B460800: 460800, unix.B921600: 921600,
}

// Baud returns the rate that the program at the other end has set; 0 for an unusual one.
// A pseudo-terminal carries bytes at every rate: one that simulates a wire has to garble
// those of another rate.
func (p *Pty) Baud() (baud int, err error) {
	err = control(p.slave, func(fd int) error {
		termios, err := unix.IoctlGetTermios(fd, unix.TCGETS)
		if err == nil {
			baud = bauds[termios.Cflag&unix.CBAUD]
		}
		return err
	})
	return baud, err
}

// Flush discards what was written and not yet read. Call it before a reader opens the
// port: a UART keeps nothing while its port is closed, but a pseudo-terminal would
// deliver minutes of stale sentences.
func (p *Pty) Flush() error {
	err := control(p.slave, func(fd int) error { return unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCIFLUSH) })
	if err != nil {
		return fmt.Errorf("pty: flush: %s: %w", p.Name(), err)
	}
	return nil
}

// Close unplugs the port: the name disappears, and a reader that has it open gets an end
// of file.
func (p *Pty) Close() error {
	// Closing the slave first would make a pending Read fail with EIO, not os.ErrClosed.
	return errors.Join(p.master.Close(), p.slave.Close())
}
