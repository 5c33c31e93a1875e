package doctor

import (
	"strings"
	"testing"

	"github.com/refclock/refclock/internal/consumer/conf"
	"github.com/refclock/refclock/internal/consumer/lint"
)

// The lint rules accept the lines that the hints add.
func TestReadingLines(t *testing.T) {
	for d := range daemonNames {
		config := conf.Parse(d, "conf", []byte(strings.Join(readingLines(d), "\n")))
		if findings := lint.Lint(config, lint.Facts{}); len(config.Refclocks) != 2 || len(findings) > 0 {
			t.Errorf("%s: %q: %d clocks, %v", d, readingLines(d), len(config.Refclocks), findings)
		}
	}
}
