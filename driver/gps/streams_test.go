package gps

import (
	"cmp"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps/receiver"
	nmeastream "github.com/refclock/refclock/internal/streamtest"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// playStream plays a stream to a clock and returns the results. With collect, the port lets bytes
// collect when the clock asks for it. Only this function uses the clock's internals.
func playStream(s nmeastream.Stream, pulse, collect bool, seconds int) (p played) {
	config := Config{Baud: s.Baud, Pivot: nmea.Date{Year: 2026, Month: 11, Day: 23}, ColdStart: receiver.AlmanacTime, Replayed: !collect}
	if pulse {
		config.Pulse = &PulseConfig{Polarity: pps.Auto}
	}
	r := newReception(config, New(config).tracker)
	zero := s.Zero().UnixNano()
	stamp := func(at time.Duration) nmea.Stamp {
		return nmea.Stamp{Real: zero + int64(at), Mono: int64(at + time.Second)}
	}
	var last time.Duration // of the read that returned last
	var port collector
	receive := func(at time.Duration, data []byte) {
		last, port.gather = at, 0
		sample, state, ok := r.receive(stamp(at), data).parts()
		p.sentences.report(at, state.Reason, state.Detail, state.Hint)
		if ok {
			p.sentences.take(at, sample, pulse) // the delay must have been learnt from the pulse
		}
		r.gather(&port, stamp(at), len(data))
		p.reads++
	}
	edge := func(e nmeastream.Event) {
		edge := pps.Edge{Stamp: edgeStamp(stamp(e.At)), Rising: e.Kind == nmeastream.Rising}
		sample, state, ok := r.tracker.edge(edge, stamp(e.At+50*time.Microsecond)).parts()
		p.pulse.report(e.At, state.Reason, state.Detail, state.Hint)
		if ok {
			p.pulse.take(e.At, sample, true)
		}
	}
	var collected []byte
	for events := s.Events(seconds, pulse); len(events) > 0; {
		e := events[0]
		switch {
		case port.gather > 0 && last+port.gather < e.At:
			receive(last+port.gather, collected)
			collected = nil
			continue
		case port.gather == 0 && last != 0 && last+r.wait() < e.At: // a read that times out
			receive(last+r.wait(), nil)
			continue
		case e.Kind != nmeastream.Bytes:
			edge(e)
		case port.gather > 0:
			collected = append(collected, e.Data...)
		default:
			receive(e.At, e.Data)
		}
		events = events[1:]
	}
	if port.gather > 0 {
		receive(last+port.gather, collected)
	}
	for range 5 {
		receive(last+time.Second, nil)
	}
	p.sentences.ends, p.pulse.ends = last, last
	return p
}

// A collector is a Port that notes how long bytes may collect.
type collector struct {
	Port
	gather time.Duration
}

func (c *collector) Gather(d time.Duration) { c.gather = d }

// A played has the results of a stream.
type played struct {
	sentences, pulse unitLog
	reads            int
}

// A unitLog has what a unit published and reported.
type unitLog struct {
	samples []streamSample
	reports []report
	ends    time.Duration
}

// A streamSample is a published sample. Its offset is 0 if it is right, or minus the
// receiver's delay if it is not calibrated.
type streamSample struct {
	at         time.Duration
	offset     time.Duration
	calibrated bool
}

// A report is a state, from when it was reported first.
type report struct {
	at                   time.Duration
	reason, detail, hint string
}

func (u *unitLog) report(at time.Duration, reason, detail, hint string) {
	if n := len(u.reports); n > 0 && u.reports[n-1].reason == reason && u.reports[n-1].detail == detail {
		return
	}
	u.reports = append(u.reports, report{at, reason, detail, hint})
}

func (u *unitLog) take(at time.Duration, s driver.Sample, calibrated bool) {
	u.samples = append(u.samples, streamSample{at, time.Duration(s.Offset()), calibrated})
}

// error returns the error of a sample, which is late by this much unless calibrated.
func (s streamSample) error(late time.Duration) time.Duration {
	if s.calibrated {
		return s.offset
	}
	return s.offset + late
}

// wrong returns the samples that are off by more than within.
func (u *unitLog) wrong(late, within time.Duration) (wrong []streamSample) {
	for _, s := range u.samples {
		if s.error(late).Abs() > within {
			wrong = append(wrong, s)
		}
	}
	return wrong
}

// reason returns the reason that was reported for the longest time in the second half.
func (u *unitLog) reason() (longest string) {
	times := map[string]time.Duration{}
	for i, r := range u.reports {
		to := u.ends - 5*time.Second // what follows is the end of the stream
		if i+1 < len(u.reports) {
			to = min(to, u.reports[i+1].at)
		}
		times[r.reason] += max(to-max(r.at, u.ends/2), 0)
	}
	for reason, t := range times {
		if t > times[longest] || t == times[longest] && reason < longest {
			longest = reason
		}
	}
	return longest
}

// String returns the reports in order, and where the samples begin and end between them.
func (u *unitLog) String() string {
	const most = 25
	var b strings.Builder
	if n := len(u.samples); n > 0 {
		low, high := u.samples[0].offset, u.samples[0].offset
		for _, s := range u.samples {
			low, high = min(low, s.offset), max(high, s.offset)
		}
		fmt.Fprintf(&b, "\t%d samples from %.3f to %.3f s, offsets from %+.3f to %+.3f s\n",
			n, u.samples[0].at.Seconds(), u.samples[n-1].at.Seconds(), low.Seconds(), high.Seconds())
	} else {
		b.WriteString("\tno samples\n")
	}
	for i, r := range u.reports {
		if i == most {
			fmt.Fprintf(&b, "\t... and %d more reports\n", len(u.reports)-most)
			break
		}
		fmt.Fprintf(&b, "\t%9.3f s  %s", r.at.Seconds(), strings.Trim(cmp.Or(r.reason, "publishing")+": "+r.detail, ": "))
		if r.hint != "" {
			fmt.Fprintf(&b, ". Hint: %s", r.hint)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// check returns the failures of a unit, as a message.
func (u *unitLog) check(e nmeastream.Expect, late time.Duration) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	switch {
	case e.Verdict == nmeastream.Withheld && len(u.samples) > 0:
		s := u.samples[0]
		fault("published at %.3f s with offset %+.6f s (and %d more), want none", s.at.Seconds(), s.offset.Seconds(), len(u.samples)-1)
	case e.Verdict == nmeastream.Published && len(u.samples) == 0:
		fault("never published (%s), want a sample by %v", u.reason(), e.By)
	case e.Verdict == nmeastream.Published && u.samples[0].at > e.By+time.Second: // the stream begins a second before
		fault("first published at %.3f s, want by %v", u.samples[0].at.Seconds(), e.By+time.Second)
	}
	if wrong := u.wrong(late, e.Within); e.Verdict != nmeastream.Withheld && len(wrong) > 0 {
		s := wrong[0]
		fault("%d of %d samples are wrong; first at %.3f s with offset %+.6f s, error %+.6f s, want at most %v",
			len(wrong), len(u.samples), s.at.Seconds(), s.offset.Seconds(), s.error(late).Seconds(), e.Within)
	}
	if len(u.samples) > 0 && u.samples[0].at < e.NotBefore+time.Second {
		fault("first published at %.3f s, want not before %v", u.samples[0].at.Seconds(), e.NotBefore+time.Second)
	}
	if len(u.samples) == 0 {
		got := u.reason()
		if len(e.Reasons) > 0 && !slices.Contains(e.Reasons, got) {
			fault("the reason at the end is %q, want one of %q", got, e.Reasons)
		}
		if slices.Contains(e.NotLast, got) {
			fault("the reason at the end is %q, which promises a sample", got)
		}
	}
	for _, r := range u.reports {
		if r.at > u.ends-5*time.Second {
			break
		}
		if slices.Contains(e.Never, r.reason) {
			fault("the reason at %.3f s is %q, want never", r.at.Seconds(), r.reason)
			break
		}
	}
	for _, r := range u.reports {
		if e.NoHint != "" && strings.Contains(r.hint, e.NoHint) {
			fault("the hint at %.3f s is %q, want none of %q", r.at.Seconds(), r.hint, e.NoHint)
			break
		}
	}
	return faults
}

// Each stream has its right result, with and without a pulse, whether bytes collect or not.
func TestStreams(t *testing.T) {
	t.Parallel()
	for _, c := range nmeastream.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			for _, collect := range []bool{false, true} {
				name := ""
				if collect {
					name = ", bytes collect"
				}
				if c.Alone.Verdict != nmeastream.Skip {
					t.Run("alone"+name, func(t *testing.T) {
						p := playStream(c.Stream, false, collect, c.Seconds)
						checkUnit(t, "sentences", &p.sentences, c.Alone, c.Late)
					})
				}
				if c.Pulsed.Verdict != nmeastream.Skip {
					t.Run("pulse"+name, func(t *testing.T) {
						p := playStream(c.Stream, true, collect, c.Seconds)
						exact := c.Pulsed
						exact.Within = time.Millisecond // whatever the sentences' jitter
						checkUnit(t, "pulse", &p.pulse, exact, c.Late)
						checkUnit(t, "sentences", &p.sentences, c.Pulsed, c.Late)
					})
				}
			}
		})
	}
}

