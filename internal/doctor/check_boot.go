package doctor

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

func checkBootFiles(m *Machine) []Finding {
	b := &m.boot
	switch {
	case !m.model.isPi():
		return nil
	case b.dir == "":
		return skip("There is no config.txt in /boot/firmware or /boot.",
			"The firmware's settings are unknown. Systems other than Raspberry Pi OS may keep the file elsewhere.")
	case b.err != nil:
		return skip(fmt.Sprintf("%s cannot be read.", b.config), b.err.Error()+". Try again with sudo.")
	}
	var findings []Finding
	if f, ok := m.unreadConfig(); ok {
		findings = append(findings, f)
	}
	for _, s := range b.missing {
		findings = append(findings, warn(fmt.Sprintf("%s includes %s, which does not exist.", s.file, s.value),
			"The firmware ignores the include, and the settings in the missing file have no effect.", deleteLine(s.file, s.text)))
	}
	findings = append(findings, m.otherSections()...)
	if len(findings) > 0 {
		return findings
	}
	return one(pass("The firmware reads %s.", b.config))
}

// isSetting reports whether a line is a setting, such as dtparam=audio=on. The
// placeholder in /boot says in prose where config.txt has moved.
func isSetting(line string) bool {
	key, _, ok := strings.Cut(line, "=")
	return ok && key != "" && strings.Trim(strings.ToLower(key), "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// unreadConfig finds settings in /boot/config.txt that have no effect because
// /boot/firmware/config.txt exists.
func (m *Machine) unreadConfig() (Finding, bool) {
	const old = "/boot/config.txt"
	if real, err := m.root.Resolve(old); m.boot.dir == "/boot" || err != nil || real != old {
		return Finding{}, false
	}
	var lines []string
	verdict := warn
	for line := range strings.Lines(m.root.text(old)) {
		line = strings.TrimSpace(line)
		known := slices.ContainsFunc(m.boot.settings, func(s setting) bool { return s.text == line })
		if isSetting(line) && !known {
			lines = append(lines, line)
			if m.switchesOn(line) {
				verdict = fail
			}
		}
	}
	if len(lines) == 0 {
		return Finding{}, false
	}
	return verdict(fmt.Sprintf("%s has settings, but the firmware does not read this file.", old),
		"Since Raspberry Pi OS 12 (Bookworm) the firmware reads /boot/firmware/config.txt. Older guides name the old file.",
		m.boot.add(lines...)...), true
}

// otherSections finds settings for a receiver in a [section] for another model.
func (m *Machine) otherSections() (findings []Finding) {
	for _, s := range m.boot.settings {
		if s.applies || !isRelevant(s) || slices.ContainsFunc(m.boot.settings, func(t setting) bool { return t.applies && t.text == s.text }) {
			continue
		}
		if section := "[" + s.section + "]"; !m.forOtherModels(s) {
			verdict := warn
			if m.switchesOn(s.text) {
				verdict = fail
			}
			findings = append(findings, verdict(fmt.Sprintf("%s has %s in section %s, which does not apply to this Pi.", s.file, s.text, section),
				"The firmware skips the lines of a section for another model.",
				append([]Step{deleteLine(s.file, s.text)}, m.boot.add(s.text)...)...))
		}
	}
	return findings
}

// switchesOn reports whether a line would enable the missing port.
func (m *Machine) switchesOn(line string) bool {
	if m.model.isPi5() {
		return m.port == "" && strings.Contains(line, "uart0")
	}
	return m.port == "" && strings.HasPrefix(line, "enable_uart=1")
}

// forOtherModels reports whether a setting is meant for other models: it would have no
// use on this one.
func (m *Machine) forOtherModels(s setting) bool {
	five := strings.Contains(s.text, "uart0=") || strings.Contains(s.text, "=uart0")
	switch {
	case s.section == "none":
		return true
	case five:
		return !m.model.isPi5()
	case s.key == "enable_uart":
		return m.model.isPi5() || m.root.exists("/dev/serial0")
	case strings.Contains(s.text, "disable-bt"), strings.Contains(s.text, "miniuart-bt"):
		return !m.model.hasBluetooth() || path.Base(m.port) == "ttyAMA0"
	}
	return len(m.pulses()) > 0 // pps-gpio: there is a PPS device anyway
}

// isRelevant reports whether a setting concerns the port or the pulse.
func isRelevant(s setting) bool {
	for _, word := range []string{"enable_uart=1", "uart0", "pps-gpio", "disable-bt", "miniuart-bt"} {
		if strings.Contains(s.text, word) {
			return true
		}
	}
	return false
}

// renamed are overlays that the firmware also accepts by an old name, from overlay_map.
var renamed = map[string]string{"pi3-disable-bt": "disable-bt", "pi3-miniuart-bt": "miniuart-bt"}

// misspellings maps words in an overlay's name to the overlay that was probably meant.
var misspellings = []struct {
	words []string
	meant string
}{
	{[]string{"disable", "bt"}, "disable-bt"},
	{[]string{"disable", "blue"}, "disable-bt"},
	{[]string{"mini", "bt"}, "miniuart-bt"},
	{[]string{"pps"}, "pps-gpio"},
	{[]string{"uart0"}, "uart0"},
}

func checkOverlays(m *Machine) (findings []Finding) {
	for _, o := range m.boot.overlays() {
		if meant := m.meant(o); meant != "" {
			findings = append(findings, warn(fmt.Sprintf("%s names the overlay %q, which does not exist.", o.file, o.name),
				"The firmware skips missing overlays without a message.",
				replaceLine(o.file, o.text, strings.Replace(o.text, o.name, meant, 1)), reboot))
		}
	}
	return findings
}

// meant returns the overlay that was probably meant by one that does not exist. It
// returns "" for overlays that exist and for those that do not concern a receiver.
func (m *Machine) meant(o overlay) string {
	folder := path.Join(m.boot.dir, "overlays")
	if !m.root.exists(folder) || renamed[o.name] != "" || m.root.exists(path.Join(folder, o.name+".dtbo")) {
		return ""
	}
	for _, m := range misspellings {
		if !slices.ContainsFunc(m.words, func(w string) bool { return !strings.Contains(o.name, w) }) {
			return m.meant
		}
	}
	return ""
}

// isMisspelt reports whether config.txt has a misspelt name of this overlay.
func (m *Machine) isMisspelt(name string) bool {
	return slices.ContainsFunc(m.boot.overlays(), func(o overlay) bool { return m.meant(o) == name })
}

func checkNohz(m *Machine) []Finding {
	for _, s := range m.boot.settings {
		if s.key == "nohz" {
			return one(warn(fmt.Sprintf("%s has no effect in %s.", s.text, s.file),
				fmt.Sprintf("It is a kernel parameter, and those belong in %s, all on one line. A pulse that the kernel timestamps hardly needs it.", m.boot.cmdline),
				deleteLine(s.file, s.text)))
		}
	}
	return nil
}
