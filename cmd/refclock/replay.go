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
	"slices"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/events"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

var replayCommand = command{
	name:     "replay",
	operands: "FILE",
	summary:  "play recorded events through the gps clock, and print its samples and states",
	text: `
Reads stamped events from FILE (- is standard input), plays them through the same
code as refclock gps, in virtual time, and prints each sample and each change of
state. An hour takes a few seconds at most. It needs no receiver, and writes no unit.

FILE is text. The first line is the header, each further line an event. Blank lines
and lines that begin with # are skipped.

    1796126399 9600 pulse 2026-11-23
    1000000000 E+
    1128433333 244750524d432c31

The header has the Unix time of time 0, the baud rate (0: native USB), pulse or none,
and optionally the day that stands in for the build date. An event has its time in
nanoseconds since time 0, and then the bytes that one read returned in hex, or E+ or
E- for a rising or falling edge of the pulse. If the header says none, the edges are
ignored.

No witness is asked, no table of leap seconds is read, and no learnt delay is kept.
After the last event, 5 s of silence are played.`,
	define: func(flags *flag.FlagSet) action {
		asJSON := flags.Bool("json", false, "print one JSON object per line")
		settings := settings.Named("gps").New().(*settings.GPSSettings)
		settings.Schema().Pick("delay", "polarity", "pivot", "cold_start", "holdover").Define(flags)
		return func(ctx context.Context, operands []string) error {
			if len(operands) != 1 {
				return usageError(fmt.Sprintf("expected one FILE of events, found %d; - is standard input", len(operands)))
			}
			in, err := input(operands)
			if errors.Is(err, fs.ErrNotExist) {
				return codedError{exitInput, err}
			}
			if err != nil {
				return err
			}
			defer in.Close()
			name := operands[0]
			if name == "-" {
				name = "standard input"
			}
			return replay(ctx, in, name, os.Stdout, settings.Rules(built()), settings.Polarity(), *asJSON)
		}
	},
}

// replaySilence is how long the replay continues after the last event.
const replaySilence = 5 * time.Second

// replay plays the file and writes what follows from it. The name is for messages.
func replay(ctx context.Context, in io.Reader, name string, out io.Writer, config gps.Config, polarity pps.Polarity, asJSON bool) (err error) {
	file, err := events.NewReader(in)
	if err != nil {
		return badEvents(name, err)
	}
	w := bufio.NewWriter(out)
	defer func() { err = cmp.Or(err, w.Flush()) }()

	header := file.Header()
	config.Baud = header.Baud
	if header.Pulse {
		config.Pulse = &gps.PulseConfig{Polarity: polarity}
	}
	if !header.Pivot.IsZero() {
		config.Pivot = header.Pivot
	}
	// The monotonic clock reads 1 s at time 0: a zero stamp would mean unknown.
	stamp := func(at time.Duration) nmea.Stamp {
		return nmea.Stamp{Real: header.Start*int64(time.Second) + int64(at), Mono: int64(at + time.Second)}
	}
	show := printOutcome
	if asJSON {
		show = printOutcomeJSON
	}
	var sentences, pulse replayCount
	var failed error
	clock := gps.NewReplay(config, stamp(0), func(o gps.Outcome) {
		count := &sentences
		if o.Pulse {
			count = &pulse
		}
		count.add(o.Sample)
		failed = cmp.Or(failed, show(w, time.Duration(o.At.Mono)-time.Second, o))
	})
	var last time.Duration
	ignored := 0
	for failed == nil && ctx.Err() == nil {
		e, err := file.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return badEvents(name, err)
		}
		last = e.At
		switch {
		case e.Kind == events.Bytes:
			clock.Bytes(stamp(e.At), e.Data)
		case header.Pulse:
			clock.Edge(stamp(e.At), e.Kind == events.Rising)
		default:
			ignored++
		}
	}
	clock.Wait(stamp(last + replaySilence + 1)) // the last read included
	if failed != nil || asJSON {
		return failed
	}
	text := fmt.Sprintf("%s s played: sentences %s", atText(last), sentences.text(last))
	switch {
	case header.Pulse:
		text += "; pulse " + pulse.text(last)
	case ignored > 0:
		text += fmt.Sprintf("; %d edges ignored: the header says none", ignored)
	}
	_, err = fmt.Fprintln(w, text)
	return err
}

