package driver

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/refclock/refclock/shm"
	"github.com/refclock/refclock/sock"
)

// A Socket takes samples as datagrams: *sock.Sender, or a stand-in for tests.
type Socket interface {
	Send(sock.Sample) error
}

// SocketLayout returns the layout of datagrams for a daemon whose units have this layout,
// which shows the width of its time_t. With 0 it returns the machine's default.
func SocketLayout(unit shm.Layout) (sock.Layout, error) {
	if unit == 0 {
		return sock.DefaultLayout(), nil
	}
	return sock.LayoutOfTime(8 * unit.Width(shm.FieldClockTimeStampSec))
}

// A socketTarget sends samples to a socket. A consumer that restarts gets the next one.
type socketTarget struct {
	Reporter
	socket Socket
	last   error // of the last sample
}

func newSocketTarget(socket Socket, log *slog.Logger) *socketTarget {
	k := &socketTarget{socket: socket}
	k.Log = log.With("target", "socket")
	k.store(State{}) // whether a daemon listens shows with the first sample
	return k
}

// put sends no precision: the datagram has no field for it.
func (k *socketTarget) put(s Sample, _ int, _ bool) (bool, error) {
	if s.Leap == shm.LeapNotInSync {
		return false, fmt.Errorf("socket: leap %v: %w", s.Leap, sock.ErrRange)
	}
	err := k.socket.Send(sock.Sample{Clock: time.Unix(0, s.Clock), Receive: time.Unix(0, s.Receive), Leap: sock.Leap(s.Leap)})
	if errors.Is(err, sock.ErrRange) {
		return false, err
	}
	if err != k.last {
		k.last = err
		k.SetState(socketState(err))
	}
	return err == nil, nil
}

// socketState returns the state after an error of sending.
func socketState(err error) State {
	if err == nil {
		return State{}
	}
	s := State{Reason: "no socket", Detail: err.Error(), Hint: "check the path and its folder with ls -ld; refclock tries again each second"}
	switch {
	case errors.Is(err, sock.ErrAbsent):
		s.Hint = "start the time daemon, with \"refclock SOCK\" and this path in chrony.conf: it creates the socket"
	case errors.Is(err, sock.ErrFull):
		s.Reason, s.Hint = "socket full", "check whether the time daemon still runs: it has the socket open and does not read it"
	case errors.Is(err, sock.ErrNoSocket):
		s.Hint = "use the path after \"refclock SOCK\" in chrony.conf: this one is not a socket"
	case errors.Is(err, fs.ErrPermission):
		s.Hint = "run refclock as root, since chronyd makes its sockets for root only, or let chrony.service give its group access: see /usr/share/doc/refclock/chrony.md"
	}
	return s
}

// look finds nothing: other producers of a socket are not visible.
func (k *socketTarget) look() bool { return false }

// withdraw does nothing: a sample that was sent cannot be taken back.
func (k *socketTarget) withdraw() error { return nil }

// counters returns nothing: no consumer acknowledges a datagram.
func (k *socketTarget) counters() shm.Counters { return shm.Counters{} }
