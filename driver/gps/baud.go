package gps

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps/baud"
)

// A TunedPort is a Port whose baud rate can be found by listening.
type TunedPort interface {
	Port
	Name() string           // of the port that was opened
	SetBaud(baud int) error // also drops bytes that arrived at another rate
	Baud() int              // 0 if bytes have no wire time
}

var (
	// errOtherBaud means that the rate has changed, or was a wrong guess.
	errOtherBaud = errors.New("wrong baud rate")

	// errTimeless means that the rate has no meaning.
	errTimeless = errors.New("bytes arrive faster than the baud rate allows")
)

// tune finds the rate of a port by listening. It returns after the rate is set, with the
// error of a read, or with errSilent if no bytes arrive at any rate.
func (c *Clock) tune(port TunedPort, feed *driver.Feed) error {
	search := baud.NewSearch(c.config.Bauds, c.baud)
	var result driver.State                   // of the round before
	if feed.State().Reason == noData.Reason { // keep it until bytes arrive
		result = feed.State()
	}
	for {
		attempt, found, err := c.listen(port, feed, search.Baud(), cmp.Or(result, searching(search)))
		if found || err != nil {
			return err
		}
		switch ended, received := search.Next(attempt.Received()); {
		case ended && !received:
			feed.SetState(c.addOtherReaders(noData, feed.State()))
			return errSilent
		case ended:
			result = noBaud(search.Bauds())
		}
	}
}

// listen listens at one rate until it is known to be right or wrong.
func (c *Clock) listen(port TunedPort, feed *driver.Feed, rate int, state driver.State) (attempt *baud.Attempt, right bool, err error) {
	if err := port.SetBaud(rate); err != nil {
		return nil, false, unplugged(err)
	}
	chunk := make([]byte, 4096)
	attempt = baud.NewAttempt(c.config.now())
	for wrong := false; !right && !wrong; {
		feed.Beat()
		feed.SetState(state)
		if err := port.SetReadTimeout(driver.BeatEvery / 4); err != nil {
			return nil, false, err
		}
		n, err := port.Read(chunk)
		if err != nil {
			return nil, false, fmt.Errorf("read %s: %w", c.config.Device, unplugged(err))
		}
		right, wrong = attempt.Push(c.config.now(), chunk[:n])
	}
	if right {
		c.keepBaud(rate, feed.Log)
	}
	return attempt, right, nil
}

// searching is the state during the first round of a search.
func searching(s *baud.Search) driver.State {
	return driver.State{
		Reason: "detecting the baud rate",
		Detail: fmt.Sprintf("listening at %d baud, %d of %d rates", s.Baud(), s.Place()+1, len(s.Bauds())),
	}
}

// noBaud is the state after a round without valid sentences.
func noBaud(bauds []int) driver.State {
	return driver.State{
		Reason: "detecting the baud rate",
		Detail: fmt.Sprintf("bytes arrive, but no NMEA sentences at any of %s baud", strings.Trim(fmt.Sprint(bauds), "[]")),
		Hint:   "check the wiring and the ground; if the receiver sends a binary protocol, switch it to NMEA",
	}
}

// readTuned reads a TunedPort. It finds the rate first, unless it is set.
func (c *Clock) readTuned(port TunedPort, feed *driver.Feed) error {
	for {
		if len(c.config.Bauds) > 0 {
			if err := c.tune(port, feed); err != nil {
				return err
			}
		}
		config := c.config
		config.Baud = port.Baud()
		err := c.read(port, feed, config)
		if errors.Is(err, errTimeless) {
			feed.Log.Info("bytes have no wire time", "device", c.config.Device, "why", "they arrive faster than "+fmt.Sprint(c.baud)+" baud allows; a burst begins at its first read")
			config.Baud = 0
			err = c.read(port, feed, config)
		}
		if !errors.Is(err, errOtherBaud) {
			return err
		}
	}
}

// keepBaud keeps the rate that was found, and logs a change.
func (c *Clock) keepBaud(baud int, log *slog.Logger) {
	if baud != c.baud {
		log.Info("baud rate found", "device", c.config.Device, "baud", baud, "why", "sentences have valid checksums")
	}
	c.baud = baud
}
