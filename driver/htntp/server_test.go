package htntp

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/simweb"
)

// Which statuses are not of the server itself depends on a Via of the proxy.
func TestIntercepted(t *testing.T) {
	direct, proxied := &dialer{}, &dialer{proxy: &Proxy{}}
	for _, c := range []struct {
		status  int
		refusal bool
		without error // through a proxy, without a Via
		with    error // with a Via
		direct  error
	}{
		{status: 200}, {status: 301}, {status: 399}, {status: 401}, {status: 404}, {status: 429}, {status: 499},
		{status: 400, without: ErrGateway},
		{status: 403, without: ErrGateway},
		{status: 408, without: ErrGateway},
		{status: 500, without: ErrGateway},
		{status: 599, without: ErrGateway},
		{status: 407, without: ErrGateway, with: ErrGateway, direct: ErrGateway},
		{status: 511, without: ErrPortal, with: ErrPortal, direct: ErrPortal},
		{status: 399, refusal: true},
		{status: 400, refusal: true, without: ErrGateway, with: ErrGateway, direct: ErrGateway},
		{status: 404, refusal: true, without: ErrGateway, with: ErrGateway, direct: ErrGateway},
	} {
		h := head{status: c.status}
		if c.refusal {
			h.refusal = []byte("ERR_DNS_FAIL")
		}
		for _, path := range []struct {
			dialer *dialer
			via    bool
			want   error
		}{{proxied, false, c.without}, {proxied, true, c.with}, {direct, false, c.direct}, {direct, true, c.direct}} {
			h.via = path.via
			s := &server{host: Host{Name: "a.example", Port: "80"}, dialer: path.dialer}
			if err := s.intercepted(h); !errors.Is(err, path.want) {
				t.Errorf("status %d, refusal %v, proxy %v, Via %v: %v, want %v", c.status, c.refusal, path.dialer.proxy != nil, h.via, err, path.want)
			}
			s.host.Secure = true
			if err := s.intercepted(h); err != nil {
				t.Errorf("status %d of a server with a certificate: %v", c.status, err)
			}
		}
	}
	s := &server{host: Host{Name: "a.example", Port: "80"}, dialer: direct}
	for status, want := range map[int]string{200: "", 299: "", 300: "b.example:8", 302: "b.example:8", 399: "b.example:8", 400: ""} {
		if got := s.redirected(head{status: status, location: []byte("http://B.example:8/x")}); got != want {
			t.Errorf("status %d redirects to %q, want %q", status, got, want)
		}
	}
}

func TestHintsOfProxies(t *testing.T) {
	for status, want := range map[int]string{
		407: hintLogin, 403: hintForbidden, 405: hintForbidden,
		404: hintUnreachable, 500: hintUnreachable, 502: hintUnreachable, 503: hintUnreachable, 504: hintUnreachable,
	} {
		if got := proxyHint(status); !strings.HasPrefix(got, want) {
			t.Errorf("status %d: %q, want %q", status, got, want)
		}
	}
	for _, status := range []int{400, 401, 408, 501, 505} {
		if got := proxyHint(status); got != "" {
			t.Errorf("status %d: %q", status, got)
		}
	}
}

// A Date counts from the build date until twenty years later.
func TestPlausible(t *testing.T) {
	s := &server{since: since}
	last := time.Date(2046, 11, 23, 0, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time]error{since: nil, since.Add(-1): ErrFarDate, last: nil, last.Add(1): ErrFarDate} {
		if err := s.plausible(at.UnixNano()); !errors.Is(err, want) {
			t.Errorf("%v: %v, want %v", at, err, want)
		}
	}
}

func TestParseHTTPSTime(t *testing.T) {
	for text, want := range map[string]struct{ at, step int64 }{
		"1763887777":            {1763887777e9, 1e9},
		"1763887777.":           {1763887777e9, 1e9},
		"1763887777.9":          {1763887777.9e9, 1e8},
		"1763887777.09":         {1763887777_090_000_000, 1e7},
		"1763887777.123456789":  {1763887777_123_456_789, 1},
		"8589934591":            {8589934591e9, 1e9},
		"1763887777.0123456789": {}, "8589934592": {}, "1763887777./": {}, "1763887777.:": {}, "1763887777.1.1": {}, "": {}, ".5": {}, "-1": {},
	} {
		at, step, err := parseHTTPSTime([]byte(text))
		if at != want.at || step != want.step || (err == nil) != (want.step != 0) {
			t.Errorf("%q: %d in steps of %d, %v; want %d, %d", text, at, step, err, want.at, want.step)
		}
	}
}

