package pps

import (
	"context"
	"fmt"
)

// A Source returns the edges of one line. It is not safe for concurrent use, except that
// Close may be called during Next.
type Source interface {
	// String returns the name of the source as in errors, such as "/dev/pps0" or
	// "gpio:gpiochip0:18". It never changes.
	fmt.Stringer

	// Next waits for the next edge, without a timeout other than the context's. Edges
	// without a Fault are in the order of their stamps and of both polarities, if the source
	// has both. Edges from before the source was opened are not returned.
	//
	// When the context ends, Next returns its error within 100 ms, usually at once. The
	// source remains usable, and the next call returns the edge. After Close, Next
	// returns an error that wraps ErrClosed. Any other error means that the line is lost,
	// usually because its device was removed: close the source and reopen it.
	Next(ctx context.Context) (Edge, error)

	// Missed returns the number of edges that the kernel counted but Next did not return,
	// because they were not read in time. It counts from the opening of the source. It is
	// 0 if the source has no count. A network card has none either: gaps of up to four
	// seconds between its edges count. It must not be called during Next.
	Missed() uint64

	// Close releases the line and ends a waiting Next. Closing again does nothing and
	// returns nil.
	Close() error
}
