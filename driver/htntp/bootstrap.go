package htntp

import (
	"errors"
	"time"
)

// A machine that starts in 1970 cannot tell whether a certificate has expired, and without
// a valid certificate it cannot get the time. If only the dates of a chain are wrong, or
// the system clock is before the build date, each certificate is verified as of its
// server's own Date. A server without a certificate is still rejected. With one stolen
// certificate that has expired, an attacker could claim an old time, so two or more
// servers must agree. Then every certificate is verified again, as of the time found.

// ErrBootstrap means that only one server contradicts the system clock.
var ErrBootstrap = errors.New("the certificates are not valid by the system clock, and a single server cannot overrule it")

// trustedTime returns the time as of which certificates are verified: from the previous
// poll, or else from the system clock, unless that is before the build date.
func (e *Engine) trustedTime() (time.Time, bool) {
	at := e.now()
	if found, ok := e.recall(at); ok {
		return time.Unix(0, found.Theta+at.mono), true
	}
	system := time.Unix(0, at.real)
	return system, !system.Before(e.config.Since)
}

// confirm returns the result of a survey. First it verifies the unconfirmed certificates
// as of the time found.
func (e *Engine) confirm(survey *survey, at stamp) (Result, error) {
	result, err := survey.result()
	if err != nil {
		return result, err
	}
	unconfirmed := false
	for i, c := range survey.servers {
		if s := e.servers[i]; s.unconfirmed && c.standing == Agrees {
			unconfirmed = true
			if err := s.cert.certify(time.Unix(0, result.Theta+at.mono)); err != nil {
				c.exclude(err)
			}
		}
	}
	if !unconfirmed {
		return result, nil
	}
	agreeing := survey.agreeing()
	if len(agreeing) == 1 && len(survey.servers) == 1 {
		return Result{}, ErrBootstrap
	}
	if result, err = survey.result(); err == nil {
		e.config.Log.Warn("the system clock is wrong: the certificates are not valid by it, but by the time of the majority",
			"system", time.Unix(0, at.real).UTC().Format(time.DateTime), "found", time.Unix(0, result.Theta+at.mono).UTC().Format(time.DateTime), "servers", len(agreeing))
	}
	return result, err
}
