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

	// Within is the greatest error of a stamp found by polling, or made by a network card.
	// By polling it is milliseconds at first, and some ten microseconds once the edges can
	// be predicted. For a network card see [PHC]. It is 0 if the error has no bound.
	Within time.Duration

	// Uncertainty is a standard deviation of the error that the stamps share, if the lateness
	// of the kernel's stamps was measured and taken off; see [Meter]. Otherwise it is 0.
	Uncertainty time.Duration

	// Fault is why the stamp is not trusted, or Second if it is trusted. The stamp of an
	// edge with a Fault is when it was read. A [Gate] ignores such an edge.
	Fault Reason
}

// fineWithin is the greatest error of a fine stamp. The sawtooth of receivers is 10 to 50 ns. It
// goes unnoticed among the errors of an interrupt, which are some microseconds.
const fineWithin = time.Microsecond

// Fine reports whether the stamp is good enough to correct it for the sawtooth that a receiver
// reports for its pulse, such as qErr of UBX-TIM-TP.
func (e Edge) Fine() bool {
	return e.Fault == Second && !e.Coarse && e.Within > 0 && e.Within <= fineWithin
}
