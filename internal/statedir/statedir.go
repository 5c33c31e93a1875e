// Package statedir keeps what is learnt while running in the folder that a service has
// for such things: a small text file for each receiver, written seldom.
package statedir

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// Default is where a service that systemd has not started keeps its state.
const Default = "/var/lib/refclock"

// Find gives the folder to keep state in: the first of $STATE_DIRECTORY, which systemd
// sets where the unit has StateDirectory=, else Default if it is there and can be
// written, else "": then nothing is kept.
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
