package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/refclock/refclock/internal/daemonconf"
	"github.com/refclock/refclock/internal/daemonlines"
	"github.com/refclock/refclock/internal/daemonlint"
	"github.com/refclock/refclock/shm"
)

// checkConfig tells what is wrong with a daemon's configuration. It fails if the
// daemon would not start, or tell a wrong time.
func checkConfig(w io.Writer, d daemonlines.Daemon, file string, clocks []*clockFlags, delay time.Duration, hasDelay bool) error {
	kinds := map[string]daemonconf.Daemon{"chrony": daemonconf.Chrony, "ntp": daemonconf.NTP, "ntpsec": daemonconf.NTPsec}
	kind, ok := kinds[d.Name]
	if !ok {
		return usageError(fmt.Sprintf("--check does not read the configuration of %s: its own ntp-ctl validate does", d.Name))
	}
	absolute, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	config, err := daemonconf.Read(os.DirFS("/"), kind, absolute)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return codedError{exitInput, err}
		}
		return err
	}
	facts := factsOf(clocks)
	facts.Delay, facts.HasDelay = delay, hasDelay
	failed := 0
	findings := daemonlint.Lint(config, facts)
	for _, f := range findings {
		if f.Level == daemonlint.Error {
			failed++
		}
		if _, err := fmt.Fprintf(w, "%s: %v: %s\n    why:  %s\n    hint: %s\n", f.Place, f.Level, f.What, f.Why, f.Hint); err != nil {
			return err
		}
	}
	switch {
	case failed > 0:
		return codedError{exitInput, fmt.Errorf("%s: %d of %d findings must be mended", file, failed, len(findings))}
	case len(findings) == 0:
		_, err := fmt.Fprintf(w, "%s: nothing is wrong with its %d reference clocks, as far as can be seen\n", file, len(config.Refclocks))
		return err
	}
	return nil
}

// factsOf are what this machine and the clocks tell.
func factsOf(clocks []*clockFlags) daemonlint.Facts {
	facts := daemonlint.Facts{
		Missing: func(path string) bool {
			_, err := os.Stat(path)
			return errors.Is(err, fs.ErrNotExist)
		},
		Units:     map[int]daemonlint.Unit{},
		Published: map[int]daemonlint.Measured{},
		Sockets:   map[string]daemonlint.Measured{},
	}
	infos, _ := shm.List(shm.KeyBase) // what cannot be seen is not known
	for _, info := range infos {
		facts.Units[info.Unit] = daemonlint.Unit{Size: info.Size, Perm: info.Perm}
	}
	for _, c := range clocks {
		m := daemonlint.Measured{Jitter: c.jitter}
		switch {
		case c.sock != "":
			facts.Sockets[c.sock] = m
		case c.named || c.refclock && c.seen > 0:
			facts.Published[c.unit] = m
		}
	}
	return facts
}
