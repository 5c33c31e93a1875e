package logqueue

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A gate is a writer whose reader may stop reading.
type gate struct {
	mu   sync.Mutex // held while no program reads
	text strings.Builder
}

func (g *gate) Write(b []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text.Write(b)
}

func notice(n int) []byte { return fmt.Appendf(nil, "%d dropped\n", n) }

// Lines that were kept come in their order, and the notice at the place of those that were
// not.
func TestOrder(t *testing.T) {
	g := &gate{}
	w := New(g, notice)
	g.mu.Lock()
	big := strings.Repeat("x", MaxBytes/4-1) + "\n"
	for range 4 {
		fmt.Fprint(w, big)
	}
	for range 17 {
		fmt.Fprintln(w, "lost")
	}
	g.mu.Unlock()
	if !w.Flush(time.Minute) {
		t.Fatal("not everything is written")
	}
	fmt.Fprintln(w, "later")
	if !w.Flush(time.Minute) {
		t.Fatal("not everything is written")
	}
	if got, want := g.text.String(), strings.Repeat(big, 4)+"17 dropped\nlater\n"; got != want {
		t.Errorf("%d bytes are written, ending with %q; want %d", len(got), got[max(0, len(got)-60):], len(want))
	}
}

// No short line overtakes a long one that was dropped: the notice has their place.
func TestShortLineAfterADroppedOne(t *testing.T) {
	g := &gate{}
	w := New(g, notice)
	g.mu.Lock()
	big := strings.Repeat("x", MaxBytes/2) + "\n"
	fmt.Fprint(w, big)
	fmt.Fprint(w, big)
	fmt.Fprintln(w, "short")
	g.mu.Unlock()
	if !w.Flush(time.Minute) {
		t.Fatal("not everything is written")
	}
	if got := strings.TrimPrefix(g.text.String(), big); got != "2 dropped\n" {
		t.Errorf("the long line is followed by %.40q, want the notice of 2", got)
	}
}

// Many writers lose nothing to a reader that reads.
func TestConcurrentWriters(t *testing.T) {
	g := &gate{}
	w := New(g, notice)
	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			for n := range 200 {
				fmt.Fprintf(w, "%d %d\n", i, n)
			}
		})
	}
	writers.Wait()
	w.Flush(time.Minute)
	next := map[int]int{}
	for line := range strings.Lines(g.text.String()) {
		var i, n int
		if _, err := fmt.Sscan(line, &i, &n); err != nil || n != next[i] {
			t.Fatalf("%q after line %d of its writer", line, next[i]-1)
		}
		next[i]++
	}
	for i := range 8 {
		if next[i] != 200 {
			t.Errorf("%d lines of writer %d", next[i], i)
		}
	}
}

// A pipe that no program reads holds up neither a Write nor, longer than it may, a Flush.
func TestFullPipe(t *testing.T) {
	r, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	w := New(to, notice)
	for range 10_000 {
		if _, err := io.WriteString(w, strings.Repeat("x", 100)+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	if w.Flush(10 * time.Millisecond) {
		t.Error("a full pipe took everything")
	}
	go func() { // the reader awakes
		w.Flush(time.Minute)
		to.Close()
	}()
	text, err := io.ReadAll(r)
	written, dropped := 0, 0
	for line := range strings.Lines(string(text)) {
		n := 0
		if fmt.Sscanf(line, "%d dropped", &n); n == 0 {
			written++
		}
		dropped += n
	}
	if err != nil || dropped == 0 || written+dropped != 10_000 {
		t.Errorf("%d lines were written and %d dropped, %v; want 10000 in all", written, dropped, err)
	}
}

// Flush is bounded in time, and at once if there is nothing to write.
func TestFlushIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan struct{})
		w := New(writerFunc(func(b []byte) (int, error) { <-stuck; return len(b), nil }), notice)
		if !w.Flush(time.Second) {
			t.Error("nothing to write, and not all is written")
		}
		began := time.Now()
		fmt.Fprintln(w, "a")
		if w.Flush(time.Second) || time.Since(began) != time.Second {
			t.Errorf("waited %v, want 1 s", time.Since(began))
		}
		close(stuck)
		if !w.Flush(time.Second) || time.Since(began) != time.Second {
			t.Errorf("waited %v for a reader that reads", time.Since(began)-time.Second)
		}
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
