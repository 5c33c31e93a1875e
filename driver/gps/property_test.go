package gps

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/pps"
)

// secondsEnv sets how many simulated seconds TestMatrixProperty checks: a million take
// some minutes. seedEnv selects other ones.
const (
	secondsEnv = "REFCLOCK_MATRIX_SECONDS"
	seedEnv    = "REFCLOCK_MATRIX_SEED"
)

// With any settings and up to two faults at once, no sample has a wrong second.
func TestMatrixProperty(t *testing.T) {
	t.Parallel()
	left := number(t, secondsEnv, 10_000)
	if testing.Short() {
		left = min(left, 1000)
	}
	seed := uint64(number(t, seedEnv, 1))
	trials, samples := 0, 0
	for ; left > 0; seed++ {
		c := anyTrial(rand.New(rand.NewPCG(seed, 0)))
		if c.overflows() {
			continue
		}
		sentences, pulse := c.run(t)
		if off, at := sentences.worst(); off.Abs() >= wrong {
			t.Errorf("%s=%d: the sentences at %v are %v off: %v", seedEnv, seed, at, off, c)
		}
		if off, at := pulse.worst(); off.Abs() >= wrong {
			t.Errorf("%s=%d: the pulse at %v is %v off: %v", seedEnv, seed, at, off, c)
		}
		left -= c.seconds
		trials++
		samples += sentences.count() + pulse.count()
	}
	t.Logf("%d trials, %d samples", trials, samples)
}

func number(t *testing.T, variable string, usual int) int {
	value := os.Getenv(variable)
	if value == "" {
		return usual
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// anyTrial draws a receiver, its connection to the driver, and its faults.
func anyTrial(r *rand.Rand) trial {
	profiles := sim.Profiles()
	profile := profiles[r.IntN(len(profiles))]
	delay := 20*time.Millisecond + time.Duration(r.Int64N(int64(880*time.Millisecond)))
	jitter := pick(r, 0, time.Millisecond, 8*time.Millisecond, 20*time.Millisecond, 50*time.Millisecond)
	c := trial{
		Config: sim.Config{
			Profile: profile.Name, Seed: r.Uint64(), Start: anyStart(r), Delay: &delay, Jitter: &jitter,
			Baud: pick(r, 0, 4800, 9600, 19200, 38400, 115200), BaudError: r.IntN(10_000) - 10_000, USB: r.IntN(10) == 0,
		},
		link: sim.Link{
			FIFO: pick(r, 0, 1, 8, 16), Poll: pick(r, 0, 0, time.Millisecond, 16*time.Millisecond), Seed: r.Uint64(),
			Clock: sim.Clock{Offset: pick(r, 0, time.Second, -time.Hour), Drift: r.Float64()*200 - 100, Boot: time.Duration(r.Int64N(int64(time.Hour)))},
		},
		from:      time.Duration(r.Int64N(int64(25*time.Second))) - 100*time.Millisecond,
		seconds:   60 + r.IntN(60),
		buildDays: r.IntN(1024 * 7),
	}
	if r.IntN(3) == 0 {
		c.link.Late = sim.Lateness{Constant: 30 * time.Microsecond, Exponential: 200 * time.Microsecond, Stall: 20 * time.Millisecond, StallOne: 50}
	}
	if r.IntN(3) == 0 {
		c.settings.ColdStart = receiver.AlmanacTime
	}
	if r.IntN(4) == 0 {
		c.settings.Calibrated = true
	}
	if r.IntN(4) == 0 {
		c.settings.Holdover = time.Minute
	}
	for range r.IntN(3) {
		c.Faults = append(c.Faults, anyFault(r, c.Faults))
	}
	for at := time.Duration(0); r.IntN(3) == 0; {
		from := at + 10*time.Second + time.Duration(r.Int64N(int64(30*time.Second)))
		at = from + 50*time.Millisecond + time.Duration(r.Int64N(int64(15*time.Second)))
		c.away = append(c.away, absence{from, at, r.IntN(2) == 0})
	}
	leaps := slices.ContainsFunc(c.Faults, func(name string) bool { return strings.HasPrefix(name, "leap-second") })
	if !leaps && r.IntN(2) == 0 {
		c.settings.Leaps = func(int64) (int, bool) { return 0, true }
	}
	if r.IntN(3) > 0 {
		c.pulse = &sim.Pulse{Jitter: pick(r, 0, time.Microsecond, time.Millisecond), Seed: r.Uint64()}
		if r.IntN(2) == 0 {
			c.polarity = pps.Rising
		}
		for _, name := range c.Faults {
			if c.polarity == pps.Rising && (name == "pulse-inverted" || name == "pulse-square-falling") {
				c.polarity = pps.Falling
			}
		}
	}
	return c
}

// anyFault draws a fault that can be detected, also together with the others.
func anyFault(r *rand.Rand, others []string) string {
	faults := sim.Faults()
	for {
		fault := faults[r.IntN(len(faults))]
		if fault.Lie || slices.Contains(others, fault.Name) {
			continue
		}
		if !slices.ContainsFunc(others, func(other string) bool { return lieTogether(fault.Name, other) }) {
			return fault.Name
		}
	}
}

// lieTogether reports whether two faults that can be detected alone cannot be detected
// together.
func lieTogether(a, b string) bool {
	for _, pair := range [][2]string{
		{"pulse-inverted", "pulse-assert-only"},       // the pulses are 100 ms late, all of them
		{"pulse-square-falling", "pulse-assert-only"}, // and half a second
		{"nmea-900-1050ms", "fix-flapping"},           // only every other delay has a fix: that of 1050 ms
		{"nmea-900-1050ms", "rate-2"},                 // the bursts of whole seconds all have the same delay
		{"nmea-900-1050ms", "rate-10"},
	} {
		if a == pair[0] && b == pair[1] || a == pair[1] && b == pair[0] {
			return true
		}
	}
	return false
}

// overflows reports whether all bursts begin over a second late, which looks like an
// early start in the next second. With delays that alternate between 900 and 1050 ms, a
// burst that lasts over 850 ms delays the next one.
func (c trial) overflows() bool {
	receiver, err := sim.New(c.Config)
	if err != nil || receiver.Baud() == 0 {
		return false
	}
	wire := time.Duration(receiver.Profile().Longest) * 10 * time.Second / time.Duration(receiver.Baud())
	return slices.Contains(c.Faults, "nmea-900-1050ms") && wire > 850*time.Millisecond
}

// anyStart draws a second of the coming years, every other time close to a special
// date.
func anyStart(r *rand.Rand) time.Time {
	first, last := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Unix(), time.Date(2046, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	second := first + r.Int64N(last-first)
	if r.IntN(2) == 0 {
		at := time.Unix(second, 0).UTC()
		second = pick(r,
			time.Date(at.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC),
			time.Date(at.Year(), 7, 1, 0, 0, 0, 0, time.UTC),
			time.Date(at.Year(), 3, 1, 0, 0, 0, 0, time.UTC),
			time.Date(at.Year()&^3, 2, 29, 0, 0, 0, 0, time.UTC),
			time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, time.UTC),
			time.Unix(1<<31, 0),
			time.Date(1980, 1, 6, 0, 0, -18, 0, time.UTC).AddDate(0, 0, 3*1024*7), // of 2038-11-21
		).Unix() - r.Int64N(90)
	}
	return time.Unix(second, 0).UTC()
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }
