// Package realtime keeps a busy machine from delaying the readers of ports and pulses: their
// threads get real-time priority, the memory of the process stays in RAM, and the
// processors do not sleep deeply. The kernel may refuse each part. The clocks then run without
// it.
package realtime

import (
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
)

// Priority is that of the reading threads. It is above the polling thread of lateness, which
// has 1 and would otherwise delay a reader by its window. It is below the threads of
// interrupts, which have 50: a reader waits for the bytes that they deliver.
const Priority = 10

// MaxLatency is how long a processor may take to wake up, in microseconds. It excludes all
// sleep states but the first: on Intel's processors since Skylake, that takes 2 us, and the
// second 10 us. With 0, an x86 processor would not even halt, but poll.
const MaxLatency = 2

// The parts.
const (
	Threads = "threads" // the reading threads have Priority
	Memory  = "memory"  // the memory of the process stays in RAM
	Latency = "latency" // processors wake up within MaxLatency
)

// A Part is a request to the kernel.
type Part struct {
	Name string
	Err  error  // why the kernel refuses it; nil if it is in force
	Hint string // what to do then
}

// A system has the requests to the kernel. Tests replace it.
type system struct {
	enter   func(priority int) (leave func(), err error)
	lock    func() (hint string, err error)
	unlock  func()
	latency func() (held io.Closer, hint string, err error)
}

// A Realtime is what the kernel grants. It is off at first.
type Realtime struct {
	log    *slog.Logger
	system system

	mu    sync.Mutex
	on    bool
	parts []Part
	held  io.Closer // the device of the latency; nil without it

	threads atomic.Int32
}

// New returns a Realtime that logs what the kernel refuses.
func New(log *slog.Logger) *Realtime { return &Realtime{log: log, system: kernel} }

// On reports whether it is on.
func (r *Realtime) On() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.on
}

// Parts returns what is in force, and what is not; nil if it is off.
func (r *Realtime) Parts() []Part {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Part(nil), r.parts...)
}

// Threads returns how many threads have the priority.
func (r *Realtime) Threads() int { return int(r.threads.Load()) }

// Enter returns a function that gives the calling goroutine a thread with the priority, and
// returns a function that undoes this. It is nil if the kernel refuses.
func (r *Realtime) Enter() func() (leave func()) {
	if _, err := r.try(); err != nil {
		return nil
	}
	return r.enter
}

// enter is what Enter returns.
func (r *Realtime) enter() (leave func()) {
	undo, err := r.system.enter(Priority)
	if err != nil {
		r.log.Warn("a thread has ordinary priority", "error", err, "hint", explainFIFO())
		return undo
	}
	r.threads.Add(1)
	return func() {
		r.threads.Add(-1)
		undo()
	}
}

// try enters and leaves.
func (r *Realtime) try() (hint string, err error) {
	leave, err := r.system.enter(Priority)
	if err != nil {
		return explainFIFO(), err
	}
	leave()
	return "", nil
}

// Set switches it on or off, and logs each part that the kernel refuses. If nothing changes,
// it does nothing.
func (r *Realtime) Set(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case on == r.on:
		return
	case on:
		r.begin()
	default:
		r.end()
	}
	r.on = on
}

func (r *Realtime) begin() {
	add := func(name, hint string, err error) {
		r.parts = append(r.parts, Part{name, err, hint})
		if err != nil {
			r.log.Warn("realtime: the kernel refuses a part; the clocks run without it", "part", name, "error", err, "hint", hint)
		}
	}
	hint, err := r.try()
	add(Threads, hint, err)
	hint, err = r.system.lock()
	add(Memory, hint, err)
	r.held, hint, err = r.system.latency()
	add(Latency, hint, err)
}

func (r *Realtime) end() {
	for _, p := range r.parts {
		if p.Name == Memory && p.Err == nil {
			r.system.unlock()
		}
	}
	if r.held != nil {
		r.held.Close()
	}
	r.parts, r.held = nil, nil
}
