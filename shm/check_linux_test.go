package shm

import (
	"errors"
	"testing"
	"time"
)

func TestCheck(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		removeUnit(t, 2)
		u := attach(t, 2, WithLayout(Layout96))
		watched := u.Segment // as a watcher may
		consumer := attach(t, 2)
		publish := func() {
			t.Helper()
			if err := u.Update(Sample{Clock: time.Unix(1795386302, 0)}); err != nil {
				t.Fatal(err)
			}
		}
		check := func(want Change) {
			t.Helper()
			if got, err := u.Check(); got != want || err != nil {
				t.Errorf("%v, %v, expected %v", got, err, want)
			}
		}

		check(Unchanged)
		publish()
		check(Unchanged)

		removeSegment(t, 2)
		if info, err := u.Info(); err != nil || !info.Removed {
			t.Errorf("%+v, %v, expected it to be removed", info, err)
		}
		publish() // into the removed segment
		check(Recreated)
		if consumer.Get(FieldValid) != 0 {
			t.Error("a sample is left behind in the removed segment")
		}
		if u.Layout() != Layout96 || u.Get(FieldCount) != 0 {
			t.Errorf("%v, count %d, expected a new segment", u.Layout(), u.Get(FieldCount))
		}
		publish()

		removeSegment(t, 2)
		createSegment(t, 2, 80, 0o666)
		check(Replaced)
		check(Unchanged)
		if u.Layout() != Layout80 || watched.Layout() != Layout80 {
			t.Errorf("%v, %v, expected 80 bytes", u.Layout(), watched.Layout())
		}
		publish()
		if got, err := attach(t, 2).Take(); err != nil || got.Clock.Unix() != 1795386302 {
			t.Errorf("%+v, %v", got, err)
		}
		publish()
		if got := u.Counters(); got != (Counters{Published: 5, Consumed: 1, Overwritten: 3}) {
			t.Errorf("%+v", got)
		}
	})
}

func TestCheckWhileAbsent(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		removeUnit(t, 2)
		createSegment(t, 2, 96, 0o666)
		u := attach(t, 2, WithoutCreate())
		if err := u.Update(Sample{Clock: time.Unix(1, 0)}); err != nil {
			t.Fatal(err)
		}
		removeSegment(t, 2)
		for _, want := range []Change{Removed, Unchanged, Unchanged} {
			if got, err := u.Check(); got != want || !errors.Is(err, ErrAbsent) {
				t.Errorf("%v, %v, expected %v and ErrAbsent", got, err, want)
			}
		}
		for name, err := range writeErrors(u.Segment) {
			if !errors.Is(err, ErrAbsent) {
				t.Errorf("%s: %v, expected ErrAbsent", name, err)
			}
		}
		if _, err := u.Info(); !errors.Is(err, ErrAbsent) {
			t.Errorf("info: %v, expected ErrAbsent", err)
		}
		if got := u.Counters(); got != (Counters{Published: 1, Overwritten: 1}) {
			t.Errorf("%+v", got)
		}

		createSegment(t, 2, 88, 0o666)
		if got, err := u.Check(); got != Found || err != nil || u.Layout() != Layout88 {
			t.Errorf("%v, %v, %v", got, err, u.Layout())
		}
		if err := u.Update(Sample{Clock: time.Unix(2, 0)}); err != nil {
			t.Error(err)
		}
	})
}

func TestCheckFindsUnknownSize(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		removeUnit(t, 2)
		u := attach(t, 2, WithLayout(Layout96))
		removeSegment(t, 2)
		createSegment(t, 2, 100, 0o666)
		for _, want := range []Change{Removed, Unchanged} {
			if got, err := u.Check(); got != want || !errors.Is(err, ErrSize) {
				t.Errorf("%v, %v, expected %v and ErrSize", got, err, want)
			}
		}
		if err := u.Update(Sample{Clock: time.Unix(1, 0)}); !errors.Is(err, ErrAbsent) {
			t.Errorf("update: %v, expected ErrAbsent", err)
		}
		removeSegment(t, 2)
		if got, err := u.Check(); got != Recreated || err != nil {
			t.Errorf("%v, %v, expected it to be recreated", got, err)
		}
	})
}

func TestChangeNames(t *testing.T) {
	if Found.String() != "found" || Change(99).String() != "unknown" {
		t.Errorf("%v, %v", Found, Change(99))
	}
}
