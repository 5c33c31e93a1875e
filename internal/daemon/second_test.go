package daemon

import (
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/status"
)

// The last second has the pulse and the publication of its own label only, and the sky shows
// no directions unless the user allows it.
func TestSecondAndSky(t *testing.T) {
	label := time.Unix(1_800_000_000, 0)
	elevation, published := 40, int64(5)
	b := newBench()
	newOne := func(unit int, tell func(*status.Clock)) *part {
		return newPart(settings.Part{Targets: settings.Targets{Unit: unit}, Driver: &fake{name: "gps", unit: unit}, Tell: tell}, "gps", b.Env.Log, b.attach, histories{})
	}
	receiver := newOne(1, func(c *status.Clock) {
		c.Receiver = &status.Receiver{Sky: []status.Satellite{{ID: "GP05", Elevation: &elevation, Azimuth: &elevation, SNR: &elevation, Used: true}}}
		c.Second = &status.Second{Second: label, PublishedNS: &published}
	})
	pulse := newOne(2, nil)
	b.clocks = []*clock{{parts: []*part{receiver, pulse}}}
	second := func() status.Second { return *b.Report().Clocks[0].Second }
	if s := second(); s.PulseNS != nil || s.PublishedNS != nil {
		t.Errorf("before the first sample: %+v", s)
	}
	publish := func(p *part, clock time.Time, late time.Duration) {
		if err := p.feed.Publish(driver.Sample{Clock: clock.UnixNano(), Receive: clock.Add(late).UnixNano(), Mono: int64(time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	publish(receiver, label.Add(-time.Second), 0)
	publish(pulse, label.Add(time.Second), time.Millisecond)
	if s := second(); s.PulseNS != nil || s.PublishedNS != nil {
		t.Errorf("with samples of other seconds: %+v", s)
	}
	publish(receiver, label, 0)
	publish(pulse, label, 7*time.Microsecond)
	if s := second(); s.PulseNS == nil || *s.PulseNS != 7000 || s.PublishedNS == nil || *s.PublishedNS != published {
		t.Errorf("with its samples: %+v", s)
	}
	for _, b.position = range []bool{false, true} {
		sky := b.Report().Clocks[0].Receiver.Sky[0]
		if sky.SNR == nil || !sky.Used || (sky.Elevation != nil) != b.position || (sky.Azimuth != nil) != b.position {
			t.Errorf("show_position %v: %+v", b.position, sky)
		}
	}
}
