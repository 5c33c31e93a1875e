package events

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"strconv"
	"time"
)

// Write writes an event file. It returns an error for a header or an event that the
// Reader would not accept. It writes the events before that one.
func Write(w io.Writer, h Header, list iter.Seq[Event]) error {
	if err := checkHeader(h); err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	out.WriteString(headerLine(h))
	var last time.Duration
	var line []byte
	number := 0
	for e := range list {
		number++
		if err := checkEvent(e, last); err != nil {
			out.Flush()
			return fmt.Errorf("event %d: %w", number, err)
		}
		last = e.At
		line = appendEvent(line[:0], e)
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	return out.Flush()
}

func headerLine(h Header) string {
	pulse, pivot := "none", ""
	if h.Pulse {
		pulse = "pulse"
	}
	if !h.Pivot.IsZero() {
		pivot = " " + h.Pivot.String()
	}
	return fmt.Sprintf("%d %d %s%s\n", h.Start, h.Baud, pulse, pivot)
}

func appendEvent(line []byte, e Event) []byte {
	line = append(strconv.AppendInt(line, int64(e.At), 10), ' ')
	switch e.Kind {
	case Rising:
		line = append(line, "E+"...)
	case Falling:
		line = append(line, "E-"...)
	default:
		line = hex.AppendEncode(line, e.Data)
	}
	return append(line, '\n')
}

func checkHeader(h Header) error {
	switch {
	case h.Start < 0 || h.Start > maxStart:
		return fmt.Errorf("header: start %d, expected 0 to %d", h.Start, maxStart)
	case h.Baud < 0 || h.Baud > maxBaud:
		return fmt.Errorf("header: baud rate %d, expected 0 to %d", h.Baud, maxBaud)
	}
	if h.Pivot.IsZero() {
		return nil
	}
	if day, err := time.Parse(time.DateOnly, h.Pivot.String()); err != nil || day.Year() < minYear {
		return fmt.Errorf("header: pivot %v, expected %s", h.Pivot, expectedPivot)
	}
	return nil
}

func checkEvent(e Event, last time.Duration) error {
	switch {
	case e.At < last:
		return fmt.Errorf("time %d, expected %d or later", e.At, last)
	case e.At > maxAt:
		return fmt.Errorf("time %d, expected at most %d", e.At, maxAt)
	case e.Kind > Falling:
		return fmt.Errorf("kind %d, expected Bytes, Rising or Falling", e.Kind)
	case e.Kind == Bytes && (len(e.Data) == 0 || len(e.Data) > maxData):
		return fmt.Errorf("%s, expected 1 to %d", count(len(e.Data), "byte"), maxData)
	case e.Kind != Bytes && len(e.Data) > 0:
		return fmt.Errorf("an edge with %s, expected none", count(len(e.Data), "byte"))
	}
	return nil
}
