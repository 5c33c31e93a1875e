package htntp

import (
	"errors"
	"fmt"
)

// belief is what those who agree say together.
func (s *survey) belief() belief {
	var all []*evidence
	for _, c := range s.agreeing() {
		all = append(all, &c.evidence)
	}
	d := doubt
	if len(all) == 1 {
		d = 0
	}
	return believe(s.prior, d, all...)
}

// A Result is what a majority has found.
type Result struct {
	Estimate
	Bounds // hard, if no more than a minority of those who agree is wrong
}

// result is what the poll has found, when it is over.
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
	r := Result{s.belief().estimate(), cover(all, (len(all)-1)/2)}
	if r.empty() {
		return Result{}, s.noMajority()
	}
	return r, nil
}

// ErrNoMajority is wrapped by the error of a poll in which not enough servers agree.
var ErrNoMajority = errors.New("no majority")

func (s *survey) noMajority() error {
	return fmt.Errorf("%w: %d of %d servers agree, %d needed", ErrNoMajority, len(s.agreeing()), len(s.servers), s.majority())
}
