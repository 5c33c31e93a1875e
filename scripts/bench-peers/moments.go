package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const repeats = 3

// starts prints how long after its start each daemon has its first sample.
func (r *rig) starts() error {
	const longest = 20 * time.Second
	f, err := r.play([]stream{{"", steady("u-blox", 9600)}}, 3, time.Second, repeats*(longest+5*time.Second))
	if err != nil {
		return err
	}
	defer f.stop()
	if err := r.sleep(time.Until(f.epoch.Add(time.Second))); err != nil {
		return err
	}
	waited := map[string][]float64{}
	names := []string{"refclock", "gpsd", "NTPsec"}
	for i := range repeats {
		if err := r.sleep(time.Duration(i) * 370 * time.Millisecond); err != nil { // at another part of the second
			return err
		}
		for _, name := range f.names[0] {
			flush(name)
		}
		began := time.Now()
		readers, processes, err := r.readers(f, 9600)
		if err != nil {
			return err
		}
		for _, reader := range readers {
			first, ok := firstGood(r, reader.watchers[0], began.Add(longest))
			if ok {
				waited[reader.name] = append(waited[reader.name], first.Sub(began).Seconds())
			}
			reader.watchers[0].stop()
		}
		stopAll(processes)
	}
	var t table
	t.add("Program", "First correct sample after the start, s", "Starts")
	for _, name := range names {
		t.add(name, ranged(waited[name]), fmt.Sprintf("%d of %d", len(waited[name]), repeats))
	}
	t.print("Time to the first sample")
	fmt.Println("\nFrom the start of the program on a running receiver with a fix, at 9600 baud, to the first sample within a second of the true time.")
	return nil
}

// firstGood returns when a watcher has seen its first correct sample.
func firstGood(r *rig, w *watcher, until time.Time) (time.Time, bool) {
	for time.Now().Before(until) && r.ctx.Err() == nil {
		for _, s := range w.all() {
			if s.clock.Sub(s.receive).Abs() < time.Second {
				return s.seen, true
			}
		}
		_ = r.sleep(10 * time.Millisecond)
	}
	return time.Time{}, false
}

// flush discards what was sent to a port while it had no reader: a UART keeps nothing.
func flush(port string) {
	tty, err := os.OpenFile(port, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return
	}
	defer tty.Close()
	_ = unix.IoctlSetInt(int(tty.Fd()), unix.TCFLSH, unix.TCIFLUSH)
}

// visible prints how long after the end of the burst its sample is in the unit.
func (r *rig) visible() error {
	var t table
	t.add("Baud", "Program", "After the first byte: median, ms", "After the last byte: median, ms", "p95, ms", "Samples")
	for _, baud := range []int{9600, 115200} {
		if err := r.visibleAt(&t, baud); err != nil {
			return err
		}
	}
	t.print("From the burst to the sample in shared memory")
	fmt.Println("\nNegative: before the last byte of the burst. A consumer reads once a second, so this changes no offset, only the age of the sample.")
	return nil
}

func (r *rig) visibleAt(t *table, baud int) error {
	duration := warmTime + r.cell/2
	f, err := r.play([]stream{{"", steady("u-blox", baud)}}, 2, 2*time.Second, duration+5*time.Second)
	if err != nil {
		return err
	}
	defer f.stop()
	rc, units, err := r.refclock(baud, f.names[0][:1])
	if err != nil {
		return err
	}
	defer rc.stop()
	gpsd, _, err := r.gpsd(baud, f.names[0][1])
	if err != nil {
		return err
	}
	defer gpsd.stop()
	const every = 200 * time.Microsecond
	watchers := []*watcher{watchUnit(units[0], every), watchUnit(0, every)}
	if err := r.sleep(duration); err != nil {
		return err
	}
	of := map[int64]burst{}
	for _, b := range f.truth(0) {
		of[b.second.Unix()] = b
	}
	for i, name := range []string{"refclock", "gpsd"} {
		var begun, age []float64
		for _, s := range watchers[i].stop() {
			if b, ok := of[s.clock.Unix()]; ok && b.start.Sub(f.epoch) >= warmTime {
				begun = append(begun, milliseconds(s.seen.Sub(b.begun())))
				age = append(age, milliseconds(s.seen.Sub(b.done)))
			}
		}
		t.add(fmt.Sprint(baud), name, figure(quantile(begun, 0.5)), figure(quantile(age, 0.5)), figure(quantile(age, 0.95)), fmt.Sprint(len(age)))
	}
	return nil
}

// restart prints how long after its start chronyd has the first sample of a unit, while the
// daemons that write it keep running.
func (r *rig) restart() error {
	f, err := r.play([]stream{{"", steady("u-blox", 9600)}}, 2, 2*time.Second, startTime+repeats*15*time.Second)
	if err != nil {
		return err
	}
	defer f.stop()
	rc, units, err := r.refclock(9600, f.names[0][:1])
	if err != nil {
		return err
	}
	defer rc.stop()
	gpsd, _, err := r.gpsd(9600, f.names[0][1])
	if err != nil {
		return err
	}
	defer gpsd.stop()
	if err := r.sleep(startTime); err != nil {
		return err
	}
	waited := map[string][]float64{}
	for range repeats {
		began := time.Now()
		chronyd, log, err := r.chronyd(map[string]int{"REFC": units[0], "GPSD": 0})
		if err != nil {
			return err
		}
		for id, first := range r.firstLines(log, []string{"REFC", "GPSD"}, began.Add(8*time.Second)) {
			waited[id] = append(waited[id], first.Sub(began).Seconds())
		}
		err = chronyd.check()
		chronyd.stop()
		if err != nil {
			return err
		}
	}
	var t table
	t.add("Producer", "First sample in chronyd after its start, s", "Starts")
	t.add("refclock", ranged(waited["REFC"]), fmt.Sprintf("%d of %d", len(waited["REFC"]), repeats))
	t.add("gpsd", ranged(waited["GPSD"]), fmt.Sprintf("%d of %d", len(waited["GPSD"]), repeats))
	t.print("After a restart of chronyd")
	fmt.Println("\nBoth units of shared memory are read by the same chronyd.")
	return nil
}

// firstLines returns when a log first has a line of each clock.
func (r *rig) firstLines(log string, ids []string, until time.Time) map[string]time.Time {
	first := map[string]time.Time{}
	for len(first) < len(ids) && time.Now().Before(until) && r.ctx.Err() == nil {
		text, _ := os.ReadFile(log)
		for _, id := range ids {
			if _, ok := first[id]; !ok && strings.Contains(string(text), " "+id+" ") {
				first[id] = time.Now()
			}
		}
		_ = r.sleep(10 * time.Millisecond)
	}
	return first
}
