package serialport

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"time"
)

// A read into a small buffer leaves bytes, which the next wait finds.
func TestBytesThatAreLeft(t *testing.T) {
	line, port := open(t)
	port.SetReadTimeout(time.Hour)
	fmt.Fprint(line, "abc")
	for _, want := range []string{"a", "b", "c"} {
		data := make([]byte, 1)
		if n, err := port.Read(data); string(data[:n]) != want || err != nil {
			t.Errorf("read %q, %v; want %q", data[:n], err, want)
		}
	}
}

// The next wait of the same length sets no timer, and does not arm the descriptor again. It ends no
// earlier than after its own timeout nevertheless.
func TestNextWaitSetsNothing(t *testing.T) {
	const timeout = 320 * time.Millisecond
	line, port := open(t)
	w := port.ready
	w.timeout = timeout
	began := time.Now()
	if fmt.Fprint(line, "a"); w.wait(0) != nil {
		t.Fatal("no byte")
	}
	due := w.due
	if !w.armed || due.Sub(began) < timeout {
		t.Fatalf("armed: %v; due after %v, want %v", w.armed, due.Sub(began), timeout)
	}
	if w.wait(0) != nil || w.due != due && time.Since(began) < timeout/earlyPart {
		t.Errorf("a timer was set after %v", time.Since(began))
	}
	if _, err := port.read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	time.Sleep(5 * time.Millisecond)
	began = time.Now()
	if err := w.wait(0); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) < timeout {
		t.Errorf("%v after %v, want a timeout after %v", err, time.Since(began), timeout)
	}
	if !w.due.IsZero() || !w.armed {
		t.Errorf("after a timeout: due %v, armed: %v", w.due, w.armed)
	}
}

// A wait of another length, or much later, sets the timer anew.
func TestTimerOfAnotherWait(t *testing.T) {
	line, port := open(t)
	w := port.ready
	if fmt.Fprint(line, "a"); w.wait(0) != nil || !w.due.IsZero() { // nothing reads the byte
		t.Fatal("no byte, or a timer without a timeout")
	}
	for _, timeout := range []time.Duration{time.Hour, time.Minute, 2 * time.Hour} {
		w.timeout = timeout
		began := time.Now()
		if err := w.wait(0); err != nil || w.due.Sub(began) < timeout || time.Until(w.due) > timeout {
			t.Errorf("timeout %v: %v, due after %v", timeout, err, w.due.Sub(began))
		}
	}
	w.due = w.due.Add(-2*time.Hour/earlyPart - time.Second) // as if it had been set so much earlier
	if began := time.Now(); w.wait(0) != nil || w.due.Sub(began) < 2*time.Hour {
		t.Errorf("much later: due after %v", w.due.Sub(began))
	}
	w.timeout = 0
	if w.wait(0) != nil || !w.due.IsZero() {
		t.Errorf("without a timeout: due %v", w.due)
	}
	if err := w.wait(time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) || w.armed {
		t.Errorf("while bytes collect: %v, armed: %v", err, w.armed)
	}
}

// A timer that has expired unnoticed, while the bytes of a wait were read, does not end the next.
func TestStaleTimer(t *testing.T) {
	line, port := open(t)
	w := port.ready
	w.timeout = 20 * time.Millisecond
	if fmt.Fprint(line, "a"); w.wait(0) != nil {
		t.Fatal("no byte")
	}
	time.Sleep(2 * w.timeout)
	if _, err := port.read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	w.timeout = 100 * time.Millisecond
	began := time.Now()
	if err := w.wait(0); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) < w.timeout {
		t.Errorf("%v after %v, want a timeout after %v", err, time.Since(began), w.timeout)
	}
	if fmt.Fprint(line, "b"); w.wait(10*time.Millisecond) == nil {
		t.Error("a byte ended the wait while bytes collect")
	}
	w.timeout = 0
	if err := w.wait(0); err != nil {
		t.Errorf("%v, want the byte that has arrived meanwhile", err)
	}
}
