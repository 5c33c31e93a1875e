// Command init is the first process of the lab's virtual machine. It sets up what
// the kernel leaves to user space, finds out which devices there are, runs one
// program, tells its exit code on the console and switches the machine off.
package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/refclock/refclock/lab/protocol"
	"golang.org/x/sys/unix"
)

func main() {
	mountAll()
	say("Linux %s", read("/proc/sys/kernel", "osrelease"))
	setUp()
	announce()

	fmt.Println(protocol.Begin)
	code := runProgram()
	fmt.Println(protocol.End(code))

	time.Sleep(50 * time.Millisecond) // for the console to drain
	unix.Sync()
	unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
	select {} // the kernel panics when its first process ends
}

// setUp does what can fail without the rest being in vain: a test that misses its device says so.
func setUp() {
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"kernel modules", loadModules},
		{"simulated GPIO chip", addChip},
		{"PPS device on it", addPulse},
		{"loopback", raiseLoopback},
		{"console", silenceEcho},
		{"USB adapter", awaitUSB},
	} {
		if err := step.do(); err != nil {
			say("%s: %v", step.name, err)
		}
	}
}

// say tells the reader of the console something, with the seconds since the kernel started.
func say(format string, args ...any) {
	uptime, _ := os.ReadFile("/proc/uptime")
	seconds, _, _ := strings.Cut(string(uptime), " ")
	fmt.Println(protocol.Note(seconds + " s: " + fmt.Sprintf(format, args...)))
}
