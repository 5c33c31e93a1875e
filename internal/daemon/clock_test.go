package daemon

import (
	"testing"

	"github.com/refclock/refclock/internal/settings"
)

// What is written another way and means the same is the same to a reload.
func TestEqualSettings(t *testing.T) {
	for text, same := range map[string]bool{
		"[[gps]]\n": true,
		"# a remark\n[[gps]]\nunit = 0\nbaud = \"auto\"": true,
		"[[gps]]\ncold_start = \"780s\"":                 true,
		"[[gps]]\nbaud = 9600":                           false,
		"[[gps]]\nactive_low = true":                     false,
		"[[gps]]\nsock = \"\"\nwitness = [\"kernel\"]":   true,
		"[[gps]]\nsock = \"/run/a\"":                     false,
	} {
		running := &clock{Clock: settings.Clock{Kind: "gps", Settings: settings.Named("gps").New()}}
		if got := running.same(load(t, text)[0]); got != same {
			t.Errorf("%q is the same as the default: %v, want %v", text, got, same)
		}
	}
}
