package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

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
each instant of time that its sentences name. It skips binary messages and noise. A file
does not show when its bytes arrived, so decode judges only their content: time, date
and fix.

GPS receivers count weeks modulo 1024. The date is moved on by whole eras until it is not
before the build date. To read an old capture, give its date with --pivot.`,
	define: func(flags *flag.FlagSet) action {
		asJSON := flags.Bool("json", false, "print one JSON object per epoch")
		settings := settings.Named("gps").New().(*settings.GPSSettings)
		settings.Schema().Pick("pivot").Define(flags)
		return func(_ context.Context, operands []string) error {
			in, err := input(operands)
			if errors.Is(err, fs.ErrNotExist) {
				return codedError{exitInput, err}
			}
			if err != nil {
				return err
			}
			defer in.Close()
			show := printEpoch
			if *asJSON {
				show = printEpochJSON
			}
			return decode(in, os.Stdout, os.Stderr, settings.PivotDate(built()), show)
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
	return os.Open(operands[0])
}

// complaints is how many unreadable sentences are printed. Binary messages between the
// sentences can look like many of them.
const complaints = 5

// decode reads the whole input and shows every epoch; unreadable sentences go to bad. It
// returns an error if there was no sentence at all: then the file has something else.
func decode(in io.Reader, out, bad io.Writer, pivot nmea.Date, show func(io.Writer, nmea.Epoch) error) error {
	w := bufio.NewWriter(out)
	defer w.Flush()
	framer, epochs := nmea.NewFramer(0), nmea.NewEpochs(pivot)
	unread := 0
	chunk := make([]byte, 32<<10)
	for {
		n, err := in.Read(chunk)
		framer.Push(nmea.Stamp{}, chunk[:n])
		for {
			sentence, ok := framer.Next()
			if !ok {
				break
			}
			epoch, ok, err := epochs.Push(sentence)
			if err != nil {
				if unread++; unread <= complaints {
					fmt.Fprintln(bad, "refclock:", err)
				}
			}
			if ok {
				if err := show(w, epoch); err != nil {
					return err
				}
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	if epoch, ok := epochs.Flush(); ok {
		if err := show(w, epoch); err != nil {
			return err
		}
	}
	stats := framer.Stats()
	if unread > complaints {
		fmt.Fprintf(bad, "refclock: and %d more of %d sentences could not be read\n", unread-complaints, stats.Sentences)
	}
	if stats.Sentences == uint64(unread) {
		return codedError{exitInput, fmt.Errorf("no good NMEA sentence in %d bytes: expected lines such as $GPRMC,...*hh; "+
			"was the port read at the receiver's baud rate?", stats.Bytes)}
	}
	return nil
}

// printEpoch writes an epoch as a line for people.
func printEpoch(w io.Writer, e nmea.Epoch) error {
	_, err := fmt.Fprintf(w, "%-24s  %-44s  fix %s, %d of %d satellites, %d sentences from %s\n",
		epochUTC(e), verdict(e), e.Fix, e.Used, e.InView, len(e.Sentences), e.First)
	return err
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

// verdict returns in words whether the epoch is valid.
func verdict(e nmea.Epoch) string {
	s := e.Why.String()
	if e.By != "" {
		s += " (" + e.By + ")"
	}
	if e.Eras > 0 {
		s += fmt.Sprintf(", week rollover corrected by %d x 1024 weeks", e.Eras)
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
	First     string   `json:"first"`              // type of the first sentence
	Sentences []string `json:"sentences"`          // types of all sentences
}

func printEpochJSON(w io.Writer, e nmea.Epoch) error {
	j := epochJSON{
		Schema: status.Schema, Valid: e.Why == nmea.Valid, By: e.By, Eras: e.Eras,
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
