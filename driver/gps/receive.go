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
	"github.com/refclock/refclock/driver/gps/ublox"
	"github.com/refclock/refclock/nmea"
)

const (
	// patience is how long a receiver may send nothing valid before the State shows it.
	patience = 3 * time.Second

	// quiet is the silence after which nmea.Epochs may complete an epoch. It needs at
	// least this.
	quiet = 60 * time.Millisecond

	// The port is opened again after maxSilence, but not before three times the patience.
	// A USB hub may have stalled, or the name may now be of another port.
	maxSilence = 30 * time.Second

	// timelessAfter is how long a receiver may send sentences that do not name the time: some
	// send those that do less often.
	timelessAfter = 10 * time.Second

	// noiseBytes is how many bytes without a sentence are noise: more than part of a line.
	noiseBytes = 40
)

// errSilent means that no bytes arrived for so long that the port is opened again.
var errSilent = errors.New("no bytes for a long time")

// Run opens the port and reads it until ctx ends or the port fails. It opens a silent port
// again.
func (c *Clock) Run(ctx context.Context, feed *driver.Feed) error {
	for {
		if err := c.runOnce(ctx, feed); !errors.Is(err, errSilent) {
			return err
		}
	}
}

// runOnce opens the port and reads it until ctx ends, the port fails or it is silent.
func (c *Clock) runOnce(ctx context.Context, feed *driver.Feed) (err error) {
	port, err := c.config.Open()
	if err != nil {
		feed.SetState(portFailed(err))
		return err
	}
	closed := make(chan struct{})
	unplug := context.AfterFunc(ctx, func() { port.Close(); close(closed) })
	defer func() {
		if unplug() { // not closed by ctx
			port.Close()
		} else {
			<-closed // else the program could end with the port still locked
		}
		if ctx.Err() != nil { // ignore errors of the closed port
			err = nil
		} else if err != nil && !errors.Is(err, errSilent) {
			feed.SetState(portFailed(err))
		}
	}()
	if c.config.Enter != nil {
		defer c.config.Enter()()
	}
	if tuned, ok := port.(TunedPort); ok {
		return c.readTuned(tuned, feed)
	}
	return c.read(port, feed, c.config)
}

// read reads chunks, stamps and judges them.
func (c *Clock) read(port Port, feed *driver.Feed, config Config) error {
	r := newReception(config, c.tracker)
	if feed.State().Reason == noData.Reason { // keep it until bytes arrive
		r.state = feed.State()
	}
	r.facts.Port, r.facts.Baud = config.Device, config.Baud
	if named, ok := port.(TunedPort); ok {
		r.facts.Port = named.Name()
	}
	c.recallWait(r.facts.Port)
	speed := baud.Pace{}
	if len(config.Bauds) > 0 { // a rate from the settings is not checked
		speed.Baud = config.Baud
	}
	chunk := make([]byte, 4096) // the size of a tty's buffer
	for {
		if err := port.SetReadTimeout(r.wait()); err != nil {
			return err
		}
		n, err := port.Read(chunk)
		at := config.now() // must be directly after the read
		feed.Beat()
		if err != nil {
			return fmt.Errorf("read %s: %w", c.config.Device, unplugged(err))
		}
		v := r.receive(at, chunk[:n])
		if err := v.publish(feed); err != nil {
			return err
		}
		feed.SetState(c.addOtherReaders(v.state, feed.State()))
		if r.takeNews() {
			c.board.write(c.tracker.facts(r.current(), at.Steady()))
		}
		c.remember()
		c.keepWait(r.facts.Port)
		switch {
		case v.state == rateLost:
			return errOtherBaud
		case speed.Push(at, n):
			return errTimeless
		case r.stalled(at):
			return errSilent
		}
		r.gather(port, at, n)
	}
}

// now returns the stamp of a read that has just returned.
func (c *Config) now() nmea.Stamp {
	if c.Now != nil {
		return c.Now()
	}
	at := nmea.Now()
	at.Slew = nmea.Slewed()
	return at
}

