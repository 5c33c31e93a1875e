package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/refclock/refclock/internal/status"
)

// retryAfter is how long a port waits before it tries again to open.
const retryAfter = 10 * time.Second

// A port is the TCP port, which may have to wait until it is free.
type port struct {
	address string
	public  bool
	cancel  context.CancelFunc
	ended   chan struct{}

	mu    sync.Mutex // protects the fields below
	open  *endpoint
	at    string // where it is open
	fault string // why it is not open
}

// Listen answers on a TCP port, and no longer on another one; with "" on none. If the port
// cannot be opened, it tries again every 10 s, and the report has the reason: samples matter
// more than the page.
func (s *Server) Listen(address string, public bool) {
	s.mu.Lock()
	old := s.port
	if old != nil && old.address == address && old.public == public {
		s.mu.Unlock()
		return
	}
	s.port = nil
	s.mu.Unlock()
	if old != nil {
		old.stop(s)
	}
	if address == "" {
		return
	}
	ctx, cancel := context.WithCancel(s.ended)
	p := &port{address: address, public: public, cancel: cancel, ended: make(chan struct{})}
	s.mu.Lock()
	s.port = p
	s.mu.Unlock()
	if s.try(p) { // at once, so that the log of the start says whether it is open
		close(p.ended)
		return
	}
	go func() {
		defer close(p.ended)
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(retryAfter):
			}
			if s.try(p) {
				return
			}
		}
	}()
}

// stop closes the port.
func (p *port) stop(s *Server) {
	p.cancel()
	<-p.ended
	if e := p.open; e != nil {
		e.close()
		s.mu.Lock()
		delete(s.endpoints, e)
		s.mu.Unlock()
	}
}

// try opens the port, and reports whether it is open. It logs the first failure and the
// success after it.
func (s *Server) try(p *port) bool {
	listener, err := net.Listen("tcp", literal(p.address))
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		if p.fault == "" {
			s.log.Warn("the web page is not available; refclock tries again every 10 s", "listen", p.address, "error", err, "hint", hint(err, p.address))
		}
		p.fault = fmt.Sprintf("%v; %s", bare(err), hint(err, p.address))
		return false
	}
	e := &endpoint{public: p.public, most: maxViewers}
	if !s.serve(limit(listener, maxRemote, maxAddress), e) {
		return false
	}
	p.open, p.fault, p.at = e, "", listener.Addr().String()
	s.log.Info("the web page is available", "url", "http://"+p.at+"/")
	return true
}

// literal returns an address with an IP address in place of localhost. A lookup of the name
// may have to wait for a network.
func literal(address string) string {
	if host, port, err := net.SplitHostPort(address); err == nil && host == "localhost" {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return address
}

// bare returns an error without the operation and the address.
func bare(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err
	}
	return err
}

// hint returns what to do about an error of net.Listen.
func hint(err error, address string) string {
	_, number, _ := net.SplitHostPort(address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Sprintf("another program uses port %s: sudo ss -ltnp 'sport = :%s' shows it; stop it, or set another port", number, number)
	case errors.Is(err, syscall.EACCES):
		return "set a port of 1024 or above"
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return "this machine does not have the address now; ip address shows those that it has"
	}
	return "set another address"
}

// Status returns the state of the TCP port, or nil without one.
func (s *Server) Status() *status.Web {
	s.mu.Lock()
	p := s.port
	s.mu.Unlock()
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return &status.Web{Listen: cmp.Or(p.at, p.address), Open: p.open != nil, Error: p.fault}
}
