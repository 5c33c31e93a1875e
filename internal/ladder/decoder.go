// Package ladder keeps the last second of a receiver for display: when its burst began, when
// each sentence ended, and which satellites it reported. It sees what a gps clock decodes,
// and changes nothing. It allocates nothing, and parses only when a report is made.
package ladder

import (
	"errors"
	"sync"
	"time"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/nmea"
)

const (
	maxSentences = 48  // of a burst
	maxLine      = 100 // bytes of a sentence about satellites; NMEA has 82
)

// A Keeper keeps the last second. Its zero value is ready for use.
type Keeper struct {
	mu   sync.Mutex // held to copy
	last second
	sky  lines // of the last burst that had satellites in view
	used lines // likewise, with those in use
}

// A second is a burst and the second that it names.
type second struct {
	label     time.Time // zero if the burst named none
	first     int64     // CLOCK_REALTIME of its first byte; 0 if unknown
	published int64     // CLOCK_REALTIME after its sample was published, if one was
	sentences [maxSentences]sentence
	n         int
}

type sentence struct {
	address [5]byte
	length  int
	end     int64 // CLOCK_REALTIME of its last byte
}

// lines are whole sentences.
type lines struct {
	text   [maxSentences / 2][maxLine]byte
	length [maxSentences / 2]int
	n      int
}

func (l *lines) add(raw []byte) {
	if l.n < len(l.text) && len(raw) <= maxLine {
		l.length[l.n] = copy(l.text[l.n][:], raw)
		l.n++
	}
}

// Decoder returns a decoder that does what another one does, and keeps what it decodes.
func (k *Keeper) Decoder(inner gps.Decoder) gps.Decoder { return &decoder{Decoder: inner, keeper: k} }

// A decoder collects a burst until it is complete.
type decoder struct {
	gps.Decoder
	keeper  *Keeper
	current second
	sky     lines
	used    lines
	fresh   bool // a second was kept, and its sample is perhaps being published
}

// Next implements gps.Decoder.
func (d *decoder) Next() (h nmea.Heard, more bool) {
	h, more = d.Decoder.Next()
	if !more {
		return h, more
	}
	if h.Complete {
		d.keep(h.Epoch)
	}
	if raw := h.Sentence.Raw; len(raw) > 0 && (h.Err == nil || errors.Is(h.Err, nmea.ErrRange)) {
		d.add(raw, h.Sentence)
	}
	return h, more
}

// Stats implements gps.Decoder. It is the first method that the driver calls after it has
// published the sample of an epoch.
func (d *decoder) Stats() nmea.FramerStats {
	if d.fresh {
		d.fresh = false
		now := nmea.Now().Real
		d.keeper.mu.Lock()
		d.keeper.last.published = now
		d.keeper.mu.Unlock()
	}
	return d.Decoder.Stats()
}

// add adds a sentence to the burst.
func (d *decoder) add(raw []byte, s nmea.Sentence) {
	address := raw[1:min(len(raw), 6)]
	if d.current.n < maxSentences {
		one := &d.current.sentences[d.current.n]
		one.length, one.end = copy(one.address[:], address), s.Last.Real
		d.current.n++
	}
	if len(address) == 5 {
		switch string(address[2:]) {
		case "GSV":
			d.sky.add(raw)
		case "GSA":
			d.used.add(raw)
		}
	}
}

// keep ends the burst.
func (d *decoder) keep(e nmea.Epoch) {
	d.current.label, d.current.first, d.current.published = time.Time{}, 0, 0
	if ns, ok := e.UTC.UnixNano(); ok && e.HasTime && !e.UTC.Date.IsZero() {
		d.current.label = time.Unix(0, ns).UTC()
	}
	if e.HasStart {
		d.current.first = e.Start.Real
	}
	k := d.keeper
	k.mu.Lock()
	k.last = d.current
	if d.sky.n > 0 {
		k.sky, k.used = d.sky, d.used
	}
	k.mu.Unlock()
	d.current.n, d.sky.n, d.used.n, d.fresh = 0, 0, 0, true
}
