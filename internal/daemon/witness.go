package daemon

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/htntp"
)

const kernel = "kernel" // the system clock, as a witness

// Witnesses are those who may contradict a receiver, as the flag and the setting name
// them: the system clock by its word, none, or web servers. Run, which may be nil, is what
// a witness does that has to ask.
func Witnesses(names []string, env Env) (list []driver.Witness, run func(context.Context), err error) {
	if err := checkWitnesses(names); err != nil {
		return nil, nil, err
	}
	switch names[0] {
	case kernel:
		return []driver.Witness{driver.KernelClock{}}, nil, nil
	case none:
		return nil, nil, nil
	}
	c := htntp.Config{Since: env.Built.Midnight(), Agent: env.Agent()}
	if c.Hosts, err = parseHosts(names); err != nil {
		return nil, nil, err
	}
	w, err := htntp.NewWitness(c)
	if err != nil {
		return nil, nil, err
	}
	return []driver.Witness{w}, w.Run, nil
}

// checkWitnesses refuses what names no witness. One web server has no majority to prove
// it wrong, and a bare word is more likely a mistake than a server.
func checkWitnesses(names []string) error {
	alone := func(name string) bool { return name == kernel || name == none }
	switch {
	case len(names) == 1 && alone(names[0]):
		return nil
	case slices.ContainsFunc(names, alone):
		return fmt.Errorf("%s and %s each stand alone; expected one of them, or three web servers or more", kernel, none)
	case len(names) < 3:
		return fmt.Errorf("expected %s, %s, or three web servers or more, so that a majority can outvote one that is wrong", kernel, none)
	}
	_, err := parseHosts(names)
	return err
}

// parseHosts reads the names of web servers.
func parseHosts(names []string) (hosts []htntp.Host, err error) {
	seen := map[htntp.Host]bool{}
	for _, name := range names {
		host, err := htntp.ParseHost(name)
		switch {
		case err != nil:
			return nil, err
		case seen[host]:
			return nil, fmt.Errorf("%s is named twice; expected servers that differ", name)
		}
		seen[host] = true
		hosts = append(hosts, host)
	}
	switch {
	case len(hosts) == 0:
		return nil, errors.New("names no server")
	case len(hosts) > htntp.ServersMost:
		return nil, fmt.Errorf("names %d servers; expected %d at the most", len(hosts), htntp.ServersMost)
	}
	return hosts, nil
}
