package history

import "encoding/binary"

// An encoding of a history has the samples of the last hour, the buckets of the last day, and
// the spells that ended within it or have not ended. Each list begins with its length. A
// number is a varint, the difference from the same field of the record before; times are the
// difference of this difference, since they advance evenly. A text is 0, its length and its
// bytes when it is new, else its place among the texts so far, from 1.

// Encode appends the encoding of what is recent at a moment. Changes of parts are not in it.
func (c *Clock) Encode(to []byte, mono int64) []byte {
	e := encoder{buf: to, texts: map[string]uint64{}}
	var samples [scratch]Sample
	e.span(c.SampleSpan(mono, Hour), func(from uint64, most int) int {
		n := c.Samples(samples[:most], from)
		for i := range samples[:n] {
			e.record(sampleFields(&samples[i]))
		}
		return n
	})
	var buckets [scratch]Bucket
	e.span(c.BucketSpan(mono, Day), func(from uint64, most int) int {
		n := c.Buckets(buckets[:most], from)
		for i := range buckets[:n] {
			e.record(bucketFields(&buckets[i]))
		}
		return n
	})
	e.spells(c.spellsSince(mono - int64(Day)))
	return e.buf
}

// sampleFields and bucketFields return the fields of a record, the times first.
func sampleFields(s *Sample) []int64 {
	return []int64{s.Mono, s.Real - s.Mono, s.Offset, s.Jitter, int64(s.Precision)}
}

func bucketFields(b *Bucket) []int64 {
	return []int64{b.Mono, b.Real - b.Mono, b.Median, b.Median - b.Min, b.Max - b.Median, b.Jitter, b.Delay, int64(b.Count), int64(b.Satellites)}
}

const (
	sampleLength = 5
	bucketLength = 9
)

// spellsSince returns the spells that ended after a moment, or have not ended.
func (c *Clock) spellsSince(mono int64) (list []Spell) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for n := c.spells.first; n < c.spells.next; n++ {
		if n+1 == c.spells.next || c.spells.at(n+1).Mono >= mono {
			list = append(list, *c.spells.at(n))
		}
	}
	return list
}

type encoder struct {
	buf   []byte
	texts map[string]uint64
	last  deltas
}

// Deltas are what the next record of a list is relative to.
type deltas struct {
	fields [bucketLength]int64
	pace   int64 // of the first field
}

// span encodes a list, whose records some encodes, and returns how many of them there were.
// The lock of the history is held for one piece at a time. A record that is dropped meanwhile
// ends the list, and its length is corrected.
func (e *encoder) span(span Span, some func(from uint64, most int) int) {
	e.last = deltas{}
	length := len(e.buf)
	e.buf = binary.LittleEndian.AppendUint32(e.buf, 0)
	from := span.First
	for from < span.Next {
		n := some(from, int(min(scratch, span.Next-from)))
		if n == 0 {
			break
		}
		from += uint64(n)
	}
	binary.LittleEndian.PutUint32(e.buf[length:], uint32(from-span.First))
}

func (e *encoder) record(fields []int64) {
	for i, v := range fields {
		d := v - e.last.fields[i]
		e.last.fields[i] = v
		if i == 0 {
			d, e.last.pace = d-e.last.pace, d
		}
		e.buf = binary.AppendVarint(e.buf, d)
	}
}

func (e *encoder) spells(list []Spell) {
	e.buf = binary.LittleEndian.AppendUint32(e.buf, uint32(len(list)))
	e.last = deltas{}
	for _, s := range list {
		e.record([]int64{s.Mono, s.Real - s.Mono})
		e.text(s.State.Reason)
		e.text(s.State.Detail)
		e.text(s.State.Hint)
	}
}

func (e *encoder) text(text string) {
	if place, ok := e.texts[text]; ok {
		e.buf = binary.AppendUvarint(e.buf, place)
		return
	}
	e.texts[text] = uint64(len(e.texts) + 1)
	e.buf = binary.AppendUvarint(append(e.buf, 0), uint64(len(text)))
	e.buf = append(e.buf, text...)
}

// Flush closes the open bucket, so that its samples are encoded too.
func (c *Clock) Flush() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if o := &c.open; o.used && (o.bucket.Count > 0 || o.changed) {
		c.buckets.add(o.summary())
	}
	c.open = open{}
}
