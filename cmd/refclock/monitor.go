package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/samplelog"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/internal/watch"
	"github.com/refclock/refclock/shm"
)

var monitorCommand = command{
	name:     "monitor",
	operands: "[UNIT...]",
	summary:  "watch units: offset, jitter, and whether a time daemon reads them",
	text: `
Prints a line for each sample of the units, or of all units that the machine has,
whichever program publishes them. It leaves the samples for the time daemon.

The offset is clock minus receive: -1 s means that the clock is a second behind the
system clock. chronyc sources has the opposite sign. The jitter is measured from the
samples. A sample is taken if a time daemon clears it before the next one, and lost
otherwise: "read by chronyd(812): 58 of 59 samples" counts them since the start. Times
are local; those of --json and --csv are UTC.

    refclock monitor --csv >samples.csv

refclock report samples.csv shows such a file as figures and plots. A row without an
offset explains, in its note, why there is no sample.`,
	define: func(flags *flag.FlagSet) action {
		asJSON := flags.Bool("json", false, "print one JSON object per sample")
		asCSV := flags.Bool("csv", false, "print one line of comma-separated values per sample, for refclock report")
		asScreen := flags.Bool("screen", false, "show a table that updates itself, instead of lines")
		count := flags.Int("count", 0, "`N` stop after this many samples (0: run until interrupted)")
		key := shm.KeyBase
		flags.Var(config.Key(&key), "key", "`KEY` System V key of unit 0")
		return func(ctx context.Context, operands []string) error {
			named, err := unitNumbers(operands)
			if err != nil {
				return err
			}
			if *count < 0 {
				return usageError(fmt.Sprintf("--count %d: expected 0 or more", *count))
			}
			if given := chosen(map[string]bool{"--csv": *asCSV, "--json": *asJSON, "--screen": *asScreen}); len(given) > 1 {
				return usageError(strings.Join(given, " and ") + ": choose one of them")
			}
			units := newWatchedUnits(uint32(key), named)
			defer units.close()
			if *asScreen {
				nothing := func() string { return "" }
				return watchScreen(ctx, os.Stdout, units, nothing, nothing)
			}
			style := textLines
			switch {
			case *asJSON:
				style = jsonLines
			case *asCSV:
				style = csvLines
				if _, err := fmt.Fprintln(stdout, samplelog.CSVHeader); err != nil {
					return err
				}
			}
			return watchLines(ctx, stdout, units, *count, style)
		}
	},
}