// badEvents adds the file's name to an error of its contents.
func badEvents(name string, err error) error {
	if bad, ok := errors.AsType[*events.SyntaxError](err); ok {
		return codedError{exitInput, fmt.Errorf("%s:%d: %s", name, bad.Line, bad.Problem())}
	}
	return codedError{exitInput, err}
}

// A replayCount counts the samples of the sentences or the pulse.
type replayCount struct {
	offsets []time.Duration
	seconds map[int64]bool // that samples name
}

func (c *replayCount) add(s *driver.Sample) {
	if s == nil {
		return
	}
	if c.seconds == nil {
		c.seconds = map[int64]bool{}
	}
	c.offsets = append(c.offsets, time.Duration(s.Offset()))
	c.seconds[s.Clock/int64(time.Second)] = true
}

// text is the summary over a time.
func (c *replayCount) text(over time.Duration) string {
	median := "none"
	if n := len(c.offsets); n > 0 {
		slices.Sort(c.offsets)
		low, high := c.offsets[(n-1)/2], c.offsets[n/2]
		median = seconds(low + (high-low)/2)
	}
	without := max(int(over.Round(time.Second)/time.Second)-len(c.seconds), 0)
	return fmt.Sprintf("%d samples, median offset %s, %d s without a sample", len(c.offsets), median, without)
}

// clockText names the clock of an outcome.
func clockText(o gps.Outcome) string {
	if o.Pulse {
		return "pulse"
	}
	return "sentences"
}

// atText prints the time of a file in seconds.
func atText(at time.Duration) string {
	return fmt.Sprintf("%d.%03d", at/time.Second, at%time.Second/time.Millisecond)
}

// printOutcome writes an outcome as a line for people.
func printOutcome(w io.Writer, at time.Duration, o gps.Outcome) error {
	text := ""
	if s := o.Sample; s != nil {
		const form = "2006-01-02T15:04:05.000000000Z"
		text = fmt.Sprintf("sample %s  received %s  offset %s",
			utc(s.Clock).Format(form), utc(s.Receive).Format(form), seconds(time.Duration(s.Offset())))
	} else {
		text = cmp.Or(o.State.Reason, "publishing")
		if o.State.Detail != "" {
			text += ": " + o.State.Detail
		}
		if o.State.Hint != "" {
			text += ". Hint: " + o.State.Hint
		}
	}
	_, err := fmt.Fprintf(w, "%9s  %-9s  %s\n", atText(at), clockText(o), text)
	return err
}

func utc(ns int64) time.Time { return time.Unix(0, ns).UTC() }

// outcomeJSON is an outcome as replay --json writes it: a sample or a state.
type outcomeJSON struct {
	At     json.Number       `json:"at"`               // seconds since time 0 of the file
	Of     string            `json:"of"`               // sentences or pulse
	Sample *replaySampleJSON `json:"sample,omitempty"` // that was published
	State  *driver.State     `json:"state,omitempty"`  // that began
}

// replaySampleJSON is a published sample.
type replaySampleJSON struct {
	Clock   time.Time   `json:"clock"`    // time of the receiver
	Receive time.Time   `json:"receive"`  // time of the system clock at the same instant
	Offset  json.Number `json:"offset_s"` // clock - receive in seconds
}

func printOutcomeJSON(w io.Writer, at time.Duration, o gps.Outcome) error {
	j := outcomeJSON{At: secondsJSON(at), Of: clockText(o)}
	if s := o.Sample; s != nil {
		j.Sample = &replaySampleJSON{utc(s.Clock), utc(s.Receive), secondsJSON(time.Duration(s.Offset()))}
	} else {
		j.State = &o.State
	}
	return json.NewEncoder(w).Encode(j)
}

// secondsJSON returns a duration in seconds, exact to the nanosecond.
func secondsJSON(d time.Duration) json.Number {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	return json.Number(fmt.Sprintf("%s%d.%09d", sign, d/time.Second, d%time.Second))
}
