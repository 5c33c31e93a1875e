package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/consumer/lines"
	"github.com/refclock/refclock/internal/consumer/lint"
	"github.com/refclock/refclock/shm"
)

// checkConfig prints what is wrong with a daemon's configuration. It returns an error if the
// daemon would not start, or would have a wrong time.
func checkConfig(w io.Writer, d lines.Daemon, file string, clocks []*clockFlags, delay time.Duration, hasDelay bool) error {
	kinds := map[string]conf.Daemon{"chrony": conf.Chrony, "ntp": conf.NTP, "ntpsec": conf.NTPsec}
	kind, ok := kinds[d.Name]
	if !ok {
		return usageError(fmt.Sprintf("--check does not read the configuration of %s: its own ntp-ctl validate does", d.Name))
	}
	absolute, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	config, err := conf.Read(os.DirFS("/"), kind, absolute)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return codedError{exitInput, err}
		}
		return err
	}
	facts := factsOf(clocks)
	facts.Delay, facts.HasDelay = delay, hasDelay
	failed := 0
	findings := lint.Lint(config, facts)
	for _, f := range findings {
		if f.Level == lint.Error {
			failed++
		}
		if _, err := fmt.Fprintf(w, "%s: %v: %s\n    why:  %s\n    hint: %s\n", f.Place, f.Level, f.What, f.Why, f.Hint); err != nil {
			return err
		}
	}
	switch {
	case failed > 0:
		return codedError{exitInput, fmt.Errorf("%s: %d of %d findings must be fixed", file, failed, len(findings))}
	case len(findings) == 0:
		_, err := fmt.Fprintf(w, "%s: no problem found in its %d reference clocks\n", file, len(config.Refclocks))
		return err
	}
	return nil
}

// factsOf returns what is known about this machine and the clocks.
func factsOf(clocks []*clockFlags) lint.Facts {
	facts := lint.Facts{
		Missing: func(path string) bool {
			_, err := os.Stat(path)
			return errors.Is(err, fs.ErrNotExist)
		},
		Units:     map[int]lint.Unit{},
		Published: map[int]lint.Measured{},
		Sockets:   map[string]lint.Measured{},
	}
	infos, _ := shm.List(shm.KeyBase) // an error leaves them unknown
	for _, info := range infos {
		facts.Units[info.Unit] = lint.Unit{Size: info.Size, Perm: info.Perm}
	}
	for _, c := range clocks {
		m := lint.Measured{Jitter: c.jitter}
		switch {
		case c.sock != "":
			facts.Sockets[c.sock] = m
		case c.named || c.refclock && c.seen > 0:
			facts.Published[c.unit] = m
		}
	}
	return facts
}