// What an answer is refused for, and whether another request may get a better one.
func TestJudgeAnswer(t *testing.T) {
	date := []byte("Mon, 23 Nov 2026 08:49:37 GMT")
	for _, c := range []struct {
		name  string
		head  head
		err   error
		again bool
	}{
		{"good", head{status: 200, date: date, dates: 1}, nil, false},
		{"Age 0", head{status: 200, date: date, dates: 1, age: []byte("0")}, nil, false},
		{"Age 1", head{status: 200, date: date, dates: 1, age: []byte("1")}, ErrCached, true},
		{"invalid Age", head{status: 200, date: date, dates: 1, age: []byte("x")}, ErrCached, true},
		{"no Date", head{status: 200}, ErrNoDate, true},
		{"no Date but X-HTTPSTIME", head{status: 200, httpstime: []byte("1795423777.5")}, nil, false},
		{"two Dates", head{status: 200, date: date, dates: 2}, ErrTwoDates, false},
		{"too many requests", head{status: 429, date: date, dates: 1}, ErrAskedToWait, false},
		{"overload with a time to wait", head{status: 503, date: date, dates: 1, after: []byte("9")}, ErrAskedToWait, false},
		{"overload", head{status: 503, date: date, dates: 1}, nil, false},
		{"another status with a time to wait", head{status: 301, date: date, dates: 1, after: []byte("9")}, nil, false},
		{"leap second", head{status: 200, date: []byte("Thu, 31 Dec 2026 23:59:60 GMT"), dates: 1}, ErrLeap, false},
		{"invalid Date", head{status: 200, date: []byte("now"), dates: 1}, ErrBadDate, false},
	} {
		s := &server{host: Host{Secure: true, Name: "a.example", Port: "443"}, dialer: &dialer{}, since: since, httpstime: true}
		_, again, err := s.judge(c.head)
		if !errors.Is(err, c.err) || again != c.again {
			t.Errorf("%s: %v, again %v; want %v, %v", c.name, err, again, c.err, c.again)
		}
		// The second answer of the same kind is final.
		if _, again, err := s.judge(c.head); !errors.Is(err, c.err) || again {
			t.Errorf("%s, the second time: %v, again %v", c.name, err, again)
		}
		if waits := s.budget.spend(mono()) != nil; waits != (c.err == ErrAskedToWait) {
			t.Errorf("%s: the server is asked again: %v", c.name, !waits)
		}
	}
}

