package gps

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
)

// A TunedPort is a Port whose baud rate can be looked for by listening.
type TunedPort interface {
	Port
	Name() string           // of the port that was opened, if the user left the choice
	SetBaud(baud int) error // and drops what has come at another rate
	Baud() int              // of the wire; 0 where bytes have no wire time
}

const (
	// hearMost is how long a rate is listened to: long enough for two sentences of a
	// receiver that sends one a second.
	hearMost = 3200 * time.Millisecond

	// hearNone is how long it takes to give a rate up at which bytes come, and no
	// sentence: there is a burst in it, whole.
	hearNone = 2200 * time.Millisecond

	// hearEnough is how many good sentences decide: of noise, one in 256 that looks
	// like a sentence has a good checksum.
	hearEnough = 2

	// hearGarbage is how many bytes without a sentence are another rate's: more than
	// twice the longest sentence.
	hearGarbage = 600
)

// errOtherBaud ends the reading of a port whose rate has changed, or was a wrong guess.
var errOtherBaud = errors.New("not this baud rate")

// An attempt is what has been heard at one rate.
type attempt struct {
	framer  *nmea.Framer
	decoder *nmea.Decoder
	began   nmea.Stamp
	bytes   int
	good    int
}

func newAttempt(began nmea.Stamp) *attempt {
	return &attempt{framer: nmea.NewFramer(0), decoder: nmea.NewDecoder(), began: began}
}

// hear takes what a read returned, which may be nothing, and tells whether the rate
// is found, or given up.
func (h *attempt) hear(at nmea.Stamp, chunk []byte) (found, given bool) {
	h.bytes += len(chunk)
	if len(chunk) > 0 {
		h.framer.Push(at, chunk)
	}
	for {
		s, more := h.framer.Next()
		if !more {
			break
		}
		if _, err := h.decoder.Decode(s.Raw); err == nil || errors.Is(err, nmea.ErrRange) {
			h.good++
		}
	}
	passed := at.Sub(h.began)
	switch {
	case h.good >= hearEnough:
		return true, false
	case h.good == 0 && h.bytes >= hearGarbage, h.good == 0 && h.bytes > 0 && passed > hearNone:
		return false, true
	}
	return false, passed > hearMost
}

// A search goes through the rates that a receiver may have.
type search struct {
	bauds []int
	place int
	heard bool         // bytes, at any rate of this round
	state driver.State // what the rounds before have come to
}

// newSearch makes a search that begins with the rate that was good before, if one was.
func newSearch(bauds []int, before int) *search {
	s := &search{}
	if before != 0 {
		s.bauds = append(s.bauds, before)
	}
	for _, b := range bauds {
		if b != before {
			s.bauds = append(s.bauds, b)
		}
	}
	return s
}

func (s *search) baud() int { return s.bauds[s.place] }

// give gives a rate up, at which bytes were heard or not.
func (s *search) give(heard bool) {
	s.heard = s.heard || heard
	if s.place++; s.place < len(s.bauds) {
		return
	}
	s.state = noData
	if s.heard {
		s.state = noBaud(s.bauds)
	}
	s.place, s.heard = 0, false
}

// told is the state while the search goes on.
func (s *search) told() driver.State {
	if s.state != (driver.State{}) {
		return s.state
	}
	return driver.State{
		Reason: "looking for the baud",
		Detail: fmt.Sprintf("listening at %d baud, %d of %d rates", s.baud(), s.place+1, len(s.bauds)),
	}
}

// noBaud is the state of a receiver that cannot be understood at any rate.
func noBaud(bauds []int) driver.State {
	return driver.State{
		Reason: "looking for the baud",
		Detail: fmt.Sprintf("bytes come, but at none of %s baud are they NMEA sentences", strings.Trim(fmt.Sprint(bauds), "[]")),
		Cure:   "have the receiver send NMEA instead of a binary protocol; else the line is noisy: check the wiring and the ground",
	}
}

// tune finds the rate of a port by listening. It ends with the rate set, with the
// error of a read, or with errSilent where nothing comes at any rate.
func (c *Clock) tune(port TunedPort) error {
	s := newSearch(c.config.Bauds, c.baud)
	if c.State().Reason == noData.Reason { // so it stays until something comes
		s.state = c.State()
	}
	chunk := make([]byte, 4096)
	for {
		if err := port.SetBaud(s.baud()); err != nil {
			return unplugged(err)
		}
		h := newAttempt(nmea.Now())
		for {
			c.Beat()
			c.Tell(s.told())
			if err := port.SetReadTimeout(driver.BeatEvery / 4); err != nil {
				return err
			}
			n, err := port.Read(chunk)
			if err != nil {
				return fmt.Errorf("read %s: %w", c.config.Device, unplugged(err))
			}
			found, given := h.hear(nmea.Now(), chunk[:n])
			if found {
				c.chose(s.baud())
				return nil
			}
			if given {
				break
			}
		}
		if s.give(h.bytes > 0); s.state == noData && s.place == 0 {
			c.Tell(c.accuse(s.state))
			return errSilent
		}
	}
}

// chose remembers the rate that was found.
func (c *Clock) chose(baud int) {
	if baud != c.baud && c.Log != nil {
		c.Log.Info("baud rate found", "device", c.config.Device, "baud", baud, "why", "sentences with good checksums come")
	}
	c.baud = baud
}

// tellTimeless tells that the rate that was found means nothing.
func (c *Clock) tellTimeless() {
	if c.Log != nil {
		c.Log.Info("bytes have no wire time", "device", c.config.Device, "why", "they come faster than "+fmt.Sprint(c.baud)+" baud allow: the burst begins where its first bytes are read")
	}
}
