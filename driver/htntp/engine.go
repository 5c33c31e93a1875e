package htntp

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/refclock/refclock/driver"
)

// ErrStepped means that the system clock was set, or the machine slept, during a poll.
var ErrStepped = errors.New("the system clock was set, or the machine slept, during the poll")

// An Engine asks web servers for the time. It keeps what helps the next poll. The Clock and
// the Witness are built on it:
//
//	engine, err := htntp.NewEngine(config)
//	...
//	verdict, err := engine.Ask(ctx)
type Engine struct {
	config Config
	now    func() stamp // replaced in tests

	mu      sync.Mutex // one poll at a time
	plan    plan
	servers []*server

	remembering sync.Mutex // of the memory, which is also read during a poll
	memory      memory

	proof        proof
	synchronised func() bool // whether a time daemon keeps the system clock; replaced in tests
}

// NewEngine returns an Engine. It sends nothing before Ask. It does not use the intervals
// of the configuration: the caller decides when to ask, within the hourly budget of each
// server.
func NewEngine(c Config) (*Engine, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Trace == nil {
		c.Trace = func(Exchange) {}
	}
	e := &Engine{config: c, now: now, plan: usualPlan, synchronised: kernelSynchronised}
	d := &dialer{proxy: c.Proxy, roots: c.Roots, agent: c.Agent, dial: c.Dial}
	for _, h := range c.Hosts {
		e.servers = append(e.servers, &server{host: h, dialer: d, since: c.Since, httpstime: c.HTTPSTime})
	}
	return e, nil
}

// Ask runs a poll, which takes 3 to 20 seconds. Its error wraps [ErrNoMajority],
// [ErrStepped], [ErrLeapSecond] or [ErrBootstrap], and then the verdict still has the reports;
// or it is the error of the context.
func (e *Engine) Ask(ctx context.Context) (Verdict, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	began := e.now()
	before := e.prior(began)
	candidates := make([]*candidate, len(e.servers))
	for i, s := range e.servers {
		candidates[i] = &candidate{evidence: evidence{minTrip: s.minTrip}, trusted: s.trusted, unlucky: s.unlucky}
		candidates[i].relayed = s.viaHTTPProxy()
	}
	survey := newSurvey(e.plan, before, candidates)
	for asks := survey.round(mono()); len(asks) > 0; asks = survey.round(mono()) {
		e.send(ctx, survey, asks)
		if ctx.Err() != nil {
			break
		}
	}
	at := e.now()
	for _, s := range e.servers {
		s.drop()
	}
	if ctx.Err() != nil {
		return Verdict{}, ctx.Err()
	}
	result, err := e.confirm(survey, at)
	if at.step(began).Abs() > stepLimit && err == nil {
		err = ErrStepped
	}
	if err == nil && maybeLeap(result.Theta+began.mono, result.Theta+at.mono) {
		err = ErrLeapSecond
	}
	v := e.verdict(survey, result, err, at)
	v.Warm = before.known
	if err == nil {
		e.prove(survey, result, at, &v)
	}
	e.remember(result, err, at)
	for i, c := range candidates {
		s := e.servers[i]
		s.unlucky = c.tried && c.standing != Agrees
		if err == nil {
			s.minTrip, s.trusted = c.minTrip, c.standing == Agrees
		}
	}
	return v, err
}

func (e *Engine) prior(at stamp) prior {
	e.remembering.Lock()
	defer e.remembering.Unlock()
	return e.memory.prior(at)
}

func (e *Engine) remember(r Result, err error, at stamp) {
	e.remembering.Lock()
	defer e.remembering.Unlock()
	if err != nil {
		e.memory.fail(err)
		return
	}
	e.memory.keep(r, at)
}

// recall returns the estimate to state for the present, by the last poll, if there is one.
func (e *Engine) recall(at stamp) (Estimate, bool) {
	e.remembering.Lock()
	defer e.remembering.Unlock()
	found, ok := e.memory.extrapolate(at)
	return found.widen(e.memory.asymmetry), ok
}

