//go:build linux

package pps

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"
	"time"
)

// blockingPipe is pipe, and waiting for it blocks the thread.
func blockingPipe(t *testing.T) (*handle, *os.File) {
	t.Helper()
	h, w := pipe(t)
	if err := h.prepare(collect([]Option{WithThread(func() func() { return func() {} })})); err != nil {
		t.Fatal(err)
	}
	if h.bell == nil {
		t.Fatal("waiting does not block")
	}
	return h, w
}

func TestThreadWaits(t *testing.T) {
	h, w := blockingPipe(t)
	for range 2 {
		time.AfterFunc(10*time.Millisecond, func() { w.Write([]byte{1}) })
		if unasked, err := h.wait(context.Background(), time.Minute, readByte); unasked || err != nil {
			t.Errorf("woken: unasked %v, %v", unasked, err)
		}
	}
	w.Write([]byte{1, 2}) // a wake-up for two bytes
	for range 2 {
		if unasked, err := h.wait(context.Background(), 0, readByte); unasked || err != nil {
			t.Errorf("already there: unasked %v, %v", unasked, err)
		}
	}
	unasked := false
	for range 10 { // a signal for the thread, as the Go runtime sends, also counts as a wake-up
		looks := 0
		var err error
		unasked, err = h.wait(context.Background(), 5*time.Millisecond, func(uintptr) (bool, error) {
			looks++
			return looks > 3, nil // the bytes left a wake-up
		})
		if err != nil {
			t.Fatal(err)
		}
		if unasked {
			break
		}
	}
	if !unasked {
		t.Error("found without a wake-up, ten times, and not reported as such")
	}
	if _, err := h.wait(context.Background(), 0, func(uintptr) (bool, error) { return false, syscall.ENODEV }); !errors.Is(err, syscall.ENODEV) {
		t.Errorf("failed look: %v", err)
	}
}

// A descriptor that is always readable, as a /dev/ppsN is in many kernels, does not occupy a
// processor.
func TestThreadWaitsForWakeUps(t *testing.T) {
	h, w := blockingPipe(t)
	w.Write([]byte{1})
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	looks := 0
	if _, err := h.wait(ctx, 0, func(uintptr) (bool, error) { looks++; return false, nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if looks > 3 { // at first, and after two wake-ups
		t.Errorf("%d looks at a readable descriptor without a wake-up", looks)
	}
}

func TestThreadCancels(t *testing.T) {
	h, w := blockingPipe(t)
	for _, every := range []time.Duration{0, 5 * time.Millisecond} {
		for range 20 { // at any point
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(time.Millisecond, cancel)
			if _, err := h.wait(ctx, every, readByte); !errors.Is(err, context.Canceled) {
				t.Errorf("every %v: %v", every, err)
			}
		}
	}
	w.Write([]byte{1})
	if _, err := h.wait(context.Background(), 0, readByte); err != nil {
		t.Errorf("after the cancellations: %v", err)
	}
}

func TestThreadCloses(t *testing.T) {
	for range 20 { // at any point
		h, _ := blockingPipe(t)
		time.AfterFunc(time.Millisecond, func() { h.close() })
		if _, err := h.wait(context.Background(), 0, readByte); !errors.Is(err, ErrClosed) {
			t.Errorf("closed while it waits: %v", err)
		}
		if _, err := h.wait(context.Background(), 0, readByte); !errors.Is(err, ErrClosed) {
			t.Errorf("closed: %v", err)
		}
		if err := h.close(); err != nil {
			t.Errorf("closed again: %v", err)
		}
	}
}

func TestThreadLeaksNoDescriptors(t *testing.T) {
	leaks(t, "a handle", func() {
		h, w := blockingPipe(t)
		h.close()
		w.Close()
	})
}

// leaks checks that a function leaves no descriptor open.
func leaks(t *testing.T, name string, f func()) {
	t.Helper()
	count := func() int {
		files, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip("no /proc: ", err)
		}
		return len(files)
	}
	before := count()
	for range 20 {
		f()
	}
	if after := count(); after > before {
		t.Errorf("%s: %d descriptors before, %d after 20 times", name, before, after)
	}
}

// An entry counts the threads of a source that have entered and left.
type entry struct{ entered, left chan struct{} }

func newEntry() *entry {
	return &entry{make(chan struct{}, 10), make(chan struct{}, 10)}
}

func (e *entry) enter() (leave func()) {
	e.entered <- struct{}{}
	return func() { e.left <- struct{}{} }
}

// The goroutine of a network card enters when it begins, and leaves when it ends.
func TestCardEntersThread(t *testing.T) {
	e, card := newEntry(), newFakeCard()
	p := &PHC{name: "phc:eth0", device: card, thread: e.enter}
	p.start()
	<-e.entered
	if len(e.left) > 0 {
		t.Error("left before the end")
	}
	p.Close()
	<-e.left
}

// The thread of a modem line enters if the last member wants it, also if the thread was
// there before, and leaves otherwise.
func TestModemEntersThread(t *testing.T) {
	e, m := newEntry(), &Modem{edges: make(chan Edge, 16)}
	port := &waitedPort{waits: make(chan struct{})}
	w := &modemWatch{fd: ^uintptr(0), port: port, done: make(chan struct{}), members: map[*Modem]bool{m: true}}
	want := func(enter func() func()) {
		w.mu.Lock()
		w.enter = enter
		w.mu.Unlock()
		port.waits <- struct{}{}
		port.waits <- struct{}{} // the next wait has begun: the change was seen
	}
	go w.run()
	want(nil)
	if len(e.entered) > 0 {
		t.Error("entered without the option")
	}
	want(e.enter)
	want(e.enter)
	if len(e.entered) != 1 || len(e.left) > 0 {
		t.Errorf("entered %d times, left %d", len(e.entered), len(e.left))
	}
	want(nil)
	if len(e.left) != 1 {
		t.Errorf("left %d times", len(e.left))
	}
	w.leave(m)
	close(port.waits)
	<-w.done
}

// A waitedPort changes when the test receives.
type waitedPort struct {
	waits chan struct{}
	n     uint32
}

func (p *waitedPort) change() error          { <-p.waits; p.n++; return nil }
func (p *waitedPort) count() (uint32, error) { return p.n, nil }
func (p *waitedPort) level() (bool, error)   { return p.n%2 == 1, nil }
