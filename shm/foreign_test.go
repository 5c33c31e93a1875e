package shm

import (
	"testing"
	"time"
)

// What other programs do with a unit, and whether it is the write of another producer.
func TestForeignWrite(t *testing.T) {
	at := time.Unix(1_790_000_000, 0)
	for name, c := range map[string]struct {
		do   func(s *Segment)
		want bool
	}{
		"nothing":                       {func(*Segment) {}, false},
		"a consumer takes the sample":   {func(s *Segment) { s.Take() }, false},
		"a consumer starts":             {func(s *Segment) { s.Set(FieldValid, 0); s.Set(FieldNSamples, 3); s.Set(FieldPrecision, -1) }, false},
		"a producer of mode 1":          {func(s *Segment) { second(s).Update(Sample{Clock: at.Add(time.Hour), Receive: at}) }, true},
		"the same sample again":         {func(s *Segment) { second(s).Update(Sample{Clock: at, Receive: at}) }, true},
		"one that only counts":          {func(s *Segment) { s.Set(FieldCount, s.Get(FieldCount)+2) }, true},
		"a producer that never counts":  {func(s *Segment) { s.SetClock(at.Add(time.Second)) }, true},
		"one that is a microsecond off": {func(s *Segment) { s.SetReceive(at.Add(time.Microsecond)) }, true},
		"one that is a nanosecond off":  {func(s *Segment) { s.SetReceive(at.Add(1)) }, true},
		"one that announces a leap":     {func(s *Segment) { s.Set(FieldLeap, 1) }, true},
		"one of mode 0":                 {func(s *Segment) { s.Set(FieldMode, 0) }, true},
		"one that uses dummy":           {func(s *Segment) { store32(s.mem, s.layout.Offset(FieldReceiveTimeStampNSec)+4, 1) }, true},
		"NTPsec starts":                 {func(s *Segment) { s.Set(FieldPrecision, -30); s.Set(FieldValid, 0); s.Set(FieldNSamples, 3) }, false},
		"a taken sample again":          {func(s *Segment) { s.Take(); s.ForeignWrite(); s.Set(FieldValid, 1) }, true},
		"a withdrawn sample again":      {func(s *Segment) { s.Withdraw(); s.Set(FieldValid, 1) }, true},
	} {
		for _, layout := range []Layout{Layout80, Layout88, Layout96} {
			s := NewMemory(layout)
			if s.ForeignWrite() {
				t.Errorf("%s: foreign before there was anything", name)
			}
			if err := s.Update(Sample{Clock: at, Receive: at}); err != nil {
				t.Fatal(err)
			}
			c.do(s)
			if got := s.ForeignWrite(); got != c.want {
				t.Errorf("%s, %v: foreign %v, want %v", name, layout, got, c.want)
			}
			if s.Update(Sample{Clock: time.Unix(1<<31, 123456789), Receive: time.Unix(-1, 999)}); s.ForeignWrite() {
				t.Errorf("%s, %v: foreign after an update", name, layout)
			}
			if s.ForeignWrite() {
				t.Errorf("%s: foreign without another write", name)
			}
			want := uint64(0)
			if c.want {
				want = 1
			}
			s.Update(Sample{Clock: at, Receive: at})
			if got := s.Counters().Foreign; got != want {
				t.Errorf("%s: counted %d times, want %d", name, got, want)
			}
		}
	}
}

// second returns another producer of the same memory.
func second(s *Segment) *Segment {
	other, err := View(s.mem)
	if err != nil {
		panic(err)
	}
	return other
}

// A unit with the sample of a program that has ended has no foreign write. One after the
// unit was attached is foreign even before the first sample.
func TestForeignWriteOfThePast(t *testing.T) {
	s := NewMemory(Layout96)
	second(s).Update(Sample{Clock: time.Unix(1, 0), Receive: time.Unix(1, 0)})
	late := second(s)
	if late.ForeignWrite() {
		t.Error("a write before the segment was attached is foreign")
	}
	second(s).Update(Sample{Clock: time.Unix(2, 0), Receive: time.Unix(2, 0)})
	if !late.ForeignWrite() {
		t.Error("a write before the first Update is not foreign")
	}
	if !s.ForeignWrite() {
		t.Error("a write before the first call is not foreign")
	}
}

// A write that Update or Withdraw finds is reported by the next ForeignWrite.
func TestForeignWriteIsKept(t *testing.T) {
	for name, do := range map[string]func(s *Segment) error{
		"update":   func(s *Segment) error { return s.Update(Sample{Clock: time.Unix(3, 0), Receive: time.Unix(3, 0)}) },
		"withdraw": (*Segment).Withdraw,
	} {
		s := NewMemory(Layout96)
		s.Update(Sample{Clock: time.Unix(1, 0), Receive: time.Unix(1, 0)})
		second(s).Update(Sample{Clock: time.Unix(2, 0), Receive: time.Unix(2, 0)})
		if err := do(s); err != nil {
			t.Fatal(err)
		}
		if !s.ForeignWrite() || s.ForeignWrite() || s.Counters().Foreign != 1 {
			t.Errorf("%s: not reported once; %+v", name, s.Counters())
		}
	}
}

// A withdrawal takes back the own sample, even if another producer has changed its count or
// its leap second, and leaves the sample of another producer alone.
func TestWithdrawLeavesForeignSample(t *testing.T) {
	at := time.Unix(1_790_000_000, 0)
	for name, c := range map[string]struct {
		do   func(s *Segment)
		want bool // whether a sample is left
	}{
		"own":                   {func(*Segment) {}, false},
		"own with a leap":       {func(s *Segment) { s.Set(FieldLeap, 1) }, false},
		"own with a count":      {func(s *Segment) { s.Set(FieldCount, s.Get(FieldCount)+2) }, false},
		"of another":            {func(s *Segment) { second(s).Update(Sample{Clock: at.Add(1), Receive: at}) }, true},
		"of one without counts": {func(s *Segment) { s.SetReceive(at.Add(time.Second)) }, true},
	} {
		for _, look := range []bool{false, true} {
			s := NewMemory(Layout80)
			s.Update(Sample{Clock: at, Receive: at})
			c.do(s)
			if look {
				s.ForeignWrite()
			}
			if err := s.Withdraw(); err != nil {
				t.Fatal(err)
			}
			if got := s.Get(FieldValid) != 0; got != c.want {
				t.Errorf("%s, after ForeignWrite %v: a sample is left: %v, want %v", name, look, got, c.want)
			}
			if n := s.Counters(); n.Published != n.Consumed+n.Overwritten {
				t.Errorf("%s: %+v", name, n)
			}
		}
	}
}
