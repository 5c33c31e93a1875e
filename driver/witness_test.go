package driver

import (
	"errors"
	"math"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

var _ Witness = KernelClock{}

func TestKernelClock(t *testing.T) {
	const ms = time.Millisecond
	for _, test := range []struct {
		name   string
		state  int
		timex  unix.Timex
		err    error
		within time.Duration // 0: no estimate
	}{
		{name: "never set", state: unix.TIME_ERROR, timex: unix.Timex{Status: unix.STA_UNSYNC, Maxerror: 16_000_000}},
		{name: "unsynchronised with a small error", state: unix.TIME_ERROR, timex: unix.Timex{Status: unix.STA_PLL | unix.STA_UNSYNC, Maxerror: 100}},
		{name: "adjtimex fails", err: errors.New("function not implemented"), timex: unix.Timex{Maxerror: 100}},
		{name: "NTPsec without a source", timex: unix.Timex{Status: unix.STA_PLL, Maxerror: 16, Esterror: 16}},
		{name: "the same, ten seconds later", timex: unix.Timex{Status: unix.STA_PLL, Maxerror: 5016, Esterror: 16}},
		{name: "the same, a second later", timex: unix.Timex{Status: unix.STA_PLL, Maxerror: 516, Esterror: 16}},
		{name: "not a whole second later", timex: unix.Timex{Status: unix.STA_PLL, Maxerror: 266, Esterror: 16}, within: ms},
		{name: "the same error and another jitter", timex: unix.Timex{Status: unix.STA_PLL, Maxerror: 5016, Esterror: 40}, within: 5016 * time.Microsecond},
		{name: "NTPsec with a source", timex: unix.Timex{Status: unix.STA_PLL, Maxerror: 5017, Esterror: 16}, within: 5017 * time.Microsecond},
		{name: "a jitter of 16 us and no error", timex: unix.Timex{Status: unix.STA_PLL, Esterror: 16}, within: ms},
		{name: "half a second", timex: unix.Timex{Maxerror: 500_000}},
		{name: "just below", timex: unix.Timex{Maxerror: 499_999}, within: 499_999 * time.Microsecond},
		{name: "more than the kernel's maximum", timex: unix.Timex{Maxerror: math.MaxInt32}},
		{name: "negative", timex: unix.Timex{Maxerror: -1}},
		{name: "chronyd", timex: unix.Timex{Maxerror: 20_000}, within: 20 * ms},
		{name: "timesyncd", timex: unix.Timex{Status: unix.STA_PLL}, within: ms},
		{name: "an error of microseconds", timex: unix.Timex{Maxerror: 3}, within: ms},
		{name: "during a correction", timex: unix.Timex{Status: unix.STA_PLL, Offset: -300_000, Maxerror: 20_000}, within: 320 * ms},
		{name: "the same in nanoseconds", timex: unix.Timex{Status: unix.STA_PLL | unix.STA_NANO, Offset: 300_000_000, Maxerror: 20_000}, within: 320 * ms},
		{name: "too much to correct", timex: unix.Timex{Status: unix.STA_PLL, Offset: 400_000, Maxerror: 100_000}},
		{name: "a leap second tonight", state: unix.TIME_INS, timex: unix.Timex{Status: unix.STA_INS, Maxerror: 20_000}, within: 20 * ms},
		{name: "23:59:60", state: unix.TIME_OOP, timex: unix.Timex{Status: unix.STA_INS, Maxerror: 20_000}},
		{name: "after it", state: unix.TIME_WAIT, timex: unix.Timex{Status: unix.STA_INS, Maxerror: 20_000}, within: 20 * ms},
		// TIME_ERROR also means that the kernel's PPS discipline has lost its pulse.
		{name: "no pulse in the kernel", state: unix.TIME_ERROR, timex: unix.Timex{Status: unix.STA_PPSTIME, Maxerror: 20_000}, within: 20 * ms},
	} {
		clock := KernelClock{adjtimex: func(timex *unix.Timex) (int, error) {
			if *timex != (unix.Timex{}) {
				t.Errorf("%s: adjtimex was called with %+v, want zero: nothing to set", test.name, *timex)
			}
			*timex = test.timex
			return test.state, test.err
		}}
		got, ok := clock.Current()
		if want := (Estimate{Within: test.within}); got != want || ok != (test.within != 0) {
			t.Errorf("%s: %+v, %v; want %+v", test.name, got, ok, want)
		}
	}
}

// A daemon that has lost its sources no longer sets the maximum error, and the kernel
// increases it.
func TestKernelClockBecomesSilent(t *testing.T) {
	timex := unix.Timex{Maxerror: 20_000}
	clock := KernelClock{adjtimex: func(t *unix.Timex) (int, error) {
		*t = timex
		return unix.TIME_OK, nil
	}}
	seconds := 0
	for ; seconds < 10_000; seconds++ {
		if _, ok := clock.Current(); !ok {
			break
		}
		timex.Maxerror += 500 // second_overflow, kernel/time/ntp.c
	}
	if seconds != 960 {
		t.Errorf("silent after %d s, want 960: (500 ms - 20 ms) / 500 ppm", seconds)
	}
}

// The values of this machine are unknown, but must be consistent.
func TestKernelClockOfThisMachine(t *testing.T) {
	got, ok := KernelClock{}.Current()
	t.Log(got, ok)
	if ok != (got.Within > 0) || got.Within >= maxKernelError || got.Offset != 0 {
		t.Errorf("%+v, %v", got, ok)
	}
	if text := (KernelClock{}).String(); text != "the kernel's clock" {
		t.Errorf("String() is %q", text)
	}
}
