package sim_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

// places are the labels of the bursts at seconds 29, 30 and 31, from the default start.
var places = map[string][3]string{
	"midnight":               {"2026-05-20T23:59:59Z", "2026-05-21T00:00:00Z", "2026-05-21T00:00:01Z"},
	"midnight-gga-first":     {"2026-05-20T23:59:59Z", "2026-05-21T00:00:00Z", "2026-05-21T00:00:01Z"},
	"month-end":              {"2026-05-31T23:59:59Z", "2026-06-01T00:00:00Z", "2026-06-01T00:00:01Z"},
	"year-end":               {"2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", "2027-01-01T00:00:01Z"},
	"year-end-gga-first":     {"2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", "2027-01-01T00:00:01Z"},
	"leap-day":               {"2028-02-28T23:59:59Z", "2028-02-29T00:00:00Z", "2028-02-29T00:00:01Z"},
	"leap-day-over":          {"2028-02-29T23:59:59Z", "2028-03-01T00:00:00Z", "2028-03-01T00:00:01Z"},
	"no-leap-day":            {"2027-02-28T23:59:59Z", "2027-03-01T00:00:00Z", "2027-03-01T00:00:01Z"},
	"leap-second":            {"2026-12-31T23:59:59Z", "2026-12-31T23:59:60Z", "2027-01-01T00:00:00Z"},
	"leap-second-gga-first":  {"2026-12-31T23:59:59Z", "2026-12-31T23:59:60Z", "2027-01-01T00:00:00Z"},
	"leap-second-kernel":     {"2026-12-31T23:59:59Z", "2026-12-31T23:59:60Z", "2027-01-01T00:00:00Z"},
	"leap-second-repeats-59": {"2026-12-31T23:59:59Z", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"},
	"leap-second-repeats-00": {"2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z"},
}

func TestCalendarFaults(t *testing.T) {
	for name, want := range places {
		for i, b := range bursts(t, sim.Config{Faults: []string{name}}, 32)[29:] {
			if got := b.Label.String(); got != want[i] {
				t.Errorf("%s: burst %d is %s, want %s", name, b.Index, got, want[i])
			}
			order := kinds(b)
			if first := strings.HasSuffix(name, "gga-first"); first != strings.HasSuffix(order, "RMC") {
				t.Errorf("%s: the order is %s", name, order)
			}
		}
	}
}

// delays are those of the bursts of even and odd seconds, with a tolerance for the jitter of
// a u-blox.
var delays = map[string][2]time.Duration{
	"nmea-minus-20ms": {milliseconds(-20), milliseconds(-20)},
	"nmea-150ms":      {milliseconds(150), milliseconds(150)},
	"nmea-500ms":      {milliseconds(500), milliseconds(500)},
	"nmea-600ms":      {milliseconds(600), milliseconds(600)},
	"nmea-950ms":      {milliseconds(950), milliseconds(950)},
	"nmea-1050ms":     {milliseconds(1050), milliseconds(1050)},
	"nmea-900-1050ms": {milliseconds(900), milliseconds(1050)},
	"nmea-long-burst": {milliseconds(200), milliseconds(200)},
}

func TestDelays(t *testing.T) {
	for name, want := range delays {
		for _, profile := range sim.Profiles() {
			for _, b := range bursts(t, sim.Config{Profile: profile.Name, Baud: 19200, Faults: []string{name}}, 60) {
				if off := b.Start - b.Epoch - want[b.Index%2]; off.Abs() > 5*profile.Jitter {
					t.Errorf("%s, %s: burst %d begins %v after its pulse", name, profile.Name, b.Index, b.Start-b.Epoch)
				}
			}
		}
	}
}

func TestLongBurst(t *testing.T) {
	for name, config := range map[string]sim.Config{
		"9600 baud": {Baud: 9600}, "115200 baud": {Baud: 115200}, "USB": {USB: true},
	} {
		config.Faults = []string{"nmea-long-burst"}
		config.Jitter = new(time.Duration)
		for _, b := range bursts(t, config, 5) {
			if end := b.End() - b.Epoch; end < milliseconds(1090) || end > milliseconds(1200) {
				t.Errorf("%s: burst %d ends %v after its pulse, want about 1.18 s", name, b.Index, end)
			}
			if order := kinds(b); !strings.HasPrefix(order, "RMC ") || !strings.HasSuffix(order, " GLL") {
				t.Errorf("%s: burst %d is %s", name, b.Index, order)
			}
		}
	}
}

// A damage is a fault that changes one byte in oneIn.
type damage struct {
	oneIn int
	check func(t *testing.T, healthy, ill []byte) (hits int)
}

var damages = map[string]damage{
	"dropped-bytes-100": {100, dropped}, "dropped-bytes-1000": {1000, dropped},
	"dropped-bytes-10000": {10_000, dropped}, "dropped-bytes-100000": {100_000, dropped},
	"doubled-bytes-100": {100, doubled}, "doubled-bytes-1000": {1000, doubled},
	"doubled-bytes-10000": {10_000, doubled}, "doubled-bytes-100000": {100_000, doubled},
	"flipped-bytes-100": {100, flipped}, "flipped-bytes-1000": {1000, flipped},
	"flipped-bytes-10000": {10_000, flipped}, "flipped-bytes-100000": {100_000, flipped},
}

func dropped(t *testing.T, healthy, ill []byte) int {
	rest := healthy
	for _, b := range ill {
		next := bytes.IndexByte(rest, b)
		if next < 0 {
			t.Fatal("not the healthy burst with bytes left out")
		}
		rest = rest[next+1:]
	}
	return len(healthy) - len(ill)
}

func doubled(t *testing.T, healthy, ill []byte) int {
	return dropped(t, ill, healthy)
}

func flipped(t *testing.T, healthy, ill []byte) (hits int) {
	if len(healthy) != len(ill) {
		t.Fatalf("%d bytes, want %d", len(ill), len(healthy))
	}
	for i := range ill {
		switch x := ill[i] ^ healthy[i]; {
		case x&(x-1) != 0:
			t.Fatalf("byte %d: %x instead of %x", i, ill[i], healthy[i])
		case x != 0:
			hits++
		}
	}
	return hits
}

func TestDamagedBytes(t *testing.T) {
	const n = 1000
	healthy := bursts(t, sim.Config{}, n)
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			total, hits := 0, 0
			for i, ill := range bursts(t, sim.Config{Faults: []string{name}}, n) {
				total += len(healthy[i].Bytes)
				hits += damage.check(t, healthy[i].Bytes, ill.Bytes)
			}
			if want := total / damage.oneIn; hits < want/3 || hits > 3*want {
				t.Errorf("%d of %d bytes, want about %d", hits, total, want)
			}
		})
	}
}

var rates = map[string]int{"rate-2": 2, "rate-5": 5, "rate-10": 10}

func TestRateFaults(t *testing.T) {
	for name, rate := range rates {
		config := sim.Config{Faults: []string{name}}
		if baud := receiver(t, config).Baud(); baud != 115200 {
			t.Errorf("%s: %d baud", name, baud)
		}
		all := bursts(t, config, 3*rate)
		if got := all[rate].Epoch; got != time.Second {
			t.Errorf("%s: burst %d is of %v, want 1s", name, rate, got)
		}
		if last := all[3*rate-1]; last.End()-last.Epoch > time.Second/time.Duration(rate)+milliseconds(120) {
			t.Errorf("%s: the port is too slow: the last burst ends %v after its epoch", name, last.End()-last.Epoch)
		}
	}
}
