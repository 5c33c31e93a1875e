package main

import (
	"io"

	"github.com/refclock/refclock/internal/consumer/lines"
	"github.com/refclock/refclock/internal/settings"
)

// printConfig writes the lines for a time daemon's configuration, as refclock config does.
func (o *htntpOptions) printConfig(w io.Writer, settings *settings.HTNTPSettings) error {
	d, err := daemonNamed([]string{o.consumer})
	if err != nil {
		return err
	}
	to := settings.To()
	interval, repeat := settings.Times()
	err = lines.Write(w, d, lines.Setup{Web: []lines.WebServers{{
		Clock:    lines.Clock{Unit: to.Unit, Socket: to.Socket},
		Interval: interval, Repeat: repeat, Asymmetry: o.asymmetry, Stratum: o.stratum,
	}}})
	if err != nil {
		return usageError(err.Error())
	}
	return nil
}
