package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/consumer/lines"
	"github.com/refclock/refclock/internal/consumer/lint"
	"github.com/refclock/refclock/internal/doctor"
	"github.com/refclock/refclock/internal/status"
)

// checkConfig prints what is wrong with a daemon's configuration, in lines of at most columns; 0
// columns break none. It returns an error if the daemon would not start, or would have a wrong
// time.
func checkConfig(w io.Writer, columns int, d lines.Daemon, file string, facts lint.Facts) error {
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
	failed := 0
	findings := lint.Lint(config, facts)
	for _, f := range findings {
		if f.Level == lint.Error {
			failed++
		}
		text := fmt.Sprintf("%s: %v: %s\n    why:  %s\n    hint: %s\n", f.Place, f.Level, f.What, f.Why, f.Hint)
		if _, err := io.WriteString(w, broken(text, columns)+correctedLine(config, f)); err != nil { // a line to paste stays whole
			return err
		}
	}
	switch {
	case failed > 0:
		return codedError{exitInput, fmt.Errorf("%s: %d of %d findings must be fixed", file, failed, len(findings))}
	case len(findings) == 0:
		_, err := io.WriteString(w, broken(fmt.Sprintf("%s: no problem found in its %s\n", file, counted(len(config.Refclocks), "reference clock")), columns))
		return err
	}
	return nil
}

// correctedLine returns the line to paste for a finding; "" if it is not known.
func correctedLine(config *conf.Config, f lint.Finding) string {
	text, _ := os.ReadFile(f.File) // conf.Read has read it
	lines := strings.Split(string(text), "\n")
	if f.Line > len(lines) {
		return ""
	}
	with, ok := f.Fix(config, strings.TrimSpace(lines[f.Line-1]))
	switch {
	case ok && with == "":
		with = "# " + strings.TrimSpace(lines[f.Line-1])
	case !ok:
		return ""
	}
	return "    line: " + with + "\n"
}

// machineFacts returns what is known about this machine.
func machineFacts() lint.Facts {
	return doctor.NewMachine(doctor.OpenRoot("/"), doctor.Live{}, doctor.Options{}).Facts()
}

// addUnknownDelays adds which clocks are late by a delay that refclock does not know.
func addUnknownDelays(facts lint.Facts, report status.Report) {
	for _, c := range report.Clocks {
		if m, ok := facts.Published[c.Unit]; ok && c.UnknownDelay() {
			m.UnknownDelay = true
			facts.Published[c.Unit] = m
		}
		if m, ok := facts.Sockets[c.Socket]; ok && c.UnknownDelay() {
			m.UnknownDelay = true
			facts.Sockets[c.Socket] = m
		}
	}
}

// addClocks adds what is known about the clocks.
func addClocks(facts lint.Facts, clocks []*clockFlags) {
	for _, c := range clocks {
		m := lint.Measured{Jitter: c.jitter}
		switch {
		case c.sock != "":
			facts.Sockets[c.sock] = m
		case c.named || c.refclock && c.seen > 0:
			facts.Published[c.unit] = m
		}
	}
}
