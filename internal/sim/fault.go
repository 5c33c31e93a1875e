package sim

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// A Fault is one way in which receivers, cables, calendars and clocks are known to go wrong. Seconds in its explanation
// count from the first epoch.
type Fault struct {
	Name    string
	Group   string // what kind of thing goes wrong
	Explain string // one line

	// Lie tells that what the receiver claims, its pulse included, holds steadily and agrees with itself: nobody can tell
	// it from the truth without another clock. Samples of it may be wrong.
	Lie bool

	// Each of the stages at which it can interfere may be nil.
	tune    func(c *Config, p *Profile)                                // how the receiver is set up
	begin   func(t *timeline)                                          // where in the calendar it starts
	believe func(s *solution)                                          // what it makes of an epoch
	lag     func(epoch time.Duration) time.Duration                    // how much later than usual it speaks
	utter   func(s *solution, own *active, said []sentence) []sentence // what comes out of its port
	stalled span                                                       // when what has come is kept from the reader
	shape   func(p *Pulse)                                             // what kind of pulse it makes
	strike  strike                                                     // what becomes of one pulse
	set     func(c *Clock, start time.Time)                            // what is done to the machine's clock
}

// A span of true time: from is in it, to is not.
type span struct{ from, to time.Duration }

// seconds is the span of these.
func seconds(from, to int) span {
	return span{time.Duration(from) * time.Second, time.Duration(to) * time.Second}
}

func (s span) has(at time.Duration) bool { return at >= s.from && at < s.to }

// An active fault has a source of random numbers of its own: two faults together do what each would do alone.
type active struct {
	Fault
	rng  *rand.Rand
	kept []sentence // from one burst to the next
}

// A group of faults has its rows in one file.
type group struct {
	name string
	rows []Fault
}

// Faults lists all that can go wrong, group by group.
func Faults() []Fault { return slices.Clone(faults) }

// Playable tells whether the fault can be played in real time: not if it sets the machine's clock, which is left alone.
func (f Fault) Playable() bool {
	var c Clock
	if f.set != nil {
		f.set(&c, DefaultStart)
	}
	return c.Offset == 0 && len(c.Steps) == 0
}

// activate gives the fault the random numbers that go with its name.
func (f Fault) activate(seed uint64, stream uint64) *active {
	name := fnv.New64a()
	name.Write([]byte(f.Name))
	return &active{Fault: f, rng: rand.New(rand.NewPCG(seed, name.Sum64()+stream))}
}

// faultsNamed looks the names up. The order of the list is kept, whatever the order of the names.
func faultsNamed(names []string) ([]Fault, error) {
	known := make([]string, len(faults))
	for i, f := range faults {
		known[i] = f.Name
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("sim: fault %q is unknown; there are %s", name, strings.Join(known, ", "))
		}
	}
	var found []Fault
	for _, f := range faults {
		if slices.Contains(names, f.Name) {
			found = append(found, f)
		}
	}
	return found, nil
}
