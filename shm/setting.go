package shm

import (
	"fmt"
	"math"
	"time"
)

// A Setting is one optional part of [Segment.Update]. It is a plain value, so
// that an Update allocates nothing. The zero Setting changes nothing.
type Setting struct {
	kind  settingKind
	value int64
	stamp stamp
}

type settingKind uint8

const (
	settingNone settingKind = iota
	settingReceive
	settingMode
	settingLeap
	settingPrecision
	settingNSamples
)

// WithReceive gives what the system clock showed at the instant at which the
// reference clock showed the time of the sample. Give it: the default, the time
// at which Update was called, is later than that by all that happened meanwhile.
//
// A daemon refuses a sample whose receive stamp lies in its future, or more than
// a few seconds back.
func WithReceive(t time.Time) Setting { return Setting{kind: settingReceive, stamp: stampOf(t)} }

// WithMode sets the protocol that is announced. The default is ModeCounted.
func WithMode(m Mode) Setting { return Setting{kind: settingMode, value: int64(m)} }

// WithLeap announces a leap second at the end of this month. The default is LeapNone.
func WithLeap(l Leap) Setting { return Setting{kind: settingLeap, value: int64(l)} }

// WithPrecision gives the sample's likely error as the binary logarithm of
// seconds, -32 (0.2 ns) to 0 (1 s): -9 is 2 ms, -20 is 1 µs. The default is
// -1, half a second: the worst guess that a daemon still works with. ntpd and
// NTPsec add the error to the distance of the source; chrony goes by the
// precision in its own configuration.
func WithPrecision(log2 int) Setting { return Setting{kind: settingPrecision, value: int64(log2)} }

// WithNSamples sets nsamples, which no daemon uses. The default is 3.
func WithNSamples(n int) Setting { return Setting{kind: settingNSamples, value: int64(n)} }

// publication is what one Update writes.
type publication struct {
	clock, receive stamp
	mode           int64
	leap           int64
	precision      int64
	nsamples       int64
}

func publicationOf(clock time.Time, settings []Setting) (publication, error) {
	if clock.IsZero() {
		return publication{}, ErrNoClock
	}
	p := publication{
		clock:     stampOf(clock),
		mode:      int64(ModeCounted),
		leap:      int64(LeapNone),
		precision: -1,
		nsamples:  3,
	}
	received := false
	for _, s := range settings {
		switch s.kind {
		case settingReceive:
			p.receive, received = s.stamp, true
		case settingMode:
			p.mode = s.value
		case settingLeap:
			p.leap = s.value
		case settingPrecision:
			p.precision = s.value
		case settingNSamples:
			p.nsamples = s.value
		}
	}
	if !received {
		p.receive = stampOf(time.Now())
	}
	return p, p.check()
}

// check refuses what no daemon would take, rather than let it fail there in silence.
func (p *publication) check() error {
	for _, c := range [...]struct {
		field            Field
		value, low, high int64
	}{
		{FieldMode, p.mode, int64(ModePlain), int64(ModeCounted)},
		{FieldLeap, p.leap, int64(LeapNone), int64(LeapNotInSync)},
		{FieldPrecision, p.precision, -32, 0},
		{FieldNSamples, p.nsamples, 0, math.MaxInt32},
	} {
		if c.value < c.low || c.value > c.high {
			return fmt.Errorf("%v %d: %w, expected %d..%d", c.field, c.value, ErrRange, c.low, c.high)
		}
	}
	return nil
}
