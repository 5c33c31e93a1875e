//go:build linux

package pps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/lab/guest"
)

// wanted is how many edges in a row each source must return.
const wanted = 60

// A kernelReader is a second reader that waits in PPS_FETCH. It records the kernel's stamp of
// each rising edge.
type kernelReader struct {
	stop   chan struct{}
	result chan map[uint32]int64
}

func startKernelReader(t *testing.T, path string) kernelReader {
	t.Helper()
	d, err := OpenDevice(path)
	if err != nil {
		t.Fatal(err)
	}
	r := kernelReader{make(chan struct{}), make(chan map[uint32]int64, 1)}
	go r.read(d)
	return r
}

func (r kernelReader) read(d *Device) {
	defer d.Close()
	stamps := map[uint32]int64{}
	// An edge from before the wait can be fetched but does not end the wait.
	for wait := time.Duration(0); ; wait = 200*time.Millisecond - wait {
		select {
		case <-r.stop:
			r.result <- stamps
			return
		default:
		}
		d.handle.control(func(fd uintptr) error {
			c, err := d.fetch(fd, wait)
			if err == nil {
				stamps[c.assert.seq] = c.assert.real
			}
			return err
		})
	}
}

func (r kernelReader) stamps() map[uint32]int64 {
	close(r.stop)
	return <-r.result
}

// vmStamps checks that a PPS device returns every rising edge, each with exactly the stamp
// that a second reader gets.
func vmStamps(t *testing.T, d *Device, pulse func()) error {
	t.Helper()
	second := startKernelReader(t, d.Path())
	missed := d.Missed()
	var edges []Edge
	var late []time.Duration
	for len(edges) < wanted {
		pulse()
		e := next(t, d)
		if !e.Rising {
			continue
		}
		late = append(late, time.Since(e.Stamp.Time()))
		edges = append(edges, e)
	}
	stamps := second.stamps()
	slices.Sort(late)
	same := 0
	var err error
	for i, e := range edges {
		if i > 0 && e.Seq != edges[i-1].Seq+1 {
			err = errors.Join(err, fmt.Errorf("edge %d has number %d after %d", i, e.Seq, edges[i-1].Seq))
		}
		switch real, ok := stamps[e.Seq]; {
		case ok && real == e.Stamp.Real:
			same++
		case ok:
			err = errors.Join(err, fmt.Errorf("edge %d: %d, the second reader has %d", e.Seq, e.Stamp.Real, real))
		}
	}
	t.Logf("%v: %d of %d edges, %d with the stamp of a second reader, %d missed; from stamp to Next: median %v, 99 %% %v",
		d, len(edges), wanted, same, d.Missed()-missed, late[wanted/2], late[wanted*99/100])
	if d.Missed() != missed || same != wanted {
		err = errors.Join(err, fmt.Errorf("%d missed, %d of %d compared", d.Missed()-missed, same, wanted))
	}
	// If the second reader took the wake-ups, the median would be half of recheck.
	if late[wanted/2] > recheck*2/5 {
		err = errors.Join(err, fmt.Errorf("the second reader delays Next: median %v", late[wanted/2]))
	}
	return err
}

func openDeviceVM(t *testing.T, path string, options ...Option) *Device {
	t.Helper()
	d := open(t, path, options...).(*Device)
	rising, falling := d.Captures()
	t.Logf("%s is %q, captures rising %v, falling %v; time-out at %d", d, d.Name(), rising, falling, d.offset)
	return d
}

func TestVMDeviceSim(t *testing.T) {
	for name, options := range vmWays {
		t.Run(name, func(t *testing.T) { vmDeviceSim(t, options...) })
	}
}

func vmDeviceSim(t *testing.T, options ...Option) {
	d := openDeviceVM(t, need(t, "VM_PPS_SIM"), options...)
	defer d.Close()
	guest.Undisturbed(t, func() error {
		return vmStamps(t, d, func() {
			pull(t, 4, true)
			time.Sleep(5 * time.Millisecond)
			pull(t, 4, false)
		})
	})
	vmCancels(t, d)
}

