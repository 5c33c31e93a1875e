package htntp

import (
	"context"
	"errors"
	"io"
	"time"
)

// answerMost is how long an answer may take, from the request to the end of its
// head. More than tripMost, to tell a slow server from a mute one.
const answerMost = 2500 * time.Millisecond

// bodyMost is how much of a body is read to keep the connection.
const bodyMost = 16 << 10

// errStale is a connection that the server has closed since the last answer, as it
// may: to be made anew.
var errStale = errors.New("the connection was closed in between")

// exchange sends a request at an instant of the monotonic clock and reads the head of
// its answer. The stamps are taken next to the write and the read.
func (l *link) exchange(ctx context.Context, request []byte, at int64) (h head, sent int64, err error) {
	if err := sleepUntil(ctx, at); err != nil {
		return head{}, 0, err
	}
	l.conn.SetDeadline(time.Now().Add(answerMost))
	defer l.bound(ctx)()
	used := l.used
	l.used = true
	sent = mono() // nothing may come between this and the write
	_, err = l.conn.Write(request)
	if err == nil {
		h, err = l.reader.read()
	} else if !used {
		err = ErrConnect.with(err)
	} else {
		err = errStale
	}
	switch {
	case err == nil:
		return h, sent, nil
	case ctx.Err() != nil:
		return head{}, 0, ctx.Err()
	case used && (errors.Is(err, errDropped) || errors.Is(err, errStale)):
		return head{}, 0, errStale
	}
	return head{}, 0, err
}

// bound has the connection fail at once when ctx ends, until stop is called.
func (l *link) bound(ctx context.Context) (stop func() bool) {
	return context.AfterFunc(ctx, func() { l.conn.SetDeadline(time.Unix(1, 0)) })
}

// finish makes the connection ready for the next request, and tells whether it can. The
// body must end in the time that the answer had.
func (l *link) finish(ctx context.Context, h head, body bool) bool {
	if h.ends() {
		return false
	}
	if !body || h.status == 204 || h.status == 304 {
		return h.rest == 0 // more than the head after HEAD: what follows cannot be told apart
	}
	rest := h.length - int64(h.rest)
	if h.length < 0 || h.length > bodyMost || rest < 0 {
		return false
	}
	defer l.bound(ctx)()
	_, err := io.CopyN(io.Discard, l.conn, rest)
	return err == nil
}

// sleepUntil waits for an instant of the monotonic clock.
func sleepUntil(ctx context.Context, at int64) error {
	wait := time.Duration(at - mono())
	if wait <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
