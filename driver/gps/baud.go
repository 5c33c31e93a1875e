package gps

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps/baud"
	"github.com/refclock/refclock/nmea"
)

// A TunedPort is a Port whose baud rate can be found by listening.
type TunedPort interface {
	Port
	Name() string           // of the port that was opened, if the user left the choice
	SetBaud(baud int) error // and drops what arrived at another rate
	Baud() int              // of the wire; 0 where bytes have no wire time
}

var (
	// errOtherBaud ends the reading of a port whose rate has changed, or was a wrong guess.
	errOtherBaud = errors.New("not this baud rate")

	// errTimeless ends the reading of a port whose rate means nothing.
	errTimeless = errors.New("bytes come faster than the baud rate allows")
)

// tune finds the rate of a port by listening. It ends with the rate set, with the
// error of a read, or with errSilent where nothing comes at any rate.
func (c *Clock) tune(port TunedPort, feed *driver.Feed) error {
	search := baud.NewSearch(c.config.Bauds, c.baud)
	var result driver.State                   // of the round before
	if feed.State().Reason == noData.Reason { // so it stays until something comes
		result = feed.State()
	}
	for {
		attempt, found, err := c.listen(port, feed, search.Baud(), cmp.Or(result, searching(search)))
		if found || err != nil {
			return err
		}
		switch ended, heard := search.Next(attempt.Heard()); {
		case ended && !heard:
			feed.SetState(c.accuse(noData, feed.State()))
			return errSilent
		case ended:
			result = noBaud(search.Bauds())
		}
	}
}

// listen listens at one rate until it is found to be right or wrong.
func (c *Clock) listen(port TunedPort, feed *driver.Feed, rate int, state driver.State) (attempt *baud.Attempt, right bool, err error) {
	if err := port.SetBaud(rate); err != nil {
		return nil, false, unplugged(err)
	}
	chunk := make([]byte, 4096)
	attempt = baud.NewAttempt(nmea.Now())
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
		right, wrong = attempt.Push(nmea.Now(), chunk[:n])
	}
	if right {
		c.chose(rate, feed.Log)
	}
	return attempt, right, nil
}

// searching is the state during the first round of a search.
func searching(s *baud.Search) driver.State {
	return driver.State{
		Reason: "looking for the baud",
		Detail: fmt.Sprintf("listening at %d baud, %d of %d rates", s.Baud(), s.Place()+1, len(s.Bauds())),
	}
}

// noBaud is the state of a receiver that cannot be understood at any rate.
func noBaud(bauds []int) driver.State {
	return driver.State{
		Reason: "looking for the baud",
		Detail: fmt.Sprintf("bytes come, but at none of %s baud are they NMEA sentences", strings.Trim(fmt.Sprint(bauds), "[]")),
		Hint:   "have the receiver send NMEA instead of a binary protocol; else the line is noisy: check the wiring and the ground",
	}
}

// readTuned reads a port whose rate is looked for, or known by the port.
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
			feed.Log.Info("bytes have no wire time", "device", c.config.Device, "why", "they arrive faster than "+fmt.Sprint(c.baud)+" baud allow: the burst begins at its first read")
			config.Baud = 0
			err = c.read(port, feed, config)
		}
		if !errors.Is(err, errOtherBaud) {
			return err
		}
	}
}

// chose remembers the rate that was found.
func (c *Clock) chose(baud int, log *slog.Logger) {
	if baud != c.baud {
		log.Info("baud rate found", "device", c.config.Device, "baud", baud, "why", "sentences have valid checksums")
	}
	c.baud = baud
}
