package driver

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/shm"
)

func TestFeedWritesTheSample(t *testing.T) {
	unit := shm.NewMemory(shm.Layout96)
	feed := NewFeed(unit, nil)
	s := Sample{Clock: 1_795_386_302_000_000_777, Receive: 1_795_386_302_250_000_001, Mono: 1, Leap: shm.LeapAdd}
	if err := feed.Publish(s); err != nil {
		t.Fatal(err)
	}
	got, err := unit.Peek()
	if err != nil {
		t.Fatal(err)
	}
	if got.Clock.UnixNano() != s.Clock || got.Receive.UnixNano() != s.Receive {
		t.Errorf("clock %v receive %v, want %d and %d", got.Clock, got.Receive, s.Clock, s.Receive)
	}
	if got.Leap != shm.LeapAdd || got.Mode != shm.ModeCounted || got.Precision != -1 {
		t.Errorf("leap %v mode %v precision %d, want add second, 1, -1", got.Leap, got.Mode, got.Precision)
	}
}

func TestFeedFixedPrecisionAndMode(t *testing.T) {
	unit := shm.NewMemory(shm.Layout80)
	feed := NewFeed(unit, nil)
	feed.SetMode(shm.ModePlain)
	feed.FixPrecision(-6)
	for i := range int64(10) {
		if err := feed.Publish(Sample{Clock: i, Receive: i + 1e9, Mono: i * 1e9}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := unit.Peek()
	if err != nil || got.Precision != -6 || got.Mode != shm.ModePlain {
		t.Errorf("%+v, %v: want precision -6 and mode 0", got, err)
	}
	if feed.Published() != 10 {
		t.Errorf("published %d, want 10", feed.Published())
	}
}

func TestFeedWithdraws(t *testing.T) {
	unit := shm.NewMemory(shm.Layout96)
	feed := NewFeed(unit, nil)
	if err := feed.Publish(Sample{Clock: 1, Receive: 1, Mono: 1}); err != nil {
		t.Fatal(err)
	}
	if err := feed.Withdraw(); err != nil {
		t.Fatal(err)
	}
	if _, err := unit.Peek(); !errors.Is(err, shm.ErrNotValid) {
		t.Errorf("after Withdraw: %v, want ErrNotValid", err)
	}
}

// A losable is a unit that somebody removes.
type losable struct {
	*shm.Segment
	change shm.Change
	err    error
}

func (l *losable) Check() (shm.Change, error) { return l.change, l.err }

func TestFeedSurvivesALostUnit(t *testing.T) {
	var log bytes.Buffer
	unit := &losable{Segment: shm.NewMemory(shm.Layout96)}
	feed := NewFeed(unit, slog.New(slog.NewTextHandler(&log, nil)))
	publish := func(i int64) {
		t.Helper()
		if err := feed.Publish(Sample{Clock: i, Receive: i, Mono: i}); err != nil {
			t.Fatal(err)
		}
	}
	publish(1)
	unit.err = fmt.Errorf("unit 2: %w", shm.ErrAbsent)
	publish(2)
	publish(3)
	if state := feed.State(); state.Reason != "no unit" || state.Cure == "" {
		t.Errorf("state %+v, want no unit and a cure", state)
	}
	if feed.Published() != 1 {
		t.Errorf("published %d, want 1: the others had no unit", feed.Published())
	}
	unit.err, unit.change = nil, shm.Replaced
	publish(4)
	unit.change = shm.Unchanged
	publish(5)
	if !feed.State().Feeding() || feed.Published() != 3 {
		t.Errorf("state %v, published %d; want feeding again, 3", feed.State(), feed.Published())
	}
	if n := strings.Count(log.String(), "no unit"); n != 1 {
		t.Errorf("%d lines about the lost unit, want 1:\n%s", n, log.String())
	}
}

func TestPublishAllocatesNothing(t *testing.T) {
	feed := NewFeed(shm.NewMemory(shm.Layout96), nil)
	i := int64(0)
	if n := testing.AllocsPerRun(1000, func() {
		i++
		if err := feed.Publish(Sample{Clock: i * 1e9, Receive: i * 1e9, Mono: i * 1e9}); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a sample, want none", n)
	}
}

func BenchmarkPublish(b *testing.B) {
	b.ReportAllocs()
	feed := NewFeed(shm.NewMemory(shm.Layout96), nil)
	now := time.Now().UnixNano()
	for i := range b.N {
		t := now + int64(i)*int64(time.Second)
		if err := feed.Publish(Sample{Clock: t, Receive: t + int64(i%5), Mono: t}); err != nil {
			b.Fatal(err)
		}
	}
}
