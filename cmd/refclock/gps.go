package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/serialport"
)

// defaultDevice is the Raspberry Pi's name for the UART on its header, whichever
// of its two that is.
const defaultDevice = "/dev/serial0"

var gpsCommand = command{
	name:     "gps",
	operands: "[DEVICE]",
	summary:  "feed the time of a GPS receiver on a serial port",
	text: `
Reads NMEA sentences from DEVICE (default ` + defaultDevice + `) and feeds each second's
time into the unit, stamped at the first byte of the receiver's burst. Nothing is ever
written to the receiver. It starts to feed some seconds after the receiver has a
fix, and tells on standard error why it does not.

A receiver starts to speak 50 to 700 ms after the second. Without --delay the
samples are late by that much. While other servers keep the system clock right, the
delay is the offset that refclock monitor shows, without its minus sign. The time
daemon reads the unit with:

    chrony.conf    refclock SHM 0:perm=0600 refid GPS precision 1e-2 noselect
    ntp.conf       server 127.127.28.0 noselect
    NTPsec         refclock shm unit 0 noselect

Without noselect once the offset is right. Try refclock simulate for a receiver
made of software.`,
	define: func(flags *flag.FlagSet) action {
		var unit unitFlags
		unit.define(flags, 0)
		baud := flags.Int("baud", 9600, "`RATE` of the serial port in baud")
		delay := flags.Duration("delay", 0, "`TIME` from the second to the first byte of the receiver's burst, such as 120ms")
		pivot := dateFlag{built()}
		flags.Var(&pivot, "pivot", "`DATE` that stands in for the build date, by which week rollovers are resolved")
		return func(ctx context.Context, operands []string) error {
			device := defaultDevice
			switch {
			case len(operands) > 1:
				return usageError(fmt.Sprintf("expected one device, found %s", strings.Join(operands, " ")))
			case len(operands) == 1:
				device = operands[0]
			}
			if err := serialport.CheckBaud(*baud); err != nil {
				return usageError("--baud: " + err.Error())
			}
			if *delay < 0 || *delay >= time.Second {
				return usageError(fmt.Sprintf("--delay %v: expected 0s to 1s: a receiver speaks after the second that it names", *delay))
			}
			calibrated := false
			flags.Visit(func(f *flag.Flag) { calibrated = calibrated || f.Name == "delay" })
			log := newLog()
			config := gps.Config{
				Device: device,
				Baud:   serialport.WireBaud(device, *baud),
				Open:   func() (gps.Port, error) { return serialport.Open(device, *baud) },
				Pivot:  pivot.Date,
				Delay:  *delay, Calibrated: calibrated,
				Log: log,
			}
			// A port that cannot be had at all is told at once and by the exit code;
			// one that is lost later is waited for.
			port, err := config.Open()
			if err != nil {
				return err
			}
			port.Close()
			return unit.feed(ctx, gps.New(config), log, nil)
		}
	},
}
