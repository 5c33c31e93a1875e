package htntp

import (
	"errors"
	"time"
)

// A machine that woke up in 1970 cannot tell a valid certificate from an expired one,
// and without a valid certificate it cannot learn the time. So where a chain fails on
// dates only, or the system clock shows a time before the program was built, each
// server's certificate is judged as of the server's own Date, which lets nobody in who
// has no certificate. What they then agree on must be a majority of two or more, since
// somebody who has stolen one old certificate could tell any old time; and as of that
// time every certificate is judged once more.

// ErrBootstrap is a poll of which only one server could vouch for the certificates' time.
var ErrBootstrap = errors.New("the certificates are not valid by the system clock, and one server alone is not believed against it")

// trust is the time by which certificates are judged: what the poll before has found,
// else the system clock, unless it is absurd.
func (e *Engine) trust() (time.Time, bool) {
	at := e.now()
	if found, ok := e.recall(at); ok {
		return time.Unix(0, found.Theta+at.mono), true
	}
	system := time.Unix(0, at.real)
	return system, !system.Before(e.config.Since)
}

// confirm gives the result of a survey, once the certificates that were judged only as
// of the servers' own Dates are judged as of the time found.
func (e *Engine) confirm(survey *survey, at stamp) (Result, error) {
	result, err := survey.result()
	if err != nil {
		return result, err
	}
	coarse := false
	for i, c := range survey.servers {
		if s := e.servers[i]; s.coarse && c.standing == Agrees {
			coarse = true
			if err := s.cert.certify(time.Unix(0, result.Theta+at.mono)); err != nil {
				c.exclude(err)
			}
		}
	}
	if !coarse {
		return result, nil
	}
	agreeing := survey.agreeing()
	if len(agreeing) == 1 && len(survey.servers) == 1 {
		return Result{}, ErrBootstrap
	}
	if result, err = survey.result(); err == nil {
		e.config.Log.Warn("the certificates are not valid by the system clock, which must be wrong; they are by the time that most servers agree on",
			"system", time.Unix(0, at.real).UTC().Format(time.DateTime), "found", time.Unix(0, result.Theta+at.mono).UTC().Format(time.DateTime), "servers", len(agreeing))
	}
	return result, err
}
