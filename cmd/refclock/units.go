package main

import (
	"errors"
	"fmt"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/watch"
	"github.com/refclock/refclock/shm"
)

// rescan is how often the list of units and of the programs that use them is read.
const rescan = 2 * time.Second

// staleAfter is the age at which a sample is too old: ntpd refuses a receive stamp older
// than 5 s.
const staleAfter = 5 * time.Second

// watchedUnits are the units that the monitor shows.
type watchedUnits struct {
	key     uint32
	named   []int // the requested ones; empty: all that exist
	list    []*watchedUnit
	scanned time.Time
	unread  bool // no time daemon is expected to read them
}

// A watchedUnit is a unit, whether or not it can be read.
type watchedUnit struct {
	number    int
	unread    bool      // no time daemon is expected to read it
	unit      *shm.Unit // nil while it cannot be attached
	watcher   *watch.Watcher
	info      shm.Info
	processes []watch.Process
	writers   []watch.Process // those that may write it
	reading   watch.Reading   // the last
	seen      bool            // whether there was one
	fresh     bool            // whether it was new at the last look
	err       error           // why the unit is missing or cannot be read
	began     time.Time       // when it was first looked at
	looked    time.Time       // when it was last
}

func newWatchedUnits(key uint32, named []int) *watchedUnits {
	return &watchedUnits{key: key, named: named}
}

// look polls every unit once, and lists the units every rescan.
func (w *watchedUnits) look(now time.Time) {
	if now.Sub(w.scanned) >= rescan {
		w.scanned = now
		w.scan()
	}
	for _, u := range w.list {
		if u.looked, u.fresh = now, false; u.began.IsZero() {
			u.began = now
		}
		if u.unit == nil {
			continue
		}
		r, fresh, err := u.watcher.Poll(now)
		u.err = err
		if fresh {
			u.reading, u.seen, u.fresh = r, true, true
		}
	}
}

// scan lists the units, attaches new ones and checks the others.
func (w *watchedUnits) scan() {
	infos, err := shm.List(w.key)
	numbers := w.named
	if len(numbers) == 0 {
		for _, info := range infos {
			numbers = append(numbers, info.Unit)
		}
	}
	for _, n := range numbers {
		if !slices.ContainsFunc(w.list, func(u *watchedUnit) bool { return u.number == n }) {
			w.list = append(w.list, &watchedUnit{number: n, unread: w.unread})
		}
	}
	slices.SortStableFunc(w.list, func(a, b *watchedUnit) int { return a.number - b.number })
	for _, u := range w.list {
		u.info = shm.Info{}
		for _, info := range infos {
			if info.Unit == u.number {
				u.info = info
				u.processes, u.writers = watch.Attached(info.Key, info.ID), watch.Writers(info)
			}
		}
		u.attach(w.key)
		if u.err == nil && err != nil {
			u.err = err
		}
	}
}

// attach attaches the unit read-only, or checks that it is still the one that other
// programs attach.
func (u *watchedUnit) attach(key uint32) {
	if u.unit != nil {
		change, err := u.unit.Check()
		u.err = err
		if change != shm.Unchanged {
			u.watcher = watch.New(u.number, u.unit.Segment)
			u.seen = false
		}
		return
	}
	unit, err := shm.Attach(u.number, shm.WithKeyBase(key), shm.WithReadOnly())
	if u.err = err; err != nil {
		return
	}
	u.unit, u.watcher = unit, watch.New(u.number, unit.Segment)
}

func (w *watchedUnits) close() {
	for _, u := range w.list {
		if u.unit != nil {
			u.unit.Close()
		}
	}
}

// stopped returns the problem if no sample follows the last one. A unit that gets samples
// every few minutes waits that long for the next: twice its own longest interval.
func (u *watchedUnit) stopped() string {
	silence := u.looked.Sub(u.reading.Seen)
	switch interval := u.reading.Interval; {
	case silence <= staleAfter:
	case interval == 0:
		return "one sample so far: its program publishes rarely, or has stopped"
	case silence > 2*interval+staleAfter:
		return "no new sample: the program that published to it has stopped"
	}
	return ""
}

// trouble returns the problem of the unit, if any.
func (u *watchedUnit) trouble() string {
	switch {
	case errors.Is(u.err, shm.ErrAbsent):
		return "does not exist; the time daemon or refclock gps creates it"
	case u.err != nil:
		return u.err.Error()
	case len(u.writers) > 1:
		return fmt.Sprintf("%v and %v both write this unit: stop one, or give it another unit", u.writers[0], u.writers[1])
	case !u.unread && u.unit != nil && !u.seen && u.looked.Sub(u.began) > staleAfter:
		return "no sample yet: no program publishes to it, or one publishes rarely"
	case u.seen && u.stopped() != "":
		return u.stopped()
	case !u.unread && u.seen && u.reading.Readers.Lost > 10 && u.reading.Readers.Taken == 0:
		return fmt.Sprintf("no time daemon reads this unit: is it running and configured for unit %d?", u.number)
	}
	return ""
}

// readersText returns which other programs have attached the unit, and how many of its
// samples were taken. counted names the samples after their number.
func (u *watchedUnit) readersText(counted string) string {
	var names []string
	r := u.reading.Readers
	for _, p := range u.processes {
		// A program that is not known reads the unit only if its samples are taken.
		if watch.IsConsumer(p.Name) || r.Taken > 0 && p.Name != "refclock" {
			names = append(names, p.String())
		}
	}
	who := strings.Join(names, " ")
	switch {
	case r.Taken+r.Lost == 0:
		return who
	case who == "" && r.Taken == 0 && u.unread:
		return "no program"
	case who == "" && r.Taken == 0:
		who = "no program"
	case who == "":
		who = "another user"
	}
	return fmt.Sprintf("%s: %d of %d%s", who, r.Taken, r.Taken+r.Lost, counted)
}

func (u *watchedUnit) ownerName() string {
	if u.info.Size == 0 {
		return "-"
	}
	uid := strconv.Itoa(u.info.UID)
	if who, err := user.LookupId(uid); err == nil {
		return who.Username
	}
	return uid
}

func (u *watchedUnit) sizeText() string {
	if u.info.Size == 0 {
		return "-"
	}
	return strconv.Itoa(u.info.Size)
}

// counted returns a number of things, such as "1 clock" or "2 clocks".
func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
