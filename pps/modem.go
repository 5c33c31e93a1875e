//go:build linux

package pps

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"golang.org/x/sys/unix"
)

// signals tells the bit of each signal in TIOCMGET and TIOCMIWAIT, and which of
// TIOCGICOUNT's numbers counts its changes.
//
//	struct serial_icounter_struct {
//		int cts, dsr, rng, dcd;
//		int rx, tx;
//		int frame, overrun, parity, brk;
//		int buf_overrun;
//		int reserved[9];	/* 20 ints together */
//	};
var signals = [...]struct {
	bit   int
	count int
}{
	DCD: {unix.TIOCM_CD, 3},
	CTS: {unix.TIOCM_CTS, 0},
	DSR: {unix.TIOCM_DSR, 1},
	RI:  {unix.TIOCM_RNG, 2},
}

// icounts is struct serial_icounter_struct.
type icounts [20]int32

// A Modem is a modem line of a serial port. The port tells that the line has
// changed, and user space stamps it when it comes to run: the edges are coarse.
//
// The kernel does not let the wait for a change be cancelled. It is done by a
// thread that all the Modems of one signal share. After the last of them is closed
// the thread ends with the next change, and holds the port open until then; a
// Modem opened meanwhile takes it over. So however often a port is opened and
// closed, at most one thread and one descriptor are left for each signal.
type Modem struct {
	name    string
	watch   *modemWatch
	edges   chan Edge
	closed  chan struct{}
	numbers numbering
}

// OpenModem watches a modem line of a serial port, such as "/dev/ttyS0". Others may
// use the port at the same time; it is opened beside them, unless they have locked
// it (TIOCEXCL): then open the Modem first, or as root.
//
// Errors wrap fs.ErrNotExist, fs.ErrPermission, syscall.EBUSY or ErrNoModem, and
// say what to do.
func OpenModem(port string, signal Signal) (*Modem, error) {
	name := signal.String() + ":" + port
	m := &Modem{name: name, edges: make(chan Edge, 16), closed: make(chan struct{})}
	watch, last, err := joinWatch(m, port, signal)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, explainModem(port, bare(err)))
	}
	m.watch = watch
	m.numbers.see(last)
	return m, nil
}

// String is the source, such as "dcd:/dev/ttyS0".
func (m *Modem) String() string { return m.name }

// Missed counts the changes that the driver has counted and the thread was not
// there for, as with two edges that are very near to each other.
func (m *Modem) Missed() uint64 { return m.numbers.missed }

// Next waits for the next edge; see [Source].
func (m *Modem) Next(ctx context.Context) (Edge, error) {
	select {
	case edge := <-m.edges:
		m.numbers.see(edge.Seq)
		return edge, nil
	case <-m.closed:
		return Edge{}, failed("read", m.name, ErrClosed)
	case <-m.watch.done:
		return Edge{}, failed("read", m.name, explainModem(m.name, m.watch.err))
	case <-ctx.Done():
		return Edge{}, ctx.Err()
	}
}

// Close leaves the thread to the other Modems, or to its end.
func (m *Modem) Close() error {
	if m.watch.leave(m) {
		close(m.closed)
	}
	return nil
}

// explainModem adds to an error of a modem line what to do about it.
func explainModem(port string, err error) error {
	switch {
	case errors.Is(err, syscall.ENOTTY), errors.Is(err, syscall.EINVAL):
		return fmt.Errorf("%w: %w; expected a serial port whose driver tells of changes of DCD, CTS, DSR and RI: "+
			"a UART or an FTDI adapter does, a pseudo-terminal and most USB receivers do not", ErrNoModem, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w; ports mostly belong to a group: sudo usermod -aG dialout $USER, then log in again", err)
	case errors.Is(err, syscall.EBUSY):
		return fmt.Errorf("%w: another program has locked it; find it with: sudo fuser -v %s", err, port)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w; `ls /dev/tty[SAU]*` lists the ports; is the receiver plugged in?", err)
	}
	return err
}
