// Package daemons contains only tests. In the lab's virtual machine, refclock publishes from
// a real port to a unit, and a time daemon sets the machine's clock by this unit only. The
// tests in interop cannot do this, because they may not set a clock.
//
//	make lab     # runs these and other tests
package daemons
