package doctor

import (
	"path"
	"strconv"
	"strings"

	"github.com/warthog618/go-gpiocdev"
)

// debugGPIO is where the kernel tells root of all lines.
const debugGPIO = "/sys/kernel/debug/gpio"

// readLines asks the GPIO chips for their lines; in a copy of a machine, and where
// the chips may not be opened, debugfs tells the same.
func (p *Patient) readLines() {
	if p.live.Lines != nil {
		p.lines, p.deaf = p.live.Lines()
		if len(p.lines) > 0 {
			return
		}
	}
	text, err := p.root.ReadFile(debugGPIO)
	if err == nil {
		p.lines, p.deaf = parseDebugGPIO(string(text)), nil
	} else if p.deaf == nil {
		p.deaf = err
	}
}

// parseDebugGPIO reads what gpiolib_seq_show and gpiolib_dbg_show of
// drivers/gpio/gpiolib.c print:
//
//	gpiochip0: GPIOs 512-565, parent: platform/fe200000.gpio, pinctrl-bcm2711:
//	 gpio-530 (GPIO18              |pps@12              ) in  lo IRQ
//
// The numbers count from the chip's base, which the first line tells.
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

// LiveLines asks the GPIO chips of this machine. Linux 5.10, and the right to open
// the chips, which mostly group gpio has. Nothing is requested, nothing changed.
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
func (p *Patient) line(name string) (Line, bool) {
	for _, l := range p.lines {
		if l.Name == name {
			return l, true
		}
	}
	return Line{}, false
}
