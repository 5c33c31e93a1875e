package samplelog

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// monitorCSV is the format of refclock monitor --csv. docs/report.md describes it.
const monitorCSV = "refclock csv"

// CSVHeader is the first line of monitor --csv. The reader requires only time and offset_ns,
// in any order, also understands delay_ns and name, and ignores other columns.
const CSVHeader = "time,unit,offset_ns,jitter_ns,precision,leap,note"

// A CSVRow is a line of monitor --csv.
type CSVRow struct {
	Time      time.Time     // receive stamp of the sample, or of the note
	Unit      int           // of shared memory
	Offset    time.Duration // clock - receive
	Jitter    time.Duration
	HasJitter bool
	Precision int
	Leap      int
	Note      string // why there is no sample; the row has nothing else then
}

// WriteCSV writes a row. Times are UTC with nine digits.
func WriteCSV(w io.Writer, r CSVRow) error {
	const form = "2006-01-02T15:04:05.000000000Z"
	row := []string{r.Time.UTC().Format(form), strconv.Itoa(r.Unit), "", "", "", "", r.Note}
	if r.Note == "" {
		row[2], row[4], row[5] = strconv.FormatInt(int64(r.Offset), 10), strconv.Itoa(r.Precision), strconv.Itoa(r.Leap)
		if r.HasJitter {
			row[3] = strconv.FormatInt(int64(r.Jitter), 10)
		}
	}
	out := csv.NewWriter(w)
	if err := out.Write(row); err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// csvColumns are the indexes of the columns; -1 if missing.
type csvColumns struct {
	count                                         int
	time, unit, name, offset, jitter, delay, note int
}

// csvHeader returns the columns that a line names. It returns false if the line is not a
// header with the required ones.
func csvHeader(line []byte) (csvColumns, bool) {
	var names []string
	for name := range strings.SplitSeq(strings.TrimPrefix(string(line), "\ufeff"), ",") {
		names = append(names, strings.ToLower(strings.Trim(strings.TrimSpace(name), `"`)))
	}
	at := func(name string) int { return slices.Index(names, name) }
	h := csvColumns{len(names), at("time"), at("unit"), at("name"), at("offset_ns"), at("jitter_ns"), at("delay_ns"), at("note")}
	return h, h.time >= 0 && h.offset >= 0
}

// csvLine reads a row.
func csvLine(c *collector, h csvColumns, line []byte) error {
	f, err := csvFields(line)
	if err != nil {
		return err
	}
	if len(f) != h.count {
		return found(fmt.Sprintf("%d columns", len(f)), fmt.Sprintf("%d, as in the header", h.count))
	}
	at, ok := csvTime(f[h.time])
	if !ok {
		return found(fmt.Sprintf("%.40q", f[h.time]), "a time in RFC 3339, such as 2026-11-22T22:29:21.211413000Z, or Unix seconds")
	}
	get := func(i int) []byte {
		if i < 0 {
			return nil
		}
		return f[i]
	}
	name := csvName(get(h.name), get(h.unit))
	if note := get(h.note); len(note) > 0 && len(f[h.offset]) == 0 {
		if !isVisible(note) {
			return found(fmt.Sprintf("%.40q", note), "a note of visible characters")
		}
		return c.note(name, at, string(note))
	}
	x := sample{time: at, jitter: unknown, delay: unknown}
	if err := csvValue("offset_ns", f[h.offset], &x.offset); err != nil {
		return err
	}
	for _, column := range []field{{"jitter_ns", get(h.jitter), &x.jitter}, {"delay_ns", get(h.delay), &x.delay}} {
		if len(column.text) == 0 {
			continue
		}
		if err := csvValue(column.name, column.text, column.value); err != nil {
			return err
		}
	}
	return c.add(name, x)
}

// csvValue parses a column of nanoseconds.
func csvValue(name string, text []byte, value *float64) error {
	v, ok := decimal(text)
	if !ok || v > maxShift || v < -maxShift {
		return found(fmt.Sprintf("%.40q as %s", text, name), "nanoseconds")
	}
	*value = v
	return nil
}

// csvName returns the name of the source of a row.
func csvName(name, unit []byte) []byte {
	switch {
	case len(name) > 0:
		return name
	case len(unit) > 0:
		return append([]byte("unit "), unit...)
	}
	return []byte("clock")
}

// csvFields splits a row.
func csvFields(line []byte) ([][]byte, error) {
	if bytes.IndexByte(line, '"') < 0 {
		f := bytes.Split(line, []byte(","))
		for i := range f {
			f[i] = bytes.TrimSpace(f[i])
		}
		return f, nil
	}
	words, err := csv.NewReader(bytes.NewReader(line)).Read()
	if err != nil {
		return nil, found("quotes that do not match", "a field in double quotes, such as \"a, b\"")
	}
	var f [][]byte
	for _, w := range words {
		f = append(f, []byte(strings.TrimSpace(w)))
	}
	return f, nil
}

// csvTime parses RFC 3339 or Unix seconds.
func csvTime(b []byte) (ns int64, ok bool) {
	if ns, ok := seconds(b); ok {
		return ns, true
	}
	if n := len(b); n > 20 && b[n-1] == 'Z' && b[10] == 'T' { // the usual form, without allocation
		return utc(b[:10], b[11:n-1])
	}
	t, err := time.Parse(time.RFC3339Nano, string(b))
	year := t.UTC().Year() // of another zone, a time may be of the year before
	return t.UnixNano(), err == nil && year >= minYear && year <= maxYear
}
