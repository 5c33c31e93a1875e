//go:build linux

package pps

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// These tests need VM_PHC and the cards beside it: lab/kmod/vmptp.c has a card for each fault. Each
// edge of a card begins at exactly a second of CLOCK_REALTIME, or ends a pulse 0.1 s later.

// vmCard returns the device of the card with a name, such as "lose"; "" is the one without a fault.
func vmCard(t *testing.T, name string) string {
	t.Helper()
	good := need(t, "VM_PHC")
	if name == "" {
		return good
	}
	for _, c := range Clocks(os.DirFS("/sys")) {
		if c.Name == "vmptp "+name {
			return c.Path
		}
	}
	t.Fatalf("no card %q", name)
	return ""
}

// A vmCount counts what a card's edges became.
type vmCount struct {
	faults     map[Reason]int
	other      int             // trusted edges that end one
	errors     []time.Duration // of the trusted edges that begin one
	widest     time.Duration   // greatest Within
	wrong      int             // trusted edges that are not where they say
	seconds    int             // edges that the Gate passes
	mislabeled int             // of them, those that are not the second that the Gate counts
}

// vmWatch reads n edges of a card. The truth is the machine's own clock.
func vmWatch(t *testing.T, s Source, n int) vmCount {
	t.Helper()
	c := vmCount{faults: map[Reason]int{}}
	var gate Gate
	label := int64(0)
	for range n {
		e := next(t, s)
		v := gate.Push(e)
		if e.Fault != Second {
			c.faults[e.Fault]++
			continue
		}
		truth := (e.Stamp.Real + oneSecond/2) / oneSecond * oneSecond
		begins := e.Stamp.Real-truth < int64(50*time.Millisecond)
		if !begins {
			truth += int64(100 * time.Millisecond)
			c.other++
		}
		off := time.Duration(e.Stamp.Real - truth)
		if off.Abs() > e.Within || e.Coarse {
			c.wrong++
			t.Errorf("%v: an edge is %v off, and says at most %v", s, off, e.Within)
		}
		if begins {
			c.errors, c.widest = append(c.errors, off), max(c.widest, e.Within)
		}
		if v.Why != Second {
			continue
		}
		c.seconds++
		if label += int64(v.Elapsed); v.Elapsed == 0 {
			label = truth / oneSecond
		}
		if label*oneSecond != truth {
			c.mislabeled++
			t.Errorf("%v: the Gate counts to %d at second %d", s, label, truth/oneSecond)
		}
	}
	return c
}

// delayed returns how many edges were read too late, because the machine was delayed.
func (c vmCount) delayed() int { return c.faults[Late] + c.faults[Unread] + 2*c.faults[Stepped] }

func (c vmCount) mean() (sum time.Duration) {
	for _, e := range c.errors {
		sum += e.Abs()
	}
	return sum / time.Duration(max(len(c.errors), 1))
}

func (c vmCount) String() string {
	var faults []string
	for why, n := range c.faults {
		faults = append(faults, fmt.Sprintf("%d %.20s", n, why))
	}
	slices.Sort(faults)
	return fmt.Sprintf("%d edges begin a pulse, mean error %v, within at most %v; %d end one; %d began a second, %d of the wrong one; %s",
		len(c.errors), c.mean(), c.widest, c.other, c.seconds, c.mislabeled, strings.Join(faults, ", "))
}

// Each card's edges are within their bounds of the truth, or have the card's own fault.
func TestVMPHC(t *testing.T) {
	need(t, "VM_PHC")
	t.Parallel()
	for _, c := range []struct {
		card   string
		edges  int    // to read
		least  int    // of them, to begin a pulse and be trusted; a busy machine has more faults
		fault  Reason // of the card; Second is none
		faults int    // at least
		other  int    // at least
		missed uint64 // at least
	}{
		{card: "", edges: 66, least: 60},
		{card: "precise", edges: 24, least: 18},
		{card: "lose", edges: 24, least: 18, missed: 3},
		{card: "repeat", edges: 26, least: 14, fault: Repeated, faults: 3},
		{card: "reorder", edges: 26, least: 14, fault: Reordered, faults: 2, missed: 2},
		{card: "both", edges: 50, least: 15, other: 15},
		{card: "strict", edges: 50, least: 15, other: 15},
		{card: "step", edges: 26, least: 8, fault: Stepped, faults: 2},
		{card: "reset", edges: 26, least: 8, fault: Stepped, faults: 2},
		{card: "late", edges: 24, least: 18},
		{card: "second", edges: 26, least: 14, fault: Late, faults: 2},
		{card: "wrong pin", edges: 5, least: 1},
	} {
		t.Run("vmptp "+c.card, func(t *testing.T) {
			t.Parallel()
			device := vmCard(t, c.card)
			s := open(t, "phc:"+device).(*PHC)
			got := vmWatch(t, s, c.edges)
			t.Logf("%v, pin %s, both edges %v: %v; %d missed", s, s.Pin(), s.Both(), got, s.Missed())
			if len(got.errors) < c.least || got.other < c.other || s.Missed() < c.missed || c.card == "" && s.Missed() > uint64(got.delayed()) {
				t.Errorf("want at least %d edges that begin a pulse, %d others, %d missed", c.least, c.other, c.missed)
			}
			if got.faults[c.fault] < c.faults {
				t.Errorf("%d edges have the fault %q, want at least %d", got.faults[c.fault], c.fault, c.faults)
			}
			if got.mean() > 100*time.Nanosecond {
				t.Errorf("the mean error is %v", got.mean())
			}
			vmCancels(t, s)
		})
	}
}

