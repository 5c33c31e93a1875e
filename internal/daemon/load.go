package daemon

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/refclock/refclock/internal/config"
)

// DefaultFile is where the configuration stands if nobody says otherwise.
const DefaultFile = "/etc/refclock.toml"

// ErrConfig is wrapped by the error of a configuration that is wrong.
var ErrConfig = errors.New("the configuration is wrong")

// A Clock is one clock of a configuration.
type Clock struct {
	Kind     string
	Settings Settings
}

// Feeds says in words which units the clock feeds.
func (c Clock) Feeds() string {
	units := c.Settings.Units()
	var list []string
	for _, key := range sorted(units) {
		list = append(list, fmt.Sprintf("%s %d", key, units[key]))
	}
	return strings.Join(list, ", ")
}

// A Configuration is all of them.
type Configuration struct {
	File   string // that it was read from; empty if there is none
	Clocks []Clock
}

// Load reads a file; with no path the usual one, which need not be there: then one
// receiver is looked for. The error wraps ErrConfig where a person must mend the file.
func Load(path string) (Configuration, error) {
	given := path != ""
	if !given {
		path = DefaultFile
	}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !given:
		return Configuration{Clocks: []Clock{{"gps", newGPSSettings()}}}, nil
	case err != nil:
		return Configuration{}, fmt.Errorf("%w: %w; refclock run --print-reference shows what can stand there", ErrConfig, err)
	}
	clocks, err := parse(path, string(text))
	if err != nil {
		return Configuration{}, fmt.Errorf("%w:\n%w", ErrConfig, err)
	}
	return Configuration{File: path, Clocks: clocks}, nil
}

// parse reads a file's text.
func parse(name, text string) ([]Clock, error) {
	file, err := config.Parse(name, text)
	if err != nil {
		return nil, err
	}
	var clocks []Clock
	var names []string
	fed := map[int]string{} // units, and by which table
	for _, k := range kinds {
		names = append(names, "[["+k.name+"]]")
		tables := file.Tables(k.name)
		for _, table := range tables {
			settings := k.defaults()
			settings.Read(table)
			checkUnits(table, settings.Units(), fed)
			if crowd, ok := settings.(alone); ok && len(tables) > 1 {
				for _, key := range crowd.Crowded() {
					table.Wrong(key, fmt.Sprintf("there are %d [[%s]]; expected each to say its %s", len(tables), k.name, key))
				}
			}
			clocks = append(clocks, Clock{k.name, settings})
		}
	}
	if err := file.Errors(); err != nil {
		return nil, err
	}
	if len(clocks) == 0 {
		return nil, fmt.Errorf("%s: names no clock; expected %s; an empty [[gps]] looks for a receiver", name, strings.Join(names, " or "))
	}
	return clocks, nil
}

// checkUnits refuses a unit that is fed already.
func checkUnits(table *config.Table, units map[string]int, fed map[int]string) {
	for _, key := range sorted(units) {
		unit := units[key]
		if by, taken := fed[unit]; taken {
			table.Wrong(key, fmt.Sprintf("%s %d is fed already, by %s; expected a unit of its own, such as %s = %d", key, unit, by, key, free(fed)))
			continue
		}
		fed[unit] = fmt.Sprintf("the [[%s]] on line %d", table.Name(), table.Line(""))
	}
}

// sorted are the settings in an order that is always the same: unit before pps_unit.
func sorted(units map[string]int) []string {
	var keys []string
	for key := range units {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) })
	return keys
}

// free is the lowest unit that is not fed.
func free(fed map[int]string) int {
	for unit := 2; ; unit++ {
		if _, taken := fed[unit]; !taken {
			return unit
		}
	}
}
