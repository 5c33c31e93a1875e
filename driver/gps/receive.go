package gps

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps/baud"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/nmea"
)

const (
	// patience is how long a receiver may say nothing, or nothing that can be
	// read, before the State shows it.
	patience = 3 * time.Second

	// quiet is the silence after which an epoch may be complete: nmea.Epochs
	// decides, and wants no less.
	quiet = 60 * time.Millisecond

	// gatherMost is how long bytes may pile up once the burst's start is known well
	// enough: 600 bytes at 9600 baud would else be as many wake-ups. A tty holds
	// 4096 bytes, which at the highest rate, 921600 baud, come in 44 ms.
	gatherMost = 40 * time.Millisecond

	// The port is opened again after silentMost, and three times the patience: a USB hub
	// may have stalled, or the name may be another port's by now.
	silentMost = 30 * time.Second

	// noiseBytes is how many bytes without a sentence are more than the end of a line.
	noiseBytes = 40
)

// errSilent ends the reading of a port that has been silent for long.
var errSilent = errors.New("silent for long")

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
		feed.SetState(portFailed(err))
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
			feed.SetState(portFailed(err))
		}
	}()
	if tuned, ok := port.(TunedPort); ok {
		return c.readTuned(tuned, feed)
	}
	return c.read(port, feed, c.config)
}

// read is the loop: a chunk, its stamp, what follows from it.
func (c *Clock) read(port Port, feed *driver.Feed, config Config) error {
	r := newReception(config, c.tracker)
	if feed.State().Reason == noData.Reason { // so it stays until something comes
		r.state = feed.State()
	}
	r.facts.Port, r.facts.Baud = config.Device, config.Baud
	if named, ok := port.(TunedPort); ok {
		r.facts.Port = named.Name()
	}
	speed := baud.Pace{}
	if len(config.Bauds) > 0 { // else a person has said the rate
		speed.Baud = config.Baud
	}
	chunk := make([]byte, 4096) // the size of a tty's buffer
	for {
		if err := port.SetReadTimeout(r.wait()); err != nil {
			return err
		}
		n, err := port.Read(chunk)
		at := nmea.Now() // nothing may come between the read and its stamp
		at.Slew = nmea.Slewed()
		feed.Beat()
		if err != nil {
			return fmt.Errorf("read %s: %w", c.config.Device, unplugged(err))
		}
		v := r.receive(at, chunk[:n])
		if err := v.publish(feed); err != nil {
			return err
		}
		feed.SetState(c.accuse(v.state, feed.State()))
		if r.news() {
			c.board.write(c.tracker.facts(r.told()))
		}
		c.remember()
		switch {
		case v.state == noSentences && len(config.Bauds) > 0:
			return errOtherBaud
		case speed.Push(at, n):
			return errTimeless
		case r.stalled(at):
			return errSilent
		}
		r.gather(n)
	}
}

// stalled reports whether the port has been silent for so long that it is to be opened
// again.
func (r *reception) stalled(at nmea.Stamp) bool {
	return at.Sub(r.bytes) > max(silentMost, 3*r.tracker.patience())
}

// gather lets bytes pile up after a read of n, once the start of the burst is known. The
// reader is awake again long before the next burst, if the silences are alike.
func (r *reception) gather(n int) {
	if n > 0 && r.framer.Settled() {
		time.Sleep(min(r.framer.Silence()/4, gatherMost))
	}
}

// accuse adds to the state of a receiver that is not understood who else reads it. It
// looks once for each change of the state.
func (c *Clock) accuse(s driver.State, before driver.State) driver.State {
	if c.config.Rivals == nil || s != noData && s != noSentences && s != noChecksums {
		return s
	}
	if before.Reason == s.Reason {
		return before
	}
	if rivals := c.config.Rivals(); rivals != "" {
		s.Detail += "; the port is open in " + rivals + " too, which takes bytes away"
		s.Hint = "stop that program: sudo systemctl disable --now serial-getty@ttyAMA0 if it is agetty, gpsd.socket and gpsd if it is gpsd"
	}
	return s
}

