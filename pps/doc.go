// Package pps reads the edges of a pulse-per-second line on Linux, each with the best
// available stamp.
//
//	/dev/ppsN              kernel stamp              OpenDevice
//	DCD of a serial port   kernel stamp              OpenDiscipline
//	GPIO character device  kernel stamp              OpenLine
//	modem line of a port   user-space stamp, coarse  OpenModem
//	any periph gpio.PinIn  user-space stamp, coarse  NewPin
//
// [Open] opens any of these but the last by a name such as "gpio:GPIO18". Each is a
// [Source] of edges. A [Gate] determines which edges begin a second, and why others do
// not. It reads no clock and does no I/O, so it also works with recorded edges.
//
// An edge shows when a second began, but not which second. That needs the receiver's
// sentences; see package nmea.
//
// The package logs nothing. It starts one kind of goroutine: one that waits for a modem
// line, since the kernel does not let that wait be cancelled.
package pps
