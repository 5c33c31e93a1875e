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

// connectMost is how long a connection may take to make, TLS and proxies included.
const connectMost = 3 * time.Second

// A dialer connects to servers: directly or through a proxy, with or without TLS.
type dialer struct {
	proxy *Proxy
	roots *x509.CertPool
	agent string
	dial  func(ctx context.Context, network, address string) (net.Conn, error) // nil is the network
}

// A link is a connection to a server.
type link struct {
	conn   net.Conn
	reader *headReader
	cert   *certificate  // nil without TLS
	reach  time.Duration // to the server and back as the network takes it; 0 if that cannot be told
	used   bool          // for a request
}

// connect makes a link. Names are resolved here, each time anew.
func (d *dialer) connect(ctx context.Context, h Host) (*link, error) {
	ctx, cancel := context.WithTimeout(ctx, connectMost)
	defer cancel()
	address := h.address()
	if d.proxy != nil {
		address = d.proxy.Address
	}
	conn, reach, err := d.open(ctx, address)
	if err != nil {
		return nil, ErrConnect.with(err)
	}
	l := &link{conn: conn, reach: reach}
	// What a proxy or TLS still waits for ends with the context.
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	switch {
	case d.proxy == nil:
	case d.proxy.SOCKS:
		l.reach, err = d.proxy.socks(ctx, conn, h)
	case h.Secure:
		l.reach, err = d.proxy.connect(conn, h, d.agent)
	default:
		l.reach = 0 // a proxy that is asked for the page itself tells nothing of the way beyond it
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

// open connects, and tells how long the network took for it, without the resolving
// of the name: just one round trip.
func (d *dialer) open(ctx context.Context, address string) (net.Conn, time.Duration, error) {
	if d.dial != nil {
		began := mono()
		conn, err := d.dial(ctx, "tcp", address)
		return conn, time.Duration(mono() - began), err
	}
	var mu sync.Mutex
	begun := map[string]int64{} // of each address that is tried
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

// close ends the link.
func (l *link) close() {
	if l != nil {
		l.conn.Close()
	}
}

// isReason tells whether an error says already why a server is left out.
func isReason(err error) bool {
	var r *Reason
	return errors.As(err, &r)
}
