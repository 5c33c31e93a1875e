package gps

import (
	"io"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// A Port is an open serial port. After SetReadTimeout a Read returns 0 and no
// error when nothing came for so long. Close ends a Read that waits.
type Port interface {
	io.ReadCloser
	SetReadTimeout(time.Duration) error
}

// A Config says what a Clock reads and how.
type Config struct {
	Device string // as the user named it
	Baud   int    // for the wire time of a byte; 0 on native USB, where bytes have none
	Open   func() (Port, error)

	// Bauds are the rates among which the receiver's is looked for by listening, the
	// likeliest first. It may be nil; else Open is to give a TunedPort.
	Bauds []int

	// Rivals says who else has the port open, in words; nothing if nobody is seen to. It
	// is asked when the receiver cannot be understood, and may be nil.
	Rivals func() string

	Pivot nmea.Date // the build date, by which week rollovers are resolved

	// Delay is the time from a second to the start of the burst that names it, and
	// is taken off the stamps. Without Calibrated it is not known and 0, and the
	// State says that the samples are late by as much.
	// With a pulse the delay is learnt, unless it is set.
	Delay      time.Duration
	Calibrated bool

	// Leaps tells by how much the count of seconds changes before a 00:00:00 UTC, given
	// in seconds since 1970, and whether that is known. It may be nil.
	Leaps func(boundary int64) (change int, known bool)

	Witnesses []driver.Witness // who may contradict

	// ColdStart is for how long a receiver that was first seen without a date is not
	// believed unless a witness agrees: receiver.AlmanacTime for most; 0 is not at all.
	ColdStart time.Duration

	// Holdover is for how long pulses are counted on after the fix was lost; 0: not at all.
	Holdover time.Duration

	Memory Memory // of learnt delays; may be nil

	Pulse *PulseConfig // nil where the receiver has none, or it is not wired up
}

// A PulseConfig says where the receiver's pulse comes in.
type PulseConfig struct {
	Source   string // as the user named it
	Open     func() (pps.Source, error)
	Polarity pps.Polarity // which edge begins the second
}

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
