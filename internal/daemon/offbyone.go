package daemon

import (
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/offbyone"
	"github.com/refclock/refclock/internal/config"
)

// offByOneSettings are those of the demonstration clock.
type offByOneSettings struct {
	to       Sinks
	offset   time.Duration
	interval time.Duration
}

func newOffByOneSettings() *offByOneSettings {
	return &offByOneSettings{to: Sinks{Unit: 2}, offset: time.Second, interval: time.Second}
}

func (s *offByOneSettings) Read(t *config.Table) {
	s.to.read(t)
	t.Duration("offset", &s.offset, -24*time.Hour, 24*time.Hour)
	t.Duration("interval", &s.interval, time.Second/10, time.Hour)
}

func (s *offByOneSettings) Sinks() []Sink { return s.to.list("unit", "sock") }

func (s *offByOneSettings) Build(env Env) ([]Part, error) {
	clock := offbyone.New(s.to.log(env.Log))
	clock.Offset, clock.Interval = s.offset, s.interval
	return []Part{{Driver: clock, Sinks: s.to, Prepare: func(feed *driver.Feed) {
		feed.SetPlain(true)
		feed.FixPrecision(offbyone.Precision)
	}}}, nil
}
