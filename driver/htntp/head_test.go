package htntp

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

func TestParseHead(t *testing.T) {
	h, err := parseHead([]byte("HTTP/1.1 301 Moved\r\nX-Date: no\r\ndate:  Mon, 23 Nov 2026 08:49:37 GMT \r\n folded\r\nAge:0\r\nVIA: 1.1 x\r\nConnection: foo, Close\r\nContent-Length: 12\r\nno colon\r\n: no name\r\n\r\n"))
	if err != nil || h.status != 301 || string(h.date) != "Mon, 23 Nov 2026 08:49:37 GMT" || string(h.age) != "0" || !h.via || !h.closes || h.length != 12 || h.dates != 1 {
		t.Errorf("%+v, %v", h, err)
	}
	for _, text := range []string{"", "HTTP/1.1", "HTTP/1.1 2x0 OK", "HTTP/2 200 OK\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "http/1.1 200 OK", "HTTP/1.0 000", "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"} {
		if _, err := parseHead([]byte(text)); !errors.Is(err, ErrNotHTTP) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// The stamp is of the piece that completes the Date: a server may send the begin of its
// answer before it reads its clock.
func TestStampIsOfDate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, out := io.Pipe()
		go func() {
			for _, text := range []string{"HTTP/1.1 200 OK\r\n", "X: Date: Mon\r\nDa", "te: Mon, 23 Nov 2026 08:49:37 GMT\r\n", "Server: x\r\n", "\r\n"} {
				time.Sleep(time.Second)
				io.WriteString(out, text)
			}
		}()
		began := mono()
		h, err := newHeadReader(in).read()
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Duration(h.got - began); took != 3*time.Second {
			t.Errorf("stamped after %v, want 3s", took)
		}
	})
}

func TestHeadInPieces(t *testing.T) {
	text := "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 08:49:37 GMT\r\n\r\n"
	r := newHeadReader(iotest.OneByteReader(strings.NewReader(text)))
	r.pieces = make([]piece, 0, len(text))
	if _, err := r.read(); !errors.Is(err, nil) && !errors.Is(err, ErrEndless) {
		t.Errorf("%v", err)
	}
	r = newHeadReader(iotest.HalfReader(strings.NewReader(text)))
	if h, err := r.read(); err != nil || h.status != 200 || h.rest != 0 {
		t.Errorf("%+v, %v", h, err)
	}
	r = newHeadReader(strings.NewReader(text + "hello"))
	if h, err := r.read(); err != nil || h.rest != 5 {
		t.Errorf("%+v, %v", h, err)
	}
	if _, err := newHeadReader(strings.NewReader(text[:20])).read(); !errors.Is(err, ErrNotHTTP) {
		t.Errorf("truncated: %v", err)
	}
	if _, err := newHeadReader(strings.NewReader("")).read(); !errors.Is(err, errDropped) {
		t.Errorf("empty: %v", err)
	}
}

func FuzzHead(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 08:49:37 GMT\r\n\r\n",
		"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.0 404 Not Found\r\nDATE:x\r\nAge: -1\r\nConnection: keep-alive,\r\n\r\nbody",
		"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\nRetry-After: Mon\r\n\r\n",
		"220 mail\r\n\r\n", "\r\n\r\n", "HTTP/1.1 100\r\n\r\n\r\n\r\n",
	} {
		f.Add([]byte(seed), uint8(7))
	}
	f.Fuzz(func(t *testing.T, text []byte, size uint8) {
		r := newHeadReader(&chopped{text, int(size) + 1})
		h, err := r.read()
		if err == nil && (h.status < 200 || h.rest < 0 || h.rest > len(text) || h.dates > 0 && !bytes.Contains(text, h.date)) {
			t.Fatalf("%+v", h)
		}
	})
}

type chopped struct {
	text []byte
	size int
}

func (c *chopped) Read(p []byte) (int, error) {
	if len(c.text) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.text[:min(c.size, len(c.text))])
	c.text = c.text[n:]
	return n, nil
}

func TestParseHost(t *testing.T) {
	for text, want := range map[string]string{
		"www.example.org":                "https://www.example.org",
		"www.example.org:8443":           "https://www.example.org:8443",
		"http://www.example.org":         "http://www.example.org",
		"http://10.0.0.1:8080/time?x=1":  "http://10.0.0.1:8080/time?x=1",
		"https://[2001:db8::1]/":         "https://[2001:db8::1]",
		"https://[2001:db8::1]:8443/a b": "",
		"ftp://www.example.org":          "",
		"https://user:word@example.org":  "",
		"":                               "",
		"https://":                       "",
		"a\r\nHost: b":                   "",
	} {
		h, err := ParseHost(text)
		if (err != nil) != (want == "") || err == nil && h.String() != want {
			t.Errorf("%q: %v, %v; want %q", text, h, err, want)
		}
	}
}

func TestParseProxy(t *testing.T) {
	for text, want := range map[string]Proxy{
		"192.168.1.1:3128":               {Address: "192.168.1.1:3128"},
		"http://proxy.example:8080/":     {Address: "proxy.example:8080"},
		"http://anna:word@[::1]:3128":    {Address: "[::1]:3128", User: "anna", Password: "word"},
		"socks5://localhost":             {Address: "localhost:1080", SOCKS: true},
		"socks5h://anna:w@localhost:999": {Address: "localhost:999", SOCKS: true, User: "anna", Password: "w"},
	} {
		if p, err := ParseProxy(text); err != nil || *p != want {
			t.Errorf("%q: %+v, %v", text, p, err)
		}
	}
	for _, text := range []string{"", "proxy.example", "https://proxy.example:1", "http://proxy.example:1/path", "ftp://x:1"} {
		if p, err := ParseProxy(text); err == nil {
			t.Errorf("%q: %+v", text, p)
		}
	}
}
