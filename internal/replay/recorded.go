package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/internal/recording"
	"github.com/refclock/refclock/nmea"
)

// A Result is how a replay of a recording compares with the run that was recorded.
type Result struct {
	From, To nmea.Stamp // the first and the last stamp
	Samples  int        // recorded
	Repeated int        // of them, repeated to the last bit
	States   int        // recorded, with another reason or detail than the last
	Lost     uint64     // events that are missing in the recording

	// Differs describes the first recorded sample or state that the replay did not repeat,
	// or the first that it added; empty if there is none.
	Differs string
	At      nmea.Stamp // of that
}

// A player answers the loops of a clock from a recording, in its order.
type player struct {
	reader *recording.Reader
	event  recording.Event // the next one
	err    error           // of the reader; there is no next event

	loops   [2]*loop // of the port, and of the pulse, which may be nil
	runs    *loop    // the one that runs
	failure [2]*recording.Event
	compare [2]comparison
	result  Result

	witnesses []answer
	leaps     map[int64]recording.Rule
	memory    answer
	receiver  string
	readers   string
	wait      *receiver.Wait // nil: the receiver does not wait
}

// An answer is the last answer of a witness or of the memory.
type answer struct {
	known bool
	a, b  time.Duration
}

// Play replays a recording, and reports each outcome in the order of the recording. It returns
// an error if the file is damaged: a *recording.CutError if it was cut, after everything
// before was played. Play ends early, without an error, if ctx ends.
func Play(ctx context.Context, reader *recording.Reader, report func(Outcome)) (Result, error) {
	p := &player{reader: reader, leaps: map[int64]recording.Rule{}}
	p.start(report)
	defer p.end()
	for p.read(); p.err == nil && ctx.Err() == nil; p.read() {
		p.play()
	}
	p.finish()
	if errors.Is(p.err, io.EOF) || p.err == nil {
		return p.result, nil
	}
	return p.result, p.err
}

// end ends the loops, first the one that may hold the lock.
func (p *player) end() {
	first, second := p.loops[0], p.loops[1]
	if second != nil && second.asked == asking {
		first, second = second, first
	}
	p.runs = first
	first.end()
	if second != nil {
		p.runs = second
		second.end()
	}
}

// start starts the loops.
func (p *player) start(report func(Outcome)) {
	h := p.reader.Header()
	s := h.Settings
	c := s.Config()
	p.witnesses = make([]answer, len(s.Witnesses))
	for i, name := range s.Witnesses {
		c.Witnesses = append(c.Witnesses, &witness{p, i, name})
	}
	if s.Leaps {
		c.Leaps = p.leap
	}
	if s.Memory {
		c.Memory = memory{p}
	}
	if s.Waits {
		c.Waits = waits{p}
	}
	if s.Readers {
		c.OtherReaders = p.otherReaders
	}
	c.Lock = p.lock
	if h.Continues {
		p.resume(&c, h.Context)
	}
	sentences, pulse := loops(c, func(o Outcome) { p.outcome(o, report) })
	p.loops = [2]*loop{sentences, pulse}
	for _, l := range p.loops {
		if l == nil {
			continue
		}
		l.name = s.Source
		if h.Continues && !l.pulse {
			l.name, l.baud, l.tuned = h.Context.Port, h.Context.Baud, h.Context.Tuned
		}
		p.runs = l
		l.start()
	}
}

// resume prepares a clock for a recording that begins in the middle of a run: its baud rate
// is known.
func (p *player) resume(c *gps.Config, known *recording.Context) {
	c.Bauds, c.Baud = nil, known.Baud
	for boundary, rule := range known.Leaps {
		p.leaps[boundary] = rule
	}
	p.receiver, p.memory = known.Receiver, answer{known.Receiver != "", known.Delay, known.Spread}
	p.wait = known.Wait
}

// read reads the next event.
func (p *player) read() {
	p.event, p.err = p.reader.Next()
	if p.err != nil {
		return
	}
	if at := p.event.Stamp; !at.IsZero() {
		if p.result.From.IsZero() {
			p.result.From = at
		}
		p.result.To = at
	}
}

// play gives an event to its loop. Events that only inform the player have no loop.
func (p *player) play() {
	e := &p.event
	l := p.loops[index(e.Pulse)]
	p.fail(index(e.Pulse))
	switch e.Kind {
	case recording.Lost:
		p.result.Lost += uint64(e.Numbers[0])
		return
	case recording.Sample, recording.State:
		p.recorded(e)
		return
	case recording.Learnt, recording.Waiting:
		return
	}
	if l == nil {
		return
	}
	if e.Err() != nil && e.Kind != recording.Rate {
		failure := *e
		failure.Data = nil
		p.failure[index(e.Pulse)] = &failure
		return
	}
	p.use(l, e)
}

