package driver

import (
	"bytes"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/shm"
)

// A contested unit has a second producer.
type contestedUnit struct {
	*shm.Segment
	named int // how often the producer's name was looked up
}

func (u *contestedUnit) Writers() func() string {
	u.named++
	return func() string { return "gpsd (pid 812)" }
}

// A run publishes a sample each second, and another producer writes before some of them. The
// result has a letter for each second: P for published, - for withheld.
func TestRival(t *testing.T) { synctest.Test(t, testRival) }

func testRival(t *testing.T) {
	at := func(second int64) time.Time { return time.Unix(1_790_000_000+second, 0) }
	update := func(s *shm.Segment, second int64) {
		s.Set(shm.FieldCount, s.Get(shm.FieldCount)+2)
		s.SetClock(at(second).Add(-time.Hour))
	}
	always := func(int64) bool { return true }
	for name, c := range map[string]struct {
		writes func(second int64) bool            // whether the other producer writes before this second's sample
		write  func(s *shm.Segment, second int64) // what it writes
		take   bool                               // a consumer takes each sample
		share  bool
		want   string
	}{
		"nobody":                      {func(int64) bool { return false }, update, true, false, "PPPPPPPPPPPPPPPPPPPPPPPPP"},
		"a consumer that starts":      {always, func(s *shm.Segment, _ int64) { s.Set(shm.FieldValid, 0); s.Set(shm.FieldNSamples, 3) }, false, false, "PPPPPPPPPPPPPPPPPPPPPPPPP"},
		"one before the first":        {func(n int64) bool { return n == 0 }, update, true, false, "----------PPPPPPPPPPPPPPP"},
		"one that stops":              {func(n int64) bool { return n >= 3 && n < 9 }, update, true, false, "PPP---------------PPPPPPP"},
		"one each second":             {func(n int64) bool { return n > 1 }, update, true, false, "PP-----------------------"},
		"one without a count":         {func(n int64) bool { return n > 1 }, func(s *shm.Segment, n int64) { s.SetClock(at(n).Add(time.Hour)) }, true, false, "PP-----------------------"},
		"one that only counts":        {func(n int64) bool { return n > 1 }, func(s *shm.Segment, n int64) { s.Set(shm.FieldCount, s.Get(shm.FieldCount)+1) }, false, false, "PP-----------------------"},
		"one that is back at once":    {func(n int64) bool { return n == 2 || n == 13 }, update, true, false, "PP----------P------------"},
		"one each seven seconds":      {func(n int64) bool { return n%7 == 3 }, update, true, false, "PPP----------------------"},
		"one that the user tolerates": {func(n int64) bool { return n > 1 }, update, true, true, "PPPPPPPPPPPPPPPPPPPPPPPPP"},
	} {
		var log bytes.Buffer
		unit := &contestedUnit{Segment: shm.NewMemory(shm.Layout96)}
		feed := NewFeed(unit, slog.New(slog.NewTextHandler(&log, nil)))
		setRandom(feed, func() float64 { return 0 })
		if c.share {
			feed.ShareUnit()
		}
		var got strings.Builder
		for n := range int64(25) {
			time.Sleep(time.Second)
			if c.writes(n) {
				c.write(unit.Segment, n)
			}
			before := feed.Published()
			if err := feed.Publish(Sample{Clock: at(n).UnixNano(), Receive: at(n).UnixNano(), Mono: (n + 100) * int64(time.Second)}); err != nil {
				t.Fatal(err)
			}
			letter, sample := byte('P'), unit.Clock()
			if feed.Published() == before {
				letter = '-'
				s := feed.TargetState()
				writes := s.Detail == "gpsd (pid 812) also writes this unit" && strings.Contains(s.Hint, "--share-unit")
				wrote := strings.HasPrefix(s.Detail, "gpsd (pid 812) wrote this unit until ") && strings.HasPrefix(s.Hint, "wait: ")
				if s.Reason != "unit contested" || !writes && !wrote {
					t.Errorf("%s: second %d is withheld in the state %+v", name, n, s)
				}
			}
			if s := feed.TargetState(); c.share && n > 1 && s.Detail != "gpsd (pid 812) also writes this unit" {
				t.Errorf("%s: second %d has the state %+v, want the other program named", name, n, s)
			}
			if (letter == 'P') != sample.Equal(at(n)) {
				t.Errorf("%s: second %d is %c, and the unit has %v", name, n, letter, sample)
			}
			got.WriteByte(letter)
			if c.take {
				unit.Take()
			}
		}
		if got.String() != c.want {
			t.Errorf("%s: %s, want %s", name, &got, c.want)
		}
		if foreign := feed.Fed().Counters.Foreign > 0; foreign != (strings.Contains(c.want, "-") || c.share) {
			t.Errorf("%s: foreign writes counted: %v", name, foreign)
		}
		times := strings.Count("P"+c.want, "P-") // how often there was a rival
		if c.share {
			times = 1
		}
		if unit.named != times {
			t.Errorf("%s: the name was looked up %d times, want %d", name, unit.named, times)
		}
		if told := strings.Count(log.String(), "gpsd (pid 812)"); told != min(times, 1) { // a second change within a minute is summarised
			t.Errorf("%s: named in %d lines of the log:\n%s", name, told, &log)
		}
	}
}