// chosen returns the flags that are set, sorted.
func chosen(flags map[string]bool) (names []string) {
	for name, set := range flags {
		if set {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// unitNumbers reads the operands.
func unitNumbers(operands []string) ([]int, error) {
	var units []int
	for _, s := range operands {
		var unit int
		if err := config.Int(&unit, 0, shm.MaxUnit).Set(s); err != nil {
			return nil, usageError(fmt.Sprintf("unit %q: %v", s, err))
		}
		units = append(units, unit)
	}
	return units, nil
}

// A lineStyle writes lines about units.
type lineStyle struct {
	sample  func(w io.Writer, u *watchedUnit) error              // a new sample
	trouble func(w io.Writer, u *watchedUnit, text string) error // what is wrong with a unit
}

var (
	textLines = lineStyle{printReading, printTrouble}
	jsonLines = lineStyle{printReadingJSON, printTrouble}
	csvLines  = lineStyle{printReadingCSV, printTroubleCSV}
)

// watchLines prints each new sample until ctx ends or count are printed.
func watchLines(ctx context.Context, w io.Writer, units *watchedUnits, count int, style lineStyle) error {
	ticker := time.NewTicker(watch.PollInterval)
	defer ticker.Stop()
	left := count
	complained := map[int]string{}
	for ctx.Err() == nil {
		units.look(time.Now())
		printed, err := printNews(w, units, complained, left, style)
		if err != nil {
			return err
		}
		if left -= printed; count > 0 && left == 0 {
			return nil
		}
		if len(units.list) == 0 && complained[-1] == "" {
			complained[-1] = "said"
			announce("refclock: this machine has no unit yet. Waiting for one: start refclock gps, or a time daemon with a SHM refclock.\n")
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
	return nil
}

// printNews prints the samples that are new since the last look, at most limit if that is
// positive, and what is wrong with a unit: once, and again if it changes.
func printNews(w io.Writer, units *watchedUnits, complained map[int]string, limit int, style lineStyle) (printed int, err error) {
	for _, u := range units.list {
		text := u.trouble()
		if text != "" && text != complained[u.number] {
			if err := style.trouble(w, u, text); err != nil {
				return printed, err
			}
		}
		complained[u.number] = text
		if !u.fresh {
			continue
		}
		if err := style.sample(w, u); err != nil {
			return printed, err
		}
		if printed++; printed == limit {
			break
		}
	}
	return printed, nil
}

// printTrouble writes what is wrong with a unit to standard error.
func printTrouble(_ io.Writer, u *watchedUnit, text string) error {
	_, err := fmt.Fprintf(stderr, "refclock: unit %d: %s\n", u.number, text)
	return err
}

// printTroubleCSV writes it as a row without an offset, too.
func printTroubleCSV(w io.Writer, u *watchedUnit, text string) error {
	if err := printTrouble(w, u, text); err != nil {
		return err
	}
	return samplelog.WriteCSV(w, samplelog.CSVRow{Time: u.looked, Unit: u.number, Note: text})
}

func printReadingCSV(w io.Writer, u *watchedUnit) error {
	r := u.reading
	return samplelog.WriteCSV(w, samplelog.CSVRow{
		Time: r.Sample.Receive, Unit: r.Unit, Offset: r.Offset, Jitter: r.Jitter, HasJitter: r.HasJitter,
		Precision: r.Sample.Precision, Leap: int(r.Sample.Leap),
	})
}

// printReading writes a sample as text.
func printReading(w io.Writer, u *watchedUnit) error {
	columns := math.MaxInt
	if isTerminal(os.Stdout) {
		columns = width(os.Stdout)
	}
	_, err := fmt.Fprintln(w, readingText(u, columns))
	return err
}

// readingText returns a sample as a line of text: 80 columns without the details. If the line with
// them is too long for the terminal, they are on the next line.
func readingText(u *watchedUnit, columns int) string {
	r := u.reading
	at := r.Sample.Receive.Local().Format("15:04:05.000")
	line := fmt.Sprintf("%s  unit %-2d  offset %s  jitter %-7s  2^%-3d", at, r.Unit, seconds(r.Offset), jitterText(r), r.Sample.Precision)
	detail := u.detailText(r)
	switch {
	case detail == "":
		return strings.TrimRight(line, " ")
	case len(line)+len("  ")+len(detail) > columns:
		return strings.TrimRight(line, " ") + "\n" + strings.Repeat(" ", len(at+"  ")) + detail
	}
	return line + "  " + detail
}

// readingJSON is a sample as monitor --json writes it.
type readingJSON struct {
	Schema     int       `json:"schema"`         // version of this document: 1
	Unit       int       `json:"unit"`           // of shared memory
	Clock      time.Time `json:"clock"`          // time of the reference clock
	Receive    time.Time `json:"receive"`        // time of the system clock at the same instant
	OffsetNS   int64     `json:"offset_ns"`      // clock - receive in nanoseconds; negative if the clock is behind
	JitterNS   *int64    `json:"jitter_ns"`      // standard deviation in nanoseconds; null before the fifth sample
	Precision  int       `json:"precision"`      // precision that the sample claims, as log2 of seconds
	Leap       int       `json:"leap"`           // 0: none, 1: second to be added, 2: second to be deleted, 3: not synchronized
	Mode       int       `json:"mode"`           // mode of the protocol, 0 or 1
	Count      int       `json:"count"`          // counter of the segment
	AgeNS      int64     `json:"age_ns"`         // nanoseconds from receive to reading
	Owner      string    `json:"owner"`          // user name of the unit's owner
	Perm       string    `json:"perm"`           // mode of the unit in octal
	Size       int       `json:"size"`           // of the unit in bytes
	Attached   []string  `json:"attached"`       // programs that have attached the unit, as far as the caller may see
	NAttached  int       `json:"attached_count"` // attachments
	Taken      uint64    `json:"taken"`          // samples that a consumer took
	Lost       uint64    `json:"lost"`           // samples that were not taken before the next one
	Nanosecond bool      `json:"nanosecond"`     // whether the stamps have nanoseconds; otherwise microseconds
}

func printReadingJSON(w io.Writer, u *watchedUnit) error {
	r := u.reading
	j := readingJSON{
		Schema: status.Schema, Unit: r.Unit, Clock: r.Sample.Clock, Receive: r.Sample.Receive, OffsetNS: int64(r.Offset),
		Precision: r.Sample.Precision, Leap: int(r.Sample.Leap), Mode: 1, Count: int(r.Sample.Count),
		AgeNS: int64(r.Seen.Sub(r.Sample.Receive)), Owner: u.ownerName(), Perm: fmt.Sprintf("%04o", u.info.Perm), Size: u.info.Size,
		Attached: []string{}, NAttached: u.info.Attached, Taken: r.Readers.Taken, Lost: r.Readers.Lost, Nanosecond: r.Sample.Nanoseconds,
	}
	if r.Sample.Plain {
		j.Mode = 0
	}
	if r.HasJitter {
		n := int64(r.Jitter)
		j.JitterNS = &n
	}
	for _, p := range u.processes {
		j.Attached = append(j.Attached, p.String())
	}
	return json.NewEncoder(w).Encode(j)
}

// seconds returns a duration as signed seconds with nanoseconds.
func seconds(d time.Duration) string {
	sign := '+'
	if d < 0 {
		sign, d = '-', -d
	}
	return fmt.Sprintf("%c%d.%09d s", sign, d/time.Second, d%time.Second)
}

// jitterText returns the jitter with three digits.
func jitterText(r watch.Reading) string {
	if !r.HasJitter {
		return "-"
	}
	return threeDigits(r.Jitter)
}

// threeDigits returns a duration in the unit in which it has three digits when rounded: 999.6
// us would be 1e+03 us.
func threeDigits(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + threeDigits(d.Abs())
	case d < time.Microsecond:
		return fmt.Sprintf("%d ns", d.Nanoseconds())
	case d < 999_500*time.Nanosecond:
		return fmt.Sprintf("%.3g us", float64(d)/float64(time.Microsecond))
	case d < 999_500*time.Microsecond:
		return fmt.Sprintf("%.3g ms", float64(d)/float64(time.Millisecond))
	case d < 999_500*time.Millisecond:
		return fmt.Sprintf("%.3g s", d.Seconds())
	}
	return fmt.Sprintf("%.0f s", d.Seconds())
}

// detailText returns what differs from the usual sample, and the readers.
func (u *watchedUnit) detailText(r watch.Reading) string {
	var parts []string
	if r.Sample.Leap != shm.LeapNone {
		parts = append(parts, fmt.Sprintf("leap %v", r.Sample.Leap))
	}
	if age := r.Seen.Sub(r.Sample.Receive); age < 0 || age > staleAfter {
		parts = append(parts, "age "+ageText(age))
	}
	if who := u.readersText(" samples"); who != "" {
		parts = append(parts, "read by "+who)
	}
	return strings.Join(parts, "  ")
}

// ageText returns the age of a sample. It is negative if the receive stamp is in the
// future, which daemons refuse.
func ageText(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
