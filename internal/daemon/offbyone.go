package daemon

import (
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/offbyone"
	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/shm"
)

// offByOneSettings are those of the demonstration clock.
type offByOneSettings struct {
	unit     int
	layout   int
	offset   time.Duration
	interval time.Duration
}

func newOffByOneSettings() *offByOneSettings {
	return &offByOneSettings{unit: 2, offset: time.Second, interval: time.Second}
}

func (s *offByOneSettings) Read(t *config.Table) {
	t.Int("unit", &s.unit, 0, shm.MaxUnit)
	readLayout(t, &s.layout)
	t.Duration("offset", &s.offset, -24*time.Hour, 24*time.Hour)
	t.Duration("interval", &s.interval, time.Second/10, time.Hour)
}

func (s *offByOneSettings) Units() map[string]int { return map[string]int{"unit": s.unit} }

func (s *offByOneSettings) Build(env Env) ([]Part, error) {
	clock := offbyone.New(env.Log.With("unit", s.unit))
	clock.Offset, clock.Interval = s.offset, s.interval
	return []Part{{Driver: clock, Unit: s.unit, Layout: s.layout, Prepare: func(feed *driver.Feed) {
		feed.SetMode(shm.ModePlain)
		feed.FixPrecision(offbyone.Precision)
	}}}, nil
}

// readLayout reads how large a unit is made that does not exist yet.
func readLayout(t *config.Table, to *int) {
	t.IntOr("auto", "layout", to, 0, 80, 96, func(n int) error {
		_, err := shm.LayoutOfSize(n)
		return err
	})
}
