package htntp

import (
	"math/rand/v2"
	"strconv"
	"time"
)

// The servers belong to other people. These limits apply to all settings.
const (
	// MinInterval is the shortest time between polls.
	MinInterval = 64 * time.Second

	// maxHourly is how many requests a server gets in an hour: three in each poll at the
	// shortest interval, and some for polls that need more.
	maxHourly = 200

	// minWait and maxWait limit the wait of a Retry-After.
	minWait = time.Minute
	maxWait = 24 * time.Hour
)

// spread returns the interval, changed at random by up to a tenth. Machines that were
// switched on together then do not poll together.
func spread(interval time.Duration) time.Duration {
	return interval + time.Duration((rand.Float64()-0.5)/5*float64(interval))
}

// A budget counts the requests to one server.
type budget struct {
	sent  []int64 // of the last hour, on the monotonic clock
	until int64   // the end of a Retry-After; 0 if there was none
}

// spend counts a request, or returns the Reason why none is allowed now.
func (b *budget) spend(now int64) error {
	if b.until != 0 && now < b.until {
		return ErrAskedToWait.because("%v left", time.Duration(b.until-now).Round(time.Second))
	}
	for len(b.sent) > 0 && now-b.sent[0] > int64(time.Hour) {
		b.sent = b.sent[1:]
	}
	if len(b.sent) >= maxHourly {
		return ErrBudget.because("%d requests", maxHourly)
	}
	b.sent = append(b.sent, now)
	return nil
}

// wait stores a Retry-After: seconds or a date. An invalid one counts as an hour.
func (b *budget) wait(now int64, value []byte, date int64, since time.Time) {
	wait := time.Hour
	if seconds, err := strconv.ParseUint(string(value), 10, 31); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := parseDate(value, since); err == nil && date != 0 {
		wait = time.Duration(at - date)
	}
	b.until = now + int64(min(max(wait, minWait), maxWait))
}
