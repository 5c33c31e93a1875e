package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"sync"
)

// A gpio drives the inputs of a pl061 with qtest, the protocol with which QEMU's own tests
// drive pins (docs/devel/qtest.rst).
type gpio struct {
	mu     sync.Mutex
	conn   io.Writer
	answer *bufio.Reader
	path   string // of the chip
}

func newGPIO(conn io.ReadWriter, m *monitor) (*gpio, error) {
	path, err := m.pl061()
	return &gpio{conn: conn, answer: bufio.NewReader(conn), path: path}, err
}

// set sets lines, as simultaneously as possible.
func (g *gpio) set(high bool, lines ...int) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	level := 0
	if high {
		level = 1
	}
	var commands strings.Builder
	for _, line := range lines {
		fmt.Fprintf(&commands, "set_irq_in %s unnamed-gpio-in %d %d\n", g.path, line, level)
	}
	if _, err := io.WriteString(g.conn, commands.String()); err != nil {
		return err
	}
	for _, line := range lines {
		if _, err := g.ok(); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
	return nil
}

// maskedStatus is the address of the register of pending interrupts: GPIOMIS of the PL061
// (ARM DDI 0190, "Programmer's model"), which QEMU's machine virt has at 0x09030000
// (hw/arm/virt.c).
const maskedStatus = 0x09030000 + 0x418

// waiting reports whether the machine's kernel has not yet handled an edge.
func (g *gpio) waiting() (bool, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, err := fmt.Fprintf(g.conn, "readl %#x\n", maskedStatus); err != nil {
		return false, err
	}
	text, err := g.ok()
	if err != nil {
		return false, err
	}
	var status uint64
	if _, err := fmt.Sscanf(text, "0x%x", &status); err != nil {
		return false, fmt.Errorf("readl: expected a number, found %q", text)
	}
	return status != 0, nil
}

// ok reads an answer, and returns the text after OK.
func (g *gpio) ok() (string, error) {
	answer, err := g.answer.ReadString('\n')
	if err != nil {
		return "", err
	}
	text, ok := strings.CutPrefix(strings.TrimSpace(answer), "OK")
	if !ok {
		return "", fmt.Errorf("qtest: %s", strings.TrimSpace(answer))
	}
	return strings.TrimSpace(text), nil
}
