//go:build linux

package pps

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// signals tells the bit of each signal in TIOCMGET and TIOCMIWAIT, and which of
// TIOCGICOUNT's numbers counts its changes.
var signals = [...]struct {
	bit   int
	count func(icounts) int32
}{
	DCD: {unix.TIOCM_CD, func(c icounts) int32 { return c.dcd }},
	CTS: {unix.TIOCM_CTS, func(c icounts) int32 { return c.cts }},
	DSR: {unix.TIOCM_DSR, func(c icounts) int32 { return c.dsr }},
	RI:  {unix.TIOCM_RNG, func(c icounts) int32 { return c.rng }},
}

// icounts is what TIOCGICOUNT fills in, from include/uapi/linux/serial.h:
//
//	struct serial_icounter_struct {
//		int cts, dsr, rng, dcd;
//		int rx, tx;
//		int frame, overrun, parity, brk;
//		int buf_overrun;
//		int reserved[9];
//	};
type icounts struct {
	cts, dsr, rng, dcd int32
	_                  [7]int32
	_                  [9]int32 // reserved
}

// A Modem is a modem line of a serial port. The port tells that the line has
// changed, and user space stamps it when it comes to run: the edges are coarse.
//
// A port that refuses to tell of changes, such as that of some USB adapters, is
// polled: its line is looked at more and more often as its next edge comes near. An
// edge is then stamped with the middle between two looks, and its Within is half
// the time between them. It takes under 1 % of a core, and pulses of 5 ms or more.
// This is chosen without asking since the port's refusal leaves no doubt, and there
// is nothing else to choose; Polled tells. A port that does not refuse and yet never
// tells cannot be told from a receiver without a fix: for that one there is
// WithPolling.
//
// The kernel does not let the wait for a change be cancelled. It is done by a
// thread that all the Modems of one signal share. After the last of them is closed
// the thread ends with the next change, and holds the port open until then; a
// Modem opened meanwhile takes it over. So however often a port is opened and
// closed, at most one thread and one descriptor are left for each signal.
type Modem struct {
	name   string
	port   string
	signal Signal
	closed chan struct{}

	watch   *modemWatch // nil where it is polled from the beginning
	edges   chan Edge
	numbers numbering

	mu   sync.Mutex // for polling to begin beside Close
	poll *poller
	file *os.File // that is polled
}

// OpenModem watches a modem line of a serial port, such as "/dev/ttyS0". Others may
// use the port at the same time; it is opened beside them, unless they have locked
// it (TIOCEXCL): then open the Modem first, or as root.
//
// Errors wrap fs.ErrNotExist, fs.ErrPermission, syscall.EBUSY or ErrNoModem, and
// say what to do.
func OpenModem(port string, signal Signal, list ...Option) (*Modem, error) {
	m := &Modem{
		name: signal.String() + ":" + port, port: port, signal: signal,
		edges: make(chan Edge, 16), closed: make(chan struct{}),
	}
	err := error(errSilent)
	if !collect(list).polling {
		err = m.join()
	}
	if errors.Is(err, errSilent) {
		err = m.startPolling()
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", m.name, explainModem(port, bare(err)))
	}
	return m, nil
}

// errSilent: the port has modem lines and refuses to tell when they change.
var errSilent = errors.New("the port does not tell of changes")

// join has the thread tell this Modem of changes.
func (m *Modem) join() error {
	watch, last, err := joinWatch(m, m.port, m.signal)
	if err == nil {
		m.watch = watch
		m.numbers.see(last)
	}
	return err
}

// startPolling has Next poll the port.
func (m *Modem) startPolling() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	select {
	case <-m.closed:
		return ErrClosed
	default:
	}
	file, err := openTTY(m.port)
	if err != nil {
		return err
	}
	raw, err := file.SyscallConn()
	if err == nil {
		level := func() (high bool, err error) {
			if raw.Control(func(fd uintptr) { high, err = modemLevel(fd, m.signal) }) != nil {
				err = ErrClosed
			}
			return high, err
		}
		if _, err = level(); err == nil {
			mute(file.Fd())
			m.file, m.poll = file, newPoller(level, m.closed)
			return nil
		}
	}
	file.Close()
	return err
}

