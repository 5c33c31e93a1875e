package baud

import (
	"slices"
	"testing"
)

func TestSearchBeginsWithTheLastRate(t *testing.T) {
	if s := NewSearch([]int{9600, 115200, 4800}, 4800); !slices.Equal(s.Bauds(), []int{4800, 9600, 115200}) {
		t.Errorf("the order is %v", s.Bauds())
	}
}

func TestSearchRounds(t *testing.T) {
	s := NewSearch([]int{9600, 4800}, 0)
	for i, c := range []struct {
		baud                         int
		received, ended, anyReceived bool
	}{
		{9600, true, false, false},
		{4800, false, true, true},
		{9600, false, false, false},
		{4800, false, true, false}, // the previous round does not count
		{9600, false, false, false},
		{4800, true, true, true},
	} {
		if s.Baud() != c.baud || s.Place() != i%2 {
			t.Errorf("step %d: %d baud at place %d, want %d at %d", i, s.Baud(), s.Place(), c.baud, i%2)
		}
		if ended, anyReceived := s.Next(c.received); ended != c.ended || anyReceived != c.anyReceived {
			t.Errorf("step %d: ended %v, bytes arrived %v, want %v, %v", i, ended, anyReceived, c.ended, c.anyReceived)
		}
	}
}
