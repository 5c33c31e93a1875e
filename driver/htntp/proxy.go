package htntp

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/proxy"
)

// A Proxy is the way to the servers.
type Proxy struct {
	SOCKS    bool   // SOCKS5; otherwise HTTP
	Address  string // host:port
	User     string
	Password string
}

// ParseProxy parses HOST:PORT, http://HOST:PORT or socks5://HOST:PORT. USER:PASSWORD@ may
// precede the host, but is then visible in the list of processes.
func ParseProxy(text string) (*Proxy, error) {
	full := text
	if !strings.Contains(full, "://") {
		full = "http://" + full
	}
	u, err := url.Parse(full)
	if err != nil || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" {
		return nil, fmt.Errorf("proxy %q: expected HOST:PORT, such as 192.168.1.1:3128, or socks5://HOST:PORT", text)
	}
	p := &Proxy{}
	port := u.Port()
	switch u.Scheme {
	case "http":
		if port == "" {
			return nil, fmt.Errorf("proxy %q: expected a port, such as %s:3128", text, u.Hostname())
		}
	case "socks5", "socks5h":
		p.SOCKS = true
		if port == "" {
			port = "1080"
		}
	default:
		return nil, fmt.Errorf("proxy %q: expected http:// or socks5://, found %s://", text, u.Scheme)
	}
	p.Address = net.JoinHostPort(u.Hostname(), port)
	if u.User != nil {
		p.User = u.User.Username()
		p.Password, _ = u.User.Password()
	}
	return p, nil
}

// SetCredentials parses USER:PASSWORD.
func (p *Proxy) SetCredentials(text string) error {
	user, password, ok := strings.Cut(strings.TrimSpace(text), ":")
	if !ok || user == "" || strings.ContainsAny(text, "\x00") {
		return errors.New("proxy credentials: expected USER:PASSWORD on one line")
	}
	p.User, p.Password = user, password
	return nil
}

// authorization returns the header field with the credentials; "" if there are none.
func (p *Proxy) authorization() string {
	if p.User == "" {
		return ""
	}
	return "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(p.User+":"+p.Password)) + "\r\n"
}

// connect asks an HTTP proxy for a tunnel to the server (RFC 9110, section 9.3.6). It
// returns how long that took: at least a round trip to the server.
func (p *Proxy) connect(conn net.Conn, h Host, agent string) (time.Duration, error) {
	began := mono()
	request := "CONNECT " + h.address() + " HTTP/1.1\r\nHost: " + h.address() + "\r\nUser-Agent: " + agent + "\r\n" + p.authorization() + "\r\n"
	if _, err := io.WriteString(conn, request); err != nil {
		return 0, ErrProxy.with(err)
	}
	r, err := newHeadReader(conn).read()
	if err != nil {
		return 0, ErrProxy.with(err)
	}
	if r.status/100 != 2 {
		return 0, ErrProxy.because("status %d", r.status)
	}
	return time.Duration(mono() - began), nil
}

// socks asks a SOCKS5 proxy for a connection to the server. The proxy resolves the name. It
// returns how long that took: at least a round trip to the server.
func (p *Proxy) socks(ctx context.Context, conn net.Conn, h Host) (time.Duration, error) {
	var login *proxy.Auth
	if p.User != "" {
		login = &proxy.Auth{User: p.User, Password: p.Password}
	}
	began := mono()
	dialer, err := proxy.SOCKS5("tcp", p.Address, login, connected{conn})
	if err == nil {
		_, err = dialer.(proxy.ContextDialer).DialContext(ctx, "tcp", h.address())
	}
	if err != nil {
		return 0, ErrProxy.with(err)
	}
	return time.Duration(mono() - began), nil
}

// A connected is a dialer that returns its connection, whatever the address.
type connected struct{ conn net.Conn }

func (c connected) Dial(string, string) (net.Conn, error) { return c.conn, nil }

func (c connected) DialContext(context.Context, string, string) (net.Conn, error) {
	return c.conn, nil
}
