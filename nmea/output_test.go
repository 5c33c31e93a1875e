package nmea_test

import (
	"slices"
	"strings"
	"time"

	"github.com/refclock/refclock/nmea"
)

// An output is what a receiver sends without a pause from a given time on: bodies of
// sentences, or whole lines if they begin with '$'. Without lines it is a read that
// times out.
type output struct {
	at    time.Duration
	lines []string
}

// send returns an output.
func send(at time.Duration, lines ...string) output { return output{at, lines} }

// A summary is the part of an epoch that tests compare.
type summary struct {
	utc   string // empty without a time; only the time without a date
	why   nmea.Reason
	by    string
	start time.Duration // noStart if unknown
}

const noStart = time.Duration(-1)

func summarize(e nmea.Epoch) summary {
	x := summary{why: e.Why, by: e.By, start: noStart}
	switch {
	case e.HasTime && e.UTC.Date.IsZero():
		x.utc = e.UTC.TimeOfDay.String()
	case e.HasTime:
		x.utc = e.UTC.String()
	}
	if e.HasStart {
		x.start = e.Start.Sub(boot)
	}
	return x
}

// receive returns the epochs of a stream from a port that has been open for long: its
// first burst follows a silence. Each read is in time and returns up to 16 bytes.
func receive(baud int, stream ...output) (epochs []nmea.Epoch) {
	var byteTime time.Duration
	if baud > 0 {
		byteTime = time.Second * 10 / time.Duration(baud)
	}
	framer, grouping := nmea.NewFramer(baud), nmea.NewEpochs(midMay)
	framer.Push(boot.Add(-time.Second), []byte("\n"))
	all(framer)
	keep := func(e nmea.Epoch, ok bool) {
		if ok {
			e.Sentences = slices.Clone(e.Sentences)
			epochs = append(epochs, e)
		}
	}
	for _, burst := range stream {
		at := boot.Add(burst.at)
		if len(burst.lines) == 0 {
			keep(grouping.Idle(at))
		}
		for chunk := range slices.Chunk(burst.bytes(), 16) {
			at = at.Add(time.Duration(len(chunk)) * byteTime)
			framer.Push(at, chunk)
			for _, s := range all(framer) {
				e, ok, _ := grouping.Push(s)
				keep(e, ok)
			}
		}
	}
	keep(grouping.Flush())
	return epochs
}

// bytes returns the lines, with '$' and checksum added to bodies.
func (s output) bytes() (b []byte) {
	for _, text := range s.lines {
		if !strings.HasPrefix(text, "$") {
			text = summed(text)
		}
		b = append(b, text+"\r\n"...)
	}
	return b
}

// summaries returns the summaries of the epochs from receive.
func summaries(stream ...output) (x []summary) {
	for _, e := range receive(9600, stream...) {
		x = append(x, summarize(e))
	}
	return x
}
