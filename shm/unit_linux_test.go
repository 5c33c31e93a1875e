package shm

import (
	"errors"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestAttachCreates(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		removeUnit(t, 2)
		u, err := Attach(2, WithKeyBase(testBase))
		if strconv.IntSize == 32 {
			if !errors.Is(err, ErrAbsent) {
				t.Errorf("a 32-bit program created a unit without knowing the layout: %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		defer u.Close()
		if u.Layout() != Layout96 || u.Number() != 2 {
			t.Errorf("unit %d, %v", u.Number(), u.Layout())
		}
		if got, err := u.Read(); !errors.Is(err, ErrNoSample) {
			t.Errorf("a new unit has %+v, %v", got, err)
		}
	})
}

func TestAttachCreatesWithLayout(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		for _, l := range layouts {
			removeUnit(t, 2)
			u := attach(t, 2, WithLayout(l))
			info, err := u.Info()
			if err != nil || info.Size != l.Size() || u.Layout() != l {
				t.Errorf("%v: got %v, %+v, %v", l, u.Layout(), info, err)
			}
		}
	})
}

func TestAttachExisting(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		for i, l := range layouts {
			unit := 10 + i
			removeUnit(t, unit)
			id := createSegment(t, unit, l.Size(), 0o640)
			u := attach(t, unit, WithLayout(Layout96), WithPerm(0o666))
			info, err := u.Info()
			if err != nil || info.ID != id || info.Perm != 0o640 || u.Layout() != l {
				t.Errorf("%v: got %v, %+v, %v", l, u.Layout(), info, err)
			}
			// A sample published through one attachment is visible through another.
			if err := u.Update(Sample{Clock: time.Unix(1795386302, 777)}); err != nil {
				t.Fatal(err)
			}
			if got, err := attach(t, unit).Take(); err != nil || got.Clock.Nanosecond() != 777 {
				t.Errorf("%v: %+v, %v", l, got, err)
			}
		}
	})
}

func TestAttachErrors(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		removeUnit(t, 3)
		for name, opts := range map[string][]Option{
			"WithoutCreate":             {WithoutCreate()},
			"WithoutCreate, WithLayout": {WithoutCreate(), WithLayout(Layout96)},
			"WithReadOnly":              {WithReadOnly()},
			"WithReadOnly, WithLayout":  {WithReadOnly(), WithLayout(Layout96)},
		} {
			if _, err := Attach(3, append(opts, WithKeyBase(testBase))...); !errors.Is(err, ErrAbsent) {
				t.Errorf("%s: %v, expected ErrAbsent", name, err)
			}
		}
		for _, size := range []int{1, 79, 84, 100, 4096} {
			removeUnit(t, 3)
			createSegment(t, 3, size, 0o666)
			if _, err := Attach(3, WithKeyBase(testBase)); !errors.Is(err, ErrSize) {
				t.Errorf("%d bytes: %v, expected ErrSize", size, err)
			}
			if info := listedUnit(t, 3); info.Attached != 0 {
				t.Errorf("%d bytes: left attached", size)
			}
		}
		for _, unit := range []int{-1, 256} {
			if _, err := Attach(unit, WithKeyBase(testBase)); !errors.Is(err, ErrRange) {
				t.Errorf("unit %d: %v, expected ErrRange", unit, err)
			}
		}
		if _, err := Attach(0, WithKeyBase(0)); !errors.Is(err, ErrRange) {
			t.Errorf("key 0: %v, expected ErrRange", err)
		}
	})
}

func listedUnit(t *testing.T, unit int) Info {
	t.Helper()
	list, err := List(testBase)
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range list {
		if info.Unit == unit {
			return info
		}
	}
	t.Fatalf("unit %d is not listed", unit)
	return Info{}
}

func TestPermOfCreatedUnits(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		private := uint32(0o666)
		if os.Geteuid() == 0 {
			private = 0o600
		}
		for _, c := range []struct {
			unit int
			opts []Option
			want uint32
		}{
			{0, nil, private},
			{1, nil, private},
			{2, nil, 0o666},
			{255, nil, 0o666},
			{1, []Option{WithPerm(0o660)}, 0o660},
			{2, []Option{WithPerm(0o7600)}, 0o600},
		} {
			removeUnit(t, c.unit)
			u := attach(t, c.unit, append(c.opts, WithLayout(Layout96))...)
			if info, err := u.Info(); err != nil || info.Perm != c.want {
				t.Errorf("unit %d: mode %04o, %v, expected %04o", c.unit, info.Perm, err, c.want)
			}
		}
	})
}

