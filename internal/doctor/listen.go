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
)

const (
	// attempt is how long one baud rate is listened to: a burst and the pause behind it.
	attempt = 1200 * time.Millisecond

	// silent is after what time without a byte nothing more is expected; slow receivers
	// report every other second.
	silent = 2500 * time.Millisecond

	// convincing is how many sentences make a baud rate the right one.
	convincing = 2
)

// baudOrder is the order in which the rates are tried: the commonest first.
var baudOrder = []int{9600, 115200, 38400, 4800, 57600, 230400, 19200, 460800, 921600}

// A chunk is what one read returned.
type chunk struct {
	at   nmea.Stamp
	data []byte
}

// A Hearing is what was heard of a receiver: all that the findings rest on.
type Hearing struct {
	device string
	baud   int // at which sentences came; 0 where none did
	wire   int // the rate at which bytes travel; 0 on native USB
	bytes  int // that came at any rate
	chunks []chunk
	pivot  nmea.Date
	lasted time.Duration

	source string // of the pulse; empty where none was listened to
	edges  []pps.Edge
	err    error // why the port could not be heard
	deaf   error // why the pulse could not be heard
}

// Listen hears the receiver and its pulse for about so long, and says what it heard.
// It only listens: the receiver is sent nothing, and the port is left as it was set.
// The pivot is the day by which dates are judged.
func Listen(ctx context.Context, p *Patient, lasts time.Duration, pivot nmea.Date) []Finding {
	if why, ok := p.cannotListen(); !ok {
		return named("baud", skip("The receiver was not listened to.", why)...)
	}
	h := &Hearing{device: p.device, pivot: pivot, lasted: lasts}
	h.findBaud(ctx, p.live.OpenPort)
	var pulse sync.WaitGroup
	if h.source = p.pulseSource(); h.source != "" {
		pulse.Go(func() { h.hearPulse(ctx, p.live.OpenPulse, lasts) })
	}
	if h.baud > 0 {
		h.hear(ctx, p.live.OpenPort, lasts)
	}
	pulse.Wait()
	if ctx.Err() != nil {
		return named("baud", skip("The listening was cut short.", "What was heard by then is not enough to judge.")...)
	}
	return h.Judge()
}

// Overhear writes the bytes that the receiver sends for about so long to w, and gives
// the rate at which they travel: 0 on native USB. It only listens, as Listen does.
func Overhear(ctx context.Context, p *Patient, lasts time.Duration, w io.Writer) (baud int, err error) {
	if why, ok := p.cannotListen(); !ok {
		return 0, errors.New(why)
	}
	h := &Hearing{device: p.device}
	h.findBaud(ctx, p.live.OpenPort)
	if f, ok := h.judgeBaud(); !ok && h.err == nil {
		return 0, errors.New(f.What)
	}
	if h.err == nil {
		h.hear(ctx, p.live.OpenPort, lasts)
	}
	for _, c := range h.chunks {
		if _, err := w.Write(c.data); err != nil {
			return h.wire, err
		}
	}
	return h.wire, h.err
}

// cannotListen tells why there is nothing to listen to.
func (p *Patient) cannotListen() (why string, ok bool) {
	switch {
	case p.live.OpenPort == nil:
		return "This is a copy of a machine's files.", false
	case p.port == "":
		return fmt.Sprintf("There is no %s.", p.device), false
	}
	if holders := p.holders(p.port); len(holders) > 0 {
		return fmt.Sprintf("%s has the port, and would lose half of the bytes. What refclock hears is in refclock monitor.", holders[0]), false
	}
	return "", true
}

// pulseSource is the pulse to listen to: the one that the person names, else a PPS
// device. A plain GPIO line is never chosen: taking it would change how its pin is
// set, and something else may be wired to it.
func (p *Patient) pulseSource() string {
	if p.complaint.Pulse != "" {
		return p.complaint.Pulse
	}
	if devices := p.pulses(); len(devices) > 0 {
		return devices[0].device
	}
	return ""
}

// findBaud tries one rate after the other until sentences come.
func (h *Hearing) findBaud(ctx context.Context, open func(string, int) (Port, error)) {
	rates := baudOrder
	if serialport.WireBaud(h.device, 1) == 0 {
		rates = rates[:1] // native USB has no rate
	}
	for i, baud := range rates {
		port, err := open(h.device, baud)
		if err != nil {
			h.err = err
			return
		}
		good := 0
		framer, decoder := nmea.NewFramer(0), nmea.NewDecoder()
		patience := attempt
		if i == 0 || h.bytes == 0 {
			patience = silent
		}
		read(ctx, port, patience, func(c chunk) bool {
			h.bytes += len(c.data)
			framer.Push(c.at, c.data)
			for {
				s, ok := framer.Next()
				if !ok {
					return good < convincing
				}
				// One that lacks a checksum, or has a wrong one, is still a line of text.
				_, err := decoder.Decode(s.Raw)
				if err == nil || errors.Is(err, nmea.ErrNoChecksum) || errors.Is(err, nmea.ErrChecksum) {
					good++
				}
			}
		})
		port.Close()
		if good >= convincing {
			h.baud, h.wire = baud, serialport.WireBaud(h.device, baud)
			return
		}
		// At two rates nothing: the line is dead.
		if h.bytes == 0 && i > 0 || ctx.Err() != nil {
			return
		}
	}
}

// read gives what comes, until keep says no, or the time is up.
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

// hear keeps what comes at the rate that was found.
func (h *Hearing) hear(ctx context.Context, open func(string, int) (Port, error), lasts time.Duration) {
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

// hearPulse keeps the edges that come.
func (h *Hearing) hearPulse(ctx context.Context, open func(string) (Pulse, error), lasts time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, lasts)
	defer cancel()
	pulse, err := open(h.source)
	if err != nil {
		h.deaf = err
		return
	}
	defer pulse.Close()
	for {
		e, err := pulse.Next(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			h.deaf = err
			return
		}
		h.edges = append(h.edges, e)
	}
}
