// Package nmea turns the bytes of a GNSS receiver into epochs of UTC, for clocks.
//
// Bytes go in as they were read, each chunk with the stamp of the moment its read
// returned; epochs come out: instants of time that the receiver named, with the
// moment at which it began to say so.
//
//	(stamp, bytes) --> Framer --Sentence--> Epochs --Epoch-->
//
// [Read] does all of this for an io.Reader. [Framer] and [Epochs] are for programs with
// a reading loop of their own: they do no I/O and read no clock. The package starts no
// goroutine and logs nothing.
//
// # Why the burst, not the line
//
// A receiver sends its sentences back to back, once a second, then falls silent.
// The end of a line moves with the number of satellites in the lines before it,
// by tens of milliseconds at 9600 baud; the start of the burst does not. So an
// [Epoch] bears the stamp of its burst's start, whichever of its sentences told
// the time, and a damaged sentence moves nothing.
//
// # What is believed
//
// Time and date are read strictly: hour 25 and 31 February are errors, second 60
// is itself, fractions keep their nanoseconds. RMC, ZDA, PUBX,04 and PGRMF give a
// date; GGA, GLL and GNS never do. An epoch has a reason, in Why, for which it must
// not be published: no fix, an estimated or simulated one, no date, a power-up
// default. Given the program's build date, dates before it are moved forward by whole
// 1024-week eras, and [Epoch.Eras] is their number; see [NewEpochs].
//
// An epoch that is [Valid] is one that the receiver vouches for. Whether its time
// goes on from the last one's, as time does, is for the caller to watch.
package nmea
