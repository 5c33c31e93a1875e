// Package simweb simulates web servers for tests of refclock htntp: servers with a clock, a
// distance and a [Fault], proxies, and an authority that issues certificates.
//
// A [Web] connects by name without a network, so that a whole poll runs in a
// testing/synctest bubble, without real waiting. [Server.Listen] serves real connections.
package simweb
