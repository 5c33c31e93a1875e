package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/refclock/refclock/driver/gps/ublox"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/nmea"
)

var decodeCommand = command{
	name:     "decode",
	operands: "[FILE]",
	summary:  "show the epochs in a receiver's output, and why each would or would not be published",
	text: `
Reads a capture of a receiver's bytes (FILE, or standard input) and prints one line for
each instant of time that its sentences name, or its UBX messages. It skips other binary
messages and noise. If a receiver reports its leap seconds, its antenna or interference,
another line shows each change. A file does not show when its bytes arrived, so decode
judges only their content: time, date and fix.

GPS receivers count weeks modulo 1024. decode moves the date forward by whole eras until
it is not before the build date. To read an old capture, give its date with --pivot.`,
	define: func(flags *flag.FlagSet) action {
		asJSON := flags.Bool("json", false, "print one JSON object per epoch")
		settings := settings.Named("gps").New().(*settings.GPSSettings)
		settings.Schema().Pick("pivot").Define(flags)
		return func(_ context.Context, operands []string) error {
			in, err := input(operands)
			if err != nil {
				return err
			}
			defer in.Close()
			show := printEpoch
			switch {
			case *asJSON:
				show = printEpochJSON
			case isTerminal(os.Stdout) && width(os.Stdout) < wideTable:
				show = printNarrowEpoch
			}
			return decode(in, stdout, stderr, settings.PivotDate(built()), show)
		}
	},
}

// input opens the operand, or standard input if it is missing or "-".
func input(operands []string) (*os.File, error) {
	switch {
	case len(operands) > 1:
		return nil, usageError(fmt.Sprintf("expected one file, found %d: %s", len(operands), strings.Join(operands, " ")))
	case len(operands) == 0 || operands[0] == "-":
		return os.Stdin, nil
	}
	file, err := os.Open(operands[0])
	if errors.Is(err, fs.ErrNotExist) {
		return nil, codedError{exitInput, err}
	}
	return file, err
}

// inputName names an operand of input in messages.
func inputName(operand string) string {
	if operand == "-" {
		return "standard input"
	}
	return operand
}

// maxUnreadable is how many unreadable sentences are printed. Binary messages between
// the sentences can look like many of them.
const maxUnreadable = 5

// A shownEpoch is an epoch, and what the receiver has reported about itself.
type shownEpoch struct {
	nmea.Epoch
	reported ublox.Reported
	changed  bool // since the last epoch
}

