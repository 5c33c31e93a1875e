// Package sock sends reference-clock samples to chronyd through its reference
// clock driver "SOCK": datagrams to a Unix socket. ntpd-rs accepts them too.
//
// A consumer (a time daemon) creates the socket, at the path in its configuration.
// About once a second, a producer (a program that uses this package) sends a sample:
// the time of the reference clock, and the time of the system clock at the same
// instant. This line configures the socket in chrony.conf:
//
//	refclock SOCK /run/chrony.gps.sock refid GPS
//
// Sending takes two calls:
//
//	sender, err := sock.NewSender("/run/chrony.gps.sock")
//	...
//	err = sender.Send(sock.Sample{Clock: clock, Receive: receive})
//
// A [Sender] is not connected: it sends each datagram to the path. A consumer that
// starts later, or is restarted, therefore receives the next sample. Send never
// waits. It returns [ErrAbsent] if there is no consumer, and [ErrFull] if the consumer
// is too slow. In both cases only that sample is lost.
//
// # The datagram
//
// Each datagram contains this C struct, in the byte order and with the timeval of the
// machine's C library:
//
//	struct sock_sample {
//		struct timeval tv;      /* time of the system clock, in microseconds, rounded down */
//		double offset;          /* reference clock - system clock, in seconds */
//		int    pulse;           /* not 0: only the fraction of the second is known */
//		int    leap;            /* see Leap */
//		int    _pad;            /* not used */
//		int    magic;           /* 0x534f434b, "SOCK" */
//	};
//
// The struct has 40 bytes, or 32 where time_t has 32 bits; see [Layout]. Consumers do
// not answer, and drop a datagram of the wrong size silently.
//
// The datagram has no precision. The consumer takes it from its configuration.
//
// # Types
//
// A [Sender] is the producer's side of a socket. A [Receiver] is the consumer's side,
// for tests of programs that send. [Layout.Encode] and [Decode] convert between a
// [Sample] and its bytes.
//
// Instants are of type [time.Time], in whole nanoseconds. Only the offset is a
// floating-point number, as the protocol requires. It is computed from the difference
// in nanoseconds.
//
// # Concurrency
//
// A Sender or Receiver is not safe for concurrent use.
//
// # Platforms
//
// The package needs Linux, in any version that Go supports.
package sock
