package htntp

import (
	"errors"
	"strings"

	"github.com/refclock/refclock/driver"
)

// outdated is the state while the last result cannot be extrapolated.
var outdated = driver.State{
	Reason: "clock stepped",
	Detail: "the system clock was set, or the machine slept, since the last poll; waiting for the next poll",
}

// leapSecond is the state while the last result may be from before a leap second.
var leapSecond = driver.State{
	Reason: "leap second",
	Detail: "a second may have been inserted or deleted since the last poll; waiting for the next poll",
}

// failed is the state after a poll without a result.
func failed(err error) driver.State {
	s := driver.State{Reason: "no poll", Detail: err.Error()}
	switch {
	case errors.Is(err, ErrNoMajority):
		s.Reason = "no majority"
		s.Hint = "find out why servers are excluded: refclock htntp --once --verbose SERVER..."
	case errors.Is(err, ErrBootstrap):
		s.Reason = "certificates not valid yet"
		s.Hint = "name two more servers, or set the system clock to today's date once"
	case errors.Is(err, ErrLeapSecond):
		s.Reason = leapSecond.Reason
	case errors.Is(err, ErrStepped):
		s.Reason = "clock stepped"
		s.Hint = "if this repeats, let only one program set the system clock"
	}
	s.Detail = strings.TrimPrefix(s.Detail, s.Reason+": ") // status and log show both
	return s
}
