package replay

import (
	"context"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// A Replay runs a clock over stamped bytes and edges. Reads that return nothing follow from
// the timeouts of the clock. A Replay opens nothing and reads no clock. It is not safe for
// concurrent use.
type Replay struct {
	sentences *loop
	pulse     *loop // nil without a pulse
}

// New opens the port, and the line of the pulse if there is one, at an instant. Each outcome
// is reported in the order of time. Of the Config, Device, Open, Bauds, OtherReaders and the
// pulse's line are not used.
func New(c gps.Config, at nmea.Stamp, report func(Outcome)) *Replay {
	c.Bauds, c.OtherReaders, c.Lock = nil, nil, nil
	r := &Replay{}
	r.sentences, r.pulse = loops(c, report)
	for _, l := range []*loop{r.sentences, r.pulse} {
		if l != nil {
			l.now = at
			l.start()
			l.proceed()
		}
	}
	return r
}

// Close ends the replay.
func (r *Replay) Close() {
	r.sentences.end()
	if r.pulse != nil {
		r.pulse.end()
	}
}

// proceed answers the loop at once until it waits for a read or an edge.
func (l *loop) proceed() {
	for l.asked != reading {
		l.err = nil
		l.step()
	}
}

// Wait lets time pass: reads, and waits for an edge, time out before the instant.
func (r *Replay) Wait(until nmea.Stamp) {
	for {
		next, timeout := r.sentences, r.sentences.now.Add(r.sentences.timeout)
		if r.pulse != nil {
			if edge := r.pulse.now.Add(gps.EdgeWait); edge.Sub(timeout) < 0 {
				next, timeout = r.pulse, edge
			}
		}
		if timeout.Sub(until) >= 0 {
			return
		}
		next.now, next.chunk, next.err = timeout, nil, nil
		if next.pulse {
			next.err = context.DeadlineExceeded
		}
		next.step()
		next.proceed()
	}
}

// maxRead is the longest read of a clock.
const maxRead = 4096

// Bytes lets time pass until a read returns a chunk. A longer chunk than a clock reads at
// once is returned by several reads.
func (r *Replay) Bytes(at nmea.Stamp, chunk []byte) {
	r.Wait(at)
	for first := true; first || len(chunk) > 0; first = false {
		n := min(len(chunk), maxRead)
		l := r.sentences
		l.now, l.chunk, l.err = at, chunk[:n], nil
		l.step()
		l.proceed()
		chunk = chunk[n:]
	}
}

// Edge lets time pass until an edge arrives. Without a pulse in the Config, the edge is
// ignored.
func (r *Replay) Edge(at nmea.Stamp, rising bool) {
	r.Wait(at)
	if l := r.pulse; l != nil {
		l.now, l.err = at, nil
		l.edge = pps.Edge{Stamp: pps.Stamp{Real: at.Real, Mono: at.Mono}, Rising: rising}
		l.step()
		l.proceed()
	}
}
