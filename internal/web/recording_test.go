package web

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/refclock/refclock/internal/recording"
	"github.com/refclock/refclock/internal/status"
)

// A recorded daemon has a recording of its clock 1.
type recordedDaemon struct{ Daemon }

func (recordedDaemon) Recording(place int, w io.Writer) error {
	if place > 1 {
		return fmt.Errorf("%w: there is no clock %d", recording.ErrNone, place)
	}
	_, err := io.WriteString(w, "recording\n")
	return err
}

// A recording is answered at the socket, and at no port.
func TestRecording(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	listener, err := status.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	s := New(recordedDaemon{}, nil)
	defer s.Close()
	s.ServeSocket(listener)
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.serve(limit(port, 4, 4), &endpoint{})
	local := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}}
	for _, c := range []struct {
		client *http.Client
		url    string
		code   int
		text   string
	}{
		{local, "http://localhost/api/recording", 200, "recording\n"},
		{local, "http://localhost/api/recording?clock=1", 200, "recording\n"},
		{local, "http://localhost/api/recording?clock=2", 404, "no recording: there is no clock 2\n"},
		{local, "http://localhost/api/recording?clock=-1", 400, "clock must be a number from 0\n"},
		{http.DefaultClient, "http://" + port.Addr().String() + "/api/recording", 404, "404 page not found\n"},
	} {
		answer, err := c.client.Get(c.url)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != c.code || string(text) != c.text {
			t.Errorf("%s: %d %q, %v; want %d %q", c.url, answer.StatusCode, text, err, c.code, c.text)
		}
	}
}
