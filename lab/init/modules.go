package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/lab/protocol"
)

// loadModules loads all modules in the order of their dependencies, except the one that needs
// the simulated chip: see addPulse. It continues after an error.
func loadModules() error {
	names, err := os.ReadFile(filepath.Join(os.Getenv(protocol.Modules), "order"))
	if err != nil {
		return err
	}
	for name := range strings.FieldsSeq(string(names)) {
		err = errors.Join(err, load(name, ""))
	}
	if unregistered := mount("configfs", "/sys/kernel/config"); unregistered != nil {
		err = errors.Join(err, fmt.Errorf("mount configfs: %w", unregistered))
	}
	return err
}

// load loads a module file. A module that is already loaded is not an error.
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
