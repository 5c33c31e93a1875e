package gps

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// soakEnv sets how many simulated seconds TestSoak lasts: a week are 604800. soakSeedEnv
// selects other faults.
const (
	soakEnv     = "REFCLOCK_SOAK_SECONDS"
	soakSeedEnv = "REFCLOCK_SOAK_SEED"
)

const (
	// soakFault is how often the faults change. Most begin at second 30 and end with the minute.
	soakFault = time.Minute

	// soakReceiver is how long a driver runs with one receiver.
	soakReceiver = 4 * time.Hour
)

// Drivers that run for hours publish no wrong second, whatever faults come and go each
// minute. TestMatrixProperty begins with a new driver each time; here it remembers.
func TestSoak(t *testing.T) {
	t.Parallel()
	s := soak{left: number(t, soakEnv, 3600), seed: uint64(number(t, soakSeedEnv, 1)), reasons: map[string]int{}, faults: map[string]int{}}
	if testing.Short() {
		s.left = min(s.left, 600)
	}
	for s.left > 0 && !t.Failed() {
		s.play(t)
	}
	t.Log(s.summary())
}

// A soak is a number of receivers, one after the other.
type soak struct {
	left int // seconds
	seed uint64

	receivers, seconds, restarts, replugs, samples, edges, expected int
	faults, reasons                                                 map[string]int
}

// play runs one driver with one receiver.
func (s *soak) play(t *testing.T) {
	t.Helper()
	r := rand.New(rand.NewPCG(s.seed, 1))
	s.seed++
	s.receivers++
	c := soakTrial(r)
	var b *stand
	var counts [2]uint32 // of the edges, which continue over the minutes
	var slewed int64     // as far as the clock was slewed
	for minute := 0; minute < int(soakReceiver/soakFault) && s.left > 0; minute++ {
		c.Config.Faults = nil
		c.Faults = soakFaults(r, c, minute)
		b = s.connect(t, r, c, b)
		first := counts
		lasts := min(soakFault, time.Duration(s.left)*time.Second)
		b.sentences, b.pulse = newOutcome(int(lasts/time.Second)), newOutcome(int(lasts/time.Second))
		for e := range b.rig.Events(lasts) {
			if e.True < 0 {
				continue // the minute before
			}
			if e.Edge != nil {
				kind := 0
				if e.Edge.Rising {
					kind = 1
				}
				e.Edge.Seq += first[kind]
				counts[kind] = e.Edge.Seq
			}
			e.At.Slew += slewed
			b.observe(t, e)
		}
		s.count(t, b, c, minute)
		// The next minute continues on both clocks.
		c.Start = b.rig.Receiver.Start().Add(lasts)
		now := b.clock.Stamp(b.rig.Receiver.Start(), lasts)
		c.link.Clock.Boot = time.Duration(now.Mono)
		c.link.Clock.Offset = time.Duration(c.Start.UnixNano() - now.Real)
		slewed += now.Slew
		c.Seed++
	}
}

// connect connects the receiver with the faults of a minute to the driver: usually to the one
// that runs, else to a new one. At times the port is opened again.
func (s *soak) connect(t *testing.T, r *rand.Rand, c trial, b *stand) *stand {
	t.Helper()
	simulated, err := sim.New(c.Config)
	if err != nil {
		t.Fatal(err)
	}
	settings := c.settings
	settings.Baud, settings.Pivot = simulated.Baud(), nmea.DateOf(simulated.Start()).AddDays(-c.buildDays)
	if settings.Calibrated {
		settings.Delay = simulated.Delay()
	}
	if c.pulse != nil {
		settings.Pulse = &PulseConfig{Polarity: c.polarity}
	}
	switch event := r.IntN(30); {
	case b == nil || event == 0:
		b = &stand{driven: New(settings)}
		b.reception = newReception(settings, b.driven.tracker)
		s.restarts++
	case event == 1:
		b.reception = newReception(settings, b.driven.tracker)
		b.driven.tracker.pulseReopened()
		s.replugs++
	}
	b.rig = sim.Rig{Receiver: simulated, Pulse: c.pulse, Link: c.link, Wait: func() time.Duration { return b.reception.wait() }}
	b.clock = b.rig.Clock()
	return b
}

