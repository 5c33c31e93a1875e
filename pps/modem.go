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

// signals has the bit of each signal in TIOCMGET and TIOCMIWAIT, and its count of changes
// in TIOCGICOUNT.
var signals = [...]struct {
	bit   int
	count func(icounts) int32
}{
	DCD: {unix.TIOCM_CD, func(c icounts) int32 { return c.dcd }},
	CTS: {unix.TIOCM_CTS, func(c icounts) int32 { return c.cts }},
	DSR: {unix.TIOCM_DSR, func(c icounts) int32 { return c.dsr }},
	RI:  {unix.TIOCM_RNG, func(c icounts) int32 { return c.rng }},
}

// icounts is the result of TIOCGICOUNT, from include/uapi/linux/serial.h:
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

// A Modem is a modem line of a serial port. The port reports that the line changed, and
// user space stamps the change when it is scheduled: the edges are coarse.
//
// A port that does not support reports of changes, such as that of some USB adapters, is
// polled, most often near the expected edge. The stamp of an edge is then the middle
// between two polls, and its Within is half the time between them. Polling takes under
// 1 % of a core and needs pulses of 5 ms or more. See Polled. A port that claims to
// support reports but never sends any looks like a receiver without a fix: use
// WithPolling for it.
//
// The kernel cannot cancel the wait for a change. All Modems of one signal share a thread
// that waits. After the last of them is closed, the thread keeps the port open and ends
// at the next change; a Modem opened before then uses it again. So at most one thread and
// one descriptor remain for each signal, even if a port is opened and closed often.
type Modem struct {
	name   string
	port   string
	signal Signal
	closed chan struct{}
	thread func() (leave func()) // see WithThread; may be nil

	watch   *modemWatch // nil if polled from the start
	edges   chan Edge
	numbers numbering

	mu   sync.Mutex // for startPolling beside Close
	poll *poller
	file *os.File // the polled port
}

// OpenModem watches a modem line of a serial port, such as "/dev/ttyS0". Other programs
// may use the port at the same time. If one has locked it (TIOCEXCL), open the Modem
// before that program or as root.
//
// Errors wrap fs.ErrNotExist, fs.ErrPermission, syscall.EBUSY or ErrNoModem, and explain
// what to do.
func OpenModem(port string, signal Signal, list ...Option) (*Modem, error) {
	m := &Modem{
		name: signal.String() + ":" + port, port: port, signal: signal,
		edges: make(chan Edge, 16), closed: make(chan struct{}),
	}
	options, err := collect(list), error(errNoReports)
	m.thread = options.thread
	if !options.polling {
		err = m.join()
	}
	if errors.Is(err, errNoReports) {
		err = m.startPolling()
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", m.name, explainModem(port, bare(err)))
	}
	return m, nil
}

// errNoReports means that the port has modem lines but does not report changes.
var errNoReports = errors.New("port does not report changes")

// join has the thread send changes to this Modem.
func (m *Modem) join() error {
	watch, last, err := joinWatch(m, m.port, m.signal)
	if err == nil {
		m.watch = watch
		m.numbers.see(last)
	}
	return err
}

// startPolling makes Next poll the port.
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

// openTTY opens a port beside other programs. The descriptor is not in the runtime's
// poller, which would wake up at every received byte.
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

// ttyFlags open a port. Without O_NONBLOCK, open would wait for DCD.
const ttyFlags = syscall.O_RDWR | syscall.O_NONBLOCK | syscall.O_NOCTTY | syscall.O_CLOEXEC

// modemLevel reads the level of a modem line.
func modemLevel(fd uintptr, signal Signal) (high bool, err error) {
	var bits int32
	err = ioctl(fd, unix.TIOCMGET, unsafe.Pointer(&bits))
	return int(bits)&signals[signal].bit != 0, err
}

// String returns the source, such as "dcd:/dev/ttyS0".
func (m *Modem) String() string { return m.name }

// Polled reports whether the line is polled. It may change to true before the first edge:
// some ports fail only when the wait begins.
func (m *Modem) Polled() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.poll != nil
}

// Missed returns the number of changes that the driver counted but the thread did not
// see, as with two edges very close together. If the line is polled, it is the number of
// edges that were found too late for a stamp.
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
		if errors.Is(err, errNoReports) {
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

// listen waits for an edge from the thread.
func (m *Modem) listen(ctx context.Context) (Edge, error) {
	select {
	case <-m.closed: // has priority over buffered edges
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

// Close stops watching. The thread continues for other Modems, else it ends at the next
// change.
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

// explainModem adds a hint to an error of a modem line.
func explainModem(port string, err error) error {
	switch {
	case errors.Is(err, syscall.ENOTTY), errors.Is(err, syscall.EINVAL):
		return fmt.Errorf("%w: %w; use a serial port whose driver has DCD, CTS, DSR and RI: "+
			"a UART or a USB adapter for RS-232, such as an FTDI, not a pseudo-terminal; most USB receivers have none", ErrNoModem, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w; ports usually belong to a group: sudo usermod -aG dialout $USER, then log in again", err)
	case errors.Is(err, syscall.EBUSY):
		return fmt.Errorf("%w: another program has locked the port; find it with: sudo fuser -v %s", err, port)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w; is the receiver plugged in? To list the ports: ls /dev/tty[SAU]*", err)
	}
	return explainFiles(err)
}