// decode reads the whole input and shows every epoch; unreadable sentences go to bad. It
// returns an error if the input has neither a sentence nor a UBX message.
func decode(in io.Reader, out, bad io.Writer, pivot nmea.Date, show func(io.Writer, shownEpoch) error) error {
	w := bufio.NewWriter(out)
	defer w.Flush()
	d := decoding{stream: ublox.NewStream(0, pivot), out: w, bad: bad, show: show}
	chunk := make([]byte, 32<<10)
	for {
		n, err := in.Read(chunk)
		if err := d.push(chunk[:n]); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	if epoch, ok := d.stream.Flush(); ok {
		if err := d.print(epoch); err != nil {
			return err
		}
	}
	stats := d.stream.Stats()
	if d.unread > maxUnreadable {
		fmt.Fprintf(bad, "refclock: and %d more of %d sentences could not be read\n", d.unread-maxUnreadable, stats.Sentences)
	}
	if stats.Sentences == uint64(d.unread) && d.monitor.Messages() == 0 {
		return codedError{exitInput, fmt.Errorf("no good NMEA sentence in %d bytes: expected lines such as $GPRMC,...*hh, or UBX messages; "+
			"was the port read at the receiver's baud rate?", stats.Bytes)}
	}
	return nil
}

// A decoding is a running decode.
type decoding struct {
	stream   *nmea.Stream
	monitor  ublox.Monitor
	out, bad io.Writer
	show     func(io.Writer, shownEpoch) error
	unread   int
	last     ublox.Reported
}

// noTime is the only instant of a file, which has no stamps.
const noTime = 1

// push decodes a chunk and shows its epochs.
func (d *decoding) push(chunk []byte) error {
	if len(chunk) == 0 {
		return nil
	}
	d.stream.Push(nmea.Stamp{}, chunk)
	for {
		h, more := d.stream.Next()
		if !more {
			return nil
		}
		if len(h.Message) > 0 {
			d.monitor.See(h.Message, noTime)
		}
		if h.Err != nil {
			if d.unread++; d.unread <= maxUnreadable {
				fmt.Fprintln(d.bad, "refclock:", h.Err)
			}
		}
		if h.Complete {
			if err := d.print(h.Epoch); err != nil {
				return err
			}
		}
	}
}

func (d *decoding) print(e nmea.Epoch) error {
	now := d.monitor.Reported(noTime)
	s := shownEpoch{e, now, now != d.last}
	d.last = now
	return d.show(d.out, s)
}

// printNews writes what the receiver reports about itself, if that has changed.
func (s shownEpoch) printNews(w io.Writer) error {
	if !s.changed {
		return nil
	}
	_, err := fmt.Fprintf(w, "%-24s  %s\n", "the receiver reports", cmp.Or(s.reported.String(), "nothing more"))
	return err
}

// printEpoch writes an epoch as a line of text, with the sentences.
func printEpoch(w io.Writer, s shownEpoch) error {
	e := s.Epoch
	_, err := fmt.Fprintf(w, "%-24s  %-44s  fix %s, %d of %d satellites, %d sentences from %s\n",
		epochUTC(e), verdict(e), e.Fix, e.Used, e.InView, len(e.Sentences), e.First)
	return cmp.Or(err, s.printNews(w))
}

// printNarrowEpoch writes an epoch as a line that usually fits 80 columns.
func printNarrowEpoch(w io.Writer, s shownEpoch) error {
	e := s.Epoch
	e.By = "" // the sentence, for which there is no space
	_, err := fmt.Fprintf(w, "%-24s  %-27s  fix %s, %d/%d used\n", epochUTC(e), verdict(e), e.Fix, e.Used, e.InView)
	return cmp.Or(err, s.printNews(w))
}

// epochUTC returns the instant, or only the time of day if the date is not known.
func epochUTC(e nmea.Epoch) string {
	switch {
	case !e.HasTime:
		return "(no time)"
	case e.UTC.Date.IsZero():
		return "(no date) " + e.UTC.TimeOfDay.String() + "Z"
	}
	return e.UTC.String()
}

// verdict returns as text whether the epoch is valid.
func verdict(e nmea.Epoch) string {
	s := e.Why.String()
	if e.By != "" {
		s += " (" + e.By + ")"
	}
	if e.Eras > 0 {
		s += fmt.Sprintf(", rollover +%d weeks", e.Eras*1024)
	}
	return s
}

// epochJSON is an epoch as decode --json writes it.
type epochJSON struct {
	Schema    int      `json:"schema"`             // version of this document: 1
	UTC       *string  `json:"utc"`                // time, RFC 3339; null if the date is not known
	Valid     bool     `json:"valid"`              // whether it would be published
	Why       string   `json:"why,omitempty"`      // reason why it would not be published
	By        string   `json:"by,omitempty"`       // sentence with that reason
	Time      *string  `json:"time"`               // time of day; null if it is not known
	Eras      int      `json:"eras"`               // eras of 1024 weeks that were added to the date
	Fix       string   `json:"fix"`                // kind of fix
	Used      int      `json:"satellites_used"`    // satellites used for the fix
	InView    int      `json:"satellites_in_view"` // satellites in view
	PDOP      float64  `json:"pdop,omitempty"`     // dilution of precision: position
	HDOP      float64  `json:"hdop,omitempty"`     // dilution of precision: horizontal
	VDOP      float64  `json:"vdop,omitempty"`     // dilution of precision: vertical
	First     string   `json:"first"`              // type of the first sentence or message
	Sentences []string `json:"sentences"`          // types of all sentences and UBX messages

	Reported reportedJSON `json:"reported"` // what the receiver has reported about itself until then
}

// reportedJSON is what a receiver has reported about itself.
type reportedJSON struct {
	LeapSeconds int    `json:"leap_seconds,omitempty"` // seconds from UTC to GPS time, according to UBX-NAV-TIMELS
	LeapSource  string `json:"leap_source,omitempty"`  // where the receiver has them from
	Antenna     string `json:"antenna,omitempty"`      // ok, short or open
	Jamming     string `json:"jamming,omitempty"`      // none, warning (interference) or critical (no fix)
	Spoofing    string `json:"spoofing,omitempty"`     // none, warning (suspected) or critical (several signs)
}

func printEpochJSON(w io.Writer, s shownEpoch) error {
	e := s.Epoch
	j := epochJSON{
		Reported: reportedJSON(s.reported),
		Schema:   status.Schema, Valid: e.Why == nmea.Valid, By: e.By, Eras: e.Eras,
		Fix: e.Fix.String(), Used: e.Used, InView: e.InView, PDOP: e.PDOP, HDOP: e.HDOP, VDOP: e.VDOP,
		First: e.First, Sentences: e.Sentences,
	}
	if !j.Valid {
		j.Why = e.Why.String()
	}
	if e.HasTime {
		s := e.UTC.TimeOfDay.String() + "Z"
		j.Time = &s
		if !e.UTC.Date.IsZero() {
			s := e.UTC.String()
			j.UTC = &s
		}
	}
	return json.NewEncoder(w).Encode(j)
}
