package htntp

import (
	"testing"
	"time"
)

// shown returns an answer that shows theta to be within two limits, as exactly as a round
// trip of 1 ms permits.
func shown(from, to theta) Answer {
	return Answer{Sent: 0, Got: 1e6, Date: from + 500e3, Step: to - from}
}

// A server agrees, or is off, if its answers are clearly on one side of the limits. In between,
// it is asked on the side that is open, twice at most.
func TestJudge(t *testing.T) {
	const truth = int64(1_800_000_000_000_000_000)
	found := Estimate{truth, truth - 2e6, truth + 2e6} // 8.4 ms of tolerance, 12.6 ms of reach, a core of 5.2 ms
	for _, c := range []struct {
		name      string
		from, to  time.Duration // what the answers show, minus the time found
		low, high int
		standing  Standing
		side      side
	}{
		{"right", -4 * ms, 4 * ms, 0, 0, Agrees, nowhere},
		{"off by less than the tolerance", 5 * ms, 11 * ms, 0, 0, Agrees, nowhere},
		{"almost within reach", -4 * ms, 12500 * time.Microsecond, 0, 0, Agrees, nowhere},
		{"ahead", 7 * ms, 40 * ms, 0, 0, Ahead, nowhere},
		{"late", -40 * ms, -7 * ms, 0, 0, Late, nowhere},
		{"ahead, by seconds", time.Second, 2 * time.Second, 2, 2, Ahead, nowhere},
		{"late, by seconds", -2 * time.Second, -time.Second, 2, 2, Late, nowhere},
		{"ahead or not", 4 * ms, 40 * ms, 0, 0, Pending, topSide},
		{"late or not", -40 * ms, -4 * ms, 0, 0, Pending, lowSide},
		{"ahead or not, after one request", 4 * ms, 40 * ms, 0, 1, Pending, topSide},
		{"late or not, after one request", -40 * ms, -4 * ms, 1, 0, Pending, lowSide},
		{"ahead or not, after two requests", 4 * ms, 40 * ms, 0, 2, Unproven, nowhere},
		{"late or not, after two requests", -40 * ms, -4 * ms, 2, 0, Unproven, nowhere},
		{"unknown", -500 * ms, 500 * ms, 0, 0, Pending, lowSide},
		{"unknown, rather ahead", -100 * ms, 900 * ms, 0, 0, Pending, lowSide},
		{"unknown, after both requests at the low side", -500 * ms, 500 * ms, 2, 0, Pending, topSide},
		{"unknown, after all requests", -500 * ms, 500 * ms, 2, 2, Unproven, nowhere},
	} {
		server := &candidate{low: c.low, high: c.high}
		server.add(shown(truth+int64(c.from), truth+int64(c.to)))
		if standing, side := server.judge(found); standing != c.standing || side != c.side {
			t.Errorf("%s: %v, side %d; want %v, %d", c.name, standing, side, c.standing, c.side)
		}
	}
	// The last poll is no answer.
	if standing, side := (&candidate{evidence: evidence{minTrip: 20e6}}).judge(found); standing != Pending || side != lowSide {
		t.Errorf("without an answer: %v, side %d", standing, side)
	}
}

// An estimate that is too wide verifies no other server. The skew does not count.
func TestVague(t *testing.T) {
	c := &candidate{evidence: evidence{minTrip: 20e6}}
	limit := int64(maxVerify) + int64(normal90*c.skew())
	for half, want := range map[int64]bool{int64(maxVerify): false, limit: false, limit + 1: true} {
		if got := c.vague(Estimate{0, -half, half}); got != want {
			t.Errorf("half-width %v: vague %v, want %v", time.Duration(half), got, want)
		}
	}
}

// How far a server is off follows from its own estimate, or else from the limits that its
// answers prove.
func TestOff(t *testing.T) {
	const truth = int64(1_800_000_000_000_000_000)
	for _, c := range []struct {
		name     string
		from, to time.Duration // what the answer shows, minus the time found
		want     time.Duration
		atLeast  bool
	}{
		{"ahead, and it is known by how much", 20 * ms, 40 * ms, 30 * ms, false},
		{"late, and it is known by how much", -40 * ms, -20 * ms, -30 * ms, false},
		{"known to 80 ms", 100 * ms, 260 * ms, 180 * ms, false},
		{"known to 120 ms", 100 * ms, 360 * ms, 100 * ms, true},
		{"ahead by at least 200 ms", 200 * ms, 900 * ms, 200 * ms, true},
		{"late by at least 200 ms", -900 * ms, -200 * ms, -200 * ms, true},
		{"not off", -400 * ms, 400 * ms, 0, true},
	} {
		server := &candidate{}
		server.add(shown(truth+int64(c.from), truth+int64(c.to)))
		if off, atLeast := server.off(truth); (off-c.want).Abs() > 2*ms || atLeast != c.atLeast {
			t.Errorf("%s: off by %v, at least %v; want %v, %v", c.name, off, atLeast, c.want, c.atLeast)
		}
	}
	for value, want := range map[theta]time.Duration{-1: 2, 0: 1, 1: 0, 3: 0, 5: 0, 6: -1, 9: -4} {
		if got := beyond(1, 5, value); got != want {
			t.Errorf("1 to 5 is beyond %d by %d, want %d", value, got, want)
		}
	}
}
