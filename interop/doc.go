// Package interop contains only tests. They check that real time daemons read what
// refclock writes. Each test runs chronyd or NTPsec's ntpd with the refclock command or
// package shm, and reads the daemon's statistics.
//
// The tests change nothing on the machine. Each runs as user nobody in its own namespaces:
// it has its own shared memory units and a private loopback, and cannot set the clock. When
// it ends, the kernel kills all its processes.
//
// To run them:
//
//	scripts/fetch-daemons                    # once: unpacks the daemons, installs nothing
//	go test -count=1 ./interop               # takes a minute and a half
//	go test -count=1 -v -run Receiver/chronyd ./interop
//
// Without -count=1, Go may show a cached result, because it does not know that the tests
// depend on the command that they build.
//
// With REFCLOCK_REPLUGS=50, TestReplug runs 50 cycles, which takes six minutes.
//
// REFCLOCK_SWEEP="7 5000" makes TestSweep compare the linter and the daemons on 5000 random
// lines with seed 7.
//
// REFCLOCK_BINARY names the refclock to test, instead of building one from this tree.
package interop
