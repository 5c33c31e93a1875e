package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/logqueue"
	"github.com/refclock/refclock/internal/recording"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/status"
)

var recordCommand = command{
	name:     "record",
	operands: "[FILE]",
	summary:  "record what a GPS receiver sends, to repeat it with refclock replay",
	text: `
Opens the receiver as refclock gps does, publishes nothing, and writes FILE until
interrupted: every read and every edge with its stamp, what the witnesses reported, and
the samples and reasons that followed. refclock replay FILE repeats them to the last
bit. FILE must not exist; without it, the name has the date and the time.

The position is blanked, and so is every byte that is not known to contain none. One
hour takes about 1 MB at 9600 baud.

A receiver that the service uses cannot be opened twice. Set record = "30m" in its
[[gps]], and --dump writes what the running service saw in the last minutes.`,
	define: func(flags *flag.FlagSet) action {
		var o recordOptions
		values := settings.Named("gps").New().(*settings.GPSSettings)
		line := settings.NewLine()
		names := append([]string{"device", "baud", "pps"}, line.Schema().Names()...)
		names = append(names, "delay", "pivot", "leap_seconds", "cold_start", "holdover", "witness")
		values.Schema().Pick(names...).Define(flags)
		flags.DurationVar(&o.lasts, "for", 0, "`TIME` how long to record, such as 10m (0: until interrupted)")
		dump := flags.Bool("dump", false, "write what the running service keeps in memory, instead of recording")
		clock := flags.Int("clock", -1, "`N` clock of --dump, as refclock status counts from 0 (-1: the first that is recorded)")
		socket := flags.String("socket", "", "`PATH` socket of the daemon for --dump (default "+strings.Join(status.Candidates(), ", then ")+")")
		flags.BoolVar(&o.positions, "positions", false, "do not blank the position")
		return func(ctx context.Context, operands []string) error {
			switch {
			case len(operands) > 1:
				return usageError(fmt.Sprintf("expected one FILE, found %d: %s", len(operands), strings.Join(operands, " ")))
			case o.lasts < 0:
				return usageError(fmt.Sprintf("--for %v: expected a time from 0s", o.lasts))
			}
			path := recordingName(time.Now())
			if len(operands) == 1 {
				path = operands[0]
			}
			if *dump {
				return dumpRecording(path, *clock, socketPaths(*socket))
			}
			return record(ctx, path, values, o)
		}
	},
}

// recordOptions are the flags of record that are not settings of the clock.
type recordOptions struct {
	lasts     time.Duration
	positions bool
}

// recordingName is the name of a recording without a FILE.
func recordingName(now time.Time) string { return now.Format("refclock-20060102-150405.rec") }

// createFile creates a file that only its owner can read. It replaces none.
func createFile(path string) (*os.File, error) {
	if path == "-" {
		return nil, usageError("expected the name of a FILE, found -; standard output has messages")
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%w; name a FILE that does not exist", err)
	}
	return file, err
}

// record records the clock of these settings to a new file.
func record(ctx context.Context, path string, values *settings.GPSSettings, o recordOptions) (err error) {
	file, err := createFile(path)
	if err != nil {
		return err
	}
	keep := false
	defer func() {
		err = cmp.Or(err, file.Close())
		if !keep {
			os.Remove(path)
		}
	}()
	return recordTo(ctx, file, path, &keep, values, o)
}

