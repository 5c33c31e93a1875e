package settings

import (
	"log/slog"
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
	if expires := table.Expires(); time.Now().After(expires) {
		log.Warn("the table of leap seconds has expired: some seconds are withheld at the end of June and of December",
			"file", found, "expired", expires.Format(time.DateOnly), "hint", "update the package tzdata")
	}
	return table.At, nil
}
