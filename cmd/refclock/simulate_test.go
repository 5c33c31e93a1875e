package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/refclock/refclock/internal/sim"
)

func TestListFits80Columns(t *testing.T) {
	var out bytes.Buffer
	listSimulations(&out)
	for line := range strings.Lines(out.String()) {
		if line = strings.TrimSuffix(line, "\n"); len(line) > 80 || strings.TrimRight(line, " ") != line {
			t.Errorf("%d columns: %q", len(line), line)
		}
	}
	var names []string
	for _, p := range sim.Profiles() {
		names = append(names, p.Name)
	}
	for _, f := range sim.Faults() {
		names = append(names, f.Name)
		if !f.Playable() {
			names = append(names, f.Name+" *")
		}
		if !strings.Contains(out.String(), "\n"+f.Group+":\n") {
			t.Errorf("no group %q", f.Group)
		}
	}
	for _, name := range names {
		if !strings.Contains(out.String(), "\n  "+name+" ") {
			t.Errorf("%s is not listed", name)
		}
	}
}
