package conf

import (
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// A version of a daemon. The zero value is unknown.
type version struct{ major, minor int }

func (v version) String() string { return strconv.Itoa(v.major) + "." + strconv.Itoa(v.minor) }

// before reports whether v may be older than w. An unknown version may be.
func (v version) before(w version) bool {
	return v.major < w.major || v.major == w.major && v.minor < w.minor
}

var (
	packageVersion = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)^Version: (?:\d+:)?(\d+)\.(\d+)`) })
	binaryVersion  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\x00([1-9])\.(\d{1,2})(?:\.\d+)?(?:-pre\d+)?\x00`) })
)

// chronyVersion returns the version of the installed chrony: the one of Debian's package,
// else the one in the program.
func chronyVersion(fsys fs.FS) version {
	status, _ := fs.ReadFile(fsys, "var/lib/dpkg/status")
	for entry := range strings.SplitSeq(string(status), "\n\n") {
		if strings.HasPrefix(strings.TrimLeft(entry, "\n"), "Package: chrony\n") && strings.Contains(entry, " installed\n") {
			return versionIn(packageVersion(), entry)
		}
	}
	for _, name := range []string{"usr/sbin/chronyd", "usr/bin/chronyd"} {
		if program, err := fs.ReadFile(fsys, name); err == nil {
			return versionIn(binaryVersion(), string(program))
		}
	}
	return version{}
}

func versionIn(pattern *regexp.Regexp, text string) version {
	found := pattern.FindStringSubmatch(text)
	if found == nil {
		return version{}
	}
	major, _ := strconv.Atoi(found[1])
	minor, _ := strconv.Atoi(found[2])
	return version{major, minor}
}
