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
	"slices"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/events"
	"github.com/refclock/refclock/internal/recording"
	"github.com/refclock/refclock/internal/replay"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

var replayCommand = command{
	name:     "replay",
	operands: "FILE",
	summary:  "play a recording through the gps clock, and print its samples and states",
	text: `
Reads FILE (- is standard input), plays it through the same code as refclock gps, in
virtual time, and prints each sample and each change of state. An hour takes a few
seconds at most. It needs no receiver, and writes no unit.

FILE is a recording of refclock record, or stamped events in text. A recording has
its own settings and the answers of its witnesses. Its last line shows whether every
sample and every state is the same as in the run that was recorded. The flags of the
clock are for events.

In a file of events, the first line is the header, each further line an event. Blank lines
and lines that begin with # are skipped.

    1796126399 9600 pulse 2026-11-23
    1000000000 E+
    1128433333 244750524d432c31

The header has the Unix time of time 0, the baud rate (0: native USB), pulse or none,
and optionally the day that stands in for the build date. An event has its time in
nanoseconds since time 0, and then the bytes that one read returned in hex, or E+ or
E- for a rising or falling edge of the pulse. If the header says none, the edges are
ignored. With events, it asks no witness, reads no table of leap seconds, and keeps no
learnt delay. After the last event, it plays 5 s of silence.`,
	define: func(flags *flag.FlagSet) action {
		asJSON := flags.Bool("json", false, "print one JSON object per line")
		settings := settings.Named("gps").New().(*settings.GPSSettings)
		schema := settings.Schema().Pick("delay", "polarity", "pivot", "cold_start", "holdover")
		schema.Define(flags)
		return func(ctx context.Context, operands []string) error {
			if len(operands) != 1 {
				return usageError(fmt.Sprintf("expected one FILE, found %d; - is standard input", len(operands)))
			}
			in, err := input(operands)
			if err != nil {
				return err
			}
			defer in.Close()
			name := inputName(operands[0])
			buffered := bufio.NewReader(in)
			if err := refuseCompressed(buffered, operands[0]); err != nil {
				return err
			}
			if !recording.Is(buffered) {
				return replayFile(ctx, buffered, name, stdout, settings.Rules(built()), settings.Polarity(), *asJSON)
			}
			for _, s := range schema {
				if config.NewFlags(flags).Given(s.Name) {
					return usageError(fmt.Sprintf("--%s: %s is a recording, which has its own settings; the flag is for a file of events", s.Flag(), name))
				}
			}
			return replayRecording(ctx, buffered, name, stdout, *asJSON)
		}
	},
}

// refuseCompressed returns an error if a file is compressed by gzip.
func refuseCompressed(in *bufio.Reader, operand string) error {
	if head, _ := in.Peek(2); string(head) != "\x1f\x8b" {
		return nil
	}
	file := operand
	if file == "-" {
		file = "FILE"
	}
	return codedError{exitInput, fmt.Errorf("%s: compressed by gzip; type: zcat %s | refclock replay -", inputName(operand), file)}
}

// replaySilence is how long the replay continues after the last event.
const replaySilence = 5 * time.Second

// replayFile plays the file and writes the outcomes. The name is for messages.
func replayFile(ctx context.Context, in io.Reader, name string, out io.Writer, config gps.Config, polarity pps.Polarity, asJSON bool) (err error) {
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
	show := outcomePrinter(asJSON)
	var sentences, pulse replayCount
	var failed error
	clock := replay.New(config, stamp(0), func(o replay.Outcome) {
		count := &sentences
		if o.Pulse {
			count = &pulse
		}
		count.add(o.Sample)
		failed = cmp.Or(failed, show(w, time.Duration(o.At.Mono)-time.Second, o))
	})
	defer clock.Close()
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
		if e.Kind != events.Bytes && !header.Pulse {
			ignored++
			continue
		}
		playEvent(clock, stamp(e.At), e)
	}
	clock.Wait(stamp(last + replaySilence + 1)) // the last read included
	if failed != nil || asJSON {
		return failed
	}
	text := playedText(last, &sentences, &pulse, header.Pulse)
	if ignored > 0 {
		text += fmt.Sprintf("; %d edges ignored: the header says none", ignored)
	}
	_, err = fmt.Fprintln(w, text)
	return err
}

// playEvent plays an event of a file.
func playEvent(clock *replay.Replay, at nmea.Stamp, e events.Event) {
	if e.Kind == events.Bytes {
		clock.Bytes(at, e.Data)
	} else {
		clock.Edge(at, e.Kind == events.Rising)
	}
}

// playedText is the summary of a replay.
func playedText(over time.Duration, sentences, pulse *replayCount, wired bool) string {
	text := fmt.Sprintf("%s s played: sentences %s", atText(over), sentences.text(over))
	if wired {
		text += "; pulse " + pulse.text(over)
	}
	return text
}

