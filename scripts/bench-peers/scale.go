package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/refclock/refclock/shm"
)

const (
	// scaleIdle is how long a daemon runs before the first byte: what it uses is the cost of
	// the start.
	scaleIdle = 3 * time.Second

	// pollEvery is how often the units are polled, which limits how well the latency is known.
	pollEvery = 2 * time.Millisecond
)

// scaleSizes are the numbers of receivers.
var scaleSizes = []int{1, 8, 64, 200}

// scale prints what many receivers cost one daemon. Their bursts begin at the same time, which
// is the worst case.
func (r *rig) scale() error {
	var t table
	t.add("Receivers", "CPU of the start, ms", "CPU, ms per second and receiver", "Context switches per second and receiver", "RSS, MB", "Threads",
		"Samples lost", "After the last byte: median, p95, ms", "Stamps: sd, p95, ms")
	for _, n := range scaleSizes {
		if err := r.scaleAt(&t, n); err != nil {
			return fmt.Errorf("%d receivers: %w", n, err)
		}
	}
	t.print("Many receivers in one process")
	fmt.Printf("\nu-blox receivers at 9600 baud without pulses: 638 bytes and 11 sentences a second each, all in phase. CPU of the start: in the first %.0f s, before the first byte.\n"+
		"The rest is of %.0f s after %.0f s. Units are polled every %v. The deviation of the stamps is of all receivers together; lost are seconds without a sample.\n",
		scaleIdle.Seconds(), (r.cell / 2).Seconds(), warmTime.Seconds(), pollEvery)
	return nil
}

func (r *rig) scaleAt(t *table, n int) error {
	r.unit = firstUnit // a unit is at most 255
	window := r.cell / 2
	lead := scaleIdle + 7*time.Second // also for the schedule of 200 receivers, on a busy machine
	f, err := r.play(slices.Repeat([]stream{{"", steady("u-blox", 9600)}}, n), 1, lead, warmTime+window+5*time.Second)
	if err != nil {
		return err
	}
	defer f.stop()
	rc, units, err := r.refclock(9600, f.copyOf(0))
	if err != nil {
		return err
	}
	defer rc.stop()
	if err := r.sleep(scaleIdle); err != nil {
		return err
	}
	start, err := rc.used()
	if err != nil {
		return err
	}
	if !start.at.Before(f.epoch) {
		return fmt.Errorf("the start was measured %v late", start.at.Sub(f.epoch))
	}
	watch, err := watchUnits(units)
	if err != nil {
		return err
	}
	defer watch.stop()
	if err := r.sleep(time.Until(f.epoch.Add(warmTime))); err != nil {
		return err
	}
	before, err := rc.used()
	if err != nil {
		return err
	}
	if err := r.sleep(window); err != nil {
		return err
	}
	after, err := rc.used()
	if err != nil {
		return err
	}
	rss, threads := memory(rc.Process.Pid, "VmRSS"), count(rc.Process.Pid, "Threads")
	if err := r.sleep(2 * time.Second); err != nil { // the last samples
		return err
	}
	if err := rc.check(); err != nil {
		return err
	}
	samples := watch.stop()
	var got outcome
	for i := range units {
		got.add(samples[i], f.truth(i), before.at, after.at)
	}
	per := after.at.Sub(before.at).Seconds() * float64(n)
	t.add(fmt.Sprint(n), figure(milliseconds(start.run)), figure(milliseconds(after.run-before.run)/per), figure(float64(after.slices-before.slices)/per),
		figure(rss), fmt.Sprint(threads), fmt.Sprintf("%d of %d", got.lost, got.due),
		fmt.Sprintf("%s, %s", figure(quantile(got.age, 0.5)), figure(quantile(got.age, 0.95))),
		fmt.Sprintf("%s, %s", figure(deviation(got.late)), figure(beyond(got.late))))
	return nil
}

// An outcome is what became of bursts.
type outcome struct {
	due, lost int
	late      []float64 // the stamp after the start of the burst, in ms
	age       []float64 // from the last byte until the sample was seen, in ms
}

// add adds the samples of a receiver, for the bursts that began in a time.
func (o *outcome) add(samples []sample, truth []burst, from, until time.Time) {
	of := map[int64]sample{}
	for _, s := range samples {
		of[s.clock.Unix()] = s
	}
	for _, b := range truth {
		if b.start.Before(from) || !b.start.Before(until) {
			continue
		}
		o.due++
		s, ok := of[b.second.Unix()]
		if !ok {
			o.lost++
			continue
		}
		o.late = append(o.late, milliseconds(s.receive.Sub(b.begun())))
		o.age = append(o.age, milliseconds(s.seen.Sub(b.done)))
	}
}

// A poller collects the samples of many units. A goroutine with a timer for each would use more
// CPU time than the daemon.
type poller struct {
	quit    chan struct{}
	done    chan struct{}
	samples [][]sample // by unit
}

// watchUnits starts to poll units, which must exist, without taking their samples.
func watchUnits(numbers []int) (*poller, error) {
	var units []*shm.Unit
	for _, number := range numbers {
		u, err := shm.Attach(number, shm.WithReadOnly(), shm.WithoutCreate())
		if err != nil {
			return nil, err
		}
		units = append(units, u)
	}
	p := &poller{quit: make(chan struct{}), done: make(chan struct{}), samples: make([][]sample, len(units))}
	go func() {
		defer close(p.done)
		for {
			select {
			case <-p.quit:
				for _, u := range units {
					u.Close()
				}
				return
			case <-time.After(pollEvery):
			}
			for i, u := range units {
				p.poll(i, u)
			}
		}
	}()
	return p, nil
}

func (p *poller) poll(i int, u *shm.Unit) {
	s, err := u.Peek()
	if err != nil {
		return
	}
	if all := p.samples[i]; len(all) > 0 && s.Receive.Equal(all[len(all)-1].receive) && s.Clock.Equal(all[len(all)-1].clock) {
		return
	}
	p.samples[i] = append(p.samples[i], sample{clock: s.Clock, receive: s.Receive, seen: time.Now()})
}

// stop ends the polling, and returns the samples by unit.
func (p *poller) stop() [][]sample {
	select {
	case <-p.quit:
	default:
		close(p.quit)
	}
	<-p.done
	return p.samples
}
