package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/statedir"
	"github.com/refclock/refclock/pps"
)

var gpsCommand = command{
	name:     "gps",
	operands: "[DEVICE]",
	summary:  "feed the time of a GPS receiver on a serial port",
	text: `
Reads NMEA sentences from DEVICE and feeds each second's time into the unit,
stamped at the first byte of the receiver's burst. DEVICE is by default what a
Raspberry Pi has on its header: /dev/serial0, or /dev/ttyAMA0 on a Pi 5. Nothing
is ever written to the receiver. It starts to feed some seconds after the
receiver has a fix, and tells on standard error why it does not.

With --pps the receiver's pulse feeds the next unit, stamped at its edge: to a
microsecond instead of some milliseconds. Which second an edge begins is learnt
from the sentences, and so is how long after it they begin. SOURCE is the same as
for refclock pps: /dev/pps0, gpio:GPIO18, dcd:/dev/ttyS0 and more. The time daemon
must be told to read both units; refclock config prints the lines for each. Those of
chrony are:

    refclock SHM 0:perm=0600 refid GPS precision 1e-2 delay 2e-1 poll 4 noselect
    refclock SHM 1:perm=0600 refid PPS precision 1e-6 delay 3e-5 poll 4 prefer

chrony also reads sockets, --sock PATH and --pps-sock PATH, which it advises over
units; it creates them itself, so that nothing can be there before it.

Without a pulse, the samples are late by what the receiver takes to speak, 50 to
700 ms, unless --delay tells it. While other servers keep the system clock right,
that is the offset that refclock monitor shows, without its minus sign. Take noselect
away once it is right. Try refclock simulate for a receiver made of software.`,
	define: func(flags *flag.FlagSet) action {
		var unit unitFlags
		unit.define(flags, 0)
		baud := flags.Int("baud", 9600, "`RATE` of the serial port in baud")
		delay := flags.Duration("delay", 0, "`TIME` from the second to the first byte of the receiver's burst, such as 120ms")
		pulse := flags.String("pps", "", "`SOURCE` of the receiver's pulse, such as /dev/pps0, gpio:GPIO18 or dcd:/dev/ttyS0")
		pulseUnit := unitFlag(-1)
		flags.Var(&pulseUnit, "pps-unit", "`NUMBER` of the pulse's unit; by default the one after --unit")
		pulseSock := flags.String("pps-sock", "", "`PATH` of the pulse's socket, in place of its unit, or beside it if --pps-unit is given too")
		var line lineFlags
		line.define(flags)
		var caution cautionFlags
		caution.define(flags)
		pivot := dateFlag{built()}
		flags.Var(&pivot, "pivot", "`DATE` that stands in for the build date, by which week rollovers are resolved")
		return func(ctx context.Context, operands []string) error {
			device := serialport.Header()
			switch {
			case len(operands) > 1:
				return usageError(fmt.Sprintf("expected one device, found %s", strings.Join(operands, " ")))
			case len(operands) == 1:
				device = operands[0]
			}
			if err := serialport.CheckBaud(*baud); err != nil {
				return usageError("--baud: " + err.Error())
			}
			if *delay < leastDelay || *delay > mostDelay {
				return usageError(fmt.Sprintf("--delay %v: expected %v to %v", *delay, leastDelay, mostDelay))
			}
			if *pulse == "" && *pulseSock != "" {
				return usageError("--pps-sock: expected the source of the pulse too, as --pps")
			}
			log := newLog()
			config := gps.Config{
				Device: device,
				Baud:   serialport.WireBaud(device, *baud),
				Open:   func() (gps.Port, error) { return serialport.Open(device, *baud) },
				Pivot:  pivot.Date,
				Delay:  *delay, Calibrated: given(flags, "delay"),
				Memory: statedir.New(statedir.Find(), log),
				Log:    log,
			}
			if err := caution.apply(ctx, &config, log); err != nil {
				return err
			}
			// A port or a line that cannot be had at all is told at once and by the exit
			// code; one that is lost later is waited for.
			port, err := config.Open()
			if err != nil {
				return err
			}
			port.Close()
			if *pulse == "" {
				return unit.feed(ctx, gps.New(config), log, nil)
			}
			address, err := pps.Parse(*pulse)
			if err != nil {
				return usageError("--pps: " + err.Error())
			}
			config.Pulse = &gps.PulseConfig{
				Source:   *pulse,
				Open:     func() (pps.Source, error) { return line.open(address) },
				Polarity: pps.Polarity(line.polarity),
			}
			source, err := config.Pulse.Open()
			if err != nil {
				return err
			}
			source.Close()
			second, err := unit.next(pulseUnit, *pulseSock)
			if err != nil {
				return err
			}
			clock := gps.New(config)
			return together(ctx,
				func(ctx context.Context) error { return unit.feed(ctx, clock, log, nil) },
				func(ctx context.Context) error { return second.feed(ctx, clock.Pulse(), log, nil) },
			)
		}
	},
}

// The range of --delay: a few receivers speak before the second that they name, or
// more than a second after it.
const (
	leastDelay = -time.Second / 2
	mostDelay  = 3 * time.Second / 2
)
