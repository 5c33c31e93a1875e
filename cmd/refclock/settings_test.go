package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/refclock/refclock/internal/daemon"
)

// references are the parts of the reference, by the kind of clock; "" is its head.
func references() map[string]string {
	parts := map[string]string{}
	kind := ""
	for line := range strings.Lines(daemon.Reference) {
		if name := regexp.MustCompile(`^#?\[\[(\w+)\]\]`).FindStringSubmatch(line); name != nil {
			kind = name[1]
		}
		parts[kind] += line
	}
	return parts
}

// A flag of a command that feeds is a setting of its clock, and a setting is a flag or an
// operand; else the reference says of the flag that it is none.
func TestFlagsAreSettings(t *testing.T) {
	parts := references()
	apart := regexp.MustCompile(`--[a-z-]+`).FindAllString(parts[""], -1)
	for _, c := range documented() {
		part, ok := parts[c.name]
		if !ok {
			continue
		}
		delete(parts, c.name)
		setting := map[string]bool{}
		for _, name := range regexp.MustCompile(`(?m)^#?([a-z_]+) = `).FindAllStringSubmatch(part, -1) {
			setting[name[1]] = true
		}
		flags := map[string]bool{}
		for _, f := range c.flags {
			name := strings.ReplaceAll(f.name, "-", "_")
			flags[name] = true
			none := strings.Contains(" "+strings.Join(apart, " ")+" ", " --"+f.name+" ")
			if setting[name] == none {
				t.Errorf("refclock %s --%s: [[%s]] has a setting %s: %v; the reference names it as a flag alone: %v", c.name, f.name, c.name, name, setting[name], none)
			}
		}
		for name := range setting {
			if !flags[name] && !strings.Contains(c.operands, strings.ToUpper(strings.TrimSuffix(name, "s"))) {
				t.Errorf("[[%s]] %s: refclock %s has no flag of that name", c.name, name, c.name)
			}
		}
	}
	delete(parts, "")
	if len(parts) > 0 {
		t.Errorf("no command is for %v", parts)
	}
}
