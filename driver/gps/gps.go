// Package gps is the clock of a GNSS receiver that sends NMEA sentences.
//
// A byte's way into the unit is walked in six files:
//
//	driver/gps/gps.go    Run reads a chunk and stamps it
//	nmea/framer.go       the chunk becomes sentences; burst.go estimates the burst's start
//	nmea/epoch.go        sentences, read by decode.go, become an epoch of UTC, or a reason why not
//	driver/gps/label.go  the epoch becomes a sample; timeline.go tells if time goes on as time does
//	driver/feed.go       the sample gets a precision from measured jitter
//	shm/update.go        and is stored in the segment
//
// Two doors between them only hand on: guard.go the labeller's lock, driver/unit.go the
// unit, which is looked for if it was removed.
package gps

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/receiver"
	"github.com/refclock/refclock/nmea"
)

const (
	// patience is how long a receiver may say nothing, or nothing that can be
	// read, before the State tells; slow ones report every other second.
	patience = 3 * time.Second

	// quiet is the silence after which an epoch may be complete: nmea.Epochs
	// decides, and wants no less.
	quiet = 60 * time.Millisecond

	// gatherMost is how long bytes may pile up once the burst's start is known well
	// enough: 600 bytes at 9600 baud would else be as many wake-ups. A tty holds
	// 4096 bytes, which at the highest rate, 921600 baud, come in 44 ms.
	gatherMost = 40 * time.Millisecond

	// silentMost is after how much silence the port is opened again: a USB hub may have
	// stalled, or the name may be another port's by now.
	silentMost = 30 * time.Second
)

// errSilent ends the reading of a port that has been silent for long.
var errSilent = errors.New("silent for long")

// A Clock is the driver of one receiver.
type Clock struct {
	config Config
	guard  *guard
	pulse  *Pulse
	baud   int // that was found; 0 if none was looked for
	board  board[Facts]
	driver.Teller
}

// New makes a Clock.
func New(config Config) *Clock {
	c := &Clock{config: config, guard: newGuard(config)}
	c.pulse = newPulse(config, c.guard)
	c.Log = config.Log
	return c
}

func (c *Clock) String() string { return "gps " + c.config.Device }

// Run opens the port and reads it until ctx ends or the port fails. A port that
// falls silent is opened again.
func (c *Clock) Run(ctx context.Context, feed *driver.Feed) error {
	for {
		if err := c.runOnce(ctx, feed); !errors.Is(err, errSilent) {
			return err
		}
	}
}

// runOnce opens the port and reads it until ctx ends or that is to end.
func (c *Clock) runOnce(ctx context.Context, feed *driver.Feed) (err error) {
	port, err := c.config.Open()
	if err != nil {
		c.Tell(portFailed(err))
		return err
	}
	unplug := context.AfterFunc(ctx, func() { port.Close() })
	defer func() {
		if unplug() { // else it is closed, or being closed, already
			port.Close()
		}
		if ctx.Err() != nil { // whatever a closed port said
			err = nil
		} else if err != nil && !errors.Is(err, errSilent) {
			c.Tell(portFailed(err))
		}
	}()
	tuned, ok := port.(TunedPort)
	if !ok {
		return c.read(port, feed, c.config)
	}
	for {
		if len(c.config.Bauds) > 0 {
			if err := c.tune(tuned); err != nil {
				return err
			}
		}
		config := c.config
		config.Baud = tuned.Baud()
		err := c.read(tuned, feed, config)
		if errors.Is(err, errTimeless) {
			c.tellTimeless()
			config.Baud = 0
			err = c.read(tuned, feed, config)
		}
		if !errors.Is(err, errOtherBaud) {
			return err
		}
	}
}

// read is the loop: a chunk, its stamp, what follows from it.
func (c *Clock) read(port Port, feed *driver.Feed, config Config) error {
	r := newReception(config, c.guard)
	if c.State().Reason == noData.Reason { // so it stays until something comes
		r.state = c.State()
	}
	r.facts.Port, r.facts.Baud = config.Device, config.Baud
	if named, ok := port.(TunedPort); ok {
		r.facts.Port = named.Name()
	}
	speed := pace{}
	if len(config.Bauds) > 0 { // else a person has said the rate
		speed.baud = config.Baud
	}
	chunk := make([]byte, 4096) // the size of a tty's buffer
	for {
		if err := port.SetReadTimeout(r.wait()); err != nil {
			return err
		}
		n, err := port.Read(chunk)
		at := nmea.Now() // nothing may come between the read and its stamp
		c.Beat()
		if err != nil {
			return fmt.Errorf("read %s: %w", c.config.Device, unplugged(err))
		}
		sample, state, ok := r.receive(at, chunk[:n])
		if r.restart {
			feed.Restart()
		}
		if ok {
			if err := feed.Publish(sample); err != nil {
				return err
			}
		}
		c.Tell(c.accuse(state))
		if r.news() {
			c.board.write(c.guard.facts(r.told()))
		}
		c.remember()
		if state == noSentences && len(config.Bauds) > 0 {
			return errOtherBaud
		}
		if speed.push(at, n) {
			return errTimeless
		}
		if at.Sub(r.bytes) > silentMost {
			return errSilent
		}
		if n > 0 && r.framer.Settled() {
			// Awake again long before the next burst, if the silences are alike.
			time.Sleep(min(r.framer.Silence()/4, gatherMost))
		}
	}
}

