// Package shm publishes reference-clock samples in NTP shared memory, the way
// into ntpd, NTPsec and chrony known as reference clock driver 28, "SHM".
//
// A producer (this package) and a consumer (the time daemon) share a small
// System V shared memory segment, called a unit. The producer writes a sample
// into it, about once a second: what the reference clock said, and what the
// system clock said at that very instant. The daemon looks once a second and
// takes the sample. In ntp.conf, NTPsec's ntp.conf and chrony.conf, unit 2 is:
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
// # The segment
//
// The key of unit n is [KeyBase] + n. What lies there is this C struct, in the
// byte order and with the time_t of the machine's C library:
//
//	struct shmTime {
//		int      mode;                  /* 0 or 1, see [Sample] */
//		volatile int count;             /* changes with each sample */
//		time_t   clockTimeStampSec;     /* the reference clock's time */
//		int      clockTimeStampUSec;
//		time_t   receiveTimeStampSec;   /* the system clock's, then */
//		int      receiveTimeStampUSec;
//		int      leap;                  /* see [Leap] */
//		int      precision;             /* log2 of seconds */
//		int      nsamples;              /* not used by any reader */
//		volatile int valid;             /* 1: a sample waits to be taken */
//		unsigned clockTimeStampNSec;    /* nanoseconds of the second, whole */
//		unsigned receiveTimeStampNSec;
//		int      dummy[8];
//	};
//
// Depending on how the consumer was compiled it has 80, 88 or 96 bytes, with the
// fields in different places; neither the processor nor Go's own struct layout
// tells which. The size of the segment does: see [Layout].
//
// # What stands in which type
//
// A [Segment] is the struct in any memory: it needs no kernel object, and
// [NewMemory] is the stand-in for tests of programs that publish. A [Unit] is a
// Segment that Linux shares, attached by [Attach], and [List] tells which units
// a machine has. Single fields are at hand by [Segment.Get] and [Segment.Set].
//
// Instants are [time.Time]: whole nanoseconds, never a floating-point number of
// seconds, whose step is 238 ns in this century.
//
// # Concurrency
//
// The protocol of valid and count lets one writer and one reader run side by
// side in different processes. A single Segment or Unit value, however, belongs
// to one goroutine at a time. Two goroutines that want the same unit attach it
// twice, one of them to write and the other to watch.
//
// # Kernel
//
// Segments in memory work everywhere. Units need Linux with System V shared
// memory (CONFIG_SYSVIPC); on 386 and 32-bit MIPS, Linux 5.1.
package shm
