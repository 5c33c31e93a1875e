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

// MaxServers is the greatest number of servers. More would not make the result safer.
const MaxServers = 16

// A Config says which servers to ask, and how.
type Config struct {
	Hosts     []Host
	Proxy     *Proxy         // nil: none
	Roots     *x509.CertPool // trusted authorities; nil: those of the system
	HTTPSTime bool           // use the header X-HTTPSTIME, which few servers have

	// Since is the build date: an earlier Date is rejected.
	Since time.Time

	// Agent is the User-Agent. It identifies refclock to the owners of the servers.
	Agent string

	// Interval is the time between polls. Repeat is the time between samples: the result
	// of the last poll is published again, with a growing half-width. 0: do not repeat.
	Interval time.Duration
	Repeat   time.Duration

	// Dial replaces the network in tests.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// Trace is called after each request, from several goroutines at once. It may be nil.
	Trace func(Exchange)

	Log *slog.Logger // may be nil
}

func (c Config) check() error {
	switch {
	case len(c.Hosts) == 0:
		return errors.New("no server: name three or more")
	case len(c.Hosts) > MaxServers:
		return fmt.Errorf("%d servers: expected at most %d", len(c.Hosts), MaxServers)
	case c.Since.IsZero():
		return errors.New("no build date, which is the earliest valid Date")
	}
	for i, h := range c.Hosts {
		for _, other := range c.Hosts[:i] {
			if h.Same(other) {
				return fmt.Errorf("%s and %s are the same server, which has one vote", other, h)
			}
		}
	}
	return nil
}

// CheckTimes returns an error if Interval or Repeat is out of range.
func (c Config) CheckTimes() error {
	switch {
	case c.Interval < MinInterval:
		return fmt.Errorf("interval %v: expected %v or more: the servers belong to others", c.Interval, MinInterval)
	case c.Interval > 24*time.Hour:
		return fmt.Errorf("interval %v: expected 24h or less", c.Interval)
	case c.Repeat < 0, c.Repeat > 0 && c.Repeat < time.Second, c.Repeat > c.Interval:
		return fmt.Errorf("repeat %v: expected 1s to the interval, or 0 for none", c.Repeat)
	}
	return nil
}
