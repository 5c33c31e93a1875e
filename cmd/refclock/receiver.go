package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/driver/gps/ublox"
	"github.com/refclock/refclock/internal/doctor"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/spelling"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/ubx"
)

var receiverCommand = command{
	name:     "receiver",
	operands: "[DEVICE|FAMILY]",
	summary:  "show what is known about the receiver, and change its output with --tune",
	text: `
Recognises the receiver by its sentences. Prints the peculiarities of its family, and
the bytes that would change its sentences, its rate and its baud rate, as lines for a
shell. It also prints how to undo each change, and how long the receiver keeps it.
It sends nothing.

With --tune it changes the receiver itself: the baud rate, sentences that cost time,
and, on a u-blox, the stationary model and the pulse. It shows the changes and asks
first, writes the old settings to a file, reads each change back, and restores the old
settings if anything fails. --undo FILE restores them later. No other command of
refclock writes to a receiver. Stop refclock run first: two programs must not use the
port.

The receiver is the one of a running refclock run, or the one at DEVICE (default: the
port on the Pi's header, else one on USB), or that of a capture (--decode), or any of a
FAMILY that --list shows.`,
	define: func(flags *flag.FlagSet) action {
		list := flags.Bool("list", false, "list the receiver families")
		capture := flags.String("decode", "", "`FILE` capture of a receiver's bytes to recognise it by (- is standard input)")
		lasts := flags.Duration("listen", 5*time.Second, "`TIME` how long to listen to the receiver; some send their model once a minute")
		asJSON := flags.Bool("json", false, "print one JSON object")
		o := tuneFlags(flags)
		return func(ctx context.Context, operands []string) error {
			if *lasts < time.Second || *lasts > time.Hour {
				return usageError(fmt.Sprintf("--listen %v: expected 1s to 1h", *lasts))
			}
			if len(operands) > 1 || len(operands) == 1 && *capture != "" {
				return usageError(fmt.Sprintf("expected one device, family or capture, found also %s", operands[len(operands)-1]))
			}
			if err := o.check(flags, operands); err != nil {
				return err
			}
			if o.tune || o.undo != "" {
				o.device = strings.Join(operands, "")
				return changeReceiver(ctx, *o)
			}
			if *list {
				listFamilies(stdout)
				return nil
			}
			found, err := seek(ctx, strings.Join(operands, ""), *capture, *lasts)
			if err != nil {
				return err
			}
			return showReceivers(stdout, found, *asJSON)
		}
	},
}

// seek finds the receiver.
func seek(ctx context.Context, operand, capture string, lasts time.Duration) ([]receiverPage, error) {
	switch {
	case capture != "":
		return inCapture(capture)
	case operand != "" && !strings.Contains(operand, "/"):
		return byName(operand)
	}
	return onPort(ctx, operand, lasts)
}

// readAt returns a sentence about where the receiver was found.
func readAt(whose, port string, baud int) string {
	if baud == 0 {
		return fmt.Sprintf("Read %s %s, native USB, which has no baud rate.", whose, port)
	}
	return fmt.Sprintf("Read %s %s, %d baud.", whose, port, baud)
}

func byName(name string) ([]receiverPage, error) {
	f := receiver.Named(name)
	if f == nil {
		var names []string
		for _, f := range receiver.Families() {
			names = append(names, f.Name)
		}
		return nil, usageError(fmt.Sprintf("there is no family %q%s; refclock receiver --list shows all, and a device has a / in its name", name, spelling.Suggestion(name, names...)))
	}
	return []receiverPage{{Family: name, Sure: true, Port: serialport.Header(), Baud: f.Baud}}, nil
}

// A listener recognises a receiver by the bytes that are written to it.
type listener struct {
	framer     *nmea.Framer
	decoder    *nmea.Decoder
	recogniser receiver.Recogniser
	ubx        ubx.Framer
	monitor    ublox.Monitor
	good       int
}

