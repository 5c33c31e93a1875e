package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/offbyone"
)

var offbyoneCommand = command{
	name:    "offbyone",
	summary: "feed a demonstration clock that is exactly one second behind",
	text: `
Needs no hardware. It shows whether a time daemon reads the unit: ntpq then tells an
offset of -1000 ms, chronyc sources +1000 ms (chrony counts the other way round).
Use noselect in the daemon's configuration, or the machine's clock will be wrong
by a second too:

    chrony.conf    refclock SHM 2:perm=0666 refid DEMO noselect
                   refclock SOCK /run/chrony.demo.sock refid DEMO noselect
    ntp.conf       server 127.127.28.2 noselect
    NTPsec         refclock shm unit 2 noselect`,
	define: func(flags *flag.FlagSet) action {
		var unit unitFlags
		unit.define(flags, 2)
		interval := flags.Duration("interval", time.Second, "`TIME` between samples")
		offset := flags.Duration("offset", time.Second, "`TIME` by which the clock is behind the system clock")
		return func(ctx context.Context, operands []string) error {
			if len(operands) > 0 {
				return usageError(fmt.Sprintf("unexpected operand %q: this clock has no device", operands[0]))
			}
			if *interval <= 0 {
				return usageError(fmt.Sprintf("--interval %v: expected more than 0", *interval))
			}
			log := newLog()
			clock := offbyone.New(log)
			clock.Offset, clock.Interval = *offset, *interval
			return unit.feed(ctx, clock, log, func(feed *driver.Feed) {
				feed.SetPlain(true)
				feed.FixPrecision(offbyone.Precision)
			})
		}
	},
}
