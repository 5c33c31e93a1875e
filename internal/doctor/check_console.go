package doctor

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// A console is a kernel parameter that uses a port.
type console struct {
	word string // such as "console=serial0,115200"
	port string // the base name, such as "serial0"
}

func consolesIn(words []string) (list []console) {
	for _, word := range words {
		key, value, _ := strings.Cut(word, "=")
		if key != "console" && key != "kgdboc" {
			continue
		}
		port, _, _ := strings.Cut(value, ",")
		if strings.HasPrefix(port, "ttyAMA") || strings.HasPrefix(port, "ttyS") || strings.HasPrefix(port, "serial") {
			list = append(list, console{word, port})
		}
	}
	return list
}

// isOnPort reports whether a console is on the receiver's port.
func (m *Machine) isOnPort(c console) bool {
	if strings.HasPrefix(c.port, "serial") {
		// The firmware replaces serial0 with the device's name.
		if real, err := m.root.Resolve("/dev/" + c.port); err == nil {
			return real == m.port
		}
		return m.port == "" && !m.model.isPi5()
	}
	if m.port == "" { // the port will be one of these
		return c.port == "ttyAMA0" || c.port == "ttyS0"
	}
	return c.port == path.Base(m.port)
}

func checkConsole(m *Machine) []Finding {
	if !m.onHeader() || m.onDebugPort() {
		return nil
	}
	const why = "The kernel sends its messages to the receiver, and a login prompt consumes the receiver's data."
	written := consolesIn(m.boot.words)
	running := consolesIn(m.boot.running)
	on := slices.DeleteFunc(slices.Clone(running), func(c console) bool { return !m.isOnPort(c) })
	var words []string
	for _, c := range written {
		// The running kernel's parameters decide; there serial0 is replaced.
		active := slices.ContainsFunc(on, func(r console) bool { return r.port == c.port || strings.HasPrefix(c.port, "serial") })
		if active || len(running) == 0 && m.isOnPort(c) {
			words = append(words, c.word)
		}
	}
	switch {
	case len(words) > 0:
		var hint []Step
		for _, word := range words {
			s := deleteLine(m.boot.cmdline, word)
			s.Note = "keep the other words, all on one line"
			hint = append(hint, s)
		}
		return one(fail(fmt.Sprintf("The kernel's console is on the receiver's port: %s in %s.", strings.Join(words, " and "), m.boot.cmdline), why, append(hint, reboot)...))
	case len(on) > 0 && len(m.boot.words) == 0:
		return one(fail(fmt.Sprintf("The kernel's console is on the receiver's port: the kernel was started with %s.", on[0].word), why,
			advise("Switch off the login shell on the serial port, and keep the port itself on:"), typeLine("sudo raspi-config")))
	case len(on) > 0:
		return one(fail(fmt.Sprintf("The kernel was started with %s, which is no longer in %s.", on[0].word, m.boot.cmdline), why, reboot))
	}
	return one(pass("The kernel's console is not on the receiver's port."))
}

func checkGetty(m *Machine) []Finding {
	base := path.Base(m.port)
	uart := strings.HasPrefix(base, "ttyAMA") || strings.HasPrefix(base, "ttyS")
	if !uart || m.onDebugPort() {
		return nil
	}
	unit := "serial-getty@" + base + ".service"
	const why = "A login prompt consumes half of the receiver's data, and answers it."
	// A unit that a generator starts for a console cannot be disabled.
	hint := disable(unit)
	if m.generated(unit) {
		hint = typeLine("sudo systemctl mask --now " + unit)
		hint.Note = "disable is not enough: each boot starts a login prompt for each console of the kernel"
	}
	for _, proc := range m.running("agetty", "login") {
		if slices.Contains(proc.tty, m.port) || proc.unit == unit {
			return one(fail(fmt.Sprintf("A login prompt is on the receiver's port: %s.", proc), why, hint))
		}
	}
	if m.enabled(unit) {
		return one(fail(fmt.Sprintf("A login prompt starts on the receiver's port at boot: %s.", unit), why, hint))
	}
	return one(pass("There is no login prompt on %s.", base))
}
