package leap

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/refclock/refclock/internal/regularfile"
)

// systemPaths are the usual paths of the table: first that of tzdata, which the packages
// of chrony (leapseclist), ntpd and NTPsec (leapfile) use in Debian, Fedora and Arch; then
// those of update-leap, ntpleapfetch and administrators.
var systemPaths = []string{
	"/usr/share/zoneinfo/leap-seconds.list",
	"/var/lib/ntp/leap-seconds.list",
	"/etc/ntp/leap-seconds.list",
	"/etc/ntp.leapseconds",
}

// Load reads the table from a file, and returns its path. For an empty path it reads the
// first of the system's files that exists. The error wraps fs.ErrNotExist if there is
// none. An expired table is not an error: see [Table.Expires].
func Load(path string) (*Table, string, error) {
	if path != "" {
		t, err := load(path)
		return t, path, err
	}
	return first(systemPaths)
}

// first reads the first of these files that exists.
func first(paths []string) (*Table, string, error) {
	for _, path := range paths {
		t, err := load(path)
		if !errors.Is(err, fs.ErrNotExist) {
			return t, path, err
		}
	}
	return nil, "", fmt.Errorf("read leap seconds: none of %s: %w; install the package tzdata", strings.Join(paths, ", "), fs.ErrNotExist)
}

func load(path string) (*Table, error) {
	text, err := regularfile.ReadNamed(path, maxBytes)
	if err != nil {
		return nil, fmt.Errorf("read leap seconds: %w", err)
	}
	t, err := parse(bytes.NewReader(text), false)
	if err != nil {
		return nil, fmt.Errorf("read leap seconds: %s: %w", path, err)
	}
	return t, nil
}