// A rival that has missed a write is shown as one that wrote, with the time at which the clock
// continues; and it continues at that time.
func TestRivalThatHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // which begins at midnight
		for _, c := range []struct {
			every  int64 // seconds between its writes, of which the last is in second 60
			writes int64 // the last second in which it seems to write
			until  string
		}{{1, 63, "00:01:15"}, {4, 68, "00:01:18"}, {10, 80, "00:01:45"}, {60, 63, "00:01:15"}} {
			began := time.Now()
			unit := &contestedUnit{Segment: shm.NewMemory(shm.Layout96)}
			feed := NewFeed(unit, slog.New(slog.DiscardHandler))
			setRandom(feed, func() float64 { return 0.999999999 }) // the pause is half as long again
			for n := int64(1); ; n++ {
				time.Sleep(time.Second)
				if n <= 60 && n%c.every == 0 {
					unit.SetClock(time.Now())
				}
				before := feed.Published()
				feed.Publish(Sample{Clock: n, Receive: n, Mono: n})
				if n < 60 {
					continue
				}
				s, at := feed.TargetState(), time.Unix(n, 0).UTC().Format(time.TimeOnly)
				if feed.Published() != before {
					if at != c.until {
						t.Errorf("every %d s: continued at %s, want %s", c.every, at, c.until)
					}
					break
				}
				writes := s.Detail == "gpsd (pid 812) also writes this unit"
				wrote := s.Detail == "gpsd (pid 812) wrote this unit until 00:01:00 UTC" &&
					s.Hint == "wait: refclock continues at "+c.until+" UTC if the other program does not write again"
				if writes != (n <= c.writes) || wrote != !writes {
					t.Errorf("every %d s, at %s: %+v", c.every, at, s)
				}
			}
			time.Sleep(24*time.Hour - time.Since(began))
		}
	})
}

// A rival that writes seldom runs until three of its intervals have passed, but no longer than
// ten minutes; its interval is known from its second write on.
func TestRivalThatIsSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := rival{random: func() float64 { return 0 }}
		if r.update(false) {
			t.Error("a rival that never wrote runs")
		}
		for _, c := range []struct {
			after time.Duration // since the last step
			wrote bool
			runs  bool
		}{
			{time.Minute, true, true},
			{9 * time.Second, false, true}, {time.Second, false, false}, // its interval is unknown
			{110 * time.Second, true, true}, // two minutes after the first write
			{6*time.Minute - 1, false, true}, {1, false, false},
			{3 * time.Minute, true, true}, // nine minutes
			{10*time.Minute - 1, false, true}, {1, false, false},
			{time.Hour, true, true}, {10 * time.Second, false, false}, // another rival
		} {
			time.Sleep(c.after)
			if runs := r.update(c.wrote); runs != c.runs {
				t.Errorf("%v later, wrote %v: runs %v, want %v", c.after, c.wrote, runs, c.runs)
			}
		}
	})
}

// setRandom replaces the random numbers of a feed's unit.
func setRandom(feed *Feed, random func() float64) {
	feed.targets[0].(*unitTarget).rival.random = random
}

// The pause has a random part, which is drawn once for a rival.
func TestRandomPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const draw = 0.4
		drawn := 0
		r := rival{random: func() float64 { drawn++; return draw }}
		pause := minRivalPause + time.Duration(maxLonger*draw*float64(minRivalPause))
		for range 3 {
			r.name = ""
			for _, c := range []struct {
				after time.Duration
				wrote bool
				runs  bool
			}{{time.Hour, true, true}, {time.Second, true, true}, {pause - 1, false, true}, {1, false, false}} {
				time.Sleep(c.after)
				if runs := r.update(c.wrote); runs != c.runs {
					t.Errorf("%v later, wrote %v: runs %v, want %v", c.after, c.wrote, runs, c.runs)
				}
				if r.name = ""; c.runs {
					r.name = "gpsd"
				}
			}
		}
		if drawn != 3 {
			t.Errorf("drawn %d times, want 3", drawn)
		}
	})
}

// A stepUnit is a view of a unit that two producers write in the same microsecond of a second:
// neither sees what the other writes in that second.
type stepUnit struct {
	visible *int // writes by the other producer before this second
	own     *int // writes by this one
	seen    int
}

func (u *stepUnit) Update(shm.Sample) error { *u.own++; return nil }
func (u *stepUnit) Withdraw() error         { return nil }
func (u *stepUnit) ForeignWrite() bool {
	wrote := *u.visible != u.seen
	u.seen = *u.visible
	return wrote
}

