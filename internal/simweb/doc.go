// Package simweb is a web of servers that tell the time, each right or wrong in its own way: web servers
// with a clock, a distance and a [Fault], proxies, and an authority that issues certificates.
//
// A [Web] connects by name and without a network, so that a whole poll runs within a testing/synctest bubble in no
// time. The same [Server] serves real connections with [Server.Listen].
package simweb