// The errors of cards and pins say what to do.
func TestVMPHCErrors(t *testing.T) {
	good := vmCard(t, "")
	for _, c := range []struct {
		source string
		is     error
		says   string
	}{
		{"phc:" + vmCard(t, "no stamps"), ErrNoExternal, "GPIO line"},
		{"phc:" + good + "::7", ErrNoExternal, "channel 7"},
		{"phc:" + vmCard(t, "busy"), syscall.EBUSY, "ts2phc"},
		{"phc:" + vmCard(t, "wrong pin") + ":VM0", ErrNoPin, "VM1"},
		{"phc:" + good + ":SDP0", ErrNoPin, "0 (VM0"},
		{"phc:/dev/ptp99", fs.ErrNotExist, good},
		{"phc:lo", ErrNoPHC, good},
		{"phc:eth9", fs.ErrNotExist, "no network interface"},
		{"phc:/dev/null", ErrKernel, "not one"},
	} {
		_, err := Open(c.source)
		if !errors.Is(err, c.is) || !strings.Contains(fmt.Sprint(err), c.says) {
			t.Errorf("%s: %v; want %v and %q", c.source, err, c.is, c.says)
		}
		t.Log(err)
	}
	if s := open(t, "phc:"+vmCard(t, "precise")+":VM1").(*PHC); s.Pin() != "VM1" {
		t.Errorf("%v has the pin %s", s, s.Pin())
	}
	t.Run("without privileges", func(t *testing.T) {
		closedToUs(good)(t)
		var err error
		withoutPrivileges(t, func() { _, err = Open("phc:" + good) })
		if !errors.Is(err, syscall.EACCES) || !strings.Contains(fmt.Sprint(err), "udev rule") {
			t.Errorf("%v; want EACCES and a udev rule", err)
		}
	})
}

// A removed card ends Next with ErrGone, and the card can be opened again when it is back.
func TestVMUnplugPHC(t *testing.T) {
	good := need(t, "VM_PHC")
	need(t, "VM_MODULES")
	vmRemoved(t, open(t, "phc:"+good), func(t *testing.T) {
		if err := unix.DeleteModule("vmptp", unix.O_NONBLOCK); err != nil {
			t.Fatal(err)
		}
	})
	insert(t, "vmptp.ko", "")
	s := open(t, "phc:"+vmCard(t, ""))
	for range 3 {
		next(t, s)
	}
}

// Since Linux 6.7, two readers of a card do not disturb each other, also if one closes. Before, they
// share the edges. A read that waits for the other's edge must not delay Close.
func TestVMPHCTwoReaders(t *testing.T) {
	device := vmCard(t, "shared")
	t.Parallel()
	var u unix.Utsname
	shared := unix.Uname(&u) == nil && older(unix.ByteSliceToString(u.Release[:]), 6, 7)
	const each = 8
	edges := make(chan Source)
	read := func(s Source) {
		for {
			if _, err := s.Next(context.Background()); err != nil {
				return
			}
			edges <- s
		}
	}
	first, second := open(t, "phc:"+device), open(t, "phc:"+device)
	go read(first)
	go read(second)
	got := map[Source]int{}
	for deadline := time.After(patience); shared && got[first]+got[second] < each || !shared && min(got[first], got[second]) < each; {
		select {
		case s := <-edges:
			got[s]++
		case <-deadline:
			t.Fatalf("%d and %d edges in %v", got[first], got[second], patience)
		}
	}
	start := time.Now()
	if err := second.Close(); err != nil || time.Since(start) > time.Second {
		t.Errorf("close: %v, in %v", err, time.Since(start))
	}
	for n := 0; n < each/2; {
		if s := <-edges; s == first {
			n++
		}
	}
	t.Logf("%d and %d edges, shared: %v", got[first], got[second], shared)
}

func TestVMPHCCloseEndsNext(t *testing.T) {
	s := open(t, "phc:"+vmCard(t, ""))
	time.AfterFunc(10*time.Millisecond, func() { s.Close() })
	for {
		if _, err := s.Next(context.Background()); err != nil {
			if !errors.Is(err, ErrClosed) {
				t.Errorf("%v, want ErrClosed", err)
			}
			return
		}
	}
}
