package sim

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// A Fault is a known fault of receivers, cables or clocks, or a special date. Seconds in
// its explanation count from the first epoch.
type Fault struct {
	Name    string
	Group   string // the kind of fault
	Explain string // one line

	// Lie means that the receiver's sentences and pulse are steady and consistent, so that
	// only another clock can detect the fault. Its samples may be wrong.
	Lie bool

	// The stages at which a fault acts; each may be nil.
	configure func(c *Config, p *Profile)                                     // changes the configuration
	schedule  func(t *timeline)                                               // changes the start
	alter     func(s *solution)                                               // changes the solution of an epoch
	delay     func(epoch time.Duration) time.Duration                         // delays the sentences
	edit      func(s *solution, own *active, sentences []sentence) []sentence // changes the sentences
	stalled   span                                                            // delays the received bytes
	shape     func(p *Pulse)                                                  // changes the pulse
	disturb   disturbance                                                     // changes single pulses
	setClock  func(c *Clock, start time.Time)                                 // changes the machine's clock
}

// A span is the true times from <= t < to.
type span struct{ from, to time.Duration }

// seconds returns the span between two seconds.
func seconds(from, to int) span {
	return span{time.Duration(from) * time.Second, time.Duration(to) * time.Second}
}

func (s span) has(at time.Duration) bool { return at >= s.from && at < s.to }

// An active fault has its own random numbers, so that two faults together act as each does
// alone.
type active struct {
	Fault
	rng  *rand.Rand
	kept []sentence // between bursts
}

// A group is the faults of one file.
type group struct {
	name string
	rows []Fault
}

// Faults returns all faults, by group.
func Faults() []Fault { return slices.Clone(faults()) }

// Playable reports whether the fault can be played in real time. A fault that sets the
// machine's clock cannot.
func (f Fault) Playable() bool {
	var c Clock
	if f.setClock != nil {
		f.setClock(&c, DefaultStart)
	}
	return c.Offset == 0 && len(c.Steps) == 0
}

// activate returns the fault with random numbers that depend on its name.
func (f Fault) activate(seed uint64, stream uint64) *active {
	name := fnv.New64a()
	name.Write([]byte(f.Name))
	return &active{Fault: f, rng: rand.New(rand.NewPCG(seed, name.Sum64()+stream))}
}

// faultsNamed returns the faults with these names, in the order of Faults.
func faultsNamed(names []string) ([]Fault, error) {
	known := make([]string, len(faults()))
	for i, f := range faults() {
		known[i] = f.Name
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("sim: unknown fault %q: expected one of %s", name, strings.Join(known, ", "))
		}
	}
	var found []Fault
	for _, f := range faults() {
		if slices.Contains(names, f.Name) {
			found = append(found, f)
		}
	}
	return found, nil
}
