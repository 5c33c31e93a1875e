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
	// A delay near 0 or near a whole second is ambiguous: the burst may belong to the
	// edge before it or to the one after.
	minDelay = 20 * time.Millisecond
	maxDelay = 900 * time.Millisecond

	// maxDelayError is how far from a delay that is known otherwise the measured one may
	// be: half a second off, it could be on either side.
	maxDelayError = 400 * time.Millisecond

	// maxSpread is how much the delay may scatter.
	maxSpread = 100 * time.Millisecond

	// Delays that differ by more than bothSides are on both sides of an edge. Most bursts of
	// one side may be damaged for a while, so sidesForget delays must follow on one side.
	bothSides   = 750 * time.Millisecond
	sidesForget = 60

	// keepDelays is how many delays are kept: the median of nine has turned after five
	// seconds where a receiver changes its habits, and lags four behind where it wanders.
	keepDelays = 9

	// The history has a delay every quarter of a minute for a quarter of an hour: it
	// outlasts the wander of receivers, and is short for the memory of a restart.
	// historyLeast is how many of them it takes to say anything.
	keepHistory  = 64
	historyEvery = 15 * time.Second
	historyLeast = 4

	// waitForPulse is how long the sentences' unit waits for the pulse from which their
	// delay is learnt: samples that are late by half a second would come and then jump.
	waitForPulse = 12 * time.Second
)

// A learner learns how late the bursts of a receiver are, and from which anchor they
// are counted best.
type learner struct {
	delay      time.Duration // of a burst behind its second
	calibrated bool          // it is known: by setting, by memory, or from the pulse
	wander     time.Duration // its spread, where it is only remembered

	delays  robust.Window // the last ones, from a second's edge to the burst that names it
	history robust.Window // over the last while: what a restart should know
	kept    int64         // monotonic: the last one in the history
	name    string        // of the receiver whose delay it is

	use     anchorKind // the anchor that is used
	shift   time.Duration
	anchors [anchorKinds]anchor
}

// near is what the delay is near to: if it is not known, it is from 0 to a second.
func (l *learner) near() time.Duration {
	if l.calibrated {
		return l.delay
	}
	return half
}

// plausible reports whether a measured delay may be the one that is known.
func (l *learner) plausible(delay time.Duration) bool {
	return !l.calibrated || (delay-l.delay).Abs() <= maxDelayError
}

// behind is how long after an edge's second a burst began, less the fraction that it
// names: of the delays that the fraction of a second leaves open, the one nearest to a
// given one. The number of the second that the edge began follows from it.
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

// pair compares a burst that neither jumps nor is ambiguous with the edges. It locks the
// pulse, confirms it, and learns the delay. The state is that of the sentences.
func (t *tracker) pair(o *observation, tracked driver.State) driver.State {
	p, l := &t.pulse, &t.learn
	if !o.ambiguous.Publishing() {
		t.repair() // the seconds that agree must follow each other
		return tracked
	}
	if p.gate == nil || !t.due(o) || !t.jump(tracked).Publishing() {
		return tracked
	}
	at := o.start.Steady()
	switch {
	case p.locked && p.comparable(o):
		l.delays.Add(-t.belief.residual(o.utc, at))
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
		l.delay, l.wander, l.calibrated = l.delays.Median(), 0, true
		if l.history.Len() == 0 || o.start.Mono-l.kept >= int64(historyEvery) {
			l.history.Add(l.delay - l.shift)
			l.kept = o.start.Mono
		}
	}
	return tracked
}

// unpaired is the state of an epoch while the pulse is not locked: samples without their
// delay are withheld as long as the pulse may show it.
func (t *tracker) unpaired(o *observation, tracked driver.State) driver.State {
	l, at := &t.learn, o.start.Steady()
	promising := t.objectEdge(at)
	switch {
	case l.calibrated && !t.config.Calibrated && t.finding() == ambiguous: // what was remembered is of another receiver
		t.setDelay(0)
		l.calibrated, t.restart = false, true
		t.repair()
		return settling
	case !l.calibrated && t.pulse.comparable(o) && t.finding() == ambiguous:
		return t.pairing()
	case !l.calibrated && (promising.Publishing() || promising.Reason == settling.Reason || at-t.sentence.first < int64(waitForPulse)):
		return settling // the pulse may be published before long
	}
	return tracked
}

// A finding is what the comparison of bursts and edges has come to.
type finding int

const (
	unfinished finding = iota
	agreed
	ambiguous // the delay does not show to which edge a burst belongs
	unsteady  // the delay scatters too much
)

