// Package shm publishes reference-clock samples in NTP shared memory, which ntpd,
// NTPsec and chrony read through their reference clock driver 28, "SHM".
//
// A producer (a program that uses this package) and a consumer (a time daemon)
// share a small System V shared memory segment, called a unit. About once a second
// the producer writes a sample: the time of the reference clock, and the time of
// the system clock at the same instant. The consumer checks once a second and
// takes the sample. These lines configure unit 2 in ntpd's ntp.conf, NTPsec's
// ntp.conf and chrony.conf:
//
//	server 127.127.28.2
//	refclock shm unit 2
//	refclock SHM 2:perm=0666
//
// Publishing takes two calls:
//
//	unit, err := shm.Attach(2)
//	...
//	err = unit.Update(shm.Sample{Clock: clock, Receive: receive, Precision: -9})
//
// Fields that do not change are set once, in a Sample that is used again. This
// replaces the attributes mode, precision and leap of python-ntpdshm, which persist from one
// update() to the next:
//
//	sample := shm.Sample{Precision: -9, Leap: shm.LeapNone, Plain: false}
//	for ... {
//		sample.Clock, sample.Receive = clock, receive
//		err := unit.Update(sample)
//	}
//
// # The segment
//
// The key of unit n is [KeyBase] + n. The segment contains this C struct, in the
// byte order and with the time_t of the machine's C library:
//
//	struct shmTime {
//		int      mode;                  /* 0 or 1, see Sample.Plain */
//		volatile int count;             /* changes with each sample */
//		time_t   clockTimeStampSec;     /* time of the reference clock */
//		int      clockTimeStampUSec;
//		time_t   receiveTimeStampSec;   /* time of the system clock */
//		int      receiveTimeStampUSec;
//		int      leap;                  /* see Leap */
//		int      precision;             /* log2 of seconds */
//		int      nsamples;              /* not used by any consumer */
//		volatile int valid;             /* 1: a sample can be taken */
//		unsigned clockTimeStampNSec;    /* nanoseconds, microseconds included */
//		unsigned receiveTimeStampNSec;
//		int      dummy[8];
//	};
//
// The struct has 80, 88 or 96 bytes, depending on how the consumer was compiled, and
// the offsets of its fields differ. Neither the processor nor the layout of a Go
// struct shows which one it is. The size of the segment does: see [Layout].
//
// # Types
//
// A [Segment] is the struct in any memory. It needs no kernel object: tests of
// programs that publish use [NewMemory]. A [Unit] is a Segment in System V shared
// memory, attached with [Attach]. [List] returns the units of the machine.
// [Segment.Get] and [Segment.Set] access single fields.
//
// Instants are of type [time.Time], in whole nanoseconds. A floating-point number of
// seconds has a step of 238 ns in this century.
//
// # Concurrency
//
// The fields valid and count let one writer and one reader run at the same time in
// different processes. A Segment or Unit value is not safe for concurrent use. Two
// goroutines that need the same unit each attach it, one to write and one to watch.
//
// # Platforms
//
// Segments in memory work everywhere. Units need Linux with System V shared
// memory (CONFIG_SYSVIPC), and Linux 5.1 or later on 386 and 32-bit MIPS.
package shm
