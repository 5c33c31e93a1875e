package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/daemon"
	"github.com/refclock/refclock/internal/receiver"
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
	flags.DurationVar(&c.coldStart, "cold-start", receiver.AlmanacTime, "`TIME` for which a receiver that started without a date is not believed, unless a witness agrees; 0 believes it at once, unless it named a date years off")
	flags.DurationVar(&c.holdover, "holdover", 0, "`TIME` for which pulses are counted on after the fix was lost")
	flags.StringVar(&c.witness, "witness", "kernel", "`WHO` may contradict the receiver: kernel is the system clock while a time daemon keeps it synchronised; none; or web servers, such as www.example.org,www.example.net,www.example.com, each asked twice an hour")
}

// apply sets what the flags say. A witness that has to ask is at work until ctx ends.
func (c *cautionFlags) apply(ctx context.Context, config *gps.Config, log *slog.Logger) error {
	switch {
	case c.coldStart < 0:
		return usageError(fmt.Sprintf("--cold-start %v: expected 0s or more", c.coldStart))
	case c.holdover < 0:
		return usageError(fmt.Sprintf("--holdover %v: expected 0s or more", c.holdover))
	}
	config.ColdStart, config.Holdover = c.coldStart, c.holdover
	witnesses, run, err := daemon.Witnesses(strings.Split(c.witness, ","), environment(log))
	if err != nil {
		return usageError(fmt.Sprintf("--witness %s: %v", c.witness, err))
	}
	config.Witnesses = witnesses
	if run != nil {
		go run(ctx)
	}
	config.Leaps, err = daemon.Leaps(cmp.Or(c.leapSeconds, "auto"), log)
	return err
}
