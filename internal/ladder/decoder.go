// Package ladder keeps the last second of a receiver for display: when its burst began, when
// each sentence ended, and which satellites it reported. It sees what a gps clock decodes,
// and changes nothing. It allocates only until it has the room for a burst, and parses only when a report is made.
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

// lines are whole sentences. Their text grows to what the receiver sends, usually a tenth of
// the most, since there may be hundreds of receivers.
type lines struct {
	text []byte
	ends [maxSentences / 2]uint16
	n    int
}

func (l *lines) add(raw []byte) {
	if l.n < len(l.ends) && len(raw) <= maxLine {
		l.text = append(l.text, raw...)
		l.ends[l.n] = uint16(len(l.text))
		l.n++
	}
}

func (l *lines) clear() { l.text, l.n = l.text[:0], 0 }

// set copies other lines.
func (l *lines) set(other *lines) {
	l.text, l.ends, l.n = append(l.text[:0], other.text...), other.ends, other.n
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
		k.sky.set(&d.sky)
		k.used.set(&d.used)
	}
	k.mu.Unlock()
	d.sky.clear()
	d.used.clear()
	d.current.n, d.fresh = 0, true
}