func TestRequest(t *testing.T) {
	const rest = " HTTP/1.1\r\nHost: a.example\r\nUser-Agent: test\r\nAccept: */*\r\nCache-Control: no-cache\r\nPragma: no-cache\r\n"
	a := Host{Name: "a.example", Port: "80", Path: "/x"}
	login := &Proxy{User: "anna", Password: "word"}
	for name, c := range map[string]struct {
		server server
		want   string
	}{
		"HEAD":                  {server{host: a, dialer: &dialer{}}, "HEAD /x" + rest + "\r\n"},
		"GET":                   {server{host: a, dialer: &dialer{}, get: true}, "GET /x" + rest + "Range: bytes=0-0\r\n\r\n"},
		"X-HTTPSTIME":           {server{host: a, dialer: &dialer{}, httpstime: true}, "HEAD /.well-known/time" + rest + "\r\n"},
		"through a proxy":       {server{host: a, dialer: &dialer{proxy: login}}, "HEAD http://a.example/x" + rest + "Proxy-Authorization: Basic YW5uYTp3b3Jk\r\n\r\n"},
		"through a SOCKS proxy": {server{host: a, dialer: &dialer{proxy: &Proxy{SOCKS: true, User: "anna"}}}, "HEAD /x" + rest + "\r\n"},
	} {
		c.server.dialer.agent = "test"
		if got := string(c.server.request()); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	for path, separator := range map[string]string{"/": "?", "/?a=b": "&"} {
		s := &server{host: Host{Name: "a.example", Port: "80", Path: path}, dialer: &dialer{}, nonce: true}
		first, second := string(s.request()), string(s.request())
		if !strings.HasPrefix(first, "HEAD "+path+separator) || first == second {
			t.Errorf("a request past caches: %q, then %q", first, second)
		}
	}
}

// A server gets four requests for one answer at most.
func TestTries(t *testing.T) {
	bubble(t, func(t *testing.T) {
		server := good()
		requests := 0
		e := engine(t, nil, "http://a.example")
		s := e.servers[0]
		s.dialer.dial = func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			go server.Serve(far)
			return near, nil
		}
		// A connection that was used, and then closed, is no fault of the server.
		reopen := func() {
			requests++
			if s.link == nil {
				var err error
				if s.link, err = s.dialer.connect(t.Context(), s.host); err != nil {
					t.Fatal(err)
				}
			}
			s.link.used = true
		}
		server.Fault = func(simweb.Request) simweb.Reply { return simweb.Reply{Silent: true} }
		trusted := func() []time.Time { return nil }
		reopen()
		_, err := s.ask(t.Context(), mono(), trusted, func(Exchange) { reopen() })
		if requests != 5 || !errors.Is(err, ErrNotHTTP) || !errors.Is(err, errStale) {
			t.Errorf("%d requests, %v; want 4 and an error", requests-1, err)
		}
		s.drop()
	})
}

// A connection is used again only if the end of the answer is known and near.
func TestFinish(t *testing.T) {
	for _, c := range []struct {
		name string
		head head
		body bool
		read int // bytes of the body that have not been received
		want bool
	}{
		{"HEAD", head{status: 200, length: 99}, false, 0, true},
		{"a body after HEAD", head{status: 200, length: 9, rest: 9}, false, 0, false},
		{"GET", head{status: 200, length: 9}, true, 9, true},
		{"GET, the body has arrived", head{status: 200, length: 9, rest: 9}, true, 0, true},
		{"GET, a part of the body has arrived", head{status: 200, length: 9, rest: 4}, true, 5, true},
		{"GET, more than the body has arrived", head{status: 200, length: 9, rest: 10}, true, 0, false},
		{"GET, the body ends early", head{status: 200, length: 9}, true, 8, false},
		{"GET without a body", head{status: 200, length: 0}, true, 0, true},
		{"GET without a length", head{status: 200, length: -1}, true, 0, false},
		{"GET, 16 KB", head{status: 200, length: 16 << 10}, true, 16 << 10, true},
		{"GET, more than 16 KB", head{status: 200, length: 16<<10 + 1}, true, 16<<10 + 1, false},
		{"no content", head{status: 204, length: -1}, true, 0, true},
		{"not modified", head{status: 304, length: 99}, true, 0, true},
		{"not modified, but a body", head{status: 304, length: 9, rest: 9}, true, 0, false},
		{"close", head{status: 200, length: 9, closes: true}, true, 9, false},
	} {
		rest := bytes.NewReader(make([]byte, c.read))
		l := &link{conn: &scripted{answer: rest}}
		if got := l.finish(t.Context(), c.head, c.body); got != c.want || got && rest.Len() != 0 {
			t.Errorf("%s: %v with %d bytes left, want %v", c.name, got, rest.Len(), c.want)
		}
	}
}

// A server has 2.5 s for an answer.
func TestAnswerTimeout(t *testing.T) {
	bubble(t, func(t *testing.T) {
		conn, server := net.Pipe()
		defer server.Close()
		go server.Read(make([]byte, 100))
		l := &link{conn: conn, reader: newHeadReader(conn)}
		began := time.Now()
		_, _, err := l.exchange(t.Context(), []byte("HEAD / HTTP/1.1\r\n\r\n"), mono()+second)
		if took := time.Since(began); !errors.Is(err, ErrNoAnswer) || took != 3500*ms {
			t.Errorf("%v after %v, want 3.5s", err, took)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, err := l.exchange(ctx, nil, mono()-1); !errors.Is(err, context.Canceled) {
			t.Errorf("after the end of the context: %v", err)
		}
	})
}
