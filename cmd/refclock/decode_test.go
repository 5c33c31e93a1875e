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
	for _, want := range []string{"2027-01-01T00:00:00.000Z", "valid", "rollover +1024 weeks", "satellites", "from GNRMC"} {
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

// On a terminal of 80 columns each epoch of the usual receivers is one line.
func TestDecodeNarrow(t *testing.T) {
	at := time.Date(2026, 11, 1, 17, 19, 38, 0, time.UTC)
	for _, e := range []nmea.Epoch{
		{UTC: nmea.UTC{Date: nmea.DateOf(at)}, HasTime: true, Eras: 1, Used: 24, InView: 40},
		{HasTime: true, Why: nmea.NoDate, By: "GPRMC"},
	} {
		var b strings.Builder
		if err := printNarrowEpoch(&b, shownEpoch{Epoch: e}); err != nil || len(b.String()) > 81 {
			t.Errorf("%d columns, %v: %s", len(b.String())-1, err, b.String())
		}
	}
}

// UBX messages name times, and report where the leap seconds are from.
func TestDecodeUBX(t *testing.T) {
	config := sim.Config{UBX: true, Proof: 25 * time.Second, Start: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}
	var text, asJSON bytes.Buffer
	if err := decode(capture(t, config, 30), &text, io.Discard, nmea.DateOf(config.Start), printEpoch); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"the receiver reports      17 leap seconds (source: firmware default), antenna ok, jamming none\n",
		"the receiver reports      18 leap seconds (source: GPS), antenna ok, jamming none\n",
		"leap seconds not known yet: UTC may be wrong by whole seconds (NAV-TIMELS)", "sentences from NAV-PVT\n",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
	if n := strings.Count(text.String(), "the receiver reports"); n != 2 {
		t.Errorf("%d reports, want 2", n)
	}
	if err := decode(capture(t, config, 30), &asJSON, io.Discard, nmea.DateOf(config.Start), printEpochJSON); err != nil {
		t.Fatal(err)
	}
	if want := `"reported":{"leap_seconds":18,"leap_source":"GPS","antenna":"ok","jamming":"none"}`; !strings.Contains(asJSON.String(), want) {
		t.Errorf("no %s in\n%s", want, asJSON.String())
	}
}
