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

// SocketLayout is what the datagrams look like of a daemon whose units have that layout,
// which tells the width of its time_t; 0 tells nothing.
func SocketLayout(unit shm.Layout) (sock.Layout, error) {
	if unit == 0 {
		return sock.DefaultLayout(), nil
	}
	return sock.LayoutOfTime(8 * unit.Width(shm.FieldClockTimeStampSec))
}

// A socketSink sends samples to a socket. A consumer that starts again has them
// with the next one.
type socketSink struct {
	socket Socket
	teller Teller
	last   error // what the last sending came to
}

func newSocketSink(socket Socket, log *slog.Logger) *socketSink {
	k := &socketSink{socket: socket}
	if log != nil {
		k.teller.Log = log.With("into", "socket")
	}
	k.teller.set(State{}) // nobody can tell before a sample is sent
	return k
}

// put sends no precision, for which a datagram has no field.
func (k *socketSink) put(s Sample, _ int, _ bool) (bool, error) {
	if s.Leap == shm.LeapNotInSync {
		return false, fmt.Errorf("socket: leap %v: %w", s.Leap, sock.ErrRange)
	}
	err := k.socket.Send(sock.Sample{Clock: time.Unix(0, s.Clock), Receive: time.Unix(0, s.Receive), Leap: sock.Leap(s.Leap)})
	if errors.Is(err, sock.ErrRange) {
		return false, err
	}
	if err != k.last {
		k.last = err
		k.teller.Tell(socketState(err))
	}
	return err == nil, nil
}

// socketState says what somebody can do about an error of sending.
func socketState(err error) State {
	if err == nil {
		return State{}
	}
	s := State{Reason: "no socket", Detail: err.Error(), Cure: "see the message; refclock goes on trying each second"}
	switch {
	case errors.Is(err, sock.ErrAbsent):
		s.Cure = "start the time daemon, with \"refclock SOCK\" and this path in chrony.conf: it creates the socket"
	case errors.Is(err, sock.ErrFull):
		s.Reason, s.Cure = "socket full", "look whether the time daemon still runs: it has the socket open and does not read it"
	case errors.Is(err, sock.ErrNoSocket):
		s.Cure = "give the path that stands in chrony.conf behind \"refclock SOCK\"; something else is at this one"
	case errors.Is(err, fs.ErrPermission):
		s.Cure = "run refclock as root, for whom alone chronyd makes its sockets, or have chrony.service give them to its group: /usr/share/doc/refclock/chrony.md tells how"
	}
	return s
}

// withdraw does nothing: a sample that was sent is the consumer's.
func (k *socketSink) withdraw() error   { return nil }
func (k *socketSink) state() State      { return k.teller.State() }
func (k *socketSink) changes() []Change { return k.teller.Changes() }
