// Package guest is for tests that run in the lab's virtual machine.
package guest

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/refclock/refclock/lab/protocol"
	"golang.org/x/sys/unix"
)

// Need is the value of one of protocol's variables. Where it is not set, the test is
// skipped: this is another machine, or one without such a device.
func Need(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Skipf("%s is not set: this machine is no virtual machine with such a device", name)
	}
	return value
}

// Ask asks the host to do something; lab/vm/steer.go lists what it can. It is done
// some milliseconds later.
func Ask(format string, args ...any) { fmt.Println(protocol.Ask(format, args...)) }

// MissetClock sets the machine's clock ahead. It refuses to do so in any machine but the lab's.
func MissetClock(t *testing.T, by time.Duration) {
	t.Helper()
	Need(t, protocol.Arch)
	if first, err := os.Readlink("/proc/1/exe"); err != nil || first != "/init" {
		t.Fatalf("the first process is %q, %v: this is not the lab's machine, whose clock nobody else needs", first, err)
	}
	wrong := unix.NsecToTimespec(time.Now().Add(by).UnixNano())
	if err := unix.ClockSettime(unix.CLOCK_REALTIME, &wrong); err != nil {
		t.Fatal(err)
	}
}

// Eventually asks every so often until something is so.
func Eventually(t *testing.T, patience time.Duration, so func() bool, format string, args ...any) {
	t.Helper()
	for deadline := time.Now().Add(patience); !so(); time.Sleep(100 * time.Millisecond) {
		if t.Failed() {
			t.FailNow()
		}
		if time.Now().After(deadline) {
			t.Fatalf("not in %v: "+format, append([]any{patience}, args...)...)
		}
	}
}
