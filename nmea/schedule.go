package nmea

import "time"

const (
	// scheduleEpochs is how many epochs in a row the same sentence must end before it
	// completes one. Each time that another sentence follows it, the number doubles: so a
	// sentence that a receiver sends rarely is soon never missed.
	scheduleEpochs = 8

	// spanFollow is the share, as a divisor, by which the span follows longer bursts.
	spanFollow = 8
)

// A schedule is how the epochs of a receiver end. A silence of quietFlush shows the end of one.
type schedule struct {
	last   string        // address of the sentence that ended the last epochs
	nth    int           // which one of that address in its epoch
	run    int           // epochs in a row that it ended
	needed int           // how many are needed, if more than scheduleEpochs
	span   time.Duration // from the start of an epoch to its end: of the shorter ones
}

// ends reports whether a sentence ends its epoch.
func (c *schedule) ends(address string, nth int) bool {
	return c.run >= max(c.needed, scheduleEpochs) && address == c.last && nth == c.nth
}

// add records the sentence that ended an epoch.
func (c *schedule) add(address string, nth int, span time.Duration) {
	if address != c.last || nth != c.nth {
		*c = schedule{last: address, nth: nth, needed: c.needed, span: c.span}
	}
	c.run++
	if c.span += (span - c.span) / spanFollow; c.span > span || c.run == 1 {
		c.span = span
	}
}

// forget discards the schedule, since a sentence followed that should have been the last.
func (c *schedule) forget() {
	*c = schedule{needed: 2 * max(c.needed, scheduleEpochs)}
}

// Ended returns the epoch that the newest sentence completes, if any: an epoch with a date and
// a fix status, and with the sentence that ended each of the last epochs. The caller has
// received nothing after that sentence. So a sample need not wait for a silence. If a sentence
// follows nevertheless, within 50 ms, Ended waits until the end is known again, and Idle
// completes the epochs until then.
func (e *Epochs) Ended() (Epoch, bool) {
	if !e.completable() || !e.schedule.ends(e.newest()) {
		return Epoch{}, false
	}
	e.early = true
	return e.flush(e.count)
}

// completable reports whether the open epoch needs no other sentence.
func (e *Epochs) completable() bool {
	return e.open && !e.done && !e.shown.IsZero() && e.cur.Fix != FixUnknown
}

// newest returns the address of the newest sentence, and which one of that address it is in
// its epoch.
func (e *Epochs) newest() (address string, nth int) {
	if e.count == 0 {
		return "", 0
	}
	list := e.lists[e.list][:e.count]
	address = list[e.count-1]
	for _, a := range list {
		if a == address {
			nth++
		}
	}
	return address, nth
}

// observe learns from the silence before a sentence, which is not noted yet, whether the epoch
// has ended.
func (e *Epochs) observe(s Sentence) {
	if s.Burst.Seq == 0 || !e.open || e.ended || e.shown.IsZero() || e.cur.Fix == FixUnknown {
		return
	}
	silent := s.First.Sub(e.cur.Last)-s.slack[0]+e.slack >= quietFlush
	switch {
	case silent && e.cur.HasStart:
		address, nth := e.newest()
		e.schedule.add(address, nth, e.cur.Last.Sub(e.cur.Start)-e.slack)
	case e.early && !silent:
		e.schedule.forget()
	}
	e.ended = silent || e.done
}

// due returns when the epoch that is being received, last of all in this burst, usually ends;
// zero if that is unknown, or if the epoch has ended. A burst counts as another epoch before its
// sentences show it only if it begins when one is expected: it may as well be a part of the last
// epoch that is sent later, or be of another device.
func (e *Epochs) due(b Burst) Stamp {
	var start Stamp
	switch {
	case b.Seq != e.lastID && b.Idle >= maxPause && e.expected(b.Start):
		start = b.Start
	case e.open && !e.done:
		start = e.cur.Start
	case e.ngaps > 0:
		if lead, _ := e.boundary(); e.expected(lead.burst.Start) {
			start = lead.burst.Start
		}
	}
	if e.schedule.span == 0 || start.IsZero() {
		return Stamp{}
	}
	return start.Add(e.schedule.span)
}

// expected reports whether an epoch that begins at an instant continues the interval of the last two.
func (e *Epochs) expected(at Stamp) bool {
	last, before := e.cur.Start, e.before.Lead
	if last.IsZero() || before.IsZero() {
		return false
	}
	return (at.Sub(last) - last.Sub(before)).Abs() < quietFlush
}
