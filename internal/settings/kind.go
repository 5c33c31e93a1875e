// Package settings has the kinds of clocks that a user can configure: their settings, and
// the drivers built from them. Commands build a clock from flags, and the daemon builds
// clocks from a file; both read the same settings.
package settings

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/nmea"
)

// Kinds are the kinds of clocks. To add a kind, write its Settings in a file of their own
// and add a row here. The reference, the manual and the completions follow.
var Kinds = []Kind{
	{
		Name: "gps",
		Text: `A GNSS receiver that sends NMEA sentences, and its pulse. There may be several; then
each must have its own device, pps and units.`,
		New: func() Settings { return newGPSSettings() },
	}, {
		Name: "htntp",
		Text: `The time of web servers, for networks where NTP is blocked and a web proxy is the only
way out. There may be several. The service has no network access without
network.conf, which is in /usr/share/doc/refclock/examples.`,
		New:      func() Settings { return newHTNTPSettings() },
		Optional: true,
	}, {
		Name: "feed",
		Text: `A clock that another program reads, such as a radio decoder or an RTC. The program prints a
line with the time of the clock each second, such as 1764255000.25 or 2026-11-27T14:50:00.25Z:
see /usr/share/doc/refclock/feed.md. There may be several.`,
		New:      func() Settings { return newFeedSettings() },
		Optional: true,
	}, {
		Name: "offbyone",
		Text: `A demonstration clock, exactly one second behind the system clock. It shows whether a
time daemon reads a unit.`,
		New:      func() Settings { return newOffByOneSettings() },
		Optional: true,
	},
}

// A Kind is a kind of clock.
type Kind struct {
	Name     string          // in a file: [[name]]
	Text     string          // what it is, in the reference
	New      func() Settings // with the defaults
	Optional bool            // without a configuration, no such clock runs
}

// Named returns the kind with this name, which must exist.
func Named(name string) Kind {
	for _, k := range Kinds {
		if k.Name == name {
			return k
		}
	}
	panic("clocks: no kind " + name)
}

// Settings are the configured values of one clock, and nothing else: a reload keeps a clock
// running if its new Settings are deeply equal to the old ones.
type Settings interface {
	// Schema returns every setting, bound to this value.
	Schema() config.Schema

	// Resolve sets what follows from other settings, and reports settings that contradict
	// each other. It is called once, after the schema's values were set from the source.
	Resolve(source config.Source)

	// Targets returns the units and sockets that the clock publishes to.
	Targets() []Target

	// Build makes the clock's drivers. It opens no hardware: a device may appear later.
	Build(env Env) ([]Part, error)
}

// A Clock is one configured clock.
type Clock struct {
	Kind     string
	Settings Settings
}

// Publishes returns the targets of the clock as text.
func (c Clock) Publishes() string {
	var list []string
	for _, target := range c.Settings.Targets() {
		list = append(list, target.String())
	}
	return strings.Join(list, ", ")
}

// An Env has what drivers need from the program.
type Env struct {
	Log     *slog.Logger
	Version string
	Built   nmea.Date // the build date: an earlier date cannot be the current one

	// Enter gives the calling goroutine a thread with real-time priority, and returns what
	// undoes this. It is nil without the setting realtime, or if the kernel refuses.
	Enter func() (leave func())

	// Waits keeps the waits of cold starts while the clocks change. It may be nil.
	Waits gps.Waits
}

// Agent identifies refclock to the owners of web servers.
func (e Env) Agent() string {
	return "refclock-htntp/" + e.Version + " (+https://github.com/refclock/refclock)"
}

// A Part is a driver and its targets. A clock may have several parts.
type Part struct {
	Targets
	Driver  driver.Driver
	Prepare func(*driver.Feed)    // before the first sample; may be nil
	Beside  func(context.Context) // runs as long as the driver does; may be nil
	Tell    func(*status.Clock)   // adds what the driver knows; may be nil, and must not wait for the driver

	// Record writes a recording of the last minutes. It is nil if there is none.
	Record func(io.Writer) error

	// Probe opens the hardware and closes it again, and returns why it cannot be opened. It
	// may be nil. A command calls it, so that a wrong device ends the command at once.
	Probe func() error
}

// Reference returns a configuration with every setting, explained.
func Reference() string {
	var b strings.Builder
	b.WriteString(`# The configuration of refclock run, /etc/refclock.toml, in TOML. It lists every
# setting with its default. Without a file, refclock uses these defaults.
#
# Check a file with: refclock run --check
# Apply a change with: sudo systemctl reload refclock
# Clocks whose settings did not change keep running.
#
# Texts are in quotes. Times have a unit: "120ms", "1.5s", "13m". The flags of
# refclock gps, htntp, feed and offbyone have the same names, with - in place of
# _.
`)
	fmt.Fprintf(&b, "\n%s", new(Daemon).Schema().Reference("["+daemonTable+"]", daemonText, false))
	for _, k := range Kinds {
		fmt.Fprintf(&b, "\n%s", k.New().Schema().Reference("[["+k.Name+"]]", k.Text, k.Optional))
	}
	return b.String()
}
