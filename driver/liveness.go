package driver

import (
	"sync/atomic"
	"time"
)

// BeatEvery is the longest time between two calls of Beat by the loop of a Run, unless it
// has announced a pause.
const BeatEvery = 2 * time.Second

// A Liveness shows whether the loop of a driver turns.
type Liveness struct {
	Beats  uint64        // turns of the loop of Run, which has its hardware open then
	Pauses uint64        // announced by the loop or its supervisor
	Pause  time.Duration // how long no beat is due now
}

// A heartbeat counts the turns of a loop, at the cost of an atomic addition.
type heartbeat struct {
	beats  atomic.Uint64
	pauses atomic.Uint64
	pause  atomic.Int64 // in nanoseconds
}

// Beat is Feed.Beat, as far as the heartbeat goes.
func (h *heartbeat) Beat() {
	h.beats.Add(1)
	if h.pause.Load() != 0 {
		h.pause.Store(0)
	}
}

// Pause announces that no beat is due for a while.
func (h *heartbeat) Pause(d time.Duration) {
	h.pauses.Add(1)
	h.pause.Store(int64(d))
}

// Liveness returns the signs of life so far. It is safe for concurrent use.
func (h *heartbeat) Liveness() Liveness {
	return Liveness{Beats: h.beats.Load(), Pauses: h.pauses.Load(), Pause: time.Duration(h.pause.Load())}
}
