package htntp

import (
	"bytes"
	"errors"
	"testing"
)

// A literal address is told as what it is: a proxy may look up any name, and finds none
// that is an address.
func TestSocksAddress(t *testing.T) {
	for name, want := range map[string]string{
		"a.example":   "\x03\x09a.example",
		"192.0.2.7":   "\x01\xc0\x00\x02\x07",
		"2001:db8::1": "\x04\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01",
		"fe80::1%1":   "\x03\x09fe80::1%1",
		"192.0.2.777": "\x03\x0b192.0.2.777",
	} {
		if got := socksAddress(name); string(got) != want {
			t.Errorf("%s: % x, want % x", name, got, want)
		}
	}
}

// The reply is read to its end, whatever the address in it; what follows is the server's.
func TestSocksReply(t *testing.T) {
	const greeting, port = "\x05\x00", "\x00\x50"
	for name, c := range map[string]struct {
		reply string
		err   error
	}{
		"IPv4":                 {reply: "\x05\x00\x00\x01\x7f\x00\x00\x01" + port},
		"IPv6":                 {reply: "\x05\x00\x00\x04" + string(make([]byte, 15)) + "\x01" + port},
		"a name":               {reply: "\x05\x00\x00\x03\x09localhost" + port},
		"an empty name":        {reply: "\x05\x00\x00\x03\x00" + port},
		"a type that is none":  {reply: "\x05\x00\x00\x02\x7f\x00\x00\x01" + port, err: ErrProxy},
		"less than an address": {reply: "\x05\x00\x00\x01\x7f\x00", err: ErrProxy},
	} {
		answer := bytes.NewReader([]byte(greeting + c.reply))
		_, err := (&Proxy{SOCKS: true}).socks(&scripted{answer: answer}, Host{Name: "192.0.2.7", Port: "80"})
		if !errors.Is(err, c.err) || c.err == nil && answer.Len() > 0 {
			t.Errorf("%s: %v, %d bytes are left; want %v", name, err, answer.Len(), c.err)
		}
	}
}
