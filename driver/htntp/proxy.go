package htntp

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A Proxy stands between this machine and the servers.
type Proxy struct {
	SOCKS    bool   // SOCKS5; else HTTP
	Address  string // host:port
	User     string
	Password string
}

// ParseProxy reads HOST:PORT, http://HOST:PORT or socks5://HOST:PORT; with
// USER:PASSWORD@ before the host, if they may be seen in the list of processes.
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
			return nil, fmt.Errorf("proxy %q: expected its port too, such as %s:3128", text, u.Hostname())
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

// SetCredentials takes USER:PASSWORD.
func (p *Proxy) SetCredentials(text string) error {
	user, password, ok := strings.Cut(strings.TrimSpace(text), ":")
	if !ok || user == "" || strings.ContainsAny(text, "\x00") {
		return errors.New("proxy credentials: expected USER:PASSWORD on one line")
	}
	p.User, p.Password = user, password
	return nil
}

// authorization is the header field that an HTTP proxy may want, or nothing.
func (p *Proxy) authorization() string {
	if p.User == "" {
		return ""
	}
	return "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(p.User+":"+p.Password)) + "\r\n"
}

// connect asks an HTTP proxy for a tunnel to the server (RFC 9110, section 9.3.6).
// How long that took is how long a way to the server and back takes, or more.
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
		return 0, ErrProxy.because("it answers %d", r.status)
	}
	return time.Duration(mono() - began), nil
}

// The types of addresses in SOCKS5 (RFC 1928, section 5).
const (
	socksIPv4 = 1
	socksName = 3
	socksIPv6 = 4
)

// socksAddress is a server's name or literal address, after its type.
func socksAddress(name string) []byte {
	a, err := netip.ParseAddr(name)
	switch {
	case err != nil, a.Zone() != "": // a zone means nothing to another machine
		return append([]byte{socksName, byte(len(name))}, name...)
	case a.Is4():
		return append([]byte{socksIPv4}, a.AsSlice()...)
	}
	return append([]byte{socksIPv6}, a.AsSlice()...)
}

// socks asks a SOCKS5 proxy for a connection (RFC 1928), with a password if there is
// one (RFC 1929). A name is resolved by the proxy.
func (p *Proxy) socks(conn net.Conn, h Host) (time.Duration, error) {
	const (
		version   = 5
		noMethod  = 0xff
		noLogin   = 0
		login     = 2
		connect   = 1
		succeeded = 0
	)
	began := mono()
	port, err := strconv.ParseUint(h.Port, 10, 16)
	if err != nil || len(h.Name) > 255 || len(p.User) > 255 || len(p.Password) > 255 {
		return 0, ErrProxy.because("a name, a password or the port %s is too long for it", h.Port)
	}
	method := byte(noLogin)
	if p.User != "" {
		method = login
	}
	answer, err := converse(conn, []byte{version, 1, method}, 2)
	if err != nil {
		return 0, err
	}
	if answer[0] != version || answer[1] == noMethod || answer[1] != method {
		return 0, ErrProxy.because("it is no SOCKS5 proxy, or wants another login: % x", answer)
	}
	if method == login {
		request := append([]byte{1, byte(len(p.User))}, p.User...)
		request = append(append(request, byte(len(p.Password))), p.Password...)
		if answer, err = converse(conn, request, 2); err != nil {
			return 0, err
		}
		if answer[1] != succeeded {
			return 0, ErrProxy.because("it refuses the password")
		}
	}
	request := append([]byte{version, connect, 0}, socksAddress(h.Name)...)
	if answer, err = converse(conn, append(request, byte(port>>8), byte(port)), 5); err != nil {
		return 0, err
	}
	if answer[0] != version || answer[1] != succeeded {
		return 0, ErrProxy.because("it cannot connect, SOCKS5 reply %d", answer[1])
	}
	// The address that it connected from follows, of which one byte has been read.
	var rest int
	switch kind := answer[3]; kind {
	case socksIPv4:
		rest = 4 - 1
	case socksName:
		rest = int(answer[4])
	case socksIPv6:
		rest = 16 - 1
	default:
		return 0, ErrProxy.because("it answers with an address of type %d, which SOCKS5 has not", kind)
	}
	if _, err := converse(conn, nil, rest+2); err != nil {
		return 0, err
	}
	return time.Duration(mono() - began), nil
}

// converse sends a message and reads an answer of so many bytes.
func converse(conn net.Conn, message []byte, size int) ([]byte, error) {
	if len(message) > 0 {
		if _, err := conn.Write(message); err != nil {
			return nil, ErrProxy.with(err)
		}
	}
	answer := make([]byte, size)
	if _, err := io.ReadFull(conn, answer); err != nil {
		return nil, ErrProxy.with(err)
	}
	return answer, nil
}
