package sim

import (
	"slices"
	"time"
)

// clockFaults change the machine's clock. The receiver has no fault.
func clockFaults() []Fault {
	return []Fault{
		{Name: "clock-1970", Explain: "the machine's clock was never set and is in 1970", setClock: clockOf(1970)},
		{Name: "clock-2090", Explain: "the machine's clock is in 2090", setClock: clockOf(2090)},
		{Name: "clock-back-to-1970", Explain: "the clock is set back to 1970 at 30.5", setClock: func(c *Clock, start time.Time) {
			stepped(day(1970, 1, 1).Add(uptime).Sub(start.Add(stepAt)))(c, start)
		}},
		{Name: "clock-step-ahead-half-second", Explain: "the clock is set ahead by 0.5 s at 30.5", setClock: stepped(time.Second / 2)},
		{Name: "clock-step-back-half-second", Explain: "the clock is set back by 0.5 s at 30.5", setClock: stepped(-time.Second / 2)},
		{Name: "clock-step-ahead-second", Explain: "the clock is set ahead by 1 s at 30.5", setClock: stepped(time.Second)},
		{Name: "clock-step-back-second", Explain: "the clock is set back by 1 s at 30.5", setClock: stepped(-time.Second)},
		{Name: "clock-step-ahead-hour", Explain: "the clock is set ahead by 1 h at 30.5", setClock: stepped(time.Hour)},
		{Name: "clock-step-back-hour", Explain: "the clock is set back by 1 h at 30.5", setClock: stepped(-time.Hour)},
		{Name: "clock-slew-fast", Explain: "the clock is slewed ahead by 500 ppm from second 30 on", setClock: slewed(forGood, 500)},
		{Name: "clock-slew-slow", Explain: "the clock is slewed back by 500 ppm from second 30 on", setClock: slewed(forGood, -500)},
		{Name: "clock-slew-fastest", Explain: "the clock is slewed ahead by 8.3 % from second 30 to 42: by a second", setClock: slewed(12, 83_333)},
		{Name: "clock-slew-slowest", Explain: "the clock is slewed back by 8.3 % from second 30 to 42: by a second", setClock: slewed(12, -83_333)},
	}
}

// stepAt is when the clock is stepped: during a burst of most receivers.
const stepAt = 30*time.Second + time.Second/2

func stepped(by time.Duration) func(*Clock, time.Time) {
	return func(c *Clock, _ time.Time) { c.Steps = append(slices.Clip(c.Steps), Step{At: stepAt, By: by}) }
}

// slewed returns a slew. The maximum is 83333 ppm with chronyd, and 500 ppm with the
// kernel's own slewing and ntpd.
func slewed(lasts int, ppm float64) func(*Clock, time.Time) {
	return func(c *Clock, _ time.Time) {
		c.Slews = append(slices.Clip(c.Slews), Slew{At: 30 * time.Second, For: time.Duration(lasts) * time.Second, PPM: ppm})
	}
}
