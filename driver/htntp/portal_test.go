package htntp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/simweb"
)

// askAll asks three or more servers, each with its fault, over http or, for a name that begins
// with https://, without a fault and with a certificate.
func askAll(t *testing.T, proxy *simweb.Proxy, names []string, faults ...simweb.Fault) (Verdict, error) {
	t.Helper()
	web := simweb.Web{}
	authority, err := simweb.NewAuthority(bubbleBuild)
	if err != nil {
		t.Fatal(err)
	}
	config := Config{Hosts: hosts(t, names...), Dial: web.Dial, Since: bubbleBuild, Roots: authority.Pool()}
	for i, h := range config.Hosts {
		s := good()
		s.Fault = faults[i]
		if h.Secure {
			if s.Certificate, err = authority.Issue(h.Name, bubbleBuild, bubbleBuild.AddDate(1, 0, 0)); err != nil {
				t.Fatal(err)
			}
		}
		web[h.address()] = s
	}
	if proxy != nil {
		proxy.Web = web
		config.Dial, config.Proxy = simweb.Web{"proxy.example:3128": proxy}.Dial, &Proxy{Address: "proxy.example:3128"}
	}
	e, err := NewEngine(config)
	if err != nil {
		t.Fatal(err)
	}
	return e.Ask(t.Context())
}

func TestCaptivePortal(t *testing.T) {
	to := func(url string) simweb.Fault { return simweb.Status("302 Found", "Location: "+url) }
	plain := []string{"http://a.example", "http://b.example", "http://c.example"}
	for _, c := range []struct {
		name   string
		names  []string
		faults []simweb.Fault
		portal bool
	}{
		{"one page", plain, []simweb.Fault{to("http://10.0.0.1:9/login"), to("http://10.0.0.1:9/login"), to("http://10.0.0.1:9/login")}, true},
		{"one host with the name asked for", plain, []simweb.Fault{to("https://login.example/?for=a"), to("https://LOGIN.example/?for=b"), to("//login.example/?for=c")}, true},
		{"with 307", plain, []simweb.Fault{simweb.Status("307 Temporary Redirect", "Location: http://10.0.0.1/"), to("http://10.0.0.1/"), to("http://10.0.0.1/")}, true},
		{"511", plain, []simweb.Fault{simweb.Status("511 Network Authentication Required"), simweb.Status("511 Network Authentication Required"), simweb.Status("511 Network Authentication Required")}, true},
		{"two of three", plain, []simweb.Fault{to("http://10.0.0.1/"), to("http://10.0.0.1/"), nil}, true},
		{"a majority without them", []string{"http://a.example", "http://b.example", "http://c.example", "http://d.example", "http://e.example"},
			[]simweb.Fault{to("http://10.0.0.1/"), to("http://10.0.0.1/"), nil, nil, nil}, false},
		{"each to its own https", plain, []simweb.Fault{to("https://a.example/"), to("https://b.example/"), to("https://c.example/")}, false},
		{"each to its own www", plain, []simweb.Fault{to("https://www.a.example/"), to("https://www.b.example/"), to("https://www.c.example/")}, false},
		{"each to a page of its own", plain, []simweb.Fault{to("/en/"), to("/en/"), to("/en/")}, false},
		{"without a page", plain, []simweb.Fault{simweb.Status("304 Not Modified"), simweb.Status("304 Not Modified"), simweb.Status("302 Found")}, false},
		{"by servers with certificates", []string{"https://a.example", "https://b.example", "https://c.example"},
			[]simweb.Fault{to("http://10.0.0.1/"), to("http://10.0.0.1/"), to("http://10.0.0.1/")}, false},
		{"one that redirects, one that is silent", plain, []simweb.Fault{to("http://10.0.0.1/"), simweb.Stall, nil}, false},
		{"three ports of one name", []string{"http://a.example", "http://a.example:8080", "http://a.example:8081"},
			[]simweb.Fault{to("https://a.example/"), to("https://A.example/"), to("https://a.example:443/")}, false},
		{"no redirect", plain, []simweb.Fault{simweb.Status("201 Created", "Location: http://10.0.0.1/"), simweb.Status("201 Created", "Location: http://10.0.0.1/"), nil}, false},
		{"the same error", plain, []simweb.Fault{simweb.Forbidden, simweb.Forbidden, simweb.Forbidden}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				v, err := askAll(t, nil, c.names, c.faults...)
				if !c.portal {
					near(t, v, err, behind, 4*ms)
					for _, r := range v.Servers {
						if errors.Is(r.Why, ErrPortal) {
							t.Errorf("%v: want no captive portal", r)
						}
					}
					return
				}
				if !errors.Is(err, ErrNoMajority) || !errors.Is(v.Servers[0].Why, ErrPortal) || v.Servers[0].Hint() == "" {
					t.Errorf("%v, %v: want a captive portal", v.Servers, err)
				}
			})
		})
	}
}

