package gps

import (
	"time"

	"github.com/refclock/refclock/nmea"
)

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
