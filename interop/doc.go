// Package interop has tests only: they prove that real daemons understand what
// refclock writes. Each one runs chronyd or NTPsec's ntpd as its own user would,
// beside the refclock command or the shm package, and reads the daemon's own
// statistics.
//
// They change nothing on the machine. A test runs as nobody in namespaces of its
// own: its shared-memory units are not the machine's, its network is a loopback
// that nobody else sees, it has no power over the clock, and when it ends the
// kernel ends every process that it started.
//
// By hand:
//
//	scripts/fetch-daemons                    # once: unpacks the daemons, installs nothing
//	go test -count=1 ./interop               # half a minute
//	go test -count=1 -v -run Receiver/chronyd ./interop
//
// Without -count=1 an old result may be shown: Go does not know that these
// tests depend on the command that they build.
//
// REFCLOCK_REPLUGS=50 asks TestReplug for that many cycles, which takes six minutes.
//
// REFCLOCK_BINARY names another refclock to test than one built from this tree.
package interop
