package driver

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"
)

// A State is what a driver does: it publishes samples, or it has a reason why not.
type State struct {
	Reason string `json:"reason"` // short and fixed, such as "no fix"; empty while samples flow
	Detail string `json:"detail"` // what was found, in words
	Hint   string `json:"hint"`   // what a person can do; empty for what passes by itself
}

// Feeding reports whether samples flow.
func (s State) Publishing() bool { return s.Reason == "" }

// MarshalJSON adds whether samples flow, as "publishing".
func (s State) MarshalJSON() ([]byte, error) {
	type fields State
	return json.Marshal(struct {
		Publishing bool `json:"publishing"`
		fields
	}{s.Publishing(), fields(s)})
}

func (s State) String() string {
	text := s.Reason
	if s.Publishing() {
		text = "publishing"
	}
	if s.Detail != "" {
		text += ": " + s.Detail
	}
	return text
}

// With returns the state with one more detail; detail may be empty.
func (s State) With(detail string) State {
	if s.Detail != "" && detail != "" {
		detail = s.Detail + "; " + detail
	}
	s.Detail = cmp.Or(detail, s.Detail)
	return s
}

// and joins two states: the result publishes only if both do.
func (s State) and(other State) State {
	switch {
	case s.Publishing() && other.Publishing():
		return s.With(other.Detail)
	case s.Publishing():
		return other
	case other.Publishing():
		return s
	}
	return State{
		Reason: s.Reason + " and " + other.Reason,
		Detail: s.Detail + "; " + other.Detail,
		Hint:   s.Hint + "; " + other.Hint,
	}
}

// Setting returns how to change a setting, for a Hint that people read who use flags, and
// people who use a file: for "proxy-login", "(--proxy-login, or proxy_login = in
// refclock.toml)".
func Setting(flag string) string {
	return fmt.Sprintf("(--%s, or %s = in refclock.toml)", flag, strings.ReplaceAll(flag, "-", "_"))
}

// Explained splits the text of an error into what happened and what to do: the errors of a
// permission have both, with a semicolon between them. The hint is "" if there is none.
func Explained(err error) (detail, hint string) {
	detail, hint, _ = strings.Cut(err.Error(), "; ")
	return detail, hint
}

// A Reporter keeps a state for other goroutines, and logs the changes of its reason: not a
// line a second, and not each change of a reason that comes and goes. The zero Reporter
// logs nothing.
type Reporter struct {
	Log *slog.Logger

	// withheld returns why samples reach no target, and since when; nil for the state of
	// something else.
	withheld func() (State, time.Time)

	changed func(State) // see Feed.Observe; may be nil

	state   atomic.Pointer[State]
	history history
	limit   repeatLimit
	before  time.Time // the last reason but one began
	began   time.Time // the reason
	waiting bool      // the reason has no line yet
}

// starting is the state before the first SetState.
var starting = State{Reason: "starting"}

// State returns the current state. It is safe for concurrent use.
func (r *Reporter) State() State {
	if s := r.state.Load(); s != nil {
		return *s
	}
	return starting
}

// SetState changes the state. It allocates only if the state differs from the last one.
func (r *Reporter) SetState(s State) {
	before := r.State()
	if before == s {
		if r.waiting {
			now := time.Now()
			if changes, ok := r.limit.due(s.Reason, r.began, now); ok {
				r.log(s, changes)
			}
		}
		return
	}
	now := time.Now()
	r.store(s)
	r.history.add(s, now)
	if r.changed != nil {
		r.changed(s)
	}
	if before.Reason == s.Reason || r.Log == nil {
		return
	}
	r.before, r.began, r.waiting = r.began, now, true
	if changes, ok := r.limit.allow(s.Reason, now); ok {
		r.log(s, changes)
	}
}

// log writes a line about a state, which stands for several changes to its reason.
func (r *Reporter) log(s State, changes int) {
	r.waiting = false
	log := r.Log
	if changes > 1 {
		log = log.With("times", changes)
	}
	if time.Since(r.began) > time.Second { // the line was held back
		log = log.With("since", r.began.UTC().Truncate(time.Millisecond))
	}
	if s.Publishing() && r.withheld != nil {
		if w, since := r.withheld(); !w.Publishing() {
			if since.Before(r.before) { // else the target's own line is the last one
				log.Info("not publishing yet", "reason", w.Reason, "detail", w.Detail)
			}
			return
		}
	}
	switch {
	case s.Publishing():
		log.Info("publishing", "detail", s.Detail)
	case s.Hint == "":
		log.Info("not publishing yet", "reason", s.Reason, "detail", s.Detail)
	default:
		log.Warn("not publishing", "reason", s.Reason, "detail", s.Detail, "hint", s.Hint)
	}
}

// store keeps a copy of the state: the only allocation of SetState.
func (r *Reporter) store(s State) { r.state.Store(&s) }

// Changes returns the last states with different reasons, oldest first. It is safe for
// concurrent use.
func (r *Reporter) Changes() []Change { return r.history.list() }

// ChangesSince returns the changes after the first n, oldest first, as far as they are kept,
// and how many there were. It is safe for concurrent use.
func (r *Reporter) ChangesSince(n uint64) ([]Change, uint64) { return r.history.since(n) }
