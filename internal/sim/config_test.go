package sim_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

func TestNewErrors(t *testing.T) {
	for name, test := range map[string]struct {
		config sim.Config
		want   []string // parts of the error
	}{
		"profile":       {sim.Config{Profile: "ublox"}, []string{`profile "ublox"`, "u-blox, mt3339", "timing"}},
		"fault":         {sim.Config{Faults: []string{"no-fix", "gremlin"}}, []string{`fault "gremlin"`, "no-fix", "zdg"}},
		"baud":          {sim.Config{Baud: 96}, []string{"Baud 96", "300"}},
		"negative baud": {sim.Config{Baud: -9600}, []string{"Baud -9600"}},
		"baud error":    {sim.Config{BaudError: 20001}, []string{"BaudError 20001 ppm", "-20000 to 20000"}},
		"jitter":        {sim.Config{Jitter: new(-time.Second)}, []string{"Jitter -1s"}},
		"rate":          {sim.Config{Rate: 3}, []string{"Rate 3", "1, 2, 5 or 10"}},
		"satellites":    {sim.Config{Satellites: 17}, []string{"Satellites 17", "1 to 16"}},
		"start":         {sim.Config{Start: time.Unix(0, 1)}, []string{"Start 1970-01-01 00:00:00.000000001", "whole second"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sim.New(test.config)
			if err == nil {
				t.Fatal("no error")
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not contain %q", err, part)
				}
			}
		})
	}
}

func TestSeed(t *testing.T) {
	all := sim.Config{Profile: "gsv-first", Seed: 7, Faults: []string{"noise", "corrupt-rmc", "dropped-bytes-1000"}}
	first, again := bursts(t, all, 100), bursts(t, all, 100)
	if !reflect.DeepEqual(first, again) {
		t.Error("the same config does not give the same bursts")
	}
	all.Seed++
	other := bursts(t, all, 100)
	same := 0
	for i := range other {
		if other[i].Start == first[i].Start || string(other[i].Bytes) == string(first[i].Bytes) {
			same++
		}
	}
	if same > 0 {
		t.Errorf("%d of 100 bursts do not depend on the seed", same)
	}
}

func TestStart(t *testing.T) {
	vienna := time.FixedZone("", 7200)
	r := receiver(t, sim.Config{Start: time.Date(2026, 1, 1, 1, 59, 59, 0, vienna)})
	if got := r.Next().Label.String(); got != "2025-12-31T23:59:59Z" {
		t.Errorf("first label %s, want it in UTC", got)
	}
	if got := r.Next().Label.String(); got != "2026-01-01T00:00:00Z" {
		t.Errorf("second label %s", got)
	}
	if got := receiver(t, sim.Config{}).Start(); !got.Equal(sim.DefaultStart) {
		t.Errorf("default start %v, want %v", got, sim.DefaultStart)
	}
}
