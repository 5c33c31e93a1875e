package settings

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/pps"
)

// A hardware is a port or a pulse, which only one clock can use.
type hardware struct {
	setting string // that names it
	what    string // "serial port" or "pulse"
	id      string // the same for all its names
}

// An exclusive kind of Settings uses hardware.
type exclusive interface {
	// hardware returns what the clock uses, as far as that is known without opening it.
	hardware(m machine) []hardware
}

// checkHardware refuses hardware that another clock uses, under any name.
func checkHardware(source config.Source, list []hardware, name string, taken map[string]string) {
	for _, h := range list {
		if by, used := taken[h.id]; used {
			source.Wrong(h.setting, fmt.Sprintf("%s already uses this %s; expected another one", by, h.what))
			continue
		}
		taken[h.id] = name
	}
}

func (s *GPSSettings) hardware(m machine) (list []hardware) {
	if s.device != auto {
		list = append(list, hardware{"device", "serial port", "port " + fileID(s.device)})
	}
	if s.pps != auto && s.pps != none {
		list = append(list, hardware{"pps", "pulse", m.pulseID(s.pps)})
	}
	return list
}

// fileID returns the same text for all names of a device. For a missing device it
// returns the path.
func fileID(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode()&fs.ModeCharDevice == 0 {
		return filepath.Clean(path)
	}
	number := uint64(info.Sys().(*syscall.Stat_t).Rdev)
	return fmt.Sprintf("%d:%d", unix.Major(number), unix.Minor(number))
}

// pulseID returns the same text for all names of a pulse.
func (m machine) pulseID(source string) string {
	address, err := pps.Parse(source)
	if err != nil {
		return source // refused elsewhere
	}
	switch address.Kind {
	case pps.KindLine:
		if found, err := m.resolve(address); err == nil {
			address = found
		} else if address.Chip != "" {
			address.Chip = chipName(address.Chip)
		}
		return address.String()
	case pps.KindDiscipline:
		return "dcd " + fileID(address.Path)
	case pps.KindModem:
		return address.Signal.String() + " " + fileID(address.Path)
	case pps.KindPHC: // a channel has one pin
		if found, err := m.resolve(address); err == nil {
			address = found
		}
		return fmt.Sprintf("ptp %s%s channel %d", address.Interface, fileID(address.Path), address.Channel)
	}
	return m.deviceID(address.Path)
}

// chipName returns the name in /dev of a chip, which may be given as a number.
func chipName(chip string) string {
	if _, err := strconv.Atoi(chip); err == nil {
		return "gpiochip" + chip
	}
	return strings.TrimPrefix(chip, "/dev/")
}

// deviceID returns the source of a PPS device, if the kernel shows it, else the device.
func (m machine) deviceID(path string) string {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		real = path
	}
	base := filepath.Base(real)
	if tty := pps.ReadDevice(os.DirFS(m.class), base).TTY; tty != "" {
		return "dcd " + fileID(tty)
	}
	if chip, line, err := m.lineOf(filepath.Join(m.class, base)); err == nil {
		return pps.Address{Kind: pps.KindLine, Chip: chip, Line: line}.String()
	}
	return "pps " + fileID(path)
}

// lineOf returns the GPIO line of a PPS device, from the device tree:
//
//	gpios = <&gpio 18 0>; /* phandle of the chip, line, flags: each a big-endian u32 */
func (m machine) lineOf(folder string) (chip, line string, err error) {
	cells, err := os.ReadFile(filepath.Join(folder, "device/of_node/gpios"))
	if err != nil {
		return "", "", err
	}
	if len(cells) < 8 {
		return "", "", errors.New("no line")
	}
	handles, _ := filepath.Glob(filepath.Join(m.chips, "gpiochip*", "of_node/phandle"))
	for _, file := range handles {
		if handle, err := os.ReadFile(file); err == nil && string(handle) == string(cells[:4]) {
			chip = filepath.Base(filepath.Dir(filepath.Dir(file)))
			return chip, strconv.Itoa(int(binary.BigEndian.Uint32(cells[4:]))), nil
		}
	}
	return "", "", errors.New("no chip")
}