// stalled reports whether the port has been silent so long that it should be reopened.
func (r *reception) stalled(at nmea.Stamp) bool {
	return at.Sub(r.bytes) > max(maxSilence, 3*r.tracker.patience())
}

// gather lets the next read collect bytes, if this one of n bytes leaves time for it.
func (r *reception) gather(port Port, at nmea.Stamp, n int) {
	if r.replayed {
		return
	}
	if d := r.gathering.next(at, n, r.epoch == at, r.decoder); d > 0 {
		port.Gather(d)
	}
}

// addOtherReaders adds the other programs that read the port to a state without valid sentences. It
// looks for them once per change of the state.
func (c *Clock) addOtherReaders(s driver.State, before driver.State) driver.State {
	if c.config.OtherReaders == nil || s != noData && s != noSentences && s != noChecksums {
		return s
	}
	if before.Reason == s.Reason {
		return before
	}
	return c.nameOtherReaders(s)
}

// nameOtherReaders adds the other programs that read the port to a state.
func (c *Clock) nameOtherReaders(s driver.State) driver.State {
	if c.config.OtherReaders == nil {
		return s
	}
	if rivals := c.config.OtherReaders(); rivals != "" {
		s.Detail += "; the port is also open in " + rivals + ", which consumes its bytes"
		s.Hint = "stop that program: sudo refclock doctor shows the command"
	}
	return s
}

// remember passes the learnt delay to the memory, which reports its own failures.
func (c *Clock) remember() {
	if c.config.Memory == nil {
		return
	}
	if receiver, learnt, ok := c.tracker.learnt(); ok {
		_ = c.config.Memory.Keep(receiver, learnt)
	}
}

// recallWait continues the wait of a cold start that another clock of this port has kept.
func (c *Clock) recallWait(port string) {
	if c.config.Waits == nil || c.tracker.begun() {
		return
	}
	if w, waits := c.config.Waits.Recall(port); waits {
		c.waited = true
		c.tracker.continueWait(w)
	}
}

// keepWait stores the wait of a cold start, and its end.
func (c *Clock) keepWait(port string) {
	if c.config.Waits == nil {
		return
	}
	if w, waits := c.tracker.wait(); waits || c.waited {
		c.waited = waits
		c.config.Waits.Keep(port, w, waits)
	}
}

// unplugged replaces the error of a read from a port that is gone.
func unplugged(err error) error {
	if errors.Is(err, io.EOF) {
		return driver.Absent(errors.New("the port is gone: it was unplugged, or its driver was unloaded"))
	}
	return err
}

// A reception turns the stamped chunks of one opening of the port into samples. It uses
// neither the port nor a clock.
type reception struct {
	decoder  Decoder
	tracker  *tracker
	replayed bool // see Config

	bytes     nmea.Stamp // the last bytes; at first, the first call
	resumed   nmea.Stamp // the first bytes after the last silence
	sentence  nmea.Stamp // the last valid sentence
	line      nmea.Stamp // the last sentence without a valid checksum
	epoch     nmea.Stamp // the last epoch
	junkFrom  nmea.Stamp // the first byte after the last sentence
	junkBytes int        // bytes since then

	noSentences driver.State // of bytes without a sentence

	unreadable string // the impossible date or time of the last sentence that has one
	state      driver.State
	facts      Facts
	recogniser receiver.Recogniser
	gathering  gathering
	newest     uint64 // see takeNews
}

func newReception(c Config, tracker *tracker) *reception {
	tracker.reopened(c.Baud)
	r := &reception{tracker: tracker, replayed: c.Replayed, state: listening, noSentences: noSentences, gathering: newGathering(c.Baud)}
	if len(c.Bauds) > 0 {
		r.noSentences = rateLost
	}
	if c.Decoder == nil {
		r.decoder = ublox.NewStream(c.Baud, c.Pivot)
	} else {
		r.decoder = c.Decoder(c.Baud)
	}
	return r
}

// wait returns how long the next read may wait for bytes.
func (r *reception) wait() time.Duration {
	if r.decoder.Pending() || r.bytes.IsZero() { // a first silence shows that the first burst is whole
		return quiet
	}
	return time.Second
}

