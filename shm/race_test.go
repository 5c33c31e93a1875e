package shm

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// A reader that runs beside a writer at full speed must never accept parts of two
// samples.
func TestNoTornSample(t *testing.T) {
	readers := map[string]func(*Segment) (Sample, error){
		"peek":           (*Segment).Peek,
		"take":           (*Segment).Take,
		"by count alone": readByCount,
	}
	for name, read := range readers {
		for _, l := range layouts {
			t.Run(name+"/"+l.String(), func(t *testing.T) { readWhileWriting(t, acrossCacheLines(t, l), read) })
		}
	}
}

// acrossCacheLines returns a segment that spans two cache lines of 64 bytes. Processors
// usually exchange a single line as a whole, which would hide errors.
func acrossCacheLines(t *testing.T, l Layout) *Segment {
	t.Helper()
	const line = 64
	mem := words(4 * line)
	border := line - int(uintptr(unsafe.Pointer(&mem[0]))%line)
	s, err := View(mem[border+line-l.Offset(FieldReceiveTimeStampSec):][:l.Size()])
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func readWhileWriting(t *testing.T, s *Segment, read func(*Segment) (Sample, error)) {
	var done atomic.Bool
	go func() {
		defer done.Store(true)
		for i := int64(1); i <= 20_000; i++ {
			if err := publishConsistent(s, i); err != nil {
				t.Error(err)
				return
			}
			// A varying pause lets the reader meet each point of a write. With one
			// processor, Gosched lets it run.
			for range i % 64 {
				s.Get(FieldMode)
			}
			if i%64 == 0 {
				runtime.Gosched()
			}
		}
	}()

	reader, err := View(s.mem)
	if err != nil {
		t.Fatal(err)
	}
	accepted := 0
	for last := false; !last; {
		last = done.Load() // the read after the last write finds a sample in any case
		got, err := read(reader)
		switch {
		case err == nil:
			accepted++
			if !consistent(got) {
				t.Fatalf("torn: %+v", got)
			}
		case !errors.Is(err, ErrNoSample) && !errors.Is(err, ErrClash):
			t.Fatal(err)
		}
	}
	if accepted == 0 {
		t.Error("no sample was accepted")
	}
}

// readByCount detects changes by count alone, as consumers do. Consumers load valid
// first, and are wrong if a write begins before they load count. Loading count first
// is right.
func readByCount(s *Segment) (Sample, error) {
	count := s.Get(FieldCount)
	if !s.valid() {
		return Sample{}, ErrNoSample
	}
	f := s.copyFields()
	if s.Get(FieldCount) != count {
		return Sample{}, ErrClash
	}
	return f.sample(), nil
}

// publishConsistent publishes a sample in which each field determines all others.
func publishConsistent(s *Segment, i int64) error {
	n := i % 1000
	return s.Update(Sample{Clock: time.Unix(i, n*1001), Receive: time.Unix(-i, n*1001+1), Leap: Leap(i % 4), Precision: -int(i % 33), NSamples: int(i)})
}

func consistent(s Sample) bool {
	i := int64(s.NSamples)
	n := int(i % 1000)
	return s.Clock.Unix() == i && s.Receive.Unix() == -i &&
		s.Clock.Nanosecond() == n*1001 && s.Receive.Nanosecond() == n*1001+1 &&
		s.Leap == Leap(i%4) && s.Precision == -int(i%33)
}
