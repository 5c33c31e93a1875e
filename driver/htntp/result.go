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
	Estimate
	Bounds // theta is within them if only a minority of the agreeing servers is wrong
}

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
	r := Result{s.posterior().estimate(), cover(all, (len(all)-1)/2)}
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
