package htntp

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// A virtual server answers in virtual time.
type virtual struct {
	out, back time.Duration // the fastest way there, and back
	jitter    time.Duration // mean delay of the queues, each way
	late      time.Duration // how far its clock, or its Date, is behind
	opening   time.Duration // mean extra delay of the first answer
	think     time.Duration // from the arrival of a request to the reading of the clock
}

func (v virtual) ask(r *rand.Rand, at int64, truth theta, fresh bool) Answer {
	queue := func(mean time.Duration) int64 { return int64(r.ExpFloat64() * float64(mean)) }
	arrives := at + int64(v.out) + queue(v.jitter)
	if fresh {
		arrives += queue(v.opening)
	}
	looks := arrives + int64(v.think)
	shows := looks + truth - int64(v.late)
	return Answer{
		Sent: at, Got: looks + int64(v.back) + queue(v.jitter),
		Date: shows - shows%second, Step: second, Fresh: fresh,
	}
}

// run runs a survey in virtual time. It returns the number of requests and the time taken.
func run(r *rand.Rand, s *survey, truth theta, now int64, servers []virtual) (requests int, took time.Duration) {
	began := now
	asked := make([]bool, len(servers))
	for {
		asks := s.round(now)
		if len(asks) == 0 {
			return requests, time.Duration(now - began)
		}
		for _, a := range asks {
			answer := servers[a.server].ask(r, a.at, truth, !asked[a.server])
			asked[a.server] = true
			s.take(a.server, answer, nil)
			requests++
			now = max(now, answer.Got)
		}
	}
}

// A tally is the results of many runs.
type tally struct {
	errors   []time.Duration // absolute, sorted
	runs     int
	silent   int
	covered  int           // by the interval of 90 %, as if the paths were symmetric
	stated   int           // by the interval that is stated
	escaped  int           // truth outside the hard bounds
	widest   time.Duration // the hard bounds
	gross    int           // errors over 100 ms
	requests int
	took     time.Duration
}

func (y *tally) add(r Result, err error, truth theta) {
	y.runs++
	if err != nil {
		y.silent++
		return
	}
	off := time.Duration(r.Theta - truth).Abs()
	y.errors = append(y.errors, off)
	if off > 100*time.Millisecond {
		y.gross++
	}
	if r.Estimate.Low <= truth && truth <= r.Estimate.High {
		y.covered++
	}
	if s := r.stated(); s.Low <= truth && truth <= s.High {
		y.stated++
	}
	y.widest = max(y.widest, r.Bounds.Width())
	if truth < r.Bounds.Low || truth >= r.Bounds.High {
		y.escaped++
	}
}

func (y *tally) quantile(q float64) time.Duration {
	if len(y.errors) == 0 {
		return 0
	}
	slices.Sort(y.errors)
	return y.errors[min(int(q*float64(len(y.errors))), len(y.errors)-1)]
}

func (y *tally) String() string {
	ms := func(d time.Duration) float64 { return d.Seconds() * 1e3 }
	n := float64(y.runs)
	return fmt.Sprintf("%6.2f %6.2f max %6.1f ms, covered %5.1f %%, stated %5.1f %%, silent %4.1f %%, escaped %d, gross %d, %4.1f requests, %4.1f s",
		ms(y.quantile(0.5)), ms(y.quantile(0.95)), ms(y.quantile(1)), 100*float64(y.covered)/float64(max(1, len(y.errors))), 100*float64(y.stated)/float64(max(1, len(y.errors))),
		100*float64(y.silent)/n, y.escaped, y.gross, float64(y.requests)/n, y.took.Seconds()/n)
}

// A cell is a case that is run many times, each with a random offset and phase.
type cell struct {
	name    string
	plan    plan
	warm    bool // the clock was stepped at random by up to 3.2 ms since the last poll
	servers func(*rand.Rand) []virtual

	median, p95 time.Duration // greatest errors
	requests    float64       // greatest average
	networkTrip bool          // the round trip of the network is known
	mute        bool          // no majority is possible
	within      bool          // the wrong offsets are within the tolerance and cannot be detected
	wrong       bool          // and they are of servers, not of paths
	beyond      time.Duration // the asymmetry exceeds what the stated interval allows for: the most that the hard bounds may span
}

