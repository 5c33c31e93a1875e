// Package htntp is a clock that gets the time from web servers. It reads the Date of their
// answers with a hundred times the resolution of the Date itself, which is a second.
//
// A Date of 12:00:07 says that the server's clock was within that second when it
// answered. A request may be timed to arrive just as a second of the server is expected to
// begin. The Date of its answer then shows whether the server's clock is behind or ahead
// of the estimate. Each such request halves the uncertainty. After eight it is 2 ms on a
// symmetric path. Half the asymmetry of the path remains after any number of requests; the
// half-width includes an assumption about it.
//
// A poll asks several servers. It has a result only if more than half of them agree: the
// answers of each must bracket the time found.
//
// The files, in the order of a poll:
//
//	engine.go       Ask runs a poll: it connects, sends each round and takes the answers
//	survey.go       decides which server to ask next and what follows, without I/O;
//	                its stages are in greet.go, search.go and majority.go
//	candidate.go    what a server's own answers prove about a time
//	evidence.go     the likelihood of a server's answers
//	posterior.go    the probability of each time
//	aim.go          when to send
//	exchange.go     one request, one answer, two stamps
//	certificate.go  at which times the certificates of the servers must be valid
//	date.go         the Date
//	clock.go        the driver: runs polls and publishes their results
package htntp
