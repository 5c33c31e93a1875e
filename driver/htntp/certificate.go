package htntp

import (
	"errors"
	"fmt"
	"time"

	"github.com/refclock/refclock/driver"
)

// A certificate that has expired may have been stolen since, with its key. A thief can
// claim any time at which it was valid. So a certificate must be valid at every time that is
// known: at that of the last poll, and at that of a system clock which is after the build
// date. Otherwise its server is excluded.
//
// A machine that starts in 1970 does not know the time, and cannot learn it without a certificate.
// Only there, each certificate is first verified as of its server's own Date, but not before
// the build date. The time found must then pass the same test as any other: every certificate
// of the majority is valid at it, and no server with a valid certificate contradicts it at
// whose time those of the majority are not valid.

// ErrBootstrap means that only one server contradicts a system clock that is before the
// build date.
var ErrBootstrap = errors.New("the system clock is before the build date of refclock, and a single server cannot overrule it")

// kernelSynchronised reports whether a time daemon keeps the system clock.
func kernelSynchronised() bool {
	_, ok := driver.KernelClock{}.Current()
	return ok
}

// A proof is a time that servers with valid certificates have proved. It is counted on by the
// boot clock and never forgotten. The hours that the memory forgets matter to a sample, not
// to a certificate.
type proof struct {
	known bool
	utc   int64
	boot  int64
	first bool // found by a machine that knew no time
}

// at returns the time proved, counted on to a stamp.
func (p proof) at(s stamp) time.Time { return time.Unix(0, p.utc+s.boot-p.boot) }

// knownTimes returns the instants at which a certificate must be valid; none if the time is
// unknown. A system clock before the build date is wrong.
//
// A time daemon may know the time better than the proof: if that was found without knowing
// the time, or if the machine was paused, which no clock counts.
func (e *Engine) knownTimes() (known []time.Time) {
	at := e.now()
	system := time.Unix(0, at.real)
	kept := e.kept(at)
	if kept || !e.proof.known && !system.Before(e.config.Since) {
		known = append(known, system)
	}
	if e.proof.known && !(kept && (e.proof.first || system.After(e.proof.at(at)))) {
		known = append(known, e.proof.at(at))
	}
	return known
}

// kept reports whether a time daemon keeps the system clock, and it is plausible.
func (e *Engine) kept(at stamp) bool {
	return !time.Unix(0, at.real).Before(e.config.Since) && e.synchronised()
}

// confirm returns the result of a survey. It excludes servers whose certificates are not
// valid at the time found.
func (e *Engine) confirm(survey *survey, at stamp) (Result, error) {
	result, err := survey.result()
	if err != nil {
		return result, err
	}
	e.excludePortal(survey)
	for i, c := range survey.servers {
		if cert := e.servers[i].cert; c.standing == Agrees && cert != nil {
			if err := cert.certify(result.time(at)); err != nil {
				c.exclude(err)
			}
		}
	}
	if result, err = survey.result(); err != nil {
		return result, err
	}
	if len(e.servers) == 1 && e.servers[0].cert != nil && e.servers[0].unconfirmed {
		return Result{}, ErrBootstrap
	}
	for i, c := range survey.servers {
		if c.contradicts(result) && e.servers[i].cert != nil {
			if err := e.outvote(survey, i, at); err != nil {
				return Result{}, err
			}
		}
	}
	return result, nil
}

// lag is the greatest time by which a Date may be late on a server with the right time: some
// renew it once a second.
const lag = second

// contradicts reports whether the server's own answers exclude the result, even if its Date
// is late.
func (c *candidate) contradicts(r Result) bool {
	if c.standing != Late && c.standing != Ahead {
		return false
	}
	return r.Theta < c.bounds.Low || r.Theta > c.bounds.High+lag
}

// outvote returns an error if the majority must not outvote a server: only servers with a
// certificate that is valid at its time can, too, and they must be more than those that are
// off like it.
func (e *Engine) outvote(survey *survey, contradicting int, at stamp) error {
	c := survey.servers[contradicting]
	against, backing := 0, 0
	claimed := time.Unix(0, c.bounds.High+at.mono)
	for i, other := range survey.servers {
		switch cert := e.servers[i].cert; {
		case cert == nil:
		case other.standing == Agrees:
			if cert.certify(claimed) == nil {
				backing++
			}
		case (other.standing == Late || other.standing == Ahead) && !other.bounds.and(Bounds{c.bounds.Low - lag, c.bounds.High + lag}).empty():
			against++
		}
	}
	if backing > against {
		return nil
	}
	return fmt.Errorf("%w: %s contradicts the time of the majority, with a certificate that is valid; the majority has no certificates that are valid at the time of that server", ErrNoMajority, e.servers[contradicting].host)
}

// time returns the time found, at a stamp.
func (r Result) time(at stamp) time.Time { return time.Unix(0, r.Theta+at.mono) }

// prove stores the time that servers with certificates have proved. If the machine knew no
// time before, it adds a note.
func (e *Engine) prove(survey *survey, r Result, at stamp, v *Verdict) {
	certificates, first := 0, false
	for i, c := range survey.servers {
		if s := e.servers[i]; c.standing == Agrees && s.cert != nil {
			certificates++
			first = first || s.unconfirmed
		}
	}
	if certificates == 0 {
		return
	}
	e.proof = proof{known: true, utc: r.Theta + at.mono, boot: at.boot, first: first || e.proof.first && !e.kept(at)}
	if first {
		v.Notes = append(v.Notes, fmt.Sprintf("the system clock is wrong: it is %s, before the build date of refclock; the certificates are valid at %s, the time of %d servers",
			time.Unix(0, at.real).UTC().Format(time.DateTime), r.time(at).UTC().Format(time.DateTime), certificates))
	}
}
