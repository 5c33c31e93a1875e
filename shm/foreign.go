package shm

// maxWords is the size of the largest layout in 32-bit words.
const maxWords = 96 / 4

// ForeignWrite reports whether another producer has written the segment since the last
// call, or since the segment was attached or made. Call it before each Update: two
// producers in one unit make consumers read a mixture. It compares the whole segment
// with what this producer has left there; see below for what consumers may change.
// [Segment.Set] and its relatives count as writes of another producer.
//
// If the last sample still has its stamps, but another producer has changed its count
// or leap, for example, ForeignWrite withdraws it. It does not touch the samples of the
// other producer. ForeignWrite does not allocate.
//
// These are no foreign writes, because consumers do them too: valid becomes 0, and
// precision and nsamples change. From ntpd's and NTPsec's refclock_shm.c:
//
//	up->shm->precision = -1;   /* initially 0.5 sec; NTPsec: PRECISION, -30 */
//	up->shm->valid = 0;
//	up->shm->nsamples = NSAMPLES;
func (s *Segment) ForeignWrite() bool {
	s.inspect()
	foreign := s.foreign
	s.foreign = false
	return foreign
}

// inspect looks for writes of another producer. The next ForeignWrite reports them.
func (s *Segment) inspect() {
	if s.gone != nil {
		return
	}
	wrote, stamped := s.compare()
	if !wrote {
		return
	}
	s.foreign = true
	s.counters.Foreign++
	switch {
	case !s.pending:
	case stamped: // the own sample is no longer there
		s.settle(s.Get(FieldValid) == 0)
	default:
		s.clearValid()
	}
}

// compare reports whether another producer has written the segment, and whether it has
// written a stamp, since the last call. Its own writes are in left.
func (s *Segment) compare() (wrote, stamped bool) {
	precision, nsamples, valid := s.layout.Offset(FieldPrecision), s.layout.Offset(FieldNSamples), s.layout.Offset(FieldValid)
	firstStamp, leap, firstNSec := s.layout.Offset(FieldClockTimeStampSec), s.layout.Offset(FieldLeap), s.layout.Offset(FieldClockTimeStampNSec)
	for offset := 0; offset < len(s.mem); offset += 4 {
		left, now := &s.left[offset/4], load32(s.mem, offset)
		if *left == now {
			continue
		}
		switch {
		case offset == precision, offset == nsamples:
		case offset == valid:
			wrote = wrote || *left == 0
		default:
			wrote = true
			stamped = stamped || offset >= firstStamp && offset < leap || offset >= firstNSec
		}
		*left = now
	}
	return wrote, stamped
}

// store writes 32 bits.
func (s *Segment) store(offset int, value uint32) {
	store32(s.mem, offset, value)
	s.left[offset/4] = value
}

// asAnother returns another program's view of the same memory. Its writes are not in left,
// and a test may be the consumer in another goroutine than the producer.
func (s *Segment) asAnother() *Segment { return &Segment{mem: s.mem, layout: s.layout} }

// begin takes the present content of the segment as what this producer has left.
func (s *Segment) begin() {
	s.compare()
	s.foreign = false
}
