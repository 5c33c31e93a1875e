// Package recording records what a running gps clock sees, and reads such recordings.
//
// A recording is what package replay needs to repeat a run to the last bit: each read with
// its stamp, each edge, each answer of a witness, of the table of leap seconds and of the
// memories, and the order in which the port and the pulse used the state that they share. It
// also has the samples and the states that followed. docs/recording.md describes the file.
//
//	loops of the clock -> Recorder (buffers) -> blanked -> blocks -> file, or Ring
//
// The loops write to buffers of a fixed size, without waiting, locking or allocating. Events
// that do not fit are counted as lost.
package recording

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"syscall"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// A Kind is the kind of an Event.
type Kind uint8

// The kinds of events. Their numbers are part of the file format.
const (
	Opened  Kind = 1  // the port or the line was opened, or could not be
	Rate    Kind = 2  // the baud rate was set
	Read    Kind = 3  // a read of the port returned: bytes, none at its timeout, or an error
	Edge    Kind = 4  // an edge arrived
	Quiet   Kind = 5  // no edge arrived before the timeout
	Gone    Kind = 6  // the line failed
	Lock    Kind = 7  // the port or the pulse locked the state that they share
	Leap    Kind = 8  // the table of leap seconds answered
	Witness Kind = 9  // a witness answered
	Recall  Kind = 10 // the memory of delays answered
	Readers Kind = 11 // the search for other readers of the port answered
	Learnt  Kind = 12 // the learnt delay has changed
	Sample  Kind = 13 // a sample was published
	State   Kind = 14 // the state changed
	Lost    Kind = 15 // the buffer was full: events are missing here
	Waited  Kind = 16 // the memory of cold starts answered
	Waiting Kind = 17 // the wait after a cold start has changed
)

// An Event is one thing that the port or the pulse saw or did. Which fields it has depends
// on its kind; see the methods and the functions that make one.
type Event struct {
	Kind    Kind
	Pulse   bool       // of the pulse; else of the port
	Stamp   nmea.Stamp // of Opened, Rate, Read, Edge and Quiet
	Numbers [5]int64
	Texts   [3]string
	Data    []byte // of a Read; valid until the next event
}

// A layout says which fields the events of a kind have.
type layout struct {
	name    string
	stamp   bool
	numbers int
	texts   int
	data    bool
	near    bool // Numbers[0] and [1] are CLOCK_REALTIME and CLOCK_MONOTONIC, near those of the last stamp
}

var layouts = [...]layout{
	Opened:  {name: "opened", stamp: true, numbers: 3, texts: 2}, // baud rate, whether it can be set, class of the error; name, error
	Rate:    {name: "rate", stamp: true, numbers: 3, texts: 1},   // wanted, set, class of the error; error
	Read:    {name: "read", stamp: true, numbers: 1, texts: 1, data: true},
	Edge:    {name: "edge", stamp: true, numbers: 5, near: true}, // stamp on two clocks, number, 1 rising + 2 coarse + 4 has an uncertainty, which is the last number, else within
	Quiet:   {name: "quiet", stamp: true},
	Gone:    {name: "gone", numbers: 1, texts: 1},
	Lock:    {name: "lock"},
	Leap:    {name: "leap", numbers: 3},             // boundary, change, whether known
	Witness: {name: "witness", numbers: 4},          // index, whether it knows, offset, within
	Recall:  {name: "recall", numbers: 3, texts: 1}, // whether known, delay, spread; receiver
	Readers: {name: "readers", texts: 1},
	Learnt:  {name: "learnt", numbers: 2, texts: 1},
	Sample:  {name: "sample", numbers: 5, near: true}, // receive, mono, clock - receive, leap, uncertainty
	State:   {name: "state", texts: 3},                // reason, detail, hint
	Lost:    {name: "lost", numbers: 1},
	Waited:  {name: "waited", numbers: 3},  // whether it waits, the first valid epoch on the steady clock, whether the date was too far ahead
	Waiting: {name: "waiting", numbers: 3}, // the same
}

func (k Kind) valid() bool { return int(k) < len(layouts) && layouts[k].name != "" }

func (k Kind) String() string {
	if !k.valid() {
		return fmt.Sprintf("kind %d", uint8(k))
	}
	return layouts[k].name
}

