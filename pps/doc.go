// Package pps takes the edges of a pulse-per-second line from wherever they reach
// a Linux program, each with the best stamp to be had there.
//
//	/dev/ppsN              the kernel's stamp    OpenDevice
//	DCD of a serial port   the kernel's stamp    OpenDiscipline
//	GPIO character device  the kernel's stamp    OpenLine
//	modem line of a port   user space's, coarse  OpenModem
//	any periph gpio.PinIn  user space's, coarse  NewPin
//
// [Open] chooses by a name such as "gpio:GPIO18". Each is a [Source] of edges. A
// [Gate] tells which of the edges begin seconds, and why the others do not; it
// asks no clock and does no I/O, so that recorded edges and live ones are judged
// alike.
//
// An edge says when a second began, never which: only a receiver's sentences do.
//
// The package logs nothing. It starts no goroutine but the one that waits for a
// modem line, a wait that the kernel does not let be cancelled.
package pps
