package gps

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/shm"
)

// opening is when the ports of these tests are opened.
var opening = nmea.Stamp{Real: noon.UnixNano(), Mono: int64(time.Hour)}

// reasonsOf returns the reasons after reads of this many bytes without a sentence, and at the
// end.
func reasonsOf(r *reception, byteAfter map[time.Duration]int, end time.Duration) (reasons []string) {
	for at := time.Duration(0); at <= end; at += time.Second / 2 {
		v := r.receive(opening.Add(at), bytes.Repeat([]byte{0xfe}, byteAfter[at]))
		if len(reasons) == 0 || reasons[len(reasons)-1] != v.state.Reason {
			reasons = append(reasons, v.state.Reason)
		}
	}
	return reasons
}

// 40 or more bytes without a sentence, over more than 3 s, are not the end of a line.
func TestBytesWithoutASentence(t *testing.T) {
	const half = time.Second / 2
	for _, c := range []struct {
		name  string
		bytes map[time.Duration]int
		want  bool
	}{
		{"39 bytes in 4 s", map[time.Duration]int{0: 1, 2 * time.Second: 37, 4 * time.Second: 1}, false},
		{"40 bytes in 4 s", map[time.Duration]int{0: 1, 2 * time.Second: 38, 4 * time.Second: 1}, true},
		{"40 bytes in 3 s", map[time.Duration]int{0: 1, 2 * time.Second: 38, 3 * time.Second: 1}, false},
		{"40 bytes in 3.5 s", map[time.Duration]int{0: 1, 2 * time.Second: 38, 3*time.Second + half: 1}, true},
		{"1000 bytes at once", map[time.Duration]int{0: 1000}, false},
		{"40 bytes in 7 s with a silence of 3 s", map[time.Duration]int{half: 20, 3*time.Second + half: 19, 4*time.Second + half: 1}, true},
		{"40 bytes in 7 s with a silence of 3.5 s", map[time.Duration]int{half: 20, 4 * time.Second: 19, 5 * time.Second: 1}, false},
	} {
		got := reasonsOf(receptionOf(Config{Baud: 9600, Pivot: nmea.DateOf(noon)}), c.bytes, 5*time.Second)
		if slices.Contains(got, noSentences.Reason) != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

// The port of a receiver that reports rarely is not reopened between its reports.
func TestStalled(t *testing.T) {
	for every, want := range map[time.Duration]time.Duration{
		time.Second:      30 * time.Second,
		5 * time.Second:  3 * 5 * time.Second * 7 / 2,
		30 * time.Second: 3 * 30 * time.Second * 7 / 2,
	} {
		r := receptionOf(Config{Baud: 9600, Pivot: nmea.DateOf(noon)})
		at := opening
		for i := range 4 {
			at = opening.Add(time.Duration(i) * every)
			r.receive(at, []byte(summed("GPRMC,"+at.Time().Format("150405.00")+",A,4717.11,N,00833.91,E,0.0,0.0,011226,,,A")))
			r.receive(at.Add(quiet), nil)
		}
		if r.stalled(at.Add(want)) || !r.stalled(at.Add(want+1)) {
			t.Errorf("every %v: not reopened after exactly %v", every, want)
		}
	}
}

// closing is a port that counts how often it is closed.
type closing struct {
	*tunable
	closed *int
}

func (p closing) Close() error {
	time.Sleep(10 * time.Second) // a driver may take its time
	*p.closed++
	return nil
}

// Each port that is opened is closed once, before Run returns: the program may end then, and a
// pseudo-terminal would stay locked.
func TestPortsAreClosed(t *testing.T) {
	for name, run := range map[string]func(ctx context.Context, port *tunable) context.Context{
		"it fails":        func(ctx context.Context, port *tunable) context.Context { port.until = 3; return ctx },
		"it falls silent": func(ctx context.Context, port *tunable) context.Context { port.until = 200; return ctx },
		"the clock ends": func(ctx context.Context, _ *tunable) context.Context {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(10*time.Second, cancel)
			return ctx
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			opened, closed := 0, 0
			port := &tunable{right: 9600, tried: []int{9600}, until: 1 << 20}
			ctx := run(t.Context(), port)
			context.AfterFunc(ctx, func() { port.later(0, func() { port.until = 0 }) })
			clock := New(Config{
				Device: "/dev/fake", Pivot: nmea.DateOf(noon),
				Open: func() (Port, error) { opened++; port.wait(time.Hour); return closing{port, &closed}, nil },
			})
			feed := driver.NewFeed(shm.NewMemory(shm.Layout96), nil)
			err := clock.Run(ctx, feed)
			// A read error of a port that was closed because the program ends is not a failure.
			if ended, shown := ctx.Err() != nil, feed.State().Reason == "no port"; (err == nil) != ended || shown == ended {
				t.Errorf("%s: %v, and the state is %v", name, err, feed.State())
			}
			if opened == 0 || closed != opened {
				t.Errorf("%s: %d ports were opened, and closed %d times", name, opened, closed)
			}
		})
	}
}

// hasty is a port whose bytes arrive far faster than its rate allows.
type hasty struct {
	bursts int
	rest   string
}

func (p *hasty) Name() string                         { return "/dev/rfcomm0" }
func (p *hasty) Baud() int                            { return 9600 }
func (p *hasty) SetBaud(int) error                    { return nil }
func (p *hasty) Gather(d time.Duration)               { time.Sleep(d) }
func (p *hasty) SetReadTimeout(d time.Duration) error { return nil }
func (p *hasty) Close() error                         { return nil }

func (p *hasty) Read(b []byte) (int, error) {
	if p.rest != "" {
		n := copy(b, p.rest)
		p.rest = ""
		return n, nil
	}
	if p.bursts--; p.bursts < 0 {
		return 0, io.EOF
	}
	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second)))
	p.rest = good[20:]
	return copy(b, good[:20]), nil
}

// A rate that was found is compared with the speed of the bytes; a configured rate is not.
func TestHasty(t *testing.T) {
	for _, bauds := range [][]int{nil, {9600}} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			clock := New(Config{
				Device: "/dev/rfcomm0", Baud: 9600, Bauds: bauds, Pivot: nmea.DateOf(noon),
				Open: func() (Port, error) { return &hasty{bursts: 10}, nil },
			})
			clock.Run(t.Context(), driver.NewFeed(shm.NewMemory(shm.Layout96), slog.New(slog.NewTextHandler(&log, nil))))
			if reported := strings.Contains(log.String(), "faster"); reported != (bauds != nil) {
				t.Errorf("bauds %v: the log is\n%s", bauds, log.String())
			}
			want := 9600
			if bauds != nil {
				want = 0 // and the bytes after that are read
			}
			if f := clock.Facts(); f.Baud != want || f.Epochs < 5 {
				t.Errorf("bauds %v: facts %+v, want %d baud and the epochs since", bauds, f, want)
			}
		})
	}
}
