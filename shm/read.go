package shm

import (
	"fmt"
	"time"
)

// Peek returns the current sample without taking it, by the rules of the consumers.
// Errors: ErrNoSample if it was taken or there is none, ErrClash, ErrBadMode,
// ErrAbsent, ErrClosed.
func (s *Segment) Peek() (Sample, error) {
	return s.readValid("peek", (*Segment).valid)
}

// Take returns the current sample and takes it as a consumer does: it clears valid,
// even if it returns an error for the sample. Errors: ErrNoSample if it was taken or
// there is none, ErrClash, ErrBadMode, ErrReadOnly, ErrAbsent, ErrClosed.
func (s *Segment) Take() (Sample, error) {
	if err := s.checkWritable(); err != nil {
		return Sample{}, fmt.Errorf("take: %s: %w", s.name, err)
	}
	return s.readValid("take", func(s *Segment) bool { return s.asAnother().swap(FieldValid, 0) != 0 })
}

// Read returns the last sample, even if a consumer has taken it: Sample.Valid is
// false then. Read is for programs that watch a unit, and writes nothing. Errors:
// ErrNoSample if there has never been a sample, ErrClash, ErrBadMode, ErrAbsent,
// ErrClosed.
//
// After a sample was taken, only count shows that the next one is being written. For
// a fraction of a microsecond, Read may mix fields of both. Peek never does.
func (s *Segment) Read() (Sample, error) {
	f, err := s.snapshot((*Segment).valid)
	if err == nil && f.neverWritten() {
		err = ErrNoSample
	}
	return s.decode("read", f, err)
}

// readValid returns the current sample, or ErrNoSample if valid is 0. For recheck see
// snapshot.
func (s *Segment) readValid(op string, recheck func(*Segment) bool) (Sample, error) {
	f, err := s.snapshot(recheck)
	if err == nil && !f.valid {
		err = ErrNoSample
	}
	return s.decode(op, f, err)
}

func (s *Segment) valid() bool { return s.Get(FieldValid) != 0 }

// fields is a copy of the segment.
type fields struct {
	value [fieldCount]int64
	valid bool
}

// snapshot copies the segment. As the consumers do, it compares count before and
// after. It also calls recheck, which returns valid again and may clear it. This
// closes a gap that the consumers leave: a reader that loads valid just before a
// write begins, and count just after, finds count unchanged until the write ends.
func (s *Segment) snapshot(recheck func(*Segment) bool) (fields, error) {
	if s.gone != nil {
		return fields{}, s.gone
	}
	valid := s.valid()
	f := s.copyFields()
	if valid {
		f.valid = recheck(s)
	}
	if f.valid != valid || s.Get(FieldCount) != f.value[FieldCount] {
		return fields{}, ErrClash
	}
	return f, nil
}

// copyFields reads count first, so that no other field is older than count.
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

// neverWritten reports whether there has been no sample. Consumers that create a
// segment set precision and nsamples.
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

// decode returns the sample in a consistent copy, or adds the operation to the error.
func (s *Segment) decode(op string, f fields, err error) (Sample, error) {
	if err != nil {
		return Sample{}, fmt.Errorf("%s: %s: %w", op, s.name, err)
	}
	if mode := f.value[FieldMode]; mode != modePlain && mode != modeCounted {
		return Sample{}, fmt.Errorf("%s: %s: %w: %d, expected 0 or 1: the producer uses another protocol",
			op, s.name, ErrBadMode, mode)
	}
	return f.sample(), nil
}

// sample converts the fields. It uses the nanoseconds only if both agree with their
// microseconds: producers older than the nanosecond fields leave other values there.
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

// nsec returns the nanoseconds of a stamp, and reports whether its microseconds are
// the same, rounded down.
func (f *fields) nsec(usec, nsec Field) (int64, bool) {
	n := f.value[nsec]
	return n, n/1000 == f.value[usec]
}
