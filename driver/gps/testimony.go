package gps

import (
	"fmt"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
)

// wrongSecond is by how much a witness must disagree.
const wrongSecond = time.Second / 2

// hear asks the witnesses about a burst that names an instant: whether one of them
// contradicts, and whether one agrees. Where the delay is not known, the burst may
// be as late as one that a pulse would be believed with; later, it could as well be
// early of the second after.
func (l *labeller) hear(utc int64, start nmea.Stamp) (contradiction driver.State, agreed bool) {
	for _, w := range l.witnesses {
		t, ok := w.Testify()
		if !ok {
			continue
		}
		late := time.Duration(start.Real-utc) + t.Offset
		least, most := -wrongSecond, wrongSecond
		if l.calibrated {
			late -= l.delay
		} else {
			least, most = 0, delayMost
		}
		if late < least-t.Within || late > most+t.Within {
			return contradicted(w, utc, time.Unix(0, start.Real+int64(t.Offset))), false
		}
		agreed = agreed || late > least+t.Within && late < most-t.Within
	}
	return driver.State{}, agreed
}

// contradicted is the state while a witness knows another time.
func contradicted(w driver.Witness, utc int64, instead time.Time) driver.State {
	const form = "2006-01-02 15:04:05.0"
	return driver.State{
		Reason: "disagrees with witness",
		Detail: fmt.Sprintf("the receiver says %s, and %s %s", time.Unix(0, utc).UTC().Format(form), w, instead.UTC().Format(form)),
		Cure:   "one of the two is wrong; the receiver is used again when they agree, or when the witness knows nothing any more; if you know better, have none " + driver.Setting("witness"),
	}
}
