// Package delaystore stores the learnt delays of receivers, and their spread, in the state
// folder of the service: one small text file per receiver, which is rarely written.
package delaystore

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// Default is the state folder if systemd did not start the service.
const Default = "/var/lib/refclock"

// Find returns the state folder: the first in $STATE_DIRECTORY, which systemd sets if the
// unit has StateDirectory=, else Default if it is writable. It returns "" if there is
// none; then nothing is stored.
func Find() string { return find(os.Getenv("STATE_DIRECTORY"), Default) }

func find(given, fallback string) string {
	if first, _, _ := strings.Cut(given, ":"); first != "" {
		return first
	}
	if info, err := os.Stat(fallback); err == nil && info.IsDir() && unix.Access(fallback, unix.W_OK|unix.X_OK) == nil {
		return fallback
	}
	return ""
}
