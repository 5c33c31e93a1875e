// Command init is the first process of the lab's virtual machine. It mounts file systems,
// loads modules, detects devices, runs one program, prints its exit code on the console, and
// powers the machine off.
package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/loopback"
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

	time.Sleep(50 * time.Millisecond) // until the console is drained
	unix.Sync()
	unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
	select {} // the kernel panics when its first process ends
}

// setUp continues after errors: a test reports a missing device.
func setUp() {
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"kernel modules", loadModules},
		{"simulated GPIO chip", addChip},
		{"PPS device on it", addPulse},
		{"loopback", loopback.Up},
		{"console", silenceEcho},
		{"USB adapter", awaitUSB},
	} {
		if err := step.do(); err != nil {
			say("%s: %v", step.name, err)
		}
	}
}

// say prints a note on the console, with the seconds since the kernel started.
func say(format string, args ...any) {
	uptime, _ := os.ReadFile("/proc/uptime")
	seconds, _, _ := strings.Cut(string(uptime), " ")
	fmt.Println(protocol.Note(seconds + " s: " + fmt.Sprintf(format, args...)))
}
