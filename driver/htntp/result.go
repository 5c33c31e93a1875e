package htntp

import (
	"errors"
	"fmt"
)

// posterior returns the posterior from the servers that agree.
func (s *survey) posterior() posterior {
	var all []*evidence
	for _, c := range s.agreeing() {
		all = append(all, &c.evidence)
	}
	d := doubt
	if len(all) == 1 {
		d = 0
	}
	return infer(s.prior, d, all...)
}

// A Result is the time that the majority shows.
type Result struct {
	Estimate  // as if the paths were about symmetric
	Bounds    // theta is within them if only a minority of the agreeing servers is wrong
	asymmetry int64
}

// asymmetry returns by how much the asymmetry of the paths may shift the estimate. Averaging
// does not reduce it, because the paths share the access line of this machine. The nearest
// servers have the most weight in the estimate, and here.
func (s *survey) asymmetry() int64 {
	sum, weights := 0.0, 0.0
	for _, c := range s.agreeing() {
		weight := 1 / (c.skew() * c.skew())
		sum, weights = sum+weight*c.evidence.asymmetry(), weights+weight
	}
	return int64(sum / weights)
}

// stated returns the estimate to state: its interval allows for asymmetric paths, within the
// hard bounds.
func (r Result) stated() Estimate {
	e := r.Estimate.widen(r.asymmetry)
	return Estimate{e.Theta, min(e.Theta, max(e.Low, r.Bounds.Low)), max(e.Theta, min(e.High, r.Bounds.High))}
}

// widen returns the estimate with a wider interval.
func (e Estimate) widen(by int64) Estimate { return Estimate{e.Theta, e.Low - by, e.High + by} }

// result returns the result of a poll that is over.
func (s *survey) result() (Result, error) {
	agreeing := s.agreeing()
	if s.failure == nil && len(agreeing) < s.majority() {
		s.failure = s.noMajority()
	}
	if s.failure != nil {
		return Result{}, s.failure
	}
	all := make([]Bounds, len(agreeing))
	for i, c := range agreeing {
		all[i] = c.bounds
	}
	r := Result{s.posterior().estimate(), cover(all, (len(all)-1)/2), s.asymmetry()}
	if r.empty() {
		return Result{}, s.noMajority()
	}
	return r, nil
}

// ErrNoMajority means that not enough servers agree. Errors of polls wrap it.
var ErrNoMajority = errors.New("no majority")

func (s *survey) noMajority() error {
	return fmt.Errorf("%w: %d of %d servers agree, %d needed", ErrNoMajority, len(s.agreeing()), len(s.servers), s.majority())
}
