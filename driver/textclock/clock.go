package textclock

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/refclock/refclock/driver"
)

// A Config says where lines come from, and how they are judged.
type Config struct {
	Input Input

	// Settle is how many lines must agree before samples are published, at the start and
	// after a jump; with 1, each line is a sample.
	Settle int

	Witnesses []driver.Witness // that may contradict the clock

	// Built is the build date: an earlier time is rejected. The zero Time rejects none.
	Built time.Time
}

// Facts are what is known about the lines.
type Facts struct {
	Counts
	LastBad BadLine // Number is 0 if there was none
}

// A Clock is the driver.
type Clock struct {
	config Config
	judge  *judge // keeps the timeline while the input is opened again

	mu    sync.Mutex // protects what follows; held only to copy it
	facts Facts
}

// New returns a Clock.
func New(c Config) *Clock {
	built := int64(0)
	if !c.Built.IsZero() {
		built = c.Built.UnixNano()
	}
	return &Clock{config: c, judge: &judge{settle: max(c.Settle, 1), witnesses: c.Witnesses, built: built}}
}

func (c *Clock) String() string { return "feed " + c.config.Input.String() }

// Facts returns what is known about the lines. It is safe for concurrent use and does not wait
// for the driver.
func (c *Clock) Facts() Facts {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.facts
}

const (
	// turn is how long a read waits.
	turn = time.Second

	// breather is the pause after a full read of bytes that were waiting, so that a program
	// without a pause does not keep a core busy.
	breather = 2 * time.Millisecond
)

// Run reads lines until ctx ends or the input fails.
func (c *Clock) Run(ctx context.Context, feed *driver.Feed) (err error) {
	notes := newNoteLimit()
	stream, err := c.config.Input.Open(func(text string) {
		if missed, ok := notes.allow(time.Now()); ok {
			notes.log(feed.Log, missed).Info("message of the command", "text", text)
		}
	})
	if err != nil {
		feed.SetState(failed(err))
		return err
	}
	closed := make(chan struct{})
	interrupt := context.AfterFunc(ctx, func() { _ = stream.Close(); close(closed) })
	defer func() {
		if interrupt() { // not closed by ctx
			_ = stream.Close()
		} else {
			<-closed
		}
		if ctx.Err() != nil { // ignore errors of the closed input
			err = nil
		} else if err != nil && !errors.Is(err, driver.ErrPermanent) {
			feed.SetState(failed(err))
		}
	}()
	return c.read(stream, feed)
}

// read reads chunks and publishes what follows from them.
func (c *Clock) read(stream Stream, feed *driver.Feed) error {
	var counts Counts
	before := c.Facts().Counts
	r := newReception(c.config.Input.String(), c.judge, &counts)
	limit := newNoteLimit()
	r.bad = func(b BadLine, shown bool) {
		c.mu.Lock()
		c.facts.LastBad = b
		c.mu.Unlock()
		if shown { // the feed logs the state
			return
		}
		if missed, ok := limit.allow(time.Now()); ok {
			limit.log(feed.Log, missed).Warn("line not used", "line", b.Number, "text", b.Text, "error", b.Why)
		}
	}
	publish := func(v verdict) error { return publish(feed, v) }
	for {
		chunk, err := stream.Read(turn)
		feed.Beat()
		if err != nil {
			return err
		}
		if err := r.receive(chunk, publish); err != nil {
			return err
		}
		feed.SetState(r.state)
		c.mu.Lock()
		c.facts.Counts = before.plus(counts)
		c.mu.Unlock()
		if !chunk.Waited && len(chunk.Bytes) == chunkSize {
			time.Sleep(breather)
		}
	}
}

// publish publishes the sample of a verdict, if it has one.
func publish(feed *driver.Feed, v verdict) error {
	if v.restart {
		feed.Restart()
	}
	if !v.ok {
		return nil
	}
	if v.fixed {
		feed.FixPrecision(v.precision)
	} else {
		feed.MeasurePrecision()
	}
	return feed.Publish(v.sample)
}

// plus returns the sum of two counts.
func (c Counts) plus(o Counts) Counts {
	return Counts{c.Lines + o.Lines, c.Bad + o.Bad, c.Withheld + o.Withheld, c.Published + o.Published}
}
