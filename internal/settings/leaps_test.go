package settings

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// An expired table is reported with what is lost, until when nothing is, and what to type.
func TestExpiredLeaps(t *testing.T) {
	var log bytes.Buffer
	file := filepath.Join(t.TempDir(), "leap-seconds.list")
	if err := os.WriteFile(file, []byte("#@ 3700000000\n3660595200 36\n3692217600 37\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := loadLeaps(file, slog.New(slog.NewTextHandler(&log, nil))); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"level=WARN", "has expired", "withholds some seconds at the end of ", "hint=", "data.iana.org", "ignore this until the end of "} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%s\nwant %q in it", log.String(), want)
		}
	}
}

func TestLeapHint(t *testing.T) {
	const command = "type: sudo apt update && sudo apt install --only-upgrade tzdata; "
	november, june := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC), time.Date(2026, 6, 30, 23, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		path   string
		debian bool
		now    time.Time
		want   string
	}{
		{"/usr/share/zoneinfo/leap-seconds.list", true, november, command + "if there is no newer one, ignore this until the end of December"},
		{"/usr/share/zoneinfo/leap-seconds.list", true, june, command + "if there is no newer one, ignore this until the end of June"},
		{"/usr/share/zoneinfo/leap-seconds.list", false, november, "update the package tzdata; if there is no newer one, ignore this until the end of December"},
		{"/etc/leaps", true, november, "replace /etc/leaps with https://data.iana.org/time-zones/tzdb/leap-seconds.list; if there is no newer one, ignore this until the end of December"},
	} {
		if got := leapHint(c.path, c.debian, c.now); got != c.want {
			t.Errorf("%s, Debian %v, %v:\n%s, want\n%s", c.path, c.debian, c.now, got, c.want)
		}
	}
}
