//go:build linux

package pps

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/lab/guest"
)

// The level by a system call is that of the line, without an allocation, and an error after
// the line was closed.
func TestVMLevel(t *testing.T) {
	const number = 9
	pull(t, number, false)
	plain := open(t, fmt.Sprintf("gpio:vmgpio:%d", number)).(*Line)
	level := plain.Level()
	for _, up := range []bool{true, false, true} {
		pull(t, number, up)
		if high, err := level.High(); high != up || err != nil {
			t.Errorf("pulled up %v: high %v, %v", up, high, err)
		}
	}
	if n := testing.AllocsPerRun(100, func() { level.High() }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	plain.Close()
	if _, err := level.High(); err == nil {
		t.Error("the level of a closed line")
	}
	low, err := OpenLine("vmgpio", strconv.Itoa(number), WithActiveLow())
	if err != nil {
		t.Fatal(err)
	}
	defer low.Close()
	if high, err := low.Level().High(); high || err != nil {
		t.Errorf("pulled up, active low: high %v, %v", high, err)
	}
	if _, err := low.Register(); err == nil {
		t.Error("a simulated chip has a register")
	}
}

// latePeriod is the time between two pulses of the module vmlate.
const latePeriod = 50 * time.Millisecond

// wantedFlips is how many pulses of each delay must be caught.
const wantedFlips = 20

// loadLate loads the module vmlate, and returns its line.
func loadLate(t *testing.T) *Line {
	t.Helper()
	file, err := os.Open(filepath.Join(need(t, "VM_MODULES"), "vmlate.ko"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := unix.FinitModule(int(file.Fd()), fmt.Sprintf("period=%d", latePeriod.Milliseconds()), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		guest.Eventually(t, 5*time.Second, func() bool { return unix.DeleteModule("vmlate", 0) == nil }, "the module stays loaded")
	})
	line, err := OpenLine("vmlate", "0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { line.Close() })
	return line
}

// lateParameter returns a parameter of the module.
func lateParameter(t *testing.T, name string) int64 {
	t.Helper()
	text, err := os.ReadFile("/sys/module/vmlate/parameters/" + name)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A real kernel's level changes in the interval that polling finds, and the interrupt stamps it
// later. The machine has one processor and is emulated, so that the interval is long, and the
// lateness itself is not found. BenchmarkLateness measures how well it is found elsewhere.
func TestVMLateness(t *testing.T) {
	line := loadLate(t)
	level := line.Level()
	for _, d := range []time.Duration{2 * us, 40 * us} {
		if err := os.WriteFile("/sys/module/vmlate/parameters/delay", []byte(strconv.FormatInt(int64(d), 10)), 0); err != nil {
			t.Fatal(err)
		}
		var late []time.Duration
		wrong := 0
		last := nextRise(t, line)
		for pulses := 0; len(late) < wantedFlips; pulses++ {
			if pulses == 200 {
				t.Fatalf("%v: only %d pulses were caught", d, len(late))
			}
			at := last.Stamp.Mono + int64(latePeriod)
			if err := sleepThread(t.Context(), at-int64(5*ms)); err != nil {
				t.Fatal(err)
			}
			f := watchFlip(Now, level, true, at+int64(latePeriod/2))
			last = nextRise(t, line)
			flipped := lateParameter(t, "flipped")
			if f.found != flipCaught || (last.Stamp.Real-flipped) > int64(latePeriod/2) || last.Stamp.Real < flipped {
				continue // the machine was delayed
			}
			late = append(late, time.Duration(last.Stamp.Real-flipped))
			// The two clocks of a Stamp are read in turn.
			if off := time.Duration(f.at.Real - flipped).Abs(); off > f.within+10*us {
				wrong++
			}
		}
		t.Logf("%v: %d of %d outside; stamps late by %v", d, wrong, wantedFlips, medianOf(late))
		if wrong > wantedFlips/5 {
			t.Errorf("%v: %d of %d levels did not change in their interval", d, wrong, wantedFlips)
		}
		if medianOf(late) < d {
			t.Errorf("%v: the stamps are late by %v", d, medianOf(late))
		}
	}
}

// nextRise returns the last rising edge that has arrived, or the next one.
func nextRise(t *testing.T, line *Line) Edge {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		e, err := line.Next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if e.Rising && Now().Mono-e.Stamp.Mono < int64(latePeriod/2) {
			return e
		}
	}
}
