package driver

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/shm"
	"github.com/refclock/refclock/sock"
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
	if got.Leap != shm.LeapAdd || got.Plain || got.Precision != -1 {
		t.Errorf("leap %v plain %v precision %d, want add second, false, -1", got.Leap, got.Plain, got.Precision)
	}
}

func TestFeedFixedPrecisionAndMode(t *testing.T) {
	unit := shm.NewMemory(shm.Layout80)
	feed := NewFeed(unit, nil)
	feed.SetPlain(true)
	feed.FixPrecision(-6)
	for i := range int64(10) {
		if err := feed.Publish(Sample{Clock: i, Receive: i + 1e9, Mono: i * 1e9}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := unit.Peek()
	if err != nil || got.Precision != -6 || !got.Plain {
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
	if _, err := unit.Peek(); !errors.Is(err, shm.ErrNoSample) {
		t.Errorf("after Withdraw: %v, want ErrNoSample", err)
	}
}

func TestFeedReportsWhatCannotBeWithdrawn(t *testing.T) {
	feed := NewFeed(stuck{shm.NewMemory(shm.Layout96)}, nil)
	feed.AddSocket(&wire{})
	if err := feed.Withdraw(); !errors.Is(err, errStuck) {
		t.Errorf("%v, want the unit's error", err)
	}
}

// A unit that cannot be lost is there from the start.
func TestFeedIsReadyBeforeTheFirstSample(t *testing.T) {
	feed := NewFeed(shm.NewMemory(shm.Layout96), nil)
	feed.AddSocket(&wire{})
	if state := feed.TargetState(); !state.Publishing() {
		t.Errorf("state %v, want publishing", state)
	}
}

// steady publishes samples without jitter.
func steady(t *testing.T, feed *Feed, uncertainty time.Duration) {
	t.Helper()
	for range 20 {
		mono := int64(feed.Published()) * int64(time.Second)
		if err := feed.Publish(Sample{Clock: 1, Receive: 1, Mono: mono, Uncertainty: uncertainty}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFeedPrecision(t *testing.T) {
	unit := shm.NewMemory(shm.Layout96)
	feed := NewFeed(unit, nil)
	expect := func(when string, want int) {
		t.Helper()
		if got := feed.Precision(); got != want {
			t.Errorf("%s: precision %d, want %d", when, got, want)
		}
	}
	expect("before the first sample", -1)
	steady(t, feed, 0)
	expect("without jitter", -30)
	steady(t, feed, time.Millisecond)
	expect("with an uncertainty of 1 ms", -9)
	if got, err := unit.Peek(); err != nil || got.Precision != -9 {
		t.Errorf("%+v, %v: want precision -9 in the unit", got, err)
	}
	feed.Restart()
	expect("after a restart", -1)
}

// A losable is a unit that another program removes.
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
	if state := feed.TargetState(); state.Reason != "no unit" || state.Hint == "" {
		t.Errorf("state %+v, want no unit and a hint", state)
	}
	if feed.Published() != 1 {
		t.Errorf("published %d, want 1: the others had no unit", feed.Published())
	}
	unit.err, unit.change = nil, shm.Replaced
	publish(4)
	unit.change = shm.Unchanged
	publish(5)
	if !feed.TargetState().Publishing() || feed.Published() != 3 {
		t.Errorf("state %v, published %d; want publishing again, 3", feed.TargetState(), feed.Published())
	}
	if n := strings.Count(log.String(), "no unit"); n != 1 {
		t.Errorf("%d lines about the lost unit, want 1:\n%s", n, log.String())
	}
}

func TestUnitReasons(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{shm.ErrAbsent, "no unit"},
		{fs.ErrPermission, "unit refused"},
		{errors.New("out of memory"), "unit lost"},
	} {
		unit := &losable{Segment: shm.NewMemory(shm.Layout96), err: fmt.Errorf("unit 2: %w", c.err)}
		if state := NewFeed(unit, nil).TargetState(); state.Reason != c.want || state.Detail != unit.err.Error() || state.Hint == "" {
			t.Errorf("%+v, want %q, the error and a hint", state, c.want)
		}
	}
	// What to do depends on the unit and on its owner, which the error knows.
	unit := &losable{Segment: shm.NewMemory(shm.Layout96), err: fmt.Errorf("unit 0: %w for pi; run as root; or use unit 2", fs.ErrPermission)}
	if state := NewFeed(unit, nil).TargetState(); state.Detail != "unit 0: permission denied for pi" || state.Hint != "run refclock as root; or use unit 2" {
		t.Errorf("%+v, want the hint of the error", state)
	}
	unit = &losable{Segment: shm.NewMemory(shm.Layout96), err: fmt.Errorf("unit 3: %w: 100 bytes; if no program needs it, remove it with: sudo ipcrm -M 0x4e545033", shm.ErrSize)}
	if state := NewFeed(unit, nil).TargetState(); state.Reason != "unit lost" || state.Detail != "unit 3: unknown size: 100 bytes" ||
		state.Hint != "if no program needs it, remove it with: sudo ipcrm -M 0x4e545033, then restart the time daemon" {
		t.Errorf("%+v, want the hint of the error", state)
	}
}

// The changes of all targets are in the order of time.
func TestTargetChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		unit, w := &losable{Segment: shm.NewMemory(shm.Layout96)}, &wire{}
		feed := NewFeed(unit, nil)
		feed.AddSocket(w)
		for i, c := range []struct{ unit, socket error }{
			{nil, sock.ErrAbsent},
			{shm.ErrAbsent, sock.ErrAbsent},
			{shm.ErrAbsent, sock.ErrFull},
		} {
			time.Sleep(time.Second)
			unit.err, w.err = c.unit, c.socket
			if err := feed.Publish(Sample{Clock: 1, Receive: 1, Mono: int64(i)}); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		for _, c := range feed.TargetChanges() {
			got = append(got, c.State.Reason)
		}
		if want := []string{"no socket", "no unit", "socket full"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// A daemon's socket has the time_t of its units.
func TestSocketLayout(t *testing.T) {
	for _, c := range []struct {
		unit shm.Layout
		bits int
	}{{shm.Layout80, 32}, {shm.Layout88, 64}, {shm.Layout96, 64}} {
		want, err := sock.LayoutOfTime(c.bits)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := SocketLayout(c.unit); err != nil || got != want {
			t.Errorf("%v: %v, %v; want %v", c.unit, got, err, want)
		}
	}
	if got, err := SocketLayout(0); err != nil || got != sock.DefaultLayout() {
		t.Errorf("no unit: %v, %v; want %v", got, err, sock.DefaultLayout())
	}
}

// A wire is a socket whose daemon is there or not.
type wire struct {
	err  error
	sent []sock.Sample
}

func (w *wire) Send(s sock.Sample) error {
	if w.err == nil {
		w.sent = append(w.sent, s)
	}
	return w.err
}

func TestFeedSendsTheSample(t *testing.T) {
	w := &wire{}
	feed := NewFeed(nil, nil)
	feed.AddSocket(w)
	s := Sample{Clock: 1_795_386_302_000_000_777, Receive: 1_795_386_302_250_000_001, Mono: 1, Leap: shm.LeapDelete}
	if err := errors.Join(feed.Publish(s), feed.Withdraw()); err != nil {
		t.Fatal(err)
	}
	if len(w.sent) != 1 || feed.Published() != 1 || !feed.TargetState().Publishing() {
		t.Fatalf("%d sent, published %d, %v", len(w.sent), feed.Published(), feed.TargetState())
	}
	got := w.sent[0]
	if got.Clock.UnixNano() != s.Clock || got.Receive.UnixNano() != s.Receive || got.Leap != sock.LeapDelete || got.Pulse {
		t.Errorf("%+v, want %+v", got, s)
	}
}

// A target that fails does not disturb the others.
func TestTargetsFailAlone(t *testing.T) {
	var log bytes.Buffer
	unit, w := &losable{Segment: shm.NewMemory(shm.Layout96)}, &wire{}
	feed := NewFeed(unit, slog.New(slog.NewTextHandler(&log, nil)))
	feed.AddSocket(w)
	absent, refused := fmt.Errorf("send: %w", sock.ErrAbsent), fmt.Errorf("send: %w", fs.ErrPermission)
	lost := fmt.Errorf("unit 2: %w", shm.ErrAbsent)
	for i, c := range []struct {
		unit, socket error
		want         string // the reason
		hint         string // in it
		units, sent  int    // in all
	}{
		{nil, nil, "", "", 1, 1},
		{nil, absent, "no socket", "start the time daemon", 2, 1},
		{nil, absent, "no socket", "start the time daemon", 3, 1},
		{lost, absent, "no unit and no socket", "; start the time daemon", 3, 1},
		{lost, nil, "no unit", "creates the unit", 3, 2},
		{nil, fmt.Errorf("send: %w", sock.ErrFull), "socket full", "does not read it", 4, 2},
		{nil, refused, "no socket", "as root", 5, 2},
		{nil, fmt.Errorf("send: %w", sock.ErrNoSocket), "no socket", "is not a socket", 6, 2},
		{nil, nil, "", "", 7, 3},
	} {
		unit.err, w.err = c.unit, c.socket
		if err := feed.Publish(Sample{Clock: int64(i + 1), Receive: 1, Mono: int64(i)}); err != nil {
			t.Fatal(err)
		}
		if state := feed.TargetState(); state.Reason != c.want || !strings.Contains(state.Hint, c.hint) {
			t.Errorf("%d: state %+v, want %q with %q", i, state, c.want, c.hint)
		}
		if got := int(unit.Counters().Published); got != c.units || len(w.sent) != c.sent {
			t.Errorf("%d: %d written and %d sent, want %d and %d", i, got, len(w.sent), c.units, c.sent)
		}
	}
	if feed.Published() != 8 {
		t.Errorf("published %d, want 8: one went nowhere", feed.Published())
	}
	if n := strings.Count(log.String(), "reason=\"no socket\""); n != 1 {
		t.Errorf("%d lines about the socket that is missing, want 1 within a minute:\n%s", n, log.String())
	}
}

// What no consumer may be told is the sample's fault, and the driver's.
// The log says that a clock publishes only once a target takes the samples.
func TestPublishingIsLoggedWithATarget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		feed := NewFeed(nil, slog.New(slog.NewTextHandler(&log, nil)))
		w := &wire{err: fmt.Errorf("send: %w", sock.ErrAbsent)}
		feed.AddSocket(w)
		publish := func() (last string) {
			t.Helper()
			if err := feed.Publish(Sample{Clock: 1, Receive: 1}); err != nil {
				t.Fatal(err)
			}
			feed.SetState(State{Detail: "delay 1ms"})
			lines := strings.Split(strings.TrimSpace(log.String()), "\n")
			return lines[len(lines)-1]
		}
		if last := publish(); strings.Contains(log.String(), "msg=publishing") || !strings.Contains(last, `msg="not publishing"`) || !strings.Contains(last, `reason="no socket"`) {
			t.Errorf("without a socket, the last line is %s", last)
		}
		time.Sleep(forgetAfter)
		feed.SetState(State{Reason: "no fix"})
		time.Sleep(forgetAfter)
		if last := publish(); strings.Contains(log.String(), "msg=publishing") || !strings.Contains(last, `msg="not publishing yet"`) || !strings.Contains(last, `reason="no socket"`) {
			t.Errorf("with a fix and without a socket, the last line is %s", last)
		}
		w.err = nil
		if last := publish(); !strings.Contains(last, "msg=publishing") {
			t.Errorf("with the socket, the last line is %s", last)
		}
	})
}

func TestFeedRefusesABadSample(t *testing.T) {
	w := &wire{}
	feed := NewFeed(nil, nil)
	feed.AddSocket(w)
	if err := feed.Publish(Sample{Clock: 1, Receive: 1, Leap: shm.LeapNotInSync}); !errors.Is(err, sock.ErrRange) || len(w.sent) > 0 {
		t.Errorf("%v, %d sent; want ErrRange and none", err, len(w.sent))
	}
}

// A unit that the time daemon has yet to create is told at once, and not first
// when there is a sample.
func TestFeedTellsAnAbsentUnitAtOnce(t *testing.T) {
	unit := &losable{Segment: shm.NewMemory(shm.Layout96), err: fmt.Errorf("unit 2: %w", shm.ErrAbsent)}
	if state := NewFeed(unit, nil).TargetState(); state.Reason != "no unit" {
		t.Errorf("state %+v, want no unit", state)
	}
}

// A drain takes samples and keeps none.
type drain struct{}

func (drain) Send(sock.Sample) error { return nil }

// What is asked for by others while samples flow is of one sample throughout.
func TestFedTellsOfTheLastSample(t *testing.T) {
	unit := shm.NewMemory(shm.Layout96)
	feed := NewFeed(unit, nil)
	if fed := feed.Fed(); fed != (Fed{}) {
		t.Errorf("before any sample: %+v", fed)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := int64(1); i <= 1000; i++ {
			if err := feed.Publish(Sample{Clock: i * 1e9, Receive: i*1e9 - i, Mono: i * 1e9}); err != nil {
				t.Error(err)
			}
			if i%2 == 0 {
				unit.Take()
			}
		}
	}()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		fed := feed.Fed()
		if fed.Last.Offset() != int64(fed.Published) {
			t.Fatalf("%d published, and the last is number %d", fed.Published, fed.Last.Offset())
		}
	}
	fed := feed.Fed()
	if fed.Published != 1000 || !fed.HasJitter || fed.Precision != feed.Precision() || fed.Counters.Consumed != 499 {
		t.Errorf("at the end %+v, want 1000 samples, a jitter, precision %d, and 499 consumed", fed, feed.Precision())
	}
}

func TestPublishAllocatesNothing(t *testing.T) {
	feed := NewFeed(shm.NewMemory(shm.Layout96), nil)
	feed.AddSocket(drain{})
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
