package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/refclock/refclock/lab/protocol"
)

// awaitUSB waits for the adapter: the bus takes some time to detect it.
func awaitUSB() error {
	device := os.Getenv(protocol.USB)
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(device); !errors.Is(err, fs.ErrNotExist) {
			return err
		} else if time.Now().After(deadline) {
			return err
		}
	}
}

// announce sets the environment variables of the PPS devices and the PTP clock, and prints the devices of the
// machine on the console.
func announce() {
	devices, _ := filepath.Glob("/sys/class/pps/pps*")
	for _, device := range devices {
		node := filepath.Join("/dev", filepath.Base(device))
		// pps-gpio names a device after its platform device, with the id -1.
		switch read(device, "name") {
		case "pps-gpio.-1": // from vmpps
			os.Setenv(protocol.PPSSim, node)
		case "pps-pl061.-1": // from the device tree
			os.Setenv(protocol.PPSHost, node)
		}
	}
	clocks, _ := filepath.Glob("/sys/class/ptp/ptp*")
	for _, clock := range clocks {
		if read(clock, "clock_name") == protocol.ClockName {
			os.Setenv(protocol.PHC, filepath.Join("/dev", filepath.Base(clock)))
		}
	}
	var present []string
	for _, name := range []string{"pps*", "ptp*", "gpiochip*", "ttyS*", "ttyUSB*"} {
		found, _ := filepath.Glob(filepath.Join("/dev", name))
		present = append(present, found...)
	}
	say("devices: %s", strings.Join(present, " "))
}
