package main

import (
	"io"
	"time"

	"github.com/refclock/refclock/driver/htntp"
	"github.com/refclock/refclock/internal/daemonlines"
)

// printConfig writes what a daemon's configuration needs, as refclock config does.
func (o *htntpOptions) printConfig(w io.Writer) error {
	d, err := daemonNamed([]string{o.daemon})
	if err != nil {
		return err
	}
	interval, repeat := time.Duration(o.interval), time.Duration(o.repeat)
	if err := (htntp.Config{Interval: interval, Repeat: repeat}).CheckTimes(); err != nil {
		return usageError(err.Error())
	}
	err = daemonlines.Write(w, d, daemonlines.Setup{Web: &daemonlines.WebServers{
		Clock:    daemonlines.Clock{Unit: int(o.unit.unit), Socket: o.unit.sock},
		Interval: interval, Repeat: repeat, Asymmetry: o.asymmetry,
	}})
	if err != nil {
		return usageError(err.Error())
	}
	return nil
}
