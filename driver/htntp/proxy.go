package htntp

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
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
		return nil, fmt.Errorf("proxy %q: expected HOST:PORT, such as 192.168.1.1:3128, or socks5://HOST:PORT", RedactURL(text))
	}
	p := &Proxy{}
	port := u.Port()
	switch u.Scheme {
	case "http":
		if port == "" {
			return nil, fmt.Errorf("proxy %q: expected a port, such as %s:3128", RedactURL(text), u.Hostname())
		}
	case "socks5", "socks5h":
		p.SOCKS = true
		if port == "" {
			port = "1080"
		}
	default:
		return nil, fmt.Errorf("proxy %q: expected http:// or socks5://, found %s://", RedactURL(text), u.Scheme)
	}
	if !validPort(port) {
		return nil, fmt.Errorf("proxy %q: expected a port from 1 to 65535", RedactURL(text))
	}
	p.Address = net.JoinHostPort(u.Hostname(), port)
	if u.User != nil {
		p.User = u.User.Username()
		p.Password, _ = u.User.Password()
	}
	return p, nil
}

// RedactURL returns the text of a server or a proxy, valid or not, without its password, or
// its login if it has no colon, for messages. A login without @ looks like a host with an invalid port.
func RedactURL(text string) string {
	scheme, rest := "", text
	if i := strings.Index(text, "://"); i >= 0 {
		scheme, rest = text[:i+3], text[i+3:]
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		user, _, ok := strings.Cut(rest[:at], ":")
		if !ok { // a token, say
			return scheme + hidden + rest[at:]
		}
		return scheme + user + ":" + hidden + rest[at:]
	}
	host, _, _ := strings.Cut(rest, "/")
	if colon := strings.LastIndexByte(host, ':'); colon >= 0 && !validPort(host[colon+1:]) && !strings.HasSuffix(host, "]") {
		return scheme + host[:colon+1] + hidden
	}
	return text
}

// hidden replaces a password, as in the standard library.
const hidden = "xxxxx"

func validPort(text string) bool {
	port, err := strconv.ParseUint(text, 10, 16)
	return err == nil && port > 0
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
		why := ErrProxy.advise(cmp.Or(proxyHint(r.status), ErrProxy.Hint))
		if r.refusal != nil {
			return 0, why.because("status %d, %.60q", r.status, r.refusal)
		}
		return 0, why.because("status %d", r.status)
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
		why := ErrProxy
		if strings.Contains(err.Error(), "authentication") {
			why = why.advise(proxyHint(407))
		}
		return 0, why.with(err)
	}
	return time.Duration(mono() - began), nil
}

// A connected is a dialer that returns its connection, whatever the address.
type connected struct{ conn net.Conn }

func (c connected) Dial(string, string) (net.Conn, error) { return c.conn, nil }

func (c connected) DialContext(context.Context, string, string) (net.Conn, error) {
	return c.conn, nil
}
