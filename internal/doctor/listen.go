package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/ubx"
)

const (
	// attempt is how long to try one baud rate: a burst and the pause after it.
	attempt = 1200 * time.Millisecond

	// silent is how long to wait for the first byte: slow receivers report every other
	// second.
	silent = 2500 * time.Millisecond

	// minSentences is the number of sentences that confirm a baud rate.
	minSentences = 2
)

// baudOrder is the order in which rates are tried: the most common first.
var baudOrder = []int{9600, 115200, 38400, 4800, 57600, 230400, 19200, 460800, 921600}

// A chunk is the result of one read.
type chunk struct {
	at   nmea.Stamp
	data []byte
}

// A recording holds the data received from a receiver, from which the findings are
// made.
type recording struct {
	device string
	baud   int // at which sentences arrived; 0 if none did
	wire   int // the baud rate on the wire; 0 for native USB
	bytes  int // received at any rate
	chunks []chunk
	pivot  nmea.Date
	lasted time.Duration

	pin       string // where the receiver's TX belongs
	namePulse []Step // if no pulse was named

	source   string // of the pulse; empty if there was none
	edges    []pps.Edge
	err      error // why the port could not be read
	pulseErr error // why the pulse could not be read
}

// Listen records the receiver and its pulse for about lasts, and returns the findings.
// It sends nothing to the receiver and restores the port's settings. The pivot resolves
// two-digit years.
func Listen(ctx context.Context, m *Machine, lasts time.Duration, pivot nmea.Date) []Finding {
	if why, ok := m.canListen(); !ok {
		return named("baud", skip("Did not listen to the receiver.", why)...)
	}
	h := &recording{device: m.device, pivot: pivot, lasted: lasts, pin: m.receivePin(), namePulse: m.namePulse("refclock doctor")}
	h.findBaud(ctx, m.live.OpenPort)
	var pulse sync.WaitGroup
	if h.source = m.pulseSource(); h.source != "" {
		pulse.Go(func() { h.recordPulse(ctx, m.live.OpenPulse, lasts) })
	}
	if h.baud > 0 {
		h.recordPort(ctx, m.live.OpenPort, lasts)
	}
	pulse.Wait()
	if ctx.Err() != nil {
		return named("baud", skip("Listening was interrupted.", "The data received so far is not enough to judge.")...)
	}
	findings := h.judge()
	for i := range findings {
		findings[i] = m.adapt(findings[i])
	}
	return findings
}

// Capture copies the bytes that the receiver sends for about lasts to w, and returns
// their baud rate on the wire: 0 for native USB. Like Listen, it sends nothing.
func Capture(ctx context.Context, m *Machine, lasts time.Duration, w io.Writer) (baud int, err error) {
	if why, ok := m.canListen(); !ok {
		return 0, errors.New(why)
	}
	h := &recording{device: m.device}
	h.findBaud(ctx, m.live.OpenPort)
	if f, ok := h.judgeBaud(); !ok && h.err == nil {
		return 0, errors.New(f.What)
	}
	if h.err == nil {
		h.recordPort(ctx, m.live.OpenPort, lasts)
	}
	for _, c := range h.chunks {
		if _, err := w.Write(c.data); err != nil {
			return h.wire, err
		}
	}
	return h.wire, h.err
}

// CanListen reports whether Listen and Capture will open the port, as far as is known before.
func (m *Machine) CanListen() bool {
	_, ok := m.canListen()
	readable, known := m.user.canRead(m.root.device(m.port, deviceFile{mode: 0o666}))
	return ok && (readable || !known)
}

// canListen reports whether the port can be read, else returns the reason.
func (m *Machine) canListen() (why string, ok bool) {
	switch {
	case m.live.OpenPort == nil:
		return "This is a copy of a machine's files.", false
	case m.other != "":
		return fmt.Sprintf("%s is not a serial port.", m.device), false
	case m.port == "":
		return fmt.Sprintf("There is no %s.", m.device), false
	}
	if holders := m.holders(m.port); len(holders) > 0 {
		why := fmt.Sprintf("%s has the port open, and would lose some of the bytes.", holders[0])
		if holders[0].name == "refclock" {
			why += " " + holders[0].whereState()
		}
		return why, false
	}
	return "", true
}

