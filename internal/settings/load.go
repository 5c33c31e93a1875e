package settings

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"strings"

	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/regularfile"
)

// DefaultFile is the configuration that refclock run reads if no other is named.
const DefaultFile = "/etc/refclock.toml"

var (
	// ErrConfig is wrapped by the error of a configuration that the user must correct.
	ErrConfig = errors.New("wrong configuration")

	// ErrInput is wrapped by the error of a file with the wrong content.
	ErrInput = errors.New("wrong input")
)

// A Configuration is a set of clocks.
type Configuration struct {
	File     string // path of the file that was read; empty for flags and for the defaults
	Daemon   Daemon
	Clocks   []Clock
	Warnings []string // settings that are allowed but probably mistakes
	flags    bool     // read from flags, not from a file
	lines    []int    // of the tables of the clocks in the file
}

// From returns the origin of the configuration as text.
func (c Configuration) From() string {
	switch {
	case c.File != "":
		return c.File
	case c.flags:
		return "command line"
	}
	return "defaults, since there is no " + DefaultFile + ": refclock searches for one receiver, its baud rate and its pulse"
}

// Text returns the configuration as a file with every setting, without passwords.
func (c Configuration) Text() string {
	text := c.Daemon.Schema().Text("[" + daemonTable + "]")
	for _, clock := range c.Clocks {
		text += "\n" + clock.Settings.Schema().Text("[["+clock.Kind+"]]")
	}
	return text
}

// Wrong returns the error of the clock at a place that cannot be built. It wraps ErrConfig if the
// user must correct a file.
func (c Configuration) Wrong(place int, err error) error {
	if c.flags {
		return err
	}
	where := ""
	if place < len(c.lines) {
		where = fmt.Sprintf("%s:%d: ", c.File, c.lines[place])
	}
	return fmt.Errorf("%w: %s[[%s]]: %w", ErrConfig, where, c.Clocks[place].Kind, err)
}

// Load reads a file. With no path it reads DefaultFile, which need not exist: without it,
// the configuration is one receiver with all defaults. The error wraps ErrConfig if the
// user must correct the file. Load returns early if ctx ends.
func Load(ctx context.Context, path string) (Configuration, error) {
	given := path != ""
	if !given {
		path = DefaultFile
	}
	text, err := readFile(ctx, path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !given:
		return Configuration{Clocks: []Clock{{"gps", newGPSSettings()}}}, nil
	case ctx.Err() != nil:
		return Configuration{}, ctx.Err()
	case errors.Is(err, fs.ErrPermission):
		return Configuration{}, fmt.Errorf("%w: %w; use sudo, or let every user read it: sudo chmod 644 %s", ErrConfig, err, path)
	case err != nil:
		return Configuration{}, fmt.Errorf("%w: %w; refclock run --print-reference shows an example", ErrConfig, err)
	}
	c, err := Parse(path, string(text))
	if err != nil {
		return Configuration{}, fmt.Errorf("%w:\n%w", ErrConfig, err)
	}
	return c, nil
}

// MaxFile limits a configuration: a thousand clocks have a tenth of it.
const MaxFile = 1 << 20