// outdated returns why the last poll's estimate is not stated any more.
func (e *Engine) outdated(at stamp) driver.State {
	e.remembering.Lock()
	defer e.remembering.Unlock()
	if e.memory.leapt(at) {
		return leapSecond
	}
	return outdated
}

// send sends the requests of a round in parallel and takes their answers.
func (e *Engine) send(ctx context.Context, survey *survey, asks []ask) {
	type outcome struct {
		server int
		answer Answer
		err    error
	}
	outcomes := make(chan outcome)
	for _, a := range asks {
		go func() {
			answer, err := e.servers[a.server].ask(ctx, a.at, e.knownTimes, e.config.Trace)
			outcomes <- outcome{a.server, answer, err}
		}()
	}
	for range asks {
		o := <-outcomes
		c, s := survey.servers[o.server], e.servers[o.server]
		if s.networkTrip > 0 && (c.networkTrip == 0 || int64(s.networkTrip) < c.networkTrip) {
			c.networkTrip = int64(s.networkTrip)
		}
		survey.take(o.server, o.answer, o.err)
	}
	e.excludeSame(survey)
}

// excludeSame excludes servers that have the same address and port as another one: one machine
// has one vote, even under several names.
func (e *Engine) excludeSame(survey *survey) {
	first := map[string]Host{}
	for i, c := range survey.servers {
		s := e.servers[i]
		if !c.usable() || s.remote == "" {
			continue
		}
		if other, ok := first[s.remote]; ok {
			c.exclude(ErrSame.because("%s and %s are both at %s", s.host, other, s.remote))
			continue
		}
		first[s.remote] = s.host
	}
}

// verdict converts a result from theta to offsets of the system clock, and adds a report
// for each server.
func (e *Engine) verdict(survey *survey, result Result, err error, at stamp) Verdict {
	clock := at.real - at.mono // theta if the system clock is right
	off := func(t theta) time.Duration { return time.Duration(t - clock) }
	v := Verdict{Receive: at.real, Mono: at.mono}
	if err == nil {
		stated := result.stated()
		v.Offset, v.Half = off(stated.Theta), stated.Half()
		v.Low, v.High = off(stated.Low), off(stated.High)
		v.Hard = [2]time.Duration{off(result.Bounds.Low), off(result.Bounds.High)}
	}
	for i, c := range survey.servers {
		r := Report{
			Host: e.servers[i].host, Standing: c.standing, Why: c.why, Requests: c.requests,
			Trip: time.Duration(c.shortest()), Think: time.Duration(c.think()),
		}
		if len(c.answers) > 0 {
			r.Bounds = [2]time.Duration{off(c.bounds.Low), off(c.bounds.High)}
			if err == nil {
				r.Off, r.AtLeast = c.off(result.Theta)
			}
		}
		if c.standing == Agrees {
			v.Agree++
		}
		v.Requests += c.requests
		v.Servers = append(v.Servers, r)
	}
	v.Notes = e.notes(survey)
	return v
}

// notes returns warnings that are not errors.
func (e *Engine) notes(survey *survey) (notes []string) {
	var trips []int64
	for i, c := range survey.servers {
		if e.servers[i].viaHTTPProxy() && c.standing == Agrees && c.minTrip > 0 {
			trips = append(trips, c.minTrip)
		}
	}
	// Servers at different places have different round trips.
	if len(trips) > 1 && nth(trips, len(trips)-1)-nth(trips, 0) < int64(time.Millisecond) {
		notes = append(notes, "through the proxy, all servers have the same round trip: the Dates may be of the proxy's own clock; use https:// to avoid that")
	}
	if slices.ContainsFunc(survey.servers, func(c *candidate) bool { return c.relayed && c.onlyFresh() }) {
		notes = append(notes, "the proxy closes the connection after each answer, which makes the time less accurate; use https:// instead of http://, so that it passes on whole connections")
	}
	return notes
}
