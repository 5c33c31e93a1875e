package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

func TestChoose(t *testing.T) {
	if all, err := choose(""); err != nil || len(all) != len(parts) {
		t.Errorf("%d parts, %v: want all", len(all), err)
	}
	if two, err := choose("cpu stamps"); err != nil || len(two) != 2 || two[0].name != "cpu" {
		t.Errorf("%v, %v: want cpu and stamps", two, err)
	}
	if _, err := choose("cpu gpu"); err == nil {
		t.Error("a part that does not exist is accepted")
	}
}

func TestFigures(t *testing.T) {
	figures := []float64{4, 1, 3, 2, 10}
	for name, test := range map[string]struct{ got, want float64 }{
		"median":             {quantile(figures, 0.5), 3},
		"highest":            {quantile(figures, 1), 10},
		"between two":        {quantile(figures, 0.875), 7},
		"deviation":          {deviation([]float64{1, 3}), math.Sqrt2},
		"95 % of distances":  {beyond([]float64{5, 5, 5, 5, 6}), 0.8},
		"no figure":          {quantile(nil, 0.5), math.NaN()},
		"deviation of one":   {deviation([]float64{1}), math.NaN()},
		"ratio of the first": {spreadRatios([]float64{0, 4, 0, 4, 0, 4}, []float64{0, 2, 0, 2, 0, 2})[0], 2},
	} {
		if math.Abs(test.got-test.want) > 1e-9 || math.IsNaN(test.got) != math.IsNaN(test.want) {
			t.Errorf("%s: %v, want %v", name, test.got, test.want)
		}
	}
	for d, want := range map[time.Duration]string{0: "-", -time.Second: "-1s", 24 * time.Hour: "24h0m0s", -72 * time.Hour: "-3 days"} {
		if got := span(d); got != want {
			t.Errorf("%v is printed as %s, want %s", d, got, want)
		}
	}
	for f, want := range map[float64]string{123.4: "123", 12.34: "12.3", 1.234: "1.23", 0.1234: "0.123", 0: "0", math.NaN(): "-"} {
		if got := figure(f); got != want {
			t.Errorf("%v is printed as %s, want %s", f, got, want)
		}
	}
}

func TestParseTOFF(t *testing.T) {
	const line = `{"class":"TOFF","device":"/dev/pts/0","real_sec":1795796590, "real_nsec":0,"clock_sec":1795796590,"clock_nsec":365301602}`
	s, ok := parseTOFF([]byte(line))
	if late := s.receive.Sub(s.clock); !ok || late != 365301602 || s.clock.Unix() != 1795796590 {
		t.Errorf("%v late, %v", late, ok)
	}
	for _, other := range []string{`{"class":"PPS","real_sec":1}`, `{"class":"TOFF"`, ""} {
		if _, ok := parseTOFF([]byte(other)); ok {
			t.Errorf("%q is accepted", other)
		}
	}
}

func TestParsePeerstats(t *testing.T) {
	day := time.Unix((61367-modifiedJulianDay0)*86400, 0)
	for line, want := range map[string]time.Duration{
		"61367 7583.225 NMEA(0) 9014 -0.224000000 0.000000000 7.937500000 0.000000000": 7583 * time.Second, // written at once
		"61367 7584.100 NMEA(0) 9014 -0.224000000 0.000000000 7.937500000 0.000000000": 7583 * time.Second, // in the next second
	} {
		s, ok := parsePeerstats(line, "NMEA(0)")
		if !ok || s.clock.Sub(day) != want || s.receive.Sub(s.clock) != 224*time.Millisecond {
			t.Errorf("%s: %v after midnight, received %v later; %v", line, s.clock.Sub(day), s.receive.Sub(s.clock), ok)
		}
	}
	for _, line := range []string{
		"61367 7583.225 NMEA(1) 9014 -0.224 0.0 7.9 0.0", "61367 7583.225 NMEA(0) 9014", "",
		"61367 x NMEA(0) 9014 -0.224 0.0 7.9 0.0", "61367 7583.225 NMEA(0) 9014 - 0.0 7.9 0.0",
	} {
		if _, ok := parsePeerstats(line, "NMEA(0)"); ok {
			t.Errorf("%q is accepted", line)
		}
	}
}

// TestWatchPeerstats removes the file while it is watched, as the end of a part does.
func TestWatchPeerstats(t *testing.T) {
	file := filepath.Join(t.TempDir(), "peerstats")
	const line = "61367 7583.225 NMEA(0) 9014 -0.224000000 0.000000000 7.937500000 0.000000000\n"
	if err := os.WriteFile(file, []byte(line+line[:20]), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		w := watchPeerstats(file, 0)
		time.Sleep(time.Second)
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if all := w.stop(); len(all) != 1 {
			t.Errorf("%d samples, want 1", len(all))
		}
	})
}

