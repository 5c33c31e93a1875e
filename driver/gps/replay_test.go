package gps_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// replayed is a Replay of a receiver that sends RMC 100 ms after each second.
type replayed struct {
	*gps.Replay
	start    nmea.Stamp
	outcomes []gps.Outcome
}

func newReplayed(c gps.Config) *replayed {
	begin := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	r := &replayed{start: nmea.Stamp{Real: begin.UnixNano(), Mono: int64(time.Hour)}}
	c.Baud, c.Pivot = 9600, nmea.Date{Year: 2026, Month: 11, Day: 23}
	r.Replay = gps.NewReplay(c, r.start, func(o gps.Outcome) { r.outcomes = append(r.outcomes, o) })
	return r
}

// at is the stamp of a time since the start.
func (r *replayed) at(d time.Duration) nmea.Stamp { return r.start.Add(d) }

// send plays the seconds from one to another, the edges included.
func (r *replayed) send(from, to int) {
	for n := from; n < to; n++ {
		second := time.Duration(n) * time.Second
		r.Edge(r.at(second), true)
		body := r.at(second).Time().Format("GPRMC,150405.00,A,0000.0000,N,00000.0000,E,0.0,0.0,020106,,,A")
		sum := byte(0)
		for _, c := range []byte(body) {
			sum ^= c
		}
		chunk := fmt.Appendf(nil, "$%s*%02X\r\n", body, sum)
		end := second + 100*time.Millisecond + time.Duration(len(chunk))*10*time.Second/9600
		r.Bytes(r.at(end), chunk)
	}
}

// count returns the samples, of the pulse or of the sentences, and checks their second.
func (r *replayed) count(t *testing.T, pulse bool, from, to time.Duration) (n int) {
	t.Helper()
	for _, o := range r.outcomes {
		if at := o.At.Sub(r.start); o.Sample == nil || o.Pulse != pulse || at < from || at >= to {
			continue
		}
		n++
		if off := time.Duration(o.Sample.Offset()); off.Abs() > 200*time.Millisecond {
			t.Errorf("at %v: offset %v", o.At.Sub(r.start), off)
		}
	}
	return n
}

func TestReplayPulse(t *testing.T) {
	for _, wired := range []bool{false, true} {
		var c gps.Config
		if wired {
			c.Pulse = &gps.PulseConfig{Polarity: pps.Rising}
		}
		r := newReplayed(c)
		r.send(1, 30)
		if n := r.count(t, false, 0, time.Minute); n < 15 {
			t.Errorf("pulse %v: %d samples of the sentences", wired, n)
		}
		n := r.count(t, true, 0, time.Minute)
		if wired && n < 15 || !wired && n > 0 {
			t.Errorf("pulse %v: %d samples of the pulse", wired, n)
		}
	}
}

// A receiver that is silent for long says no data once, and is used again afterwards.
func TestReplaySilence(t *testing.T) {
	r := newReplayed(gps.Config{})
	r.send(1, 10)
	r.send(300, 330)
	silent := 0
	for i, o := range r.outcomes {
		if i > 0 && o.At.Sub(r.outcomes[i-1].At) < 0 {
			t.Errorf("%v after %v", o.At.Sub(r.start), r.outcomes[i-1].At.Sub(r.start))
		}
		if at := o.At.Sub(r.start); at > 12*time.Second && at < 300*time.Second {
			silent++
			if o.State.Reason != "no data" {
				t.Errorf("at %v: %+v", at, o)
			}
		}
	}
	if silent != 1 {
		t.Errorf("%d outcomes while it was silent, want 1", silent)
	}
	if n := r.count(t, false, 300*time.Second, time.Hour); n < 10 {
		t.Errorf("%d samples after the silence", n)
	}
}
