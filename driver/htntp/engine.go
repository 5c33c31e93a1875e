package htntp

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// ErrStepped is a poll during which the system clock was set, or the machine slept.
var ErrStepped = errors.New("the system clock was set, or the machine slept, during the poll")

// An Engine asks web servers for the time. It remembers from poll to poll what helps
// the next one. It is the clock's inside, and alone a witness for other clocks:
//
//	engine, err := htntp.NewEngine(config)
//	...
//	verdict, err := engine.Ask(ctx)
type Engine struct {
	config Config
	now    func() stamp // in tests another one than now

	mu      sync.Mutex // one poll at a time
	plan    plan
	servers []*server

	remembering sync.Mutex // of the memory, which others may want to see during a poll
	memory      memory
}

// NewEngine makes an Engine. Nothing is sent before Ask. The intervals of the
// configuration do not matter to it: the caller decides when to ask, within the
// hourly budget that each server has.
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
	e := &Engine{config: c, now: now, plan: usualPlan}
	d := &dialer{proxy: c.Proxy, roots: c.Roots, agent: c.Agent, dial: c.Dial}
	for _, h := range c.Hosts {
		e.servers = append(e.servers, &server{host: h, dialer: d, since: c.Since, finer: c.Finer})
	}
	return e, nil
}

// Ask conducts a poll, which takes 3 to 20 seconds. The verdict's reports are there
// also with an error, which wraps [ErrNoMajority], [ErrStepped] or [ErrBootstrap] or
// is that of the context.
func (e *Engine) Ask(ctx context.Context) (Verdict, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	began := e.now()
	before := e.prior(began)
	candidates := make([]*candidate, len(e.servers))
	for i, s := range e.servers {
		candidates[i] = &candidate{evidence: evidence{least: s.least}, trusted: s.trusted}
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
	v := e.verdict(survey, result, err, at)
	v.Warm = before.known
	e.remember(result, err, at)
	if err != nil {
		return v, err
	}
	for i, c := range candidates {
		e.servers[i].least, e.servers[i].trusted = c.least, c.standing == Agrees
	}
	return v, nil
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
		e.memory.doubt(err)
		return
	}
	e.memory.keep(r, at)
}

// recall is what the last poll makes of the present, if anything.
func (e *Engine) recall(at stamp) (Estimate, bool) {
	e.remembering.Lock()
	defer e.remembering.Unlock()
	return e.memory.extrapolate(at)
}

// send sends the requests of a round side by side and takes all that comes of them.
func (e *Engine) send(ctx context.Context, survey *survey, asks []ask) {
	type outcome struct {
		server int
		answer Answer
		err    error
	}
	outcomes := make(chan outcome)
	for _, a := range asks {
		go func() {
			answer, err := e.servers[a.server].ask(ctx, a.at, e.trust, e.config.Trace)
			outcomes <- outcome{a.server, answer, err}
		}()
	}
	for range asks {
		o := <-outcomes
		c, s := survey.servers[o.server], e.servers[o.server]
		if s.reach > 0 && (c.reach == 0 || int64(s.reach) < c.reach) {
			c.reach = int64(s.reach)
		}
		survey.take(o.server, o.answer, o.err)
	}
}

// verdict puts into words and into the system clock's terms what was found.
func (e *Engine) verdict(survey *survey, result Result, err error, at stamp) Verdict {
	clock := at.real - at.mono // what theta would be if the system clock were right
	off := func(t theta) time.Duration { return time.Duration(t - clock) }
	v := Verdict{Receive: at.real, Mono: at.mono}
	if err == nil {
		v.Offset, v.Half = off(result.Theta), result.Half()
		v.Low, v.High = off(result.Estimate.Low), off(result.Estimate.High)
		v.Hard = [2]time.Duration{off(result.Bounds.Low), off(result.Bounds.High)}
	}
	for i, c := range survey.servers {
		r := Report{
			Host: e.servers[i].host, Standing: c.standing, Why: c.why, Requests: c.requests,
			Trip: time.Duration(c.least), Think: time.Duration(c.think()),
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

// notes are what is no error but worth a person's thought.
func (e *Engine) notes(survey *survey) (notes []string) {
	if e.config.Proxy != nil && !e.config.Proxy.SOCKS && len(e.servers) > 1 {
		var trips []int64
		for i, c := range survey.servers {
			if e.servers[i].throughHTTP() && c.standing == Agrees && c.least > 0 {
				trips = append(trips, c.least)
			}
		}
		// Servers in different places have different round trips.
		if len(trips) > 1 && nth(trips, len(trips)-1)-nth(trips, 0) < int64(time.Millisecond) {
			notes = append(notes, "all servers answer through the proxy as fast as each other: is it the proxy's own clock that they show? https:// would tell")
		}
	}
	return notes
}
