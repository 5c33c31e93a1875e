package htntp

import (
	"bytes"
	"errors"
	"io"
	"reflect"
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

// What is wrong with an answer is said as it is.
func TestHeadMessages(t *testing.T) {
	const date = "Date: Mon, 23 Nov 2026 08:49:37 GMT"
	for _, c := range []struct {
		name, text string
		want       string // "" for none
	}{
		{"bare LF", "HTTP/1.1 200 OK\n" + date + "\n\n", ""},
		{"LF and CRLF", "HTTP/1.1 200 OK\r\n" + date + "\n\r\n", ""},
		{"bare LF in the middle", "HTTP/1.1 200 OK\n" + date + "\r\n\n", ""},
		{"40 KB", "HTTP/1.1 200 OK\r\nSet-Cookie: " + strings.Repeat("x", 40_000) + "\r\n" + date + "\r\n\r\n", ""},
		{"70 KB", "HTTP/1.1 200 OK\r\nSet-Cookie: " + strings.Repeat("x", 70_000) + "\r\n" + date + "\r\n\r\n", "more than 64 KB"},
		{"HTTP/2", "\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64", "only HTTP/2"},
		{"HTTP/2 that closes", "\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01", "only HTTP/2"},
		{"interim answers", strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 6), "status 1xx"},
		{"no HTTP", "SSH-2.0-\x1b[2J\r\n", `"SSH-2.0-\x1b[2J\r\n"`},
	} {
		h, err := newHeadReader(&chopped{[]byte(c.text), 4096}).read()
		switch {
		case c.want == "" && (err != nil || "Date: "+string(h.date) != date):
			t.Errorf("%s: %+v, %v", c.name, h, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\x1b")):
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
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
		"a.example:0":                    "",
		"a.example:65536":                "",
		"WWW.Example.ORG.":               "https://www.example.org",
		"http://127.0.0.1.:8080":         "http://127.0.0.1:8080",
		"http://a.example:443":           "http://a.example:443",
		"https://a.example:80":           "https://a.example:80",
		"http://a.example:80/":           "http://a.example",
		"a.example:65535":                "https://a.example:65535",
		"a.example:1":                    "https://a.example:1",
		"https://[2001:DB8:0::1]":        "https://[2001:db8::1]",
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
	for _, text := range []string{"", "proxy.example", "https://proxy.example:1", "http://proxy.example:1/path", "ftp://x:1", "x:0", "x:65536", "socks5://x:99999"} {
		if p, err := ParseProxy(text); err == nil {
			t.Errorf("%q: %+v", text, p)
		}
	}
}

// No message about a proxy, or a server, has a password.
func TestPasswordsAreHidden(t *testing.T) {
	for text, want := range map[string]string{
		"http://anna:s3cret@proxy.example":      "http://anna:xxxxx@proxy.example",
		"anna:s3cret@proxy.example":             "anna:xxxxx@proxy.example",
		"ftp://anna:s3cret@h:1":                 "ftp://anna:xxxxx@h:1",
		"http://anna:s3%zzcret@h:1":             "http://anna:xxxxx@h:1",
		"http://anna:a s3cret@h:1":              "http://anna:xxxxx@h:1",
		"http://anna:s3cret@s3cret:s3cret@h:1/": "http://anna:xxxxx@h:1/",
		"anna:s3cret@h:1/path":                  "anna:xxxxx@h:1/path",
		"anna:s3cret@[::1":                      "anna:xxxxx@[::1",
		"anna:s3cret":                           "anna:xxxxx",
		":s3cret":                               ":xxxxx",
		"socks5://anna:s3cret":                  "socks5://anna:xxxxx",
		"anna:s3cret@h:99999":                   "anna:xxxxx@h:99999",
		"h:3128":                                "h:3128",
		"http://h:3128/":                        "http://h:3128/",
		"http://[2001:db8::1]":                  "http://[2001:db8::1]",
		"anna@h":                                "xxxxx@h",
		"http://token@proxy.example:3128":       "http://xxxxx@proxy.example:3128",
		"https://anna:s3/cret@h:8443/path":      "https://anna:xxxxx@h:8443/path",
		"https://anna:s3/cret":                  "https://anna:xxxxx",
		"https://h:8443/a path":                 "https://h:8443/a path",
		"https://[2001:db8::1]/a:path":          "https://[2001:db8::1]/a:path",
	} {
		if got := RedactURL(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		_, err := ParseProxy(text)
		if err != nil && strings.Contains(err.Error(), "s3") {
			t.Errorf("%q: %v", text, err)
		}
		if _, err = ParseHost(text); err != nil && strings.Contains(err.Error(), "s3") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Text of others in a reason, such as the names in a certificate, is one short printable line.
func TestReasonsArePrintable(t *testing.T) {
	for text, want := range map[string]string{
		"valid for a.example":            "valid for a.example",
		"münchen.example":                "münchen.example",
		"a\x1b[31m\r\nb\x00\u0085\u202e": `a\x1b[31m\r\nb\x00\u0085\u202e`,
		"\xff\xfe":                       `\xff\xfe`,
		strings.Repeat("é", 400):         strings.Repeat("é", 150) + "...",
		strings.Repeat("a", 300):         strings.Repeat("a", 300),
		strings.Repeat("a", 301):         strings.Repeat("a", 300) + "...",
	} {
		if got := ErrCertificate.with(errors.New(text)).Error(); got != ErrCertificate.Text+": "+want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// Limits of a head are inclusive.
func TestHeadLimits(t *testing.T) {
	const status, date = "HTTP/1.1 200 OK\r\n", "Date: Mon, 23 Nov 2026 08:49:37 GMT\r\n\r\n"
	hints := func(n int) string { return strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", n) }
	filled := func(size int) string {
		return status + "X: " + strings.Repeat("x", size-len(status)-len("X: \r\n")-len(date)) + "\r\n" + date
	}
	for _, c := range []struct {
		name string
		from io.Reader
		good bool
	}{
		{"4 interim answers", strings.NewReader(hints(4) + status + date), true},
		{"5 interim answers", strings.NewReader(hints(5) + status + date), false},
		{"64 KB", strings.NewReader(filled(64 << 10)), true},
		{"64 KB and a byte", strings.NewReader(filled(64<<10 + 1)), false},
		{"64 pieces", &chopped{[]byte(filled(640)), 10}, true},
		{"65 pieces", &chopped{[]byte(filled(641)), 10}, false},
		{"empty reads", iotest.ErrReader(nil), false},
	} {
		h, err := newHeadReader(c.from).read()
		if c.good && (err != nil || h.status != 200 || h.dates != 1) || !c.good && !errors.Is(err, ErrEndless) {
			t.Errorf("%s: %+v, %v", c.name, h, err)
		}
	}
}

// An interim answer does not count for the stamp, even if the final one begins in its piece.
func TestStampAfterInterimAnswer(t *testing.T) {
	const interim = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n"
	for _, c := range []struct {
		pieces []string // one each second
		want   time.Duration
	}{
		{[]string{interim, "\r\nHTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026", " 08:49:37 GMT\r\n", "Server: x\r\n\r\n"}, 3 * time.Second},
		{[]string{interim, "\r\nHTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 08:49:37 GMT\r\n", "Server: x\r\n\r\n"}, 2 * time.Second},
		{[]string{interim + "\r\n", "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 08:49:37 GMT\r\n", "Server: x\r\n\r\n"}, 2 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			in, out := io.Pipe()
			go func() {
				for _, text := range c.pieces {
					time.Sleep(time.Second)
					io.WriteString(out, text)
				}
			}()
			began := mono()
			h, err := newHeadReader(in).read()
			if took := time.Duration(h.got - began); err != nil || took != c.want || h.rest != 0 {
				t.Errorf("%q: stamped after %v, %v; want %v", c.pieces, took, err, c.want)
			}
		})
	}
}

func TestConnectionEnds(t *testing.T) {
	for text, want := range map[string]bool{
		"HTTP/1.1 200 OK\r\n":                                  false,
		"HTTP/1.0 200 OK\r\n":                                  true,
		"HTTP/1.1 200 OK\r\nConnection: close\r\n":             true,
		"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n":        false,
		"HTTP/1.0 200 OK\r\nConnection: Keep-Alive, x\r\n":     false,
		"HTTP/1.0 200 OK\r\nConnection: keep-alive,close\r\n":  true,
		"HTTP/1.1 200 OK\r\nConnection: close, keep-alive\r\n": true,
	} {
		if h, err := parseHead([]byte(text)); err != nil || h.ends() != want {
			t.Errorf("%q: ends %v, %v; want %v", text, h.ends(), err, want)
		}
	}
}

// Each field is found by its name, and has no effect in another place.
func TestHeadFields(t *testing.T) {
	for text, want := range map[string]head{
		"X-HTTPSTIME: 1.5":                     {httpstime: []byte("1.5")},
		"Retry-After:\t5 ":                     {after: []byte("5")},
		"Location: /en":                        {location: []byte("/en")},
		"X-Squid-Error: a":                     {refusal: []byte("a")},
		"Proxy-Authenticate: Basic":            {refusal: []byte("Basic")},
		"Proxy-Status: a; error=b":             {refusal: []byte("a; error=b")},
		"Proxy-Status: a":                      {},
		"Content-Length: 0":                    {length: 0},
		"Content-Length: 1":                    {length: 1},
		"Content-Length: 4294967296":           {length: 1 << 32},
		"Content-Length: -2":                   {},
		"Content-Length: 1x":                   {},
		"Content-Length: 99999999999999999999": {},
		" Age: 1":                              {},
		"\tVia: 1":                             {},
		"":                                     {},
	} {
		want.status = 100
		if !strings.Contains(text, "Length: 0") && want.length == 0 {
			want.length = -1
		}
		if want.httpstime != nil {
			want.timeEnd = len("HTTP/1.1 100\r\n" + text + "\r\n")
		}
		if h, err := parseHead([]byte("HTTP/1.1 100\r\n" + text + "\r\n\r\n")); err != nil || !reflect.DeepEqual(h, want) {
			t.Errorf("%q: %+v, %v; want %+v", text, h, err, want)
		}
	}
	for _, line := range []string{"HTTP/1.1 20", "HTTP/1.1 099", "HTTP/1.1 2:0", "HTTP/1.1 2/0", "HTTP/1.1_200", "HTTP/1.1 20/", "HTTP/1.1 /00"} {
		if h, err := parseHead([]byte(line)); !errors.Is(err, ErrNotHTTP) {
			t.Errorf("%q: %+v, %v", line, h, err)
		}
	}
	if h, err := parseHead([]byte("HTTP/1.1 999")); err != nil || h.status != 999 {
		t.Errorf("status 999: %+v, %v", h, err)
	}
	for text, want := range map[string]bool{
		"\x00\x00\x12\x04\x00\x00\x00\x00\x00": true,
		"\x00\x00\x12\x07\x00\x00\x00\x00\x00": true,
		"\x00\x00\x12\x04\x00\x00\x00\x00":     false,
		"\x00\x00\x12\x04\x00\x00\x00\x00\x01": false,
		"\x00\x00\x12\x04\x00\x01\x00\x00\x00": false,
		"\x00\x00\x12\x05\x00\x00\x00\x00\x00": false,
		"\x01\x00\x12\x04\x00\x00\x00\x00\x00": false,
	} {
		if got := isHTTP2([]byte(text)); got != want {
			t.Errorf("%q: HTTP/2 %v, want %v", text, got, want)
		}
	}
}

func TestSetCredentials(t *testing.T) {
	for text, want := range map[string]Proxy{
		"anna:word\n": {User: "anna", Password: "word"},
		"anna:a:b":    {User: "anna", Password: "a:b"},
		"anna:":       {User: "anna"},
		"anna":        {},
		":word":       {},
		"anna:a\x00b": {},
	} {
		var p Proxy
		if err := p.SetCredentials(text); p != want || (err == nil) != (want.User != "") {
			t.Errorf("%q: %+v, %v", text, p, err)
		}
	}
}
