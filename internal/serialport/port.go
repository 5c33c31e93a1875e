package serialport

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"go.bug.st/serial"
)

// A Port is an open serial port. It is two descriptors of one tty: the library's,
// which sets the line and holds the lock, and one for reading, whose readiness is
// waited for once a read, so that bytes wake nobody who has not asked for them.
type Port struct {
	line  serial.Port
	file  *os.File
	ready *oneShot
	baud  int
}

// Open opens a port at 8N1 and drops what has piled up in it: nobody knows when
// those bytes came. The port is taken for this process alone, since a second
// reader would steal half the bytes. A pseudo-terminal will do.
//
// The error wraps fs.ErrNotExist, fs.ErrPermission or syscall.EBUSY where it is
// one of these, and says what to do.
func Open(device string, baud int) (*Port, error) {
	if err := CheckBaud(baud); err != nil {
		return nil, err
	}
	// First this one: the library locks the tty against any other open. Without
	// O_NONBLOCK the open would wait for a carrier that a receiver does not have.
	fd, err := syscall.Open(device, syscall.O_RDWR|syscall.O_NOCTTY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", device, explain(device, err))
	}
	// Blocking while os.File looks at it, which else would hand it to the runtime's
	// poller; afterwards not, lest a read hang where somebody has stolen the bytes.
	err = syscall.SetNonblock(fd, false)
	p := &Port{file: os.NewFile(uintptr(fd), device), baud: baud}
	if err = errors.Join(err, syscall.SetNonblock(fd, true)); err != nil {
		p.Close()
		return nil, fmt.Errorf("open %s: %w", device, err)
	}
	if err := p.setUp(device, fd, baud); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// setUp does the rest of Open.
func (p *Port) setUp(device string, fd, baud int) error {
	line, err := serial.Open(device, &serial.Mode{BaudRate: baud})
	if err != nil {
		return fmt.Errorf("open %s: %w", device, explain(device, err))
	}
	p.line = line
	lowLatency(fd)
	if p.ready, err = newOneShot(fd); err != nil {
		return fmt.Errorf("open %s: %w", device, err)
	}
	if err := line.ResetInputBuffer(); err != nil {
		return fmt.Errorf("flush %s: %w", device, err)
	}
	return nil
}

// Name is the name by which the port was opened.
func (p *Port) Name() string { return p.file.Name() }

// Baud is the rate at which bytes really travel; see [WireBaud].
func (p *Port) Baud() int { return WireBaud(p.Name(), p.baud) }

// SetBaud changes the rate, and drops what has come at another one.
func (p *Port) SetBaud(baud int) error {
	if err := CheckBaud(baud); err != nil {
		return err
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

// gone replaces what is said of a port that has gone.
func (p *Port) gone(err error) error {
	if errors.Is(err, syscall.EIO) || errors.Is(err, syscall.ENODEV) || errors.Is(err, syscall.ENXIO) {
		return io.EOF
	}
	return err
}

// SetReadTimeout sets how long each Read may wait from now on; 0 is for ever.
func (p *Port) SetReadTimeout(d time.Duration) error {
	p.ready.timeout = d
	return nil
}

// Read waits for bytes and returns those that have come. Where none came within
// the time-out, or another process got them, it returns 0 and no error; io.EOF
// says that the port has gone.
func (p *Port) Read(data []byte) (int, error) {
	switch err := p.ready.wait(); {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return 0, nil
	case err != nil:
		return 0, err
	}
	n, err := p.file.Read(data)
	if errors.Is(err, syscall.EAGAIN) { // another process was quicker
		err = nil
	}
	return n, p.gone(err) // a hung-up tty says EIO in place of the end
}

// Close closes the port; a Read that waits ends with os.ErrClosed.
func (p *Port) Close() error {
	var err error
	if p.ready != nil { // first of all, since it ends a Read
		err = p.ready.close()
	}
	if p.line != nil {
		err = errors.Join(err, p.line.Close())
	}
	return errors.Join(err, p.file.Close())
}
