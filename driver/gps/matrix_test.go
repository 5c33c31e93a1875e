package gps

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/internal/sim"
	nmeastream "github.com/refclock/refclock/internal/stream"
)

var update = flag.Bool("update", false, "write docs/matrix.md anew")

// matrixSeconds is how long each case lasts: faults strike at second 30.
const matrixSeconds = 90

// A row is a case of the matrix and what the units got of it.
type row struct {
	name, group, explain    string
	lie                     bool
	seconds                 int
	alone, sentences, pulse outcome
}

// rowOf runs a case three times over: without the pulse, and with it for two units.
func rowOf(t testing.TB, c trial) row {
	c.link.FIFO, c.link.Clock.Boot = 8, time.Hour
	r := row{seconds: c.seconds}
	r.alone, _ = c.run(t)
	c.pulse = &sim.Pulse{Jitter: 2 * time.Microsecond}
	r.sentences, r.pulse = c.run(t)
	return r
}

// worst is the greatest error of all three.
func (r row) worst() (worst time.Duration) {
	for _, o := range []outcome{r.alone, r.sentences, r.pulse} {
		if off, _ := o.worst(); off.Abs() > worst {
			worst = off.Abs()
		}
	}
	return worst
}

// faultTrial is a profile with a fault, which may be none.
func faultTrial(profile, fault string) trial {
	c := trial{Config: sim.Config{Profile: profile, Seed: 3}, seconds: matrixSeconds}
	if fault != "" {
		c.Faults = []string{fault}
	}
	return c
}

