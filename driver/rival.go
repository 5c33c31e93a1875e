package driver

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// A rival is another producer that writes the same unit. Consumers then read a mixture of
// both: a wrong second of one appears to be from the other. So a clock publishes nothing to
// the unit until the rival has stopped, unless its user has decided otherwise.
//
// It does not clear the rival's samples: the two would only fight, at the expense of the
// consumer.
type rival struct {
	tolerated bool           // publish nevertheless
	random    func() float64 // from 0 to 1, excluding 1

	name     string        // empty while there is none
	found    chan string   // has the name, if it was not found soon
	longer   float64       // random part of the pause, as a fraction of it
	at       time.Time     // of the sample before which it last wrote
	interval time.Duration // between its last two writes, as far as they were seen
}

const (
	// The unit is free again after several intervals of the rival, within these limits.
	minRivalPause = 10 * time.Second
	maxRivalPause = 10 * time.Minute

	rivalIntervals = 3

	// minRivalQuiet is how long a rival that writes each second is silent when it has ended.
	minRivalQuiet = 3 * time.Second

	// maxLonger is the greatest random part of a pause, as a fraction of it. Two clocks that
	// have stopped for each other would otherwise start again at the same time, each time.
	maxLonger = 0.5

	// maxNameWait is how long a sample may wait for the rival's name. /proc may block.
	maxNameWait = 20 * time.Millisecond
)

// update records whether the rival has written before the current sample, and reports
// whether it still runs.
func (r *rival) update(wrote bool) bool {
	if !wrote && r.at.IsZero() {
		return false // the usual way needs no clock
	}
	since := time.Since(r.at)
	if wrote {
		r.interval = 0
		if !r.at.IsZero() && since < maxRivalPause {
			r.interval = since
		}
		r.at, since = time.Now(), 0
		if r.name == "" {
			r.longer = maxLonger * r.random()
		}
	}
	running := since < r.pause()
	if !running {
		r.name, r.found = "", nil
	}
	return running
}

// pause returns for how long the rival must not write until the unit is free again.
func (r *rival) pause() time.Duration {
	pause := min(max(rivalIntervals*r.interval, minRivalPause), maxRivalPause)
	return pause + time.Duration(r.longer*float64(pause))
}

// quiet reports whether the rival has missed a write, and so may have ended.
func (r *rival) quiet() bool { return time.Since(r.at) > max(2*r.interval, minRivalQuiet) }

// clockTime returns a time of day in UTC, of the seconds.
func clockTime(t time.Time) string { return t.UTC().Format(time.TimeOnly) }

// A namer knows the names of the other programs that write a unit.
type namer interface {
	// Writers returns a function that finds the names, such as "gpsd(812)", or "" if none is
	// visible. It may take long, and may run while the unit is used; nil if it cannot.
	Writers() (find func() string)
}

// contestedReason is the reason of a unit that a rival writes.
const contestedReason = "unit contested"

// Contested reports whether another producer writes a unit of the Feed now. It is safe for
// concurrent use.
func (f *Feed) Contested() bool {
	return slices.ContainsFunc(f.targets, func(t target) bool {
		u, ok := t.(*unitTarget)
		return ok && u.isContested()
	})
}

// isContested reports whether a rival writes the unit. Only a tolerated rival has a detail while
// samples are published.
func (u *unitTarget) isContested() bool {
	s := u.State()
	return s.Reason == contestedReason || s.Publishing() && s.Detail != ""
}

// look looks for a rival between two samples, which may be minutes apart, and reports whether
// it has written. It is cheap: it compares the words of the segment.
func (u *unitTarget) look() (wrote bool) {
	if u.shared == nil {
		return false
	}
	if s := u.State(); !s.Publishing() && s.Reason != contestedReason {
		return false // the unit is lost: the next sample finds out more
	}
	if wrote = u.shared.ForeignWrite(); wrote || u.rival.name != "" {
		u.contested(wrote)
	}
	return wrote
}

// foreignWrite reports whether a rival has written since the last sample or look.
func (u *unitTarget) foreignWrite() bool { return u.shared != nil && u.shared.ForeignWrite() }

// contested sets the state of the unit, and reports whether another producer keeps samples
// from being written. The argument is whether it has just written.
func (u *unitTarget) contested(wrote bool) bool {
	if !u.rival.update(wrote) {
		u.SetState(State{})
		return false
	}
	if u.rival.name == "" {
		u.rival.name = u.rivalName()
		if u.rival.tolerated {
			u.Log.Warn(u.rival.name + " also writes this unit: its samples reach the time daemon, too")
		}
	}
	select {
	case name := <-u.rival.found:
		if name != "" {
			u.rival.name = name
			u.Log.Info("the other program that writes this unit was found", "program", name)
		}
	default:
	}
	if u.rival.tolerated {
		u.SetState(State{Detail: u.rival.name + " also writes this unit"})
		return false
	}
	if u.rival.quiet() {
		u.SetState(State{
			Reason: contestedReason,
			Detail: fmt.Sprintf("%s wrote this unit until %s UTC", u.rival.name, clockTime(u.rival.at)),
			Hint:   fmt.Sprintf("wait: refclock continues at %s UTC if the other program does not write again", clockTime(u.rival.at.Add(u.rival.pause()+time.Second-1))),
		})
		return true
	}
	u.SetState(State{
		Reason: contestedReason,
		Detail: u.rival.name + " also writes this unit",
		Hint: "stop the other program, or publish to another unit " + Setting("unit") +
			"; refclock continues when the other program has stopped, or at once if both may publish " + Setting("share-unit"),
	})
	return true
}

// rivalName returns the name of the other producer, if it is found soon; else the name is
// reported later. Only the first sample that is withheld waits for it.
func (u *unitTarget) rivalName() string {
	const unknown = "another program"
	n, ok := u.unit.(namer)
	if !ok {
		return unknown
	}
	find := n.Writers()
	if find == nil {
		return unknown
	}
	found := make(chan string, 1)
	go func() { found <- find() }()
	select {
	case name := <-found:
		return cmp.Or(name, unknown)
	case <-time.After(maxNameWait):
		u.rival.found = found
		return unknown
	}
}
