// Package textclock is the clock of another program, which prints a line of text with each
// time, to standard output, a FIFO or a socket.
//
//	CLOCK [RECEIVE] [leap=none|insert|delete] [precision=SECONDS]
//
// A line passes through these files, in this order:
//
//	input.go     reads a chunk and stamps it; stdin.go, fifo.go, socket.go and command.go
//	             are the inputs
//	cutter.go    splits chunks into lines
//	line.go      parses a line; instant.go parses a time in it
//	judge.go     decides whether it is a sample; timeline.go decides whether it continues
//	             the time of the lines before
//	clock.go     the driver: publishes the samples
//
// cutter.go to timeline.go do no I/O and read no clock: time arrives as stamps.
package textclock
