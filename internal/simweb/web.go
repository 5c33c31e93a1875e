package simweb

import (
	"context"
	"fmt"
	"net"
	"time"
)

// A Peer serves a connection: a [Server] or a [Proxy].
type Peer interface{ Serve(net.Conn) }

// A Web maps host:port to peers.
type Web map[string]Peer

// Dial connects to a peer without a network. It takes one round trip, like a network.
func (w Web) Dial(ctx context.Context, _, address string) (net.Conn, error) {
	peer, ok := w[address]
	if !ok {
		return nil, fmt.Errorf("dial %s: no such host", address)
	}
	if s, ok := peer.(*Server); ok {
		select {
		case <-time.After(s.Out + s.Back):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	near, far := net.Pipe()
	go peer.Serve(far)
	return near, nil
}
