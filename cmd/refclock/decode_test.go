package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
)

// capture is what a receiver sends in n seconds.
func capture(t *testing.T, config sim.Config, n int) io.Reader {
	t.Helper()
	receiver, err := sim.New(config)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for range n {
		b.Write(receiver.Next().Bytes)
	}
	return &b
}

func TestDecodeJSON(t *testing.T) {
	start := time.Date(2026, 12, 31, 23, 59, 58, 0, time.UTC)
	for _, c := range []struct {
		name   string
		config sim.Config
		valid  int
		first  string
		eras   int
	}{
		{"u-blox", sim.Config{Profile: "u-blox", Start: start}, 5, "GNRMC", 0},
		{"mt3339, GGA first at midnight", sim.Config{Profile: "mt3339", Start: start}, 5, "GPGGA", 0},
		{"binary between", sim.Config{Profile: "u-blox", Start: start, Faults: []string{"binary"}}, 5, "GNRMC", 0},
		{"no fix", sim.Config{Profile: "u-blox", Start: start, Faults: []string{"no-fix"}}, 0, "GNRMC", 0},
		{"a rollover", sim.Config{Profile: "u-blox", Start: start, Faults: []string{"rollover"}}, 5, "GNRMC", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := decode(capture(t, c.config, 5), &out, io.Discard, nmea.DateOf(start), printEpochJSON); err != nil {
				t.Fatal(err)
			}
			valid := 0
			for i, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
				var e epochJSON
				if err := json.Unmarshal([]byte(line), &e); err != nil {
					t.Fatal(err)
				}
				want := start.Add(time.Duration(i) * time.Second).Format("2006-01-02T15:04:05.000Z")
				if e.Valid {
					valid++
					if e.UTC == nil || *e.UTC != want {
						t.Errorf("line %d: utc %v, want %s", i, e.UTC, want)
					}
				} else if e.Why == "" {
					t.Errorf("line %d: not valid, and no reason", i)
				}
				if e.First != c.first || e.Eras != c.eras || len(e.Sentences) < 3 {
					t.Errorf("line %d: %s", i, line)
				}
			}
			if valid != c.valid {
				t.Errorf("%d valid epochs, want %d:\n%s", valid, c.valid, &out)
			}
		})
	}
}

func TestDecodeForPeople(t *testing.T) {
	start := time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC)
	var out bytes.Buffer
	in := capture(t, sim.Config{Profile: "u-blox", Start: start, Faults: []string{"rollover"}}, 2)
	if err := decode(in, &out, io.Discard, nmea.DateOf(start), printEpoch); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2027-01-01T00:00:00.000Z", "valid", "1 x 1024 weeks", "satellites", "from GNRMC"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, &out)
		}
	}
}

func TestDecodeWithoutASentence(t *testing.T) {
	for _, text := range []string{"", "root:x:0:0:root:/root:/bin/bash\n", "\xb5\x62\x01\x07", "$GPRMC,093000.00,A\r\n"} {
		err := decode(strings.NewReader(text), io.Discard, io.Discard, built(), printEpoch)
		if exitCode(err) != exitInput || !strings.Contains(fmt.Sprint(err), "baud") {
			t.Errorf("%q: %v, code %d; want code 65 and a hint", text, err, exitCode(err))
		}
	}
}