// accuse adds to the state of a receiver that is not understood who else reads it. It
// looks once for each change of the state.
func (c *Clock) accuse(s driver.State) driver.State {
	if c.config.Rivals == nil || s != noData && s != noSentences && s != noChecksums {
		return s
	}
	if before := c.State(); before.Reason == s.Reason {
		return before
	}
	if rivals := c.config.Rivals(); rivals != "" {
		s.Detail += "; the port is open in " + rivals + " too, which takes bytes away"
		s.Cure = "stop that program: sudo systemctl disable --now serial-getty@ttyAMA0 if it is agetty, gpsd.socket and gpsd if it is gpsd"
	}
	return s
}

// remember hands on what was learnt of the delay; the memory says itself what it
// cannot keep.
func (c *Clock) remember() {
	if c.config.Memory == nil {
		return
	}
	if receiver, learnt, ok := c.guard.learnt(); ok {
		_ = c.config.Memory.Keep(receiver, learnt)
	}
}

// unplugged replaces what a read says of a port that has gone.
func unplugged(err error) error {
	if errors.Is(err, io.EOF) {
		return driver.Absent(errors.New("the port has gone: unplugged, or its driver was unloaded"))
	}
	return err
}

// A reception is what one opening of the port has received so far: the whole way
// from stamped chunks to samples as a pure function, without a port or a clock.
type reception struct {
	framer *nmea.Framer
	epochs *nmea.Epochs
	guard  *guard

	opened   nmea.Stamp // when the first call came
	bytes    nmea.Stamp // when the last bytes did
	sentence nmea.Stamp // when the last good sentence did
	line     nmea.Stamp // when the last one without a good checksum did
	state    driver.State
	restart  bool // the call met a step of the system clock
	facts    Facts
	ear      receiver.Ear
	newest   uint64 // see news
}

func newReception(c Config, guard *guard) *reception {
	guard.reopened(c.Baud)
	return &reception{
		framer: nmea.NewFramer(c.Baud),
		epochs: nmea.NewEpochs(c.Pivot),
		guard:  guard,
		state:  listening,
	}
}

// wait is how long the next read may wait for bytes.
func (r *reception) wait() time.Duration {
	if r.epochs.Pending() {
		return quiet
	}
	return time.Second
}

// receive takes what a read returned, which may be nothing, and when. It gives
// the sample that follows, if one does, and the state after it. Where a stalled
// reader gets several seconds in one chunk, no silence parts them, so that none of
// them has a start: one sample at the most can follow.
func (r *reception) receive(at nmea.Stamp, chunk []byte) (sample driver.Sample, state driver.State, ok bool) {
	if r.opened.IsZero() {
		r.opened, r.bytes, r.sentence = at, at, at
		r.line = at.Add(-patience)
	}
	r.restart = false
	take := func(e nmea.Epoch) {
		r.facts.see(e)
		s, st, restart, good := r.guard.epoch(e, at)
		r.state = st
		r.restart = r.restart || restart
		if good {
			sample, ok = s, true
		}
	}
	if len(chunk) == 0 {
		if e, complete := r.epochs.Idle(at); complete {
			take(e)
		}
	} else {
		r.bytes = at
		r.framer.Push(at, chunk)
	}
	for {
		s, more := r.framer.Next()
		if !more {
			break
		}
		e, complete, err := r.epochs.Push(s)
		switch {
		case err == nil:
			r.sentence = at
			r.ear.Hear(s.Raw)
		case errors.Is(err, nmea.ErrChecksum), errors.Is(err, nmea.ErrNoSum):
			r.line = at
			r.facts.Bad++
		}
		if complete {
			take(e)
		}
	}
	return sample, r.judge(at), ok
}

// news tells whether there is more to tell than at the last call: not with every
// chunk, of which there are dozens a second.
func (r *reception) news() bool {
	n := r.facts.Epochs + r.facts.Bad + 1
	defer func() { r.newest = n }()
	return n != r.newest
}

// told is what is known of the receiver by now.
func (r *reception) told() Facts {
	f := r.facts
	f.Framer, f.Family = r.framer.Stats(), r.ear.Guess()
	return f
}

// judge overrides the labeller's word where the receiver has fallen silent.
func (r *reception) judge(at nmea.Stamp) driver.State {
	switch {
	case at.Sub(r.bytes) > patience:
		return r.lose(noData, at)
	case at.Sub(r.sentence) > patience && at.Sub(r.line) < patience:
		return r.lose(noChecksums, at)
	case at.Sub(r.sentence) > patience:
		return r.lose(noSentences, at)
	}
	return r.state
}

// lose tells everybody that the receiver says nothing of use.
func (r *reception) lose(why driver.State, at nmea.Stamp) driver.State {
	r.guard.lose(why, at)
	r.state = why
	return why
}
