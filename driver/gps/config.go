package gps

import (
	"io"
	"sync"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// A Port is an open serial port. After the time of SetReadTimeout without bytes, a Read
// returns 0 and no error. Close ends a waiting Read.
type Port interface {
	io.ReadCloser
	SetReadTimeout(time.Duration) error

	// Gather makes the next Read wait that long while bytes collect, and then return those that
	// have arrived, possibly none. The read timeout does not apply.
	Gather(time.Duration)
}

// A Decoder turns the stamped bytes of a receiver into epochs. [nmea.Stream] is the one for
// NMEA, and documents the methods. ublox.NewStream returns one for NMEA and UBX.
type Decoder interface {
	Push(at nmea.Stamp, chunk []byte)
	Next() (h nmea.Heard, more bool)
	Pending() bool
	Settled() bool
	Silence() time.Duration
	Remaining(at nmea.Stamp) time.Duration
	Stats() nmea.FramerStats
}

// A Config configures a Clock.
type Config struct {
	Device string // as the user named it
	Baud   int    // for the wire time of a byte; 0 on native USB, where bytes have no wire time
	Open   func() (Port, error)

	// Bauds are the rates to try by listening, the likeliest first. It may be nil. If not,
	// Open must return a TunedPort.
	Bauds []int

	// Decoder returns the decoder of the receiver's bytes, for a line of that baud rate. If it
	// is nil, the receiver sends NMEA.
	Decoder func(baud int) Decoder

	// OtherReaders returns the other programs that have the port open, as text; "" if none are
	// found. It is called when the receiver sends no valid sentences, and may be nil.
	OtherReaders func() string

	Pivot nmea.Date // the build date, by which week rollovers are resolved

	// Delay is the time from a second to the start of the burst that names it. It is
	// subtracted from the stamps. If Calibrated is false, it is unknown and 0, and the
	// State shows that samples are late. With a pulse, it is learnt unless it is set.
	Delay      time.Duration
	Calibrated bool

	// Leaps returns how the number of seconds changes before a 00:00:00 UTC, given in
	// seconds since 1970, and whether that is known. It may be nil.
	Leaps func(boundary int64) (change int, known bool)

	// Enter is called in the goroutine that reads the port once it is open, and leave when it is
	// closed. It may give the thread a priority. It may be nil.
	Enter func() (leave func())

	Witnesses []driver.Witness // may contradict the receiver

	// ColdStart is how long a receiver that started without a date is withheld unless a
	// witness agrees: receiver.AlmanacTime for most receivers; 0: not at all.
	ColdStart time.Duration

	// Holdover is how long pulses are published after the fix is lost; 0: not at all.
	Holdover time.Duration

	Memory Memory // of learnt delays; may be nil
	Waits  Waits  // of cold starts; may be nil

	Pulse *PulseConfig // nil without a pulse

	// Now returns the stamp of a read, and is called directly after it; nil for the clocks of
	// this machine.
	Now func() nmea.Stamp

	// Replayed means that reads return at once what was recorded: none is delayed to let
	// bytes collect.
	Replayed bool

	// Lock locks the mutex of the state that the port and the pulse share. It may be nil. A
	// recording notes the order of the calls, and a replay enforces it.
	Lock func(shared sync.Locker, pulse bool)
}

// A PulseConfig configures the line of the receiver's pulse.
type PulseConfig struct {
	Source   string // as the user named it
	Open     func() (pps.Source, error)
	Polarity pps.Polarity // which edge begins the second

	Enter func() (leave func()) // in the goroutine that waits for edges; see Config

	// Now returns the present instant, and is called directly after an edge arrived; nil for
	// the clocks of this machine.
	Now func() nmea.Stamp
}

// The limits of the delay, from the edge of a second to the start of the burst that names it.
const (
	// A measured delay near 0 or near a whole second is ambiguous: the burst may belong to
	// the edge before it or to the one after.
	MinMeasuredDelay = 20 * time.Millisecond
	MaxMeasuredDelay = 900 * time.Millisecond

	// A few receivers send before the second that they name, or more than a second after it.
	MinKnownDelay = -time.Second / 2
	MaxKnownDelay = 3 * time.Second / 2

	// MaxDelayError is how far a measured delay may be from a known one. Half a second off,
	// it could be on either side.
	MaxDelayError = 400 * time.Millisecond

	// MaxSpread is the greatest spread of a usable delay.
	MaxSpread = 100 * time.Millisecond
)

// LearntDelay is the learnt delay of a receiver, from the edge of a second to the start of the
// burst that names it.
type LearntDelay struct {
	Delay  time.Duration // median
	Spread time.Duration // robust standard deviation of a single burst
}

// A Memory keeps the learnt delays until the next start. The name of a receiver is any text
// with the properties that determine its delay, such as the port, the baud rate and the first
// sentence of the burst.
//
// A Memory is not safe for concurrent use.
type Memory interface {
	// Recall returns the stored delay; false if there is none. It may read a disk: it is
	// called once a receiver is identified, and the samples wait for it.
	Recall(receiver string) (LearntDelay, bool)

	// Keep stores the current delay. The caller may call it often; the Memory must write
	// rarely, and report its own failures. The caller ignores the error of an attempted
	// write. Keep may take as long as a disk: no edge and no burst may wait for it.
	Keep(receiver string, l LearntDelay) error
}

// Waits keeps which receivers wait after a cold start, so that the wait continues after a restart
// of the program, and in the clock that a reload of the settings makes.
type Waits interface {
	// Recall returns the wait of the receiver at a port; false if it did not wait. It may read
	// a disk: it is called when the port has been opened.
	Recall(port string) (w receiver.Wait, waits bool)

	// Keep stores the current wait, or that the receiver does not wait. The caller may call it
	// often; Waits must write rarely, and report its own failures. Keep may take as long as a
	// disk: no edge and no burst may wait for it.
	Keep(port string, w receiver.Wait, waits bool)
}
