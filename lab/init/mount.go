package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// mountAll mounts the file systems that programs expect. configfs needs a module: see
// loadModules.
func mountAll() {
	for _, m := range []struct{ kind, at string }{
		{"proc", "/proc"},
		{"sysfs", "/sys"},
		{"devtmpfs", "/dev"},
		{"devpts", "/dev/pts"},
		{"tmpfs", "/dev/shm"},
		{"tmpfs", "/tmp"},
		{"tmpfs", "/run"},
	} {
		if err := mount(m.kind, m.at); err != nil {
			say("mount %s: %v", m.at, err)
		}
	}
}

func mount(kind, at string) error {
	if err := os.MkdirAll(at, 0o755); err != nil {
		return err
	}
	return unix.Mount(kind, at, kind, 0, "")
}
