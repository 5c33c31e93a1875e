package htntp

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"
)

// ServersMost is how many servers may be asked: more prove nothing that these do not.
const ServersMost = 16

// A Config says whom to ask, and how.
type Config struct {
	Hosts []Host
	Proxy *Proxy         // nil is none
	Roots *x509.CertPool // whose certificates are believed; nil is those of the system
	Finer bool           // ask for the header X-HTTPSTIME, which few servers know

	// Since is the day of the build: no Date can be earlier.
	Since time.Time

	// Agent is the User-Agent, by which the servers' owners know whom to turn to.
	Agent string

	// Interval is the time between polls, and Repeat the one between samples: what
	// the last poll has found goes on to be published with a growing half-width. 0
	// is not to repeat.
	Interval time.Duration
	Repeat   time.Duration

	// Dial makes connections in place of the network, in tests.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// Trace, which may be nil, is told of each request. It is called by several
	// goroutines at once.
	Trace func(Exchange)

	Log *slog.Logger // may be nil
}

func (c Config) check() error {
	switch {
	case len(c.Hosts) == 0:
		return errors.New("no server to ask: name three or more")
	case len(c.Hosts) > ServersMost:
		return fmt.Errorf("%d servers: expected %d at the most", len(c.Hosts), ServersMost)
	case c.Since.IsZero():
		return errors.New("no build date to judge Dates by")
	}
	seen := map[string]bool{}
	for _, h := range c.Hosts {
		if seen[h.address()] {
			return fmt.Errorf("%s is named twice: its second vote would be no other", h)
		}
		seen[h.address()] = true
	}
	return nil
}

// CheckTimes tells what is wrong with the interval and the repetition.
func (c Config) CheckTimes() error {
	switch {
	case c.Interval < IntervalLeast:
		return fmt.Errorf("interval %v: expected %v or more: the servers are other people's", c.Interval, IntervalLeast)
	case c.Interval > 24*time.Hour:
		return fmt.Errorf("interval %v: expected 24h or less", c.Interval)
	case c.Repeat < 0, c.Repeat > 0 && c.Repeat < time.Second, c.Repeat > c.Interval:
		return fmt.Errorf("repeat %v: expected 1s to the interval, or 0 for none", c.Repeat)
	}
	return nil
}
