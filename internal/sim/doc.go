// Package sim is a GPS receiver that has never seen a satellite: it says what a real one says, when a real one says it,
// and knows to the nanosecond how wrong its listener is.
//
// A [Receiver] makes one [Burst] of NMEA sentences an epoch. What becomes of it is chosen by the caller:
//
//   - [Chunks] carries the bursts over a modelled UART or USB [Link] into stamped chunks, as a reading program would get
//     them, without any time passing;
//   - [Receiver.Edges] gives the pulses that belong to the same seconds;
//   - [Play], or a [Live] for the bursts and the pulses together, does it in real time.
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
// and a fault does not change the timing, unless it makes a burst so long that it holds up the next one.
package sim
