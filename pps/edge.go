package pps

import "time"

// An Edge is one transition of a pulse line.
type Edge struct {
	Stamp Stamp

	// Seq is the kernel's number of the edge, modulo 2^32. A gap means missed edges. The
	// kernel numbers rising and falling edges of /dev/ppsN separately, those of a GPIO
	// line or a modem line together. It is 0 in all edges of other sources.
	Seq uint32

	// Rising means that the line became active: the assert edge of /dev/ppsN, or the
	// electrical fall of an active-low line.
	Rising bool

	// Coarse means that user space took the stamp when the program was scheduled. It is
	// late by about 0.1 ms, and sometimes by milliseconds.
	Coarse bool

	// Within is the greatest error of a stamp found by polling. It is milliseconds at
	// first, and some ten microseconds once the edges can be predicted. It is 0 if the
	// error has no bound.
	Within time.Duration
}
