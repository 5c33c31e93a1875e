package ublox

import (
	"fmt"
	"strings"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/ubx"
)

// Objection returns the state while the receiver's time is not safe according to its own
// reports; publishing if it is. contradiction is that of the leap seconds, as text.
//
// Of the alarms, only one that the receiver itself is sure of stops publication: it detects
// spoofing by several signs. Jamming and a faulty antenna take the fix away, but do not make
// the time wrong.
func Objection(h Health, contradiction string) driver.State {
	switch {
	case contradiction != "":
		return driver.State{
			Reason: "leap seconds disagree",
			Detail: contradiction,
			Hint:   "install the newest leap-seconds.list: sudo apt install tzdata; if it is the newest, the receiver's leap seconds are wrong: restart the receiver with a clear view of the sky",
		}
	case h.Spoofing == ubx.AlarmCritical:
		return driver.State{
			Reason: "spoofing",
			Detail: "the receiver reports false signals, by several signs",
			Hint:   "compare its time with another source; move the antenna away from transmitters, and turn off the receiver's simulator or repeater if there is one",
		}
	}
	return driver.State{}
}

// Explain adds to the state of a receiver without a fix what the receiver itself reports as
// its cause, if it does.
func (h Health) Explain(s driver.State) driver.State {
	switch {
	case h.Antenna == ubx.AntennaOpen:
		s.Detail = join(s.Detail, "the receiver reports that no antenna is connected")
		s.Hint = "check the antenna's cable and plugs; a passive antenna may be reported as missing"
	case h.Antenna == ubx.AntennaShort:
		s.Detail = join(s.Detail, "the receiver reports a short circuit of the antenna")
		s.Hint = "replace the antenna or its cable: a short circuit is in one of them"
	case h.Jamming == ubx.AlarmCritical:
		s.Detail = join(s.Detail, "the receiver reports jamming")
		s.Hint = "move the antenna away from transmitters, USB 3 devices and displays"
	}
	return s
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

// Texts returns the antenna, jamming and spoofing as words; empty if they are not reported.
func (h Health) Texts() (antenna, jamming, spoofing string) {
	antennas := [...]string{ubx.AntennaOK: "ok", ubx.AntennaShort: "short", ubx.AntennaOpen: "open"}
	alarms := [...]string{ubx.AlarmUnknown: "", ubx.AlarmNone: "none", ubx.AlarmWarning: "warning", ubx.AlarmCritical: "critical"}
	if int(h.Antenna) < len(antennas) {
		antenna = antennas[h.Antenna]
	}
	return antenna, alarms[h.Jamming&3], alarms[h.Spoofing&3]
}

// Reported is what a receiver reports about itself, in words. A field is empty if it is not
// reported.
type Reported struct {
	LeapSeconds int    // seconds from UTC to GPS time
	LeapSource  string // where the receiver has them from
	Antenna     string // ok, short or open
	Jamming     string // none, warning (interference) or critical (no fix)
	Spoofing    string // none, warning (suspected) or critical (several signs)
}

// Reported returns what the receiver reports at an instant of the steady clock.
func (m *Monitor) Reported(now int64) (r Reported) {
	r.LeapSeconds, r.LeapSource = m.LeapSeconds(now)
	r.Antenna, r.Jamming, r.Spoofing = m.Health(now).Texts()
	return r
}

// String returns a list such as "18 leap seconds (source: GPS), antenna ok"; empty if nothing
// is reported.
func (r Reported) String() string {
	var texts []string
	if r.LeapSource != "" {
		texts = append(texts, fmt.Sprintf("%d leap seconds (source: %s)", r.LeapSeconds, r.LeapSource))
	}
	for _, one := range [...]struct{ what, state string }{{"antenna", r.Antenna}, {"jamming", r.Jamming}, {"spoofing", r.Spoofing}} {
		if one.state != "" {
			texts = append(texts, one.what+" "+one.state)
		}
	}
	return strings.Join(texts, ", ")
}
