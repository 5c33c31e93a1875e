package pps

import "time"

// An Edge is one transition of a pulse's line.
type Edge struct {
	Stamp Stamp

	// Seq is the kernel's number of the edge, modulo 2^32; a gap means edges that
	// were missed. /dev/ppsN counts rising and falling edges apart, a GPIO line and a
	// modem line count them together; 0 in all edges where nobody counts.
	Seq uint32

	// Rising: the line became active. For /dev/ppsN it is what the device calls
	// assert, for an active-low line the electrical fall.
	Rising bool

	// Coarse: the stamp is user space's, taken when the program came to run, not the
	// kernel's. It is late by 0.1 ms or so, and by milliseconds now and then.
	Coarse bool

	// Within bounds the error of a stamp that was found by polling: the edge was not
	// further from it, as far as the clock itself is right. It is some ten
	// microseconds once the edges can be predicted, and milliseconds before: whoever
	// wants only good ones leaves the others out. 0 where nothing bounds the error.
	Within time.Duration
}
