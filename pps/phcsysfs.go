//go:build linux

package pps

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// SysPTP is the folder of sysfs that has a folder for each PTP hardware clock.
const SysPTP = "/sys/class/ptp"

// ClockInfo describes a PTP hardware clock.
type ClockInfo struct {
	Path       string   // such as "/dev/ptp0"
	Name       string   // from the driver, such as "bcm_phy_ptp"
	Interfaces []string // of its network card; empty if sysfs does not show it
	External   int      // channels of external timestamps; 0 if it cannot stamp a pulse
	Pins       []ClockPin
}

// A ClockPin is a programmable pin of a network card.
type ClockPin struct {
	Name     string // such as "SDP0" or "SYNC_OUT"
	Function int    // PTP_PF_NONE (0), PTP_PF_EXTTS (1), ...
	Channel  int
}

// Clocks returns the PTP hardware clocks in sys, which os.DirFS("/sys") opens, or in a copy of it.
// They are not opened.
func Clocks(sys fs.FS) (list []ClockInfo) {
	entries, _ := fs.ReadDir(sys, "class/ptp")
	for _, e := range entries {
		list = append(list, readClock(sys, e.Name()))
	}
	interfaces, _ := fs.ReadDir(sys, "class/net")
	for _, i := range interfaces {
		for n := range list {
			if base := clockIn(sys, i.Name()); base != "" && list[n].Path == "/dev/"+base {
				list[n].Interfaces = append(list[n].Interfaces, i.Name())
			}
		}
	}
	return list
}

// clockIn returns the name of the clock of a network interface, or "". The clock belongs to the
// card, or to its PHY.
func clockIn(sys fs.FS, name string) string {
	for _, place := range []string{"device/ptp", "phydev/ptp"} {
		if clocks, err := fs.ReadDir(sys, path.Join("class/net", name, place)); err == nil && len(clocks) > 0 {
			return clocks[0].Name()
		}
	}
	return ""
}

// readClock reads the description of a clock. drivers/ptp/ptp_sysfs.c has the attributes.
func readClock(sys fs.FS, base string) ClockInfo {
	folder := path.Join("class/ptp", base)
	read := func(attribute string) string {
		text, _ := fs.ReadFile(sys, path.Join(folder, attribute))
		return attributeText(text)
	}
	c := ClockInfo{Path: "/dev/" + base, Name: read("clock_name")}
	c.External, _ = strconv.Atoi(read("n_external_timestamps"))
	pins, _ := fs.ReadDir(sys, path.Join(folder, "pins"))
	for _, p := range pins {
		pin := ClockPin{Name: p.Name()}
		fmt.Sscan(read(path.Join("pins", p.Name())), &pin.Function, &pin.Channel) // "%u %u\n"
		c.Pins = append(c.Pins, pin)
	}
	return c
}

// clockOf returns the device of the PTP hardware clock of a network interface.
func clockOf(sys fs.FS, name string) (string, error) {
	if _, err := fs.Stat(sys, path.Join("class/net", name)); err != nil {
		return "", fmt.Errorf("no network interface %s: %w", name, hidden(err))
	}
	if base := clockIn(sys, name); base != "" {
		return "/dev/" + base, nil
	}
	if index := askClock(name); index >= 0 {
		return "/dev/ptp" + strconv.Itoa(index), nil
	}
	return "", ErrNoPHC
}

// hidden explains why a service may not see an interface.
func hidden(err error) error {
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("INVOCATION_ID") != "" { // of systemd
		return fmt.Errorf("%w: the service has no network (PrivateNetwork=yes): name the clock, such as phc:/dev/ptp0", bare(err))
	}
	return bare(err)
}

// askClock asks the driver of an interface for the number of its clock, and returns -1 if there is
// none, or if this process may not ask.
func askClock(name string) int {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1
	}
	defer unix.Close(fd)
	info, err := unix.IoctlGetEthtoolTsInfo(fd, name)
	if err != nil {
		return -1
	}
	return int(info.Phc_index)
}

// presentClocks lists the clocks of this machine that can stamp a pulse.
func presentClocks() string {
	var list []string
	for _, c := range Clocks(os.DirFS("/sys")) {
		if c.External > 0 {
			list = append(list, c.String())
		}
	}
	if len(list) == 0 {
		return "this machine has no PTP hardware clock with external timestamps"
	}
	return "clocks with external timestamps: " + strings.Join(list, ", ")
}

// String returns the device with its name and interfaces, such as "/dev/ptp0 (igb, eth0)".
func (c ClockInfo) String() string {
	names := c.Interfaces
	if c.Name != "" {
		names = append([]string{c.Name}, names...)
	}
	if len(names) == 0 {
		return c.Path
	}
	return c.Path + " (" + strings.Join(names, ", ") + ")"
}
