package gps

import "time"

// Learnt is what has been learnt of a receiver's delay, from the edge of a second to
// the start of the burst that names it.
type Learnt struct {
	Delay  time.Duration // the median
	Spread time.Duration // robust standard deviation about it, of a single burst
}

// A Memory keeps what was learnt of receivers until the next start. A receiver is
// named by all that its delay depends on, such as the port, the baud rate and the
// first sentence of the burst; any text will do.
//
// A Memory is used by one goroutine at a time.
type Memory interface {
	// Recall gives what was kept, or false where nothing of use was. It may read a disk:
	// it is asked when a receiver has been recognised, whose samples wait for it.
	Recall(receiver string) (Learnt, bool)

	// Keep hands over what is known now, as often as the caller likes. It is for the
	// Memory to write seldom, and to tell its user where it cannot; the error is of a
	// write that was tried, and nothing depends on it. It may take as long as a disk
	// does: no edge and no burst may wait for it.
	Keep(receiver string, l Learnt) error
}
