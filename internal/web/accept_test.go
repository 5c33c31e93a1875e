package web

import (
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// A fullListener cannot accept for some time, since no descriptor is left.
type fullListener struct {
	net.Listener
	calls  int
	closed chan struct{}
	once   sync.Once
}

func (l *fullListener) Accept() (net.Conn, error) {
	select {
	case <-l.closed:
		return nil, net.ErrClosed
	default:
	}
	if l.calls++; l.calls > 10_000 {
		return nil, net.ErrClosed
	}
	return nil, &net.OpError{Op: "accept", Net: "unix", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
}

func (l *fullListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *fullListener) Addr() net.Addr {
	return &net.UnixAddr{Name: "/run/refclock/status.sock", Net: "unix"}
}

// Without descriptors, the status socket tries again, and does not occupy a processor.
func TestAcceptWithoutDescriptors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(nil, nil)
		l := &fullListener{closed: make(chan struct{})}
		s.ServeSocket(l)
		time.Sleep(time.Minute)
		synctest.Wait()
		if l.calls < 10 || l.calls > 200 {
			t.Errorf("%d calls of accept in a minute, want 10 to 200", l.calls)
		}
		s.Close()
	})
}
