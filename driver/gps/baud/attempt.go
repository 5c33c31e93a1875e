package baud

import (
	"errors"
	"time"

	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/ubx"
)

const (
	// maxListen is how long an attempt may last: long enough for two sentences of a
	// receiver that sends one a second.
	maxListen = 3200 * time.Millisecond

	// maxGarbage is how long an attempt may last if bytes arrive, but no sentence. A
	// receiver that sends every second has sent one complete burst by then.
	maxGarbage = 2200 * time.Millisecond

	// garbageBytes is how many bytes without a sentence show that the rate is wrong:
	// more than twice the longest sentence.
	garbageBytes = 600

	// minSentences is how many valid sentences show that the rate is right. Of noise that
	// looks like a sentence, one in 256 has a valid checksum.
	minSentences = 2
)

// An Attempt listens at one rate.
type Attempt struct {
	framer  *nmea.Framer
	decoder *nmea.Decoder
	ubx     ubx.Framer
	began   nmea.Stamp
	bytes   int
	valid   int // sentences and messages
	bare    int // sentences without a checksum
}

// NewAttempt returns an attempt that begins now.
func NewAttempt(now nmea.Stamp) *Attempt {
	return &Attempt{framer: nmea.NewFramer(0), decoder: nmea.NewDecoder(), began: now}
}

// Received reports whether any bytes arrived.
func (a *Attempt) Received() bool { return a.bytes > 0 }

// Unchecked reports whether the rate seems to be right, but the sentences have no checksums. Noise
// that looks like two sentences is rarer than one that has a valid checksum.
func (a *Attempt) Unchecked() bool { return a.bare >= minSentences }

// Push adds the bytes that a read returned, possibly none. It reports whether the rate is
// right, or wrong; while it reports neither, the attempt continues.
func (a *Attempt) Push(at nmea.Stamp, chunk []byte) (right, wrong bool) {
	a.bytes += len(chunk)
	if len(chunk) > 0 {
		a.framer.Push(at, chunk)
	}
	for {
		s, more := a.framer.Next()
		if !more {
			break
		}
		switch _, err := a.decoder.Decode(s.Raw); {
		case err == nil, errors.Is(err, nmea.ErrRange):
			a.valid++
		case errors.Is(err, nmea.ErrNoChecksum):
			a.bare++
		}
	}
	for a.ubx.Push(chunk); ; a.valid++ {
		if _, more := a.ubx.Next(); !more {
			break
		}
	}
	passed := at.Sub(a.began)
	switch {
	case a.valid >= minSentences:
		return true, false
	case a.valid == 0 && a.bytes >= garbageBytes, a.valid == 0 && a.bytes > 0 && passed > maxGarbage:
		return false, true
	}
	return false, passed > maxListen
}
