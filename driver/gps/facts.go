package gps

import (
	"sync"
	"time"

	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// Facts are what is known of a receiver, for whoever asks.
type Facts struct {
	Port     string         // that is open, or was last
	Baud     int            // of its wire; 0 where bytes have none, or nothing was heard yet
	Receiver string         // how it speaks; empty until enough was heard
	Family   receiver.Guess // which it is of, as far as it was recognised

	Fix    nmea.Fix
	Used   int // satellites in the solution
	InView int // satellites in view
	Eras   int // 1024-week eras that were added to the date that it shows

	Delay      time.Duration // from the second to the first byte of the burst
	Spread     time.Duration // how much it scatters, as far as it is measured
	Calibrated bool          // whether it is known
	Set        bool          // by setting; else it was learnt

	Epochs uint64 // since the port was opened, like all that follow
	Bad    uint64 // sentences without a good checksum
	Framer nmea.FramerStats
}

// PulseFacts are what is known of a pulse.
type PulseFacts struct {
	Counts pps.Counts   // since its line was opened for the first time
	Missed uint64       // edges that came faster than they could be read, since it was opened last
	Begins pps.Polarity // of the edge that begins the second; Auto until it is known
	Locked bool         // whether it is known which seconds the edges begin
}

// A board is where a loop leaves what others may ask for; none waits for the other
// for longer than it takes to copy it.
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

// Facts tells what is known of the receiver. It may be called by any goroutine, and
// does not wait for the loop.
func (c *Clock) Facts() Facts { return c.board.read() }

// Facts tells what is known of the pulse, likewise.
func (p *Pulse) Facts() PulseFacts { return p.board.read() }

// see takes note of an epoch.
func (f *Facts) see(e nmea.Epoch) {
	f.Epochs++
	f.Fix, f.Used, f.InView, f.Eras = e.Fix, e.Used, e.InView, e.Eras
}

// facts adds what the tracker knows.
func (t *tracker) facts(f Facts) Facts {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := &t.learn
	f.Delay, f.Calibrated, f.Set = l.delay, l.calibrated, t.config.Calibrated
	if f.Spread = l.wander; t.pulse.locked {
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
