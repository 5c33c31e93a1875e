// Package nmea decodes the time from the NMEA 0183 output of a GNSS receiver.
//
// The input is chunks of bytes, each with a stamp taken when its read returned. The
// output is epochs: each is an instant of UTC that the receiver named, with a stamp of
// the moment at which its burst of sentences began.
//
//	(stamp, bytes) --> Framer --Sentence--> Epochs --Epoch-->
//
// [Read] does all of this for an io.Reader. [Framer] and [Epochs] are for programs with
// a reading loop of their own; they do no I/O and read no clock. The package starts no
// goroutine and logs nothing.
//
// # Why the burst, not the line
//
// A receiver sends its sentences back to back, once a second, and then is silent. The
// end of a line moves with the number of satellites in the lines before it, by tens of
// milliseconds at 9600 baud. The start of the burst does not. So an [Epoch] has the
// stamp of its burst's start, whichever of its sentences named the time, and a damaged
// sentence does not move it.
//
// # Validity
//
// Time and date are parsed strictly: hour 25 and 31 February are errors, second 60 is a
// leap second, fractions keep their nanoseconds. RMC, ZDA, PUBX,04 and PGRMF have a
// date; GGA, GLL and GNS do not. Epoch.Why is the reason why an epoch must not be
// published: no fix, an estimated or simulated fix, no date, a power-up default.
//
// If the program gives its build date, earlier dates are moved forward by whole
// 1024-week eras. [Epoch.Eras] is the number of eras; see [NewEpochs].
//
// [Valid] means that the receiver reports a fix, a time and a date without
// contradiction. The caller should also check that time is continuous from one epoch to
// the next.
package nmea