// openTTY opens a port beside others. The descriptor is kept from the runtime's
// poller, which every byte that comes in would wake.
func openTTY(port string) (*os.File, error) {
	fd, err := syscall.Open(port, ttyFlags, 0)
	if err == nil {
		err = syscall.SetNonblock(fd, false)
	}
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), port), nil
}

// ttyFlags open a port. Without O_NONBLOCK the open would wait for DCD itself.
const ttyFlags = syscall.O_RDWR | syscall.O_NONBLOCK | syscall.O_NOCTTY | syscall.O_CLOEXEC

// modemLevel reads the level of a modem line.
func modemLevel(fd uintptr, signal Signal) (high bool, err error) {
	var bits int32
	err = ioctl(fd, unix.TIOCMGET, unsafe.Pointer(&bits))
	return int(bits)&signals[signal].bit != 0, err
}

// String is the source, such as "dcd:/dev/ttyS0".
func (m *Modem) String() string { return m.name }

// Polled tells whether the line is polled. A port may refuse only when it is asked
// to wait, so that it is not certain before the first edge.
func (m *Modem) Polled() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.poll != nil
}

// Missed counts the changes that the driver has counted and the thread was not
// there for, as with two edges that are very near to each other. Where the line is
// polled, it counts those that were found too late to be stamped.
func (m *Modem) Missed() uint64 {
	if m.poll != nil {
		return m.numbers.missed + m.poll.missed
	}
	return m.numbers.missed
}

// Next waits for the next edge; see [Source].
func (m *Modem) Next(ctx context.Context) (Edge, error) {
	if m.poll == nil {
		edge, err := m.listen(ctx)
		if errors.Is(err, errSilent) {
			err = m.startPolling()
		} else if err == nil {
			return edge, nil
		}
		if err != nil {
			return Edge{}, failed("read", m.name, explainModem(m.port, bare(err)))
		}
	}
	edge, err := m.poll.next(ctx)
	if err != nil {
		return Edge{}, failed("read", m.name, err)
	}
	return edge, nil
}

// listen waits for what the thread tells.
func (m *Modem) listen(ctx context.Context) (Edge, error) {
	select {
	case <-m.closed: // before what may still be there
		return Edge{}, ErrClosed
	default:
	}
	select {
	case edge := <-m.edges:
		m.numbers.see(edge.Seq)
		return edge, nil
	case <-m.closed:
		return Edge{}, ErrClosed
	case <-m.watch.done:
		return Edge{}, m.watch.err
	case <-ctx.Done():
		return Edge{}, ctx.Err()
	}
}

// Close leaves the thread to the other Modems, or to its end.
func (m *Modem) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	select {
	case <-m.closed:
		return nil
	default:
	}
	close(m.closed)
	if m.watch != nil {
		m.watch.leave(m)
	}
	if m.file == nil {
		return nil
	}
	if err := m.file.Close(); err != nil {
		return fmt.Errorf("close %s: %w", m.name, err)
	}
	return nil
}

// explainModem adds to an error of a modem line what to do about it.
func explainModem(port string, err error) error {
	switch {
	case errors.Is(err, syscall.ENOTTY), errors.Is(err, syscall.EINVAL):
		return fmt.Errorf("%w: %w; expected a serial port whose driver knows DCD, CTS, DSR and RI: "+
			"a UART or a USB adapter for them, such as an FTDI, does, a pseudo-terminal and most USB receivers do not", ErrNoModem, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w; ports mostly belong to a group: sudo usermod -aG dialout $USER, then log in again", err)
	case errors.Is(err, syscall.EBUSY):
		return fmt.Errorf("%w: another program has locked it; find it with: sudo fuser -v %s", err, port)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w; `ls /dev/tty[SAU]*` lists the ports; is the receiver plugged in?", err)
	}
	return err
}
