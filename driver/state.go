package driver

import (
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"
)

// A State is what a driver does: it feeds its unit, or it does not and says why.
type State struct {
	Reason string // short and fixed, such as "no fix"; empty while samples flow
	Detail string // what was seen, in words
	Hint   string // what a person can do about it; empty where it passes by itself
}

// Feeding tells whether samples flow.
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

// and is the state of two things together: what either lacks.
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

// Setting says where something is set, which a Hint advises to change, both to whoever
// gives a command flags and to whoever has the clocks in a file: for "proxy-login",
// "(--proxy-login, or proxy_login = in refclock.toml)".
func Setting(flag string) string {
	return fmt.Sprintf("(--%s, or %s = in refclock.toml)", flag, strings.ReplaceAll(flag, "-", "_"))
}

// A Teller holds a driver's state for whoever asks, and logs each change of the
// reason once: not a line a second. It shows besides whether the driver's loop turns.
// The zero Teller logs nothing.
type Teller struct {
	Log *slog.Logger

	state   atomic.Pointer[State]
	history history
	turns
}

// starting is the state before a driver has told any.
var starting = State{Reason: "starting"}

// State gives the state told last.
func (t *Teller) State() State {
	if s := t.state.Load(); s != nil {
		return *s
	}
	return starting
}

// Tell says what the state is now. It allocates only when the state has changed.
func (t *Teller) Tell(s State) {
	before := t.State()
	if before == s {
		return
	}
	t.set(s)
	t.history.add(s, time.Now())
	if before.Reason == s.Reason || t.Log == nil {
		return
	}
	switch {
	case s.Feeding():
		t.Log.Info("feeding", "detail", s.Detail)
	case s.Hint == "":
		t.Log.Info("not feeding yet", "reason", s.Reason, "detail", s.Detail)
	default:
		t.Log.Warn("not feeding", "reason", s.Reason, "detail", s.Detail, "hint", s.Hint)
	}
}

// set keeps the only copy of a state that outlives its call.
func (t *Teller) set(s State) { t.state.Store(&s) }

// Changes are the last states told that had different reasons, oldest first.
func (t *Teller) Changes() []Change { return t.history.list() }
