// Package events reads and writes event files: what a receiver sent, with the
// stamps of the machine that received it.
//
// An event file is text. The first line is the header:
//
//	SECONDS BAUD pulse|none [YYYY-MM-DD]
//
// SECONDS is the Unix time of time 0, by the system clock of the recording. BAUD
// is the rate of the wire, 0 where bytes have no wire time. "pulse" means that a
// pulse is wired. The date is the pivot, the build date by which week rollovers are
// resolved. Each further line is an event:
//
//	NANOSECONDS HEX   bytes that one read returned
//	NANOSECONDS E+    a rising edge of the pulse
//	NANOSECONDS E-    a falling edge of the pulse
//
// NANOSECONDS counts from time 0 and never decreases. Blank lines and lines that
// begin with # are skipped. Lines end with LF.
package events

import (
	"time"

	"github.com/refclock/refclock/nmea"
)

// A Header describes the recording.
type Header struct {
	Start int64     // UTC seconds since 1970 of time 0
	Baud  int       // of the wire; 0 where bytes have no wire time
	Pulse bool      // whether a pulse is wired
	Pivot nmea.Date // stands in for the build date; zero: not given
}

// A Kind is the kind of an Event.
type Kind uint8

const (
	Bytes   Kind = iota // a read returned bytes
	Rising              // a rising edge of the pulse
	Falling             // a falling edge of the pulse
)

// An Event is one line of the file after the header.
type Event struct {
	At   time.Duration // since time 0
	Kind Kind
	Data []byte // what one read returned; nil for an edge
}

// The limits keep stamps within 64 bits and a replay within minutes.
const (
	maxStart int64 = 9_000_000_000 // in the year 2255
	maxBaud        = 10_000_000
	maxAt          = 366 * 24 * time.Hour
	maxLine        = 64 << 10 // bytes, without the LF
	maxData        = maxLine/2 - 32
)
