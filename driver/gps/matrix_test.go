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
	nmeastream "github.com/refclock/refclock/internal/streamtest"
)

var update = flag.Bool("update", false, "rewrite docs/matrix.md")

// matrixSeconds is how long each case lasts. Faults begin at second 30.
const matrixSeconds = 90

// A row is a case of the matrix and the results of the units.
type row struct {
	name, group, explain    string
	lie                     bool
	seconds                 int
	alone, sentences, pulse outcome
}

// rowOf runs a case three times: without the pulse, and with it for two units.
func rowOf(t testing.TB, c trial) row {
	c.link.FIFO, c.link.Clock.Boot = 8, time.Hour
	r := row{seconds: c.seconds}
	r.alone, _ = c.run(t)
	c.pulse = &sim.Pulse{Jitter: 2 * time.Microsecond}
	r.sentences, r.pulse = c.run(t)
	return r
}

// worst returns the greatest error of all three.
func (r row) worst() (worst time.Duration) {
	for _, o := range []outcome{r.alone, r.sentences, r.pulse} {
		if off, _ := o.worst(); off.Abs() > worst {
			worst = off.Abs()
		}
	}
	return worst
}

// faultTrial returns a profile with a fault; "" for none.
func faultTrial(profile, fault string) trial {
	c := trial{Config: sim.Config{Profile: profile, Seed: 3}, seconds: matrixSeconds}
	if fault != "" {
		c.Faults = []string{fault}
	}
	return c
}

// No sample of any fault may have a wrong second. A witness that knows the time to 50 ms
// detects the faults that are undetectable without it.
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

// A witness detects a jump by a second, with any delay of the receiver.
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

// After a cold start, a receiver is withheld until it has had time to receive the leap
// seconds, or until a witness agrees.
func coldRows(t *testing.T) (rows []row) {
	const (
		cold  = 20           // when it has a date
		right = 12 * 60      // when it knows the leap seconds
		hold  = cold + 13*60 // when it is accepted
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

// document returns the text of docs/matrix.md.
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
	section("Undetectable faults", lieText, lies)
	section("Undetectable faults with a witness", witnessText, witnessed)
	section("Cold starts", coldText, cold)
	return b.String()
}

// streamTable returns the results of the streams, kind by kind.
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
			p := playStream(c.Stream, false, false, c.Seconds)
			alone.add(t, c, &p.sentences)
			p = playStream(c.Stream, true, false, c.Seconds)
			sentences.add(t, c, &p.sentences)
			pulse.add(t, c, &p.pulse)
		}
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s |\n", cases[0].Kind, n, &alone, &sentences, &pulse)
		cases = cases[n:]
	}
	return b.String()
}

// A streamCount has the results of a unit in streams of a kind.
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

// String returns a text such as "12; never: 3 cold start, 1 no data".
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

// cell returns a text such as "83 + 7, +5.1 ms, settling".
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

// figure formats a duration for a table.
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

const preface = `# Faulty receivers

This page shows what refclock publishes with faulty receivers, cables, calendars and clocks. A simulated receiver is connected to the driver, and each case has one
fault. The true time is known, so that the test can judge each sample. The test also writes this file, and fails if the file is out of date:

    go test ./driver/gps -run 'Matrix$' -v                                  # prints the tables below
    go test ./driver/gps -run 'Matrix$' -update                             # writes this file
    REFCLOCK_MATRIX_SECONDS=1000000 go test ./driver/gps -run MatrixProperty -v -timeout 1h

The last command draws a million seconds at random: start (within twenty years), receiver, baud rate, delay, jitter, FIFO, and up to two faults at once. It asserts
the same: no sample has a wrong second. A failure prints the seed that reproduces it.

## How to read the tables

Each case lasts 90 seconds, and most faults begin at second 30. A cell has the **published + withheld** seconds, the **worst error** of a sample, and the **main
reason** of the withheld seconds. It shows settling, which every receiver needs at first, only if there is no other reason. Unless the case says otherwise, the
receiver is a u-blox at 9600 baud behind a FIFO of 8 bytes. The test runs each fault with other receivers, too.

- *sentences alone*: the unit of a receiver without a pulse. Its delay is unknown, and is subtracted from the error here. It publishes after 3 or 4 seconds.
- *sentences with a pulse*: the same unit with a pulse, from which refclock learns the delay.
- *pulse*: the unit of the pulse. It publishes after 8 consecutive seconds that agree.

A positive error means that the sample's time is ahead of the true time. An error of half a second or more is a wrong second, and is in bold. There are wrong seconds
only among the undetectable faults.

For comparison, gpsd published the following in some of these cases. The measurements are single runs on one machine with gpsd's development version of 2026, a
fake PPS device, and sentences over TCP:

| case | what gpsd published |
|---|---|
| sentences complete 150, 600 or 950 ms after the pulse | correct |
| complete 1050 ms after it | 1 s late, every second |
| 20 ms before it | 1 s early, every second |
| pulse at 5 Hz | 0.76 s off, every second |
| square pulse, second at the falling edge | 0.5 s off, every second |
| one glitch, then the sentences lost | one sample 2 s off |
| a second 60 | 1 s early, for that second |
| midnight with GGA before RMC | one sample 24 h in the past |
| an hour back for one sentence | published |
| 1024 weeks back | correct; 2048 weeks back: wrong |
`

const lieText = `The time of these receivers is continuous and consistent with itself and with the pulse. Without another clock, no program can detect the fault, and the samples are wrong. refclock withholds a jump until it has lasted for ten seconds.
A pulse that is 300 ms late causes an error of 0.7 s here: sentences 120 ms after the second begin before the pulse, and are assigned to the second before.

`

const witnessText = `The witness here knows the time to 50 ms, like a system clock that other sources keep right. A witness only checks the second. It does not detect a pulse that is late by less than half a second.

`

const streamText = `
## Streams after public reports

The streams of internal/streamtest imitate what users of real receivers reported. The table shows how many of them are published, with the right second in each sample,
and the reason why the others never are. Each burst that is followed by a block without a time also runs with 5016 regular and 6000
random positions of the block. All of these are published, and none has a wrong second.

| kind | streams | sentences alone | sentences with a pulse | pulse |
|---|---|---|---|---|
`

const coldText = `refclock sees these receivers start without a date. It withholds their samples for 13 minutes after the first date, or until a witness agrees.

`
