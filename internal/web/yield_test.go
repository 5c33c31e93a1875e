package web

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/history"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/internal/yieldtest"
)

// BenchmarkAnswersHold measures for how long an answer about four clocks with an hour of
// samples and many changes holds the processor.
func BenchmarkAnswersHold(b *testing.B) {
	for _, path := range []string{"/api/status", "/api/history?span=1h", "/api/history?span=24h", "/metrics"} {
		b.Run(path, func(b *testing.B) {
			daemon := &fake{}
			var report status.Report
			for i := range 4 {
				c := recorded(time.Hour)
				c.Name += string(rune('a' + i))
				begin := c.History.NextSample()
				var reported status.Clock
				reported.Kind, reported.Name = c.Kind, c.Name
				for k := range 400 {
					state := driver.State{Reason: []string{"no fix", "settling"}[k%2], Detail: "of a test", Hint: "give the antenna a clear view of the sky"}
					c.History.Change(history.Change{Real: time.Now().UnixNano(), Mono: int64(begin) + int64(k), Of: "clock", State: state})
					reported.Changes = append(reported.Changes, status.Change{Of: "clock", State: state})
				}
				reported.Changes = reported.Changes[:192] // as many as a report has
				daemon.clocks, report.Clocks = append(daemon.clocks, c), append(report.Clocks, reported)
			}
			daemon.report = func() status.Report { return report }
			yieldtest.Report(b, func() {
				s := New(daemon, nil) // whose metrics have no samples yet
				e := &endpoint{Server: s, free: make(chan struct{}, 1), local: true}
				e.free <- struct{}{}
				e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
				s.Close()
			})
		})
	}
}