func (c cell) run(runs int, seed uint64) *tally {
	r := rand.New(rand.NewPCG(seed, 1))
	y := &tally{}
	for range runs {
		truth := int64(1_800_000_000e9) + r.Int64N(4e9)
		now := int64(1e15) + r.Int64N(1e9)
		servers := c.servers(r)
		before, candidates := c.before(r, truth, servers)
		s := newSurvey(c.plan, before, candidates)
		requests, took := run(r, s, truth, now, servers)
		y.requests += requests
		y.took += took
		result, err := s.result()
		y.add(result, err, truth)
	}
	return y
}

func (c cell) before(r *rand.Rand, truth theta, servers []virtual) (p prior, candidates []*candidate) {
	for _, v := range servers {
		e := &candidate{}
		if c.networkTrip {
			e.networkTrip = int64(v.out + v.back + v.jitter)
		}
		if c.warm {
			e.minTrip = int64(v.out + v.back + v.jitter/2)
			e.trusted = true
		}
		candidates = append(candidates, e)
	}
	if c.warm {
		last := truth + r.Int64N(6_400_000) - 3_200_000 + int64(r.NormFloat64()*600_000)
		p = prior{Bounds{last - 4_200_000, last + 4_200_000}, true}
	}
	return p, candidates
}

const ms = time.Millisecond

func alone(trip, jitter time.Duration) func(*rand.Rand) []virtual {
	return func(*rand.Rand) []virtual {
		return []virtual{{out: trip / 2, back: trip / 2, jitter: jitter, opening: 2 * ms}}
	}
}

// five returns servers with round trips of 10 to 120 ms and an asymmetry of 1 to 6 ms either
// way. Random ones of them are behind by the values in late.
func five(late ...time.Duration) func(*rand.Rand) []virtual {
	return func(r *rand.Rand) (servers []virtual) {
		for _, trip := range []time.Duration{10 * ms, 20 * ms, 40 * ms, 80 * ms, 120 * ms} {
			skew := time.Duration((1 + 5*r.Float64()) * float64(ms))
			skew = min(skew, trip/4)
			if r.IntN(2) == 0 {
				skew = -skew
			}
			servers = append(servers, virtual{out: (trip + skew) / 2, back: (trip - skew) / 2, jitter: 2 * ms, opening: 2 * ms})
		}
		for i, wrong := range r.Perm(5)[:len(late)] {
			servers[wrong].late = late[i]
		}
		return servers
	}
}

// skewed returns servers whose paths take three times as long in the same direction.
func skewed(trips ...time.Duration) func(*rand.Rand) []virtual {
	return func(r *rand.Rand) (servers []virtual) {
		for _, trip := range trips {
			v := virtual{out: trip / 4, back: trip - trip/4, jitter: ms, opening: 2 * ms}
			servers = append(servers, v)
		}
		if r.IntN(2) == 0 {
			for i, v := range servers {
				servers[i].out, servers[i].back = v.back, v.out
			}
		}
		return servers
	}
}

// lopsided returns a server 5 ms away, whose answers take 95 ms; or the reverse.
func lopsided(r *rand.Rand) []virtual {
	v := virtual{out: 5 * ms, back: 95 * ms, jitter: ms, opening: 2 * ms}
	if r.IntN(2) == 0 {
		v.out, v.back = v.back, v.out
	}
	return []virtual{v}
}

// thinking returns five servers that take up to 40 ms before they read their clocks.
func thinking(r *rand.Rand) []virtual {
	servers := five()(r)
	for i := range servers {
		servers[i].think = time.Duration(r.Int64N(int64(40 * ms)))
	}
	return servers
}

