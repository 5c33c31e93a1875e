package pps

import (
	"fmt"
	"path"
	"strconv"
	"strings"
)

// A Kind is a kind of source.
type Kind int

const (
	KindDevice     Kind = iota // /dev/ppsN
	KindLine                   // line of a GPIO character device
	KindModem                  // modem line of a serial port, stamped in user space
	KindDiscipline             // DCD of a serial port, stamped by the kernel
	KindPHC                    // pin of a network card, stamped by its PTP hardware clock
)

// An Address is the parsed name of a source.
type Address struct {
	Kind   Kind
	Path   string // of the device or the port
	Chip   string // of a line; empty where the line is named
	Line   string // name of a line, or its offset in the chip
	Signal Signal // of a port

	// For a network card. Interface is empty if Path is the PTP device.
	Interface string // such as "eth0"
	Pin       string // name or number; empty is any free pin
	Channel   int    // of external timestamps
}

// usage lists the valid forms in errors.
const usage = "expected /dev/pps0, gpio:GPIO18, gpio:CHIP:OFFSET, phc:eth0, ldisc:/dev/ttyS0, or dcd:/dev/ttyS0 (also cts:, dsr:, ri:)"

// Parse parses the name of a source:
//
//	/dev/pps0             a PPS device; any absolute path
//	gpio:GPIO18           a GPIO line by its name, on any chip
//	gpio:CHIP:OFFSET      a GPIO line by its offset; CHIP is a number, name or label
//	ldisc:/dev/ttyS0      DCD of a serial port, by the PPS line discipline
//	dcd:/dev/ttyS0        a modem line of a serial port; also cts:, dsr:, ri:
//	phc:eth0              a pin of a network card, by its PTP hardware clock
//	phc:/dev/ptp0         the same, by the clock's device
//	phc:eth0:PIN:CHANNEL  a certain pin, by name or number, and a channel of external
//	                      timestamps; both are optional
//
// The label of a chip may contain colons; the last colon counts. Errors wrap ErrSyntax.
// Parse opens nothing.
func Parse(source string) (Address, error) {
	kind, rest, prefixed := strings.Cut(source, ":")
	switch {
	case strings.HasPrefix(source, "/"):
		return Address{Kind: KindDevice, Path: source}, nil
	case !prefixed:
		if meant := complete(source); meant != "" {
			return Address{}, fmt.Errorf("%w: %q; did you mean %s?", ErrSyntax, source, meant)
		}
		return Address{}, fmt.Errorf("%w: %q; %s", ErrSyntax, source, usage)
	case kind == "gpio":
		return parseLine(source, rest)
	case kind == "ldisc" && path.IsAbs(rest):
		return Address{Kind: KindDiscipline, Path: rest}, nil
	case kind == "ldisc":
		return Address{}, missingPort(source, kind)
	case kind == "phc":
		return parsePHC(source, rest)
	}
	for signal, s := range signalNames {
		if kind == s {
			if !path.IsAbs(rest) {
				return Address{}, missingPort(source, kind)
			}
			return Address{Kind: KindModem, Path: rest, Signal: Signal(signal)}, nil
		}
	}
	return Address{}, fmt.Errorf("%w: unknown kind in %q; %s", ErrSyntax, source, usage)
}

// complete returns the source that a bare name probably stands for, or nothing.
func complete(name string) string {
	digits := strings.TrimLeft(name, "0123456789")
	lower := strings.ToLower(name)
	switch {
	case name != "" && digits == "":
		return "gpio:GPIO" + name
	case strings.HasPrefix(lower, "gpio"):
		return "gpio:GPIO" + name[len("gpio"):]
	case strings.HasPrefix(lower, "pps"):
		return "/dev/" + lower
	case strings.HasPrefix(lower, "ptp"):
		return "phc:/dev/" + lower
	}
	return ""
}

func missingPort(source, kind string) error {
	return fmt.Errorf("%w: no port in %q; expected a path such as %s:/dev/ttyS0", ErrSyntax, source, kind)
}

// parseLine parses what follows "gpio:".
func parseLine(source, rest string) (Address, error) {
	a := Address{Kind: KindLine, Line: rest}
	if i := strings.LastIndexByte(rest, ':'); i >= 0 {
		a.Chip, a.Line = rest[:i], rest[i+1:]
		if a.Chip == "" || strings.Trim(a.Line, "0123456789") != "" {
			a.Line = ""
		}
	}
	if a.Line == "" {
		return Address{}, fmt.Errorf("%w: no line in %q; expected gpio:GPIO18 or gpio:gpiochip0:18", ErrSyntax, source)
	}
	return a, nil
}

// maxChannel is above the number of channels of any card.
const maxChannel = 255

// parsePHC parses what follows "phc:".
func parsePHC(source, rest string) (Address, error) {
	part := strings.Split(rest, ":")
	a := Address{Kind: KindPHC, Interface: part[0]}
	if strings.HasPrefix(part[0], "/") {
		a.Path, a.Interface = part[0], ""
	}
	wrong := part[0] == "" || strings.ContainsAny(a.Interface, "/ \t\r\n")
	if len(part) > 1 {
		a.Pin = part[1]
	}
	if len(part) > 2 {
		n, err := strconv.Atoi(part[2])
		a.Channel, wrong = n, wrong || err != nil || n < 0 || n > maxChannel
	}
	if wrong || len(part) > 3 {
		return Address{}, fmt.Errorf("%w: no network card in %q; expected phc:eth0 or phc:/dev/ptp0, with a pin and a channel if needed: phc:eth0:PIN:CHANNEL", ErrSyntax, source)
	}
	return a, nil
}

// phcName returns the name of a source on a network card.
func (a Address) phcName() string {
	name := "phc:" + a.Interface + a.Path
	switch {
	case a.Channel > 0:
		name += ":" + a.Pin + ":" + strconv.Itoa(a.Channel)
	case a.Pin != "":
		name += ":" + a.Pin
	}
	return name
}

// String returns the name in the form that Parse accepts.
func (a Address) String() string {
	switch a.Kind {
	case KindLine:
		if a.Chip != "" {
			return "gpio:" + a.Chip + ":" + a.Line
		}
		return "gpio:" + a.Line
	case KindDiscipline:
		return "ldisc:" + a.Path
	case KindModem:
		return a.Signal.String() + ":" + a.Path
	case KindPHC:
		return a.phcName()
	}
	return a.Path
}
