package tune

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/refclock/refclock/driver/gps/baud"
	"github.com/refclock/refclock/nmea"
)

// A Port is the serial port of the receiver. serialport.WritablePort is one.
type Port interface {
	io.ReadWriteCloser // Read returns 0 and no error after the timeout; Write returns after the last bit was sent
	SetReadTimeout(time.Duration) error
	SetBaud(baud int) error // discards what arrived at the old rate
}

// A Timing limits how long a receiver is waited for.
type Timing struct {
	Reply  time.Duration // for a reply; a receiver with a full buffer replies after its burst
	Tries  int           // how often to send a message that is not answered
	Settle time.Duration // after a change of the baud rate, before the port follows
	Sight  time.Duration // for the sentences of enough seconds, see epochsObserved
	Return time.Duration // for a port that has disappeared
}

// UsualTiming is for receivers that report once a second.
var UsualTiming = Timing{Reply: 2 * time.Second, Tries: 3, Settle: 200 * time.Millisecond, Sight: 45 * time.Second, Return: 15 * time.Second}

var (
	// errRefused means that the receiver has answered no.
	errRefused = errors.New("the receiver refuses it")

	// errSilent means that no answer arrived.
	errSilent = errors.New("the receiver does not answer")

	// errGarbled means that answers arrived, all with wrong checksums.
	errGarbled = errors.New("the receiver's answers have wrong checksums")

	// errNoSentences means that no sentences arrive at any of the rates.
	errNoSentences = errors.New("no sentences arrive from the receiver")

	// errGone means that the port was unplugged.
	errGone = errors.New("the port has disappeared")
)

// An interrupted is the error after the context has ended.
type interrupted struct{ cause error }

func (interrupted) Error() string   { return "interrupted" }
func (i interrupted) Unwrap() error { return i.cause }

// A link is the connection to a receiver.
type link struct {
	ctx    context.Context
	open   func(baud int) (Port, error)
	now    func() nmea.Stamp
	sleep  func(time.Duration)
	timing Timing
	wire   bool // whether the port has a baud rate; native USB has none

	port  Port // nil if it is closed
	baud  int  // of the port
	split splitter
	chunk [4096]byte // of one read
}

// close closes the port.
func (l *link) close() {
	if l.port != nil {
		l.port.Close()
		l.port = nil
	}
}

// reopen opens the port at a rate. It waits for a port that has disappeared.
func (l *link) reopen(rate int) error {
	l.close()
	end := l.now().Add(l.timing.Return)
	for {
		port, err := l.open(rate)
		if err == nil {
			l.port, l.baud, l.split = port, rate, splitter{}
			return nil
		}
		if l.now().Sub(end) >= 0 || l.ctx.Err() != nil {
			return fmt.Errorf("%w: %w", errGone, err)
		}
		if err := l.pause(250 * time.Millisecond); err != nil {
			return err
		}
	}
}

// pause waits.
func (l *link) pause(d time.Duration) error {
	l.sleep(d)
	return l.interrupted()
}

// interrupted returns an error if the context has ended.
func (l *link) interrupted() error {
	if err := l.ctx.Err(); err != nil {
		return interrupted{err}
	}
	return nil
}

// setBaud changes the rate of the port.
func (l *link) setBaud(rate int) error {
	if !l.wire || l.port == nil {
		return nil
	}
	if err := l.port.SetBaud(rate); err != nil {
		return fmt.Errorf("%w: %w", errGone, err)
	}
	l.baud, l.split = rate, splitter{}
	return nil
}

// send writes a message to the receiver.
func (l *link) send(message []byte) error {
	if l.port == nil {
		return errGone
	}
	if _, err := l.port.Write(message); err != nil {
		return fmt.Errorf("%w: %w", errGone, err)
	}
	return nil
}

// await passes messages from the receiver to take until take reports that it is done, or
// returns an error. It returns errSilent or errGarbled after the time.
func (l *link) await(limit time.Duration, take func(frame) (done bool, err error)) error {
	bad := l.split.bad
	for end := l.now().Add(limit); ; {
		for {
			f, ok := l.split.next()
			if !ok {
				break
			}
			if done, err := take(f); done || err != nil {
				return err
			}
		}
		left := end.Sub(l.now())
		switch {
		case l.ctx.Err() != nil:
			return l.interrupted()
		case left <= 0 && l.split.bad > bad:
			return errGarbled
		case left <= 0:
			return errSilent
		}
		data, err := l.read(min(left, 100*time.Millisecond))
		if err != nil {
			return err
		}
		l.split.push(data)
	}
}

// read reads what arrives within the time, possibly nothing.
func (l *link) read(limit time.Duration) ([]byte, error) {
	if l.port == nil {
		return nil, errGone
	}
	if err := l.port.SetReadTimeout(limit); err != nil {
		return nil, fmt.Errorf("%w: %w", errGone, err)
	}
	n, err := l.port.Read(l.chunk[:])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errGone, err)
	}
	return l.chunk[:n], nil
}

// ask sends a message until it is answered. A message must have the same effect if the
// receiver takes it twice.
func (l *link) ask(message []byte, take func(frame) (done bool, err error)) (err error) {
	for range max(l.timing.Tries, 1) {
		if err = l.send(message); err != nil {
			return err
		}
		if err = l.await(l.timing.Reply, take); !errors.Is(err, errSilent) && !errors.Is(err, errGarbled) {
			return err
		}
	}
	return err
}

// find finds the rate at which sentences arrive, in the order of the rates, and sets the
// port to it. It reopens a port that has disappeared.
func (l *link) find(rates []int) error {
	if l.port == nil {
		if err := l.reopen(rates[0]); err != nil {
			return err
		}
	}
	if !l.wire {
		rates = rates[:1]
	}
	search := baud.NewSearch(rates, 0)
	for rounds := 0; rounds < 2; {
		found, received, err := l.listen(search.Baud())
		switch {
		case errors.Is(err, errGone):
			if err := l.reopen(search.Baud()); err != nil {
				return err
			}
			rounds++ // a port that disappears again and again
			continue
		case found || err != nil:
			return err
		}
		if ended, _ := search.Next(received); ended {
			rounds++
		}
	}
	return fmt.Errorf("%w at any of %s baud", errNoSentences, strings.Trim(fmt.Sprint(rates), "[]"))
}

// listen reports whether sentences arrive at a rate.
func (l *link) listen(rate int) (found, received bool, err error) {
	if err := l.setBaud(rate); err != nil {
		return false, false, err
	}
	attempt := baud.NewAttempt(l.now())
	for {
		data, err := l.read(100 * time.Millisecond)
		if err != nil {
			return false, attempt.Received(), err
		}
		if err := l.interrupted(); err != nil {
			return false, attempt.Received(), err
		}
		if right, wrong := attempt.Push(l.now(), data); right || wrong {
			return right, attempt.Received(), nil
		}
	}
}
