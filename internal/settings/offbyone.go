package settings

import (
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/offbyone"
	"github.com/refclock/refclock/internal/config"
)

// offByOneSettings are those of the demonstration clock.
type offByOneSettings struct {
	to       Targets
	offset   time.Duration
	interval time.Duration
}

func newOffByOneSettings() *offByOneSettings {
	return &offByOneSettings{to: newTargets(2), offset: time.Second, interval: time.Second}
}

func (s *offByOneSettings) Schema() config.Schema {
	return append(s.to.schema(), config.Schema{
		{
			Name: "offset", Takes: "TIME", Basic: true, Value: config.Duration(&s.offset, -24*time.Hour, 24*time.Hour),
			Usage: "how far the clock is behind the system clock",
		}, {
			Name: "interval", Takes: "TIME", Basic: true, Value: config.Duration(&s.interval, time.Second/10, time.Hour),
			Usage: "time between samples",
		},
	}...)
}

func (s *offByOneSettings) Resolve(source config.Source) { s.to.resolve(source) }

func (s *offByOneSettings) Targets() []Target { return s.to.list("unit", "sock") }

func (s *offByOneSettings) Build(env Env) ([]Part, error) {
	clock := offbyone.New()
	clock.Offset, clock.Interval = s.offset, s.interval
	return []Part{{Driver: clock, Targets: s.to, Prepare: func(feed *driver.Feed) {
		feed.SetPlain(true)
		feed.FixPrecision(offbyone.Precision)
	}}}, nil
}