// count adds a minute to the summary, and checks it.
func (s *soak) count(t *testing.T, b *stand, c trial, minute int) {
	t.Helper()
	for _, o := range []struct {
		name string
		outcome
	}{{"sentences", b.sentences}, {"pulse", b.pulse}} {
		if off, at := o.worst(); off.Abs() >= wrong {
			t.Errorf("%s=%d, minute %d: the %s at %v are %v off: %v", soakSeedEnv, s.seed-1, minute, o.name, at, off, c)
		}
		if o.name == "pulse" && c.pulse == nil {
			continue
		}
		for i, published := range o.published {
			s.expected++
			if !published {
				s.reasons[o.reasons[i]]++
			}
		}
	}
	seconds := len(b.sentences.published)
	s.left -= seconds
	s.seconds += seconds
	s.samples += b.sentences.count()
	s.edges += b.pulse.count()
	for _, name := range c.Faults {
		s.faults[name]++
	}
}

// summary returns the figures as tables in Markdown.
func (s *soak) summary() string {
	total := 0
	for _, n := range s.faults {
		total += n
	}
	text := "\n\n| | |\n|---|---:|\n"
	row := func(name string, n int) { text += fmt.Sprintf("| %s | %d |\n", name, n) }
	row("seconds simulated", s.seconds)
	row("receivers", s.receivers)
	row("starts of the driver", s.restarts)
	row("ports opened again", s.replugs)
	row("faults", total)
	row("kinds of faults", len(s.faults))
	row("samples of sentences", s.samples)
	row("samples of pulses", s.edges)
	row("seconds without a sample", s.expected-s.samples-s.edges)
	text += "\n| seconds withheld, by the last reason in that second | |\n|---|---:|\n"
	for _, reason := range slices.SortedFunc(maps.Keys(s.reasons), func(a, b string) int { return s.reasons[b] - s.reasons[a] }) {
		name := reason
		if name == "" {
			name = "no edge or read in that second"
		}
		row(name, s.reasons[reason])
	}
	return text
}

// soakTrial draws a receiver and its connection to the driver.
func soakTrial(r *rand.Rand) trial {
	profile := sim.Profiles()[r.IntN(len(sim.Profiles()))]
	c := trial{
		Config: sim.Config{Profile: profile.Name, Seed: r.Uint64(), BaudError: r.IntN(10_000) - 10_000, Start: sim.DefaultStart.Add(time.Duration(r.IntN(30*24)) * time.Hour)},
		link: sim.Link{
			FIFO: pick(r, 0, 1, 8, 16), Poll: pick(r, 0, 0, time.Millisecond, 16*time.Millisecond), Seed: r.Uint64(),
			Clock: sim.Clock{Offset: pick(r, 0, time.Second, -time.Hour), Drift: r.Float64()*200 - 100, Boot: time.Duration(r.Int64N(int64(time.Hour)))},
			Late:  sim.Lateness{Constant: 30 * time.Microsecond, Exponential: 200 * time.Microsecond, Stall: 20 * time.Millisecond, StallOne: 50},
		},
		buildDays: r.IntN(1024),
	}
	c.settings.Calibrated = r.IntN(2) == 0
	c.settings.Leaps = func(int64) (int, bool) { return 0, true }
	if r.IntN(3) == 0 {
		c.settings.ColdStart = receiver.AlmanacTime
	}
	if r.IntN(4) == 0 {
		c.settings.Holdover = time.Minute
	}
	if r.IntN(3) > 0 {
		c.pulse, c.polarity = &sim.Pulse{Jitter: time.Microsecond, Seed: r.Uint64()}, pps.Rising
	}
	return c
}

// soakFaults draws the faults of a minute: every third minute has none, so that the driver
// publishes in between.
func soakFaults(r *rand.Rand, c trial, minute int) (faults []string) {
	if minute%3 == 2 {
		return nil
	}
	for range 1 + r.IntN(2) {
		fault := anyFault(r, faults)
		if !continues(c, fault) {
			continue
		}
		faults = append(faults, fault)
	}
	return faults
}

// continues reports whether a receiver with a fault is still that of the minute before, for a
// driver that runs: a fault of the calendar begins at a date of its own, and some faults are
// other settings of the receiver.
func continues(c trial, fault string) bool {
	was, err := sim.New(c.Config)
	config := c.Config
	config.Faults = []string{fault}
	is, failed := sim.New(config)
	return err == nil && failed == nil && is.Start().Equal(was.Start()) && is.Delay() == was.Delay() && is.Baud() == was.Baud() && !liesLater[fault]
}

// liesLater are the faults that only a driver can detect that starts with them: to a running
// one, they are the jump of a second, or a new polarity, for good.
var liesLater = map[string]bool{
	"nmea-900-1050ms":      true,
	"pulse-inverted":       true,
	"pulse-square-falling": true,
}
