package shm

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// A reader that runs against a writer at full speed never accepts a sample of
// which it saw only a part.
func TestNoReaderSeesATornSample(t *testing.T) {
	readers := map[string]func(*Segment) (Sample, error){
		"peek":           (*Segment).Peek,
		"take":           (*Segment).Take,
		"by count alone": byCount,
	}
	for name, read := range readers {
		for _, l := range layouts {
			t.Run(name+"/"+l.String(), func(t *testing.T) { hunt(t, acrossCacheLines(t, l), read) })
		}
	}
}

// acrossCacheLines returns a segment that lies in two cache lines of 64 bytes. In
// a single one a processor passes it on mostly as a whole, and errors go unnoticed.
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

func hunt(t *testing.T, s *Segment, read func(*Segment) (Sample, error)) {
	var done atomic.Bool
	go func() {
		defer done.Store(true)
		for i := int64(1); i <= 20_000; i++ {
			if err := publishLinked(s, i); err != nil {
				t.Error(err)
				return
			}
			// A pause that varies lets the reader come to each point of the write;
			// on one processor, it comes between.
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
		last = done.Load() // one more look afterwards finds the last sample, come what may
		got, err := read(reader)
		switch {
		case err == nil:
			accepted++
			if !linked(got) {
				t.Fatalf("torn: %+v", got)
			}
		case !errors.Is(err, ErrNoSample) && !errors.Is(err, ErrClash):
			t.Fatal(err)
		}
	}
	if accepted == 0 {
		t.Error("nothing was accepted")
	}
}

// byCount relies on count for what has changed since the look at valid, as the
// daemons do. They look at valid first, and are wrong if a write begins just
// between the two; count first makes it sound, and shows what count is worth.
func byCount(s *Segment) (Sample, error) {
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

// publishLinked publishes a sample of which each field tells all others.
func publishLinked(s *Segment, i int64) error {
	n := i % 1000
	return s.Update(Sample{Clock: time.Unix(i, n*1001), Receive: time.Unix(-i, n*1001+1), Leap: Leap(i % 4), Precision: -int(i % 33), NSamples: int(i)})
}

func linked(s Sample) bool {
	i := int64(s.NSamples)
	n := int(i % 1000)
	return s.Clock.Unix() == i && s.Receive.Unix() == -i &&
		s.Clock.Nanosecond() == n*1001 && s.Receive.Nanosecond() == n*1001+1 &&
		s.Leap == Leap(i%4) && s.Precision == -int(i%33)
}