// recordTo records the clock of these settings to a writer. It sets keep once the recording
// has begun: the file is worth keeping, even after an error.
func recordTo(ctx context.Context, to io.Writer, path string, keep *bool, values *settings.GPSSettings, o recordOptions) error {
	counted := &countingWriter{to: to}
	recorder, parts, err := values.Record(environment(newLog()), recording.Options{To: counted, Positions: o.positions})
	if err != nil {
		return err
	}
	for _, p := range parts {
		if p.Probe == nil {
			continue
		}
		if err := p.Probe(); err != nil {
			return fmt.Errorf("%w; if the service has it open, see refclock record --help about --dump", err)
		}
	}
	*keep = true
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if o.lasts > 0 {
		ctx, stop = context.WithTimeout(ctx, o.lasts)
		defer stop()
	}
	began := time.Now()
	out := logqueue.New(stdout, droppedLines) // a terminal that stops must not hold up a read
	defer out.Flush(flushTimeout)
	fmt.Fprintf(out, "recording %s to %s; Ctrl-C ends it\n", parts[0].Driver, path)
	var writing sync.WaitGroup
	writing.Go(func() {
		recorder.Run(ctx) // Close returns its error
		stop()
	})
	counts := runRecorded(ctx, parts, began, out)
	writing.Wait()
	err = recorder.Close()
	text := fmt.Sprintf("%s: %s, %d bytes, samples: %d of the sentences", path, roughly(time.Since(began)), counted.n, counts[0].samples)
	if len(parts) > 1 {
		text += fmt.Sprintf(", %d of the pulse", counts[1].samples)
	}
	if lost := recorder.Lost(); lost > 0 {
		text += fmt.Sprintf("; %d events were lost: the disk was too slow", lost)
	}
	fmt.Fprintln(out, text)
	if err != nil {
		return codedError{exitFailure, fmt.Errorf("the recording ended early: %w; refclock replay %s plays what was written", err, path)}
	}
	return nil
}

// dumpRecording writes the recording of a running daemon to a new file.
func dumpRecording(path string, clock int, sockets []string) error {
	file, err := createFile(path)
	if err != nil {
		return err
	}
	counted := &countingWriter{to: file}
	err = fetchRecording(counted, clock, sockets)
	if err = cmp.Or(err, file.Close()); err != nil {
		os.Remove(path)
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s: %d bytes; play it with: refclock replay %s\n", path, counted.n, path)
	return err
}

// fetchRecording writes the recording of a running daemon. A clock below 0 is the first
// that is recorded.
func fetchRecording(w io.Writer, clock int, sockets []string) error {
	resource := "/api/recording"
	if clock >= 0 {
		resource += fmt.Sprintf("?clock=%d", clock)
	}
	return askError(status.Copy(resource, w, sockets...), "record --dump")
}

// runRecorded runs the drivers until ctx ends, and writes their states.
func runRecorded(ctx context.Context, parts []settings.Part, began time.Time, out io.Writer) []*recordShow {
	var counts []*recordShow
	var running sync.WaitGroup
	for i, p := range parts {
		feed := driver.NewFeed(nil, nil)
		p.Prepare(feed)
		show := &recordShow{Observer: feed.Observer(), out: out, began: began, of: clockNames[i]}
		feed.Observe(show)
		counts = append(counts, show)
		if p.Beside != nil {
			running.Go(func() { p.Beside(ctx) })
		}
		running.Go(func() {
			if err := driver.Supervise(ctx, p.Driver, feed); err != nil {
				show.Changed(driver.State{Reason: "ended", Detail: err.Error()})
			}
		})
	}
	running.Wait()
	return counts
}

// clockNames are the names of the drivers of a receiver.
var clockNames = []string{"sentences", "pulse"}

// A recordShow counts the samples of a driver, and writes its states.
type recordShow struct {
	driver.Observer
	out     io.Writer // never waits
	began   time.Time
	of      string
	samples int
	last    string
}

func (s *recordShow) Sampled(sample driver.Sample) {
	s.Observer.Sampled(sample)
	s.samples++
}

func (s *recordShow) Changed(state driver.State) {
	s.Observer.Changed(state)
	text := state.String()
	if state.Publishing() {
		text = strings.Replace(text, "publishing", "good samples", 1)
	}
	if text == s.last {
		return
	}
	s.last = text
	fmt.Fprintf(s.out, "%9s  %-9s  %s\n", atText(time.Since(s.began)), s.of, text)
}

// A countingWriter counts the bytes that are written.
type countingWriter struct {
	to io.Writer
	n  int64
}

func (c *countingWriter) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.n += int64(n)
	return n, err
}
