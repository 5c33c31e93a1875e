package watch

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/shm"
)

// A scene is a unit in memory with a producer, a consumer and a watcher.
type scene struct {
	*testing.T
	segment *shm.Segment
	watcher *Watcher
	now     time.Time
}

func newScene(t *testing.T) *scene {
	segment := shm.NewMemory(shm.Layout96)
	return &scene{t, segment, New(2, segment), time.Unix(1_795_386_302, 0)}
}

// produce writes a sample with this offset, a second after the previous one.
func (s *scene) produce(offset time.Duration) {
	s.Helper()
	s.now = s.now.Add(time.Second)
	if err := s.segment.Update(shm.Sample{Clock: s.now.Add(offset), Receive: s.now}); err != nil {
		s.Fatal(err)
	}
}

func (s *scene) take() {
	s.Helper()
	if _, err := s.segment.Take(); err != nil {
		s.Fatal(err)
	}
}

// look polls, and checks whether there is a new sample.
func (s *scene) look(want bool) Reading {
	s.Helper()
	r, ok, err := s.watcher.Poll(s.now)
	if err != nil || ok != want {
		s.Fatalf("look: %v, %v; want %v", ok, err, want)
	}
	return r
}

// A producer that stops in the middle of a write leaves an incomplete sample.
func TestWatcherIgnoresIncompleteSamples(t *testing.T) {
	s := newScene(t)
	s.produce(0)
	s.look(true)
	s.take()
	s.look(false)
	whole := s.segment.Receive()
	s.segment.Set(shm.FieldCount, s.segment.Get(shm.FieldCount)+1)
	s.segment.SetReceive(time.Unix(0, 0))
	s.look(false)
	s.segment.SetReceive(whole)
	s.segment.Set(shm.FieldCount, s.segment.Get(shm.FieldCount)+1)
	s.segment.Set(shm.FieldValid, 1)
	if r := s.look(true); !r.Sample.Receive.Equal(whole) {
		t.Errorf("reading %+v, want the whole sample", r)
	}
}

// A time whose nanoseconds have no 64 bits, or no four digits of the year, is an error: the
// offset would be wrong.
func TestWatcherRefusesImpossibleTimes(t *testing.T) {
	good := time.Unix(1_795_386_302, 0)
	for _, bad := range []int64{-1, 7_289_654_400, 1e15, math.MaxInt64, math.MinInt64} { // from 2201 on
		for _, set := range []func(*shm.Segment, time.Time) error{(*shm.Segment).SetClock, (*shm.Segment).SetReceive} {
			s := newScene(t)
			s.produce(0)
			s.look(true)
			if err := set(s.segment, time.Unix(bad, 0)); err != nil {
				t.Fatal(err)
			}
			if _, fresh, err := s.watcher.Poll(s.now); fresh || err != errTime {
				t.Errorf("%d s: %v, %v", bad, fresh, err)
			}
			set(s.segment, good)
			s.produce(0)
			s.look(true)
		}
	}
}

// Some producers increment count once per sample, so it may be odd or even.
func TestWatcherSeesOddCounts(t *testing.T) {
	s := newScene(t)
	for i := range 4 {
		s.produce(0)
		s.segment.Set(shm.FieldCount, int64(i+1))
		s.look(true)
		s.take()
		s.look(false)
	}
}

func TestWatcherSeesEachSampleOnce(t *testing.T) {
	s := newScene(t)
	s.look(false)
	s.produce(-time.Second)
	if r := s.look(true); r.Offset != -time.Second || r.Unit != 2 {
		t.Errorf("reading %+v, want an offset of -1 s on unit 2", r)
	}
	s.look(false)
	s.take()
	s.look(false)
	s.produce(-time.Second)
	s.look(true)
}

func TestWatcherDoesNotTakeSamples(t *testing.T) {
	s := newScene(t)
	s.produce(0)
	s.look(true)
	s.take() // fails if the poll has taken it
}

