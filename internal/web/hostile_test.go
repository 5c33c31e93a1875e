package web

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/internal/status"
)

const askStatus = "GET /api/status HTTP/1.1\r\nHost: localhost\r\n\r\n"

// answering returns how many answers of the only endpoint are being written.
func answering(s *Server) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for e := range s.endpoints {
		return maxAnswers - len(e.free)
	}
	return 0
}

// Clients that do not read are few at a time, are cut off, and do not delay the end.
func TestClientsThatDoNotRead(t *testing.T) {
	server, dial := serve(t, &fake{report: bigReport})
	for range maxLocal - 2 {
		io.WriteString(dial(), askStatus)
	}
	for answering(server) < maxAnswers {
		time.Sleep(time.Millisecond)
	}
	for range 20 {
		if n := answering(server); n > maxAnswers {
			t.Fatalf("%d answers at once, want %d", n, maxAnswers)
		}
		time.Sleep(time.Millisecond)
	}
	conn := dial()
	io.WriteString(conn, askStatus)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(answer.Body); err != nil || len(body) < 4<<20 {
		t.Errorf("behind clients that do not read: %d bytes, %v", len(body), err)
	}
	for range maxAnswers {
		io.WriteString(dial(), askStatus)
	}
	for answering(server) < maxAnswers {
		time.Sleep(time.Millisecond)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if n := answering(server); n > 0 {
		t.Errorf("%d answers are written after the end", n)
	}
}

// Three thousand connections cost one report a second.
func TestManyConnections(t *testing.T) {
	daemon := &fake{}
	server, dial := serve(t, daemon)
	began := time.Now()
	for range 3000 {
		conn := dial()
		io.WriteString(conn, askStatus)
		conn.Close()
	}
	if answer, body := ask(t, dial(), askStatus); answer.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", answer.Status, body)
	}
	if n, most := daemon.reports.Load(), int64(time.Since(began)/maxAge)+1; n > most {
		t.Errorf("%d reports, want at most %d", n, most)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
}

// A report serves several clients, but not longer than maxAge.
func TestReportIsRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		daemon := &fake{}
		s := New(daemon, nil)
		for _, c := range []struct {
			later time.Duration
			want  int64
		}{{0, 1}, {maxAge - 1, 1}, {1, 2}, {0, 2}, {time.Hour, 3}} {
			time.Sleep(c.later)
			if s.current(); daemon.reports.Load() != c.want {
				t.Errorf("%v later: %d reports, want %d", c.later, daemon.reports.Load(), c.want)
			}
		}
	})
}

