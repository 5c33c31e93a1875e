package shm

import (
	"fmt"
	"time"
)

// Peek returns the sample that waits, and leaves it to the daemon. It goes by
// the daemons' rules. Errors: ErrNoSample, ErrClash, ErrBadMode, ErrAbsent, ErrClosed.
func (s *Segment) Peek() (Sample, error) {
	return s.waiting("peek", (*Segment).valid)
}

// Take returns the sample that waits, and takes it as a daemon does: it clears
// valid, whether or not the sample is any good. Errors: ErrNoSample, ErrClash,
// ErrBadMode, ErrReadOnly, ErrAbsent, ErrClosed.
func (s *Segment) Take() (Sample, error) {
	if err := s.writable(); err != nil {
		return Sample{}, fmt.Errorf("take: %s: %w", s.name, err)
	}
	return s.waiting("take", func(s *Segment) bool { return s.swap(FieldValid, 0) != 0 })
}

// Read returns the last sample, even if a daemon has taken it already: Sample.Valid
// reports whether it has not. It is for watching, and writes nothing.
//
// Once a sample was taken, nothing but count betrays that the next one is just
// being written: in that fraction of a microsecond fields of both may mix. A
// watcher who must not see that uses Peek. Errors: ErrNoSample if there has never been one, ErrClash, ErrBadMode,
// ErrAbsent, ErrClosed.
func (s *Segment) Read() (Sample, error) {
	f, err := s.snapshot((*Segment).valid)
	if err == nil && f.neverWritten() {
		err = ErrNoSample
	}
	return s.judge("read", f, err)
}

// waiting returns the sample only if it waits. How to look at valid at the end is the caller's, see snapshot.
func (s *Segment) waiting(op string, settle func(*Segment) bool) (Sample, error) {
	f, err := s.snapshot(settle)
	if err == nil && !f.valid {
		err = ErrNoSample
	}
	return s.judge(op, f, err)
}

func (s *Segment) valid() bool { return s.Get(FieldValid) != 0 }

// fields is a copy of the segment.
type fields struct {
	value [fieldCount]int64
	valid bool
}

// snapshot copies the segment. As the daemons do, it compares count before and
// after. Besides it looks at valid once more, which closes a gap that the daemons
// leave: a reader that sees valid just before a write begins, and count just
// after, would find count unchanged as long as the write lasts. That last look is
// settle, which may clear valid as well.
func (s *Segment) snapshot(settle func(*Segment) bool) (fields, error) {
	if s.gone != nil {
		return fields{}, s.gone
	}
	valid := s.valid()
	f := s.copyFields()
	if valid {
		f.valid = settle(s)
	}
	if f.valid != valid || s.Get(FieldCount) != f.value[FieldCount] {
		return fields{}, ErrClash
	}
	return f, nil
}

// copyFields reads count first: what follows may be as new as that or newer, but not older.
func (s *Segment) copyFields() fields {
	var f fields
	f.value[FieldCount] = s.Get(FieldCount)
	for field := range Fields() {
		if field != FieldCount {
			f.value[field] = s.Get(field)
		}
	}
	return f
}

// neverWritten reports whether the segment is as its creator left it. A daemon that
// creates it sets precision and nsamples.
func (f *fields) neverWritten() bool {
	for _, field := range [...]Field{
		FieldCount, FieldClockTimeStampSec, FieldClockTimeStampUSec, FieldReceiveTimeStampSec, FieldReceiveTimeStampUSec,
	} {
		if f.value[field] != 0 {
			return false
		}
	}
	return !f.valid
}

// judge applies the rules that follow a consistent copy.
func (s *Segment) judge(op string, f fields, err error) (Sample, error) {
	if err != nil {
		return Sample{}, fmt.Errorf("%s: %s: %w", op, s.name, err)
	}
	if mode := f.value[FieldMode]; mode != modePlain && mode != modeCounted {
		return Sample{}, fmt.Errorf("%s: %s: %w: %d, expected 0 or 1: whatever writes this unit speaks another protocol",
			op, s.name, ErrBadMode, mode)
	}
	return f.sample(), nil
}

// sample makes sense of the stamps. The nanoseconds count only if both agree with
// their microseconds: a producer from before there were nanoseconds leaves
// something else in them.
func (f *fields) sample() Sample {
	clock, exactClock := f.nsec(FieldClockTimeStampUSec, FieldClockTimeStampNSec)
	receive, exactReceive := f.nsec(FieldReceiveTimeStampUSec, FieldReceiveTimeStampNSec)
	exact := exactClock && exactReceive
	if !exact {
		clock = f.value[FieldClockTimeStampUSec] * 1000
		receive = f.value[FieldReceiveTimeStampUSec] * 1000
	}
	return Sample{
		Clock:       time.Unix(f.value[FieldClockTimeStampSec], clock).UTC(),
		Receive:     time.Unix(f.value[FieldReceiveTimeStampSec], receive).UTC(),
		Leap:        Leap(f.value[FieldLeap]),
		Precision:   int(f.value[FieldPrecision]),
		NSamples:    int(f.value[FieldNSamples]),
		Plain:       f.value[FieldMode] == modePlain,
		Valid:       f.valid,
		Count:       int32(f.value[FieldCount]),
		Nanoseconds: exact,
	}
}

// nsec returns the nanoseconds of a stamp, and whether its microseconds are these, rounded down.
func (f *fields) nsec(usec, nsec Field) (int64, bool) {
	n := f.value[nsec]
	return n, n/1000 == f.value[usec]
}
