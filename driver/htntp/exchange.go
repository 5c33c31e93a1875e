package htntp

import (
	"context"
	"errors"
	"io"
	"time"
)

// answerTimeout is from the request to the end of the answer's head. It is more than
// maxTrip, to distinguish a slow server from one that does not answer.
const answerTimeout = 2500 * time.Millisecond

// maxBody is how much of a body is read to keep the connection.
const maxBody = 16 << 10

// errStale means that the server has closed the connection since the last answer, which
// it may. The caller connects again.
var errStale = errors.New("the server closed the connection between two requests")

// exchange sends a request at an instant of the monotonic clock and reads the head of the
// answer. The stamps are taken next to the write and the read.
func (l *link) exchange(ctx context.Context, request []byte, at int64) (h head, sent int64, err error) {
	if err := sleepUntil(ctx, at); err != nil {
		return head{}, 0, err
	}
	l.conn.SetDeadline(time.Now().Add(answerTimeout))
	defer l.bound(ctx)()
	used := l.used
	l.used = true
	sent = mono() // must be directly before the write
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

// bound makes the connection fail when ctx ends, until stop is called.
func (l *link) bound(ctx context.Context) (stop func() bool) {
	return context.AfterFunc(ctx, func() { l.conn.SetDeadline(time.Unix(1, 0)) })
}

// finish makes the connection ready for the next request, and reports whether that is
// possible. The deadline of the answer also applies to the body.
func (l *link) finish(ctx context.Context, h head, body bool) bool {
	if h.ends() {
		return false
	}
	if !body || h.status == 204 || h.status == 304 {
		return h.rest == 0 // a body after HEAD, whose end is unknown
	}
	rest := h.length - int64(h.rest)
	if h.length < 0 || h.length > maxBody || rest < 0 {
		return false
	}
	defer l.bound(ctx)()
	_, err := io.CopyN(io.Discard, l.conn, rest)
	return err == nil
}

// sleepUntil waits until an instant of the monotonic clock.
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
