// Package sim simulates GPS receivers. A simulated receiver sends the sentences of a real
// one with the same timing, and the true time is known to the nanosecond.
//
// A [Receiver] generates one [Burst] of NMEA sentences per epoch. There are three ways to
// use it:
//
//   - A [Rig] returns what a machine observes of the receiver, as one stream of stamped
//     events: chunks of bytes, edges and silences. It computes the error of a sample.
//   - [Chunks] carries only the bursts, over a simulated UART or USB [Link].
//     [Receiver.Edges] returns only the pulses.
//   - [Play] sends the bursts in real time. [Live] also sends the pulses.
//
// A [Fault] has a name and affects the calendar, the receiver's solution, its sentences,
// the wire, the pulse or the machine's clock. [Faults] lists them; each is a row in one of
// the files fault_*.go.
//
// # True time
//
// True time is a [time.Duration] since the receiver's first second. It is continuous: a
// leap second lasts one second, like any other. A [Clock] converts it to the machine's
// clock, which may be off, drift and be stepped. Offsets have the sign of a sample: true
// UTC minus system clock. A positive offset means that the system clock is slow.
//
// # Reproducibility
//
// All random numbers come from the seed. Two receivers with the same [Config] send the same
// bytes at the same times. A fault does not change the timing, unless that is its purpose,
// or it makes a burst so long that it delays the next one.
package sim
