// Package htntp is the clock of web servers: it reads the time of day from the Date
// of their answers, a hundred times better than the second in which that is given.
//
// A Date of 12:00:07 says that the server's clock was somewhere in that second when
// it answered. A request sent so that it arrives just when a second of the server
// begins is answered with one Date or the next, and so tells whether the server's
// clock is behind or ahead of what was thought: each such request halves the doubt.
// After eight it is 2 ms on a symmetric path. What no number of requests takes away
// is half the asymmetry of the path, and the half-width stated includes a guess of it.
//
// Several servers are asked, and the time is given only if more than half of them
// prove, each by its own answers on both sides of it, that they show this time.
//
// A poll's way is walked in these files:
//
//	engine.go     Ask conducts a poll: it connects, sends each round, takes the answers
//	survey.go     what to ask whom next, and what follows: decisions, without I/O,
//	              whose stages are in greet.go, search.go and verify.go
//	candidate.go  what a server's own answers prove about a time
//	evidence.go   how likely a server's answers are, whatever the time
//	belief.go     the probability of each time
//	aim.go        when to send
//	exchange.go   one request, one answer, two stamps
//	date.go       the Date
//	clock.go      the driver: polls, and publishes what they find
package htntp
