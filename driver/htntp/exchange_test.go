package htntp

import (
	"bufio"
	"context"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// A cancelled poll ends at once, even if the rest of a body has not arrived.
func TestCancelDuringBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, server := net.Pipe()
		defer server.Close()
		go func() {
			bufio.NewReader(server).ReadString('\n')
			go io.Copy(io.Discard, server)
			io.WriteString(server, "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 08:49:37 GMT\r\nContent-Length: 5\r\n\r\nhalf")
		}()
		ctx, cancel := context.WithCancel(t.Context())
		l := &link{conn: conn, reader: newHeadReader(conn)}
		h, _, err := l.exchange(ctx, []byte("GET / HTTP/1.1\r\n\r\n"), mono())
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(100*ms, cancel)
		began := time.Now()
		if l.finish(ctx, h, true) || time.Since(began) != 100*ms {
			t.Errorf("ended after %v, want 100ms", time.Since(began))
		}
	})
}
