package serialport

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"go.bug.st/serial"
)

// A Port is an open serial port. It has two descriptors of one tty: the library's, which
// configures the line and holds the lock, and one for reading. A pollWait waits for the
// second, so that bytes wake the program only during a Read.
type Port struct {
	line  serial.Port
	file  *os.File
	ready *pollWait
	baud  int

	setting sync.Mutex // of the line: a descriptor must not be closed, and opened for another port, meanwhile
	closed  bool

	blocked *threadWait // in place of ready, see Block; else nil

	gather time.Duration // of the next Read; see Gather
	empty  int           // reads in a row that found no bytes in a readable port

	// Those of ready and file. Tests replace them.
	wait func(gather time.Duration) error
	read func([]byte) (int, error)
}

// Open opens a port at 8N1. It discards the bytes that the port has buffered, because
// their time of arrival is unknown. It locks the port for this process, because a second
// reader would consume some of the bytes. A pseudo-terminal also works.
//
// The error says what to do, and may wrap fs.ErrNotExist, fs.ErrPermission or
// syscall.EBUSY.
func Open(device string, baud int) (*Port, error) {
	if err := CheckBaud(baud); err != nil {
		return nil, err
	}
	// Before the library's open, which locks the tty against other opens. Without
	// O_NONBLOCK the open would wait for a carrier, which a receiver does not have.
	fd, err := syscall.Open(device, syscall.O_RDWR|syscall.O_NOCTTY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", device, explain(device, err))
	}
	// Blocking during os.NewFile, which would otherwise give it to the runtime's poller.
	// Nonblocking afterwards: a read must not hang if another process took the bytes.
	err = syscall.SetNonblock(fd, false)
	p := &Port{file: os.NewFile(uintptr(fd), device), baud: baud}
	if err = errors.Join(err, syscall.SetNonblock(fd, true), lock(fd)); err != nil {
		err = explain(device, err)
		p.Close()
		return nil, fmt.Errorf("open %s: %w", device, err)
	}
	if err := p.setUp(device, fd, baud); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// lock makes sure that no other refclock reads the port. The library's lock, TIOCEXCL,
// does not stop root. The lock ends when the port is closed.
func lock(fd int) error {
	err := syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return syscall.EBUSY
	}
	return nil // a file system without locks
}

// setUp configures the port for Open.
func (p *Port) setUp(device string, fd, baud int) error {
	line, err := serial.Open(device, &serial.Mode{BaudRate: baud})
	if err != nil {
		return fmt.Errorf("open %s: %w", device, explain(device, err))
	}
	p.line = line
	lowLatency(fd, serialControl)
	if p.ready, err = newPollWait(fd); err != nil {
		return fmt.Errorf("open %s: %w", device, explain(device, err))
	}
	raw, err := p.file.SyscallConn()
	if err != nil {
		return fmt.Errorf("open %s: %w", device, err)
	}
	p.wait, p.read = p.ready.wait, reader(raw)
	if err := line.ResetInputBuffer(); err != nil {
		return fmt.Errorf("flush %s: %w", device, err)
	}
	return nil
}

// Name returns the name with which the port was opened.
func (p *Port) Name() string { return p.file.Name() }

// Baud returns the baud rate on the wire; see [WireBaud].
func (p *Port) Baud() int { return WireBaud(p.Name(), p.baud) }

// SetBaud changes the rate, and discards the bytes received at the old rate. After Close, it returns
// os.ErrClosed.
func (p *Port) SetBaud(baud int) error {
	if err := CheckBaud(baud); err != nil {
		return err
	}
	p.setting.Lock()
	defer p.setting.Unlock()
	if p.closed {
		return fmt.Errorf("set %s to %d baud: %w", p.Name(), baud, os.ErrClosed)
	}
	if err := p.line.SetMode(&serial.Mode{BaudRate: baud}); err != nil {
		return fmt.Errorf("set %s to %d baud: %w", p.Name(), baud, p.gone(err))
	}
	p.baud = baud
	if err := p.line.ResetInputBuffer(); err != nil {
		return fmt.Errorf("flush %s: %w", p.Name(), p.gone(err))
	}
	return nil
}

// gone returns io.EOF for the errors of a port that was unplugged.
func (p *Port) gone(err error) error {
	if errors.Is(err, syscall.EIO) || errors.Is(err, syscall.ENODEV) || errors.Is(err, syscall.ENXIO) {
		return io.EOF
	}
	return err
}

// SetReadTimeout sets how long each later Read may wait; 0: no limit.
func (p *Port) SetReadTimeout(d time.Duration) error {
	p.ready.timeout = d
	return nil
}

// Gather makes the next Read wait d, during which bytes collect without waking the program. That
// Read then returns the bytes that have arrived, possibly none.
func (p *Port) Gather(d time.Duration) { p.gather = d }

// Read waits for bytes and returns those that have arrived. It returns 0 and no error
// after a timeout, or if another process took the bytes. It returns io.EOF if the port
// was unplugged.
func (p *Port) Read(data []byte) (int, error) {
	gather := p.gather
	p.gather = 0
	switch err := p.wait(gather); {
	case gather == 0 && errors.Is(err, os.ErrDeadlineExceeded):
		return 0, nil
	case err != nil && !errors.Is(err, os.ErrDeadlineExceeded):
		return 0, err
	}
	n, err := p.read(data)
	if gather > 0 && errors.Is(err, syscall.EAGAIN) {
		return 0, nil
	}
	if !errors.Is(err, syscall.EAGAIN) {
		p.empty = 0
		return n, p.gone(err) // a hung-up tty returns EIO
	}
	// Another process was quicker. If that repeats, the port or its driver is at fault, and
	// a loop without a pause would occupy a processor.
	if p.empty++; p.empty > fewEmpty {
		time.Sleep(emptyPause)
	}
	return n, nil
}

const (
	fewEmpty   = 3
	emptyPause = 10 * time.Millisecond // about ten bytes at 9600 baud
)

// Close closes the port. A waiting Read returns os.ErrClosed.
func (p *Port) Close() error {
	var err error
	if p.blocked != nil { // first, because it ends a Read
		err = p.blocked.close()
	}
	if p.ready != nil { // likewise
		err = errors.Join(err, p.ready.close())
	}
	p.setting.Lock()
	defer p.setting.Unlock()
	if p.closed = true; p.line != nil {
		err = errors.Join(err, p.line.Close())
	}
	return errors.Join(err, p.file.Close())
}
