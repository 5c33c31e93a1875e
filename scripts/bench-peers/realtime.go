package main

import (
	"fmt"
	"time"
)

// realtime prints how far the stamps of refclock scatter without the setting realtime, and
// with it, quiet and under load.
func (r *rig) realtime() error {
	var t table
	t.add("Baud", "Load", "realtime", "Samples", "Median, ms", "sd, ms", "p95, ms", "Worst, ms", "CPU, ms per second", "RSS, MB")
	late := ""
	for _, baud := range []int{9600, 115200} {
		f, err := r.play([]stream{{"", steady("u-blox", baud)}}, 2, 2*time.Second, warmTime+2*r.cell+5*time.Second)
		if err == nil {
			err = r.realtimeAt(&t, f, baud)
			late = f.lateness(1)
			f.stop()
		}
		if err != nil {
			return err
		}
	}
	t.print("The setting realtime")
	fmt.Printf("\nReceive stamp minus the true start of the burst, of %.0f s each. Both daemons read the same bytes in the same seconds. %s\n", r.cell.Seconds(), late)
	return nil
}

func (r *rig) realtimeAt(t *table, f *feed, baud int) error {
	var processes []*process
	var watchers []*watcher
	defer func() {
		stopAll(processes)
		for _, w := range watchers {
			w.stop()
		}
	}()
	for i, on := range []bool{false, true} {
		p, units, err := r.refclock(baud, f.copyOf(i), fmt.Sprintf("[daemon]\nrealtime = %v\n\n", on))
		if err != nil {
			return err
		}
		processes = append(processes, p)
		watchers = append(watchers, watchUnit(units[0], 5*time.Millisecond))
	}
	if err := r.sleep(warmTime); err != nil {
		return err
	}
	for _, loaded := range []bool{false, true} {
		if err := r.realtimeCell(t, f, baud, loaded, processes, watchers); err != nil {
			return err
		}
	}
	return nil
}

// realtimeCell measures both daemons at the same time.
func (r *rig) realtimeCell(t *table, f *feed, baud int, loaded bool, processes []*process, watchers []*watcher) error {
	load, loops, err := r.load(loaded)
	defer stopAll(loops)
	if err != nil {
		return err
	}
	from := time.Now()
	used, _, err := r.usage(processes)
	if err != nil {
		return err
	}
	for i, name := range []string{"off", "on"} {
		late := lateness(watchers[i].all(), f.truth(0), from)
		t.add(fmt.Sprint(baud), load, name, fmt.Sprint(len(late)), figure(quantile(late, 0.5)), figure(deviation(late)), figure(beyond(late)), figure(quantile(late, 1)-quantile(late, 0.5)),
			ranged(used[i]), figure(memory(processes[i].Process.Pid, "VmRSS")))
	}
	return nil
}