func TestWatcherCountsTakenAndLost(t *testing.T) {
	s := newScene(t)
	s.produce(0)
	s.look(true)
	s.take()
	s.look(false) // one taken
	s.produce(0)
	s.look(true)
	s.produce(0)
	s.look(true) // one lost
	s.take()
	s.look(false) // two taken
	s.produce(0)
	s.take()
	s.look(true) // three taken: before the poll
	if got, want := s.watcher.readers, (Readers{Taken: 3, Lost: 1}); got != want {
		t.Errorf("readers %+v, want %+v", got, want)
	}
}

// A new watcher ignores a sample that was taken before.
func TestWatcherIgnoresOldSamples(t *testing.T) {
	s := newScene(t)
	s.produce(0)
	s.take()
	s.look(false)
	s.produce(0)
	s.look(true)
}

// The interval of a unit is its own: a second for a pulse, minutes for web servers.
func TestWatcherMeasuresInterval(t *testing.T) {
	s := newScene(t)
	var got []time.Duration
	for _, pause := range []int{1, 300, 64, 64, 64, -7200, 64, 64, 64, 64} { // the clock is set back once
		s.now = s.now.Add(time.Duration(pause-1) * time.Second)
		s.produce(0)
		got = append(got, s.look(true).Interval/time.Second)
	}
	if want := []time.Duration{0, 300, 300, 300, 300, 300, 64, 64, 64, 64}; !slices.Equal(got, want) {
		t.Errorf("intervals %d s, want %d", got, want)
	}
}

func TestWatcherMeasuresJitter(t *testing.T) {
	s := newScene(t)
	var last Reading
	for i := range 30 {
		s.produce(time.Duration(i%2) * time.Millisecond)
		last = s.look(true)
	}
	// Alternating by 1 ms: each is 1 ms from its neighbours' line, scaled for three
	// independent errors and as a normal deviation.
	if !last.HasJitter || last.Jitter < 500*time.Microsecond || last.Jitter > 2*time.Millisecond {
		t.Errorf("jitter %v, %v; want about 1.2 ms", last.Jitter, last.HasJitter)
	}
}

func TestAttachedReadsMaps(t *testing.T) {
	proc := t.TempDir()
	namespace := func(pid, link string) {
		dir := filepath.Join(proc, pid, "ns")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(link, filepath.Join(dir, "ipc")); err != nil {
			t.Fatal(err)
		}
	}
	add := func(pid, comm, maps string) {
		dir := filepath.Join(proc, pid)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"comm": comm + "\n", "maps": maps} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	const line = "7f3c1a5d2000-7f3c1a5d3000 rw-s 00000000 00:01 %ID%                      /SYSV4e545032 (deleted)\n"
	add("300", "chronyd", "00400000-00452000 r-xp 00000000 08:02 173521 /usr/sbin/chronyd\n"+strings.Replace(line, "%ID%", "32770", 1))
	add("41", "refclock", strings.Replace(line, "%ID%", "32770", 1))
	add("42", "orphan", strings.Replace(line, "%ID%", "5", 1)) // of a segment that was removed
	add("43", "other", strings.Replace(strings.Replace(line, "%ID%", "32770", 1), "4e545032", "4e545033", 1))
	add("44", "bash", "")
	add("45", "contained", strings.Replace(line, "%ID%", "32770", 1))
	namespace("self", "ipc:[4026531839]")
	namespace("300", "ipc:[4026531839]")
	namespace("45", "ipc:[4026532500]") // another one, with the same key and id
	reads := map[string]int{}
	read := func(name string) ([]byte, error) {
		reads[name]++
		return os.ReadFile(name)
	}
	const key, id = 0x4e545032, 32770
	got := attached(proc, read, []shm.Info{{Key: key, ID: id}, {Key: key, ID: 77}, {Key: key, ID: 5}}, false)
	want := [][]Process{{{41, "refclock"}, {300, "chronyd"}}, nil, {{42, "orphan"}}}
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("attached %v, want %v", got, want)
	}
	if len(reads) < 6 { // all processes of this namespace
		t.Errorf("only %v were read", reads)
	}
	for name, n := range reads {
		if n > 1 {
			t.Errorf("%s was read %d times for three units", name, n)
		}
	}
}