func TestReadOnly(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		removeUnit(t, 2)
		u := attach(t, 2, WithLayout(Layout88))
		watcher := attach(t, 2, WithReadOnly())
		if err := u.Update(Sample{Clock: time.Unix(1795386302, 0)}); err != nil {
			t.Fatal(err)
		}
		// A write would crash the program.
		for name, err := range writeErrors(watcher.Segment) {
			if !errors.Is(err, ErrReadOnly) {
				t.Errorf("%s: %v, expected ErrReadOnly", name, err)
			}
		}
		if got, err := watcher.Peek(); err != nil || got.Clock.Unix() != 1795386302 {
			t.Errorf("%+v, %v", got, err)
		}
		if err := watcher.Close(); err != nil || u.Get(FieldValid) != 1 {
			t.Errorf("closing a watcher: %v, valid %d", err, u.Get(FieldValid))
		}
	})
}

func TestClose(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		removeUnit(t, 2)
		consumer := attach(t, 2, WithLayout(Layout96))
		u := attach(t, 2)
		if err := u.Update(Sample{Clock: time.Unix(1795386302, 0)}); err != nil {
			t.Fatal(err)
		}
		if err := u.Close(); err != nil {
			t.Fatal(err)
		}
		if consumer.Get(FieldValid) != 0 {
			t.Error("Close did not withdraw the last sample")
		}
		if info, err := consumer.Info(); err != nil || info.Removed || info.Attached != 1 {
			t.Errorf("%+v, %v, expected one attachment, not removed", info, err)
		}
		for name, err := range writeErrors(u.Segment) {
			if !errors.Is(err, ErrClosed) {
				t.Errorf("%s: %v, expected ErrClosed", name, err)
			}
		}
		_, peekErr := u.Peek()
		_, readErr := u.Read()
		_, infoErr := u.Info()
		_, checkErr := u.Check()
		for _, err := range []error{peekErr, readErr, infoErr, checkErr} {
			if !errors.Is(err, ErrClosed) {
				t.Errorf("%v, expected ErrClosed", err)
			}
		}
		if err := u.Close(); err != nil || u.Get(FieldMode) != 0 {
			t.Errorf("closing again: %v", err)
		}

		// Close does not withdraw the sample of another producer.
		if err := consumer.Update(Sample{Clock: time.Unix(1, 0)}); err != nil {
			t.Fatal(err)
		}
		if err := attach(t, 2).Close(); err != nil || consumer.Get(FieldValid) != 1 {
			t.Errorf("%v, valid %d, expected 1", err, consumer.Get(FieldValid))
		}
	})
}

// A unit leaves the sample of another producer when it is closed. A sample from before it was
// attached is not foreign; one after it is.
func TestForeignWriteOfUnit(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		removeUnit(t, 2)
		at := time.Unix(1_790_000_000, 0)
		old := attach(t, 2, WithLayout(Layout96))
		update := func(u *Unit) {
			t.Helper()
			if err := u.Update(Sample{Clock: at, Receive: at}); err != nil {
				t.Fatal(err)
			}
			at = at.Add(time.Second)
		}
		update(old)
		u := attach(t, 2)
		if u.ForeignWrite() {
			t.Error("a sample from before is foreign")
		}
		update(u)
		update(old)
		if err := u.Close(); err != nil {
			t.Fatal(err)
		}
		if sample, err := old.Peek(); err != nil || !sample.Receive.Equal(at.Add(-time.Second)) {
			t.Errorf("the other producer's sample is %+v, %v", sample, err)
		}
		u = attach(t, 2)
		update(old)
		if !u.ForeignWrite() {
			t.Error("a sample from after the attachment is not foreign")
		}
	})
}

// Several programs that start at the same time use one segment.
func TestAttachConcurrently(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		removeUnit(t, 2)
		for range 50 {
			ids := make([]int, 8)
			var all sync.WaitGroup
			for i := range ids {
				all.Go(func() {
					u, err := Attach(2, WithKeyBase(testBase), WithLayout(Layout96))
					if err != nil {
						t.Error(err)
						return
					}
					ids[i] = u.id
					if err := u.Close(); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			for _, id := range ids {
				if id != ids[0] {
					t.Fatalf("segments %v", ids)
				}
			}
			removeSegment(t, 2)
		}
	})
}

func TestDefaultKey(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		u, err := Attach(200, WithLayout(Layout96))
		if err != nil {
			t.Fatal(err)
		}
		defer unix.SysvShmCtl(u.id, unix.IPC_RMID, nil)
		if info, err := u.Info(); err != nil || info.Key != 0x4e545030+200 || info.Unit != 200 {
			t.Errorf("%+v, %v", info, err)
		}
	})
}
