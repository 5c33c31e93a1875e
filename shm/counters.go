package shm

// Counters count what became of the samples that a [Segment] published. They are
// the only way for a producer to see whether a consumer reads the unit.
//
// The result of a sample is known when the next one is published. Therefore
// Published = Consumed + Overwritten, plus 1 while the last sample is not decided.
type Counters struct {
	// Published counts the updates.
	Published uint64

	// Consumed counts the samples whose valid was cleared by another program: a
	// consumer took the sample, or a consumer started, which also clears valid.
	Consumed uint64

	// Overwritten counts the samples that were replaced or withdrawn before a consumer
	// took them. This happens now and then, because producer and consumer both run once
	// a second, each by its own clock. If Overwritten grows as fast as Published, no
	// consumer reads the unit.
	Overwritten uint64

	// Foreign counts how often another producer, such as gpsd, was seen to have written
	// the segment: by [Segment.ForeignWrite], Update or Withdraw.
	Foreign uint64
}

// Counters returns the counts since the Segment was made. [Unit.Check] does not
// reset them.
func (s *Segment) Counters() Counters { return s.counters }
