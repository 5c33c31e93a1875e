package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/refclock/refclock/lab/protocol"
)

// gpioSim is the folder to create gpio-sim chips in (Documentation/admin-guide/gpio/gpio-sim.rst).
const gpioSim = "/sys/kernel/config/gpio-sim"

// addChip creates a simulated chip, and sets the environment variable with its folder. A
// kernel without gpio-sim is not an error.
func addChip() error {
	if _, err := os.Stat(gpioSim); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	device := filepath.Join(gpioSim, protocol.ChipLabel)
	bank := filepath.Join(device, "bank0")
	err := errors.Join(
		os.Mkdir(device, 0o755),
		os.Mkdir(bank, 0o755),
		write(bank, "num_lines", fmt.Sprint(protocol.ChipLines)),
		write(bank, "label", protocol.ChipLabel),
		write(device, "live", "1"),
	)
	if err != nil {
		return err
	}
	lines := filepath.Join("/sys/devices/platform", read(device, "dev_name"), read(bank, "chip_name"))
	return os.Setenv(protocol.GPIOSysfs, lines)
}

// addPulse puts pps-gpio on a line of the simulated chip with our own module. Without a device
// tree, the kernel has no other way.
func addPulse() error {
	if os.Getenv(protocol.GPIOSysfs) == "" {
		return nil
	}
	return load("vmpps.ko", fmt.Sprintf("chip=%s line=%d", protocol.ChipLabel, protocol.ChipPPS))
}

func write(dir, name, text string) error {
	return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644)
}

// read returns the text of a file; "" if it does not exist.
func read(dir, name string) string {
	text, _ := os.ReadFile(filepath.Join(dir, name))
	return strings.TrimSpace(string(text))
}
