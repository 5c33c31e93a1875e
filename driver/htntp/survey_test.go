package htntp

import (
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"
)

// The servers belong to others: these numbers change only on purpose.
func TestRequestsOfPoll(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("floating point differs in the last digit between processors: compared on amd64")
	}
	for _, c := range []struct {
		name     string
		cell     cell
		requests []int // to each server, in each of three polls
	}{
		{"one", cell{servers: alone(20*ms, ms)}, []int{10, 10, 10}},
		{"one, without jitter", cell{servers: alone(2*ms, 0)}, []int{10, 10, 10}},
		{"one, warm", cell{servers: alone(20*ms, ms), warm: true}, []int{4, 3, 3}},
		{"one that scatters, warm", cell{servers: alone(200*ms, 50*ms), warm: true}, []int{10, 10, 10}},
		{"five", cell{servers: five()}, []int{9, 5, 3, 3, 3, 9, 5, 3, 3, 3, 9, 5, 3, 3, 3}},
		{"five, warm", cell{servers: five(), warm: true}, []int{4, 3, 2, 2, 2, 4, 4, 2, 2, 2, 4, 5, 2, 2, 2}},
		{"five, one late", cell{servers: five(300 * ms)}, []int{7, 11, 7, 5, 5, 2, 9, 5, 3, 3, 9, 5, 3, 3, 1}},
		{"five, each of them different", cell{servers: five(150*ms, 300*ms, 450*ms, 600*ms)}, []int{7, 8, 8, 3, 3, 7, 7, 9, 3, 4, 7, 7, 9, 1, 3}},
		{"five, three late", cell{servers: five(200*ms, 450*ms, 700*ms)}, []int{7, 9, 8, 3, 2, 7, 9, 3, 7, 3, 7, 7, 9, 1, 3}},
	} {
		r := rand.New(rand.NewPCG(7, 7))
		var got []int
		for range 3 {
			truth := int64(1_800_000_000e9) + r.Int64N(4e9)
			servers := c.cell.servers(r)
			before, candidates := c.cell.before(r, truth, servers)
			s := newSurvey(usualPlan, before, candidates)
			run(r, s, truth, 1e15, servers)
			for _, candidate := range candidates {
				got = append(got, candidate.requests)
			}
		}
		if !slices.Equal(got, c.requests) {
			t.Errorf("%s: %v, want %v", c.name, got, c.requests)
		}
	}
}

// What becomes of a server by its answers.
func TestTake(t *testing.T) {
	first := Answer{Sent: 0, Got: 20e6, Date: 7e9, Step: second, Fresh: true}
	refused := errors.New("refused")
	for name, c := range map[string]struct {
		second Answer
		err    error
		why    error
	}{
		"good":                                 {second: Answer{Sent: 1e9, Got: 1e9 + 20e6, Date: 8e9, Step: second}},
		"2 s":                                  {second: Answer{Sent: 1e9, Got: 3e9, Date: 9e9, Step: second}},
		"more than 2 s":                        {second: Answer{Sent: 1e9, Got: 3e9 + 1, Date: 9e9, Step: second}, why: ErrSlow},
		"no answer":                            {err: refused, why: refused},
		"the same Date":                        {second: Answer{Sent: 2e9, Got: 2e9 + 20e6, Date: 7e9, Step: second}, why: ErrFrozen},
		"the same Date, on another connection": {second: Answer{Sent: 2e9, Got: 2e9 + 20e6, Date: 7e9, Step: second, Fresh: true}, why: ErrContradicts},
		"another Date":                         {second: Answer{Sent: 2e9, Got: 2e9 + 20e6, Date: 6e9, Step: second}, why: ErrContradicts},
	} {
		server := &candidate{}
		s := newSurvey(usualPlan, prior{}, []*candidate{server})
		s.take(0, first, nil)
		s.take(0, c.second, c.err)
		if server.why != c.why || server.usable() != (c.why == nil) || server.requests != 2 {
			t.Errorf("%s: %v, usable %v, %d requests", name, server.why, server.usable(), server.requests)
		}
		s.take(0, Answer{}, errors.New("later"))
		if c.why != nil && server.why != c.why {
			t.Errorf("%s: excluded for %v, then for %v", name, c.why, server.why)
		}
	}
}