var cells = []cell{
	{name: "loopback, 5 requests", plan: plan{alone: 5}, servers: alone(100*time.Microsecond, 50*time.Microsecond), median: 18 * ms, p95: 33 * ms, requests: 5},
	{name: "RTT 20 jitter 1, 8 requests", plan: plan{alone: 8}, servers: alone(20*ms, ms), median: 2500 * time.Microsecond, p95: 6 * ms, requests: 8},
	{name: "RTT 80 jitter 1, 8 requests", plan: plan{alone: 8}, servers: alone(80*ms, ms), median: 2500 * time.Microsecond, p95: 6 * ms, requests: 8},
	{name: "RTT 20 jitter 1, 10 requests", plan: plan{alone: 10}, servers: alone(20*ms, ms), median: 900 * time.Microsecond, p95: 2500 * time.Microsecond, requests: 10},
	{name: "RTT 80 jitter 1, 10 requests", plan: plan{alone: 10}, servers: alone(80*ms, ms), median: 900 * time.Microsecond, p95: 2500 * time.Microsecond, requests: 10},
	{name: "RTT 20 jitter 10, 10 requests", plan: plan{alone: 10}, servers: alone(20*ms, 10*ms), median: 4 * ms, p95: 12 * ms, requests: 10},
	{name: "RTT 80 jitter 10, 10 requests", plan: plan{alone: 10}, servers: alone(80*ms, 10*ms), median: 4 * ms, p95: 12 * ms, requests: 10},
	{name: "warm RTT 20, 2 requests", plan: plan{alone: 2, warm: 2}, warm: true, servers: alone(20*ms, ms), median: 1400 * time.Microsecond, p95: 3500 * time.Microsecond, requests: 2},
	{name: "warm RTT 80, 2 requests", plan: plan{alone: 2, warm: 2}, warm: true, servers: alone(80*ms, ms), median: 1400 * time.Microsecond, p95: 3500 * time.Microsecond, requests: 2},
	{name: "warm RTT 20, 3 requests", plan: plan{alone: 3, warm: 3}, warm: true, servers: alone(20*ms, ms), median: 1000 * time.Microsecond, p95: 2300 * time.Microsecond, requests: 3},
	{name: "warm RTT 80, 3 requests", plan: plan{alone: 3, warm: 3}, warm: true, servers: alone(80*ms, ms), median: 1000 * time.Microsecond, p95: 2300 * time.Microsecond, requests: 3},
	{name: "five good", plan: usualPlan, servers: five(), median: 1500 * time.Microsecond, p95: 4 * ms, requests: 25},
	{name: "five, one 0.30 s late", plan: usualPlan, servers: five(300 * ms), median: 1500 * time.Microsecond, p95: 4 * ms, requests: 25},
	{name: "five, one 37 s wrong", plan: usualPlan, servers: five(-37 * time.Second), median: 1500 * time.Microsecond, p95: 4 * ms, requests: 25},
	{name: "five, 0.06 s and 0.85 s late", plan: usualPlan, servers: five(60*ms, 850*ms), median: 1500 * time.Microsecond, p95: 4 * ms, requests: 50},
	{name: "five, three late apart", plan: usualPlan, servers: five(200*ms, 450*ms, 700*ms), mute: true, requests: 60},
	{name: "five that think for 0 to 40 ms", plan: usualPlan, servers: thinking, networkTrip: true, within: true, median: 10 * ms, p95: 20 * ms, requests: 27},
	{name: "five, late by 20 ms", plan: usualPlan, servers: five(20 * ms), median: 4 * ms, p95: 25 * ms, requests: 30, within: true, wrong: true},
	{name: "10 ms there, 30 ms back", plan: usualPlan, servers: skewed(40 * ms), median: 12 * ms, p95: 13 * ms, requests: 10, within: true},
	{name: "5 ms there, 95 ms back", plan: usualPlan, servers: lopsided, median: 47 * ms, p95: 49 * ms, requests: 10, within: true, beyond: 112 * ms},
	{name: "three asymmetric paths", plan: usualPlan, servers: skewed(20*ms, 40*ms, 80*ms), median: 10 * ms, p95: 15 * ms, requests: 25, within: true},
	{name: "three asymmetric paths, equally long", plan: usualPlan, servers: skewed(80*ms, 82*ms, 84*ms), median: 23 * ms, p95: 28 * ms, requests: 25, within: true},
	{name: "three asymmetric paths, warm", plan: usualPlan, warm: true, servers: skewed(20*ms, 40*ms, 80*ms), median: 10 * ms, p95: 15 * ms, requests: 25, within: true},
	{name: "five good, warm", plan: usualPlan, warm: true, servers: five(), median: 1500 * time.Microsecond, p95: 4 * ms, requests: 18},
	{name: "five, one 0.30 s late, warm", plan: usualPlan, warm: true, servers: five(300 * ms), median: 1500 * time.Microsecond, p95: 4 * ms, requests: 25},
}

