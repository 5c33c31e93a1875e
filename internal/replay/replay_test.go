package replay_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/replay"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// replayed is a Replay of a receiver that sends RMC 100 ms after each second.
type replayed struct {
	*replay.Replay
	start    nmea.Stamp
	outcomes []replay.Outcome
}

func newReplayed(c gps.Config) *replayed {
	begin := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	r := &replayed{start: nmea.Stamp{Real: begin.UnixNano(), Mono: int64(time.Hour)}}
	c.Baud, c.Pivot = 9600, nmea.Date{Year: 2026, Month: 11, Day: 23}
	r.Replay = replay.New(c, r.start, func(o replay.Outcome) { r.outcomes = append(r.outcomes, o) })
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

// A long silence of the receiver is reported once as no data. The receiver is used again
// afterwards.
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

// reasons returns what was reported instead of samples, each with the time since the start.
func (r *replayed) reasons(pulse bool) (reasons []string) {
	for _, o := range r.outcomes {
		if o.Sample == nil && o.Pulse == pulse {
			reasons = append(reasons, fmt.Sprintf("%q at %v", o.State.Reason, o.At.Sub(r.start)))
		}
	}
	return reasons
}

// expect checks the outcomes so far.
func (r *replayed) expect(t *testing.T, what string, pulse bool, want ...string) {
	t.Helper()
	if got := r.reasons(pulse); !slices.Equal(got, want) {
		t.Errorf("%s: %s, want %s", what, got, want)
	}
}

// The reads of a replay time out: the first after 60 ms, the others each second from then on. A
// read that would time out at the instant of an event does not time out.
func TestReplayTimeouts(t *testing.T) {
	r := newReplayed(gps.Config{})
	const first = 60 * time.Millisecond
	r.Wait(r.at(first))
	r.expect(t, "after 60 ms", false)
	r.Wait(r.at(first + 3*time.Second))
	r.expect(t, "after 3.06 s", false, `"listening" at 60ms`)
	r.Wait(r.at(first + 3*time.Second + 1))
	r.expect(t, "after more than 3.06 s", false, `"listening" at 60ms`, `"no data" at 3.06s`)

	r = newReplayed(gps.Config{})
	r.Bytes(r.at(10*time.Second), nil)
	r.expect(t, "a read after 10 s", false, `"listening" at 60ms`, `"no data" at 3.06s`)
}

// The pulse of a replay is missing at the first timeout of 1.5 s after which no edge has
// arrived for over 4.5 s. Without a pulse in the Config, nothing is reported of it, even if
// edges arrive.
func TestReplayWithoutEdges(t *testing.T) {
	wired := gps.Config{Pulse: &gps.PulseConfig{Polarity: pps.Rising}}
	for _, c := range []struct {
		name  string
		conf  gps.Config
		reads []time.Duration
		want  []string
	}{
		{"6 s", wired, []time.Duration{6 * time.Second}, nil},
		{"over 6 s", wired, []time.Duration{6*time.Second + 1}, []string{`"no pulse" at 6s`}},
		{"10 s", wired, []time.Duration{10 * time.Second}, []string{`"no pulse" at 6s`}},
		{"10 s, not wired", gps.Config{}, []time.Duration{10 * time.Second}, nil},
	} {
		r := newReplayed(c.conf)
		for _, at := range c.reads {
			r.Bytes(r.at(at), nil)
		}
		r.expect(t, c.name, true, c.want...)
	}

	r := newReplayed(wired)
	r.send(1, 30)
	if got := r.reasons(true); !strings.HasPrefix(got[0], `"settling" at 1s`) || got[len(got)-1] != `"" at 9s` {
		t.Errorf("with edges: %s, want it to settle until 9 s", got)
	}
	r.Wait(r.at(time.Minute))
	if got := r.reasons(true); !strings.HasPrefix(got[len(got)-1], `"no pulse" at 35s`) {
		t.Errorf("after the last edge at 29 s: %s, want no pulse at the first timeout over 4.5 s later", got)
	}
	r = newReplayed(gps.Config{})
	r.send(1, 30)
	r.expect(t, "edges that are not wired", true)
}

// A replay reopens a port that has been silent for 30 s, as Run does. Another receiver may
// be on it, so a pulse that was held over is suspended.
func TestReplayOpensASilentPortAgain(t *testing.T) {
	r := newReplayed(gps.Config{Pulse: &gps.PulseConfig{Polarity: pps.Rising}, Holdover: time.Hour})
	r.send(1, 30)
	for n := 30; n < 80; n++ {
		r.Edge(r.at(time.Duration(n)*time.Second), true)
	}
	got := r.reasons(true)
	if last := got[len(got)-1]; !strings.HasPrefix(last, `"listening" at 1m`) {
		t.Errorf("edges without sentences: %s, want the pulse to be held over until the port is opened again", got)
	}
	if n := r.count(t, true, 30*time.Second, time.Hour); n < 30 || n > 33 {
		t.Errorf("%d samples of the pulse without sentences, want those of some 30 s", n)
	}
}