func checkUnit(t *testing.T, unit string, u *unitLog, e nmeastream.Expect, late time.Duration) {
	t.Helper()
	if faults := u.check(e, late); len(faults) > 0 {
		t.Errorf("unit of the %s: %s\n%s", unit, strings.Join(faults, "; "), u)
	}
}

const (
	// placementSeconds is how long a placement is played: long enough for a pulse.
	placementSeconds = 30

	// placementWrong is the error that makes a sample wrong: well under half a second.
	placementWrong = 300 * time.Millisecond

	// placementOff is the largest error of a sample if the start of the burst is found.
	placementOff = 20 * time.Millisecond

	// neverMost is the maximum percentage of placements that are never published.
	neverMost = 2
)

// A block without a time behind the burst, at regular positions.
func TestGrid(t *testing.T) {
	t.Parallel()
	tally := playPlacements(sampled(nmeastream.Grid()), false, placementWrong)
	tally.check(t)
	if never := len(tally.never); never*100 > neverMost*tally.count {
		t.Errorf("%d of %d placements are never published, want at most %d %%", never, tally.count, neverMost)
	}
}

// A block without a time that touches the next burst. A clock may refuse it. Without a
// pulse, the burst may also begin with the block, less than half a second earlier.
func TestGridTouching(t *testing.T) {
	t.Parallel()
	tally := playPlacements(sampled(nmeastream.Touching()), false, half)
	tally.check(t)
}

