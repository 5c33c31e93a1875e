package gps

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps/baud"
	"github.com/refclock/refclock/nmea"
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

// A tuning is a search for the rate of a port.
type tuning struct {
	clock    *Clock
	search   *baud.Search
	state    driver.State
	failed   driver.State // after bytes without a sentence; no Reason before
	bytes    nmea.Stamp   // the last bytes; at first, the start
	received bool         // any bytes arrived
	looked   bool         // for other readers, in the first round
	bare     bool         // at a rate of this round, sentences have no checksums
}

// tune finds the rate of a port by listening. It returns after the rate is set, with the
// error of a read, or with errSilent if no bytes arrive at any rate.
func (c *Clock) tune(port TunedPort, feed *driver.Feed) error {
	t := &tuning{clock: c, search: baud.NewSearch(c.config.Bauds, c.baud), bytes: c.config.now()}
	if feed.State().Reason == noData.Reason { // keep it until bytes arrive
		t.state = feed.State()
	}
	for {
		if t.state.Reason != noData.Reason {
			t.state = t.unsuccessful()
		}
		attempt, found, err := t.listen(port, feed)
		if found || err != nil {
			return err
		}
		rate := t.search.Baud()
		ended, received := t.search.Next(attempt.Received())
		switch {
		case ended && !received && t.state.Reason == noData.Reason:
			return errSilent
		case attempt.Unchecked():
			t.bare = true
			t.fail(unchecked(rate))
		case ended && received && !t.bare:
			t.fail(noBaud(t.search.Bauds()...))
		case attempt.Received() && !t.looked:
			t.lookForReaders(rate)
		}
		t.bare = t.bare && !ended
	}
}

// listen listens at one rate until it is known to be right or wrong.
func (t *tuning) listen(port TunedPort, feed *driver.Feed) (attempt *baud.Attempt, right bool, err error) {
	c, rate := t.clock, t.search.Baud()
	if err := port.SetBaud(rate); err != nil {
		return nil, false, unplugged(err)
	}
	chunk := make([]byte, 4096)
	attempt = baud.NewAttempt(c.config.now())
	feed.SetState(t.state)
	for wrong := false; !right && !wrong; {
		feed.Beat()
		if err := port.SetReadTimeout(driver.BeatEvery / 4); err != nil {
			return nil, false, err
		}
		n, err := port.Read(chunk)
		if err != nil {
			return nil, false, fmt.Errorf("read %s: %w", c.config.Device, unplugged(err))
		}
		at := c.config.now()
		right, wrong = attempt.Push(at, chunk[:n])
		t.hear(at, n)
		feed.SetState(t.state)
	}
	if right {
		c.keepBaud(rate, feed.Log)
	}
	return attempt, right, nil
}

// hear updates the state after a read of n bytes. A port without bytes at one rate has none at
// another, so silence is reported before all rates are tried.
func (t *tuning) hear(at nmea.Stamp, n int) {
	silent := t.state.Reason == noData.Reason
	switch {
	case n > 0:
		t.bytes, t.received = at, true
		if silent {
			t.state = t.unsuccessful()
		}
	case !silent && at.Sub(t.bytes) >= t.patience():
		t.state = t.clock.nameOtherReaders(noData)
		t.clock.tracker.silent(t.state)
	}
}

// patience returns how long the port may be silent. A receiver that has sent bytes may report
// rarely.
func (t *tuning) patience() time.Duration {
	if t.received {
		return max(longestInterval, t.clock.tracker.patience())
	}
	return t.clock.tracker.patience()
}

// unsuccessful returns the state while bytes may arrive, but no rate was right yet.
func (t *tuning) unsuccessful() driver.State {
	if !t.failed.Publishing() {
		return t.failed
	}
	return searching(t.search)
}

// fail shows from now on why no rate is right.
func (t *tuning) fail(why driver.State) {
	t.failed = t.clock.nameOtherReaders(why)
	t.clock.tracker.silent(t.failed)
}

// lookForReaders names other programs that read the port, after the first rate at which bytes
// arrived. They consume bytes, so that the right rate seems wrong.
func (t *tuning) lookForReaders(rate int) {
	t.looked = true
	if why := noBaud(rate); t.clock.nameOtherReaders(why) != why {
		t.fail(why)
	}
}

// searching is the state during the first round of a search.
func searching(s *baud.Search) driver.State {
	return driver.State{
		Reason: "detecting the baud rate",
		Detail: fmt.Sprintf("listening at %d baud, %d of %d rates", s.Baud(), s.Place()+1, len(s.Bauds())),
	}
}

// noBaud is the state after bytes without valid sentences at these rates.
func noBaud(bauds ...int) driver.State {
	return driver.State{
		Reason: "no sentences",
		Detail: fmt.Sprintf("bytes arrive, but no valid NMEA sentences at %s baud; still searching", strings.Trim(fmt.Sprint(bauds), "[]")),
		Hint:   "if the receiver sends a binary protocol, switch it to NMEA; else check the wiring and the ground, and that no other program reads the port: sudo refclock doctor shows which",
	}
}

// unchecked is the state after sentences without checksums at a rate.
func unchecked(rate int) driver.State {
	return driver.State{
		Reason: noChecksums.Reason,
		Detail: fmt.Sprintf("NMEA sentences arrive at %d baud, but without checksums; still searching", rate),
		Hint:   "turn the checksums on in the receiver: without them, damage could change the time unnoticed",
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
