//go:build linux

package pps

import (
	"os"
	"path/filepath"
	"strings"
)

// sysClass is where the kernel describes its PPS devices.
const sysClass = "/sys/class/pps"

// A deviceInfo is what sysfs tells of a PPS device.
type deviceInfo struct {
	name string // of the driver, such as "pps@12.-1", "ktimer", "serial0"
	path string // of the tty whose DCD the pulse is on; empty for others
}

// sysInfo reads what sysfs tells of the device N of a /dev/ppsN; nothing where
// sysfs is not there.
func sysInfo(class, base string) deviceInfo {
	read := func(attribute string) string {
		text, _ := os.ReadFile(filepath.Join(class, base, attribute))
		return attributeText(text)
	}
	return deviceInfo{name: read("name"), path: read("path")}
}

// attributeText is a sysfs attribute's first line, without what would harm a
// terminal that it is shown on.
func attributeText(text []byte) string {
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return -1
		}
		return r
	}, line))
}

// ktimer tells whether the device is the kernel's own timer. pps-ktimer.c names it
// "ktimer".
func (i deviceInfo) ktimer() bool { return i.name == "ktimer" }
