package htntp

import (
	"math/rand/v2"
	"strconv"
	"time"
)

// The servers are other people's. These limits hold whatever the settings.
const (
	// IntervalLeast is the least time between polls.
	IntervalLeast = 64 * time.Second

	// hourMost is how many requests a server gets in an hour: three in each of as many
	// polls as there may be, and a few that take more.
	hourMost = 200

	// waitLeast and waitMost bound the wait that a server asks for with Retry-After.
	waitLeast = time.Minute
	waitMost  = 24 * time.Hour
)

// spread is the interval to the next poll: a tenth more or less, so that a thousand
// machines that were switched on together do not stay together.
func spread(interval time.Duration) time.Duration {
	return interval + time.Duration((rand.Float64()-0.5)/5*float64(interval))
}

// A budget counts the requests to one server.
type budget struct {
	sent  []int64 // of the last hour, on the monotonic clock
	until int64   // the server has asked not to be asked before; 0 is that it has not
}

// spend tells whether there may be a request now, and counts it.
func (b *budget) spend(now int64) error {
	if b.until != 0 && now < b.until {
		return ErrAskedToWait.because("in %v", time.Duration(b.until-now).Round(time.Second))
	}
	for len(b.sent) > 0 && now-b.sent[0] > int64(time.Hour) {
		b.sent = b.sent[1:]
	}
	if len(b.sent) >= hourMost {
		return ErrBudget.because("%d requests", hourMost)
	}
	b.sent = append(b.sent, now)
	return nil
}

// wait takes a Retry-After to heart: seconds, or a date. What cannot be read counts as
// an hour.
func (b *budget) wait(now int64, value []byte, date int64, since time.Time) {
	wait := time.Hour
	if seconds, err := strconv.ParseUint(string(value), 10, 31); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := parseDate(value, since); err == nil && date != 0 {
		wait = time.Duration(at - date)
	}
	b.until = now + int64(min(max(wait, waitLeast), waitMost))
}
