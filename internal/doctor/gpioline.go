package doctor

import (
	"path"
	"strconv"
	"strings"

	"github.com/warthog618/go-gpiocdev"
)

// debugGPIO lists all lines; only root may read it.
const debugGPIO = "/sys/kernel/debug/gpio"

// readLines asks the GPIO chips for their lines. For a copy of a machine, and if the
// chips cannot be opened, it reads debugfs.
func (m *Machine) readLines() {
	if m.live.Lines != nil {
		m.lines, m.linesErr = m.live.Lines()
		if len(m.lines) > 0 {
			return
		}
	}
	text, err := m.root.ReadFile(debugGPIO)
	if err == nil {
		m.lines, m.linesErr = parseDebugGPIO(string(text)), nil
	} else if m.linesErr == nil {
		m.linesErr = err
	}
}

// parseDebugGPIO parses the output of gpiolib_seq_show and gpiolib_dbg_show in
// drivers/gpio/gpiolib.c:
//
//	gpiochip0: GPIOs 512-565, parent: platform/fe200000.gpio, pinctrl-bcm2711:
//	 gpio-530 (GPIO18              |pps@12              ) in  lo IRQ
//
// The numbers include the chip's base, which is in the first line.
func parseDebugGPIO(text string) (lines []Line) {
	chip, base := "", 0
	for line := range strings.Lines(text) {
		if head, rest, ok := strings.Cut(line, ":"); ok && strings.HasPrefix(head, "gpiochip") {
			chip, base = head, 0
			if _, numbers, ok := strings.Cut(rest, "GPIOs "); ok {
				first, _, _ := strings.Cut(numbers, "-")
				base, _ = strconv.Atoi(first)
			}
			continue
		}
		number, rest, ok := strings.Cut(strings.TrimSpace(line), "(")
		inside, _, closed := strings.Cut(rest, ")")
		number, named := strings.CutPrefix(strings.TrimSpace(number), "gpio-")
		n, err := strconv.Atoi(number)
		if !ok || !closed || !named || err != nil {
			continue
		}
		name, consumer, _ := strings.Cut(inside, "|")
		lines = append(lines, Line{chip, n - base, strings.TrimSpace(name), strings.TrimSpace(consumer)})
	}
	return lines
}

// LiveLines asks the GPIO chips of this machine. It needs Linux 5.10 and permission to
// open the chips, which group gpio usually has. It requests and changes no line.
func LiveLines() ([]Line, error) {
	var lines []Line
	var refused error
	for _, name := range gpiocdev.Chips() {
		chip, err := gpiocdev.NewChip(name)
		if err != nil {
			refused = err
			continue
		}
		for offset := range chip.Lines() {
			if info, err := chip.LineInfo(offset); err == nil && (info.Name != "" || info.Consumer != "") {
				lines = append(lines, Line{path.Base(name), offset, info.Name, info.Consumer})
			}
		}
		chip.Close()
	}
	return lines, refused
}

// line finds a line by its name.
func (m *Machine) line(name string) (Line, bool) {
	for _, l := range m.lines {
		if l.Name == name {
			return l, true
		}
	}
	return Line{}, false
}
