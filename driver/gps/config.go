package gps

import (
	"io"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// A Port is an open serial port. After the time of SetReadTimeout without bytes, a Read
// returns 0 and no error. Close ends a waiting Read.
type Port interface {
	io.ReadCloser
	SetReadTimeout(time.Duration) error
}

// A Config says what a Clock reads and how.
type Config struct {
	Device string // as the user named it
	Baud   int    // for the wire time of a byte; 0 on native USB, where bytes have no wire time
	Open   func() (Port, error)

	// Bauds are the rates to try by listening, the likeliest first. It may be nil. If not,
	// Open must return a TunedPort.
	Bauds []int

	// Decoder returns what turns the receiver's bytes into epochs, for a line of that baud
	// rate. It may be nil: then the receiver sends NMEA.
	Decoder func(baud int) Decoder

	// Rivals returns the other programs that have the port open, in words; "" if none are
	// found. It is called when the receiver sends no valid sentences, and may be nil.
	Rivals func() string

	Pivot nmea.Date // the build date, by which week rollovers are resolved

	// Delay is the time from a second to the start of the burst that names it. It is
	// subtracted from the stamps. If Calibrated is false, it is unknown and 0, and the
	// State shows that samples are late. With a pulse, it is learnt unless it is set.
	Delay      time.Duration
	Calibrated bool

	// Leaps returns how the number of seconds changes before a 00:00:00 UTC, given in
	// seconds since 1970, and whether that is known. It may be nil.
	Leaps func(boundary int64) (change int, known bool)

	Witnesses []driver.Witness // may contradict the receiver

	// ColdStart is how long a receiver that started without a date is withheld unless a
	// witness agrees: receiver.AlmanacTime for most receivers; 0: not at all.
	ColdStart time.Duration

	// Holdover is how long pulses are published after the fix is lost; 0: not at all.
	Holdover time.Duration

	Memory Memory // of learnt delays; may be nil

	Pulse *PulseConfig // nil without a pulse
}

// A Decoder turns the stamped bytes of a receiver into epochs. [nmea.Stream] is the one for
// NMEA, and documents the methods.
type Decoder interface {
	Push(at nmea.Stamp, chunk []byte)
	Next() (h nmea.Heard, more bool)
	Pending() bool
	Settled() bool
	Silence() time.Duration
	Stats() nmea.FramerStats
}

// A PulseConfig says on which line the receiver's pulse arrives.
type PulseConfig struct {
	Source   string // as the user named it
	Open     func() (pps.Source, error)
	Polarity pps.Polarity // which edge begins the second
}

// Learnt is the learnt delay of a receiver, from the edge of a second to the start of the
// burst that names it.
type Learnt struct {
	Delay  time.Duration // median
	Spread time.Duration // robust standard deviation of a single burst
}

// A Memory keeps the learnt delays until the next start. The name of a receiver is any text
// that contains what its delay depends on, such as the port, the baud rate and the first
// sentence of the burst.
//
// A Memory is not safe for concurrent use.
type Memory interface {
	// Recall returns what was kept; false if nothing. It may read a disk: it is called once
	// a receiver is identified, and the samples wait for it.
	Recall(receiver string) (Learnt, bool)

	// Keep stores the current delay. The caller may call it often; the Memory must write
	// seldom, and report its own failures. The error is of an attempted write, and has no
	// effect. Keep may take as long as a disk: no edge and no burst may wait for it.
	Keep(receiver string, l Learnt) error
}
