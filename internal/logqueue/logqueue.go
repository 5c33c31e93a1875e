// Package logqueue writes log lines without waiting for their reader.
package logqueue

import (
	"io"
	"sync"
	"time"
)

// MaxBytes is the most that a Writer keeps for a reader that does not read.
const MaxBytes = 128 << 10

// A Writer writes lines in their order, in the background: Write never waits. It keeps up
// to [MaxBytes] of lines, drops those beyond, and later writes how many it dropped. It is
// safe for concurrent use.
type Writer struct {
	to     io.Writer
	notice func(lines int) []byte

	mu      sync.Mutex
	lines   [][]byte
	bytes   int           // of lines, and of those that are being written
	dropped int           // lines since the last of lines
	idle    chan struct{} // closed when everything is written; nil if it is
}

// New returns a Writer to a writer that may block. The notice is the text about lines that
// were dropped.
func New(to io.Writer, notice func(lines int) []byte) *Writer {
	return &Writer{to: to, notice: notice}
}

// Write takes one line, or drops it. It never fails, and takes a line of any length if
// there is no other.
func (w *Writer) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dropped > 0 || w.bytes > 0 && w.bytes+len(line) > MaxBytes {
		w.dropped++
		return len(line), nil
	}
	w.lines = append(w.lines, append([]byte(nil), line...))
	w.bytes += len(line)
	if w.idle == nil {
		w.idle = make(chan struct{})
		go w.drain()
	}
	return len(line), nil
}

// drain writes lines until there are no more.
func (w *Writer) drain() {
	for written := 0; ; {
		lines, dropped := w.take(written)
		if lines == nil && dropped == 0 {
			return
		}
		written = 0
		for _, line := range lines {
			w.to.Write(line) // there is no other place to report an error
			written += len(line)
		}
		if dropped > 0 {
			w.to.Write(w.notice(dropped))
		}
	}
}

// take returns the lines to write, or else how many were dropped since the last one. The
// space of written bytes is free again.
func (w *Writer) take(written int) (lines [][]byte, dropped int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.bytes -= written
	if lines = w.lines; lines != nil {
		w.lines = nil
		return lines, 0
	}
	if dropped = w.dropped; dropped == 0 {
		close(w.idle)
		w.idle = nil
	}
	w.dropped = 0
	return nil, dropped
}

// Flush waits until everything is written, but no longer than a time. It reports whether
// everything is.
func (w *Writer) Flush(timeout time.Duration) bool {
	w.mu.Lock()
	idle := w.idle
	w.mu.Unlock()
	if idle == nil {
		return true
	}
	select {
	case <-idle:
		return true
	case <-time.After(timeout):
		return false
	}
}
