package status

import (
	"fmt"
	"time"
)

// A History is the answer of /api/history about the last hour.
type History struct {
	Schema int            `json:"schema"` // version of the document: 1
	Time   time.Time      `json:"time"`   // of the answer, by the system clock
	Clocks []ClockHistory `json:"clocks"` // in the order of the report
}

// A ClockHistory is the samples of a clock, oldest first. All columns have the same length.
type ClockHistory struct {
	Index    int      `json:"index"`     // of the clock in the report
	TimeMS   []int64  `json:"time_ms"`   // when, in milliseconds since 1970
	OffsetNS []int64  `json:"offset_ns"` // clock - receive in nanoseconds
	JitterNS []*int64 `json:"jitter_ns"` // standard deviation in nanoseconds; null if unknown
}

// AskHistory returns the samples of the last hour from the daemon at one of the paths. The
// error wraps fs.ErrNotExist if there is no socket.
func AskHistory(paths ...string) (History, error) {
	var h History
	if err := Get("/api/history?span=1h", &h, paths...); err != nil {
		return History{}, err
	}
	for _, c := range h.Clocks {
		if n := len(c.TimeMS); len(c.OffsetNS) != n || len(c.JitterNS) != n {
			return History{}, fmt.Errorf("history of clock %d: %d times, %d offsets and %d jitters; expected the same number of each", c.Index, n, len(c.OffsetNS), len(c.JitterNS))
		}
	}
	return h, nil
}
