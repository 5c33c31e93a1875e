package gps

import (
	"math"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/shm"
)

// With a pulse, no delay must be configured: after a minute, the sentences of every
// receiver are right on average. The delay follows a slow swing with a lag of four
// seconds, so the mean covers a whole swing.
func TestSentencesAreRightOnAverage(t *testing.T) {
	for _, profile := range sim.Profiles() {
		c := faultTrial(profile.Name, "")
		c.pulse = &sim.Pulse{Jitter: 2 * time.Microsecond}
		c.link = sim.Link{FIFO: 16, Late: sim.Lateness{Constant: 30 * time.Microsecond, Exponential: 200 * time.Microsecond}}
		c.seconds = 60 + 300
		sentences, _ := c.run(t)
		var sum time.Duration
		n := 0
		for _, s := range sentences.samples {
			if s.at > time.Minute {
				sum += s.off
				n++
			}
		}
		if n < 280 {
			t.Fatalf("%s: %d samples in five minutes", profile.Name, n)
		}
		mean := sum / time.Duration(n)
		t.Logf("%-9s mean %v of %d samples", profile.Name, mean.Round(time.Microsecond), n)
		if mean.Abs() >= 2*time.Millisecond {
			t.Errorf("%s: the sentences are %v off on average, want under 2 ms", profile.Name, mean)
		}
	}
}

// The published precision is that of the true jitter: of the pulse, and of the
// receiver's sentences.
func TestPublishedPrecision(t *testing.T) {
	for _, jitter := range []time.Duration{time.Microsecond, 20 * time.Microsecond, time.Millisecond, 5 * time.Millisecond, 20 * time.Millisecond, 80 * time.Millisecond} {
		c := faultTrial("u-blox", "")
		c.link = sim.Link{FIFO: 8, Clock: sim.Clock{Drift: 20}}
		delay := 300 * time.Millisecond
		c.Delay = &delay
		var result outcome
		if jitter <= time.Millisecond {
			c.pulse = &sim.Pulse{Jitter: jitter}
			_, result = c.run(t)
		} else {
			c.Jitter = &jitter
			result, _ = c.run(t)
		}
		feed := driver.NewFeed(shm.NewMemory(shm.Layout96), nil)
		for _, s := range result.samples {
			if err := feed.Publish(s.Sample); err != nil {
				t.Fatal(err)
			}
		}
		want := math.Log2(jitter.Seconds())
		t.Logf("jitter %v: %d samples, precision %d, true %.2f", jitter, len(result.samples), feed.Precision(), want)
		if got := float64(feed.Precision()); got < want-1 || got > want+1 {
			t.Errorf("jitter %v: precision %v, want %.2f within one", jitter, got, want)
		}
	}
}

// A shelf is a Memory that lasts as long as the test.
type shelf map[string]LearntDelay

func (s shelf) Recall(receiver string) (LearntDelay, bool) { l, ok := s[receiver]; return l, ok }
func (s shelf) Keep(receiver string, l LearntDelay) error  { s[receiver] = l; return nil }

// A delay learnt from the pulse is used after a restart without the pulse.
func TestTheDelaySurvivesARestart(t *testing.T) {
	memory := shelf{}
	c := faultTrial("mt3339", "")
	c.settings.Memory = memory
	c.pulse = &sim.Pulse{}
	c.run(t)
	if len(memory) != 1 {
		t.Fatalf("%v is remembered, want one receiver", memory)
	}
	c.pulse = nil
	again, _ := c.run(t)
	for _, s := range again.samples {
		if off := time.Duration(-s.Offset()); off.Abs() > 50*time.Millisecond {
			t.Errorf("after a restart the sample of second %v is %v off", s.at, off)
		}
		if s.Uncertainty == 0 {
			t.Errorf("the sample of second %v has the precision of a measured delay", s.at)
		}
	}
	if len(again.samples) < 80 {
		t.Errorf("%d samples after the restart", len(again.samples))
	}

	c.Profile = "u-blox" // another receiver
	other, _ := c.run(t)
	for _, s := range other.samples {
		if s.Uncertainty != 0 {
			t.Fatal("another receiver got the delay of the first")
		}
	}
}
