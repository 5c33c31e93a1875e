// Package guest has functions for tests that run in the lab's virtual machine.
package guest

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/refclock/refclock/lab/protocol"
	"golang.org/x/sys/unix"
)

// Need returns one of protocol's environment variables. It skips the test if the variable is
// not set: on another machine, or without such a device.
func Need(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Skipf("%s is not set: not the lab's virtual machine, or it has no such device", name)
	}
	return value
}

// Ask sends a request to the host, which acts some milliseconds later. lab/vm/steer.go lists
// the requests.
func Ask(format string, args ...any) { fmt.Println(protocol.Ask(format, args...)) }

// MissetClock sets the machine's clock ahead. It fails the test on any machine but the lab's.
func MissetClock(t *testing.T, by time.Duration) {
	t.Helper()
	Need(t, protocol.Arch)
	if first, err := os.Readlink("/proc/1/exe"); err != nil || first != "/init" {
		t.Fatalf("the first process is %q, %v: not the lab's machine, so its clock is not changed", first, err)
	}
	wrong := unix.NsecToTimespec(time.Now().Add(by).UnixNano())
	if err := unix.ClockSettime(unix.CLOCK_REALTIME, &wrong); err != nil {
		t.Fatal(err)
	}
}

// Eventually polls until a condition is true, or fails the test after a timeout.
func Eventually(t *testing.T, timeout time.Duration, done func() bool, format string, args ...any) {
	t.Helper()
	for deadline := time.Now().Add(timeout); !done(); time.Sleep(100 * time.Millisecond) {
		if t.Failed() {
			t.FailNow()
		}
		if time.Now().After(deadline) {
			t.Fatalf("not in %v: "+format, append([]any{timeout}, args...)...)
		}
	}
}
