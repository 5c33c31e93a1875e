package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	// soakLength makes TestChaos a soak test of this length, such as 60m: one daemon runs all
	// the time, each minute a receiver or a consumer fails, and the daemon must not grow.
	soakLength = "REFCLOCK_SOAK"

	// goroutinesEnv names a file into which a program of programEnv writes the number of its
	// goroutines.
	goroutinesEnv = "REFCLOCK_TEST_GOROUTINES"

	// measureEvery is how often a soak measures the daemon.
	measureEvery = 2 * time.Second
)

// A spoiler changes the bytes of a burst.
type spoiler func([]byte) []byte

// disturbReceiver plays a fault of a receiver or of a consumer, which the daemon survives.
func (w *world) disturbReceiver() {
	i := w.rng.IntN(len(w.receivers))
	if len(w.deck) == 0 {
		w.deck = []string{"unplug", "garbage", "silence", "wrong baud", "clock jump", "consumer restart", "SIGHUP"}
		w.rng.Shuffle(len(w.deck), func(i, j int) { w.deck[i], w.deck[j] = w.deck[j], w.deck[i] })
	}
	name := w.deck[0]
	w.deck = w.deck[1:]
	if w.soak != nil {
		w.soak.fault(name)
	}
	w.t.Logf("%s, receiver %d", name, i)
	since := time.Now()
	switch name {
	case "unplug":
		w.unplug(i)
	case "garbage":
		noise := rand.New(rand.NewPCG(w.rng.Uint64(), 1)) // another goroutine uses it
		w.spoil(i, func(text []byte) []byte {
			junk := make([]byte, len(text))
			for i := range junk {
				junk[i] = byte(noise.Uint32())
			}
			return junk
		})
	case "silence":
		w.spoil(i, func([]byte) []byte { return nil })
	case "wrong baud":
		w.spoil(i, atHalfRate)
	case "clock jump":
		w.jump(i)
	case "consumer restart":
		w.away.Store(true)
		pause(time.Duration(w.rng.IntN(3000)) * time.Millisecond)
		w.away.Store(false)
		w.excuse(since, 0, 1, 2)
	case "SIGHUP":
		w.reload()
	}
}

// spoil changes what a receiver sends, for whole bursts.
func (w *world) spoil(i int, how spoiler) {
	r, since := w.receivers[i], time.Now()
	set := func(how spoiler) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.next = how
	}
	set(how)
	pause(1500*time.Millisecond + time.Duration(w.rng.IntN(6000))*time.Millisecond)
	set(nil)
	pause(1100 * time.Millisecond) // until the next burst
	w.excuse(since, i)
}

// jump makes a receiver's time jump for some seconds: less than after which refclock would
// trust a receiver whose new time stays.
func (w *world) jump(i int) {
	r, since := w.receivers[i], time.Now()
	by := []time.Duration{time.Second, -time.Second, time.Hour, -24 * time.Hour, 1024 * 7 * 24 * time.Hour}[w.rng.IntN(5)]
	as := func(spoil spoiler) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.spoil, r.next, r.line, r.last = spoil, spoil, "", time.Time{}
	}
	r.stop()
	as(func(text []byte) []byte { return text }) // its seconds are not noted: they are wrong
	r.play(by)
	pause(2*time.Second + time.Duration(w.rng.IntN(4000))*time.Millisecond)
	r.stop()
	as(nil)
	r.play(0)
	pause(settling) // both jumps have to be refuted
	w.excuse(since, i)
}

// atHalfRate returns what a UART at half the rate of the bytes reads: it samples every other
// bit, 8N1.
func atHalfRate(text []byte) (read []byte) {
	for i := 0; i+1 < len(text); i += 2 {
		bits := uint32(text[i])<<1 | 1<<9 | uint32(text[i+1])<<11 | 1<<19 // start bits are 0
		var b byte
		for k := range 8 {
			b |= byte(bits>>(2*k+2)&1) << k
		}
		read = append(read, b)
	}
	return read
}

func (w *world) goroutines() string { return filepath.Join(w.dir, "goroutines") }

// tellGoroutines writes the number of goroutines of this process into a file, again and
// again. Without a path it does nothing.
func tellGoroutines(path string) {
	for ; path != ""; time.Sleep(time.Second) {
		next := path + ".new"
		if os.WriteFile(next, []byte(strconv.Itoa(runtime.NumGoroutine())), 0o600) == nil {
			os.Rename(next, path)
		}
	}
}

// A usage is what the daemon uses at a time.
type usage struct {
	at                         time.Time
	rss                        int // kB
	files, goroutines, threads int
}