// replayRecording plays a recording and writes the outcomes. The name is for messages.
func replayRecording(ctx context.Context, in io.Reader, name string, out io.Writer, asJSON bool) (err error) {
	reader, err := recording.NewReader(in)
	if err != nil {
		return badRecording(name, err)
	}
	w := bufio.NewWriter(out)
	defer func() { err = cmp.Or(err, w.Flush()) }()
	show := outcomePrinter(asJSON)
	if !asJSON {
		printHeader(w, reader.Header())
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var counts [2]replayCount
	var failed error
	var began int64 // monotonic
	result, err := replay.Play(ctx, reader, func(o replay.Outcome) {
		if began == 0 {
			began = o.At.Mono
		}
		i := 0
		if o.Pulse {
			i = 1
		}
		counts[i].add(o.Sample)
		if failed = cmp.Or(failed, show(w, time.Duration(o.At.Mono-began), o)); failed != nil {
			stop()
		}
	})
	switch {
	case failed != nil:
		return failed
	case asJSON:
		failed = printResultJSON(w, result, reader.Header())
	default:
		text := playedText(result.To.Sub(result.From), &counts[0], &counts[1], reader.Header().Settings.Pulse)
		_, failed = fmt.Fprintf(w, "%s\n%s\n", text, resultText(result, reader.Header()))
	}
	if err != nil {
		return badRecording(name, err)
	}
	return failed
}

// printHeader prints what was recorded.
func printHeader(w io.Writer, h recording.Header) {
	fmt.Fprintf(w, "recorded from %s by refclock %s on %s: gps %s\n", h.Began.Format(time.RFC3339), h.Version, h.Platform, h.Settings.Device)
	if h.Continues {
		fmt.Fprintln(w, "the recording begins in the middle of a run, and does not contain what the clock had learnt before, except the delay: "+
			"the first samples take some seconds, and a receiver that started without a date is not distrusted")
	}
}

// resultText compares a replay with the run that was recorded.
func resultText(r replay.Result, h recording.Header) string {
	lost := ""
	if r.Lost > 0 {
		lost = fmt.Sprintf("; %d events were lost when it was recorded", r.Lost)
	}
	switch {
	case r.Samples+r.States == 0:
		return "nothing to compare: no sample and no state was recorded" + lost
	case r.Differs == "":
		return fmt.Sprintf("as recorded: %d samples and %d states, to the last bit%s", r.Samples, r.States, lost)
	case h.Continues:
		return fmt.Sprintf("%d of %d recorded samples are the same, to the last bit; the others may depend on what preceded the recording%s", r.Repeated, r.Samples, lost)
	}
	text := fmt.Sprintf("differs from the recording at %d.%03d s: %s; %d of %d recorded samples are the same%s",
		r.At.Sub(r.From)/time.Second, r.At.Sub(r.From)%time.Second/time.Millisecond, r.Differs, r.Repeated, r.Samples, lost)
	if h.Version != versionName() {
		text += fmt.Sprintf(". It was recorded by refclock %s; this is %s", h.Version, versionName())
	}
	return text
}

// badRecording adds the file's name to an error about its contents.
func badRecording(name string, err error) error {
	return codedError{exitInput, fmt.Errorf("%s: %w", name, err)}
}

// badEvents adds the file's name to an error about its contents.
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
func clockText(o replay.Outcome) string {
	if o.Pulse {
		return "pulse"
	}
	return "sentences"
}

// atText prints the time of a file in seconds.
func atText(at time.Duration) string {
	return fmt.Sprintf("%d.%03d", at/time.Second, at%time.Second/time.Millisecond)
}

// outcomePrinter returns the function that writes an outcome.
func outcomePrinter(asJSON bool) func(io.Writer, time.Duration, replay.Outcome) error {
	if asJSON {
		return printOutcomeJSON
	}
	return printOutcome
}

// printOutcome writes an outcome as a line of text.
func printOutcome(w io.Writer, at time.Duration, o replay.Outcome) error {
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
	Of     string            `json:"of"`               // sentences, pulse or recording
	Sample *replaySampleJSON `json:"sample,omitempty"` // that was published
	State  *driver.State     `json:"state,omitempty"`  // that began
	Result *replayResultJSON `json:"result,omitempty"` // of a recording: the last object
}

// replayResultJSON compares a replay with the run that was recorded.
type replayResultJSON struct {
	Samples  int    `json:"samples"`  // recorded
	Repeated int    `json:"repeated"` // of them, repeated to the last bit
	States   int    `json:"states"`   // recorded
	Lost     uint64 `json:"lost"`     // events that are missing in the recording
	Differs  string `json:"differs"`  // the first difference; empty if there is none

	Continues bool `json:"continues"` // whether the recording begins in the middle of a run, whose state it does not contain
}

func printResultJSON(w io.Writer, r replay.Result, h recording.Header) error {
	return json.NewEncoder(w).Encode(outcomeJSON{
		At: secondsJSON(r.To.Sub(r.From)), Of: "recording",
		Result: &replayResultJSON{Samples: r.Samples, Repeated: r.Repeated, States: r.States, Lost: r.Lost, Differs: r.Differs, Continues: h.Continues},
	})
}

// replaySampleJSON is a published sample.
type replaySampleJSON struct {
	Clock   time.Time   `json:"clock"`    // time of the receiver
	Receive time.Time   `json:"receive"`  // time of the system clock at the same instant
	Offset  json.Number `json:"offset_s"` // clock - receive in seconds
}

func printOutcomeJSON(w io.Writer, at time.Duration, o replay.Outcome) error {
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