// fail plays the failure that precedes an event of the same loop. A failure that nothing
// follows is the end of the clock, which is not a state.
func (p *player) fail(i int) {
	if e := p.failure[i]; e != nil {
		p.failure[i] = nil
		p.use(p.loops[i], e)
	}
}

// use gives an event to a loop.
func (p *player) use(l *loop, e *recording.Event) {
	for p.skips(l, e) {
	}
}

// step resumes a loop.
func (p *player) step(l *loop) {
	p.runs = l
	l.step()
}

// skips answers a question of the loop that the event does not answer, without the event. It
// returns false once the event was used, or dropped since nothing asks for it. In a replay
// by the build that recorded, each event answers the question that is asked.
func (p *player) skips(l *loop, e *recording.Event) (again bool) {
	wanted := questionOf(e.Kind)
	switch {
	case wanted == l.asked:
		if wanted == locking {
			p.unlocked(l)
		}
		p.answer(l, e)
		p.step(l)
		return false
	case l.asked == reading, l.asked == ended && wanted != opening:
		if wanted == asking {
			p.learn(e)
		}
		return false // the clock reads on, or waits to be run again
	case l.asked == locking:
		p.unlocked(l)
	}
	if l.err = nil; !e.Stamp.IsZero() {
		l.now = e.Stamp
	}
	p.step(l)
	return true
}

// unlocked makes sure that the other loop does not hold the lock.
func (p *player) unlocked(l *loop) {
	other := p.loops[index(!l.pulse)]
	for other != nil && other.asked == asking {
		p.step(other)
	}
}

// questionOf returns the question that an event answers.
func questionOf(k recording.Kind) question {
	switch k {
	case recording.Opened:
		return opening
	case recording.Rate:
		return setting
	case recording.Read, recording.Edge, recording.Quiet, recording.Gone:
		return reading
	case recording.Lock:
		return locking
	}
	return asking
}

// answer copies the answer of an event to the loop.
func (p *player) answer(l *loop, e *recording.Event) {
	l.err, l.chunk = e.Err(), nil
	if !e.Stamp.IsZero() {
		l.now = e.Stamp
	}
	switch e.Kind {
	case recording.Opened:
		l.name, l.baud, l.tuned = e.Texts[0], int(e.Numbers[0]), e.Numbers[1] != 0
	case recording.Rate:
		l.baud = int(e.Numbers[1])
	case recording.Read:
		l.chunk = e.Data
	case recording.Edge:
		l.edge = e.PPS()
	case recording.Quiet:
		l.err = context.DeadlineExceeded
	default:
		p.learn(e)
	}
}

// learn keeps an answer.
func (p *player) learn(e *recording.Event) {
	n := &e.Numbers
	switch e.Kind {
	case recording.Leap:
		p.leaps[n[0]] = recording.Rule{Change: int(n[1]), Known: n[2] != 0}
	case recording.Witness:
		if i := n[0]; i >= 0 && i < int64(len(p.witnesses)) {
			p.witnesses[i] = answer{n[1] != 0, time.Duration(n[2]), time.Duration(n[3])}
		}
	case recording.Recall:
		p.receiver, p.memory = e.Texts[0], answer{n[0] != 0, time.Duration(n[1]), time.Duration(n[2])}
	case recording.Readers:
		p.readers = e.Texts[0]
	case recording.Waited:
		if p.wait = nil; n[0] != 0 {
			w, _ := e.Wait()
			p.wait = &w
		}
	}
}

// lock is the lock that the loops share.
func (p *player) lock(shared sync.Locker, pulse bool) {
	if l := p.loops[index(pulse)]; l != nil { // nil while the clock is made
		l.ask(locking)
	}
	shared.Lock()
}

// leap is the table of leap seconds. An answer is recorded once.
func (p *player) leap(boundary int64) (change int, known bool) {
	rule, ok := p.leaps[boundary]
	if !ok {
		p.runs.ask(asking)
		rule = p.leaps[boundary]
	}
	return rule.Change, rule.Known
}

// A witness is a recorded one.
type witness struct {
	p     *player
	index int
	name  string
}

func (w *witness) String() string { return w.name }

