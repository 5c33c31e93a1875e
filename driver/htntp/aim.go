package htntp

import "time"

const second = int64(time.Second)

// aim is when to send the next request, not before the instant given, so that a
// server whose clock is at theta looks at it just when its second begins: the Date
// of the answer then tells whether theta is more or less, and the doubt is halved.
func (e *evidence) aim(at theta, notBefore int64) int64 {
	there := e.trip() / 2
	into := (notBefore + there + at) % second // how far into the server's second it would be
	if into < 0 {
		into += second
	}
	return notBefore + (second-into)%second
}
