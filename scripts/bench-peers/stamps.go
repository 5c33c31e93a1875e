package main

import (
	"fmt"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

const (
	// startDelay is from the second to the burst of the parts that measure stamps. It has no
	// jitter, so that all scatter is that of the reader.
	startDelay = 150 * time.Millisecond

	// startTime is until all daemons publish.
	startTime = 15 * time.Second

	// warmTime is until refclock has also learnt the time of a byte and the usual end of a burst: after 64
	// bursts. Until then it reads more often.
	warmTime = 80 * time.Second
)

// steady returns a receiver without jitter.
func steady(profile string, baud int, faults ...string) sim.Config {
	return sim.Config{Profile: profile, Baud: baud, Delay: new(startDelay), Jitter: new(time.Duration), Faults: faults}
}

// orders are receivers with different orders of sentences.
var orders = []stream{
	{"RMC first", steady("u-blox", 9600)},
	{"GGA first, GSV every fifth second, RMC last", steady("mt3339", 9600)},
	{"GSV before RMC, 0 to 12 satellites", steady("gsv-first", 9600)},
	{"RMC first, one in ten damaged", steady("u-blox", 9600, "corrupt-rmc")},
}

// A reader is what one daemon made of all streams.
type reader struct {
	name     string
	watchers []*watcher
}

// readers starts refclock, gpsd and NTPsec on the copies of a feed.
func (r *rig) readers(f *feed, baud int) (all []reader, processes []*process, err error) {
	defer func() {
		if err != nil {
			stopAll(processes)
			processes = nil
		}
	}()
	rc, units, err := r.refclock(baud, f.copyOf(0))
	if err != nil {
		return nil, nil, err
	}
	processes = append(processes, rc)
	refclock := reader{name: "refclock"}
	for _, unit := range units {
		refclock.watchers = append(refclock.watchers, watchUnit(unit, 5*time.Millisecond))
	}
	gpsd := reader{name: "gpsd"}
	for _, port := range f.copyOf(1) {
		p, tcp, err := r.gpsd(baud, port)
		if err != nil {
			return nil, processes, err
		}
		processes = append(processes, p)
		gpsd.watchers = append(gpsd.watchers, watchGPSD(tcp))
	}
	p, peerstats, err := r.ntpsec(baud, f.copyOf(2))
	if err != nil {
		return nil, processes, err
	}
	processes = append(processes, p)
	ntpsec := reader{name: "NTPsec"}
	for i := range f.names {
		ntpsec.watchers = append(ntpsec.watchers, watchPeerstats(peerstats, i))
	}
	return []reader{refclock, gpsd, ntpsec}, processes, nil
}

// lateness returns by how much the stamps of samples from then on are later than the start of
// their bursts, in ms.
func lateness(samples []sample, truth []burst, from time.Time) (all []float64) {
	begun := map[int64]time.Time{}
	for _, b := range truth {
		begun[b.second.Unix()] = b.begun()
	}
	for _, s := range samples {
		start, ok := begun[s.clock.Unix()]
		if ok && s.receive.After(from) {
			all = append(all, milliseconds(s.receive.Sub(start)))
		}
	}
	return all
}

// stamps prints how far the stamps scatter, quiet and under load.
func (r *rig) stamps() error {
	var t table
	t.add("Receiver", "Load", "refclock: sd, p95", "gpsd: sd, p95", "NTPsec: sd, p95", "sd of gpsd / refclock, in thirds of the time")
	f, err := r.play(orders, 3, 2*time.Second, warmTime+2*r.cell+5*time.Second)
	if err != nil {
		return err
	}
	defer f.stop()
	readers, processes, err := r.readers(f, 9600)
	if err != nil {
		return err
	}
	defer stopAll(processes)
	defer func() {
		for _, reader := range readers {
			for _, w := range reader.watchers {
				w.stop()
			}
		}
	}()
	if err := r.sleep(warmTime); err != nil {
		return err
	}
	for _, loaded := range []bool{false, true} {
		if err := r.scatter(&t, f, readers, loaded); err != nil {
			return err
		}
	}
	for _, p := range processes {
		if err := p.check(); err != nil {
			return err
		}
	}
	t.print("Scatter of the stamps, ms")
	fmt.Printf("\nReceive stamp minus the true start of the burst. sd: standard deviation; p95: 95 %% of the stamps are this close to the median.\n"+
		"In brackets: samples, of %.0f s. NTPsec: the offsets of its file peerstats, one per evaluation, which combines the samples since the last. %s\n", r.cell.Seconds(), f.lateness(len(orders)))
	return nil
}

// scatter measures one cell for all receivers.
func (r *rig) scatter(t *table, f *feed, readers []reader, loaded bool) error {
	load, loops, err := r.load(loaded)
	defer stopAll(loops)
	if err != nil {
		return err
	}
	from := time.Now()
	if err := r.sleep(r.cell); err != nil {
		return err
	}
	for i, o := range orders {
		row := []string{o.name, load}
		var all [][]float64
		for _, reader := range readers {
			late := lateness(reader.watchers[i].all(), f.truth(i), from)
			all = append(all, late)
			row = append(row, fmt.Sprintf("%s, %s (%d)", figure(deviation(late)), figure(beyond(late)), len(late)))
		}
		t.add(append(row, ranged(spreadRatios(all[1], all[0])))...)
	}
	return nil
}

// spreadRatios returns the standard deviation of a divided by that of b, for each third.
func spreadRatios(a, b []float64) (ratios []float64) {
	third := func(figures []float64, i int) []float64 { return figures[i*len(figures)/3 : (i+1)*len(figures)/3] }
	for i := range 3 {
		ratios = append(ratios, deviation(third(a, i))/deviation(third(b, i)))
	}
	return ratios
}
