package sim

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A Live receiver runs in real time. Its bursts and its pulses can be played concurrently.
// It follows the monotonic clock, so setting the system clock does not change it. A fault
// that slews the machine's clock makes the receiver slower or faster instead. A fault that
// sets the clock has no effect.
type Live struct {
	receiver *Receiver
	zero     time.Time  // true time 0 on this machine, with its monotonic reading
	stamp    nmea.Stamp // of the same time
	slews    Clock      // the faults' slews, applied to true time
}

// runUp is the shortest time before the first second, so that its burst is not late.
const runUp = 20 * time.Millisecond

// NewLive starts r by the system clock, which is offset behind true UTC. A receiver without
// a Start begins at the next second of true UTC. NewLive waits for a later Start. A Start
// more than a second in the past is an error, because the receiver would have to send all
// missed bursts at once; see [Pretend].
func NewLive(r *Receiver, offset time.Duration) (*Live, error) {
	now := time.Now()
	utc := now.Add(offset)
	r.settle(nextSecond(utc))
	if past := utc.Sub(r.Start()); past > time.Second {
		return nil, fmt.Errorf("sim: Start %v is %v in the past: omit it to start at the next second, or use Pretend",
			r.Start(), past.Round(time.Second))
	}
	return tie(r, now, r.Start().Sub(utc)), nil
}

// Pretend starts r at the next second of the system clock, whatever the date of its Start. A
// receiver without a Start has the time of the machine.
func Pretend(r *Receiver) *Live { return PretendFrom(r, 0) }

// PretendFrom is like [Pretend], but skips the first seconds of the receiver. Most faults
// begin at second 30; skipping seconds saves the wait.
func PretendFrom(r *Receiver, seconds int) *Live {
	now := time.Now()
	next := nextSecond(now)
	skipped := time.Duration(seconds) * time.Second
	r.settle(next.Add(-skipped))
	for range seconds * r.rate {
		r.Next()
	}
	return tie(r, now, next.Sub(now)-skipped)
}

// nextSecond returns the first whole second after the run-up.
func nextSecond(t time.Time) time.Time { return t.Add(runUp).Truncate(time.Second).Add(time.Second) }

// settle sets the start of a receiver that has none.
func (r *Receiver) settle(start time.Time) {
	if r.floating {
		r.timeline.start = start.UTC()
		r.floating = false
	}
}

// tie returns a Live whose first second is ahead of now.
func tie(r *Receiver, now time.Time, ahead time.Duration) *Live {
	stamp := nmea.Now()
	zero := now.Add(ahead)
	return &Live{
		receiver: r, zero: zero, stamp: stamp.Add(zero.Sub(stamp.Time())),
		slews: Clock{Slews: r.clocked(Clock{}).Slews},
	}
}

// instant returns the time of this machine at true time at.
func (l *Live) instant(at time.Duration) time.Time { return l.zero.Add(l.slews.elapsed(at)) }

// Play starts r by the system clock, which is offset behind true UTC, and sends its bursts
// to w until ctx ends. See [NewLive] and [Live.Play].
func Play(ctx context.Context, w io.Writer, r *Receiver, offset time.Duration) error {
	live, err := NewLive(r, offset)
	if err != nil {
		return err
	}
	return live.Play(ctx, w)
}

// Offset returns true UTC minus the system clock.
func (l *Live) Offset() time.Duration { return l.receiver.Start().Sub(l.zero) }

// Play writes the bursts to w, each byte at the end of its stop bit. It returns nil when ctx
// ends, and an error if a Write fails. A late byte is written together with the bytes that
// are due by then, and does not delay later ones. If w blocks, all bytes wait.
func (l *Live) Play(ctx context.Context, w io.Writer) error {
	sleeper := newSleeper()
	defer sleeper.stop()
	for {
		burst := l.receiver.Next()
		for sent := 0; sent < len(burst.Bytes); {
			if !sleeper.until(ctx, l.instant(burst.Arrival(sent))) {
				return nil
			}
			due := l.due(burst, sent)
			if _, err := w.Write(burst.Bytes[sent:due]); err != nil {
				return fmt.Errorf("sim: burst %d: %w", burst.Index, err)
			}
			sent = due
		}
	}
}

// due returns how many bytes of a burst have arrived by now, at least one more than sent.
func (l *Live) due(burst Burst, sent int) int {
	now := time.Now()
	n := sent + 1
	for n < len(burst.Bytes) && !l.instant(burst.Arrival(n)).After(now) {
		n++
	}
	return n
}

// PlayPulse calls edge at each edge of p, until ctx ends. The timestamp of an edge is that
// of a kernel, not the time of the call, which the scheduler may delay.
func (l *Live) PlayPulse(ctx context.Context, p Pulse, edge func(Edge)) {
	sleeper := newSleeper()
	defer sleeper.stop()
	for e := range l.receiver.Edges(p, Clock{}) {
		if !sleeper.until(ctx, l.instant(e.True)) {
			return
		}
		edge(l.stamped(e))
	}
}

// stamped returns an edge with a timestamp of this machine.
func (l *Live) stamped(e Edge) Edge {
	e.At = l.stamp.Add(l.slews.elapsed(e.True))
	return e
}
