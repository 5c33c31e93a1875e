package main

import (
	"fmt"
	"time"
)

// faultsEnd is when the last fault in the streams has ended.
const faultsEnd = 70 * time.Second

// faults are receivers whose time is hard to follow: a fault of package sim and its description.
var faults = [][2]string{
	{"midnight-gga-first", "midnight, GGA before the RMC with the new date"},
	{"year-end-gga-first", "end of the year, GGA before the RMC with the new date"},
	{"leap-second", "a leap second, labelled 23:59:60"},
	{"leap-second-repeats-59", "a leap second, 23:59:59 twice"},
	{"leap-second-repeats-00", "a leap second, 00:00:00 twice"},
	{"rollover", "week rollover: the date is 1024 weeks ago"},
	{"rollover-twice", "week rollover: the date is 2048 weeks ago"},
	{"cold-1980", "counts from 1980-01-06 until second 20, with a valid status"},
	{"year-80", "the year is 80 until second 20, with a valid status"},
	{"hour-25", "the hour is 25 from second 30 to 35"},
	{"bad-date", "the date is the 31st of February from second 30 to 35"},
	{"jump-hour-back-sentence", "one sentence is an hour back"},
	{"jump-second-back", "one burst is a second back"},
	{"jump-day-ahead", "one burst is a day ahead"},
	{"frozen", "repeats a stale fix for 10 s"},
	{"stalled-hub", "a USB hub delays the bytes of 3.4 s, then delivers them at once"},
	{"rate-5", "five reports a second, at 115200 baud"},
	{"fix-lost", "no fix for 30 s"},
	{"flipped-bytes-100", "one byte in 100 has a flipped bit"},
}

// seconds prints how many samples name a wrong second, for receivers with faults.
func (r *rig) seconds() error {
	var streams []stream
	for _, fault := range faults {
		baud := 9600
		if fault[0] == "rate-5" {
			baud = 115200
		}
		c := steady("u-blox", baud, fault[0])
		c.Start = time.Now().UTC().Truncate(time.Second).AddDate(0, 0, 40) // any time after the build; the machine's is different
		streams = append(streams, stream{fault[0], c})
	}
	f, err := r.play(streams, 2, 3*time.Second, faultsEnd)
	if err != nil {
		return err
	}
	defer f.stop()
	var processes []*process
	defer func() { stopAll(processes) }()
	watchers := make([][]*watcher, 2)
	for i, s := range streams {
		rc, units, err := r.refclock(s.config.Baud, f.names[i][:1])
		if err != nil {
			return err
		}
		processes = append(processes, rc)
		gpsd, tcp, err := r.gpsd(s.config.Baud, f.names[i][1])
		if err != nil {
			return err
		}
		processes = append(processes, gpsd)
		watchers[0] = append(watchers[0], watchUnit(units[0], 5*time.Millisecond))
		watchers[1] = append(watchers[1], watchGPSD(tcp))
	}
	if err := r.sleep(time.Until(f.epoch.Add(faultsEnd))); err != nil {
		return err
	}
	for _, p := range processes {
		if err := p.check(); err != nil {
			return err
		}
	}
	printSeconds(f, watchers)
	return nil
}

// printSeconds prints the table for the watchers of refclock and gpsd.
func printSeconds(f *feed, watchers [][]*watcher) {
	var t table
	t.add("Receiver", "refclock: wrong of all", "gpsd: wrong of all", "Furthest off: gpsd")
	var wrongs, counts [2]int
	for i, fault := range faults {
		row := []string{fault[1]}
		var furthest time.Duration
		for k, of := range watchers {
			samples := of[i].stop()
			wrong, off := wrongSeconds(samples, f.truth(i))
			row = append(row, fmt.Sprintf("%d of %d", wrong, len(samples)))
			wrongs[k], counts[k], furthest = wrongs[k]+wrong, counts[k]+len(samples), off
		}
		t.add(append(row, span(furthest))...)
	}
	t.add("all", fmt.Sprintf("%d of %d", wrongs[0], counts[0]), fmt.Sprintf("%d of %d", wrongs[1], counts[1]), "")
	t.print("Wrong seconds")
	fmt.Printf("\nSamples that are more than half a second from the true time, of those published in %.0f s; a withheld sample is not wrong.\n"+
		"Each receiver is a u-blox with one fault of `refclock simulate --list`. %s\n", faultsEnd.Seconds(), f.lateness(len(faults)))
}

// span formats an error in whole seconds or days, and - for none.
func span(d time.Duration) string {
	switch {
	case d == 0:
		return "-"
	case d.Abs() >= 48*time.Hour:
		return fmt.Sprintf("%.0f days", d.Hours()/24)
	}
	return d.Round(time.Second).String()
}

// wrongSeconds counts the samples that name another second than the burst in which they were
// received, and returns the largest error, with its sign.
func wrongSeconds(samples []sample, truth []burst) (wrong int, furthest time.Duration) {
	const maxEarly = 20 * time.Millisecond // a stamp may be before the start by its own error
	for _, s := range samples {
		var of *burst
		for i := range truth {
			if truth[i].begun().Add(-maxEarly).After(s.receive) {
				break
			}
			of = &truth[i]
		}
		if of == nil {
			continue
		}
		off := s.clock.Sub(of.second)
		if off.Abs() > 500*time.Millisecond {
			wrong++
			if off.Abs() > furthest.Abs() {
				furthest = off
			}
		}
	}
	return wrong, furthest
}
