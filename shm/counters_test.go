package shm

import (
	"testing"
	"time"
)

func TestCounters(t *testing.T) {
	s := NewMemory(Layout80)
	update := func() {
		t.Helper()
		if err := s.Update(Sample{Clock: time.Unix(1795386302, 0)}); err != nil {
			t.Fatal(err)
		}
	}
	want := func(published, consumed, overwritten, foreign uint64) {
		t.Helper()
		if got := s.Counters(); got != (Counters{published, consumed, overwritten, foreign}) {
			t.Errorf("%+v, expected %d %d %d %d", got, published, consumed, overwritten, foreign)
		}
	}
	take := func() {
		t.Helper()
		if _, err := s.Take(); err != nil {
			t.Fatal(err)
		}
	}

	want(0, 0, 0, 0)
	update() // valid was 0, but no sample had been taken
	want(1, 0, 0, 0)
	update()
	want(2, 0, 1, 0)
	take()
	want(2, 0, 1, 0) // counted by the next Update
	update()
	want(3, 1, 1, 0)
	take()
	if err := s.Withdraw(); err != nil {
		t.Fatal(err)
	}
	want(3, 2, 1, 0)
	update()
	if err := s.Withdraw(); err != nil {
		t.Fatal(err)
	}
	want(4, 2, 2, 0)
	if err := s.Withdraw(); err != nil {
		t.Fatal(err)
	}
	want(4, 2, 2, 0)

	update()
	other, err := View(s.mem)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Update(Sample{Clock: time.Unix(1795386302, 0)}); err != nil {
		t.Fatal(err)
	}
	update()
	want(6, 2, 3, 1)
}
