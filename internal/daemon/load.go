package daemon

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
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

// Feeds says in words what the clock feeds.
func (c Clock) Feeds() string {
	var list []string
	for _, sink := range c.Settings.Sinks() {
		list = append(list, sink.String())
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
	fed := map[Sink]string{} // by which table; the sinks without their settings
	for _, k := range kinds {
		names = append(names, "[["+k.name+"]]")
		tables := file.Tables(k.name)
		for _, table := range tables {
			settings := k.defaults()
			settings.Read(table)
			checkSinks(table, settings.Sinks(), fed)
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

// checkSinks refuses what is fed already.
func checkSinks(table *config.Table, sinks []Sink, fed map[Sink]string) {
	for _, sink := range sinks {
		thing := Sink{Unit: sink.Unit, Socket: sink.Socket}
		by, taken := fed[thing]
		switch {
		case !taken:
			fed[thing] = fmt.Sprintf("the [[%s]] on line %d", table.Name(), table.Line(""))
		case sink.Socket != "":
			table.Wrong(sink.Key, fmt.Sprintf("%v is fed already, by %s; expected a socket of its own", sink, by))
		default:
			table.Wrong(sink.Key, fmt.Sprintf("%v is fed already, by %s; expected a unit of its own, such as %s = %d", sink, by, sink.Key, free(fed)))
		}
	}
}

// free is the lowest unit that is not fed.
func free(fed map[Sink]string) int {
	for unit := 2; ; unit++ {
		if _, taken := fed[Sink{Unit: unit}]; !taken {
			return unit
		}
	}
}
