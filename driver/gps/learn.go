package gps

import (
	"fmt"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps/robust"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

const (
	// Delays that differ by more than bothSides are on both sides of an edge. Then
	// sidesForget delays must follow on one side, because most bursts of the other side may
	// be damaged for a while.
	bothSides   = 750 * time.Millisecond
	sidesForget = 60

	// keepDelays is how many delays are kept. The median of nine follows a change of the
	// delay after five seconds, and a slow drift with a lag of four.
	keepDelays = 9

	// The history has a delay every quarter of a minute for a quarter of an hour: longer
	// than the delay of receivers varies, and short enough for a restart. minHistory is how
	// many it needs.
	keepHistory  = 64
	historyEvery = 15 * time.Second
	minHistory   = 4

	// waitForPulse is how long the sentences' unit waits to learn its delay from the pulse.
	// Without waiting, samples would be late by half a second and then jump.
	waitForPulse = 12 * time.Second
)

// A learner learns the delay of a receiver's bursts, and their steadiest anchor.
type learner struct {
	delay            time.Duration // of a burst behind its second
	calibrated       bool          // it is known: by setting, by memory, or from the pulse
	rememberedSpread time.Duration // its spread, where it is only remembered

	delays  robust.Window // the last ones, from a second's edge to the burst that names it
	history robust.Window // over a longer time, for the next start
	kept    int64         // monotonic: the last one in the history
	name    string        // of the receiver with this delay

	use     anchorKind // the used anchor
	shift   time.Duration
	anchors [anchorKinds]anchor
}

// near returns the expected delay; if it is unknown, the middle of 0 to 1 s.
func (l *learner) near() time.Duration {
	if l.calibrated {
		return l.delay
	}
	return half
}

// plausible reports whether a measured delay agrees with the known one, if any.
func (l *learner) plausible(delay time.Duration) bool {
	return !l.calibrated || (delay-l.delay).Abs() <= MaxDelayError
}

// behind returns how long after an edge's second a burst began, less the fraction that it
// names. The fraction leaves whole seconds open: behind chooses the delay nearest to near.
// It also returns which second the edge began, according to that delay.
func (o *observation) behind(anchor, edge int64, near time.Duration) (delay time.Duration, second int64) {
	const one = int64(time.Second)
	apart := time.Duration(anchor - edge - o.utc%one)
	moved := (near - apart).Round(time.Second)
	return apart + moved, o.utc/one + int64(moved/time.Second)
}

// comparable reports whether a burst can be compared with an edge.
func (p *pulse) comparable(o *observation) bool {
	return p.gate != nil && p.why == pps.Second && time.Duration(o.start.Steady()-p.at).Abs() < bridge
}

// pair compares a burst that neither jumps nor is ambiguous with the edges. It locks or
// confirms the pulse, and learns the delay. It returns the state of the sentences.
func (t *tracker) pair(o *observation, tracked driver.State) driver.State {
	p, l := &t.pulse, &t.learn
	if !o.ambiguous.Publishing() {
		t.restartPairing() // the seconds that agree must be consecutive
		return tracked
	}
	if p.gate == nil || !t.due(o) || !t.jump(tracked).Publishing() {
		return tracked
	}
	at := o.start.Steady()
	switch {
	case p.locked && p.comparable(o):
		l.delays.Add(-t.current.residual(o.utc, at))
	case !p.locked && p.comparable(o):
		delay, _ := o.behind(at, p.at, l.near())
		if l.delays.Len() > 0 && !l.calibrated && (delay-l.delays.Median()).Abs() > bothSides {
			p.run = -sidesForget
		}
		l.delays.Add(delay)
		p.run++
		t.lock(o)
	}
	if !p.locked {
		return t.unpaired(o, tracked)
	}
	p.confirmed, p.named, p.suspended = at, nearest(o.utc), driver.State{}
	if !t.config.Calibrated && p.comparable(o) {
		t.restart = !l.calibrated
		l.delay, l.rememberedSpread, l.calibrated = l.delays.Median(), 0, true
		if l.history.Len() == 0 || o.start.Mono-l.kept >= int64(historyEvery) {
			l.history.Add(l.delay - l.shift)
			l.kept = o.start.Mono
		}
	}
	return tracked
}

// unpaired returns the state of an epoch while the pulse is not locked. Samples with an
// unknown delay are withheld as long as the pulse may soon show it.
func (t *tracker) unpaired(o *observation, tracked driver.State) driver.State {
	l, at := &t.learn, o.start.Steady()
	promising := t.objectEdge(at)
	switch {
	case l.calibrated && !t.config.Calibrated && t.finding() == ambiguous: // the remembered delay is that of another receiver
		t.setDelay(0)
		l.calibrated, t.restart = false, true
		t.restartPairing()
		return settling
	case !l.calibrated && t.pulse.comparable(o) && t.finding() == ambiguous:
		return t.pairing()
	case !l.calibrated && (promising.Publishing() || promising.Reason == settling.Reason || at-t.sentence.first < int64(waitForPulse)):
		return awaitingPulse
	}
	return tracked
}

// A finding is the result of comparing bursts and edges.
type finding int

const (
	unfinished finding = iota
	agreed
	ambiguous // unclear to which edge a burst belongs
	unsteady  // the delay scatters too much
)

// finding evaluates the delays so far.
func (t *tracker) finding() finding {
	l := &t.learn
	median, spread := l.delays.Median(), l.delays.Spread()
	run, edges := t.pulse.run, t.pulse.edges
	switch {
	case edges < agreeing || run >= 0 && run < agreeing || t.current.support < agreeing*whole:
		return unfinished
	case spread >= MaxSpread && l.delays.WrappedSpread(time.Second) < MaxSpread:
		return ambiguous
	case spread >= MaxSpread:
		return unsteady
	case !l.calibrated && (median-spread < MinMeasuredDelay || median+spread > MaxMeasuredDelay):
		return ambiguous
	case !l.plausible(median):
		return ambiguous
	case run < 0:
		return unsteady
	}
	return agreed
}

// lock locks the pulse if bursts and edges agree: the last edge began at the burst's second,
// less the delay.
func (t *tracker) lock(o *observation) {
	if t.finding() != agreed {
		return
	}
	p := &t.pulse
	at, delay := o.start.Steady(), t.learn.delays.Median()
	p.locked = true
	t.current.base = nearest(p.at+o.utc+int64(delay)-at)*int64(time.Second) - p.at
}

// pairing returns the state while bursts and edges are compared.
func (t *tracker) pairing() driver.State {
	l := &t.learn
	switch t.finding() {
	case ambiguous:
		return ambiguousDelay(l.delays.Median(), l.delay, l.calibrated)
	case unsteady:
		state := unsteadyDelay(l.delays.Spread())
		if left := -t.pulse.run; left > 0 {
			state.Detail = fmt.Sprintf("the sentences began on both sides of an edge; waiting for %d more seconds on one side", left)
		}
		return state
	}
	return pairingUp(min(max(t.current.support, t.rival.support)/whole, max(min(t.pulse.run, t.pulse.edges), gateEdges)))
}

// lag returns how late bursts are: as measured if the pulse is locked, even if another delay
// is set.
func (t *tracker) lag() time.Duration {
	if t.pulse.locked && t.learn.delays.Len() > 0 {
		return t.learn.delays.Median()
	}
	return t.learn.delay
}

// setDelay replaces the delay, and moves the hypotheses, which include it.
func (t *tracker) setDelay(delay time.Duration) {
	by := int64(delay - t.learn.delay)
	t.current.base += by
	t.rival.base += by
	t.learn.delay = delay
}

// An anchorKind identifies one of an epoch's anchors.
type anchorKind int

const (
	byLead anchorKind = iota
	byBlock
	byName
	anchorKinds
)

// An anchor is a place in a burst, with statistics of when it arrives.
type anchor struct {
	mean   int64 // UTC minus the steady clock
	spread time.Duration
	count  int
}

const (
	// An anchor replaces the used one after steadySeen epochs, if twice its spread plus
	// steadier is less than the spread of the used one.
	steadySeen = 8
	steadier   = time.Millisecond
)

// anchorsOf returns the anchors of an epoch by their kinds.
func anchorsOf(e nmea.Epoch) [anchorKinds]nmea.Stamp {
	return [anchorKinds]nmea.Stamp{e.Anchors.Lead, e.Anchors.Block, e.Anchors.Name}
}

// best returns the start of an observation. If the used anchor is not at its usual place but
// another one is, the start is computed from the other one.
func (l *learner) best(o *observation) nmea.Stamp {
	used := l.anchors[l.use]
	off := used.off(o.utc, o.start)
	if used.count < 2 || off <= max(steadier, strayFactor*used.spread) {
		return o.start
	}
	for i, a := range l.anchors {
		if at := o.anchors[i]; 4*a.off(o.utc, at) < off {
			return at.Add(time.Duration(a.mean - used.mean))
		}
	}
	return o.start
}

// off returns how far an anchor is from its usual place.
func (a *anchor) off(utc int64, at nmea.Stamp) time.Duration {
	return time.Duration(utc - at.Steady() - a.mean).Abs()
}

// steady measures the anchors, and uses the steadiest. A delay from the settings is that of
// the first anchor.
func (t *tracker) steady(o *observation) {
	l := &t.learn
	for i := range l.anchors {
		a, at := &l.anchors[i], o.anchors[i].Steady()
		if a.count++; a.count == 1 {
			a.mean = o.utc - at
		}
		off := o.utc - at - a.mean
		a.mean += off / smooth
		a.spread += (time.Duration(off).Abs() - a.spread) / smooth
	}
	used := l.anchors[l.use]
	for i, a := range l.anchors {
		if !t.config.Calibrated && a.count >= steadySeen && 2*a.spread+steadier < used.spread {
			later := time.Duration(used.mean - a.mean)
			l.use, l.shift, o.start = anchorKind(i), l.shift+later, o.anchors[i]
			l.delays.Reset()
			t.restart = true
			if l.calibrated {
				l.delay += later
			} else {
				t.current.base -= int64(later)
			}
			return
		}
	}
}

// recognise identifies the receiver, and recalls its delay.
func (t *tracker) recognise(e nmea.Epoch) {
	i, l := &t.habits.identity, &t.learn
	if i.Known() || !i.Add(e) || t.config.Calibrated {
		return
	}
	name := i.String()
	if i.Known() && l.name != name {
		t.replaced(e.Start.Steady())
		l.name = name
	}
	if t.config.Memory == nil || l.calibrated {
		return
	}
	if learnt, ok := t.config.Memory.Recall(name); ok {
		t.setDelay(learnt.Delay)
		l.name, l.rememberedSpread, l.calibrated = name, learnt.Spread, true
		t.restart = t.restart || t.sentence.second != 0
	}
}

// replaced discards the delay of the previous receiver, unless the pulse soon shows the delay
// of the new one.
func (t *tracker) replaced(now int64) {
	t.learn.history.Reset()
	if t.pulse.locked && now-t.pulse.at <= int64(bridge) {
		return
	}
	if t.pulse.locked {
		t.unlock()
	}
	t.setDelay(0)
	t.learn.calibrated = false
}

// learnt returns the delay to keep, and the name of its receiver.
func (t *tracker) learnt() (receiver string, learnt LearntDelay, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := &t.learn
	learnt = LearntDelay{Delay: l.history.Median(), Spread: l.history.Spread()}
	return l.name, learnt, l.history.Len() >= minHistory && !t.config.Calibrated && t.habits.identity.Known()
}
