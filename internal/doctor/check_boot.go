package doctor

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

func checkBootFiles(p *Patient) []Finding {
	b := &p.boot
	switch {
	case !p.model.isPi():
		return nil
	case b.dir == "":
		return skip("There is no config.txt, neither in /boot/firmware nor in /boot.",
			"How the firmware is set is not known. On another system than Raspberry Pi OS it may lie elsewhere.")
	case b.err != nil:
		return skip(fmt.Sprintf("%s cannot be read.", b.config), b.err.Error()+". Try again with sudo.")
	}
	var findings []Finding
	if f, ok := p.deadConfig(); ok {
		findings = append(findings, f)
	}
	for _, s := range b.missing {
		findings = append(findings, warn(fmt.Sprintf("%s includes %s, which is not there.", s.file, s.value),
			"Whatever was meant to be set in it is not set.", deleteLine(s.file, s.text)))
	}
	findings = append(findings, p.otherSections()...)
	if len(findings) > 0 {
		return findings
	}
	return one(pass("The firmware reads %s.", b.config))
}

// setsSomething tells a setting, such as dtparam=audio=on, from the prose of the
// file that says where config.txt has gone.
func setsSomething(line string) bool {
	key, _, ok := strings.Cut(line, "=")
	return ok && key != "" && strings.Trim(strings.ToLower(key), "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// deadConfig finds lines in a config.txt that nothing reads any more, since the one
// in /boot/firmware is there.
func (p *Patient) deadConfig() (Finding, bool) {
	const old = "/boot/config.txt"
	if real, err := p.root.Resolve(old); p.boot.dir == "/boot" || err != nil || real != old {
		return Finding{}, false
	}
	var lines []string
	verdict := warn
	for line := range strings.Lines(p.root.text(old)) {
		line = strings.TrimSpace(line)
		known := slices.ContainsFunc(p.boot.settings, func(s setting) bool { return s.text == line })
		if setsSomething(line) && !known {
			lines = append(lines, line)
			if p.switchesOn(line) {
				verdict = fail
			}
		}
	}
	if len(lines) == 0 {
		return Finding{}, false
	}
	return verdict(fmt.Sprintf("Lines stand in %s, which nothing reads.", old),
		"Since Raspberry Pi OS 12 (Bookworm) the firmware reads /boot/firmware/config.txt. Older guides name the old place.",
		p.boot.add(lines...)...), true
}

// otherSections finds lines for a receiver below a [section] that is for another model.
func (p *Patient) otherSections() (findings []Finding) {
	for _, s := range p.boot.settings {
		if s.applies || !isOurs(s) || slices.ContainsFunc(p.boot.settings, func(t setting) bool { return t.applies && t.text == s.text }) {
			continue
		}
		if section := "[" + s.section + "]"; !p.elsewhere(s) {
			verdict := warn
			if p.switchesOn(s.text) {
				verdict = fail
			}
			findings = append(findings, verdict(fmt.Sprintf("In %s %s stands below %s, which is not for this Pi.", s.file, s.text, section),
				"The firmware skips the lines below a section's name until the next one, unless it fits the model.",
				append([]Step{deleteLine(s.file, s.text)}, p.boot.add(s.text)...)...))
		}
	}
	return findings
}

// switchesOn tells whether a line would bring the port that is missing.
func (p *Patient) switchesOn(line string) bool {
	if p.model.isFive() {
		return p.port == "" && strings.Contains(line, "uart0")
	}
	return p.port == "" && strings.HasPrefix(line, "enable_uart=1")
}

// elsewhere tells whether a section is there for the good of other Pis: what it sets
// is of no use on this one.
func (p *Patient) elsewhere(s setting) bool {
	five := strings.Contains(s.text, "uart0=") || strings.Contains(s.text, "=uart0")
	switch {
	case s.section == "none":
		return true
	case five:
		return !p.model.isFive()
	case s.key == "enable_uart":
		return p.model.isFive() || p.root.exists("/dev/serial0")
	case strings.Contains(s.text, "disable-bt"), strings.Contains(s.text, "miniuart-bt"):
		return !p.model.hasBluetooth() || path.Base(p.port) == "ttyAMA0"
	}
	return len(p.pulses()) > 0 // pps-gpio: a pulse comes all the same
}

// isOurs tells whether a setting has to do with the port or the pulse.
func isOurs(s setting) bool {
	for _, word := range []string{"enable_uart=1", "uart0", "pps-gpio", "disable-bt", "miniuart-bt"} {
		if strings.Contains(s.text, word) {
			return true
		}
	}
	return false
}

// renamed are overlays that the firmware knows by an old name too, in overlay_map.
var renamed = map[string]string{"pi3-disable-bt": "disable-bt", "pi3-miniuart-bt": "miniuart-bt"}

// misnamed tells which overlay was probably meant, by words in the name.
var misnamed = []struct {
	words []string
	meant string
}{
	{[]string{"disable", "bt"}, "disable-bt"},
	{[]string{"disable", "blue"}, "disable-bt"},
	{[]string{"mini", "bt"}, "miniuart-bt"},
	{[]string{"pps"}, "pps-gpio"},
	{[]string{"uart0"}, "uart0"},
}

func checkOverlays(p *Patient) (findings []Finding) {
	for _, o := range p.boot.overlays() {
		if meant := p.meant(o); meant != "" {
			findings = append(findings, warn(fmt.Sprintf("There is no overlay %q, which %s names.", o.name, o.file),
				"The firmware skips what it does not find, without a word.",
				replaceLine(o.file, o.text, strings.Replace(o.text, o.name, meant, 1)), reboot))
		}
	}
	return findings
}

// meant is the overlay that was meant by one that does not exist; empty for those
// that do, and for those that have nothing to do with a receiver.
func (p *Patient) meant(o overlay) string {
	folder := path.Join(p.boot.dir, "overlays")
	if !p.root.exists(folder) || renamed[o.name] != "" || p.root.exists(path.Join(folder, o.name+".dtbo")) {
		return ""
	}
	for _, m := range misnamed {
		if !slices.ContainsFunc(m.words, func(w string) bool { return !strings.Contains(o.name, w) }) {
			return m.meant
		}
	}
	return ""
}

// misspelt tells whether an overlay is named wrongly.
func (p *Patient) misspelt(name string) bool {
	return slices.ContainsFunc(p.boot.overlays(), func(o overlay) bool { return p.meant(o) == name })
}

func checkNohz(p *Patient) []Finding {
	for _, s := range p.boot.settings {
		if s.key == "nohz" {
			return one(warn(fmt.Sprintf("%s stands in %s, where it does nothing.", s.text, s.file),
				fmt.Sprintf("It is a word for the kernel, whose words stand in %s, all on one line. A pulse that the kernel stamps hardly needs it.", p.boot.cmdline),
				deleteLine(s.file, s.text)))
		}
	}
	return nil
}