// faultShift is the position of an edge's Fault in its flags.
const faultShift = 2

// PPS returns the edge of an Edge. A Fault that this version does not know is Noise.
func (e *Event) PPS() pps.Edge {
	n := &e.Numbers
	fault := pps.Noise
	if f := (n[3] &^ uncertain) >> faultShift; f >= 0 && f <= int64(pps.Unread) {
		fault = pps.Reason(f)
	}
	edge := pps.Edge{Stamp: pps.Stamp{Real: n[0], Mono: n[1]}, Seq: uint32(n[2]), Rising: n[3]&1 != 0, Coarse: n[3]&2 != 0, Fault: fault}
	if n[3]&uncertain != 0 {
		edge.Uncertainty = time.Duration(n[4])
	} else {
		edge.Within = time.Duration(n[4])
	}
	return edge
}

// uncertain is the flag of an edge whose last number is its uncertainty, and not the error of a
// polled edge.
const uncertain = 1 << 16

// newEdge returns the event of an edge.
func newEdge(at nmea.Stamp, edge pps.Edge) Event {
	e := Event{Kind: Edge, Stamp: at, Numbers: [5]int64{edge.Stamp.Real, edge.Stamp.Mono, int64(edge.Seq), flagsOf(edge), int64(edge.Within)}}
	if edge.Uncertainty != 0 {
		e.Numbers[3] |= uncertain
		e.Numbers[4] = int64(edge.Uncertainty)
	}
	return e
}

// newWait returns the event of a wait after a cold start.
func newWait(k Kind, w receiver.Wait, waits bool) Event {
	return Event{Kind: k, Numbers: [5]int64{flag(waits), w.Since, flag(w.Far)}}
}

// Wait returns the wait of a Waited or a Waiting, and whether the receiver waits.
func (e *Event) Wait() (w receiver.Wait, waits bool) {
	n := &e.Numbers
	return receiver.Wait{Since: n[1], Far: n[2] != 0}, n[0] != 0
}

// Driver returns the sample of a Sample.
func (e *Event) Driver() driver.Sample {
	n := &e.Numbers
	return driver.Sample{Receive: n[0], Mono: n[1], Clock: n[0] + n[2], Leap: leapOf(n[3]), Uncertainty: time.Duration(n[4])}
}

// Changed returns the state of a State.
func (e *Event) Changed() driver.State {
	return driver.State{Reason: e.Texts[0], Detail: e.Texts[1], Hint: e.Texts[2]}
}

// Err returns the error of an Opened, a Rate, a Read or a Gone; nil if it has none. It has
// the text of the recorded error, and the same class for errors.Is.
func (e *Event) Err() error {
	switch e.Kind {
	case Opened:
		return rebuild(e.Numbers[2], e.Texts[1])
	case Rate:
		return rebuild(e.Numbers[2], e.Texts[0])
	case Read, Gone:
		return rebuild(e.Numbers[0], e.Texts[0])
	}
	return nil
}

// classes are the errors by which the driver chooses its reasons and hints. Bit i of a
// class is the error i. Their order is part of the file format.
var classes = [...]error{
	fs.ErrNotExist, fs.ErrPermission, syscall.EBUSY, syscall.EMFILE, syscall.ENFILE, io.EOF, driver.ErrAbsent, pps.ErrGone, pps.ErrClosed,
	syscall.ENOTTY,
}

// failed is the bit of a class that every error has.
const failed = 1 << 32

// classify returns the class and the text of an error; 0 for nil.
func classify(err error) (class int64, text string) {
	if err == nil {
		return 0, ""
	}
	class = failed
	for i, known := range classes {
		if errors.Is(err, known) {
			class |= 1 << i
		}
	}
	return class, err.Error()
}

// rebuild is the reverse of classify.
func rebuild(class int64, text string) error {
	if class == 0 {
		return nil
	}
	return &recordedError{class, text}
}

// A recordedError is an error from a recording.
type recordedError struct {
	class int64
	text  string
}

func (e *recordedError) Error() string { return e.text }

// Is reports whether the recorded error was this one.
func (e *recordedError) Is(target error) bool {
	for i, known := range classes {
		if known == target {
			return e.class&(1<<i) != 0
		}
	}
	return false
}
