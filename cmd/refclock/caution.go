package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/driver/htntp"
	"github.com/refclock/refclock/driver/leap"
)

// cautionFlags are the settings of what a receiver's word is measured by.
type cautionFlags struct {
	leapSeconds string
	coldStart   time.Duration
	holdover    time.Duration
	witness     string
}

func (c *cautionFlags) define(flags *flag.FlagSet) {
	flags.StringVar(&c.leapSeconds, "leap-seconds", "", "`FILE` in the format of leap-seconds.list, or none; by default the system's")
	flags.DurationVar(&c.coldStart, "cold-start", gps.ColdStartHold, "`TIME` for which a receiver that started without a date is not believed, unless a witness agrees; 0 believes it at once")
	flags.DurationVar(&c.holdover, "holdover", 0, "`TIME` for which pulses are counted on after the fix was lost")
	flags.StringVar(&c.witness, "witness", "kernel", "`WHO` may contradict the receiver: kernel is the system clock while a time daemon keeps it synchronised; none; or web servers, such as www.example.org,www.example.net,www.example.com, each asked twice an hour")
}

// apply sets what the flags say, and tells of a table that has expired. A witness
// that has to ask is at work until ctx ends.
func (c *cautionFlags) apply(ctx context.Context, config *gps.Config, log *slog.Logger) error {
	switch {
	case c.coldStart < 0:
		return usageError(fmt.Sprintf("--cold-start %v: expected 0s or more", c.coldStart))
	case c.holdover < 0:
		return usageError(fmt.Sprintf("--holdover %v: expected 0s or more", c.holdover))
	}
	config.ColdStart, config.Holdover = c.coldStart, c.holdover
	switch c.witness {
	case "kernel":
		config.Witnesses = []driver.Witness{driver.KernelClock{}}
	case "none":
	default:
		w, err := webWitness(strings.Split(c.witness, ","))
		if err != nil {
			return usageError(fmt.Sprintf("--witness %s: expected kernel, none, or web servers: %v", c.witness, err))
		}
		config.Witnesses = []driver.Witness{w}
		go w.Run(ctx)
	}
	if c.leapSeconds == "none" {
		return nil
	}
	table, path, err := leap.Load(c.leapSeconds)
	if err != nil {
		if c.leapSeconds != "" {
			return err
		}
		log.Info("no table of leap seconds: at the end of June and of December some seconds are withheld", "error", err)
		return nil
	}
	if expires := table.Expires(); time.Now().After(expires) {
		log.Warn("the table of leap seconds has expired: at the end of June and of December some seconds are withheld",
			"file", path, "expired", expires.Format(time.DateOnly), "cure", "update the package tzdata")
	}
	config.Leaps = table.At
	return nil
}

// webWitness makes a witness of web servers. One alone has no majority to prove it
// wrong, and a bare word is more likely a mistake than a server.
func webWitness(names []string) (*htntp.Witness, error) {
	if len(names) < 3 {
		return nil, errors.New("name three or more, with commas between")
	}
	c := htntp.Config{Since: built().Midnight(), Agent: htntpAgent()}
	for _, name := range names {
		host, err := htntp.ParseHost(name)
		if err != nil {
			return nil, err
		}
		c.Hosts = append(c.Hosts, host)
	}
	return htntp.NewWitness(c)
}
