package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"sync"
)

// A gpio drives the inputs of a pl061 by qtest, the protocol by which QEMU's own
// tests move what would be pins (docs/devel/qtest.rst).
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

// set moves a line.
func (g *gpio) set(line int, high bool) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	level := 0
	if high {
		level = 1
	}
	if _, err := fmt.Fprintf(g.conn, "set_irq_in %s unnamed-gpio-in %d %d\n", g.path, line, level); err != nil {
		return err
	}
	answer, err := g.answer.ReadString('\n')
	if err != nil {
		return err
	}
	if !strings.HasPrefix(answer, "OK") {
		return fmt.Errorf("line %d: %s", line, strings.TrimSpace(answer))
	}
	return nil
}
