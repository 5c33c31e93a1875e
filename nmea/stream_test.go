package nmea_test

import (
	"slices"
	"strings"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A said is what a receiver says without a pause: bodies of sentences, or whole
// lines where they begin with '$', from a given time on. One that says nothing is
// the reader's, who finds at that time that nothing has come.
type said struct {
	at    time.Duration
	lines []string
}

// say is the usual way to write a said.
func say(at time.Duration, lines ...string) said { return said{at, lines} }

// A told is an epoch as the tests look at it.
type told struct {
	utc   string // empty without a time; without a date the time alone
	why   nmea.Reason
	by    string
	start time.Duration // noStart where there is none
}

const noStart = time.Duration(-1)

func tell(e nmea.Epoch) told {
	x := told{why: e.Why, by: e.By, start: noStart}
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

// listen gives the epochs of a stream that a port has been open for long before:
// its first burst follows a silence like any other. The bytes are read by 16, each
// read being in time.
func listen(baud int, stream ...said) (epochs []nmea.Epoch) {
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

// bytes are those of the lines, with what a body lacks to be one.
func (s said) bytes() (b []byte) {
	for _, text := range s.lines {
		if !strings.HasPrefix(text, "$") {
			text = summed(text)
		}
		b = append(b, text+"\r\n"...)
	}
	return b
}

// tellAll is listen, as the tests look at it.
func tellAll(stream ...said) (x []told) {
	for _, e := range listen(9600, stream...) {
		x = append(x, tell(e))
	}
	return x
}