// No sample of any fault may be of a wrong second. Those that nobody can tell from
// the truth are caught by a witness that knows it to 50 ms.
func TestMatrix(t *testing.T) {
	t.Parallel()
	profiles := sim.Profiles()
	var healthy, faulty, lies, witnessed []row
	for i, profile := range profiles {
		r := rowOf(t, faultTrial(profile.Name, ""))
		r.name, r.explain = profile.Name, profile.Explain
		r.check(t)
		healthy = append(healthy, r)
		if i > 0 && os.Getenv(secondsEnv) == "" {
			continue // each fault with two profiles, below
		}
		for f, fault := range sim.Faults() {
			c := faultTrial(profile.Name, fault.Name)
			r := rowOf(t, c)
			r.name, r.group, r.explain, r.lie = fault.Name, fault.Group, fault.Explain, fault.Lie
			r.check(t)
			other := faultTrial(profiles[1+f%(len(profiles)-1)].Name, fault.Name)
			if fault.Lie {
				c.witnessed, other.witnessed = true, true
				w := rowOf(t, c)
				w.name, w.explain = r.name, r.explain
				w.check(t)
				if i == 0 {
					lies, witnessed = append(lies, r), append(witnessed, w)
				}
			} else if i == 0 {
				faulty = append(faulty, r)
			}
			if os.Getenv(secondsEnv) == "" && !testing.Short() {
				r := rowOf(t, other)
				r.name, r.lie = other.Profile+" with "+fault.Name, fault.Lie && !other.witnessed
				r.check(t)
			}
		}
	}
	doc := document(healthy, faulty, lies, witnessed, coldRows(t))
	if !testing.Short() { // TestStreams checks the streams
		doc += streamTable(t)
	}
	t.Log("\n" + doc)
	const path = "../../docs/matrix.md"
	if *update && !testing.Short() {
		if err := os.WriteFile(path, []byte(doc), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	was, err := os.ReadFile(path)
	if testing.Short() {
		was = was[:min(len(was), len(doc))]
	}
	if err != nil || string(was) != doc {
		t.Errorf("docs/matrix.md is out of date (%v): go test ./driver/gps -run 'Matrix$' -update", err)
	}
}

// Whatever delay a receiver may have, a witness catches a jump by a second.
func TestWitnessedJumps(t *testing.T) {
	for ms := 0; ms <= 900; ms += 50 {
		for _, fault := range []string{"jump-second-ahead-for-good", "jump-second-back-for-good"} {
			delay := time.Duration(ms) * time.Millisecond
			c := faultTrial("timing", fault)
			c.Delay, c.witnessed, c.seconds = &delay, true, 45
			alone, _ := c.run(t)
			if off, at := alone.worst(); off.Abs() >= wrong {
				t.Errorf("%v late, %s: a sample is %v off at %v", delay, fault, off, at)
			}
			if n := alone.count(); ms < 900 && n < 25 {
				t.Errorf("%v late, %s: %d samples, want all before the jump", delay, fault, n)
			}
		}
	}
}

func (r row) check(t *testing.T) {
	t.Helper()
	if !r.lie && r.worst() >= wrong {
		t.Errorf("%s: a sample is %v off", r.name, r.worst())
	}
}

// A receiver that started from nothing is not believed until it has had the time to
// hear the leap seconds, or until a witness agrees.
func coldRows(t *testing.T) (rows []row) {
	const (
		cold  = 20           // when it has a date
		right = 12 * 60      // when it knows the leap seconds
		hold  = cold + 13*60 // when it is believed
	)
	for _, fault := range sim.Faults() {
		if !strings.HasPrefix(fault.Name, "cold-") || !fault.Lie {
			continue
		}
		for _, witnessed := range []bool{false, true} {
			c := faultTrial("u-blox", fault.Name)
			c.seconds, c.witnessed, c.settings.ColdStart = hold+30, witnessed, receiver.AlmanacTime
			r := rowOf(t, c)
			r.name, r.explain = fault.Name, fault.Explain
			begins := hold
			if witnessed {
				begins, r.name = right, r.name+", with a witness"
			}
			r.check(t)
			for _, o := range []outcome{r.alone, r.sentences, r.pulse} {
				if first := o.first(); first < begins || first > begins+16 {
					t.Errorf("%s: published from second %d on, want %d or a little later", r.name, first, begins)
				}
			}
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		t.Error("no cold start in the simulator")
	}
	return rows
}

// document is the matrix for people to read.
func document(healthy, faulty, lies, witnessed, cold []row) string {
	var b strings.Builder
	b.WriteString(preface)
	section := func(title, text string, rows []row) {
		fmt.Fprintf(&b, "\n## %s\n\n%s", title, text)
		b.WriteString("| case | seconds | sentences alone | sentences with a pulse | pulse |\n|---|---|---|---|---|\n")
		for _, r := range rows {
			fmt.Fprintf(&b, "| `%s`: %s | %d | %s | %s | %s |\n", r.name, r.explain, r.seconds,
				cell(r.alone), cell(r.sentences), cell(r.pulse))
		}
	}
	section("Healthy receivers", "", healthy)
	for len(faulty) > 0 {
		n := 1
		for n < len(faulty) && faulty[n].group == faulty[0].group {
			n++
		}
		section(strings.ToUpper(faulty[0].group[:1])+faulty[0].group[1:], "", faulty[:n])
		faulty = faulty[n:]
	}
	section("What nobody can tell from the truth", lieText, lies)
	section("The same, with a witness", witnessText, witnessed)
	section("Cold starts", coldText, cold)
	return b.String()
}

// streamTable is what becomes of the streams, kind by kind.
func streamTable(t *testing.T) string {
	var b strings.Builder
	b.WriteString(streamText)
	cases := nmeastream.Cases()
	for len(cases) > 0 {
		n := 1
		for n < len(cases) && cases[n].Kind == cases[0].Kind {
			n++
		}
		var alone, sentences, pulse streamCount
		for _, c := range cases[:n] {
			p := playStream(c.Stream, false, c.Seconds)
			alone.add(t, c, &p.sentences)
			p = playStream(c.Stream, true, c.Seconds)
			sentences.add(t, c, &p.sentences)
			pulse.add(t, c, &p.pulse)
		}
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s |\n", cases[0].Kind, n, &alone, &sentences, &pulse)
		cases = cases[n:]
	}
	return b.String()
}

// A streamCount is what has become of a unit in streams of a kind.
type streamCount struct {
	published int
	withheld  map[string]int // by reason
}

func (s *streamCount) add(t *testing.T, c nmeastream.Case, u *unitLog) {
	if wrong := u.wrong(c.Late, half); len(wrong) > 0 {
		t.Errorf("stream %s: %d samples of a wrong second", c.Name, len(wrong))
	}
	if len(u.samples) > 0 {
		s.published++
		return
	}
	if s.withheld == nil {
		s.withheld = map[string]int{}
	}
	s.withheld[u.reason()]++
}

// String is as "12; never: 3 cold start, 1 no data".
func (s *streamCount) String() string {
	reasons := slices.SortedFunc(maps.Keys(s.withheld), func(a, b string) int {
		return cmp.Or(cmp.Compare(s.withheld[b], s.withheld[a]), cmp.Compare(a, b))
	})
	text := fmt.Sprint(s.published)
	for i, reason := range reasons {
		text += [2]string{"; never: ", ", "}[min(i, 1)] + fmt.Sprintf("%d %s", s.withheld[reason], reason)
	}
	return text
}

// cell is "83 of 90", or "83/7, 5.1 ms; settling".
func cell(o outcome) string {
	n := o.count()
	s := fmt.Sprintf("%d + %d", n, len(o.published)-n)
	if off, _ := o.worst(); n > 0 {
		s += ", " + figure(off)
	}
	if reason := o.reason(); reason != "" {
		s += ", " + reason
	}
	return s
}

// figure is a duration for a table.
func figure(d time.Duration) string {
	switch a := d.Abs(); {
	case a >= 1000*time.Hour:
		return fmt.Sprintf("**%+.1f weeks**", d.Hours()/24/7)
	case a >= wrong:
		return fmt.Sprintf("**%+.1f s**", d.Seconds())
	case a >= time.Millisecond:
		return fmt.Sprintf("%+.1f ms", float64(d)/1e6)
	}
	return fmt.Sprintf("%+.0f us", float64(d)/1e3)
}

const preface = `# What refclock makes of bad receivers

A simulated receiver is wired to the driver, and everything that is known to go wrong with receivers, cables, calendars and clocks goes wrong, one thing at a
time. The truth is known, so that each sample can be judged. This file is written by the test that checks it, and the test fails if it is out of date:

    go test ./driver/gps -run 'Matrix$' -v                                  # the tables below
    go test ./driver/gps -run 'Matrix$' -update                             # writes this file
    REFCLOCK_MATRIX_SECONDS=1000000 go test ./driver/gps -run MatrixProperty -v -timeout 1h

The last one draws a million seconds at random: any start in twenty years, receiver, baud rate, delay, jitter, FIFO, and up to two faults at once. It asserts
the same: no sample is of a wrong second. A failure names the seed that plays it again.

## How to read it

Each case lasts 90 seconds; most faults strike at second 30. A cell is **published + withheld** seconds, the **worst error** of a sample, and the **main
reason** of what was withheld; settling, which everybody does at first, is named only where there is no other. The receiver is a u-blox at 9600 baud behind
a FIFO of 8 bytes unless the case says otherwise; the test runs each fault with other receivers, too.

- *sentences alone*: the unit of a receiver without a pulse. Its delay is not known, and is taken off the error here. It is fed after 4 seconds.
- *sentences with a pulse*: the same unit where there is a pulse as well, from which the delay is learnt.
- *pulse*: the unit of the pulse. It is fed after the 8 seconds in a row that must agree.

Errors are positive where the sample claims too late a time. An error of half a second or more would be a wrong second, and is set in bold: there is none but
among the cases that nobody can tell from the truth.

For comparison, some of the same cases measured with gpsd, at its development head of 2026, with a pulse by a fake PPS device and sentences over TCP; these
are single runs on one machine:

| case | what gpsd published |
|---|---|
| sentences complete 150, 600 or 950 ms behind the pulse | right |
| complete 1050 ms behind it | 1 s late, every second |
| 20 ms ahead of it | 1 s early, every second |
| pulse at 5 Hz | 0.76 s off, every second |
| square pulse, the second at the falling edge | 0.5 s off, every second |
| one glitch, then the sentences lost | one sample 2 s off |
| a second 60 | 1 s early, for that second |
| midnight with GGA ahead of RMC | one sample 24 h in the past |
| an hour back for one sentence | published |
| 1024 weeks back | right; 2048 weeks back: wrong |
`

const lieText = `What these receivers claim goes on evenly and agrees with itself, and with the pulse. Without another clock there is nothing to tell them by, and their samples are wrong. A jump is withheld until it has held for ten seconds.
A pulse that is 300 ms late makes it 0.7 s here: sentences 120 ms behind the second begin ahead of it, and are taken for those of the second before.

`

const witnessText = `A witness here knows the time to 50 ms, as a system clock does that other sources keep right. It must know the second only: pulses that are late by less than half a second are not its business.

`

const streamText = `
## Streams after public reports

The streams of internal/stream are made after what users of real receivers have reported. How many of them are published, each sample with the right second,
and the reason of those that never are. A burst that is followed by a block without a time is also played at 5016 regular positions of the block, and at 6000
random ones: all of them are published, and none is of a wrong second.

| kind | streams | sentences alone | sentences with a pulse | pulse |
|---|---|---|---|---|
`

const coldText = `A receiver that is seen to start without a date is not believed for 13 minutes after it has one, or until a witness agrees.

`
