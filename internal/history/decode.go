package history

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/refclock/refclock/driver"
)

// ErrEncoding is wrapped by the error of an encoding that is not valid. It quotes nothing.
var ErrEncoding = errors.New("not a valid history")

// Decode returns the history of an encoding. The monotonic time of each record becomes later
// by shift, and at most latest.
func Decode(encoding []byte, shift, latest int64) (*Clock, error) {
	d := decoder{rest: encoding}
	c := New()
	place := func(mono, last int64) int64 { return max(min(mono+shift, latest), last) }
	read(&d, &c.samples, sampleLength, d.sample, func(s *Sample) *int64 { return &s.Mono }, place)
	read(&d, &c.buckets, bucketLength, d.bucket, func(b *Bucket) *int64 { return &b.Mono }, place)
	read(&d, &c.spells, spellLength, d.spell, func(s *Spell) *int64 { return &s.Mono }, place)
	if !d.failed && len(d.rest) > 0 {
		d.fail()
	}
	if d.failed {
		return nil, fmt.Errorf("%w: byte %d of %d", ErrEncoding, len(encoding)-len(d.rest), len(encoding))
	}
	c.own = c.samples.next
	return c, nil
}

// read decodes the records of one kind, which take at least so many bytes each. place returns
// the monotonic time that replaces that of a record, given that of the one before.
func read[T any](d *decoder, to *series[T], least int, next func() (T, bool), mono func(*T) *int64, place func(mono, last int64) int64) {
	d.last = deltas{}
	last := int64(-maxMono)
	for range d.length(least, to.most()) {
		record, ok := next()
		if !ok {
			return
		}
		at := mono(&record)
		*at = place(*at, last)
		last = *at
		to.add(record)
	}
}

// The limits of the times of an encoding, so that no sum of them overflows: 36 years, and the
// year 2079.
const (
	maxMono = 1 << 60
	maxReal = 3 << 60
)

// spellLength is the least number of bytes of a spell: two times and three texts.
const spellLength = 5

type decoder struct {
	rest   []byte
	failed bool
	texts  []string
	last   deltas
}

func (d *decoder) fail() { d.failed = true }

// length decodes the length of a list of at most this many records, each of at least this many
// bytes.
func (d *decoder) length(bytes, most int) int {
	if d.failed || len(d.rest) < 4 {
		d.fail()
		return 0
	}
	n := int64(binary.LittleEndian.Uint32(d.rest))
	if n > int64(most) || n > int64(len(d.rest)-4)/int64(bytes) {
		d.fail()
		return 0
	}
	d.rest = d.rest[4:]
	return int(n)
}

// fields decodes the next record, and reports whether its times are possible.
func (d *decoder) fields(n int) bool {
	for i := range n {
		v, size := binary.Varint(d.rest)
		if size <= 0 {
			d.fail()
			return false
		}
		d.rest = d.rest[size:]
		if i == 0 {
			d.last.pace += v
			v = d.last.pace
		}
		d.last.fields[i] += v
	}
	mono, real := d.last.fields[0], d.last.fields[0]+d.last.fields[1]
	if mono < -maxMono || mono > maxMono || real < -maxReal || real > maxReal {
		d.fail()
	}
	return !d.failed
}

func (d *decoder) sample() (Sample, bool) {
	ok := d.fields(sampleLength)
	f := &d.last.fields
	if ok && (f[3] < None || f[4] != int64(int8(f[4]))) {
		d.fail()
	}
	return Sample{Mono: f[0], Real: f[0] + f[1], Offset: f[2], Jitter: f[3], Precision: int8(f[4])}, !d.failed
}

func (d *decoder) bucket() (Bucket, bool) {
	ok := d.fields(bucketLength)
	f := &d.last.fields
	if ok && (f[5] < None || f[7] < 0 || f[7] > math.MaxInt32 || f[8] < None || f[8] > math.MaxInt32) {
		d.fail()
	}
	return Bucket{
		Mono: f[0], Real: f[0] + f[1], Median: f[2], Min: f[2] - f[3], Max: f[2] + f[4],
		Jitter: f[5], Delay: f[6], Count: int32(f[7]), Satellites: int32(f[8]),
	}, !d.failed
}

func (d *decoder) spell() (Spell, bool) {
	d.fields(2)
	s := Spell{Mono: d.last.fields[0], Real: d.last.fields[0] + d.last.fields[1]}
	s.State = driver.State{Reason: d.text(), Detail: d.text(), Hint: d.text()}
	return s, !d.failed
}

func (d *decoder) text() string {
	place := d.number()
	if d.failed {
		return ""
	}
	if place > 0 {
		if place > uint64(len(d.texts)) {
			d.fail()
			return ""
		}
		return d.texts[place-1]
	}
	n := d.number()
	if d.failed || n > maxText || n > uint64(len(d.rest)) {
		d.fail()
		return ""
	}
	text := string(d.rest[:n])
	d.texts, d.rest = append(d.texts, text), d.rest[n:]
	return text
}

func (d *decoder) number() uint64 {
	if d.failed {
		return 0
	}
	v, size := binary.Uvarint(d.rest)
	if size <= 0 {
		d.fail()
		return 0
	}
	d.rest = d.rest[size:]
	return v
}
