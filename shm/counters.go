package shm

// Counters tell what became of the samples that a [Segment] published: the only
// way to see, from the producer's side, whether anybody reads the unit.
//
// The fate of a sample is known when the next one is published. Therefore
// Published = Consumed + Overwritten, plus 1 while the last one is out.
type Counters struct {
	// Published counts the updates.
	Published uint64

	// Consumed counts the samples whose valid somebody had cleared: a daemon took
	// them, or one started, which clears valid as well.
	Consumed uint64

	// Overwritten counts the samples that nobody took before they were replaced or
	// withdrawn. One now and then is normal: producer and daemon both go once a
	// second, each by its own clock. If it keeps pace with Published, nobody reads the unit.
	Overwritten uint64

	// Foreign counts the samples after which count was not as we left it: another
	// program, a second gpsd perhaps, publishes in the same unit. No consumer writes count.
	Foreign uint64
}

// Counters returns the counts since the Segment was made. Those of a [Unit] go
// on when it is attached anew by [Unit.Check].
func (s *Segment) Counters() Counters { return s.counters }
