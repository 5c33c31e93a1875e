// Package pps reads the edges of a pulse-per-second line on Linux, each with the best
// available stamp.
//
//	/dev/ppsN              kernel stamp              OpenDevice
//	DCD of a serial port   kernel stamp              OpenDiscipline
//	GPIO character device  kernel stamp              OpenLine
//	pin of a network card  hardware stamp            OpenPHC
//	modem line of a port   user-space stamp, coarse  OpenModem
//	any periph gpio.PinIn  user-space stamp, coarse  NewPin
//
// [Open] opens any of these but the last by a name such as "gpio:GPIO18". Each is a
// [Source] of edges. A [Gate] determines which edges begin a second, and why others do
// not. It reads no clock and does no I/O, so it also works with recorded edges.
//
// A [Meter] measures how late the kernel's stamps of a GPIO line are, and takes that off its
// edges.
//
// An edge shows when a second began, but not which second. That needs the receiver's
// sentences; see package nmea.
//
// The package logs nothing. Its only goroutines wait for modem lines and network cards,
// because the kernel cannot cancel that wait.
package pps
