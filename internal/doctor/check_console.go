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
	elsewhere := m.port == "" || !slices.ContainsFunc(consolesIn(m.boot.running), m.isOnPort)
	if m.onDebugPort() || !m.onHeader() && elsewhere {
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
			m.consoleOff(on[0].word)...))
	case len(on) > 0:
		return one(fail(fmt.Sprintf("The kernel was started with %s, which is no longer in %s.", on[0].word, m.boot.cmdline), why, reboot))
	}
	return one(pass("The kernel's console is not on the receiver's port."))
}

// consoleOff returns the steps to remove a console from a kernel command line whose file
// is not known.
func (m *Machine) consoleOff(word string) []Step {
	if m.hasRaspiConfig() {
		return []Step{advise("Switch off the login shell on the serial port, and keep the port itself on:"), typeLine("sudo raspi-config")}
	}
	return []Step{advise("Delete " + word + " from the kernel's command line, in the configuration of the boot loader. Then restart the machine:"), reboot}
}

// hasRaspiConfig reports whether raspi-config is installed, as on Raspberry Pi OS.
func (m *Machine) hasRaspiConfig() bool {
	return m.model.isPi() && (!m.isWhole() || m.root.exists("/usr/bin/raspi-config"))
}

// prompts are the programs that wait for a user on a port; shells run after the login.
var (
	prompts = []string{"agetty", "getty", "mingetty", "fgetty", "login"}
	shells  = []string{"sh", "ash", "bash", "dash", "zsh", "ksh", "fish"}
)

// isPrompt reports whether a process is of a login on a port. A shell is only if it is a login
// shell: another one may be a script that reads the port.
func (p process) isPrompt() bool {
	if !slices.Contains(shells, p.name) {
		return slices.Contains(prompts, p.name)
	}
	return len(p.args) > 0 && strings.HasPrefix(p.args[0], "-") || slices.Contains(p.args, "--login") || slices.Contains(p.args, "-l")
}

func checkGetty(m *Machine) []Finding {
	if m.onDebugPort() {
		return nil
	}
	base := path.Base(m.port)
	unit := "serial-getty@" + base + ".service"
	const why = "A login prompt consumes half of the receiver's data, and answers it."
	holders := m.holders(m.port)
	for _, proc := range m.processes {
		if proc.isPrompt() && (proc.unit == unit || slices.ContainsFunc(holders, func(h process) bool { return h.pid == proc.pid })) {
			return one(fail(fmt.Sprintf("A login prompt is on the receiver's port: %s.", proc), why, m.stopPrompt(proc)...))
		}
	}
	switch line, ok := m.inInittab(); {
	case m.port == "":
		return nil
	case m.manager == systemd && m.enabled(unit):
		return one(fail(fmt.Sprintf("A login prompt starts on the receiver's port at boot: %s.", unit), why, m.stopPrompt(process{})...))
	case ok && m.manager != systemd:
		return one(fail(fmt.Sprintf("A login prompt starts on the receiver's port at boot: %s in %s.", line, inittab), why, m.stopPrompt(process{})...))
	case !strings.HasPrefix(base, "ttyAMA") && !strings.HasPrefix(base, "ttyS"):
		return nil
	}
	return one(pass("There is no login prompt on %s.", base))
}

// stopPrompt returns the steps that stop a login prompt on the port, now and at every
// boot.
func (m *Machine) stopPrompt(proc process) (steps []Step) {
	base := path.Base(m.port)
	kill := proc.kill()
	if m.manager == systemd {
		unit := "serial-getty@" + base + ".service"
		switch {
		case m.generated(unit): // it cannot be disabled
			mask := typeLine("sudo systemctl mask --now " + unit)
			mask.Note = "disable is not enough: each boot starts a login prompt for each console of the kernel"
			return []Step{mask}
		case proc.pid == 0 || proc.unit == unit || strings.HasPrefix(base, "ttyAMA") || strings.HasPrefix(base, "ttyS"):
			return m.disable(unit)
		case strings.Contains(proc.unit, "getty"):
			return m.disable(proc.unit)
		}
		return []Step{kill}
	}
	for _, service := range []string{"agetty." + base, "agetty-" + base, "getty-" + base} { // of OpenRC, of runit
		if m.hasService(service) {
			return m.disable(service)
		}
	}
	if line, ok := m.inInittab(); ok {
		steps = append(steps, deleteLine(inittab, line))
		if m.manager != nil && m.manager.name == "procd" {
			return append(steps, reboot) // it reads the file only at boot
		}
		steps = append(steps, typeLine("sudo kill -HUP 1"))
	}
	if proc.pid > 0 {
		steps = append(steps, kill)
	}
	return steps
}

// inittab has the programs that init starts on systems without systemd.
const inittab = "/etc/inittab"

// inInittab returns the line of inittab that starts a program on the port, such as one
// of these:
//
//	ttyS0::respawn:/sbin/getty -L ttyS0 115200 vt100
//	T0:23:respawn:/sbin/getty -L ttyS0 9600 vt100
func (m *Machine) inInittab() (line string, ok bool) {
	base := path.Base(m.port)
	for line := range strings.Lines(m.root.text(inittab)) {
		line = strings.TrimSpace(line)
		id, rest, _ := strings.Cut(line, ":")
		if !strings.HasPrefix(line, "#") && m.port != "" && (id == base || slices.Contains(strings.Fields(rest), base) || slices.Contains(strings.Fields(rest), m.port)) {
			return line, true
		}
	}
	return "", false
}
