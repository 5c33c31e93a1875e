package htntp

import "time"

const second = int64(time.Second)

// aim returns when to send the next request, at notBefore or later. If theta is right, the
// server reads its clock just as its second begins. The Date of the answer then shows
// whether theta is too low or too high, which halves the uncertainty.
func (e *evidence) aim(at theta, notBefore int64) int64 {
	there := e.trip() / 2
	into := (notBefore + there + at) % second // how far into its second the server would be; negative before 1970
	return notBefore + (second-into)%second
}