// remember hands on what was learnt of the delay; the memory says itself what it
// cannot keep.
func (c *Clock) remember() {
	if c.config.Memory == nil {
		return
	}
	if receiver, learnt, ok := c.tracker.learnt(); ok {
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
	framer  *nmea.Framer
	epochs  *nmea.Epochs
	tracker *tracker

	bytes    nmea.Stamp // the last bytes; at first, when the first call came
	resumed  nmea.Stamp // when bytes came again after a silence
	sentence nmea.Stamp // the last good sentence
	line     nmea.Stamp // the last one without a good checksum
	epoch    nmea.Stamp // the last epoch
	strange  nmea.Stamp // the first byte after the last sentence
	unread   int        // bytes since then

	unreadable string // what could not be read of the last sentence with an impossible date or time
	state      driver.State
	facts      Facts
	ear        receiver.Ear
	newest     uint64 // see news
}

func newReception(c Config, tracker *tracker) *reception {
	tracker.reopened(c.Baud)
	return &reception{
		framer:  nmea.NewFramer(c.Baud),
		epochs:  nmea.NewEpochs(c.Pivot),
		tracker: tracker,
		state:   listening,
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
func (r *reception) receive(at nmea.Stamp, chunk []byte) (v verdict) {
	if r.bytes.IsZero() {
		r.bytes, r.resumed, r.sentence, r.epoch = at, at, at, at
		r.line = at.Add(-patience)
	}
	r.notice(at, len(chunk))
	take := func(e nmea.Epoch) {
		r.facts.see(e)
		r.epoch = at
		judged := r.tracker.epoch(e, at)
		r.state = judged.state
		judged.restart = judged.restart || v.restart
		if judged.ok || !v.ok {
			v = judged
		}
	}
	if len(chunk) == 0 {
		if e, complete := r.epochs.Idle(at); complete {
			take(e)
		}
	}
	r.framer.Push(at, chunk)
	for {
		s, more := r.framer.Next()
		if !more {
			break
		}
		e, complete, err := r.epochs.Push(s)
		r.unread = 0
		switch {
		case err == nil:
			r.sentence = at
			r.ear.Hear(s.Raw)
		case errors.Is(err, nmea.ErrRange): // it has a good checksum
			r.sentence, r.unreadable = at, err.Error()
		case errors.Is(err, nmea.ErrChecksum), errors.Is(err, nmea.ErrNoChecksum):
			r.line = at
			r.facts.Bad++
		}
		if complete {
			take(e)
		}
	}
	v.state = r.judge(at)
	return v
}

// notice keeps count of bytes and of silences.
func (r *reception) notice(at nmea.Stamp, n int) {
	if n == 0 {
		return
	}
	if at.Sub(r.bytes) > patience {
		r.resumed = at
	}
	if r.unread == 0 || r.resumed == at {
		r.strange = at
	}
	r.bytes = at
	r.unread += n
}

// news reports whether there is more to show than at the last call: not with every
// chunk, of which there are dozens a second.
func (r *reception) news() bool {
	before := r.newest
	r.newest = r.facts.Epochs + r.facts.Bad + 1
	return r.newest != before
}

// told is what is known of the receiver by now.
func (r *reception) told() Facts {
	f := r.facts
	f.Framer, f.Family = r.framer.Stats(), r.ear.Guess()
	return f
}

// judge overrides the tracker's state where the receiver says nothing of use.
func (r *reception) judge(at nmea.Stamp) driver.State {
	allowed := r.tracker.patience()
	noise := r.unread >= noiseBytes && r.bytes.Sub(r.strange) > patience
	switch {
	case at.Sub(r.bytes) > allowed:
		return r.lose(noData)
	case noise && at.Sub(r.line) > patience:
		return r.lose(noSentences)
	case at.Sub(r.sentence) > allowed && at.Sub(r.line) < patience:
		return r.lose(noChecksums)
	case at.Sub(r.epoch) > allowed && r.unreadable != "" && at.Sub(r.sentence) < patience:
		return r.lose(unreadable(r.unreadable))
	case r.state.Hint != "" && r.state.Reason != noData.Reason && at.Sub(r.resumed) < patience:
		return listening // the first burst may be cut, and the receiver may just have started
	}
	return r.state
}

// lose notes for both units that the receiver says nothing of use.
func (r *reception) lose(why driver.State) driver.State {
	r.tracker.silent(why)
	r.state = why
	return why
}
