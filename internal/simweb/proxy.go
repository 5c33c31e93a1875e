package simweb

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Proxy forwards requests to the servers of a Web.
type Proxy struct {
	Web    Web
	Login  string // required USER:PASSWORD; empty for none
	SOCKS  bool   // SOCKS5; else HTTP
	Refuse bool   // answer with status 503 and the proxy's own clock
	Status string // answer with this instead, and with Field
	Field  string
	Offset time.Duration // of the proxy's clock
	Stamps bool          // answer each request with the Date of the proxy's clock
	Close  bool          // close the connection after each answer

	mu      sync.Mutex
	targets []string
}

// Targets returns the requested targets, in order.
func (p *Proxy) Targets() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.targets...)
}

func (p *Proxy) note(target string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.targets = append(p.targets, target)
}

// Serve serves a client.
func (p *Proxy) Serve(conn net.Conn) {
	defer conn.Close()
	if p.SOCKS {
		p.socks(conn)
		return
	}
	in := bufio.NewReader(conn)
	for {
		r, err := readRequest(in)
		if err != nil {
			return
		}
		p.note(r.Method + " " + r.Target)
		time.Sleep(time.Millisecond)
		if p.Login != "" && r.Fields["proxy-authorization"] != "Basic "+base64.StdEncoding.EncodeToString([]byte(p.Login)) {
			fmt.Fprintf(conn, "HTTP/1.1 407 Proxy Authentication Required\r\n%s\r\nContent-Length: 0\r\n\r\n", Date(time.Now()))
			continue
		}
		if p.Status != "" {
			field := p.Field
			if field != "" {
				field += "\r\n"
			}
			fmt.Fprintf(conn, "HTTP/1.1 %s\r\n%s\r\n%sContent-Length: 0\r\n\r\n", p.Status, Date(time.Now().Add(p.Offset)), field)
			continue
		}
		if p.Refuse {
			fmt.Fprintf(conn, "HTTP/1.1 503 Service Unavailable\r\n%s\r\nContent-Length: 0\r\n\r\n", Date(time.Now().Add(p.Offset)))
			continue
		}
		if p.Stamps {
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\n%s\r\nVia: 1.1 box\r\nContent-Length: 0\r\n\r\n", Date(time.Now().Add(p.Offset)))
			continue
		}
		if r.Method == "CONNECT" {
			server, err := p.Web.Dial(context.Background(), "tcp", r.Target)
			if err != nil {
				io.WriteString(conn, "HTTP/1.1 502 Bad Gateway\r\n\r\n")
				return
			}
			io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
			splice(conn, server)
			return
		}
		if err := p.forward(conn, r); err != nil || p.Close {
			return
		}
	}
}

// forward forwards one request over a new connection.
func (p *Proxy) forward(conn net.Conn, r Request) error {
	u, err := url.Parse(r.Target)
	if err != nil {
		return err
	}
	address := u.Host
	if u.Port() == "" {
		address = net.JoinHostPort(u.Hostname(), "80")
	}
	server, err := p.Web.Dial(context.Background(), "tcp", address)
	if err != nil {
		_, err = fmt.Fprintf(conn, "HTTP/1.1 502 Bad Gateway\r\n%s\r\nContent-Length: 0\r\n\r\n", Date(time.Now().Add(p.Offset)))
		return err
	}
	defer server.Close()
	if _, err := fmt.Fprintf(server, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", r.Method, u.RequestURI(), u.Host); err != nil {
		return err
	}
	var head strings.Builder
	for in := bufio.NewReader(server); ; {
		line, err := in.ReadString('\n')
		if err != nil {
			return err
		}
		if strings.TrimSpace(line) == "" {
			break
		}
		head.WriteString(line)
	}
	_, err = io.WriteString(conn, head.String()+"Via: 1.1 proxy\r\n\r\n")
	return err
}

// socks is the server side of RFC 1928 and RFC 1929.
func (p *Proxy) socks(conn net.Conn) {
	message := func(n int) []byte {
		b := make([]byte, n)
		if _, err := io.ReadFull(conn, b); err != nil {
			return make([]byte, n)
		}
		return b
	}
	methods := message(int(message(2)[1]))
	want := byte(0)
	if p.Login != "" {
		want = 2
	}
	if !strings.Contains(string(methods), string(rune(want))) {
		conn.Write([]byte{5, 0xff})
		return
	}
	conn.Write([]byte{5, want})
	if p.Login != "" {
		user := message(int(message(2)[1]))
		password := message(int(message(1)[0]))
		if string(user)+":"+string(password) != p.Login {
			conn.Write([]byte{1, 1})
			return
		}
		conn.Write([]byte{1, 0})
	}
	var name string
	switch request := message(4); request[3] { // version, connect, 0, address type
	case 1:
		name = net.IP(message(4)).String()
	case 3:
		name = string(message(int(message(1)[0])))
	case 4:
		name = net.IP(message(16)).String()
	}
	port := message(2)
	address := net.JoinHostPort(name, strconv.Itoa(int(port[0])<<8|int(port[1])))
	p.note(address)
	server, err := p.Web.Dial(context.Background(), "tcp", address)
	if err != nil {
		conn.Write([]byte{5, 4, 0, 1, 0, 0, 0, 0, 0, 0})
		return
	}
	conn.Write([]byte{5, 0, 0, 1, 127, 0, 0, 1, 0, 80})
	splice(conn, server)
}

func splice(a, b net.Conn) {
	done := make(chan struct{}, 2)
	pipe := func(to, from net.Conn) {
		io.Copy(to, from)
		to.Close()
		done <- struct{}{}
	}
	go pipe(a, b)
	go pipe(b, a)
	<-done
	<-done
}