// pipes is a listener of net.Pipe, which works in synctest.
type pipes struct {
	once  sync.Once // closes gone
	conns chan net.Conn
	gone  chan struct{}
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), gone: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.gone:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { p.once.Do(func() { close(p.gone) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func (p *pipes) dial() net.Conn {
	here, there := net.Pipe()
	p.conns <- there
	return here
}

// The end does not wait for a client that does not read, watches events, or has sent half a
// request.
func TestCloseHangsUp(t *testing.T) {
	for name, request := range map[string]string{
		"does not read": askStatus, "watches": "GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n", "half a request": "GET /api",
	} {
		synctest.Test(t, func(t *testing.T) {
			s, p := New(&fake{report: bigReport}, nil), newPipes()
			s.ServeSocket(p)
			conn := p.dial()
			defer conn.Close()
			io.WriteString(conn, request)
			synctest.Wait()
			began := time.Now()
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took > 0 {
				t.Errorf("%s: Close took %v", name, took)
			}
		})
	}
}

// Every client has to keep to its times: each of these is hung up on within the limit.
func TestTimeouts(t *testing.T) {
	for _, c := range []struct {
		name, request string
		drip          string // sent every second
		limit         time.Duration
	}{
		{"sends nothing", "", "", headerTimeout},
		{"sends half a request", "GET /api/status HTTP/1.1\r\nHost: loc", "", headerTimeout},
		{"sends a header a second", "GET /api/status HTTP/1.1\r\nHost: localhost\r\n", "X: y\r\n", headerTimeout},
		{"keeps the connection", askStatus, "", idleTimeout},
		{"promises a body", "GET /api/status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n", "x", 2 * time.Second},
		{"promises chunks", "GET /api/status HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", 2 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, p := New(&fake{}, nil), newPipes()
			s.ServeSocket(p)
			conn := p.dial()
			defer conn.Close()
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				io.WriteString(conn, c.request)
				for c.drip != "" {
					if _, err := io.WriteString(conn, c.drip); err != nil {
						return
					}
					time.Sleep(time.Second)
				}
			}()
			began := time.Now()
			io.Copy(io.Discard, conn)
			conn.Close()
			if took := time.Since(began); took > c.limit+time.Second {
				t.Errorf("a client that %s is hung up on after %v, want %v", c.name, took, c.limit)
			}
			<-ended
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A client that does not read its answer loses its place after writeTimeout.
func TestWriteTimeout(t *testing.T) {
	for _, path := range []string{"/api/status", "/api/history", "/api/events", "/"} {
		synctest.Test(t, func(t *testing.T) {
			s, p := New(&fake{report: bigReport, clocks: []Clock{recorded(time.Hour)}}, nil), newPipes()
			s.ServeSocket(p)
			conn := p.dial()
			defer conn.Close()
			io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\n\r\n")
			time.Sleep(historyTimeout + time.Second)
			synctest.Wait()
			if n := answering(s); n != 0 {
				t.Errorf("%s: %d answers are still written", path, n)
			}
			if _, err := io.Copy(io.Discard, conn); err != nil {
				t.Errorf("%s: %v, want a hang-up", path, err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// What a request may be.
func TestRefusals(t *testing.T) {
	_, address := open(t, &fake{})
	_, number, _ := net.SplitHostPort(address)
	host := func(name string) string { return "GET /api/status HTTP/1.1\r\nHost: " + name + "\r\n\r\n" }
	with := func(headers ...string) string {
		return "GET /api/status HTTP/1.1\r\nHost: " + address + "\r\n" + strings.Join(headers, "\r\n") + "\r\n\r\n"
	}
	path := func(p string) string { return "GET " + p + " HTTP/1.1\r\nHost: " + address + "\r\n\r\n" }
	for _, c := range []struct {
		request string
		code    int
	}{
		{path("/api/status"), 200},
		{"HEAD /api/status HTTP/1.1\r\nHost: " + address + "\r\nConnection: close\r\n\r\n", 200},
		{"POST /api/status HTTP/1.1\r\nHost: " + address + "\r\nContent-Length: 0\r\n\r\n", 405},
		{"PUT / HTTP/1.1\r\nHost: " + address + "\r\n\r\n", 405},
		{"DELETE /api/status HTTP/1.1\r\nHost: " + address + "\r\n\r\n", 405},
		{"OPTIONS * HTTP/1.1\r\nHost: " + address + "\r\n\r\n", 405},
		{"TRACE / HTTP/1.1\r\nHost: " + address + "\r\n\r\n", 405},
		{"CONNECT example.org:443 HTTP/1.1\r\nHost: " + address + "\r\n\r\n", 405},
		{"BREW /api/status HTTP/1.1\r\nHost: " + address + "\r\n\r\n", 405},
		{"GET /api/status HTTP/1.1\r\n\r\n", 400},
		{"GET /api/status HTTP/9.9\r\nHost: " + address + "\r\n\r\n", 505},
		{"nonsense\r\n\r\n", 400},
		{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400}, // TLS

		{host("127.0.0.1:" + number), 200}, {host("127.0.0.1"), 200}, {host("[::1]:" + number), 200}, {host("192.0.2.7:80"), 200},
		{host("localhost"), 200}, {host("LocalHost:" + number), 200}, {host("localhost."), 200},
		{host("evil.example"), 403}, {host("evil.example:" + number), 403}, {host("127.0.0.1.evil.example"), 403}, {host("localhost.evil.example"), 403},
		{host("127.0.0.1@evil.example"), 400}, {host("0x7f000001"), 403}, {host("2130706433"), 403}, {host(""), 403},

		{with("Origin: http://" + address), 200}, {with("Origin: http://evil.example"), 403}, {with("Origin: null"), 403},
		{with("Origin: https://" + address), 403}, {with("Origin: http://127.0.0.1:1"), 403}, {with("Origin: %%%"), 403},
		{with("Sec-Fetch-Site: same-origin"), 200}, {with("Sec-Fetch-Site: none"), 200}, {with("Sec-Fetch-Site: cross-site"), 403},
		{with("Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: no-cors"), 403}, {with("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"), 200},

		{with("Content-Length: 1"), 400}, {with("Content-Length: 1000000000"), 400}, {with("Transfer-Encoding: chunked"), 400},
		{with("Content-Length: -1"), 400}, {with("Content-Length: 99999999999999999999999"), 400},
		{path("/"), 200}, {path("/page/index.html"), 200}, {path("/page/"), 404}, {path("/page"), 404}, {path("//"), 404}, {path("/api"), 404}, {path("/api/status/"), 404},
		{path("/../etc/passwd"), 404}, {path("/page/../../../etc/passwd"), 404}, {path("/page/%2e%2e/%2e%2e/etc/passwd"), 404}, {path("/page/..%2f..%2fetc/passwd"), 404},
		{path("/page/%00index.html"), 404}, {path("/page/index.html%00.js"), 404}, {path("/page\\..\\..\\etc"), 404}, {path("/API/STATUS"), 404}, {path("/debug/pprof/"), 404},
		{path("/api/status?x=" + strings.Repeat("a&", 2000)), 200}, {path("/%zz"), 400}, {path("*"), 404}, {path("http://evil.example/api/status"), 403},
		{path("/api/history?clock=99999999999999999999"), 400}, {path("/api/history?span=1h;clock=0"), 400},
	} {
		conn := dial(t, address)
		answer, _ := ask(t, conn, c.request)
		if answer.StatusCode != c.code {
			t.Errorf("%.120q: %s, want %d", c.request, answer.Status, c.code)
		}
		if answer.StatusCode == 405 && answer.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%.120q: Allow is %q", c.request, answer.Header.Get("Allow"))
		}
		if answer.StatusCode != 400 && answer.StatusCode != 431 && answer.StatusCode != 505 { // net/http refuses these itself
			for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'", "Access-Control-Allow-Origin": ""} {
				if got := answer.Header.Get(name); !strings.HasPrefix(got, want) || want == "" && got != "" {
					t.Errorf("%.120q: %s is %q, want %q", c.request, name, got, want)
				}
			}
		}
		conn.Close()
	}
}

// A browser reaches the status socket through a forwarded port: ssh -L 9123:/run/refclock/status.sock.
// A web site that resolves its own name to that port's address must not.
func TestSocketRefusesWebSites(t *testing.T) {
	_, dial := serve(t, &fake{})
	for _, c := range []struct {
		version, headers string
		code             int
	}{
		{"1.1", "Host: localhost\r\n", 200}, {"1.1", "Host: LOCALHOST.:9123\r\n", 200}, {"1.1", "Host: 127.0.0.1:9123\r\n", 200}, {"1.1", "Host: [::1]:9123\r\n", 200},
		{"1.0", "", 200}, {"1.1", "Host: \r\n", 200}, // no browser sends these
		{"1.1", "Host: evil.example:9123\r\n", 403}, {"1.0", "Host: evil.example\r\n", 403},
		{"1.1", "Host: 127.0.0.1:9123\r\nOrigin: http://evil.example\r\n", 403}, {"1.1", "Host: 127.0.0.1:9123\r\nOrigin: http://127.0.0.1:9123\r\n", 200},
		{"1.1", "Host: 127.0.0.1:9123\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n", 403},
	} {
		if answer, _ := ask(t, dial(), "GET /api/status HTTP/"+c.version+"\r\n"+c.headers+"\r\n"); answer.StatusCode != c.code {
			t.Errorf("HTTP/%s, %q: %s, want %d", c.version, c.headers, answer.Status, c.code)
		}
	}
}

// Headers have a limit. The answer may get lost when the server hangs up on the rest.
func TestHeaderBombs(t *testing.T) {
	_, address := open(t, &fake{})
	begin := "GET /api/status HTTP/1.1\r\nHost: " + address + "\r\n"
	for name, request := range map[string]io.Reader{
		"one":  io.MultiReader(strings.NewReader(begin+"X: "), strings.NewReader(strings.Repeat("y", 1<<20))),
		"many": strings.NewReader(begin + strings.Repeat("X: y\r\n", 1<<17)),
		"path": strings.NewReader("GET /" + strings.Repeat("a", 1<<20)),
		"line": strings.NewReader(strings.Repeat("a", 1<<20)),
	} {
		conn := dial(t, address)
		sent, _ := io.Copy(conn, request) // ends when the server hangs up
		answer, _ := io.ReadAll(conn)
		if text := string(answer); text != "" && !strings.HasPrefix(text, "HTTP/1.1 431 ") && !strings.HasPrefix(text, "HTTP/1.1 400 ") {
			t.Errorf("%s: after %d bytes: %.50q", name, sent, text)
		}
	}
	if answer, _ := get(t, address, "/api/status"); answer.StatusCode != http.StatusOK {
		t.Errorf("after them: %s", answer.Status)
	}
}

// Only where other machines are allowed, the name of this machine is.
func TestHostName(t *testing.T) {
	for _, c := range []struct {
		host          string
		public, knows bool
	}{
		{"clock", true, true}, {"Clock.local:9123", true, true}, {"clock.local.", true, true}, {"clock", false, false},
		{"clock.example", true, false}, {"other", true, false}, {"", true, false}, {".local", true, false},
	} {
		e := &endpoint{Server: &Server{host: "Clock"}, public: c.public}
		if got := e.knows(c.host); got != c.knows {
			t.Errorf("public %v: %q is known: %v, want %v", c.public, c.host, got, c.knows)
		}
	}
	// A machine may have its domain in its name. Its name in mDNS does not.
	for host, want := range map[string]bool{
		"pi.home.example:9123": true, "pi:9123": true, "PI.local": true, "pi.home.example.local": true, "home.example": false, "pi.evil.example": false, "pi.": true, ".": false, ".local": false,
	} {
		if got := (&endpoint{Server: &Server{host: "Pi.home.example"}, public: true}).knows(host); got != want {
			t.Errorf("with a domain: %q is known: %v, want %v", host, got, want)
		}
	}
	if (&endpoint{Server: &Server{host: ".example"}, public: true}).knows(".local") {
		t.Error("an empty name is known")
	}
	if (&endpoint{Server: &Server{}, public: true}).knows("") {
		t.Error("a machine without a name knows the empty one")
	}
}

// At most maxRemote connections are open, and they cost little.
func TestConnectionsAreLimited(t *testing.T) {
	s, address := open(t, &fake{})
	before := runtime.NumGoroutine()
	var conns []net.Conn
	for range 1000 {
		conn, err := net.DialTimeout("tcp", address, 2*time.Second)
		if err != nil {
			break // the kernel's queue is full: it has somaxconn places
		}
		defer conn.Close()
		fmt.Fprint(conn, "GET /api")
		conns = append(conns, conn)
	}
	if len(conns) <= maxRemote {
		t.Skipf("only %d connections: the kernel's queue is too short", len(conns))
	}
	for range 50 {
		if n := runtime.NumGoroutine() - before; n > 2*maxRemote+20 {
			t.Fatalf("%d goroutines for %d connections", n, len(conns))
		}
		time.Sleep(time.Millisecond)
	}
	began := time.Now()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	t.Logf("%d connections; Close took %v", len(conns), time.Since(began))
}

// One address other than loopback gets a part of the connections only.
func TestLimitOfAnAddress(t *testing.T) {
	p := newPipes()
	l := limit(p, 4, 2)
	defer l.Close()
	go func() {
		for _, ip := range []string{"192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2", "127.0.0.1"} {
			_, there := net.Pipe()
			p.conns <- from{there, &net.TCPAddr{IP: net.ParseIP(ip), Port: 1}}
		}
	}()
	var got []net.Conn
	for range 4 {
		conn, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, conn)
	}
	var who []string
	for _, conn := range got {
		who = append(who, conn.RemoteAddr().String())
		conn.Close()
		conn.Close() // gives back one place only
	}
	if text := strings.Join(who, " "); text != "192.0.2.1:1 192.0.2.1:1 192.0.2.2:1 127.0.0.1:1" {
		t.Errorf("accepted %s", text)
	}
	if len(l.free) != 4 || len(l.from) != 0 {
		t.Errorf("%d places are free, %d addresses are counted", len(l.free), len(l.from))
	}
}

type from struct {
	net.Conn
	address net.Addr
}

func (f from) RemoteAddr() net.Addr { return f.address }

// There are as many viewers as allowed. More are told to come back.
func TestTooManyViewers(t *testing.T) {
	_, address := open(t, &fake{})
	request := "GET /api/events HTTP/1.1\r\nHost: " + address + "\r\n\r\n"
	for range maxViewers {
		conn := dial(t, address)
		io.WriteString(conn, request)
		if answer, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%v, %v", answer, err)
		}
	}
	if answer, _ := ask(t, dial(t, address), request); answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
		t.Errorf("%s, Retry-After %q", answer.Status, answer.Header.Get("Retry-After"))
	}
}

// A port that is in use does not stop the daemon. It opens when it is free.
func TestPortInUse(t *testing.T) {
	other, err := net.Listen("tcp", inUseAt)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	s := New(&fake{}, nil)
	defer s.Close()
	s.Listen(other.Addr().String(), false)
	at := s.Status()
	_, number, _ := net.SplitHostPort(other.Addr().String())
	if at.Open || !strings.Contains(at.Error, "address already in use") || !strings.Contains(at.Error, "'sport = :"+number+"'") {
		t.Errorf("%+v", at)
	}
	p := s.port
	other.Close()
	if !s.try(p) {
		t.Errorf("the port does not open: %+v", s.Status())
	}
	if at := s.Status(); !at.Open || at.Error != "" {
		t.Errorf("%+v", at)
	}
}

// The name localhost needs no lookup; other addresses have no names, see package settings.
func TestLocalhostIsNotLookedUp(t *testing.T) {
	for address, want := range map[string]string{
		"localhost:9123": "127.0.0.1:9123", "127.0.0.2:1": "127.0.0.2:1", "[::1]:9123": "[::1]:9123", "0.0.0.0:80": "0.0.0.0:80", "localhost": "localhost",
	} {
		if got := literal(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
	s := New(&fake{}, nil)
	defer s.Close()
	s.Listen("localhost:0", false)
	if at := s.Status(); !at.Open || !strings.HasPrefix(at.Listen, "127.0.0.1:") {
		t.Errorf("%+v", at)
	}
}

// Another address replaces the first one, and an empty one closes it.
func TestListenAgain(t *testing.T) {
	s, first := openAt(t, &fake{}, anotherAt)
	s.Listen(anotherAt, false) // the same: nothing happens
	if at := s.Status(); at.Listen != first {
		t.Errorf("%s became %s", first, at.Listen)
	}
	s.Listen("[::1]:0", false)
	if _, err := net.Dial("tcp", first); err == nil {
		t.Error("the first port is still open")
	}
	s.Listen("", false)
	if at := s.Status(); at != nil {
		t.Errorf("%+v", at)
	}
}

// A path without a socket is an error.
func TestNoSocket(t *testing.T) {
	if _, err := status.Ask(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("asked nobody")
	}
}
