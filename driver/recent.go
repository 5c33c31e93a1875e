package driver

// recentSamples is how many samples a feed keeps for those who read it less often than it
// publishes: three seconds of the fastest clock, which publishes ten a second.
const recentSamples = 32

// A Published is a sample that reached at least one target.
type Published struct {
	Clock     int64 // as in the Sample, in nanoseconds
	Receive   int64
	Mono      int64
	Precision int // that it claimed, as log2 of seconds
}

// Offset is clock - receive in nanoseconds.
func (p Published) Offset() int64 { return p.Clock - p.Receive }

// A recent keeps the last samples, in a ring. Adding one allocates nothing.
type recent struct {
	samples [recentSamples]Published
	count   uint64 // that were ever added
}

func (r *recent) add(s Sample, precision int) {
	r.samples[r.count%recentSamples] = Published{Clock: s.Clock, Receive: s.Receive, Mono: s.Mono, Precision: precision}
	r.count++
}

// Since appends to a list the samples that were published after the first n, oldest first,
// as far as they are kept: the last 32. It returns the list and how many samples were
// published. It is safe for concurrent use, and delays the driver only to copy them.
func (f *Feed) Since(n uint64, list []Published) ([]Published, uint64) {
	l := &f.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	count := l.recent.count
	if count > recentSamples {
		n = max(n, count-recentSamples)
	}
	for ; n < count; n++ {
		list = append(list, l.recent.samples[n%recentSamples])
	}
	return list, count
}