// readFile reads a file, and does not wait longer than ctx for one that blocks, such as
// standard input.
func readFile(ctx context.Context, path string) ([]byte, error) {
	type result struct {
		text []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := regularfile.ReadNamed(path, MaxFile)
		done <- result{text, err}
	}()
	select {
	case r := <-done:
		return r.text, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// A sharing kind of Settings has defaults that only work with a single clock of its kind.
type sharing interface {
	// NeededBesideAnother returns the settings that must be given beside another clock.
	NeededBesideAnother() []string
}

// Parse reads a file's text. Its error has a line for each setting that the user must correct.
func Parse(name, text string) (Configuration, error) {
	file, err := config.Parse(name, text, daemonTable)
	if err != nil {
		return Configuration{}, err
	}
	c := Configuration{File: name}
	table := file.Single(daemonTable)
	table.Read(c.Daemon.Schema())
	c.Daemon.Resolve(table)
	seen := newClaims()
	var checks []func() // once the targets of all clocks are known
	var names []string
	for _, k := range Kinds {
		names = append(names, "[["+k.Name+"]]")
		tables := file.Tables(k.Name)
		for _, table := range tables {
			settings := readClock(k, table, len(tables), seen)
			c.Clocks = append(c.Clocks, Clock{k.Name, settings})
			seen.reserve(settings.Targets())
			checks = append(checks, func() { checkTargets(table, settings.Targets(), tableName(k, table), seen) })
			c.lines = append(c.lines, table.Line(""))
		}
	}
	for _, check := range checks {
		check()
	}
	if err := file.Err(); err != nil {
		return Configuration{}, err
	}
	if len(c.Clocks) == 0 {
		return Configuration{}, fmt.Errorf("%s: there is no clock; expected %s; an empty [[gps]] searches for a receiver", name, strings.Join(names, " or "))
	}
	c.Warnings = file.Warnings()
	return c, nil
}

// Claims have the table that uses each target and each ID of hardware.
type claims struct {
	targets  map[Target]string // targets without their settings
	hardware map[string]string
	reserved map[Target]bool // units of any clock, and those that were suggested
}

func newClaims() claims {
	return claims{targets: map[Target]string{}, hardware: map[string]string{}, reserved: map[Target]bool{}}
}

// reserve notes the units of a clock, which are not suggested to another one.
func (c claims) reserve(targets []Target) {
	for _, t := range targets {
		c.reserved[t.bare()] = true
	}
}

// tableName returns the name of a clock's table for a message about another one.
func tableName(k Kind, table *config.Table) string {
	return fmt.Sprintf("the [[%s]] on line %d", k.Name, table.Line(""))
}

// readClock reads the table of a clock, one of n of its kind, and checks it against those
// before it.
func readClock(k Kind, table *config.Table, n int, seen claims) Settings {
	settings := k.New()
	table.Read(settings.Schema())
	settings.Resolve(table)
	if s, ok := settings.(exclusive); ok {
		checkHardware(table, s.hardware(thisMachine), tableName(k, table), seen.hardware)
	}
	if s, ok := settings.(sharing); ok && n > 1 {
		for _, name := range s.NeededBesideAnother() {
			hint := fmt.Sprintf("there are %d [[%s]]; expected each to have its own %s", n, k.Name, name)
			if name == "pps" {
				hint += `, or pps = "none"`
			}
			table.Wrong(name, hint)
		}
	}
	return settings
}

// FromFlags returns the configuration of a single clock, whose settings were defined as
// flags, and its operands. The user must correct what the error names.
func FromFlags(kind Kind, settings Settings, set *flag.FlagSet, operands []string) (Configuration, error) {
	flags := config.NewFlags(set)
	flags.SetOperands(settings.Schema(), operands)
	if flags.Err() == nil {
		settings.Resolve(flags)
		seen := newClaims()
		seen.reserve(settings.Targets())
		checkTargets(flags, settings.Targets(), "this clock", seen)
	}
	if err := flags.Err(); err != nil {
		return Configuration{}, err
	}
	return Configuration{Clocks: []Clock{{kind.Name, settings}}, Warnings: flags.Warnings, flags: true}, nil
}

// checkTargets refuses a target that another clock publishes to, or this one twice.
func checkTargets(source config.Source, targets []Target, name string, seen claims) {
	for _, t := range targets {
		by, used := seen.targets[t.bare()]
		switch {
		case !used:
			seen.targets[t.bare()] = name
			if strings.HasPrefix(t.Setting, "pps_") {
				seen.targets[t.bare()] = "the pulse of " + name
			}
		case t.Socket != "":
			source.Wrong(t.Setting, fmt.Sprintf("%v is already used by %s; expected another socket", t, by))
		default:
			source.Wrong(t.Setting, fmt.Sprintf("%v is already used by %s; expected another unit, such as %s = %d", t, by, t.Setting, seen.freeUnit(t.Key)))
		}
	}
}

// freeUnit returns the lowest unit from 2 on that no clock publishes to, and reserves it.
func (c claims) freeUnit(key int) int {
	for unit := 2; ; unit++ {
		if t := (Target{Unit: unit, Key: key}); !c.reserved[t] {
			c.reserved[t] = true
			return unit
		}
	}
}
