package sim

import (
	"fmt"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/spelling"
)

// A Config describes a receiver. The zero Config is a u-blox without faults.
type Config struct {
	Profile string // a name in [Profiles]; empty: the first

	// Baud is the rate of the port, 8N1; 0: that of the profile. BaudError is how many parts
	// per million the receiver's bits are too fast, up to 2 % in both directions. USB is the
	// receiver's native port, without a baud rate: bytes take no time, and the host's frames
	// of a millisecond carry packets of 64 bytes.
	Baud      int
	BaudError int
	USB       bool

	// Delay is the time from the pulse to the first start bit, and Jitter its standard
	// deviation; nil: those of the profile. The profile's Variation is always added.
	Delay  *time.Duration
	Jitter *time.Duration

	// Start is the UTC second of the first epoch. The zero Time means [DefaultStart] in
	// simulated time, and the next second of the system clock in real time. Some faults
	// change the start.
	Start time.Time

	// Rate is the number of epochs per second: 1 (or 0), 2, 5 or 10. The receiver sends the
	// satellites once a second, and all other sentences in each epoch.
	Rate int

	// Satellites is the number of GPS satellites in view, up to 16; 0: that of the profile.
	// With Varying, each second has a different number, from 0 to Satellites. The position
	// always uses the same satellites.
	Satellites int
	Varying    bool

	// UBX lets the receiver send UBX messages before its sentences, at 38400 baud unless Baud
	// is set. Proof is when satellites have sent it the leap seconds after a cold start: it has
	// no fix for 20 s, and until the proof its time is a second ahead, with the leap seconds of
	// its firmware. Without a Proof, it has kept them.
	UBX   bool
	Proof time.Duration

	Faults []string // names in [Faults], applied in the order of that list
	Seed   uint64   // of all random numbers
}

// DefaultStart is the first second of a Config without a Start.
var DefaultStart = time.Date(2026, 5, 20, 9, 30, 0, 0, time.UTC)

const maxBaudError = 20_000 // ppm: beyond this a UART cannot read bytes

// New returns the receiver that config describes. Its error names the field, its value and
// the valid values.
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

// check returns an error for the first invalid number.
func (c Config) check() error {
	switch {
	case c.Baud != 0 && (c.Baud < 300 || c.Baud > 4_000_000):
		return fmt.Errorf("sim: Baud %d: expected 300 to 4000000, or 0 for the rate of the profile", c.Baud)
	case c.BaudError < -maxBaudError || c.BaudError > maxBaudError:
		return fmt.Errorf("sim: BaudError %d ppm: expected -%d to %[2]d", c.BaudError, maxBaudError)
	case c.Jitter != nil && *c.Jitter < 0:
		return fmt.Errorf("sim: Jitter %v: expected 0 or more", *c.Jitter)
	case c.Rate != 0 && c.Rate != 1 && c.Rate != 2 && c.Rate != 5 && c.Rate != 10:
		return fmt.Errorf("sim: Rate %d: expected 1, 2, 5 or 10 epochs a second", c.Rate)
	case c.Satellites < 0 || c.Satellites > maxInView:
		return fmt.Errorf("sim: Satellites %d: expected 1 to %d, or 0 for the number of the profile", c.Satellites, maxInView)
	case c.Proof < 0 || c.Proof > 0 && !c.UBX:
		return fmt.Errorf("sim: Proof %v: expected 0 or more, and UBX, in which the receiver proves it", c.Proof)
	case c.Start.Nanosecond() != 0:
		return fmt.Errorf("sim: Start %v: expected a whole second", c.Start.UTC())
	}
	return nil
}

func profileNamed(name string) (Profile, error) {
	if name == "" {
		return profiles()[0], nil
	}
	var known []string
	for _, p := range profiles() {
		if p.Name == name {
			return p, nil
		}
		known = append(known, p.Name)
	}
	return Profile{}, fmt.Errorf("sim: unknown profile %q: expected one of %s%s", name, strings.Join(known, ", "), spelling.Suggestion(name, known...))
}
