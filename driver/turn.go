package driver

import (
	"sync/atomic"
	"time"
)

// BeatEvery is how often the loop of a Run turns at the least, if it has not said
// that it rests.
const BeatEvery = 2 * time.Second

// Turns are the signs of life of a driver and its supervisor.
type Turns struct {
	Beats uint64        // of the loop of Run, which has its hardware open then
	Rests uint64        // times that the loop said that it rests, or that the driver was left alone
	Rest  time.Duration // for how long there may be no sign now
}

// turns count what a loop does, for whoever wants to know that it is alive. The
// loop pays for it by an atomic addition.
type turns struct {
	beats atomic.Uint64
	rests atomic.Uint64
	rest  atomic.Int64 // in nanoseconds
}

// Beat says that the loop of Run turns: that its hardware is open, and it is not
// stuck. Every Run calls it each turn, and at least every [BeatEvery].
func (t *turns) Beat() {
	t.beats.Add(1)
	if t.rest.Load() != 0 {
		t.rest.Store(0)
	}
}

// Rest says that no beat is due for a while.
func (t *turns) Rest(d time.Duration) {
	t.rests.Add(1)
	t.rest.Store(int64(d))
}

// Turns gives the signs of life so far.
func (t *turns) Turns() Turns {
	return Turns{Beats: t.beats.Load(), Rests: t.rests.Load(), Rest: time.Duration(t.rest.Load())}
}
