package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// folder has the modules, and their names in the order in which they need each other.
const folder = "/modules"

// loadModules loads all, but the one that wants the simulated chip to be there: see
// addPulse. A module that fails does not keep the others.
func loadModules() error {
	names, err := os.ReadFile(filepath.Join(folder, "order"))
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
	file, err := os.Open(filepath.Join(folder, name))
	if err != nil {
		return err
	}
	defer file.Close()
	if err := unix.FinitModule(int(file.Fd()), parameters, 0); err != nil && !errors.Is(err, unix.EEXIST) {
		return fmt.Errorf("load %s: %w", name, err)
	}
	return nil
}