func (e *listener) Write(data []byte) (int, error) {
	if e.framer == nil {
		e.framer, e.decoder = nmea.NewFramer(0), nmea.NewDecoder()
	}
	e.hearUBX(data)
	e.framer.Push(nmea.Stamp{}, data)
	for {
		s, ok := e.framer.Next()
		if !ok {
			return len(data), nil
		}
		if _, err := e.decoder.Decode(s.Raw); err == nil {
			e.recogniser.Add(s.Raw)
			e.good++
		}
	}
}

// hearUBX adds the UBX messages.
func (e *listener) hearUBX(data []byte) {
	for e.ubx.Push(data); ; e.good++ {
		m, ok := e.ubx.Next()
		if !ok {
			return
		}
		e.recogniser.AddUBX(m.Raw)
		e.monitor.See(m.Raw, noTime)
	}
}

// page returns the result.
func (e *listener) page(heard, port string, baud int) []receiverPage {
	g := e.recogniser.Guess()
	if n := e.monitor.Messages(); n > 0 {
		heard += fmt.Sprintf(" It sends UBX messages: %d were read.", n)
	}
	if text := e.monitor.Reported(noTime).String(); text != "" {
		heard += " It reports: " + text + "."
	}
	return []receiverPage{{Family: g.Family(), Why: g.Why(), Sure: g.Sure(), Heard: heard, Port: port, Baud: baud}}
}

func inCapture(name string) ([]receiverPage, error) {
	in, err := input([]string{name})
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var e listener
	n, err := io.Copy(&e, in)
	if err != nil {
		return nil, err
	}
	if e.good == 0 {
		return nil, codedError{exitInput, fmt.Errorf("%s: no good NMEA sentence in %d bytes: expected lines such as $GPRMC,...*hh, or UBX messages", name, n)}
	}
	baud := 0
	if f := receiver.Named(e.recogniser.Guess().Family()); f != nil {
		baud = f.Baud
	}
	return e.page("Read from "+name+".", serialport.Header(), baud), nil
}

// onPort asks the daemon that has the port open, or else listens to the port.
func onPort(ctx context.Context, device string, lasts time.Duration) ([]receiverPage, error) {
	r, err := status.Ask(status.Candidates()...)
	if errors.Is(err, fs.ErrPermission) && device == "" {
		return nil, fmt.Errorf("%w; ask as root: sudo refclock receiver, or join the group of the socket", err)
	}
	if found := inReport(r, device); len(found) > 0 {
		return found, nil
	}
	p := doctor.NewMachine(doctor.OpenRoot("/"), doctor.ThisMachine(), doctor.Options{Device: device})
	if p.CanListen() {
		announce("Listening to %s for up to %v ...\n", p.Device(), lasts+8*time.Second)
	}
	var e listener
	baud, err := doctor.Capture(ctx, p, lasts, &e)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil, err
	case err != nil:
		return nil, codedError{exitDevice, fmt.Errorf("%w Name its family instead: refclock receiver --list", err)}
	case ctx.Err() != nil:
		return nil, nil
	}
	return e.page(readAt("at", p.Device(), baud), p.Device(), baud), nil
}

// inReport returns the receivers of a running daemon: all, or the one at the device.
func inReport(r status.Report, device string) (found []receiverPage) {
	for _, c := range r.Clocks {
		v := c.Receiver
		if v == nil || v.Epochs == 0 || device != "" && !samePort(v.Port, device) {
			continue
		}
		p := receiverPage{Family: v.Family, Why: v.FamilyWhy, Sure: v.FamilySure, Heard: readAt("by refclock run at", v.Port, v.Baud), Port: v.Port, Baud: v.Baud}
		if v.Calibrated && !v.Set {
			p.Heard += fmt.Sprintf(" Its sentences begin %s +- %s after the second.", threeDigits(time.Duration(v.DelayNS)), threeDigits(time.Duration(v.SpreadNS)))
		}
		if text := reportedOf(v).String(); text != "" {
			p.Heard += " It reports: " + text + "."
		}
		found = append(found, p)
	}
	return found
}

// samePort reports whether two names mean the same port.
func samePort(a, b string) bool {
	real, err := filepath.EvalSymlinks(a)
	other, err2 := filepath.EvalSymlinks(b)
	return a == b || err == nil && err2 == nil && real == other
}
