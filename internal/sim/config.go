package sim

import (
	"fmt"
	"strings"
	"time"
)

// A Config says what kind of receiver. The zero Config is a healthy u-blox.
type Config struct {
	Profile string // one of [Profiles]; empty is the first of them

	// Baud is the rate of the port, 8N1; 0 is the one of the profile. BaudError is by how many parts per million the
	// receiver's own bits are too fast, up to 2 % to either side. Neither counts with USB, the receiver's native port:
	// there a byte has no duration, and packets of 64 of them come in the host's frames of a millisecond.
	Baud      int
	BaudError int
	USB       bool

	// Delay is from the pulse to the first start bit, Jitter the standard deviation of it; nil leaves them to the
	// profile, whose slow wander stays in either case.
	Delay  *time.Duration
	Jitter *time.Duration

	// Start is the whole UTC second of the first epoch. The zero Time is [DefaultStart] in simulated time, and the next
	// second of the system clock when the receiver is played live. Some faults have a start of their own.
	Start time.Time

	// Rate is how many epochs a second has: 1 (or 0), 2, 5 or 10. All but the satellites is said in each; they are told
	// once a second.
	Rate int

	// Satellites is how many GPS satellites are in view, up to 16; 0 is as many as the profile has. Varying makes it a
	// different number from 0 to that one in each second. The position comes from the same ones throughout.
	Satellites int
	Varying    bool

	Faults []string // of [Faults], applied in the order of that list
	Seed   uint64   // of all that is random
}

// DefaultStart is the first second where nobody asks for another one.
var DefaultStart = time.Date(2026, 5, 20, 9, 30, 0, 0, time.UTC)

const worstBaudError = 20_000 // ppm: beyond it a UART loses the frame of the byte

// New makes the receiver that config describes. Its error names the field, what it found there and what may be there.
func New(config Config) (*Receiver, error) {
	profile, err := profileNamed(config.Profile)
	if err != nil {
		return nil, err
	}
	faults, err := faultsNamed(config.Faults)
	if err != nil {
		return nil, err
	}
	if err := config.check(); err != nil {
		return nil, err
	}
	return assemble(config, profile, faults), nil
}

// check finds the first number that no receiver can have.
func (c Config) check() error {
	switch {
	case c.Baud != 0 && (c.Baud < 300 || c.Baud > 4_000_000):
		return fmt.Errorf("sim: Baud %d: want 300 to 4000000, or 0 for the rate of the profile", c.Baud)
	case c.BaudError < -worstBaudError || c.BaudError > worstBaudError:
		return fmt.Errorf("sim: BaudError %d ppm: want -%d to %[2]d", c.BaudError, worstBaudError)
	case c.Jitter != nil && *c.Jitter < 0:
		return fmt.Errorf("sim: Jitter %v: a standard deviation is not negative", *c.Jitter)
	case c.Rate != 0 && c.Rate != 1 && c.Rate != 2 && c.Rate != 5 && c.Rate != 10:
		return fmt.Errorf("sim: Rate %d: want 1, 2, 5 or 10 epochs a second", c.Rate)
	case c.Satellites < 0 || c.Satellites > mostInView:
		return fmt.Errorf("sim: Satellites %d: want 1 to %d, or 0 for as many as the profile has", c.Satellites, mostInView)
	case c.Start.Nanosecond() != 0:
		return fmt.Errorf("sim: Start %v: want a whole second", c.Start.UTC())
	}
	return nil
}

func profileNamed(name string) (Profile, error) {
	if name == "" {
		return profiles[0], nil
	}
	var known []string
	for _, p := range profiles {
		if p.Name == name {
			return p, nil
		}
		known = append(known, p.Name)
	}
	return Profile{}, fmt.Errorf("sim: Profile %q is unknown; there are %s", name, strings.Join(known, ", "))
}
