package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/daemon"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/internal/textwrap"
)

// maxReloadErrors limits how many errors of a configuration are shown: the clocks have to fit on
// the screen, too.
const maxReloadErrors = 5

// failedReload returns the last change of the daemon if it is a reload that failed.
func failedReload(r status.Report) (status.Change, bool) {
	if len(r.Changes) == 0 {
		return status.Change{}, false
	}
	last := r.Changes[len(r.Changes)-1]
	return last, last.State.Reason == daemon.NotReloaded
}

// addFailedReload adds why the last reload failed, and what to do.
func addFailedReload(add addFunc, r status.Report) {
	c, failed := failedReload(r)
	if !failed {
		return
	}
	lines := strings.Split(c.State.Detail, "\n")
	add(0, "NOT RELOADED for %s: %s", roughly(time.Duration(r.MonoNS-c.MonoNS)), lines[0])
	lines = lines[1:]
	for _, line := range lines[:min(len(lines), maxReloadErrors)] {
		add(4, "%s", line)
	}
	if more := len(lines) - maxReloadErrors; more > 0 {
		add(4, "and %d more: refclock run --check shows them", more)
	}
	if c.State.Hint != "" {
		add(4, "-> %s", c.State.Hint)
	}
}

// reloadHint returns how to apply a change of the configuration, in lines. It returns none if no
// text that is shown names the file.
func reloadHint(r status.Report, shown []string, columns int) []string {
	_, failed := failedReload(r)
	if !failed && !slices.ContainsFunc(shown, func(text string) bool { return strings.Contains(text, "refclock.toml") }) {
		return nil
	}
	file := cmp.Or(r.File, settings.DefaultFile)
	return textwrap.Indented(fmt.Sprintf("After a change of %s, type: sudo systemctl reload refclock (without systemd: sudo kill -HUP %d)", file, r.PID), 0, columns)
}
