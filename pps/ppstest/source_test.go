package ppstest_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/pps/ppstest"
)

var _ pps.Source = (*ppstest.Source)(nil)

func TestSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := ppstest.New("fake", ppstest.Train{}.Edges(1)...)
		for _, rising := range []bool{true, false} {
			if e, err := source.Next(t.Context()); err != nil || e.Rising != rising {
				t.Errorf("%+v, %v; want rising %v", e, err, rising)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := source.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("silence: %v", err)
		}
		time.AfterFunc(time.Second, func() { source.Push(pps.Edge{Seq: 7}) })
		if e, err := source.Next(t.Context()); err != nil || e.Seq != 7 {
			t.Errorf("%+v, %v; want the edge that was pushed", e, err)
		}
		source.Push(pps.Edge{Seq: 8})
		source.Fail(io.ErrUnexpectedEOF)
		if e, err := source.Next(t.Context()); err != nil || e.Seq != 8 {
			t.Errorf("%+v, %v; want the edge from before the failure", e, err)
		}
		if _, err := source.Next(t.Context()); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("failed: %v", err)
		}
		source.Close()
		if _, err := source.Next(t.Context()); !errors.Is(err, pps.ErrClosed) || !source.Closed() {
			t.Errorf("closed: %v", err)
		}
	})
}
