package htntp

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"sync"
	"syscall"
	"time"
)

// connectTimeout is for a connection, including proxy and TLS.
const connectTimeout = 3 * time.Second

// A dialer connects to servers, directly or through a proxy, with or without TLS.
type dialer struct {
	proxy *Proxy
	roots *x509.CertPool
	agent string
	dial  func(ctx context.Context, network, address string) (net.Conn, error) // nil: the network
}

// A link is a connection to a server.
type link struct {
	conn        net.Conn
	reader      *headReader
	remote      string        // address and port of the server; empty behind a proxy
	cert        *certificate  // nil without TLS
	networkTrip time.Duration // round trip without the server; 0 if unknown
	used        bool          // has sent a request
}

// connect returns a link. It resolves the name each time.
func (d *dialer) connect(ctx context.Context, h Host) (*link, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	address := h.address()
	if d.proxy != nil {
		address = d.proxy.Address
	}
	conn, trip, err := d.open(ctx, address)
	if err != nil {
		return nil, ErrConnect.with(err)
	}
	l := &link{conn: conn, networkTrip: trip}
	if _, ok := conn.RemoteAddr().(*net.TCPAddr); ok && d.proxy == nil {
		l.remote = conn.RemoteAddr().String()
	}
	// Reads of the proxy or of TLS end with the context.
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	switch {
	case d.proxy == nil:
	case d.proxy.SOCKS:
		l.networkTrip, err = d.proxy.socks(ctx, conn, h)
	case h.Secure:
		l.networkTrip, err = d.proxy.connect(conn, h, d.agent)
	default:
		l.networkTrip = 0 // only the round trip to the proxy was measured
	}
	if err == nil && h.Secure {
		l.conn, l.cert, err = secure(ctx, conn, h, d.roots)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	l.reader = newHeadReader(l.conn)
	return l, nil
}

// open connects. It also returns how long connecting took without resolving the name: one
// round trip.
func (d *dialer) open(ctx context.Context, address string) (net.Conn, time.Duration, error) {
	if d.dial != nil {
		began := mono()
		conn, err := d.dial(ctx, "tcp", address)
		return conn, time.Duration(mono() - began), err
	}
	var mu sync.Mutex
	begun := map[string]int64{} // by address
	network := net.Dialer{ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		mu.Lock()
		defer mu.Unlock()
		begun[address] = mono()
		return nil
	}}
	conn, err := network.DialContext(ctx, "tcp", address)
	at := mono()
	if err != nil {
		return nil, 0, err
	}
	mu.Lock()
	defer mu.Unlock()
	began, ok := begun[conn.RemoteAddr().String()]
	if !ok {
		return conn, 0, nil
	}
	return conn, time.Duration(at - began), nil
}

// close closes the link. It may be nil.
func (l *link) close() {
	if l != nil {
		l.conn.Close()
	}
}

// isReason reports whether an error is or wraps a Reason.
func isReason(err error) bool {
	var r *Reason
	return errors.As(err, &r)
}
