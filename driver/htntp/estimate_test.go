package htntp

import (
	"errors"
	"testing"
	"time"
)

func TestBoundsOfOneAnswer(t *testing.T) {
	a := Answer{Sent: 1000, Got: 1000 + 20e6, Date: 5e9, Step: second}
	b := a.bounds()
	if b.Width() != time.Second+20*ms {
		t.Errorf("width %v, want 1.02s", b.Width())
	}
	// The server read its clock when the request was sent, at the end of its second; or
	// when the answer arrived, at the beginning.
	if b.High != 5e9+second-1000 || b.Low != 5e9-1000-20e6 {
		t.Errorf("bounds %+v", b)
	}
}

func TestCover(t *testing.T) {
	for _, c := range []struct {
		name  string
		all   []Bounds
		wrong int
		want  Bounds
	}{
		{"alone", []Bounds{{1, 5}}, 0, Bounds{1, 5}},
		{"both", []Bounds{{1, 5}, {3, 9}}, 0, Bounds{3, 5}},
		{"apart", []Bounds{{1, 2}, {3, 9}}, 0, Bounds{}},
		{"one of three wrong", []Bounds{{1, 5}, {3, 9}, {100, 101}}, 1, Bounds{3, 5}},
		{"two stretches", []Bounds{{0, 10}, {1, 3}, {6, 8}}, 1, Bounds{1, 8}},
		{"none", nil, 0, Bounds{}},
		{"every one may be wrong", []Bounds{{1, 5}, {3, 9}}, 2, Bounds{}},
		{"touching is not sharing", []Bounds{{1, 3}, {3, 5}}, 0, Bounds{}},
	} {
		if got := cover(c.all, c.wrong); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestEvidenceRejectsContradictions(t *testing.T) {
	var e evidence
	if !e.add(Answer{Sent: 0, Got: 1e6, Date: 7e9, Step: second}) {
		t.Fatal("the first answer was rejected")
	}
	// Two seconds later, the same Date.
	if e.add(Answer{Sent: 2e9, Got: 2e9 + 1e6, Date: 7e9, Step: second}) {
		t.Error("a frozen Date was added")
	}
	if len(e.answers) != 1 || e.bounds.empty() {
		t.Errorf("the rejected answer changed the evidence: %+v", e)
	}
}

func TestAimAtBeginOfSecond(t *testing.T) {
	e := &evidence{minTrip: 20e6}
	for _, truth := range []theta{1_800_000_000_600_000_000, -300e6} { // the second is before 1970
		for _, now := range []int64{0, 399e6, 400e6, 999_999_999, -5e9} {
			at := e.aim(truth, now)
			if at < now || at-now >= second {
				t.Errorf("theta %d, not before %d: aimed at %d, want within a second", truth, now, at)
			}
			if reads := at + 10e6 + truth; reads%second != 0 {
				t.Errorf("theta %d, not before %d: the server reads its clock %d ns into a second, want 0", truth, now, reads%second)
			}
		}
	}
}

func TestFineDateNeedsOneRequest(t *testing.T) {
	const truth = int64(1_800_000_000_123_456_000)
	var e evidence
	for _, at := range []int64{0, 1e9} {
		e.add(Answer{Sent: at, Got: at + 20e6, Date: at + 10e6 + truth, Step: 1000, Fresh: at == 0})
	}
	got := infer(prior{}, 0, &e).estimate()
	if off := time.Duration(got.Theta - truth).Abs(); off > ms || got.Half() > 3*ms {
		t.Errorf("off by %v, half-width %v", off, got.Half())
	}
}

// A processing time shifts the estimate by up to half of it. The width must include that.
func TestProcessingTimeWidens(t *testing.T) {
	e := evidence{minTrip: 20e6}
	before := e.skew()
	e.networkTrip = 2e6
	if after := e.skew(); after < before+4e6 {
		t.Errorf("deviation %v with a processing time of 18 ms, %v without", time.Duration(after), time.Duration(before))
	}
}

// The posterior of one server lies within its hard bounds, although the skew widens it.
func TestPosteriorWithinBounds(t *testing.T) {
	const truth = int64(1_800_000_000_500_000_000)
	e := evidence{}
	for i, at := range []int64{0, 490e6, 2_495e6} {
		shows := at + 10e6 + truth
		e.add(Answer{Sent: at, Got: at + 20e6, Date: shows - shows%second, Step: second, Fresh: i == 0})
	}
	e.networkTrip = 1e6 // a long processing time, and thus a large skew
	b := infer(prior{}, 0, &e)
	if sure := b.below(e.bounds.High+1) - b.below(e.bounds.Low-1); sure < 0.999 {
		t.Errorf("%.3f of the probability is within the bounds, want all", sure)
	}
	if b.below(e.bounds.Low-int64(2*b.step)) > 0 || b.below(e.bounds.High+int64(2*b.step)) < 1-1e-9 {
		t.Errorf("the posterior reaches beyond the bounds %+v", e.bounds)
	}
}

// A server that has no request left is unproven, not pending: its standing is final.
func TestServerWithoutRequestsIsUnproven(t *testing.T) {
	const truth = int64(1_800_000_000_000_000_000)
	answered := func(requests int) *candidate {
		c := &candidate{requests: requests}
		for i, at := range []int64{0, 994e6, 2_000e6 - 10e6 - 1e6, 3_000e6 - 10e6 + 1e6} {
			shows := at + 10e6 + truth
			c.add(Answer{Sent: at, Got: at + 20e6, Date: shows - shows%second, Step: second, Fresh: i == 0})
		}
		return c
	}
	spent := &candidate{requests: maxRequests}
	spent.add(Answer{Sent: 0, Got: 20e6, Date: truth, Step: second, Fresh: true})
	s := newSurvey(usualPlan, prior{}, []*candidate{answered(5), answered(5), spent})
	s.beacon, s.beacons = s.servers[0], 1
	s.verify(10e9)
	if spent.standing != Unproven {
		t.Errorf("standing %v, want unproven", spent.standing)
	}
}

// A survey continues with the servers that answer.
func TestSurveyWithFailures(t *testing.T) {
	fail := errors.New("no answer")
	for _, c := range []struct {
		servers, failing int
		good             bool
	}{{1, 0, true}, {1, 1, false}, {2, 1, false}, {3, 1, true}, {3, 2, false}, {5, 2, true}, {5, 3, false}, {4, 2, false}} {
		candidates := make([]*candidate, c.servers)
		for i := range candidates {
			candidates[i] = &candidate{}
		}
		s := newSurvey(usualPlan, prior{}, candidates)
		const truth = int64(1_800_000_000_400_000_000)
		now := int64(1e15)
		rounds := 0
		for asks := s.round(now); len(asks) > 0; asks = s.round(now) {
			if rounds++; rounds > 60 {
				t.Fatalf("%+v: the survey does not end", c)
			}
			for _, a := range asks {
				if a.server < c.failing && rounds > 1 { // not at the first request
					s.take(a.server, Answer{}, fail)
					continue
				}
				looks := a.at + 5e6
				shows := looks + truth
				s.take(a.server, Answer{Sent: a.at, Got: looks + 5e6, Date: shows - shows%second, Step: second, Fresh: rounds == 1}, nil)
				now = max(now, looks+5e6)
			}
		}
		r, err := s.result()
		if c.good != (err == nil) {
			t.Errorf("%+v: %v", c, err)
		}
		if err == nil && time.Duration(r.Theta-truth).Abs() > 5*ms {
			t.Errorf("%+v: off by %v", c, time.Duration(r.Theta-truth))
		}
		if err != nil && !errors.Is(err, ErrNoMajority) {
			t.Errorf("%+v: %v, want no majority", c, err)
		}
	}
}

// With any answers, a survey ends and keeps the limit of requests.
func FuzzSurvey(f *testing.F) {
	f.Add([]byte{3, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
	f.Add([]byte{1, 0, 0, 0, 0})
	f.Add([]byte{5, 255, 255, 0, 128, 7, 7, 7})
	f.Add([]byte{5})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 {
			return
		}
		next := func() int64 {
			if len(data) == 0 {
				return 17
			}
			v := data[0]
			data = data[1:]
			return int64(v)
		}
		candidates := make([]*candidate, 1+next()%6)
		for i := range candidates {
			candidates[i] = &candidate{}
		}
		s := newSurvey(usualPlan, prior{}, candidates)
		now := int64(0)
		for rounds := 0; ; rounds++ {
			asks := s.round(now)
			if len(asks) == 0 {
				break
			}
			if rounds > 200 {
				t.Fatal("the survey does not end")
			}
			begun := now
			for _, a := range asks {
				if a.at < begun {
					t.Fatalf("a request in the past: %d before %d", a.at, begun)
				}
				switch kind := next(); {
				case kind == 13:
					s.take(a.server, Answer{}, ErrFrozen)
				default:
					trip := next() * 9e6
					looks := a.at + trip*(kind%8)/8 + 1_800_000_000e9 + (kind%3)*next()*5e6
					s.take(a.server, Answer{Sent: a.at, Got: a.at + trip, Date: looks - looks%second, Step: second, Fresh: rounds == 0}, nil)
					now = max(now, a.at+trip)
				}
			}
		}
		for _, c := range candidates {
			if c.requests > maxRequests {
				t.Fatalf("%d requests to a server, want at most %d", c.requests, maxRequests)
			}
		}
		if r, err := s.result(); err == nil && (r.Bounds.Low >= r.Bounds.High || r.Estimate.Low > r.Theta || r.Theta > r.Estimate.High) {
			t.Fatalf("result %+v", r)
		}
	})
}

// With a tight prior, the nearest server is asked where the time is expected, and the others at
// the low side of it. With a wider prior, the others are asked at once.
func TestGreet(t *testing.T) {
	const truth = int64(1_800_000_000_600_000_000)
	for half, tight := range map[int64]bool{1e6: true, 10e6: true, 10e6 + 1: false} {
		candidates := []*candidate{{evidence: evidence{minTrip: 40e6}}, {evidence: evidence{minTrip: 20e6}}, {standing: Excluded}}
		s := newSurvey(usualPlan, prior{Bounds{truth - half, truth + half}, true}, candidates)
		const now = int64(1e15)
		asks := s.round(now)
		if len(asks) != 2 {
			t.Fatalf("%v: want both usable servers to be asked", asks)
		}
		// aimed returns the theta at which the server would read its clock as a second begins.
		aimed := func(a ask) int64 {
			into := (a.at + candidates[a.server].trip()/2 + truth) % second
			return truth - (into+second/2)%second + second/2
		}
		if got := aimed(asks[1]); got != truth {
			t.Errorf("+- %d: the nearest server is asked %v from the expected time", half, time.Duration(got-truth))
		}
		c := candidates[0]
		switch {
		case !tight && (asks[0].at != now || c.low != 0):
			t.Errorf("+- %d: the other server is asked after %v, want at once", half, time.Duration(asks[0].at-now))
		case tight && (aimed(asks[0]) != truth-c.tolerance(s.expected()) || c.low != 1):
			t.Errorf("+- %d: the other server is asked %v from the expected time, want the low side", half, time.Duration(aimed(asks[0])-truth))
		}
	}
}

// The first answers show which servers are off by seconds. The end of the limits of the
// majority is outside them.
func TestCompare(t *testing.T) {
	for name, c := range map[string]struct {
		third Bounds
		want  Standing
	}{
		"in common": {Bounds{9e6, 20e6}, Pending},
		"ahead":     {Bounds{90e6, 99e6}, Ahead},
		"late":      {Bounds{-90e6, -80e6}, Late},
		"touching":  {Bounds{10e6, 20e6}, Ahead},
		"before":    {Bounds{-10e6, 0}, Late},
	} {
		var candidates []*candidate
		for _, b := range []Bounds{{0, 10e6}, {0, 10e6}, c.third} {
			candidates = append(candidates, &candidate{evidence: evidence{bounds: b, answers: make([]Answer, 1)}})
		}
		s := newSurvey(usualPlan, prior{}, candidates)
		s.compare(0)
		if got := candidates[2].standing; got != c.want || candidates[0].standing != Pending {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	// If no two servers agree, no server is known to be wrong.
	apart := []*candidate{}
	for i := range int64(3) {
		apart = append(apart, &candidate{evidence: evidence{bounds: Bounds{i * hour.Nanoseconds(), i*hour.Nanoseconds() + 10e6}}})
	}
	s := newSurvey(usualPlan, prior{}, apart)
	if _, more := s.compare(0); more || !errors.Is(s.failure, ErrNoMajority) || apart[0].standing != Pending || apart[2].standing != Pending {
		t.Errorf("apart: continues %v, %v; standings %v and %v", more, s.failure, apart[0].standing, apart[2].standing)
	}
}

// A beacon whose answers scatter gets three requests more than usual. Then another server takes
// its place.
func TestVagueBeacon(t *testing.T) {
	const truth = int64(1_800_000_000_400_000_000)
	for _, n := range []int{2, 3} {
		vagueBeacon(t, truth, make([]candidate, n))
	}
}

func vagueBeacon(t *testing.T, truth theta, servers []candidate) {
	t.Helper()
	var candidates []*candidate
	for i := range servers {
		candidates = append(candidates, &servers[i])
	}
	s := newSurvey(usualPlan, prior{}, candidates)
	now := int64(1e15)
	for asks := s.round(now); len(asks) > 0 && s.beacons < 2; asks = s.round(now) {
		for _, a := range asks {
			trip := int64(20e6)
			if a.server == 0 {
				trip = 1900e6
				if s.beacons == 0 {
					trip = 4e6 // so that it becomes the beacon
				}
			}
			shows := a.at + trip/2 + truth
			s.take(a.server, Answer{Sent: a.at, Got: a.at + trip, Date: shows - shows%second, Step: second}, nil)
			now = max(now, a.at+trip)
		}
	}
	if n := candidates[0].requests; s.beacons != 2 || n != usualPlan.search+3 {
		t.Errorf("%d requests to the first of %d beacons, want %d to the first of two", n, s.beacons, usualPlan.search+3)
	}
}
