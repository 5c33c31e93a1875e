package pps

// A Level reads the present level of a line, for a [Meter]. Its methods are not safe for
// concurrent use, but a Source of the same line may be used meanwhile.
type Level interface {
	// High reports whether the line is active, as after an Edge with Rising. It does not wait,
	// and does not allocate. A Meter needs it to take at most 10 µs. An error wraps ErrClosed
	// after the line was closed.
	High() (bool, error)
}
