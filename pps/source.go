package pps

import (
	"context"
	"fmt"
)

// A Source gives the edges of one line. It is for one goroutine at a time; only
// Close may be called beside Next.
type Source interface {
	// String names the source as errors do, such as "/dev/pps0" or
	// "gpio:gpiochip0:18". It never changes.
	fmt.Stringer

	// Next waits for the next edge; there is no time-out but the context's. Edges come
	// in the order of their stamps, both polarities where the source has both, and
	// none from before the source was opened.
	//
	// When the context ends, Next returns its error within 100 ms, mostly at once, and
	// the source stays good: the edge is given by the next call. After Close it
	// returns an error for which errors.Is(err, ErrClosed) holds. Any other error
	// means that the line is lost, mostly because its device is gone: close the
	// source and open it again.
	Next(ctx context.Context) (Edge, error)

	// Missed is how many edges the kernel has counted since the source was opened
	// that Next did not give: they came faster than they were read. It is 0 where
	// nobody counts. Call it where Next is called.
	Missed() uint64

	// Close gives the line back, and ends a Next that waits. Closing again does
	// nothing and returns nil.
	Close() error
}
