// Package daemons has tests only: in the lab's virtual machine refclock feeds a unit from a real
// port, and a time daemon sets the machine's clock by nothing else. That is more
// than the tests in interop can do, where nobody may set a clock.
//
//	make lab     # among others
package daemons
