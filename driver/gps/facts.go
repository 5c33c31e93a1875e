package gps

import (
	"cmp"
	"sync"
	"time"

	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/driver/gps/ublox"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// Facts are the known properties of a receiver.
type Facts struct {
	Port     string // the current or last one
	Baud     int    // 0 if unknown, or bytes have no wire time
	Receiver string // its identity; empty until known
	Family   receiver.Guess

	Fix    nmea.Fix
	Used   int // satellites in the solution
	InView int // satellites in view
	Eras   int // 1024-week eras that were added to its date

	Delay      time.Duration // from the second to the first byte of the burst
	Spread     time.Duration // of the delay; 0 if not measured
	Calibrated bool          // the delay is known
	Set        bool          // by setting, not learnt

	Epochs uint64 // this and the following: since the port was opened
	Bad    uint64 // sentences without a valid checksum
	Framer nmea.FramerStats

	Messages uint64         // of UBX
	Reported ublox.Reported // what the receiver reports about itself
}

// PulseFacts are the known properties of a pulse.
type PulseFacts struct {
	Counts pps.Counts   // since the line was first opened
	Missed uint64       // edges that arrived faster than they were read, since it was last opened
	Begins pps.Polarity // of the edge that begins the second; Auto until known
	Locked bool         // the seconds that the edges begin are known
}

// A board holds the latest facts of a loop, for other goroutines. Both sides lock it only to
// copy.
type board[T any] struct {
	mu    sync.Mutex
	facts T
}

func (b *board[T]) write(facts T) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.facts = facts
}

func (b *board[T]) read() T {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.facts
}

// Facts returns the facts of the receiver. It does not wait for the loop, and is safe for
// concurrent use.
func (c *Clock) Facts() Facts { return c.board.read() }

// Facts returns the facts of the pulse. It is safe for concurrent use.
func (p *Pulse) Facts() PulseFacts { return p.board.read() }

// see records an epoch. A fix uses satellites: if none are named, their sentence was lost, as of a
// burst that was read late.
func (f *Facts) see(e nmea.Epoch) {
	f.Epochs++
	if f.Fix = e.Fix; e.Used > 0 || e.Fix != nmea.FixGood {
		f.Used = e.Used
	}
	f.InView, f.Eras = e.InView, e.Eras
}

// facts adds the facts of the tracker at an instant of the steady clock.
func (t *tracker) facts(f Facts, now int64) Facts {
	t.mu.Lock()
	defer t.mu.Unlock()
	l, m := &t.learn, &t.monitor
	f.Messages, f.Reported = m.Messages(), m.Reported(now)
	f.InView = cmp.Or(f.InView, m.InView(now))
	f.Delay, f.Calibrated, f.Set = l.delay, l.calibrated, t.config.Calibrated
	if f.Spread = l.rememberedSpread; t.pulse.locked {
		f.Spread = l.delays.Spread()
	}
	if t.habits.identity.Known() {
		f.Receiver = t.habits.identity.String()
	}
	return f
}

func (t *tracker) pulseFacts() PulseFacts {
	t.mu.Lock()
	defer t.mu.Unlock()
	return PulseFacts{Counts: t.pulse.gate.Counts(), Begins: t.pulse.begins, Locked: t.pulse.locked}
}
