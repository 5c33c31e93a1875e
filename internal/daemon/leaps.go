package daemon

import (
	"log/slog"
	"time"

	"github.com/refclock/refclock/driver/leap"
)

// Leaps gives the table of leap seconds by the name of its file; "auto" is the system's, if
// it has one, and "none" none, which is nil. It tells of one that has expired.
func Leaps(path string, log *slog.Logger) (func(int64) (int, bool), error) {
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
		log.Info("no table of leap seconds: at the end of June and of December some seconds are withheld", "error", err)
		return nil, nil
	}
	if expires := table.Expires(); time.Now().After(expires) {
		log.Warn("the table of leap seconds has expired: at the end of June and of December some seconds are withheld",
			"file", found, "expired", expires.Format(time.DateOnly), "hint", "update the package tzdata")
	}
	return table.At, nil
}
