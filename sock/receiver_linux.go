package sock

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

// A Receiver is the consumer's side of a socket. It is for tests of programs that
// send, and for showing what they send.
type Receiver struct {
	path string
	conn *net.UnixConn // nil once closed
}

// Listen creates the socket at path as chronyd does: it first removes a socket that
// another program left there. Close removes the socket.
//
// Errors: ErrRange for the path, ErrNoSocket if the file at path is not a socket, and
// those of the kernel.
func Listen(path string) (*Receiver, error) {
	if err := checkPath(path); err != nil {
		return nil, fmt.Errorf("receive: %w", err)
	}
	if !mayBeSocket(path) {
		return nil, fmt.Errorf("receive: %s: %w", path, ErrNoSocket)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("receive: %w", err)
	}
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return nil, fmt.Errorf("receive: %w", err)
	}
	return &Receiver{path, conn}, nil
}

// Receive waits for a datagram and decodes it. It returns as soon as ctx is done,
// with an error that wraps ctx.Err(). Other errors are ErrClosed and those of
// [Decode], after which Receive can be called again.
func (r *Receiver) Receive(ctx context.Context) (Sample, error) {
	if r.conn == nil {
		return Sample{}, fmt.Errorf("receive: %s: %w", r.path, ErrClosed)
	}
	var buffer [64]byte // longer than a sample, to notice a datagram that is too long
	n, err := r.read(ctx, buffer[:])
	if err != nil {
		return Sample{}, fmt.Errorf("receive: %s: %w", r.path, err)
	}
	sample, err := Decode(buffer[:n])
	if err != nil {
		return sample, fmt.Errorf("receive: %s: %w", r.path, err)
	}
	return sample, nil
}

// read reads one datagram, until ctx is done.
func (r *Receiver) read(ctx context.Context, buffer []byte) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	// A deadline in the past ends the read.
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(interrupted)
		r.conn.SetReadDeadline(time.Unix(1, 0))
	})
	n, err := r.conn.Read(buffer)
	if !stop() {
		<-interrupted // the function has started: its deadline must not outlast it
		r.conn.SetReadDeadline(time.Time{})
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = ctx.Err()
	}
	return n, err
}

// Close closes the Receiver and removes its socket, as chronyd does when it exits.
// Closing it again does nothing.
func (r *Receiver) Close() error {
	if r.conn == nil {
		return nil
	}
	conn := r.conn
	r.conn = nil
	err := os.Remove(r.path)
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(conn.Close(), err)
}
