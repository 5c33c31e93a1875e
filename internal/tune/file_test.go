package tune

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

var someUndo = Undo{
	Receiver: Identity{"u-blox-9", "u-blox EXT CORE 1.00 (3fda8e) 00080000 PROTVER=27.12"},
	Device:   "/dev/serial/by-id/usb-a b", Made: time.Date(2026, 11, 27, 15, 4, 5, 0, time.UTC), Store: true,
	Settings: []Setting{{"CFG-NAVSPG-DYNMODEL", "0"}, {Baud, "38400"}},
	Stored:   []Stored{{"bbr", Setting{"CFG-NAVSPG-DYNMODEL", ""}}, {"flash", Setting{"CFG-NAVSPG-DYNMODEL", "4"}}},
	Changed:  []Setting{{"CFG-NAVSPG-DYNMODEL", "2"}},
}

// summed adds the checksum to a file.
func summed(body string) []byte {
	return fmt.Appendf([]byte(body), "sha256 %x\n", sha256.Sum256([]byte(body)))
}

func TestUndoFile(t *testing.T) {
	text := someUndo.Marshal()
	got, err := Unmarshal(text)
	if err != nil || !reflect.DeepEqual(got, someUndo) {
		t.Fatalf("%+v, %v; want %+v\n%s", got, err, someUndo, text)
	}
	if name := someUndo.FileName(); name != "refclock-undo-u-blox-9-20261127T150405Z.txt" {
		t.Error(name)
	}
	// Each byte counts.
	for i := range text {
		broken := bytes.Clone(text)
		broken[i] ^= 0x01
		if _, err := Unmarshal(broken); !errors.Is(err, ErrFile) {
			t.Fatalf("with byte %d changed: %v", i, err)
		}
		if _, err := Unmarshal(text[:i]); !errors.Is(err, ErrFile) {
			t.Fatalf("cut off after %d bytes: %v", i, err)
		}
	}
	if _, err := Unmarshal(append(bytes.Clone(text), text...)); !errors.Is(err, ErrFile) {
		t.Errorf("twice: %v", err)
	}
	body, _, _ := strings.Cut(string(text), "sha256 ")
	for from, want := range map[string]string{
		"refclock-undo 1":   "this refclock reads version 1",
		"family u-blox-9\n": "expected family",
		"setting baud":      "expected setting, stored or changed",
		"store true":        "invalid syntax",
		"made 2026-11-27T":  "line 7",
	} {
		to := map[string]string{"refclock-undo 1": "refclock-undo 2", "family u-blox-9\n": "", "setting baud": "set baud", "store true": "store yes", "made 2026-11-27T": "made 27.11.2026 "}[from]
		if _, err := Unmarshal(summed(strings.Replace(body, from, to, 1))); !errors.Is(err, ErrFile) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q for %q: %v, want %q", to, from, err, want)
		}
	}
	if _, err := Unmarshal(summed("# nothing\n")); !errors.Is(err, ErrFile) || !strings.Contains(err.Error(), "no line refclock-undo") {
		t.Errorf("no facts: %v", err)
	}
	if _, err := Unmarshal(summed(body + strings.Repeat("x", 2*maxLine) + "\n")); !errors.Is(err, ErrFile) {
		t.Errorf("a long line: %v", err)
	}
}

// A file that is read is written in the same way, and its values reach a receiver only
// after they were checked.
func FuzzUndoFile(f *testing.F) {
	f.Add(string(someUndo.Marshal()))
	body, _, _ := strings.Cut(string(someUndo.Marshal()), "sha256 ")
	f.Add(body)
	f.Add(strings.Replace(body, "0\n", "999999999999999999999999\n", 1))
	f.Add(strings.Replace(body, "store true", "store false\nsetting sentences -1,,x", 1))
	f.Fuzz(func(t *testing.T, body string) {
		for _, text := range [][]byte{[]byte(body), summed(body)} {
			u, err := Unmarshal(text)
			if err != nil {
				continue
			}
			if !bytes.Equal(u.Marshal(), text) {
				t.Errorf("%q becomes %q", text, u.Marshal())
			}
			for _, s := range u.Settings {
				for _, d := range []dialect{&legacy{}, &keyed{port: uart1}, mediatek{}, casic{}, skytraq{}, &airoha{}} {
					sent(func(l *link) { _ = d.write(l, s) })
					d.explain(s)
				}
			}
		}
	})
}
