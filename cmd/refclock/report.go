package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/logreport"
	"github.com/refclock/refclock/internal/samplelog"
)

var reportCommand = command{
	name:     "report",
	operands: "FILE...",
	summary:  "show how accurate and steady clocks were, from logs, as figures and plots",
	text: `
Reads the offsets of clocks from FILEs (- is standard input) and prints figures for each:
offset, jitter, Allan deviation, and gaps with their reasons where the log has them.
Clocks that have samples at the same times are compared.

    refclock monitor --csv >samples.csv
    refclock report --html report.html samples.csv
    refclock report --html report.html /var/log/chrony/*.log

--html writes one file with plots, which needs no network and no script. The files may be
the output of refclock monitor --csv; recordings of refclock record; refclocks.log,
statistics.log and tracking.log of chrony; peerstats and clockstats of ntpd or NTPsec.
Their content shows the format. They may be rotated, in any order, and compressed by gzip.

Lines that cannot be read are counted and reported on standard error. Times are UTC.`,
	define: func(flags *flag.FlagSet) action {
		var o reportOptions
		flags.StringVar(&o.html, "html", "", "`FILE` write the report with plots as a web page (- for standard output, instead of text)")
		flags.BoolVar(&o.asJSON, "json", false, "print the figures as one JSON object")
		flags.StringVar(&o.sources, "source", "", "`NAMES` report only the sources with these names, such as PPS or GPS,PPS")
		flags.Var(&o.from, "from", "`DATETIME` ignore samples before this time, such as 2026-11-22 or 2026-11-22T14:30:00Z")
		flags.Var(&o.to, "to", "`DATETIME` ignore samples after this time")
		return func(ctx context.Context, operands []string) error {
			if len(operands) == 0 {
				return usageError("expected at least one FILE, such as /var/log/chrony/refclocks.log; - is standard input")
			}
			if o.asJSON && o.html == "-" {
				return usageError("--json and --html -: choose one of them for standard output")
			}
			return makeReport(ctx, operands, o)
		}
	},
}

// reportOptions are the flags of the report.
type reportOptions struct {
	html     string
	asJSON   bool
	sources  string
	from, to moment
}

// A moment is a flag with a date or a time in UTC.
type moment struct{ time.Time }

func (m *moment) String() string {
	if m.IsZero() {
		return ""
	}
	return m.Format(time.RFC3339)
}

func (m *moment) Set(text string) error {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateTime, time.DateOnly} {
		if t, err := time.Parse(form, text); err == nil {
			m.Time = t
			return nil
		}
	}
	return errors.New("expected a date or a time, such as 2026-11-22 or 2026-11-22T14:30:00Z")
}

// latest is the last moment that Between understands, in ns since 1970: in the year 2262.
const latest = math.MaxInt64 - 1

// nanoseconds returns the moment in ns since 1970, or the nearest that 64 bits have.
func (m *moment) nanoseconds() int64 {
	switch {
	case m.Before(time.Unix(0, math.MinInt64)):
		return math.MinInt64
	case m.After(time.Unix(0, latest)):
		return latest
	}
	return m.UnixNano()
}

// makeReport reads the files and writes the report.
func makeReport(ctx context.Context, names []string, o reportOptions) error {
	page, err := newPageFile(o.html)
	if err != nil {
		return err
	}
	files, sources, err := readLogs(ctx, names)
	if err != nil {
		return err
	}
	sources, err = selected(sources, o)
	if err != nil {
		return err
	}
	a := logreport.Analyse(files, sources, versionName())
	if o.html != "" {
		var text bytes.Buffer
		a.HTML(&text)
		if err := page.write(text.Bytes()); err != nil || o.html == "-" {
			return err
		}
	}
	if o.asJSON {
		return json.NewEncoder(stdout).Encode(a.Report)
	}
	return a.Text(stdout)
}

// readLogs reads the files. It names what cannot be read on standard error, and returns an
// error if nothing can.
func readLogs(ctx context.Context, names []string) (files []*samplelog.File, sources []*samplelog.Source, err error) {
	var set samplelog.Set
	var unread error
	for _, name := range names {
		err := readLog(ctx, &set, name)
		if errors.Is(err, samplelog.ErrNothing) {
			if len(names) > 1 {
				announce("refclock: %v\n", err)
			}
			unread = err
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		files = append(files, set.Files[len(set.Files)-1])
		warnOfBadLines(set.Files[len(set.Files)-1])
	}
	if sources = set.Sources(); len(sources) == 0 {
		return nil, nil, codedError{exitInput, unread}
	}
	return files, sources, nil
}

func readLog(ctx context.Context, set *samplelog.Set, name string) error {
	in, err := input([]string{name})
	if err != nil {
		return err
	}
	defer in.Close()
	err = set.Read(inputName(name), interruptible{ctx, in})
	if ctx.Err() != nil {
		return errInterrupted
	}
	if err != nil {
		return codedError{exitInput, err}
	}
	return nil
}

var errInterrupted = errors.New("interrupted")

// An interruptible reader fails once ctx has ended: a log may have gigabytes.
type interruptible struct {
	ctx context.Context
	in  io.Reader
}

func (r interruptible) Read(b []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, errInterrupted
	}
	return r.in.Read(b)
}

func warnOfBadLines(f *samplelog.File) {
	for _, e := range f.Errors {
		announce("refclock: %v\n", e)
	}
	if more := f.Bad - len(f.Errors); more > 0 {
		announce("refclock: %s: and %d more lines that could not be read\n", f.Name, more)
	}
}

// selected returns the sources and the period that the flags ask for.
func selected(sources []*samplelog.Source, o reportOptions) ([]*samplelog.Source, error) {
	if o.sources != "" {
		wanted := strings.Split(o.sources, ",")
		var names []string
		for _, s := range sources {
			names = append(names, s.Name, s.Label)
		}
		for _, w := range wanted {
			if !slices.Contains(names, w) {
				slices.Sort(names)
				return nil, usageError(fmt.Sprintf("--source %q: the files have %s", w, strings.Join(slices.Compact(names), ", ")))
			}
		}
		sources = slices.DeleteFunc(sources, func(s *samplelog.Source) bool {
			return !slices.Contains(wanted, s.Name) && !slices.Contains(wanted, s.Label)
		})
	}
	if o.from.IsZero() && o.to.IsZero() {
		return sources, nil
	}
	from, to := int64(math.MinInt64), int64(latest)
	if !o.from.IsZero() {
		from = o.from.nanoseconds()
	}
	if !o.to.IsZero() {
		to = o.to.nanoseconds()
	}
	for _, s := range sources {
		s.Between(from, to)
	}
	sources = slices.DeleteFunc(sources, func(s *samplelog.Source) bool { return len(s.Times)+len(s.Notes) == 0 })
	if len(sources) == 0 {
		return nil, codedError{exitInput, errors.New("no sample between --from and --to")}
	}
	return sources, nil
}
