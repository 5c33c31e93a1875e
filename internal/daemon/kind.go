package daemon

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/nmea"
)

// kinds are the sorts of clocks that a configuration may have. To add one, write its
// Settings in a file of their own, add a row here, and describe each setting in
// reference.toml: a test finds those that are not.
var kinds = []kind{
	{"gps", func() Settings { return newGPSSettings() }},
	{"htntp", func() Settings { return newHTNTPSettings() }},
	{"offbyone", func() Settings { return newOffByOneSettings() }},
}

// A kind is a sort of clock.
type kind struct {
	name     string          // as the configuration has it: [[name]]
	defaults func() Settings // what holds where nothing is set
}

// Settings are what a configuration says of one clock. Two clocks whose Settings are
// deeply equal are the same: a reload leaves them alone. Hence there is nothing in
// them but what was set.
type Settings interface {
	// Read asks the table for every setting there is, and tells it what is wrong.
	Read(t *config.Table)

	// Sinks are what the clock feeds, in the order in which people think of them.
	Sinks() []Sink

	// Build makes the clock's drivers. It opens no hardware: what is not there may come.
	Build(env Env) ([]Part, error)
}

// A Sink is a unit or a socket that a clock feeds.
type Sink struct {
	Key    string // the setting that says so
	Unit   int    // or NoUnit
	Socket string // or empty
}

// String is the sink as the configuration could have it.
func (s Sink) String() string {
	if s.Socket != "" {
		return s.Key + " " + s.Socket
	}
	return fmt.Sprintf("%s %d", s.Key, s.Unit)
}

// An alone is Settings some of which can only be left out by a kind's only clock.
type alone interface {
	// Crowded gives the settings that must be there beside another clock.
	Crowded() []string
}

// An Env is what drivers need of the program that they are part of.
type Env struct {
	Log     *slog.Logger
	Version string
	Built   nmea.Date // the day before which no receiver can be running this program
}

// Agent is how the owners of web servers know whom to turn to.
func (e Env) Agent() string {
	return "refclock-htntp/" + e.Version + " (+https://github.com/refclock/refclock)"
}

// A Part is a driver and what it feeds. A clock may have several.
type Part struct {
	Sinks
	Driver  driver.Driver
	Prepare func(*driver.Feed)    // before the first sample; may be nil
	Beside  func(context.Context) // runs as long as the driver does; may be nil
	Tell    func(*status.Clock)   // adds what the driver knows; may be nil, and must not wait for it
}