// A server gets 20 requests in a poll at most, each 200 ms after an answer at the earliest.
func TestPauseAndLimitOfRequests(t *testing.T) {
	for requests, want := range map[int]bool{0: true, 19: true, 20: false, 21: false} {
		if got := canAsk(&candidate{requests: requests}); got != want {
			t.Errorf("after %d requests: may be asked %v, want %v", requests, got, want)
		}
	}
	if canAsk(&candidate{standing: Excluded}) {
		t.Error("an excluded server may be asked")
	}
	c := &candidate{}
	s := newSurvey(usualPlan, prior{}, []*candidate{{}, c})
	const now = int64(5e15)
	for begins, want := range map[time.Duration]time.Duration{200 * ms: 200 * ms, 200*ms - 1: 1200*ms - 1, 700 * ms: 700 * ms} {
		if got := s.sendAt(c, -now-int64(begins), now); got != (ask{1, now + int64(want)}) {
			t.Errorf("the second of server 1 begins after %v: asks %d after %v, want %v", begins, got.server, time.Duration(got.at-now), want)
		}
	}
}

// If the majority contradicts a beacon, the next is a server that contradicts it, too.
func TestChooseAfterBeacon(t *testing.T) {
	for _, c := range []struct {
		name      string
		standings []Standing // of the others, the nearest first
		excluded  bool       // the beacon
		vague     bool
		beacons   int
		want      int // index of the next beacon; 0 for none
	}{
		{"late", []Standing{Agrees, Late, Late}, false, false, 1, 2},
		{"unproven", []Standing{Agrees, Unproven, Late}, false, false, 1, 2},
		{"ahead before late", []Standing{Late, Unproven, Ahead}, false, false, 1, 3},
		{"none contradicts", []Standing{Agrees, Agrees, Pending}, false, false, 1, 0},
		{"the beacon has failed", []Standing{Agrees, Late, Ahead}, true, false, 1, 1},
		{"the beacon is vague", []Standing{Agrees, Late, Ahead}, false, true, 1, 1},
		{"the third", []Standing{Agrees, Late, Late}, false, false, 2, 2},
		{"no fourth", []Standing{Agrees, Late, Late}, false, false, 3, 0},
	} {
		beacon := &candidate{tried: true, standing: Agrees}
		if c.excluded {
			beacon.standing = Excluded
		}
		candidates := []*candidate{beacon}
		for i, standing := range c.standings {
			candidates = append(candidates, &candidate{standing: standing, low: 1, high: 2, evidence: evidence{minTrip: int64(i+1) * 1e6}})
		}
		s := newSurvey(usualPlan, prior{}, candidates)
		s.beacon, s.beacons, s.vague, s.searched = beacon, c.beacons, c.vague, 5
		if _, more := s.choose(0); more != (c.want > 0) || errors.Is(s.failure, ErrNoMajority) != (c.want == 0) {
			t.Errorf("%s: continues %v, %v", c.name, more, s.failure)
			continue
		}
		if c.want == 0 {
			continue
		}
		if next := candidates[c.want]; s.beacon != next || !next.tried || s.beacons != c.beacons+1 || s.searched != 0 || s.vague {
			t.Errorf("%s: the next beacon is %d, want %d", c.name, slices.Index(candidates, s.beacon), c.want)
		}
		for _, other := range candidates[1:] {
			if other.standing != Pending || other.low != 0 || other.high != 0 {
				t.Errorf("%s: standing %v, %d and %d requests after the choice", c.name, other.standing, other.low, other.high)
			}
		}
	}
}

// With a tight prior, the others are verified while the beacon is asked.
func TestSearchVerifiesOthers(t *testing.T) {
	const truth = int64(1_800_000_000e9)
	for half, want := range map[int64]int{4e6: 3, 40e6: 1} {
		var candidates []*candidate
		for range 3 {
			c := &candidate{}
			c.add(Answer{Sent: 0, Got: 20e6, Date: truth - 400e6 + 10e6, Step: second})
			candidates = append(candidates, c)
		}
		s := newSurvey(usualPlan, prior{Bounds{truth - half, truth + half}, true}, candidates)
		s.beacon, s.beacons = candidates[1], 1
		if asks, _ := s.search(1e9); len(asks) != want || asks[0].server != 1 {
			t.Errorf("+- %v: asks %v, want %d", time.Duration(half), asks, want)
		}
	}
}
