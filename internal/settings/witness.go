package settings

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/htntp"
	"github.com/refclock/refclock/internal/spelling"
)

const kernel = "kernel" // the system clock as a witness

// newWitnesses returns the independent times that may contradict a receiver: the system
// clock, none, or web servers. Run, which may be nil, polls the web servers until its
// context ends.
func newWitnesses(names []string, env Env) (list []driver.Witness, run func(context.Context), err error) {
	if err := checkWitnesses(names); err != nil {
		return nil, nil, err
	}
	switch names[0] {
	case kernel:
		return []driver.Witness{driver.KernelClock{}}, nil, nil
	case none:
		return nil, nil, nil
	}
	c := htntp.Config{Since: env.Built.Midnight(), Agent: env.Agent(), Log: env.Log}
	if c.Hosts, err = parseHosts(names); err != nil {
		return nil, nil, err
	}
	w, err := htntp.NewWitness(c)
	if err != nil {
		return nil, nil, err
	}
	return []driver.Witness{w}, w.Run, nil
}

// checkWitnesses refuses a list that names no witness. No majority can prove a single web
// server wrong, and a single word is more likely a typing error than a server.
func checkWitnesses(names []string) error {
	alone := func(name string) bool { return name == kernel || name == none }
	meant := ""
	if len(names) == 1 {
		meant = spelling.Suggestion(names[0], kernel, none)
	}
	switch {
	case len(names) == 1 && alone(names[0]):
		return nil
	case slices.ContainsFunc(names, alone):
		return fmt.Errorf("%s and %s exclude every other witness; expected one of them, or three web servers or more", kernel, none)
	case len(names) < 3:
		return fmt.Errorf("expected %s, %s, or three web servers or more, so that a majority can outvote one that is wrong%s", kernel, none, meant)
	}
	_, err := parseHosts(names)
	return err
}

// parseHosts parses the names of web servers.
func parseHosts(names []string) (hosts []htntp.Host, err error) {
	for _, name := range names {
		host, err := htntp.ParseHost(name)
		if err != nil {
			return nil, err
		}
		for i, other := range hosts {
			switch {
			case !other.Same(host):
			case names[i] == name:
				return nil, fmt.Errorf("%s is named twice; expected different servers", name)
			default:
				return nil, fmt.Errorf("%s is named twice, as %s too; expected different servers", name, names[i])
			}
		}
		hosts = append(hosts, host)
	}
	switch {
	case len(hosts) == 0:
		return nil, errors.New("expected the names of web servers")
	case len(hosts) > htntp.MaxServers:
		return nil, fmt.Errorf("%d servers; expected %d or fewer", len(hosts), htntp.MaxServers)
	}
	return hosts, nil
}
