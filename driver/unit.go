package driver

import (
	"cmp"
	"errors"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/refclock/refclock/shm"
)

// A Unit is a unit of shared memory: *shm.Unit, or in tests a shm.Segment in memory.
type Unit interface {
	Update(shm.Sample) error
	Withdraw() error
}

// A keeper is a unit that another program can remove or replace.
type keeper interface {
	Check() (shm.Change, error)
}

// A counter is a unit that knows what became of its samples.
type counter interface {
	Counters() shm.Counters
}

// A shared unit knows whether another producer writes it.
type shared interface {
	ForeignWrite() bool
}

// A unitTarget writes samples to a unit. It attaches a unit again that was removed, and
// writes nothing while another producer does.
type unitTarget struct {
	Reporter
	unit   Unit
	keeper keeper  // nil if the unit cannot be lost
	counts counter // nil if the unit counts nothing
	shared shared  // nil if no other program can write the unit
	rival  rival
}

func newUnitTarget(unit Unit, log *slog.Logger) *unitTarget {
	u := &unitTarget{unit: unit, rival: rival{random: rand.Float64}}
	u.keeper, _ = unit.(keeper)
	u.counts, _ = unit.(counter)
	u.shared, _ = unit.(shared)
	u.Log = log.With("target", "unit")
	u.store(State{})
	if u.keep() { // reports a missing unit before the first sample
		u.contested(u.foreignWrite())
	}
	return u
}

func (u *unitTarget) put(s Sample, precision int, plain bool) (bool, error) {
	if !u.keep() || u.contested(u.foreignWrite()) {
		return false, nil
	}
	if err := u.unit.Update(shm.Sample{
		Clock: time.Unix(0, s.Clock), Receive: time.Unix(0, s.Receive), Leap: s.Leap, Precision: precision, Plain: plain,
	}); err != nil {
		return false, err
	}
	return true, nil
}

// keep makes sure that the unit is the one that consumers attach.
func (u *unitTarget) keep() bool {
	if u.keeper == nil {
		return true
	}
	change, err := u.keeper.Check()
	switch {
	case errors.Is(err, shm.ErrAbsent):
		u.SetState(State{Reason: "no unit", Detail: err.Error(), Hint: "start the time daemon: it creates the unit in the layout that it reads"})
		return false
	case errors.Is(err, fs.ErrPermission):
		detail, hint := Explained(err)
		if as, ok := strings.CutPrefix(hint, "run as "); ok { // package shm does not know of refclock
			hint = "run refclock as " + as
		}
		u.SetState(State{Reason: "unit refused", Detail: detail, Hint: cmp.Or(hint, "run refclock with sudo, or as the unit's owner, which ipcs -m lists")})
		return false
	case errors.Is(err, shm.ErrSize):
		detail, hint := Explained(err) // it knows the key
		u.SetState(State{Reason: "unit lost", Detail: detail, Hint: cmp.Or(hint, "if no program needs the segment, remove it with ipcrm") + ", then restart the time daemon"})
		return false
	case err != nil:
		u.SetState(State{Reason: "unit lost", Detail: err.Error(), Hint: "check the shared memory of this machine with ipcs -m and ipcs -l; refclock tries again each second"})
		return false
	}
	if change != shm.Unchanged && change != shm.Found {
		u.Log.Warn("unit "+change.String(), "hint", "restart the time daemon if it was running before: it holds the removed unit")
	}
	return true
}

func (u *unitTarget) withdraw() error { return u.unit.Withdraw() }

func (u *unitTarget) counters() (c shm.Counters) {
	if u.counts != nil {
		c = u.counts.Counters()
	}
	return c
}