func (w *witness) Current() (driver.Estimate, bool) {
	w.p.runs.ask(asking)
	a := w.p.witnesses[w.index]
	return driver.Estimate{Offset: a.a, Within: a.b}, a.known
}

// A memory is the recorded one.
type memory struct{ *player }

func (m memory) Recall(receiver string) (gps.LearntDelay, bool) {
	m.runs.ask(asking)
	return gps.LearntDelay{Delay: m.memory.a, Spread: m.memory.b}, m.memory.known && m.receiver == receiver
}

func (m memory) Keep(string, gps.LearntDelay) error { return nil }

// waits is the recorded memory of cold starts.
type waits struct{ *player }

func (m waits) Recall(string) (w receiver.Wait, waits bool) {
	if m.runs.ask(asking); m.wait == nil {
		return w, false
	}
	return *m.wait, true
}

func (m waits) Keep(string, receiver.Wait, bool) {}

func (p *player) otherReaders() string {
	p.runs.ask(asking)
	return p.readers
}

func index(pulse bool) int {
	if pulse {
		return 1
	}
	return 0
}

// A comparison compares the outcomes of a loop with the recorded ones. Samples and states
// are compared separately. Either side may be ahead.
type comparison struct {
	samples struct{ recorded, replayed []driver.Sample }
	states  struct{ recorded, replayed []driver.State }
	last    driver.State // recorded
}

// outcome compares and reports an outcome of the replay.
func (p *player) outcome(o Outcome, report func(Outcome)) {
	c := &p.compare[index(o.Pulse)]
	if o.Sample != nil {
		c.samples.replayed = append(c.samples.replayed, *o.Sample)
		p.checkSamples(c, o.At)
	} else {
		c.states.replayed = append(c.states.replayed, o.State)
		p.checkStates(c, o.At)
	}
	report(o)
}

// recorded compares a recorded sample or state.
func (p *player) recorded(e *recording.Event) {
	c := &p.compare[index(e.Pulse)]
	if e.Kind == recording.Sample {
		p.result.Samples++
		c.samples.recorded = append(c.samples.recorded, e.Driver())
		p.checkSamples(c, p.result.To)
	} else if s := e.Changed(); s.Reason != c.last.Reason || s.Detail != c.last.Detail {
		c.last = s
		p.result.States++
		c.states.recorded = append(c.states.recorded, s)
		p.checkStates(c, p.result.To)
	}
}

// checkSamples compares the samples that both sides have. After a difference, it skips those
// that only one side has.
func (p *player) checkSamples(c *comparison, at nmea.Stamp) {
	q := &c.samples
	for len(q.recorded) > 0 && len(q.replayed) > 0 {
		was, is := q.recorded[0], q.replayed[0]
		if was == is {
			p.result.Repeated++
		} else {
			p.differ(at, fmt.Sprintf("the sample received at %d ns has an offset of %d ns; the recorded one of %d ns has %d ns",
				is.Receive, is.Offset(), was.Receive, was.Offset()))
		}
		if was.Receive <= is.Receive {
			q.recorded = q.recorded[1:]
		}
		if is.Receive <= was.Receive {
			q.replayed = q.replayed[1:]
		}
	}
}

// checkStates compares the states that both sides have.
func (p *player) checkStates(c *comparison, at nmea.Stamp) {
	q := &c.states
	for len(q.recorded) > 0 && len(q.replayed) > 0 {
		if was, is := q.recorded[0], q.replayed[0]; was != is {
			p.differ(at, fmt.Sprintf("the state is %q; the recorded one is %q", is, was))
		}
		q.recorded, q.replayed = q.recorded[1:], q.replayed[1:]
	}
}

// differ keeps the first difference.
func (p *player) differ(at nmea.Stamp, text string) {
	if p.result.Differs == "" {
		p.result.Differs, p.result.At = text, at
	}
}

// finish reports what only one side has. A file that was cut may end between a read and what
// followed from it.
func (p *player) finish() {
	for i := range p.compare {
		c := &p.compare[i]
		samples, states := len(c.samples.recorded)-len(c.samples.replayed), len(c.states.recorded)-len(c.states.replayed)
		if samples > 0 || states > 0 {
			p.differ(p.result.To, fmt.Sprintf("%d samples and %d states were recorded, and are not repeated", max(samples, 0), max(states, 0)))
		}
		if samples < -1 || states < -1 {
			p.differ(p.result.To, fmt.Sprintf("%d samples and %d states were not recorded", max(-samples, 0), max(-states, 0)))
		}
	}
}
