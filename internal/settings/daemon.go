package settings

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"github.com/refclock/refclock/internal/config"
)

// Daemon are the settings of refclock run itself.
type Daemon struct {
	Listen   string // address and port of HTTP on TCP; empty for none
	Public   bool   // whether Listen may be an address that other machines reach
	Position bool   // whether reports may contain what reveals the position

	KeepHistory bool // whether histories are stored in the state folder
	Realtime    bool // whether readers have real-time priority, see package realtime
}

const (
	daemonTable = "daemon"
	daemonText  = `The daemon itself. The table may be left out.`
)

// Schema returns every setting, bound to this value.
func (d *Daemon) Schema() config.Schema {
	return config.Schema{
		{
			Name: "listen", Takes: "ADDRESS", Value: config.Text(&d.Listen, `an address such as "127.0.0.1:9123"`, checkListen),
			Usage: "address and port of the web page and the metrics, such as 127.0.0.1:9123",
			Text: `"" opens no port. The status socket answers the same requests. If the port is in use, the
clocks run without it, and refclock tries again every 10 s.`,
		}, {
			Name: "listen_public", Value: config.Bool(&d.Public),
			Usage: "allow listen to be an address that other machines reach, such as 0.0.0.0:9123",
			Text: `There is no password and no encryption: any program that reaches the port can read the page. The
service has no network access without network.conf, which is in /usr/share/doc/refclock/examples.`,
		}, {
			Name: "show_position", Value: config.Bool(&d.Position),
			Usage: "show the elevation and azimuth of satellites, which reveal where the receiver is",
		}, {
			Name: "keep_history", Value: config.Bool(&d.KeepHistory),
			Usage: "keep the history of the clocks over restarts",
			Text: `Once an hour and when it ends, refclock writes the file clocks.history in its state folder: about
150 kB for each clock with a sample a second. Without this setting, nothing is written.`,
		}, {
			Name: "realtime", Value: config.Bool(&d.Realtime),
			Usage: "keep a busy machine from delaying the readers of ports and pulses",
			Text: `The reading threads get real-time priority, the memory of refclock stays in RAM, and the
processors do not sleep deeply. As a service, it needs realtime.conf, which is in
/usr/share/doc/refclock/examples. It costs processor time: /usr/share/doc/refclock/timing.md.
A reload that changes it restarts all clocks.`,
		},
	}
}

// checkListen checks an address. A name would have to be looked up, perhaps before there is
// a network.
func checkListen(address string) error {
	if address == "" {
		return nil
	}
	host, port, err := net.SplitHostPort(address)
	if err == nil && host != "localhost" {
		_, err = netip.ParseAddr(host)
	}
	if n, wrong := strconv.ParseUint(port, 10, 16); err != nil || wrong != nil || n == 0 {
		return errors.New(`expected an IP address or localhost, and a port from 1 to 65535, such as "127.0.0.1:9123" or "[::1]:9123"`)
	}
	return nil
}

// Resolve reports settings that contradict each other.
func (d *Daemon) Resolve(source config.Source) {
	if err := d.check(); err != nil {
		source.Wrong("listen", err.Error())
	}
}

// check refuses an address that other machines reach unless that is wanted.
func (d *Daemon) check() error {
	host, _, err := net.SplitHostPort(d.Listen)
	if err != nil || host == "localhost" || d.Public {
		return nil
	}
	if a, err := netip.ParseAddr(host); err == nil && a.Unmap().IsLoopback() {
		return nil
	}
	return errors.New("other machines could read the page; expected an address such as 127.0.0.1:9123, or listen_public = true as well")
}

// Override replaces the settings that were given as flags.
func (d *Daemon) Override(by Daemon, set *flag.FlagSet) error {
	flags := config.NewFlags(set)
	for name, replace := range map[string]func(){
		"listen": func() { d.Listen = by.Listen }, "listen_public": func() { d.Public = by.Public }, "show_position": func() { d.Position = by.Position },
		"keep_history": func() { d.KeepHistory = by.KeepHistory }, "realtime": func() { d.Realtime = by.Realtime },
	} {
		if flags.Given(name) {
			replace()
		}
	}
	if err := d.check(); err != nil {
		return fmt.Errorf("--listen %s: %w", d.Listen, err)
	}
	return nil
}