// An error of the server that a proxy passes on has a good Date. One of the proxy has the
// proxy's, and a hint for its cause.
func TestErrorsThroughProxy(t *testing.T) {
	names := []string{"http://a.example", "http://b.example", "http://c.example"}
	for _, status := range []string{"400 Bad Request", "403 Forbidden", "404 Not Found", "408 Request Timeout", "500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable"} {
		bubble(t, func(t *testing.T) {
			passed := simweb.Status(status)
			v, err := askAll(t, &simweb.Proxy{}, names, passed, passed, passed)
			near(t, v, err, behind, 14*ms)
		})
	}
	for _, c := range []struct {
		status, field string
		hint          string // part
	}{
		{"503 Service Unavailable", "X-Squid-Error: ERR_DNS_FAIL 0\r\nVia: 1.1 box (squid)", "name of the server"},
		{"504 Gateway Timeout", "", "name of the server"},
		{"403 Forbidden", "Proxy-Status: box; error=http_request_denied", "a server that the proxy allows"},
		{"403 Forbidden", "", "a server that the proxy allows"},
		{"407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=box", "password"},
		{"400 Bad Request", "", "https://"},
		{"400 Bad Request", "X-Squid-Error: ERR_INVALID_REQ 0\r\nVia: 1.1 box (squid)", "https://"},
	} {
		for _, name := range []string{"http://a.example", "https://a.example"} {
			t.Run(fmt.Sprint(c.status, ", ", name), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					v, err := askAll(t, &simweb.Proxy{Status: c.status, Field: c.field}, []string{name}, nil)
					want := ErrGateway
					if strings.HasPrefix(name, "https") {
						want = ErrProxy
						if strings.HasPrefix(c.status, "400") {
							c.hint = "address"
						}
					}
					hint := v.Servers[0].Hint()
					if err == nil || !errors.Is(v.Servers[0].Why, want) || !strings.Contains(hint, c.hint) {
						t.Errorf("%v, hint %q: want %v, %q", v.Servers[0], hint, want, c.hint)
					}
					if login := strings.Contains(hint, "password"); login != strings.HasPrefix(c.status, "407") {
						t.Errorf("%v: hint %q", v.Servers[0], hint)
					}
				})
			})
		}
	}
}

// The error names how a server without HTTP/1.1 failed.
func TestServerOfHTTP2(t *testing.T) {
	authority, err := simweb.NewAuthority(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := authority.Issue("a.example", time.Now().Add(-day), time.Now().Add(day))
	if err != nil {
		t.Fatal(err)
	}
	for name, serve := range map[string]func(net.Conn){
		"no application protocol": func(c net.Conn) {
			server := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{*certificate}, NextProtos: []string{"h3"}})
			server.Handshake()
		},
		"closes in the handshake": func(net.Conn) {},
		"resets in the handshake": func(c net.Conn) {
			c.Read(make([]byte, 1)) // the client has sent its hello
			c.(*net.TCPConn).SetLinger(0)
		},
		"closes after the request": func(c net.Conn) {
			server := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{*certificate}})
			server.Read(make([]byte, 100))
			server.Close()
		},
	} {
		address := listen(t, func(l net.Listener) {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				serve(c)
				c.Close()
			}
		})
		dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		}
		e, err := NewEngine(Config{Hosts: hosts(t, "a.example"), Dial: dial, Since: time.Now().Add(-day), Roots: authority.Pool()})
		if err != nil {
			t.Fatal(err)
		}
		v, err := e.Ask(t.Context())
		if err == nil || !strings.Contains(v.Servers[0].String(), "only HTTP/2") {
			t.Errorf("%s: %v, %v", name, v.Servers, err)
		}
	}
}

// A server that its answers show to be late, though not by how much, is not late by 0 s.
func TestLateByUnknownPart(t *testing.T) {
	host := hosts(t, "a.example")[0]
	for want, r := range map[string]Report{
		"https://a.example late, by less than a second": {Host: host, Standing: Late, AtLeast: true},
		"https://a.example late by at least 80ms":       {Host: host, Standing: Late, AtLeast: true, Off: -80 * ms},
		"https://a.example ahead by 37s":                {Host: host, Standing: Ahead, Off: 37 * time.Second},
	} {
		if got := r.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	// The hard bounds of two answers contain the time found; their likelihood does not.
	const found = int64(1_800_000_000e9)
	c := &candidate{}
	for _, a := range []Answer{{Sent: 0, Got: 200e6, Date: found - 250e6, Step: second}, {Sent: 2e9, Got: 2e9 + 200e6, Date: found + 2e9 - 900e6, Step: second}} {
		c.add(a)
	}
	if off, atLeast := c.off(found + 60e6); atLeast && off == 0 {
		t.Errorf("off by at least %v", off)
	}
}
