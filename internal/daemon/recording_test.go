package daemon

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/recording"
	"github.com/refclock/refclock/internal/replay"
	"github.com/refclock/refclock/internal/settings"
)

// loaded returns the clocks of a configuration.
func loaded(t *testing.T, text string) []settings.Clock {
	t.Helper()
	t.Setenv("STATE_DIRECTORY", t.TempDir())
	path := filepath.Join(t.TempDir(), "refclock.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := settings.Load(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	return c.Clocks
}

// The recording of a running clock shows why it does not publish, here that its port is
// missing, and a replay repeats that.
func TestRecordingOfARunningClock(t *testing.T) {
	const receiver = "[[gps]]\ndevice = \"/dev/missing-%\"\npps = \"none\"\nleap_seconds = \"none\"\nunit = %\n"
	both := strings.ReplaceAll(receiver, "%", "2") + strings.ReplaceAll(receiver, "%", "4") + "record = \"10m\"\n"
	b := newBench(loaded(t, both)...)
	stop := b.run(t)
	defer stop()
	var reasons []string
	for deadline := time.Now().Add(20 * time.Second); len(reasons) == 0 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		var file bytes.Buffer
		if err := b.Recording(-1, &file); errors.Is(err, recording.ErrNone) {
			continue // not started yet
		} else if err != nil {
			t.Fatal(err)
		}
		r, err := recording.NewReader(&file)
		if err != nil {
			t.Fatal(err)
		}
		if device := r.Header().Settings.Device; device != "/dev/missing-4" {
			t.Errorf("the recording of %s, want the clock that keeps one", device)
		}
		result, err := replay.Play(t.Context(), r, func(o replay.Outcome) { reasons = append(reasons, o.State.Reason) })
		if err != nil || result.Differs != "" {
			t.Errorf("%+v, %v", result, err)
		}
	}
	if len(reasons) == 0 || reasons[0] != "no port" {
		t.Errorf("reasons %q, want no port", reasons)
	}
	if err := b.Recording(1, &bytes.Buffer{}); err != nil {
		t.Errorf("by its place: %v", err)
	}
	for place, want := range map[int]string{0: "clock 0 keeps none", 2: "no clock 2"} {
		if err := b.Recording(place, &bytes.Buffer{}); !errors.Is(err, recording.ErrNone) || !strings.Contains(err.Error(), want) {
			t.Errorf("place %d: %v, want %q", place, err, want)
		}
	}
}
