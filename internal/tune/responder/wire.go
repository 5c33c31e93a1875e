package responder

import (
	"errors"
	"io"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A Wire connects a Receiver with a program, on a clock of its own: time passes only while
// the program waits. The bytes take as long as on a wire of the receiver's rate. It is not
// safe for concurrent use.
type Wire struct {
	Receiver *Receiver

	now     time.Duration
	next    time.Duration // the next second
	absent  time.Duration // the port is missing until then
	baud    int           // of the program's port
	timeout time.Duration
	queue   []byte
}

// NewWire connects a receiver.
func NewWire(r *Receiver) *Wire { return &Wire{Receiver: r, next: time.Second / 10} }

// Now returns the time on the wire's clock.
func (w *Wire) Now() nmea.Stamp { return nmea.Stamp{Mono: int64(time.Hour + w.now)} }

// Sleep lets time pass.
func (w *Wire) Sleep(d time.Duration) { w.pass(w.now + d) }

// errAbsent is the error of Open while the receiver is unplugged.
var errAbsent = errors.New("no such port")

// Open opens the program's port.
func (w *Wire) Open(baud int) (*Wire, error) {
	if w.now < w.absent {
		return nil, errAbsent
	}
	w.baud, w.queue = baud, nil
	return w, nil
}

// SetBaud changes the rate of the program's port.
func (w *Wire) SetBaud(baud int) error {
	if w.now < w.absent {
		return io.EOF
	}
	w.baud, w.queue = baud, nil
	return nil
}

// SetReadTimeout sets how long Read waits.
func (w *Wire) SetReadTimeout(d time.Duration) error {
	w.timeout = d
	return nil
}

// pass lets the receiver send until a time.
func (w *Wire) pass(until time.Duration) {
	for w.next <= until {
		w.now = w.next
		w.next += time.Second
		burst, at := w.Receiver.Second()
		w.arrive(burst, at)
	}
	w.now = max(w.now, until)
}

// arrive puts bytes into the program's port, garbled if the rates differ.
func (w *Wire) arrive(data []byte, at int) {
	if w.now >= w.absent {
		w.queue = append(w.queue, garble(data, at, w.baud)...)
	}
}

// edges is about how many bytes a port of a much higher rate hears instead of one: a letter
// or digit has that many falling edges, its start bit's among them, and each looks like the
// beginning of a byte.
const edges = 3

// garble returns what a port of another rate makes of bytes.
func garble(data []byte, sent, heard int) []byte {
	if sent == heard || sent == 0 || heard == 0 {
		return data
	}
	out := make([]byte, max(len(data)*min(heard, edges*sent)/sent, len(data)/4))
	for i := range out {
		out[i] = 0x80 | data[i%len(data)]<<1 | byte(i&1)
	}
	return out
}

// Read waits for bytes.
func (w *Wire) Read(p []byte) (int, error) {
	end := w.now + w.timeout
	for len(w.queue) == 0 {
		switch {
		case w.now < w.absent:
			return 0, io.EOF
		case w.next > end:
			w.pass(end)
			return 0, nil
		}
		w.pass(w.next)
	}
	n := copy(p, w.queue[:min(len(w.queue), 64)])
	w.queue = w.queue[n:]
	w.pass(w.now + time.Duration(n)*10*time.Second/time.Duration(w.baud))
	return n, nil
}

// Write sends bytes to the receiver.
func (w *Wire) Write(p []byte) (int, error) {
	if w.now < w.absent {
		return 0, io.EOF
	}
	w.pass(w.now + time.Duration(len(p))*10*time.Second/time.Duration(w.baud))
	answer, at := w.Receiver.Take(p, w.baud)
	if w.Receiver.Gone() {
		w.absent, w.queue = w.now+time.Second, nil
		return len(p), nil
	}
	w.arrive(answer, at)
	return len(p), nil
}

// Close closes the program's port.
func (w *Wire) Close() error { return nil }
