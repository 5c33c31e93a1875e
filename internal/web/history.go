package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"time"

	"github.com/refclock/refclock/internal/history"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/nmea"
)

// history answers with samples or buckets, as columns. It writes them as it copies them, so
// that a large answer needs little memory.
func (e *endpoint) history(w http.ResponseWriter, r *http.Request) {
	span, clocks, text := e.wanted(r)
	if text != "" {
		http.Error(w, text, http.StatusBadRequest)
		return
	}
	if !e.acquire(r) {
		return
	}
	defer e.release()
	deadline(w, historyTimeout)
	w.Header().Set("Content-Type", "application/json")
	if r.Method == http.MethodHead {
		return
	}
	now := nmea.Now()
	out := columns{w: w, now: now.Mono, span: span}
	out.text(`{"schema":` + strconv.Itoa(status.Schema) + `,"time":`)
	out.value(time.Unix(0, now.Real).UTC())
	out.text(`,"span_ns":` + strconv.FormatInt(int64(span), 10) + `,"clocks":[`)
	for i, c := range clocks {
		if i > 0 {
			out.text(",")
		}
		out.clock(c)
	}
	out.text("]}\n")
	out.flush()
}

// An indexed clock has its place in the report.
type indexed struct {
	Clock
	index int
}

// wanted parses the query. It returns a text if it is wrong.
func (e *endpoint) wanted(r *http.Request) (span time.Duration, clocks []indexed, wrong string) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return 0, nil, "expected a query such as span=1h&clock=0"
	}
	switch query.Get("span") {
	case "", "1h":
		span = history.Hour
	case "24h":
		span = history.Day
	default:
		return 0, nil, "span: expected 1h or 24h"
	}
	e.daemon.Collect()
	runtime.Gosched()
	for i, c := range e.daemon.Clocks() {
		clocks = append(clocks, indexed{c, i})
	}
	if text := query.Get("clock"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n >= len(clocks) {
			return 0, nil, "clock: expected the index of a clock, from 0 to " + strconv.Itoa(len(clocks)-1)
		}
		clocks = clocks[n : n+1]
	}
	return span, clocks, ""
}

// Columns writes the history of clocks.
type columns struct {
	w    http.ResponseWriter
	now  int64 // CLOCK_MONOTONIC
	span time.Duration
	buf  []byte
	err  error
}

// flushAt is how much is written at once.
const flushAt = 16 << 10

func (c *columns) text(text string) {
	c.buf = append(c.buf, text...)
	if len(c.buf) >= flushAt {
		c.flush()
	}
}

func (c *columns) flush() {
	if c.err == nil {
		_, c.err = c.w.Write(c.buf)
	}
	c.buf = c.buf[:0]
}

// value writes a value as encoding/json does.
func (c *columns) value(v any) {
	text, err := json.Marshal(v)
	if err != nil {
		text = []byte("null")
	}
	c.buf = append(c.buf, text...)
}

// clock writes the object of a clock.
func (c *columns) clock(k indexed) {
	c.text(`{"index":` + strconv.Itoa(k.index) + `,"name":`)
	c.value(k.Name)
	c.text(`,"kind":`)
	c.value(k.Kind)
	c.text(`,"targets":`)
	c.value(k.Targets)
	if c.span == history.Hour {
		span := k.History.SampleSpan(c.now, c.span)
		for _, column := range sampleColumns {
			writeColumn(c, span, column, k.History.Samples)
		}
	} else {
		span := k.History.BucketSpan(c.now, c.span)
		for _, column := range bucketColumns {
			writeColumn(c, span, column, k.History.Buckets)
		}
	}
	c.text(`,"gaps":[`)
	for i, g := range k.History.Gaps(c.now, c.span) {
		if i > 0 {
			c.text(",")
		}
		c.value(gapOf(g))
		if i%chunk == chunk-1 {
			runtime.Gosched()
		}
	}
	c.text("]}")
}

// A column is a field of records: its name, its value, and whether the value is known.
type column[T any] struct {
	name  string
	value func(*T) (n int64, known bool)
}

var sampleColumns = []column[history.Sample]{
	{"time_ms", func(s *history.Sample) (int64, bool) { return ms(s.Real), true }},
	{"offset_ns", func(s *history.Sample) (int64, bool) { return s.Offset, true }},
	{"jitter_ns", func(s *history.Sample) (int64, bool) { return s.Jitter, s.Jitter != history.None }},
}

var bucketColumns = []column[history.Bucket]{
	{"time_ms", func(b *history.Bucket) (int64, bool) { return ms(b.Real), true }},
	{"count", func(b *history.Bucket) (int64, bool) { return int64(b.Count), true }},
	{"offset_min_ns", func(b *history.Bucket) (int64, bool) { return b.Min, b.Count > 0 }},
	{"offset_median_ns", func(b *history.Bucket) (int64, bool) { return b.Median, b.Count > 0 }},
	{"offset_max_ns", func(b *history.Bucket) (int64, bool) { return b.Max, b.Count > 0 }},
	{"jitter_ns", func(b *history.Bucket) (int64, bool) { return b.Jitter, b.Jitter != history.None }},
	{"delay_ns", func(b *history.Bucket) (int64, bool) { return b.Delay, b.Delay != history.None }},
	{"satellites", func(b *history.Bucket) (int64, bool) { return int64(b.Satellites), b.Satellites != history.None }},
}

func ms(ns int64) int64 { return ns / int64(time.Millisecond) }

// chunk is how many records are copied at once.
const chunk = 128

// writeColumn writes a column. If records are dropped meanwhile, because a client reads for
// too long, it ends the connection: columns must have the same length.
func writeColumn[T any](c *columns, span history.Span, column column[T], read func([]T, uint64) int) {
	var records [chunk]T
	c.text(`,"` + column.name + `":[`)
	for from := span.First; from < span.Next && c.err == nil; {
		n := read(records[:min(chunk, span.Next-from)], from)
		if n == 0 {
			panic(http.ErrAbortHandler)
		}
		for i := range n {
			if from > span.First || i > 0 {
				c.buf = append(c.buf, ',')
			}
			if v, known := column.value(&records[i]); known {
				c.buf = strconv.AppendInt(c.buf, v, 10)
			} else {
				c.buf = append(c.buf, "null"...)
			}
		}
		from += uint64(n)
		c.text("")
		runtime.Gosched() // on one processor, a read of a receiver may wait to be stamped
	}
	c.text("]")
}

// A gap is a time without samples, as JSON.
type gap struct {
	From   int64  `json:"from_ms"`
	To     *int64 `json:"to_ms"`
	Reason string `json:"reason"`
	Hint   string `json:"hint"`
}

func gapOf(g history.Gap) gap {
	one := gap{From: ms(g.From), Reason: g.State.Reason, Hint: g.State.Hint}
	if g.To != 0 {
		to := ms(g.To)
		one.To = &to
	}
	return one
}