// fewRuns is the tolerance for a hundred runs, relative to ten thousand.
const fewRuns = 1.15

// check compares a tally with the limits of the cell.
func (c cell) check(t testing.TB, y *tally, slack float64) {
	t.Helper()
	if y.escaped > 0 {
		t.Errorf("%s: the truth was outside the hard bounds %d times", c.name, y.escaped)
	}
	if y.gross > 0 {
		t.Errorf("%s: %d errors over 100 ms", c.name, y.gross)
	}
	if c.mute != (y.silent == y.runs) || !c.mute && y.silent > y.runs/50 {
		t.Errorf("%s: silent %d times of %d", c.name, y.silent, y.runs)
	}
	over := func(got, most time.Duration) bool { return float64(got) > slack*float64(most) }
	if over(y.quantile(0.5), c.median) || over(y.quantile(0.95), c.p95) {
		t.Errorf("%s: median %v, 95 %% %v; want %v, %v", c.name, y.quantile(0.5), y.quantile(0.95), c.median, c.p95)
	}
	if !c.mute && !c.within && float64(y.covered)*slack < 0.85*float64(len(y.errors)) {
		t.Errorf("%s: the truth was in the 90 %% interval %d times of %d", c.name, y.covered, len(y.errors))
	}
	if c.beyond > 0 && y.widest > c.beyond {
		t.Errorf("%s: hard bounds of %v, want at most %v", c.name, y.widest, c.beyond)
	}
	if !c.mute && !c.wrong && c.beyond == 0 && float64(y.stated)*slack < 0.90*float64(len(y.errors)) {
		t.Errorf("%s: the truth was in the stated interval %d times of %d", c.name, y.stated, len(y.errors))
	}
	if average := float64(y.requests) / float64(y.runs); average > slack*c.requests {
		t.Errorf("%s: %.1f requests, want at most %v", c.name, average, c.requests)
	}
}

func TestCells(t *testing.T) {
	for _, c := range cells {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			y := c.run(100, 1)
			t.Log(y)
			c.check(t, y, fewRuns)
		})
	}
}

// BenchmarkCells runs the cells more often: -benchtime 10000x.
func BenchmarkCells(b *testing.B) {
	for _, c := range cells {
		b.Run(c.name, func(b *testing.B) {
			y := c.run(b.N, uint64(b.N))
			if b.N < 1000 {
				return // the first run of the benchmark, which measures the time
			}
			c.check(b, y, 1)
			b.ReportMetric(y.quantile(0.5).Seconds()*1e3, "ms/median")
			b.ReportMetric(y.quantile(0.95).Seconds()*1e3, "ms/95%")
			b.ReportMetric(y.quantile(1).Seconds()*1e3, "ms/worst")
			b.ReportMetric(100*float64(y.covered)/float64(max(1, len(y.errors))), "%covered")
			b.ReportMetric(float64(y.requests)/float64(y.runs), "requests")
		})
	}
}
