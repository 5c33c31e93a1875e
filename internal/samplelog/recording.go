package samplelog

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/refclock/refclock/internal/recording"
)

// Recording is the format of refclock record. A File of it has events in place of lines.
const Recording = "refclock recording"

// maxRecordedOffset is the greatest offset of a sample: the years of a log are the limit.
const maxRecordedOffset = (maxMJD - mjd1970) * daySec * time.Second

// readRecording reads the samples of a recording, and the reasons why there were none. The
// rest after a damaged block counts as one line that cannot be read.
func readRecording(c *collector, in io.Reader) error {
	r, err := recording.NewReader(in)
	if err != nil {
		return err
	}
	c.format = Recording
	c.file.Formats = []string{Recording}
	var at int64 // of the last event with a stamp: states have none
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if cut, ok := errors.AsType[*recording.CutError](err); ok {
			c.file.Bad++
			c.file.Errors = append(c.file.Errors, &Error{File: c.file.Name, Found: cut.Error()})
			return nil
		}
		if err != nil {
			return err
		}
		c.file.Lines++
		if e.Stamp.Real != 0 {
			at = e.Stamp.Real
		}
		if err := recorded(c, &e, recordedName(r.Header().Settings, e.Pulse), at); err != nil {
			return err
		}
		if c.samples > maxSamples {
			return errTooMany
		}
	}
}

// recorded adds what an event says about samples.
func recorded(c *collector, e *recording.Event, name string, at int64) error {
	switch e.Kind {
	case recording.Sample:
		s := e.Driver()
		if s.Receive < 0 || s.Receive >= (maxMJD-mjd1970)*daySec*second || time.Duration(s.Offset()).Abs() > maxRecordedOffset {
			return fmt.Errorf("event %d: a sample of %d ns since 1970 that is %d ns off, expected the years %d to %d", c.file.Lines, s.Receive, s.Offset(), minYear, maxYear)
		}
		return c.add([]byte(name), sample{time: s.Receive, offset: float64(s.Offset()), jitter: unknown, delay: unknown})
	case recording.State:
		if s := e.Changed(); !s.Publishing() {
			return c.note([]byte(name), at, s.String())
		}
	}
	return nil
}

// recordedName names the sentences or the pulse of a receiver.
func recordedName(s recording.Settings, pulse bool) string {
	device, of := s.Device, "sentences"
	if pulse {
		device, of = s.Source, "pulse"
	}
	if !isName([]byte(device)) || len(of)+len(device) >= maxName {
		return of
	}
	return fmt.Sprintf("%s %s", of, device)
}