// A block without a time behind the burst, anywhere.
func TestGridRandom(t *testing.T) {
	t.Parallel()
	n := 6_000
	if testing.Short() {
		n = 200
	}
	tally := playPlacements(nmeastream.Random(n, 1), false, placementWrong)
	tally.check(t)
	if never := len(tally.never); never*100 > neverMost*tally.count {
		t.Errorf("%d of %d placements are never published, want at most %d %%", never, tally.count, neverMost)
	}
}

// Bytes that collect change none of these results.
func TestGridCollected(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		list  []nmeastream.Placement
		limit time.Duration
	}{
		{nmeastream.Grid(), placementWrong}, {nmeastream.Touching(), half}, {nmeastream.Random(1_600, 2), placementWrong},
	} {
		list := eighth(c.list)
		collected, not := playPlacements(list, true, c.limit), playPlacements(list, false, c.limit)
		collected.check(t)
		if collected.right != not.right || collected.off > not.off {
			t.Errorf("of %d placements, %d are right and %d of them off; want %d and %d, as if no bytes collect",
				len(list), collected.right, collected.off, not.right, not.off)
		}
	}
}

// sampled is each eighth placement where time is short, as on an emulated machine.
func sampled(list []nmeastream.Placement) []nmeastream.Placement {
	if !testing.Short() {
		return list
	}
	return eighth(list)
}

func eighth(list []nmeastream.Placement) (few []nmeastream.Placement) {
	for i := 0; i < len(list); i += 8 {
		few = append(few, list[i])
	}
	return few
}

// A tally counts the results of placements.
type tally struct {
	count  int
	limit  time.Duration // the error that makes a sample wrong; without a pulse
	right  int
	wrong  []outcomeOf // with a wrong sample
	never  []outcomeOf // without a sample in one of the units
	off    int         // of those that are right, with a sample that is off by more than placementOff
	begins []float64   // seconds of the first sample of those that are right
}

