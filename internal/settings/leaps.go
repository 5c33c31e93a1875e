package settings

import (
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/refclock/refclock/driver/leap"
)

// loadLeaps reads a table of leap seconds. It returns a function from a midnight to the
// change of the count of seconds there. "auto" is the system's table, if there is one.
// "none" is nil. A table that has expired is logged.
func loadLeaps(path string, log *slog.Logger) (func(int64) (int, bool), error) {
	switch path {
	case none:
		return nil, nil
	case auto:
		path = ""
	}
	table, found, err := leap.Load(path)
	switch {
	case err != nil && path != "":
		return nil, err
	case err != nil:
		log.Info("no table of leap seconds: some seconds are withheld at the end of June and of December", "error", err)
		return nil, nil
	}
	if expires, now := table.Expires(), time.Now(); now.After(expires) {
		log.Warn("the table of leap seconds has expired: refclock withholds some seconds at the end of "+nextLeap(now).String()+", and does not compare the receiver's leap seconds with it",
			"file", found, "expired", expires.Format(time.DateOnly), "hint", leapHint(found, isDebian(), now))
	}
	return table.At, nil
}

// nextLeap returns the month at whose end the next leap second may be.
func nextLeap(now time.Time) time.Month {
	if now.UTC().Month() <= time.June {
		return time.June
	}
	return time.December
}

// isDebian reports whether the package tzdata of Debian, or of one of its derivatives, is
// installed.
func isDebian() bool {
	_, err := os.Stat("/var/lib/dpkg/info/tzdata.list")
	return err == nil
}

// leapHint returns what to do about an expired table.
func leapHint(path string, debian bool, now time.Time) string {
	update := "replace " + path + " with https://data.iana.org/time-zones/tzdb/leap-seconds.list"
	if strings.HasPrefix(path, "/usr/share/zoneinfo/") {
		update = "update the package tzdata"
		if debian {
			update = "type: sudo apt update && sudo apt install --only-upgrade tzdata"
		}
	}
	return update + "; if there is no newer one, ignore this until the end of " + nextLeap(now).String()
}
