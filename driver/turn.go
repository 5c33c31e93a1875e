package driver

import (
	"sync/atomic"
	"time"
)

// BeatEvery is how often the loop of a Run turns at the least, if it has not said
// that it rests.
const BeatEvery = 2 * time.Second

// turns count what a loop does, for whoever wants to know that it is alive. The
// loop pays for it by an atomic addition.
type turns struct {
	count atomic.Uint64
	rest  atomic.Int64 // for how long there will be no turn, in nanoseconds
}

// Beat says that the loop of Run turns: that its hardware is open, and it is not
// stuck. Every Run calls it each turn, and at least every [BeatEvery].
func (t *turns) Beat() {
	t.count.Add(1)
	if t.rest.Load() != 0 {
		t.rest.Store(0)
	}
}

// Rest says that no turn is due for a while, until the next Beat. It is no turn itself.
func (t *turns) Rest(d time.Duration) { t.rest.Store(int64(d)) }

// Turns is how often the loop has turned, and for how long it said that it rests.
func (t *turns) Turns() (count uint64, rest time.Duration) {
	return t.count.Load(), time.Duration(t.rest.Load())
}