// pulseSource returns the pulse to listen to: the one that the user named, else a PPS
// device. It never chooses a plain GPIO line: requesting the line would change the pin's
// settings, and something else may be wired to it.
func (m *Machine) pulseSource() string {
	if m.options.Pulse != "" {
		return m.options.Pulse
	}
	if devices := m.pulses(); len(devices) > 0 {
		return devices[0].Path
	}
	return ""
}

// findBaud tries one rate after the other until sentences arrive.
func (h *recording) findBaud(ctx context.Context, open func(string, int) (Port, error)) {
	rates := baudOrder
	if serialport.WireBaud(h.device, 1) == 0 {
		rates = rates[:1] // native USB has no rate
	}
	for i, baud := range rates {
		timeout := attempt
		if i == 0 || h.bytes == 0 {
			timeout = silent
		}
		found, err := h.try(ctx, open, baud, timeout)
		switch {
		case err != nil:
			h.err = err
			return
		case found:
			h.baud, h.wire = baud, serialport.WireBaud(h.device, baud)
			return
		case h.bytes == 0 && i > 0 || ctx.Err() != nil: // no byte at two rates: the line is dead
			return
		}
	}
}

// try reports whether sentences arrive at a rate.
func (h *recording) try(ctx context.Context, open func(string, int) (Port, error), baud int, timeout time.Duration) (found bool, err error) {
	port, err := open(h.device, baud)
	if err != nil {
		return false, err
	}
	defer port.Close()
	good := 0
	framer, decoder := nmea.NewFramer(0), nmea.NewDecoder()
	var messages ubx.Framer
	read(ctx, port, timeout, func(c chunk) bool {
		h.bytes += len(c.data)
		for messages.Push(c.data); ; good++ {
			if _, ok := messages.Next(); !ok {
				break
			}
		}
		framer.Push(c.at, c.data)
		for {
			s, ok := framer.Next()
			if !ok {
				return good < minSentences
			}
			// A sentence without a valid checksum is still readable text.
			_, err := decoder.Decode(s.Raw)
			if err == nil || errors.Is(err, nmea.ErrNoChecksum) || errors.Is(err, nmea.ErrChecksum) {
				good++
			}
		}
	})
	return good >= minSentences, nil
}

// read passes each chunk to keep, until keep returns false or the time is up.
func read(ctx context.Context, port Port, lasts time.Duration, keep func(chunk) bool) {
	end := time.Now().Add(lasts)
	buffer := make([]byte, 4096)
	for ctx.Err() == nil {
		left := time.Until(end)
		if left <= 0 || port.SetReadTimeout(min(left, 100*time.Millisecond)) != nil {
			return
		}
		n, err := port.Read(buffer)
		at := nmea.Now()
		if err != nil || n > 0 && !keep(chunk{at, slices.Clone(buffer[:n])}) {
			return
		}
	}
}

// recordPort records the port at the rate that was found.
func (h *recording) recordPort(ctx context.Context, open func(string, int) (Port, error), lasts time.Duration) {
	port, err := open(h.device, h.baud)
	if err != nil {
		h.err = err
		return
	}
	defer port.Close()
	read(ctx, port, lasts, func(c chunk) bool {
		h.chunks = append(h.chunks, c)
		return true
	})
}

// recordPulse records the edges of the pulse.
func (h *recording) recordPulse(ctx context.Context, open func(string) (Pulse, error), lasts time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, lasts)
	defer cancel()
	pulse, err := open(h.source)
	if err != nil {
		h.pulseErr = err
		return
	}
	defer pulse.Close()
	for {
		e, err := pulse.Next(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			h.pulseErr = err
			return
		}
		h.edges = append(h.edges, e)
	}
}
