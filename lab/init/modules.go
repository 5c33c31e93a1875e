package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/refclock/refclock/lab/protocol"
	"golang.org/x/sys/unix"
)

// loadModules loads all in the order in which they need each other, but the one that wants the simulated chip to be there: see
// addPulse. A module that fails does not keep the others.
func loadModules() error {
	names, err := os.ReadFile(filepath.Join(os.Getenv(protocol.Modules), "order"))
	if err != nil {
		return err
	}
	for _, name := range strings.Fields(string(names)) {
		err = errors.Join(err, load(name, ""))
	}
	if unregistered := mount("configfs", "/sys/kernel/config"); unregistered != nil {
		err = errors.Join(err, fmt.Errorf("mount configfs: %w", unregistered))
	}
	return err
}

// load loads a module file; that it is loaded already is well.
func load(name, parameters string) error {
	file, err := os.Open(filepath.Join(os.Getenv(protocol.Modules), name))
	if err != nil {
		return err
	}
	defer file.Close()
	if err := unix.FinitModule(int(file.Fd()), parameters, 0); err != nil && !errors.Is(err, unix.EEXIST) {
		return fmt.Errorf("load %s: %w", name, err)
	}
	return nil
}
