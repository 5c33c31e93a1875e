//go:build linux

package pps

import (
	"io/fs"
	"path"
	"strings"
)

// SysClass is the folder of sysfs that has a folder for each PPS device.
const SysClass = "/sys/class/pps"

// DeviceInfo describes a PPS device.
type DeviceInfo struct {
	Path string // such as "/dev/pps0"
	Name string // from the driver, such as "pps@12.-1", "ktimer", "serial0"
	TTY  string // path of the tty whose DCD carries the pulse, else empty
}

// Devices returns the PPS devices in [SysClass], which os.DirFS(SysClass) opens, or in a copy
// of it. The error is that of listing the folder.
func Devices(class fs.FS) (list []DeviceInfo, err error) {
	entries, err := fs.ReadDir(class, ".")
	for _, e := range entries {
		list = append(list, ReadDevice(class, e.Name()))
	}
	return list, err
}

// ReadDevice reads the description of a PPS device, such as "pps0". Without sysfs, it has only
// the path.
func ReadDevice(class fs.FS, base string) DeviceInfo {
	read := func(attribute string) string {
		text, _ := fs.ReadFile(class, path.Join(base, attribute))
		return attributeText(text)
	}
	return DeviceInfo{Path: "/dev/" + base, Name: read("name"), TTY: read("path")}
}

// IsTimer reports whether the device is the kernel's own timer. pps-ktimer.c names it
// "ktimer".
func (i DeviceInfo) IsTimer() bool { return i.Name == "ktimer" }

// HasPulse reports whether the device may carry the pulse of a receiver: the kernel's own
// timer and the clock of a network card, such as "ptp0", do not.
func (i DeviceInfo) HasPulse() bool { return !i.IsTimer() && !strings.HasPrefix(i.Name, "ptp") }

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
