// Package settings has the kinds of clocks that a person can configure: their settings, and
// how drivers are built from them. Commands make a clock of flags, and the daemon makes
// clocks of a file; both read the same settings.
package settings

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/nmea"
)

// Kinds are the kinds of clocks. To add one, write its Settings in a file of their own and
// add a row here. The reference, the manual and the completions follow.
var Kinds = []Kind{
	{
		Name: "gps",
		Text: `A GNSS receiver that sends NMEA sentences, and its pulse. There may be several; then
each must have its own device, pps and units.`,
		New: func() Settings { return newGPSSettings() },
	}, {
		Name: "htntp",
		Text: `Web servers that are asked for the time, for networks where NTP is blocked and a web
proxy is the only way out. There may be several. The service has no network access without
network.conf, which is in /usr/share/doc/refclock/examples.`,
		New:      func() Settings { return newHTNTPSettings() },
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
	Optional bool            // there is none without a configuration
}

// Named returns the kind of a name, which must exist.
func Named(name string) Kind {
	for _, k := range Kinds {
		if k.Name == name {
			return k
		}
	}
	panic("clocks: no kind " + name)
}

// Settings are what a person has configured for one clock, and nothing else: a reload
// leaves a clock alone whose Settings are deeply equal to the new ones.
type Settings interface {
	// Schema returns every setting, bound to this value.
	Schema() config.Schema

	// Resolve sets what follows from other settings, and reports settings that contradict
	// each other. It is called once, after the schema's values were set from the source.
	Resolve(source config.Source)

	// Targets returns what the clock publishes to.
	Targets() []Target

	// Build makes the clock's drivers. It opens no hardware: a device may appear later.
	Build(env Env) ([]Part, error)
}

// A Clock is one configured clock.
type Clock struct {
	Kind     string
	Settings Settings
}

// Publishes says in words where the clock's samples go.
func (c Clock) Publishes() string {
	var list []string
	for _, target := range c.Settings.Targets() {
		list = append(list, target.String())
	}
	return strings.Join(list, ", ")
}

// An Env is what drivers need of the program that they are part of.
type Env struct {
	Log     *slog.Logger
	Version string
	Built   nmea.Date // no receiver can be running this program before that day
}

// Agent identifies refclock to the owners of web servers.
func (e Env) Agent() string {
	return "refclock-htntp/" + e.Version + " (+https://github.com/refclock/refclock)"
}

// A Part is a driver and where its samples go. A clock may have several.
type Part struct {
	Targets
	Driver  driver.Driver
	Prepare func(*driver.Feed)    // before the first sample; may be nil
	Beside  func(context.Context) // runs as long as the driver does; may be nil
	Tell    func(*status.Clock)   // adds what the driver knows; may be nil, and must not wait for the driver

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
# refclock gps, htntp and offbyone have the same names, with - in place of _.
`)
	for _, k := range Kinds {
		fmt.Fprintf(&b, "\n%s", k.New().Schema().Reference(k.Name, k.Text, k.Optional))
	}
	return b.String()
}
