// Package sim is a GPS receiver that has never seen a satellite: it says what a real one says, when a real one says it,
// and knows to the nanosecond how wrong its listener is.
//
// A [Receiver] makes one [Burst] of NMEA sentences an epoch. What becomes of it is chosen by the caller:
//
//   - a [Rig] gives all that a machine gets to know of the receiver, chunks of bytes, edges and silences, as one stream of
//     stamped events, and tells how wrong a sample made of them is;
//   - [Chunks] carries the bursts alone over a modelled UART or USB [Link], [Receiver.Edges] gives the pulses alone;
//   - [Play], or a [Live] for the bursts and the pulses together, does it in real time.
//
// A [Fault] makes something go wrong, by name: the calendar, the receiver's belief, its sentences, their way, the pulse or
// the machine's clock. [Faults] lists them; each is a row in one of the files fault_*.go.
//
// # True time
//
// True time is a [time.Duration] since the receiver's first second. It is continuous: a leap second lasts one second in
// it like any other. A [Clock] turns it into what the machine's own clock shows, which may be off, drift and be stepped.
// Offsets have the sign of a sample: true UTC minus system clock, so that a positive one means that the clock is slow.
//
// # The same again
//
// All that is random comes from the seed. Two receivers of the same [Config] send the same bytes at the same instants,
// and a fault does not change the timing, unless that is what it is about, or it makes a burst so long that it holds up the
// next one.
package sim
