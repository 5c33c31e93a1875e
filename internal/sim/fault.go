package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A Fault is one way in which receivers, cables and calendars are known to go wrong. Seconds in its explanation count
// from the first epoch.
type Fault struct {
	Name    string
	Explain string // one line

	// Each of the three stages at which it can interfere may be nil.
	begin   func(t *timeline)                                             // where in the calendar the receiver starts
	believe func(s *solution)                                             // what it makes of an epoch
	utter   func(s *solution, rng *rand.Rand, said []sentence) []sentence // what comes out of its port
}

// An active fault has a source of random numbers of its own: two faults together do what each would do alone.
type active struct {
	Fault
	rng *rand.Rand
}

// Faults lists all that can go wrong.
func Faults() []Fault { return slices.Clone(faults) }

func (f Fault) activate(seed uint64) active {
	position := slices.IndexFunc(faults, func(other Fault) bool { return other.Name == f.Name })
	return active{f, rand.New(rand.NewPCG(seed, uint64(streamFaults+position)))}
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
