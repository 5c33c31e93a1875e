package web

import (
	"net"
	"net/netip"
	"sync"
)

// A limited listener accepts a limited number of connections at a time. Others wait in the
// kernel's queue. From one address other than loopback it accepts fewer, and closes the others.
type limited struct {
	net.Listener
	free   chan struct{}
	closed chan struct{}
	once   sync.Once

	mu   sync.Mutex // protects from
	from map[netip.Addr]int
	each int
}

func limit(listener net.Listener, all, each int) *limited {
	l := &limited{Listener: listener, free: make(chan struct{}, all), closed: make(chan struct{}), from: map[netip.Addr]int{}, each: each}
	for range all {
		l.free <- struct{}{}
	}
	return l
}

func (l *limited) Accept() (net.Conn, error) {
	for {
		select {
		case <-l.free:
		case <-l.closed:
			return nil, net.ErrClosed
		}
		conn, err := l.Listener.Accept()
		if err != nil {
			l.free <- struct{}{}
			return nil, err
		}
		address := remote(conn)
		if l.enter(address) {
			return &limitedConn{Conn: conn, leave: func() { l.leave(address); l.free <- struct{}{} }}, nil
		}
		conn.Close()
		l.free <- struct{}{}
	}
}

func (l *limited) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// remote returns the address of a client on another machine, or the zero Addr.
func remote(conn net.Conn) netip.Addr {
	tcp, ok := conn.RemoteAddr().(*net.TCPAddr)
	if !ok || tcp.IP.IsLoopback() {
		return netip.Addr{}
	}
	return tcp.AddrPort().Addr().Unmap().WithZone("")
}

func (l *limited) enter(a netip.Addr) bool {
	if !a.IsValid() {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.from[a] >= l.each {
		return false
	}
	l.from[a]++
	return true
}

func (l *limited) leave(a netip.Addr) {
	if !a.IsValid() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.from[a]--; l.from[a] == 0 {
		delete(l.from, a)
	}
}

// A limitedConn gives its place back when it is closed.
type limitedConn struct {
	net.Conn
	once  sync.Once
	leave func()
}

func (c *limitedConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.leave)
	return err
}
