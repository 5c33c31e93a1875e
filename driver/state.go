package driver

import (
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"
)

// A State is what a driver does: it publishes samples, or it has a reason why not.
type State struct {
	Reason string // short and fixed, such as "no fix"; empty while samples flow
	Detail string // what was found, in words
	Hint   string // what a person can do; empty for what passes by itself
}

// Feeding reports whether samples flow.
func (s State) Feeding() bool { return s.Reason == "" }

func (s State) String() string {
	text := s.Reason
	if s.Feeding() {
		text = "feeding"
	}
	if s.Detail != "" {
		text += ": " + s.Detail
	}
	return text
}

// and combines the states of two things: what either of them lacks.
func (s State) and(other State) State {
	switch {
	case s.Feeding():
		return other
	case other.Feeding():
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

// A Reporter keeps a state for other goroutines, and logs each change of the reason once:
// not a line a second. The zero Reporter logs nothing.
type Reporter struct {
	Log *slog.Logger

	state   atomic.Pointer[State]
	history history
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
		return
	}
	r.store(s)
	r.history.add(s, time.Now())
	if before.Reason == s.Reason || r.Log == nil {
		return
	}
	switch {
	case s.Feeding():
		r.Log.Info("feeding", "detail", s.Detail)
	case s.Hint == "":
		r.Log.Info("not feeding yet", "reason", s.Reason, "detail", s.Detail)
	default:
		r.Log.Warn("not feeding", "reason", s.Reason, "detail", s.Detail, "hint", s.Hint)
	}
}

// store keeps a copy of the state: the only allocation of SetState.
func (r *Reporter) store(s State) { r.state.Store(&s) }

// Changes returns the last states with different reasons, oldest first. It is safe for
// concurrent use.
func (r *Reporter) Changes() []Change { return r.history.list() }
