package sim

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A Live receiver is one whose true time passes, tied to this machine's clock. Its bursts and its pulses may be played
// side by side. It goes by the monotonic clock from then on: setting the system clock does not move a satellite. A fault
// that slews the machine's clock makes the receiver slower or faster instead; one that sets it does nothing.
type Live struct {
	receiver *Receiver
	zero     time.Time  // on this machine, when true time 0 is, with its monotonic reading
	stamp    nmea.Stamp // of the same instant
	slews    Clock      // by which true time goes faster or slower than this machine's, as the faults have it
}

// runUp is the least time from becoming live to the first second, so that its burst is not late.
const runUp = 20 * time.Millisecond

// NewLive ties r to the system clock, which is offset behind true UTC. A receiver without a start of its own gets the
// next whole second of true UTC. Another start is waited for, or is an error if it is more than a second past: the
// receiver would have to send all that it has missed at once. [Pretend] is for the seconds of other days.
func NewLive(r *Receiver, offset time.Duration) (*Live, error) {
	now := time.Now()
	utc := now.Add(offset)
	r.settle(nextSecond(utc))
	if past := utc.Sub(r.Start()); past > time.Second {
		return nil, fmt.Errorf("sim: Start %v is %v past: leave it out for the next second, or use Pretend",
			r.Start(), past.Round(time.Second))
	}
	return tie(r, now, r.Start().Sub(utc)), nil
}

// Pretend ties r to the system clock such that its first second falls on the next whole second of the machine, whatever
// its date. A receiver without a start of its own tells the time of the machine.
func Pretend(r *Receiver) *Live { return PretendFrom(r, 0) }

// PretendFrom is [Pretend] for a receiver that has been running for so many seconds, which nobody has heard: most faults
// strike at second 30, and need not be waited for.
func PretendFrom(r *Receiver, seconds int) *Live {
	now := time.Now()
	next := nextSecond(now)
	unheard := time.Duration(seconds) * time.Second
	r.settle(next.Add(-unheard))
	for range seconds * r.rate {
		r.Next()
	}
	return tie(r, now, next.Sub(now)-unheard)
}

// nextSecond is the first whole second that leaves time for the run-up.
func nextSecond(t time.Time) time.Time { return t.Add(runUp).Truncate(time.Second).Add(time.Second) }

// settle gives a receiver without a start of its own this one.
func (r *Receiver) settle(start time.Time) {
	if r.floating {
		r.timeline.start = start.UTC()
		r.floating = false
	}
}

// tie has the first second ahead of now.
func tie(r *Receiver, now time.Time, ahead time.Duration) *Live {
	stamp := nmea.Now()
	zero := now.Add(ahead)
	return &Live{
		receiver: r, zero: zero, stamp: stamp.Add(zero.Sub(stamp.Time())),
		slews: Clock{Slews: r.clocked(Clock{}).Slews},
	}
}

// instant is when true time at comes on this machine.
func (l *Live) instant(at time.Duration) time.Time { return l.zero.Add(l.slews.elapsed(at)) }

// Play ties r to the system clock, which is offset behind true UTC, and sends its bursts to w until ctx ends: see
// [NewLive] and [Live.Play].
func Play(ctx context.Context, w io.Writer, r *Receiver, offset time.Duration) error {
	live, err := NewLive(r, offset)
	if err != nil {
		return err
	}
	return live.Play(ctx, w)
}

// Offset is true UTC minus the system clock.
func (l *Live) Offset() time.Duration { return l.receiver.Start().Sub(l.zero) }

// Play writes the bursts to w, each byte at the instant at which its stop bit ends, until ctx ends, which is no error,
// or until a Write fails. The instants are absolute: a byte that is late is written together with those that have become
// due meanwhile, and delays nothing. A w that blocks makes all wait.
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

// due is how many bytes of a burst have arrived by now, at least one more than have been sent.
func (l *Live) due(burst Burst, sent int) int {
	now := time.Now()
	n := sent + 1
	for n < len(burst.Bytes) && !l.instant(burst.Arrival(n)).After(now) {
		n++
	}
	return n
}

// PlayPulse calls edge at each edge of p, until ctx ends. The stamp of an edge is the one that a kernel would have
// taken, not the later instant of the call, which is at the mercy of the scheduler.
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

// stamped is an edge with the stamp of this machine.
func (l *Live) stamped(e Edge) Edge {
	e.At = l.stamp.Add(l.slews.elapsed(e.True))
	return e
}
