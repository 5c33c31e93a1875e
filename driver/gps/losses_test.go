package gps

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

// The seconds that one fault costs the units, from its second on. A pulse locks within
// 8 seconds of its first edge. If the sentences are still arriving at the next pulse,
// they affect it a second later.
func TestLosses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault            string
		pulse, sentences []int // the seconds that are lost, at most
	}{
		{"", nil, nil},
		{"pulse-glitch", []int{30}, nil},
		{"pulse-missing", []int{30}, nil},
		{"pulse-three-missing", []int{30, 31, 32}, nil},
		{"lost-rmc", nil, nil},
		{"corrupt-rmc", nil, nil},
		{"jump-second-ahead", []int{31}, []int{30}},
		{"midnight", nil, nil},
		{"midnight-gga-first", nil, nil},
		{"month-end", nil, nil},
		{"leap-day", nil, nil},
		{"leap-day-over", nil, nil},
		{"no-leap-day", nil, nil},
		{"year-end", []int{30, 31}, []int{30}},
		{"year-end-gga-first", []int{30, 31}, []int{30}},
		{"leap-second", []int{30, 31, 32}, []int{30, 31}},
	} {
		for seed := range uint64(8) {
			tr := anyPhase(c.fault, seed)
			allowed, late := c.pulse, oneIfSlow(tr)
			for _, s := range c.pulse[:len(c.pulse)*late] {
				allowed = append(allowed[:len(allowed):len(allowed)], s+1)
			}
			_, pulse := tr.checkLosses(t, c.sentences, allowed)
			edge := int((tr.from + time.Second - 1) / time.Second)
			damaged := c.fault == "lost-rmc" || c.fault == "corrupt-rmc" // from the start on
			if first := pulse.first(); !damaged && (first < 0 || first > edge+agreeing+late) {
				t.Errorf("%s: the pulse is published from second %d on, its first edge is at %d: %v", c.fault, first, edge, tr)
			}
		}
	}
}

// With a table without a leap second, the end of a year costs nothing.
func TestNoLossesWithATable(t *testing.T) {
	for _, fault := range []string{"year-end", "year-end-gga-first"} {
		for seed := range uint64(8) {
			tr := anyPhase(fault, seed)
			tr.settings.Leaps = func(int64) (int, bool) { return 0, true }
			tr.checkLosses(t, nil, nil)
		}
	}
}

// anyPhase returns a receiver with a fault, which is read from a random time on.
func anyPhase(fault string, seed uint64) trial {
	r := rand.New(rand.NewPCG(seed, 1))
	profiles := sim.Profiles()
	c := faultTrial(profiles[r.IntN(len(profiles))].Name, fault)
	c.Seed = seed
	c.from = time.Duration(r.Int64N(int64(12 * time.Second)))
	c.seconds = 50
	c.link = sim.Link{FIFO: 8, Clock: sim.Clock{Boot: time.Hour}, Seed: seed}
	c.pulse = &sim.Pulse{Jitter: 2 * time.Microsecond, Seed: seed}
	return c
}

// oneIfSlow returns 1 for a receiver whose sentences are still arriving at the next
// pulse.
func oneIfSlow(c trial) int {
	profile := sim.Profiles()[slices.IndexFunc(sim.Profiles(), func(p sim.Profile) bool { return p.Name == c.Profile })]
	wire := time.Duration(profile.Longest) * 10 * time.Second / time.Duration(profile.Baud)
	if profile.Delay+wire+quiet > 900*time.Millisecond {
		return 1
	}
	return 0
}

// checkLosses runs a trial that may lose only these seconds.
func (c trial) checkLosses(t *testing.T, ofSentences, ofPulse []int) (sentences, pulse outcome) {
	t.Helper()
	sentences, pulse = c.run(t)
	for _, u := range []struct {
		name string
		outcome
		allowed []int
	}{{"sentences", sentences, ofSentences}, {"pulse", pulse, ofPulse}} {
		if lost := u.lost(); slices.ContainsFunc(lost, func(s int) bool { return !slices.Contains(u.allowed, s) }) {
			why := ""
			for _, s := range lost {
				why += fmt.Sprintf(" %d: %s;", s, u.reasons[s])
			}
			t.Errorf("%v: the %s lose %s want at most %v: %v", c.Faults, u.name, why, u.allowed, c)
		}
	}
	return sentences, pulse
}