// receive adds the bytes that a read returned, possibly none, with its stamp. It returns the sample
// that follows, if any, and the state. At most one sample can follow: if a stalled reader gets
// several seconds in one chunk, no silence separates them, so that no burst has a start.
func (r *reception) receive(at nmea.Stamp, chunk []byte) (v verdict) {
	if r.bytes.IsZero() {
		r.bytes, r.resumed, r.sentence, r.epoch = at, at, at, at
		r.line = at.Add(-patience)
	}
	r.count(at, len(chunk))
	r.decoder.Push(at, chunk)
	for {
		h, more := r.decoder.Next()
		if !more {
			break
		}
		switch {
		case len(h.Message) > 0:
			r.junkBytes, r.sentence = 0, at
			r.recogniser.AddUBX(h.Message)
			r.tracker.hear(h.Message, at)
		case len(h.Sentence.Raw) > 0:
			r.record(at, h)
		}
		if !h.Complete {
			continue
		}
		r.facts.see(h.Epoch)
		r.epoch = at
		judged := r.tracker.epoch(h.Epoch, at)
		r.state = judged.state
		judged.restart = judged.restart || v.restart
		if judged.ok || !v.ok {
			v = judged
		}
	}
	v.state = r.judge(at)
	return v
}

// record counts a sentence, valid or not.
func (r *reception) record(at nmea.Stamp, h nmea.Heard) {
	r.junkBytes = 0
	switch {
	case h.Err == nil:
		r.sentence = at
		r.recogniser.Add(h.Sentence.Raw)
	case errors.Is(h.Err, nmea.ErrRange): // the checksum is valid
		r.sentence, r.unreadable = at, h.Err.Error()
	case errors.Is(h.Err, nmea.ErrChecksum), errors.Is(h.Err, nmea.ErrNoChecksum):
		r.line = at
		r.facts.Bad++
	}
}

// count records bytes and silences.
func (r *reception) count(at nmea.Stamp, n int) {
	if n == 0 {
		return
	}
	if at.Sub(r.bytes) > patience {
		r.resumed = at
	}
	if r.junkBytes == 0 || r.resumed == at {
		r.junkFrom = at
	}
	r.bytes = at
	r.junkBytes += n
}

// takeNews reports whether there are new facts since its last call. There are dozens of
// chunks a second, and few have news.
func (r *reception) takeNews() bool {
	before := r.newest
	r.newest = r.facts.Epochs + r.facts.Bad + 1
	return r.newest != before
}

// current returns the facts of the receiver.
func (r *reception) current() Facts {
	f := r.facts
	f.Framer, f.Family = r.decoder.Stats(), r.recogniser.Guess()
	return f
}

// judge replaces the tracker's state if the receiver sends nothing valid.
func (r *reception) judge(at nmea.Stamp) driver.State {
	allowed := r.tracker.patience()
	noise := r.junkBytes >= noiseBytes && r.bytes.Sub(r.junkFrom) > patience
	switch {
	case at.Sub(r.bytes) >= allowed:
		return r.lose(noData)
	case noise && at.Sub(r.line) > patience:
		return r.lose(r.noSentences)
	case at.Sub(r.sentence) > allowed && at.Sub(r.line) < patience:
		return r.lose(noChecksums)
	case at.Sub(r.epoch) > allowed && r.unreadable != "" && at.Sub(r.sentence) < patience:
		return r.lose(unreadable(r.unreadable))
	case at.Sub(r.epoch) > max(allowed, timelessAfter) && at.Sub(r.sentence) < patience:
		return r.lose(timeless)
	case r.state.Hint != "" && r.state.Reason != noData.Reason && at.Sub(r.resumed) < patience:
		return listening // the first burst may be incomplete, or the receiver may just have started
	}
	return r.state
}

// lose records for both units that the receiver sends nothing valid.
func (r *reception) lose(why driver.State) driver.State {
	r.tracker.silent(why)
	r.state = why
	return why
}
