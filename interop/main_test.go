package interop

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/refclock/refclock/internal/loopback"
)

func TestMain(m *testing.M) {
	if isolated() {
		if err := loopback.Up(); err != nil {
			fmt.Fprintln(os.Stderr, "bring up the loopback:", err)
			os.Exit(1)
		}
		os.Exit(m.Run())
	}

	// The tests wait for daemons that act once per second or every 8 s: many fit on one core.
	if err := flag.Set("test.parallel", "32"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(toRemove)
	os.Exit(code)
}
