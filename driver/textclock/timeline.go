package textclock

import "time"

const (
	// half is the smallest error that confuses a second with another.
	half = time.Second / 2

	// maxDrift is the drift of this machine's oscillator, as a divisor: 500 ppm, as in
	// driver/gps.
	maxDrift = 2000

	// follow is the share of a residual, as a divisor, by which a line moves the base, up to
	// a share of the time between two lines, as the divisor maxFollow: 1000 ppm. A clock that
	// runs faster or slower than that leaves the timeline.
	follow    = 4
	maxFollow = 1000

	// minApart is how far apart lines must be to count as support: a program that prints
	// the same time again and again proves nothing.
	minApart = half
)

// A timeline says that the clock is the steady clock plus a base. All times are nanoseconds
// of the steady clock; see nmea.Stamp. The zero timeline is unknown.
type timeline struct {
	base    int64 // clock - steady
	offset  int64 // clock - system clock
	last    int64 // the last line
	counted int64 // the last line that counted as support
	support int   // lines that agree; 0 if unknown
}

// A reading is a line in numbers.
type reading struct {
	clock, receive int64 // nanoseconds since 1970
	steady         int64 // at receive
	relative       bool  // the clock was given relative to the system clock
}

func (r reading) offset() int64 { return r.clock - r.receive }

func (t *timeline) known() bool { return t.support > 0 }

// residual returns how far a reading is ahead of the timeline.
func (t *timeline) residual(r reading) time.Duration {
	return time.Duration(r.clock - r.steady - t.base)
}

// fits reports whether a reading continues the timeline. A clock that is given relative to the
// system clock may depend on it. Then it is enough that the offset continues, even if the
// system clock is set or slewed.
func (t *timeline) fits(r reading) bool { return t.steady(r) || t.follows(r) }

// steady reports whether the clock has advanced as the steady clock has.
func (t *timeline) steady(r reading) bool {
	budget := time.Duration(r.steady-t.last).Abs() / maxDrift
	return t.residual(r).Abs()+budget < half
}

// follows reports whether a relative clock has advanced as the system clock has.
func (t *timeline) follows(r reading) bool {
	return r.relative && time.Duration(r.offset()-t.offset).Abs() < half
}

// begin starts the timeline with a reading.
func (t *timeline) begin(r reading) {
	*t = timeline{base: r.clock - r.steady, offset: r.offset(), last: r.steady, counted: r.steady, support: 1}
}

// confirm adds a reading that fits. Base and offset follow it slowly. The one of them that does
// not fit begins anew.
func (t *timeline) confirm(r reading) {
	most := time.Duration(r.steady-t.last) / maxFollow
	base, offset := t.residual(r), time.Duration(r.offset()-t.offset)
	steady, follows := t.steady(r), t.follows(r)
	if steady {
		base = min(max(base/follow, -most), most)
	}
	if follows {
		offset = min(max(offset/follow, -most), most)
	}
	t.base, t.offset, t.last = t.base+int64(base), t.offset+int64(offset), r.steady
	if r.steady-t.counted >= int64(minApart) {
		t.counted = r.steady
		t.support++
	}
}

// leap takes the second off that the day of an inserted second has more.
func (t *timeline) leap() { t.base, t.offset = t.base-second, t.offset-second }
