//go:build linux

package pps

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/warthog618/go-gpiocdev"
	"golang.org/x/sys/unix"
)

// A place is the location of a line.
type place struct {
	chip   string // name in /dev, such as "gpiochip0"
	offset int
}

func (p place) String() string { return fmt.Sprintf("gpio:%s:%d", p.chip, p.offset) }

// joinGPIO is the hint if opening a chip is not permitted.
const joinGPIO = "GPIO chips usually belong to a group: sudo usermod -aG gpio $USER, then log in again"

// findLine finds a line; see [OpenLine].
func findLine(chip, line string) (place, error) {
	chips, refused, err := chips()
	if err != nil {
		return place{}, err
	}
	return findOn(chips, refused, chip, line)
}

// findOn finds a line on the chips that could be opened; refused is why others could not.
func findOn(chips []chipInfo, refused error, chip, line string) (place, error) {
	if chip == "" {
		p, err := namedLine(chips, line)
		return p, alsoRefused(err, refused)
	}
	c, err := namedChip(chips, chip)
	if err != nil {
		return place{}, alsoRefused(err, refused)
	}
	offset, err := strconv.Atoi(line)
	if err != nil || offset < 0 || offset >= len(c.lines) {
		return place{}, fmt.Errorf("%w: %s has lines 0 to %d", ErrNoLine, c.name, len(c.lines)-1)
	}
	return place{c.name, offset}, nil
}

// Resolve names a GPIO line by its chip in /dev and its offset, and a network card by its
// clock's device, so that all addresses of one are equal. It returns any other address
// unchanged. It opens the chips but no line and no card.
func (a Address) Resolve() (Address, error) {
	if a.Kind == KindPHC {
		path, err := a.clockPath()
		if err == nil {
			a.Path, a.Interface = path, ""
		}
		return a, err
	}
	if a.Kind != KindLine {
		return a, nil
	}
	p, err := findLine(a.Chip, a.Line)
	if err != nil {
		return a, err
	}
	return Address{Kind: KindLine, Chip: p.chip, Line: strconv.Itoa(p.offset)}, nil
}

// A chipInfo describes a chip.
type chipInfo struct {
	name, label string
	lines       []string // their names by offset, usually empty
}

// alsoRefused adds to err that a chip could not be searched.
func alsoRefused(err, refused error) error {
	if err == nil || !errors.Is(refused, fs.ErrPermission) {
		return err
	}
	return fmt.Errorf("%w; another chip could not be opened: %w; %s", err, refused, joinGPIO)
}

// chips lists the chips that can be opened, and returns why others cannot. It is an error
// if there are none.
func chips() (list []chipInfo, refused, err error) {
	for _, name := range gpiocdev.Chips() {
		if _, err := os.Readlink("/dev/" + name); err == nil {
			continue // an old name in Raspberry Pi OS for a chip of another number
		}
		c, err := gpiocdev.NewChip(name)
		if err != nil {
			refused = bare(err)
			continue
		}
		info := chipInfo{name: c.Name, label: c.Label, lines: make([]string, c.Lines())}
		for i := range info.lines {
			if line, err := c.LineInfo(i); err == nil {
				info.lines[i] = line.Name
			}
		}
		c.Close()
		list = append(list, info)
	}
	switch {
	case len(list) > 0:
		return list, refused, nil
	case errors.Is(refused, fs.ErrPermission):
		return nil, nil, fmt.Errorf("%w; %s", refused, joinGPIO)
	case refused != nil:
		return nil, nil, refused
	}
	return nil, nil, fmt.Errorf("%w: this machine has no /dev/gpiochip*", ErrNoChip)
}

// namedLine finds a line by name on any chip.
func namedLine(chips []chipInfo, name string) (place, error) {
	var found []place
	for _, c := range chips {
		if i := slices.Index(c.lines, name); i >= 0 && name != "" {
			found = append(found, place{c.name, i})
		}
	}
	switch len(found) {
	case 0:
		return place{}, fmt.Errorf("%w on any chip: gpioinfo lists all lines; for a line without a name use gpio:CHIP:OFFSET; %s", ErrNoLine, presentChips(chips))
	case 1:
		return found[0], nil
	}
	return place{}, fmt.Errorf("%w: several chips have a line of this name; use one of %s", ErrNoLine, strings.Trim(fmt.Sprint(found), "[]"))
}

// namedChip finds a chip by number, name or label.
func namedChip(chips []chipInfo, name string) (chipInfo, error) {
	short := strings.TrimPrefix(name, "/dev/")
	var found []chipInfo
	for _, c := range chips {
		if c.name == short || c.name == "gpiochip"+short {
			return c, nil
		}
		if c.label == name {
			found = append(found, c)
		}
	}
	if len(found) != 1 {
		return chipInfo{}, fmt.Errorf("%w, or more than one: %s", ErrNoChip, presentChips(chips))
	}
	return found[0], nil
}

func presentChips(chips []chipInfo) string {
	var list []string
	for _, c := range chips {
		list = append(list, fmt.Sprintf("%s (%s, %d lines)", c.name, c.label, len(c.lines)))
	}
	return "this machine has " + strings.Join(list, ", ")
}

// An openedChip is a chip from which lines can be requested.
type openedChip struct{ file *os.File }

func openChip(name string) (openedChip, error) {
	f, err := os.OpenFile("/dev/"+name, os.O_RDWR, 0)
	if err != nil {
		return openedChip{}, bare(err)
	}
	return openedChip{f}, nil
}

func (c openedChip) fd() uintptr { return c.file.Fd() }
func (c openedChip) close()      { c.file.Close() }

// hasRealtime reports whether the kernel supports stamps of CLOCK_REALTIME: since 5.11.
func (c openedChip) hasRealtime() bool {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return true
	}
	return !older(unix.ByteSliceToString(u.Release[:]), 5, 11)
}

// older reports whether a kernel release, such as "5.10.0-28-arm64", is before
// major.minor. It returns false if the release cannot be parsed.
func older(release string, major, minor int) bool {
	var a, b int
	if n, _ := fmt.Sscanf(release, "%d.%d", &a, &b); n != 2 {
		return false
	}
	return a < major || a == major && b < minor
}
