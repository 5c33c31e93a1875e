package sim_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

func TestProfiles(t *testing.T) {
	// The order of each profile's burst, and the time and date of its third second.
	for name, want := range map[string]struct{ order, clock, date string }{
		"u-blox":    {"RMC VTG GGA GSA GSV GLL", "093002.00", "200526"},
		"mt3339":    {"GGA GSA RMC VTG ZDA", "093002.000", "200526"},
		"sirf":      {"GGA GSA GSV RMC", "093002.000", "200526"},
		"multi":     {"RMC VTG GGA GSA GSV GLL", "093002.00", "200526"},
		"gsv-first": {"GSV RMC GGA GSA", "093002.00", "200526"},
		"garmin":    {"RMC GGA GSA GSV PGRME PGRMF", "093002", "200526"},
		"timing":    {"GGA ZDA", "093002.00", ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := bursts(t, sim.Config{Profile: name}, 3)[2]
			if got := kinds(b); got != want.order {
				t.Errorf("order %q, want %q", got, want.order)
			}
			if gga := find(b, "GGA")[0]; gga[1] != want.clock {
				t.Errorf("GGA at %q, want %q", gga[1], want.clock)
			}
			if want.date == "" {
				return
			}
			if rmc := find(b, "RMC")[0]; rmc[1] != want.clock || rmc[2] != "A" || rmc[9] != want.date {
				t.Errorf("RMC %q, want %s, A, %s", rmc, want.clock, want.date)
			}
		})
	}
	if n := len(sim.Profiles()); n != 7 {
		t.Errorf("%d profiles, want the 7 of this table", n)
	}
}

func TestAllProfiles(t *testing.T) {
	for _, profile := range sim.Profiles() {
		t.Run(profile.Name, func(t *testing.T) {
			shortest, longest := math.MaxInt, 0
			for _, b := range bursts(t, sim.Config{Profile: profile.Name, Seed: 1}, 300) {
				shortest, longest = min(shortest, len(b.Bytes)), max(longest, len(b.Bytes))
				for _, line := range lines(b) {
					if !sound(line) || len(line) > 82 {
						t.Fatalf("%q, of %d bytes", line, len(line))
					}
				}
			}
			if shortest != profile.Shortest || longest != profile.Longest {
				t.Errorf("bursts of %d to %d bytes, want %d to %d",
					shortest, longest, profile.Shortest, profile.Longest)
			}
			if profile.Explain == "" || strings.Contains(profile.Explain, "\n") {
				t.Errorf("Explain is %q, want one line", profile.Explain)
			}
		})
	}
}

func TestDelayAndJitter(t *testing.T) {
	for _, profile := range sim.Profiles() {
		t.Run(profile.Name, func(t *testing.T) {
			const period = 300 // of the slow variation, in seconds
			var sum, squares float64
			least, most := time.Hour, time.Duration(0)
			all := bursts(t, sim.Config{Profile: profile.Name, Seed: 3}, 2*period)
			for _, b := range all {
				late := b.Start - b.Epoch
				least, most = min(least, late), max(most, late)
				sum += float64(late)
				squares += float64(late) * float64(late)
			}
			mean := sum / float64(len(all))
			deviation := math.Sqrt(squares/float64(len(all)) - mean*mean)
			// A sine adds half the square of its amplitude to the variance.
			want := math.Hypot(float64(profile.Jitter), float64(profile.Variation)/math.Sqrt2)
			if off := math.Abs(mean - float64(profile.Delay)); off > 0.1*want {
				t.Errorf("mean %v, want %v", time.Duration(mean), profile.Delay)
			}
			if math.Abs(deviation-want) > 0.1*want {
				t.Errorf("deviation %v, want %v", time.Duration(deviation), time.Duration(want))
			}
			if swing := most - least; swing < 2*profile.Variation {
				t.Errorf("varies by %v, want at least %v", swing, 2*profile.Variation)
			}
		})
	}
}

func TestSatellitesDelayRMC(t *testing.T) {
	seen := map[int]bool{}
	for _, b := range bursts(t, sim.Config{Profile: "gsv-first"}, 300) {
		ahead, _, _ := strings.Cut(string(b.Bytes), "$GPRMC")
		seen[strings.Count(ahead, "GSV")] = true
	}
	for n := range 4 {
		if !seen[n] {
			t.Errorf("never %d GSV before RMC", n)
		}
	}
	if len(seen) != 4 {
		t.Errorf("GSV before RMC: %v, want 0 to 3", seen)
	}
}

func TestSatellitesOfTheConfig(t *testing.T) {
	for _, b := range bursts(t, sim.Config{Satellites: 16}, 5) {
		if gsv := find(b, "GPGSV"); len(gsv) != 4 || gsv[0][3] != "16" {
			t.Errorf("%d GSV with %q satellites, want 4 with 16", len(gsv), gsv[0][3])
		}
	}
	counts := map[int]bool{}
	for _, b := range bursts(t, sim.Config{Satellites: 16, Varying: true}, 300) {
		counts[len(find(b, "GPGSV"))] = true
		if gga := find(b, "GGA")[0]; gga[6] != "1" {
			t.Fatalf("GGA quality %q: satellites out of view must not lose the fix", gga[6])
		}
	}
	if len(counts) != 5 {
		t.Errorf("counts of GSV: %v, want 0 to 4", counts)
	}
}

func TestRate(t *testing.T) {
	all := bursts(t, sim.Config{Rate: 5, Baud: 115200, Jitter: new(time.Duration)}, 11)
	for i, b := range all {
		if want := time.Duration(i) * 200 * time.Millisecond; b.Epoch != want || b.Start != want+120*time.Millisecond {
			t.Errorf("burst %d is of %v and starts at %v, want of %v", i, b.Epoch, b.Start, want)
		}
		if whole, told := i%5 == 0, len(find(b, "GSV")) > 0; whole != told {
			t.Errorf("burst %d has the satellites: %v, want %v", i, told, whole)
		}
	}
	if got := find(all[8], "RMC")[0][1]; got != "093001.60" {
		t.Errorf("RMC of burst 8 at %q, want 093001.60", got)
	}
	if got := all[8].Label.String(); got != "2026-05-20T09:30:01.600Z" {
		t.Errorf("label of burst 8 is %s", got)
	}
	if got := find(all[8], "GGA")[0][7]; got != "12" {
		t.Errorf("GGA between the seconds has %q satellites, want 12", got)
	}
}
