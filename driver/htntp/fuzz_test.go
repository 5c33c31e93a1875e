package htntp

import (
	"bytes"
	"context"
	"net"
	"strings"
	"testing"
	"time"
)

func FuzzParseHTTPSTime(f *testing.F) {
	for _, seed := range []string{"1795423777.123456", "1795423777", "1795423777.", "8589934591.999999999", "8589934592", "-1.5", "1e9", "1.0000000000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, step, err := parseHTTPSTime([]byte(text))
		if err != nil {
			return
		}
		if at < 0 || step < 1 || step > second || at%step != 0 {
			t.Fatalf("%q: %d in steps of %d", text, at, step)
		}
	})
}

// No accepted name can end a line of a request.
func FuzzParseHost(f *testing.F) {
	for _, seed := range []string{"www.example.org", "http://10.0.0.1:8080/time?x=1", "https://[2001:db8::1]/", "https://a/%0d%0aHost:b", "a\r\nb", "http://a?x\ny", "[::1%25eth0]:80"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := ParseHost(text)
		if err != nil {
			return
		}
		s := &server{host: h, dialer: &dialer{agent: "test"}}
		request := string(s.request())
		if strings.Count(request, "\r\n") != 7 || strings.Count(request, "\n") != 7 || !strings.HasPrefix(request, "HEAD /") {
			t.Fatalf("%q makes the request %q", text, request)
		}
	})
}

// With any answer of an HTTP or SOCKS5 proxy, an error is a Reason.
func FuzzProxy(f *testing.F) {
	f.Add([]byte("\x05\x00\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50"), true)
	f.Add([]byte("\x05\x00\x05\x00\x00\x03\x09localhost\x00\x50"), true)
	f.Add([]byte("\x05\xff"), true)
	f.Add([]byte("HTTP/1.1 200 Connection established\r\n\r\n"), false)
	f.Add([]byte("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"), false)
	f.Fuzz(func(t *testing.T, answer []byte, socks bool) {
		conn := &scripted{answer: bytes.NewReader(answer)}
		p := &Proxy{SOCKS: socks}
		h := Host{Secure: true, Name: "www.example.org", Port: "443", Path: "/"}
		var err error
		if socks {
			_, err = p.socks(context.Background(), conn, h)
		} else {
			_, err = p.connect(conn, h, "test")
		}
		if err != nil && !isReason(err) {
			t.Fatalf("%q: %v is not a Reason", answer, err)
		}
	})
}

// A scripted connection has a fixed answer.
type scripted struct {
	net.Conn
	answer *bytes.Reader
}

func (s *scripted) Read(p []byte) (int, error)  { return s.answer.Read(p) }
func (s *scripted) Write(p []byte) (int, error) { return len(p), nil }
func (s *scripted) Close() error                { return nil }

// With any answer of a server, an accepted time is plausible, and an error is a Reason.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 08:49:37 GMT\r\n\r\n",
		"HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 08:49:37 GMT\r\nAge: 5\r\nX-HTTPSTIME: 1795423777.1\r\n\r\n",
		"HTTP/1.1 429 Wait\r\nDate: Mon, 23 Nov 2026 08:49:37 GMT\r\nRetry-After: Mon, 23 Nov 2026 09:49:37 GMT\r\n\r\n",
	} {
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, text []byte, finer bool) {
		h, err := newHeadReader(bytes.NewReader(text)).read()
		if err != nil {
			return
		}
		s := &server{dialer: &dialer{}, since: since, httpstime: finer}
		a, _, err := s.judge(h)
		at := time.Unix(0, a.Date)
		if err == nil && (at.Before(since) || at.After(since.AddDate(maxYears, 0, 1)) || a.Step < 1 || a.Step > second) {
			t.Fatalf("%q: %v in steps of %d", text, at.UTC(), a.Step)
		}
		if err != nil && !isReason(err) {
			t.Fatalf("%q: %v is not a Reason", text, err)
		}
	})
}
