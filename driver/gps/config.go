package gps

import (
	"io"
	"log/slog"
	"time"

	"github.com/refclock/refclock/nmea"
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

	Pivot nmea.Date // the build date, by which week rollovers are resolved

	// Delay is the time from a second to the start of the burst that names it, and
	// is taken off the stamps. Without Calibrated it is not known and 0, and the
	// State says that the samples are late by as much.
	Delay      time.Duration
	Calibrated bool

	Log *slog.Logger // may be nil
}