// An outcomeOf is the result of a placement: of the unit that is wrong or never
// published.
type outcomeOf struct {
	nmeastream.Placement
	unit     string
	fault    string
	reason   string
	samples  int
	reported string
}

// playPlacements plays all placements, on as many processors as the test may use.
func playPlacements(list []nmeastream.Placement, collect bool, limit time.Duration) *tally {
	var (
		sum  = &tally{count: len(list), limit: limit}
		mu   sync.Mutex
		next atomic.Int64
		all  sync.WaitGroup
	)
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(list)); i = next.Add(1) - 1 {
				p := list[i]
				played := playStream(p.Stream, p.Pulse, collect, placementSeconds)
				mu.Lock()
				sum.add(p, &played)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	for _, of := range [][]outcomeOf{sum.wrong, sum.never} {
		slices.SortFunc(of, func(a, b outcomeOf) int { return strings.Compare(a.Name, b.Name) })
	}
	slices.Sort(sum.begins)
	return sum
}

func (sum *tally) add(p nmeastream.Placement, played *played) {
	units, names := []*unitLog{&played.sentences}, []string{"sentences"}
	if p.Pulse {
		units, names = append(units, &played.pulse), append(names, "pulse")
	}
	late := p.Delay + p.Jitter/2
	var never []outcomeOf
	var begins float64
	var off bool
	for i, u := range units {
		of := outcomeOf{Placement: p, unit: names[i], reason: u.reason(), samples: len(u.samples)}
		limit := sum.limit
		if p.Pulse {
			limit = placementWrong
		}
		wrong := u.wrong(late, limit-1)
		if len(wrong) > 0 {
			s := wrong[0]
			of.fault = fmt.Sprintf("%d of %d samples are wrong; first at %.3f s with offset %+.6f s, error %+.6f s",
				len(wrong), len(u.samples), s.at.Seconds(), s.offset.Seconds(), s.error(late).Seconds())
			of.reported = u.String()
			sum.wrong = append(sum.wrong, of)
			return
		}
		if len(u.samples) == 0 {
			of.fault, of.reported = "never published: "+of.reason, u.String()
			never = append(never, of)
			continue
		}
		begins = max(begins, u.samples[0].at.Seconds())
		off = off || len(u.wrong(late, placementOff)) > 0
	}
	if len(never) > 0 {
		sum.never = append(sum.never, never[0])
		return
	}
	sum.right++
	if off {
		sum.off++
	}
	sum.begins = append(sum.begins, begins)
}

// check logs the tally, and fails for each wrong placement.
func (sum *tally) check(t *testing.T) {
	t.Helper()
	pulsed := func(list []outcomeOf) (n int) {
		for _, o := range list {
			if o.Pulse {
				n++
			}
		}
		return n
	}
	t.Logf("%d placements: %d right, %d wrong (%d with a pulse), %d never published (%d with a pulse)",
		sum.count, sum.right, len(sum.wrong), pulsed(sum.wrong), len(sum.never), pulsed(sum.never))
	if n := len(sum.begins); n > 0 {
		t.Logf("first sample at %.1f s (median), %.1f s (latest); %d are right but off by more than %v",
			sum.begins[n/2], sum.begins[n-1], sum.off, placementOff)
	}
	for _, w := range some(sum.wrong, 10) {
		t.Errorf("%s: unit of the %s: %s\n%s", w.Name, w.unit, w.fault, w.reported)
	}
	if n := len(sum.wrong); n > 10 {
		t.Errorf("%d more wrong placements", n-10)
	}
	reasons := map[string][]outcomeOf{}
	for _, n := range sum.never {
		reasons[n.reason] = append(reasons[n.reason], n)
	}
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		t.Logf("%d are never published: %s", len(reasons[reason]), reason)
		for _, n := range some(reasons[reason], 4) {
			t.Logf("%s: unit of the %s: %s\n%s", n.Name, n.unit, n.fault, n.reported)
		}
	}
}

// some returns n elements of a list at regular positions, or all.
func some(list []outcomeOf, n int) (chosen []outcomeOf) {
	n = min(n, len(list))
	for i := range n {
		chosen = append(chosen, list[i*len(list)/n])
	}
	return chosen
}