// finding judges the delays so far.
func (t *tracker) finding() finding {
	l := &t.learn
	median, spread := l.delays.Median(), l.delays.Spread()
	run, edges := t.pulse.run, t.pulse.edges
	switch {
	case edges < agreeing || run >= 0 && run < agreeing || t.belief.support < agreeing*whole:
		return unfinished
	case spread >= maxSpread && l.delays.WrappedSpread(time.Second) < maxSpread:
		return ambiguous
	case spread >= maxSpread:
		return unsteady
	case !l.calibrated && (median-spread < minDelay || median+spread > maxDelay):
		return ambiguous
	case !l.plausible(median):
		return ambiguous
	case run < 0:
		return unsteady
	}
	return agreed
}

// lock locks the pulse if all that is needed has been seen: the edge of the last second
// is the burst's second, less the delay.
func (t *tracker) lock(o *observation) {
	if t.finding() != agreed {
		return
	}
	p := &t.pulse
	at, delay := o.start.Steady(), t.learn.delays.Median()
	p.locked = true
	t.belief.base = nearest(p.at+o.utc+int64(delay)-at)*int64(time.Second) - p.at
}

// pairing is the state while bursts and edges are being compared.
func (t *tracker) pairing() driver.State {
	l := &t.learn
	switch t.finding() {
	case ambiguous:
		return ambiguousDelay(l.delays.Median(), l.delay, l.calibrated)
	case unsteady:
		state := unsteadyDelay(l.delays.Spread())
		if left := -t.pulse.run; left > 0 {
			state.Detail = fmt.Sprintf("the sentences began on both sides of an edge; they must begin on one side for %d more seconds", left)
		}
		return state
	}
	return pairingUp(min(max(t.belief.support, t.rival.support)/whole, max(min(t.pulse.run, t.pulse.edges), gateTook)))
}

// lag is how late bursts are: as measured if the pulse is locked, although another delay
// may be set.
func (t *tracker) lag() time.Duration {
	if t.pulse.locked && t.learn.delays.Len() > 0 {
		return t.learn.delays.Median()
	}
	return t.learn.delay
}

// setDelay replaces the delay, and moves the hypotheses, which are of the true second.
func (t *tracker) setDelay(delay time.Duration) {
	by := int64(delay - t.learn.delay)
	t.belief.base += by
	t.rival.base += by
	t.learn.delay = delay
}

// anchorKind says which of an epoch's anchors.
type anchorKind int

const (
	byLead anchorKind = iota
	byBlock
	byName
	anchorKinds
)

// An anchor is how steadily bursts begin there.
type anchor struct {
	mean   int64 // UTC minus the steady clock
	spread time.Duration
	count  int
}

const (
	// An anchor replaces the one in use if it has been seen steadySeen times, and scatters
	// less than half as much, by steadier at the least.
	steadySeen = 8
	steadier   = time.Millisecond
)

// anchorsOf gives the anchors of an epoch by their kinds.
func anchorsOf(e nmea.Epoch) [anchorKinds]nmea.Stamp {
	return [anchorKinds]nmea.Stamp{e.Anchors.Lead, e.Anchors.Block, e.Anchors.Name}
}

// best replaces the anchor in use where it lies elsewhere than it usually does, and
// another one does not: the instant follows from the other one.
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

// off is how far from where it usually lies an anchor is.
func (a *anchor) off(utc int64, at nmea.Stamp) time.Duration {
	return time.Duration(utc - at.Steady() - a.mean).Abs()
}

// steady measures the anchors, and uses the steadiest. A delay that a person has set is
// that of the first.
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
				t.belief.base -= int64(later)
			}
			return
		}
	}
}

// recognise finds out which receiver it is, and recalls its delay.
func (t *tracker) recognise(e nmea.Epoch) {
	i, l := &t.habits.identity, &t.learn
	if i.Known() {
		return
	}
	if i.Add(e); !i.Known() || t.config.Calibrated {
		return
	}
	if name := i.String(); l.name != name {
		if l.name != "" {
			t.replaced(e.Start.Steady())
		}
		l.name = name
	}
	if t.config.Memory == nil || l.calibrated {
		return
	}
	if learnt, ok := t.config.Memory.Recall(l.name); ok {
		t.setDelay(learnt.Delay)
		l.wander, l.calibrated = learnt.Spread, true
	}
}

// replaced forgets the delay of a receiver that was replaced by another one, unless the
// pulse shows the new one soon enough.
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

// learnt is what to keep of the delay, and of which receiver.
func (t *tracker) learnt() (receiver string, learnt Learnt, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := &t.learn
	learnt = Learnt{Delay: l.history.Median(), Spread: l.history.Spread()}
	return l.name, learnt, l.history.Len() >= historyLeast && !t.config.Calibrated && t.habits.identity.Known()
}
