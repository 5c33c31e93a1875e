package htntp

import (
	"errors"

	"github.com/refclock/refclock/driver"
)

// outdated is the state while the last poll tells nothing of the present.
var outdated = driver.State{
	Reason: "clock stepped",
	Detail: "the system clock was set, or the machine slept, since the last poll; the next one will tell",
}

// failed is the state after a poll without a result.
func failed(err error) driver.State {
	s := driver.State{Reason: "no poll", Detail: err.Error()}
	switch {
	case errors.Is(err, ErrNoMajority):
		s.Reason = "no majority"
		s.Hint = "see why each server was left out: refclock htntp --once --verbose SERVER...; with three servers one may fail, with five two"
	case errors.Is(err, ErrBootstrap):
		s.Reason = "certificates not valid yet"
		s.Hint = "name two more servers, or set the system clock to the right day once"
	case errors.Is(err, ErrStepped):
		s.Reason = "clock stepped"
		s.Hint = "nothing, if the time daemon has just set the clock; if it goes on, two programs set it against each other"
	}
	return s
}
