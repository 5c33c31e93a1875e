package pps

import (
	"fmt"
	"path"
	"strings"
)

// A Kind is a kind of source.
type Kind int

const (
	KindDevice     Kind = iota // /dev/ppsN
	KindLine                   // line of a GPIO character device
	KindModem                  // modem line of a serial port, stamped in user space
	KindDiscipline             // DCD of a serial port, stamped by the kernel
)

// An Address is the parsed name of a source.
type Address struct {
	Kind   Kind
	Path   string // of the device or the port
	Chip   string // of a line; empty where the line is named
	Line   string // name of a line, or its offset in the chip
	Signal Signal // of a port
}

// usage lists the valid forms in errors.
const usage = "expected /dev/pps0, gpio:GPIO18, gpio:CHIP:OFFSET, ldisc:/dev/ttyS0, or dcd:/dev/ttyS0 (also cts:, dsr:, ri:)"

// Parse parses the name of a source:
//
//	/dev/pps0             a PPS device; any absolute path
//	gpio:GPIO18           a GPIO line by its name, on any chip
//	gpio:CHIP:OFFSET      a GPIO line by its offset; CHIP is a number, name or label
//	ldisc:/dev/ttyS0      DCD of a serial port, by the PPS line discipline
//	dcd:/dev/ttyS0        a modem line of a serial port; also cts:, dsr:, ri:
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
	}
	return a.Path
}
