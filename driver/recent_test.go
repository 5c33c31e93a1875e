package driver

import (
	"testing"
	"time"

	"github.com/refclock/refclock/shm"
)

// Since returns each published sample once, oldest first, as far as it is kept.
func TestSince(t *testing.T) {
	feed := NewFeed(shm.NewMemory(shm.Layout96), nil)
	published := 0
	publish := func(n int) {
		for range n {
			published++
			if err := feed.Publish(Sample{Clock: int64(published), Receive: int64(2 * published), Mono: int64(published) * int64(time.Second)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	var read uint64
	var list []Published
	for _, c := range []struct{ more, want int }{{0, 0}, {1, 1}, {0, 0}, {5, 5}, {recentSamples, recentSamples}, {100, recentSamples}, {3, 3}} {
		publish(c.more)
		list, read = feed.Since(read, list[:0])
		if len(list) != c.want || read != uint64(published) {
			t.Fatalf("after %d more: %d samples of %d, want %d of %d", c.more, len(list), read, c.want, published)
		}
		for i, s := range list {
			if n := int64(published - len(list) + i + 1); s.Clock != n || s.Receive != 2*n || s.Mono != n*int64(time.Second) || s.Offset() != -n {
				t.Errorf("sample %d of %d is %+v", i, len(list), s)
			}
		}
	}
}

// A sample that no target took was not published.
func TestSinceWithoutATarget(t *testing.T) {
	feed := NewFeed(nil, nil)
	if err := feed.Publish(Sample{Clock: 1, Receive: 1}); err != nil {
		t.Fatal(err)
	}
	if list, n := feed.Since(0, nil); len(list) != 0 || n != 0 {
		t.Errorf("%+v, %d", list, n)
	}
}

// ChangesSince returns each change once.
func TestChangesSince(t *testing.T) {
	var r Reporter
	var read uint64
	reasons := []string{"a", "b"}
	turn := 0
	for _, c := range []struct{ more, want int }{{0, 0}, {1, 1}, {0, 0}, {3, 3}, {keepChanges, keepChanges}, {500, keepChanges}, {2, 2}} {
		for range c.more {
			turn++
			r.SetState(State{Reason: reasons[turn%2]})
		}
		list, n := r.ChangesSince(read)
		read = n
		if len(list) != c.want || n != uint64(turn) {
			t.Fatalf("after %d more: %d changes of %d, want %d of %d", c.more, len(list), n, c.want, turn)
		}
		for i, change := range list {
			if want := reasons[(turn-len(list)+i+1)%2]; change.State.Reason != want {
				t.Errorf("change %d is %q, want %q", i, change.State.Reason, want)
			}
		}
	}
}