// A soak has the figures of a soak test.
type soak struct {
	mu     sync.Mutex
	usages []usage
	faults map[string]int
	worst  time.Duration // the largest offset of a sample
	wrong  int           // samples of a wrong second
}

func newSoak() *soak { return &soak{faults: map[string]int{}} }

func (s *soak) fault(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[name]++
}

// see notes the offset of a sample. The receivers have the time of this machine: no busy
// machine excuses a sample of another second.
func (s *soak) see(offset time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if offset.Abs() >= time.Second/2 {
		s.wrong++
	}
	s.worst = max(s.worst, offset.Abs())
}

// measure measures a process.
func (s *soak) measure(ctx context.Context, pid int64, goroutines string) {
	ticker := time.NewTicker(measureEvery)
	defer ticker.Stop()
	for {
		if u, ok := usageOf(pid, goroutines); ok {
			s.mu.Lock()
			s.usages = append(s.usages, u)
			s.mu.Unlock()
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// usageOf returns what a process uses, from proc(5); false if it has ended.
func usageOf(pid int64, goroutines string) (u usage, ok bool) {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	count, _ := os.ReadFile(goroutines)
	u = usage{at: time.Now(), files: len(files)}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) > 1 {
			switch n, _ := strconv.Atoi(f[1]); f[0] {
			case "VmRSS:":
				u.rss = n
			case "Threads:":
				u.threads = n
			}
		}
	}
	u.goroutines, _ = strconv.Atoi(string(count))
	return u, err == nil && u.rss > 0 && u.goroutines > 0
}

// growths are the figures, and how much each may grow from the first quarter to the last one.
// A count is usually the same: what comes and goes, such as a connection or an unplugged port,
// does not change its most frequent value.
var growths = []struct {
	name  string
	of    func(usage) int
	usual func([]int) int
	may   int
}{
	{"memory (RSS), kB", func(u usage) int { return u.rss }, median, soakMemory},
	{"descriptors", func(u usage) int { return u.files }, mostFrequent, 0},
	{"goroutines", func(u usage) int { return u.goroutines }, mostFrequent, 0},
	{"threads", func(u usage) int { return u.threads }, median, 4}, // Go starts one when others block
}

// soakMemory is how many kB the daemon may grow: the history of three clocks in memory fills in
// the first hour, at most 1.2 MB each, of which the garbage collector may keep a copy.
const soakMemory = 2 * 3 * 1200

// judge reports growth and wrong seconds, and logs the figures as tables in Markdown.
func (s *soak) judge(t *testing.T, lasted time.Duration, received []map[int64]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.usages) < 8 {
		t.Fatalf("%d measurements of the daemon, expected one every %v", len(s.usages), measureEvery)
	}
	samples, faults := 0, 0
	for _, seconds := range received {
		samples += len(seconds)
	}
	for _, n := range s.faults {
		faults += n
	}
	text := "\n\n| | |\n|---|---:|\n"
	row := func(name string, value any) { text += fmt.Sprintf("| %s | %v |\n", name, value) }
	row("duration", lasted.Round(time.Second))
	row("clocks", len(received))
	row("samples", samples)
	row("samples of a wrong second", s.wrong)
	row("largest offset of a sample", s.worst.Round(time.Millisecond))
	row("faults that cost samples", faults)
	for _, name := range slices.Sorted(maps.Keys(s.faults)) {
		row(name, s.faults[name])
	}
	text += "\n| | first quarter | last quarter | most |\n|---|---:|---:|---:|\n"
	quarter := len(s.usages) / 4
	for _, g := range growths {
		all := figures(s.usages, g.of)
		first, last, most := g.usual(all[:quarter]), g.usual(all[len(all)-quarter:]), slices.Max(all)
		text += fmt.Sprintf("| %s | %d | %d | %d |\n", g.name, first, last, most)
		if last-first > g.may {
			t.Errorf("%s grew from %d to %d: %v", g.name, first, last, all)
		}
	}
	t.Log(text)
	if s.wrong > 0 {
		t.Errorf("%d samples are of a wrong second", s.wrong)
	}
}

// figures returns one figure of each measurement.
func figures(list []usage, of func(usage) int) (all []int) {
	for _, u := range list {
		all = append(all, of(u))
	}
	return all
}

func median(list []int) int { return slices.Sorted(slices.Values(list))[len(list)/2] }

// mostFrequent returns the most frequent number; of several, the least.
func mostFrequent(list []int) int {
	counts := map[int]int{}
	for _, n := range list {
		counts[n]++
	}
	return slices.MaxFunc(slices.Sorted(maps.Keys(counts)), func(a, b int) int { return counts[a] - counts[b] })
}
