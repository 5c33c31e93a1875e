package gps

import "time"

// A Memory keeps what was learnt of a receiver for the time when there is no pulse to
// learn from: after a restart, or for good. It decides itself how often it writes.
type Memory interface {
	Recall(receiver string) (Learnt, bool)
	Keep(receiver string, l Learnt) error
}

// Learnt is how long after a second a receiver begins to speak, and how much that
// wanders: its standard deviation over a quarter of an hour.
type Learnt struct{ Delay, Spread time.Duration }