// Two clocks that publish to one unit in step do not stop and start together for ever: one of
// them publishes in the end.
func TestTwoClocksInStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for seed := range uint64(20) {
			var writes, visible [2]int
			var feeds [2]*Feed
			for i := range feeds {
				feeds[i] = NewFeed(&stepUnit{visible: &visible[1-i], own: &writes[i]}, nil)
				setRandom(feeds[i], rand.New(rand.NewPCG(seed, uint64(i))).Float64)
			}
			const seconds, last = 600, 60
			var before [2]int
			for n := range seconds {
				time.Sleep(time.Second)
				if n == seconds-last {
					before = writes
				}
				for _, f := range feeds {
					f.Publish(Sample{Clock: 1, Receive: 1, Mono: int64(n)})
				}
				visible = writes
			}
			if a, b := writes[0]-before[0], writes[1]-before[1]; max(a, b) != last || min(a, b) != 0 {
				t.Errorf("seed %d: %d and %d samples in the last %d s, want all by one clock", seed, a, b, last)
			}
		}
	})
}

// A clock that publishes every few minutes notices another producer with its next heartbeat,
// and its end as well.
func TestRivalBetweenSamples(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		unit := &contestedUnit{Segment: shm.NewMemory(shm.Layout96)}
		feed := NewFeed(unit, nil)
		setRandom(feed, func() float64 { return 0 })
		feed.Publish(Sample{Clock: 1, Receive: 1, Mono: 1})
		time.Sleep(time.Minute)
		feed.Beat()
		if s := feed.TargetState(); !s.Publishing() {
			t.Errorf("without another producer: %+v", s)
		}
		unit.SetClock(time.Now())
		feed.Beat()
		if s := feed.TargetState(); s.Reason != contestedReason || feed.Fed().Counters.Foreign != 1 {
			t.Errorf("after a write: %+v, counters %+v", s, feed.Fed().Counters)
		}
		time.Sleep(minRivalPause - 1)
		feed.Beat()
		if s := feed.TargetState(); s.Publishing() {
			t.Error("published before the end of the pause")
		}
		time.Sleep(time.Nanosecond)
		feed.Beat()
		if s := feed.TargetState(); !s.Publishing() || s.Detail != "" {
			t.Errorf("after the pause: %+v", s)
		}
	})
}

// A heartbeat leaves the state of a lost unit as it is, and costs no allocation.
func TestLookLeavesLostUnit(t *testing.T) {
	late := &LateUnit{Attach: func() (SharedUnit, error) { return nil, shm.ErrAbsent }}
	feed := NewFeed(late, nil)
	feed.targets[0].(*unitTarget).rival.name = "gpsd"
	feed.Beat()
	if s := feed.TargetState(); s.Reason != "no unit" {
		t.Errorf("%+v", s)
	}
	feed = NewFeed(shm.NewMemory(shm.Layout96), nil)
	if n := testing.AllocsPerRun(100, feed.Beat); n != 0 {
		t.Errorf("%v allocations a heartbeat", n)
	}
}

func BenchmarkBeat(b *testing.B) {
	feed := NewFeed(shm.NewMemory(shm.Layout96), nil)
	for b.Loop() {
		feed.Beat()
	}
}

// A slow search for the rival's name holds up no sample for long, and is not waited for again.
// The name is shown as soon as it is found.
func TestSlowNameOfARival(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		unit := &slowName{Segment: shm.NewMemory(shm.Layout96), release: release}
		var log strings.Builder
		feed := NewFeed(unit, slog.New(slog.NewTextHandler(&log, nil)))
		for range 5 {
			unit.SetClock(time.Now())
			began := time.Now()
			feed.Publish(Sample{Clock: 1, Receive: 1, Mono: 1})
			if took := time.Since(began); took > maxNameWait {
				t.Errorf("a sample waited %v", took)
			}
			if s := feed.TargetState(); s.Detail != "another program also writes this unit" {
				t.Errorf("%+v", s)
			}
			time.Sleep(time.Second)
		}
		close(release)
		synctest.Wait()
		feed.Beat()
		if s := feed.TargetState(); s.Reason != contestedReason || s.Detail != "gpsd also writes this unit" {
			t.Errorf("after the name was found: %+v", s)
		}
		if !strings.Contains(log.String(), "program=gpsd") {
			t.Errorf("the log does not have the name: %s", log.String())
		}
		time.Sleep(time.Minute) // the rival has stopped
		feed.Publish(Sample{Clock: 1, Receive: 1, Mono: 1})
		if s := feed.TargetState(); !s.Publishing() {
			t.Errorf("%+v", s)
		}
		if unit.asked != 1 {
			t.Errorf("asked %d times", unit.asked)
		}
	})
}

// A slowName is a unit whose producers are found only after a release.
type slowName struct {
	*shm.Segment
	release chan struct{}
	asked   int
}

func (u *slowName) Writers() func() string {
	u.asked++
	return func() string { <-u.release; return "gpsd" }
}
