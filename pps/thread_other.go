//go:build !linux

package pps

import (
	"context"
	"errors"
	"time"
)

func allowedCores() []int { return nil }

// EnterFIFO needs Linux.
func EnterFIFO(int) (leave func(), err error) { return func() {}, errors.ErrUnsupported }

func enterThread(int) (func(), error) { return func() {}, errors.ErrUnsupported }

func sleepThread(ctx context.Context, until int64) error {
	return sleepTimer(ctx, time.Duration(until-Now().Mono))
}
