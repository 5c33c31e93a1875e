// Package statefolder has what the stores in the state folder of the service share: where the
// folder is, the names of files, their text, and which boot of the machine this is.
package statefolder

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/regularfile"
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

// bootFile has a new random text at each boot.
const bootFile = "/proc/sys/kernel/random/boot_id"

// Boot returns a name of this boot of the machine; "" if it is unknown: then every run counts
// as one of another boot.
func Boot() string {
	text, err := regularfile.Read(bootFile, 128)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
