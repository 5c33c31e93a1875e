package main

import (
	"fmt"
	"time"
)

// windows is how many times the ratios are measured in a cell.
const windows = 5

// cpu prints the CPU time and memory for one receiver at two baud rates.
func (r *rig) cpu() error {
	var t table
	t.add("Baud", "Program", "CPU, ms per second", "Context switches per second", "RSS, MB", "of it anonymous, MB", "CPU: program / refclock")
	for _, baud := range []int{9600, 115200} {
		if err := r.cpuAt(&t, baud); err != nil {
			return err
		}
	}
	t.print("CPU time and memory for one receiver")
	fmt.Printf("\nEach figure of time: the median of %d windows of %.0f s, and their range. The receiver is a u-blox: 638 bytes and 11 sentences a second.\n",
		windows, (r.cell / windows).Seconds())
	return nil
}

func (r *rig) cpuAt(t *table, baud int) error {
	f, err := r.play([]stream{{"", steady("u-blox", baud)}}, 5, 2*time.Second, warmTime+r.cell+5*time.Second)
	if err != nil {
		return err
	}
	defer f.stop()
	ports := f.names[0]
	var processes []*process
	defer func() { stopAll(processes) }()
	rc, _, err := r.refclock(baud, ports[:1])
	if err != nil {
		return err
	}
	processes = append(processes, rc)
	gpsd, _, err := r.gpsd(baud, ports[1])
	if err != nil {
		return err
	}
	processes = append(processes, gpsd)
	ntpsec, _, err := r.ntpsec(baud, ports[2:3])
	if err != nil {
		return err
	}
	processes = append(processes, ntpsec)
	each, err := r.floor(ports[3], 0, 0)
	if err != nil {
		return err
	}
	processes = append(processes, each)
	gathered, err := r.floor(ports[4], 160, 40)
	if err != nil {
		return err
	}
	processes = append(processes, gathered)
	names := []string{"refclock", "gpsd", "NTPsec", "C, stamps each chunk", "C, stamps the first 160 bytes, then every 40 ms"}
	if err := r.sleep(warmTime); err != nil {
		return err
	}
	time, switches, err := r.usage(processes)
	if err != nil {
		return err
	}
	for i, p := range processes {
		var ratio []float64
		for w := range windows {
			ratio = append(ratio, time[i][w]/time[0][w])
		}
		t.add(fmt.Sprint(baud), names[i], ranged(time[i]), ranged(switches[i]), figure(memory(p.Process.Pid, "VmRSS")), figure(memory(p.Process.Pid, "RssAnon")), ranged(ratio))
	}
	return nil
}

// usage returns the CPU time in ms and the context switches of each process, per second, in
// each window.
func (r *rig) usage(processes []*process) (time, switches [][]float64, err error) {
	time, switches = make([][]float64, len(processes)), make([][]float64, len(processes))
	before := make([]usage, len(processes))
	for w := range windows + 1 {
		if w > 0 {
			if err := r.sleep(r.cell / windows); err != nil {
				return nil, nil, err
			}
		}
		for i, p := range processes {
			u, err := p.used()
			if err != nil {
				return nil, nil, err
			}
			if w > 0 {
				seconds := u.at.Sub(before[i].at).Seconds()
				time[i] = append(time[i], milliseconds(u.run-before[i].run)/seconds)
				switches[i] = append(switches[i], float64(u.slices-before[i].slices)/seconds)
			}
			before[i] = u
		}
	}
	return time, switches, nil
}
