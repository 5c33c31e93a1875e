package shm

import (
	"errors"
	"testing"
)

var layouts = []Layout{Layout80, Layout88, Layout96}

func TestLayoutOfSize(t *testing.T) {
	for _, want := range layouts {
		got, err := LayoutOfSize(want.Size())
		if got != want || err != nil {
			t.Errorf("LayoutOfSize(%d) = %v, %v", want.Size(), got, err)
		}
	}
	for _, n := range []int{-1, 0, 79, 81, 84, 92, 95, 97, 100, 4096} {
		if got, err := LayoutOfSize(n); got != 0 || !errors.Is(err, ErrSize) {
			t.Errorf("LayoutOfSize(%d) = %v, %v, expected ErrSize", n, got, err)
		}
	}
}

func TestUnknownLayout(t *testing.T) {
	for _, l := range []Layout{0, 4} {
		if l.Size() != 0 || l.String() != "unknown layout" {
			t.Errorf("Layout(%d): %d bytes, %v", uint8(l), l.Size(), l)
		}
		for name, f := range map[string]func(){
			"Offset":    func() { l.Offset(FieldValid) },
			"NewMemory": func() { NewMemory(l) },
		} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s of Layout(%d) does not panic", name, uint8(l))
					}
				}()
				f()
			}()
		}
	}
}

// TestLayoutsMatchC compares the offsets with C, but needs a compiler.
func TestFieldsDoNotOverlap(t *testing.T) {
	for _, l := range layouts {
		end := 0
		for f := range Fields() {
			if l.Offset(f) < end || l.Offset(f)%4 != 0 {
				t.Errorf("%v: %v at %d, the field before ends at %d", l, f, l.Offset(f), end)
			}
			end = l.Offset(f) + l.Width(f)
		}
		const dummy = 8 * 4
		if end+dummy > l.Size() {
			t.Errorf("%v: fields end at %d, which leaves no room for dummy", l, end)
		}
	}
}

func TestFieldNames(t *testing.T) {
	n := 0
	for f := range Fields() {
		if got, ok := FieldByName(f.String()); got != f || !ok {
			t.Errorf("FieldByName(%q) = %v, %v", f, got, ok)
		}
		n++
	}
	if n != 12 {
		t.Errorf("%d fields, expected 12", n)
	}
	for _, name := range []string{"", "Mode", "dummy", "unknown"} {
		if f, ok := FieldByName(name); ok {
			t.Errorf("FieldByName(%q) = %v", name, f)
		}
	}
	if got := Field(12).String(); got != "unknown" {
		t.Errorf("Field(12) is %q", got)
	}
}

func TestNames(t *testing.T) {
	for got, want := range map[string]string{
		LeapNone.String():      "none",
		LeapAdd.String():       "add",
		LeapDelete.String():    "delete",
		LeapNotInSync.String(): "not in sync",
		Leap(7).String():       "7",
		Layout80.String():      "80 bytes, 32-bit time_t",
		Layout96.String():      "96 bytes, 64-bit time_t",
	} {
		if got != want {
			t.Errorf("%q, expected %q", got, want)
		}
	}
}
