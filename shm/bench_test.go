package shm

import (
	"testing"
	"time"
)

func BenchmarkUpdate(b *testing.B) {
	s := NewMemory(Layout96)
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Update(Sample{Clock: now, Receive: now, Precision: -9}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPeek(b *testing.B) {
	s := NewMemory(Layout96)
	if err := s.Update(Sample{Clock: time.Now()}); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Peek(); err != nil {
			b.Fatal(err)
		}
	}
}
