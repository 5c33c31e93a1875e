package doctor

import (
	"strings"
	"testing"

	"github.com/refclock/refclock/internal/daemonconf"
	"github.com/refclock/refclock/internal/daemonlint"
)

// The lint rules accept the lines that the hints add.
func TestReadingLines(t *testing.T) {
	for d := range daemonNames {
		config := daemonconf.Parse(d, "conf", []byte(strings.Join(readingLines(d), "\n")))
		if findings := daemonlint.Lint(config, daemonlint.Facts{}); len(config.Refclocks) != 2 || len(findings) > 0 {
			t.Errorf("%s: %q: %d clocks, %v", d, readingLines(d), len(config.Refclocks), findings)
		}
	}
}
