// Package sock sends reference-clock samples to chronyd through its reference
// clock driver "SOCK": datagrams to a Unix socket. ntpd-rs takes them too.
//
// The time daemon creates the socket, at the path in its configuration, and a
// producer sends to it, about once a second: what the reference clock said, and
// what the system clock said at that very instant. In chrony.conf:
//
//	refclock SOCK /run/chrony.gps.sock refid GPS
//
// Sending takes two calls:
//
//	sender, err := sock.NewSender("/run/chrony.gps.sock")
//	...
//	err = sender.Send(sock.Sample{Clock: clock, Receive: receive})
//
// A [Sender] keeps no connection: it names the path in each datagram, so that a
// daemon that starts late, or starts again, gets the next sample, whoever was
// there first. It never waits. A daemon that is not there, or does not keep up, is
// an error of its own, [ErrAbsent] or [ErrFull], by which the sample is lost and
// nothing else.
//
// # The datagram
//
// What is sent is this C struct, in the byte order and with the timeval of the
// machine's C library:
//
//	struct sock_sample {
//		struct timeval tv;      /* the system clock's time, cut off to microseconds */
//		double offset;          /* reference clock - system clock, in seconds */
//		int    pulse;           /* not 0: only the part below a second counts */
//		int    leap;            /* see [Leap] */
//		int    _pad;            /* not used */
//		int    magic;           /* 0x534f434b, "SOCK" */
//	};
//
// It has 40 bytes, or 32 where time_t has 32 bits; see [Layout]. A daemon gives no
// answer: a datagram of the wrong size is dropped in silence.
//
// No precision is sent. It stands in the configuration of the daemon.
//
// # What stands in which type
//
// A [Sender] is the producer's side and a [Receiver] the daemon's: the stand-in for
// tests of programs that send. [Layout] has the way between a [Sample] and its bytes.
//
// Instants are [time.Time]: whole nanoseconds. The offset is the one
// floating-point number, since the protocol has it so, and is made from the
// difference in nanoseconds.
//
// # Concurrency
//
// A Sender or a Receiver belongs to one goroutine at a time.
//
// # Kernel
//
// Linux, any that Go supports.
package sock
