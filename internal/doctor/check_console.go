package doctor

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// A console is a word of the kernel's command line that takes a port.
type console struct {
	word string // such as "console=serial0,115200"
	port string // its base name, such as "serial0"
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

// takes tells whether a console is on the receiver's port.
func (p *Patient) takes(c console) bool {
	if strings.HasPrefix(c.port, "serial") {
		// The firmware puts the true name in its place.
		if real, err := p.root.Resolve("/dev/" + c.port); err == nil {
			return real == p.port
		}
		return p.port == "" && !p.model.isFive()
	}
	if p.port == "" { // it will be one of them
		return c.port == "ttyAMA0" || c.port == "ttyS0"
	}
	return c.port == path.Base(p.port)
}

func checkConsole(p *Patient) []Finding {
	if !p.onHeader() || p.onDebugPort() {
		return nil
	}
	const why = "The kernel's messages go to the receiver, a login prompt answers what the receiver says, and eats it."
	written := consolesIn(p.boot.words)
	running := consolesIn(p.boot.running)
	on := slices.DeleteFunc(slices.Clone(running), func(c console) bool { return !p.takes(c) })
	var words []string
	for _, c := range written {
		// What the kernel was given tells the truth; serial0 stands for one of those.
		became := slices.ContainsFunc(on, func(r console) bool { return r.port == c.port || strings.HasPrefix(c.port, "serial") })
		if became || len(running) == 0 && p.takes(c) {
			words = append(words, c.word)
		}
	}
	switch {
	case len(words) > 0:
		var hint []Step
		for _, word := range words {
			s := deleteLine(p.boot.cmdline, word)
			s.Note = "the other words stay, all on one line"
			hint = append(hint, s)
		}
		return one(fail(fmt.Sprintf("The kernel's console is on the receiver's port: %s in %s.", strings.Join(words, " and "), p.boot.cmdline), why, append(hint, reboot)...))
	case len(on) > 0 && len(p.boot.words) == 0:
		return one(fail(fmt.Sprintf("The kernel's console is on the receiver's port: it was started with %s.", on[0].word), why,
			advise("Switch the login shell on the serial port off, and leave the port itself on:"), typeLine("sudo raspi-config")))
	case len(on) > 0:
		return one(fail(fmt.Sprintf("The kernel was started with %s, which %s does not have any more.", on[0].word, p.boot.cmdline), why, reboot))
	}
	return one(pass("The kernel's console leaves the receiver's port alone."))
}

func checkGetty(p *Patient) []Finding {
	base := path.Base(p.port)
	uart := strings.HasPrefix(base, "ttyAMA") || strings.HasPrefix(base, "ttyS")
	if !uart || p.onDebugPort() {
		return nil
	}
	unit := "serial-getty@" + base + ".service"
	const why = "A login prompt reads what the receiver says, so that half of it is lost, and answers it."
	// What a generator has started for a console cannot be disabled.
	hint := disable(unit)
	if p.generated(unit) {
		hint = typeLine("sudo systemctl mask --now " + unit)
		hint.Note = "disabled, it would be back at the next boot: each console of the kernel gets one"
	}
	for _, proc := range p.running("agetty", "login") {
		if slices.Contains(proc.tty, p.port) || proc.unit == unit {
			return one(fail(fmt.Sprintf("A login prompt is on the receiver's port: %s.", proc), why, hint))
		}
	}
	if p.enabled(unit) {
		return one(fail(fmt.Sprintf("A login prompt is started on the receiver's port at boot: %s.", unit), why, hint))
	}
	return one(pass("No login prompt is on %s.", base))
}
