//go:build linux

package pps

import (
	"os"
	"path/filepath"
	"strings"
)

// sysClass is the folder of PPS devices in sysfs.
const sysClass = "/sys/class/pps"

// A deviceInfo is the description of a PPS device in sysfs.
type deviceInfo struct {
	name string // from the driver, such as "pps@12.-1", "ktimer", "serial0"
	path string // of the tty whose DCD carries the pulse, else empty
}

// sysInfo reads the description of a PPS device, empty without sysfs.
func sysInfo(class, base string) deviceInfo {
	read := func(attribute string) string {
		text, _ := os.ReadFile(filepath.Join(class, base, attribute))
		return attributeText(text)
	}
	return deviceInfo{name: read("name"), path: read("path")}
}

// attributeText returns the first line of a sysfs attribute without characters that
// affect a terminal.
func attributeText(text []byte) string {
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return -1
		}
		return r
	}, line))
}

// ktimer reports whether the device is the kernel's own timer. pps-ktimer.c names it
// "ktimer".
func (i deviceInfo) ktimer() bool { return i.name == "ktimer" }