func TestVMDeviceHost(t *testing.T) {
	path := need(t, "VM_PPS_HOST")
	t.Parallel()
	d := openDeviceVM(t, path)
	guest.Undisturbed(t, func() error { return vmStamps(t, d, func() {}) })
	vmCancels(t, d)
}

// vmPulses checks the edges of real pulses with a Gate.
func vmPulses(t *testing.T, s Source) {
	t.Helper()
	guest.Undisturbed(t, func() error { return vmWindow(t, s) })
	vmCancels(t, s)
}

func vmWindow(t *testing.T, s Source) (err error) {
	t.Helper()
	var gate Gate
	var last Edge
	var late []time.Duration
	missed, odd := s.Missed(), 0
	for i := range wanted {
		e := next(t, s)
		late = append(late, time.Since(e.Stamp.Time()))
		v := gate.Push(e)
		if i > 0 && (e.Seq != last.Seq+1 || e.Rising == last.Rising) {
			err = errors.Join(err, fmt.Errorf("%+v after %+v", e, last))
		}
		if i > 10 && v.Why != Second && v.Why != OtherEdge {
			odd++ // the host may be busy
		}
		last = e
	}
	slices.Sort(late)
	edge, why := gate.Edge()
	t.Logf("%v: %d of %d edges, %d missed, %+v, %d of no second, edge %v since %s; from stamp to Next: median %v, 99 %% %v",
		s, len(late), wanted, s.Missed()-missed, gate.Counts(), odd, edge, why, late[wanted/2], late[wanted*99/100])
	// The tests of the Gate check how many begin a second; a busy host makes late pulses.
	if c := gate.Counts(); c.Seconds == 0 || edge != Rising || s.Missed() != missed {
		err = errors.Join(err, fmt.Errorf("%+v, %v, %d missed; want some of 30 seconds, rising, 0", c, edge, s.Missed()-missed))
	}
	return err
}

func TestVMLineHost(t *testing.T) {
	need(t, "VM_PPS_HOST")
	t.Parallel()
	vmPulses(t, open(t, "gpio:"+hostChip(t)+":6"))
}

// hostChip returns the label of the chip whose lines the host drives.
func hostChip(t *testing.T) string {
	t.Helper()
	list, _, err := chips()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		if strings.HasSuffix(c.label, "pl061") {
			return c.label
		}
	}
	t.Fatal("no chip with label pl061")
	return ""
}

// DCD in user space and by the kernel, one after the other.
func TestVMDCD(t *testing.T) {
	port := need(t, "VM_TTY")
	need(t, "VM_PPS_HOST")
	t.Parallel()
	t.Run("user space", func(t *testing.T) { vmPulses(t, open(t, "dcd:"+port)) })
	t.Run("kernel", func(t *testing.T) {
		d, err := OpenDiscipline(port)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		t.Run("stamps", func(t *testing.T) {
			t.Parallel()
			guest.Undisturbed(t, func() error { return vmStamps(t, d, func() {}) })
			vmCancels(t, d)
		})
		t.Run("beside polling", func(t *testing.T) {
			t.Parallel()
			testPolling(t, port, d.Path())
		})
	})
}

// A wait for DCD in user space continues when the PPS line discipline ends.
func TestVMModemOutlivesDiscipline(t *testing.T) {
	port := need(t, "VM_TTY")
	need(t, "VM_PPS_HOST")
	m := open(t, "dcd:"+port)
	next(t, m)
	d, err := OpenDiscipline(port)
	if err != nil {
		t.Fatal(err)
	}
	next(t, m)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for range 3 { // the first may be an earlier one
		next(t, m)
	}
}

// vmCancels cancels a waiting Next: it must end at once, and the source remain usable.
func vmCancels(t *testing.T, s Source) {
	t.Helper()
	guest.Soon(t, fmt.Sprintf("%v: from cancellation to return", s), 100*time.Millisecond, func() time.Duration {
		ctx, cancel := context.WithCancel(context.Background())
		at := make(chan time.Time, 1)
		time.AfterFunc(10*time.Millisecond, func() { at <- time.Now(); cancel() })
		for {
			_, err := s.Next(ctx)
			if err == nil {
				continue
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			return time.Since(<-at)
		}
	})
}
