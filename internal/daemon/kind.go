package daemon

import (
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

	// Units are the units that the clock feeds, by the setting that says so.
	Units() map[string]int

	// Build makes the clock's drivers. It opens no hardware: what is not there may come.
	Build(env Env) ([]Part, error)
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

// A Part is a driver and the unit that it feeds. A clock may have several.
type Part struct {
	Driver  driver.Driver
	Unit    int
	Layout  int                 // in bytes, of a unit that does not exist yet; 0 where the consumer knows
	Prepare func(*driver.Feed)  // before the first sample; may be nil
	Tell    func(*status.Clock) // adds what the driver knows; may be nil, and must not wait for it
}