func TestParseSchedstat(t *testing.T) {
	run, slices, err := parseSchedstat("1500 200 7\n")
	if err != nil || run != 1500 || slices != 7 {
		t.Errorf("%v, %d, %v", run, slices, err)
	}
	for _, bad := range []string{"", "1 2", "x 2 3", "1 2 x"} {
		if _, _, err := parseSchedstat(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func TestWrongSeconds(t *testing.T) {
	at := func(ms int) time.Time { return time.Unix(1_800_000_000, 0).Add(time.Duration(ms) * time.Millisecond) }
	utc := func(s int) time.Time { return time.Unix(1_900_000_000+int64(s), 0) }
	truth := []burst{{second: utc(0), start: at(150)}, {second: utc(1), start: at(1150), late: 30 * time.Millisecond}, {second: utc(2), start: at(2150)}}
	for name, test := range map[string]struct {
		sample sample
		wrong  int
		by     time.Duration
	}{
		"right":             {sample{clock: utc(1), receive: at(1300)}, 0, 0},
		"stamped early":     {sample{clock: utc(1), receive: at(1165)}, 0, 0},
		"named late":        {sample{clock: utc(0), receive: at(1300)}, 1, -time.Second},
		"a day ahead":       {sample{clock: utc(86402), receive: at(2150)}, 1, 24 * time.Hour},
		"before all bursts": {sample{clock: utc(9), receive: at(0)}, 0, 0},
	} {
		if wrong, by := wrongSeconds([]sample{test.sample}, truth); wrong != test.wrong || by != test.by {
			t.Errorf("%s: %d wrong by %v, want %d by %v", name, wrong, by, test.wrong, test.by)
		}
	}
}

func TestLateness(t *testing.T) {
	begin := time.Unix(1_800_000_000, 0)
	truth := []burst{{second: begin, start: begin.Add(150 * time.Millisecond), late: time.Millisecond}}
	samples := []sample{
		{clock: begin, receive: begin.Add(153 * time.Millisecond)},
		{clock: begin.Add(time.Second), receive: begin.Add(1153 * time.Millisecond)}, // of no burst
	}
	if late := lateness(samples, truth, begin); len(late) != 1 || late[0] != 2 {
		t.Errorf("%v, want 2 ms", late)
	}
	if late := lateness(samples, truth, begin.Add(time.Second/2)); len(late) != 0 {
		t.Errorf("%v of samples before the measurement", late)
	}
}

// TestOutcome checks which bursts count, and which of them have no sample.
func TestOutcome(t *testing.T) {
	begin := time.Unix(1_800_000_000, 0)
	at := func(ms int) time.Time { return begin.Add(time.Duration(ms) * time.Millisecond) }
	var truth []burst
	var samples []sample
	for second := range 5 {
		truth = append(truth, burst{second: at(1000 * second), start: at(1000*second + 150), late: 2 * time.Millisecond, done: at(1000*second + 800)})
		if second != 2 {
			samples = append(samples, sample{clock: at(1000 * second), receive: at(1000*second + 155), seen: at(1000*second + 930)})
		}
	}
	var o outcome
	o.add(samples, truth, at(1000), at(4150))
	if want := (outcome{due: 3, lost: 1, late: []float64{3, 3}, age: []float64{130, 130}}); fmt.Sprint(o) != fmt.Sprint(want) {
		t.Errorf("%+v, want %+v", o, want)
	}
}

// TestRecords checks that the chunks of a burst have its bytes, at the times of their last bytes.
func TestRecords(t *testing.T) {
	receiver, err := sim.New(steady("u-blox", 9600))
	if err != nil {
		t.Fatal(err)
	}
	b := receiver.Next()
	f := &feed{epoch: time.Unix(1_800_000_000, 0)}
	var all []byte
	records := f.records(3, b)
	for i, c := range records {
		all = append(all, c.data...)
		if want := f.epoch.Add(b.Arrival(len(all) - 1)).UnixNano(); c.at != want || c.stream != 3 {
			t.Fatalf("chunk %d at %d of stream %d, want %d", i, c.at, c.stream, want)
		}
		if first, last := c.mark&markFirst != 0, c.mark&markLast != 0; first != (i == 0) || last != (i == len(records)-1) {
			t.Fatalf("chunk %d has mark %d", i, c.mark)
		}
	}
	if string(all) != string(b.Bytes) {
		t.Errorf("%q, want %q", all, b.Bytes)
	}
	if b.Start != startDelay {
		t.Errorf("a burst without jitter starts at %v", b.Start)
	}
}

// TestFaults checks that each receiver of the part seconds exists.
func TestFaults(t *testing.T) {
	for _, fault := range faults {
		if _, err := sim.New(steady("u-blox", 9600, fault[0])); err != nil {
			t.Error(err)
		}
	}
}

func TestUsed(t *testing.T) {
	u, err := used(os.Getpid())
	if err != nil || u.run <= 0 || u.slices <= 0 {
		t.Errorf("%+v, %v", u, err)
	}
	if _, err := used(1 << 30); err == nil {
		t.Error("a process that does not exist has used CPU time")
	}
	if memory(os.Getpid(), "VmRSS") < 1 || memory(os.Getpid(), "VmNone") != 0 {
		t.Errorf("memory %v MB", memory(os.Getpid(), "VmRSS"))
	}
}

// TestMaySetClock checks the guard against a daemon that can set the clock.
func TestMaySetClock(t *testing.T) {
	for status, want := range map[string]bool{
		"Name:\tx\nCapPrm:\t000001fffdffffff\nCapEff:\t000001fffdffffff\n": false,
		"Name:\tx\nCapPrm:\t000001fffdffffff\nCapEff:\t000001ffffffffff\n": true,
		"CapEff:\tx\n": true,
		"Name:\tx\n":   true,
	} {
		if got := maySetClock(status); got != want {
			t.Errorf("%q: %v, want %v", status, got, want)
		}
	}
	if !inFirstUserNamespace("user:[4026531837]") || inFirstUserNamespace("user:[4026532000]") {
		t.Error("the user namespace of the machine is not recognised")
	}
}

func TestFirstLines(t *testing.T) {
	r := &rig{ctx: t.Context()}
	log := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(log, []byte("2026-11-27 16:20:00.123456 REFC 0 N 0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	first := r.firstLines(log, []string{"REFC", "GPSD"}, time.Now().Add(50*time.Millisecond))
	if _, ok := first["REFC"]; !ok || len(first) != 1 {
		t.Errorf("%v, want only REFC", first)
	}
}
