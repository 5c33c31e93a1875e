package sim_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/sim"
)

// A logbook records when each byte was written.
type logbook struct {
	bytes []byte
	times []time.Time
	sizes []int  // of each Write
	hold  func() // called in each Write
}

func (l *logbook) Write(data []byte) (int, error) {
	for _, b := range data {
		l.bytes = append(l.bytes, b)
		l.times = append(l.times, time.Now())
	}
	l.sizes = append(l.sizes, len(data))
	if l.hold != nil {
		l.hold()
	}
	return len(data), nil
}

// lasting returns a context with a timeout.
func lasting(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func TestPlayPacesEachByte(t *testing.T) {
	for name, offset := range map[string]time.Duration{"clock right": 0, "clock slow": 300 * time.Millisecond, "clock fast": -7 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(123_456_789)
				config := sim.Config{Profile: "sirf", Baud: 4800, BaudError: 3000}
				var log logbook
				r := receiver(t, config)
				if err := sim.Play(lasting(t, 5*time.Second), &log, r, offset); err != nil {
					t.Fatal(err)
				}
				// The next second of true UTC, which is the system clock plus the offset.
				began := time.Date(2000, 1, 1, 0, 0, 0, 123_456_789, time.UTC)
				start := began.Add(offset).Truncate(time.Second).Add(time.Second)
				if !r.Start().Equal(start) {
					t.Fatalf("starts at %v, want %v", r.Start(), start)
				}
				config.Start = start
				i := 0
				for _, b := range bursts(t, config, 5) {
					for j := range b.Bytes {
						due := start.Add(b.Arrival(j) - offset)
						if due.After(began.Add(5 * time.Second)) {
							break
						}
						if log.bytes[i] != b.Bytes[j] || !log.times[i].Equal(due) {
							t.Fatalf("byte %d of burst %d: %q at %v, want %q at %v",
								j, b.Index, log.bytes[i], log.times[i], b.Bytes[j], due)
						}
						i++
					}
				}
				if i != len(log.bytes) || i < 4*366 {
					t.Errorf("%d bytes played, %d of them due", len(log.bytes), i)
				}
			})
		})
	}
}

func TestPlayCatchesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := receiver(t, sim.Config{})
		var log logbook
		stalls := 0
		log.hold = func() {
			if len(log.bytes) == 100 {
				stalls++
				time.Sleep(200 * time.Millisecond)
			}
		}
		if err := sim.Play(lasting(t, 3*time.Second), &log, r, 0); err != nil {
			t.Fatal(err)
		}
		b := bursts(t, sim.Config{Start: r.Start()}, 1)[0]
		caught := 0
		for i := range b.Bytes {
			due := r.Start().Add(b.Arrival(i))
			stalledTill := r.Start().Add(b.Arrival(99) + 200*time.Millisecond)
			if i >= 100 && !due.After(stalledTill) {
				due = stalledTill
				caught++
			}
			if !log.times[i].Equal(due) {
				t.Fatalf("byte %d at %v, want %v", i, log.times[i], due)
			}
		}
		if stalls != 1 || caught < 190 || slices.Max(log.sizes) != caught {
			t.Errorf("%d stalls, %d bytes late, %d of them written at once", stalls, caught, slices.Max(log.sizes))
		}
	})
}

func TestPlayEndsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(1500*time.Millisecond, cancel)
		began := time.Now()
		if err := sim.Play(ctx, io.Discard, receiver(t, sim.Config{}), 0); err != nil {
			t.Errorf("%v, want no error", err)
		}
		if lasted := time.Since(began); lasted != 1500*time.Millisecond {
			t.Errorf("ended after %v, want 1.5s", lasted)
		}
	})
}

func TestPlayEndsWhenLate(t *testing.T) {
	for range 20 { // select chooses randomly between two ready channels
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			log := logbook{hold: func() {
				time.Sleep(10 * time.Second)
				cancel()
			}}
			if err := sim.Play(ctx, &log, receiver(t, sim.Config{}), 0); err != nil || len(log.sizes) != 1 {
				t.Errorf("%d writes, %v, want one and no error", len(log.sizes), err)
			}
		})
	}
}

type broken struct{}

var errBroken = errors.New("broken")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestPlayErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		err := sim.Play(t.Context(), broken{}, receiver(t, sim.Config{}), 0)
		if !errors.Is(err, errBroken) || !strings.Contains(err.Error(), "burst 0") {
			t.Errorf("broken writer: %v", err)
		}
		past := receiver(t, sim.Config{Start: time.Now().Truncate(time.Second).Add(-2 * time.Second)})
		if err := sim.Play(t.Context(), io.Discard, past, 0); err == nil || !strings.Contains(err.Error(), "2s in the past") {
			t.Errorf("start in the past: %v", err)
		}
		if err := sim.Play(lasting(t, time.Second), io.Discard, past, -1500*time.Millisecond); err != nil {
			t.Errorf("start less than a second in the past, by the offset: %v", err)
		}
	})
}

func TestPretend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(400 * time.Millisecond)
		r := receiver(t, sim.Config{Delay: new(100 * time.Millisecond), Jitter: new(time.Duration), Faults: []string{"leap-second"}})
		live := sim.Pretend(r)
		next := time.Date(2000, 1, 1, 0, 0, 1, 0, time.UTC)
		if got := next.Add(live.Offset()); !got.Equal(time.Date(2026, 12, 31, 23, 59, 30, 0, time.UTC)) {
			t.Errorf("the next second of the machine is %v", got)
		}
		var log logbook
		if err := live.Play(lasting(t, time.Second), &log); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(log.bytes), "$GNRMC,235930.00,A,") {
			t.Errorf("played %q", log.bytes)
		}
		if want := next.Add(100*time.Millisecond + 10*time.Second/9600); !log.times[0].Truncate(time.Microsecond).Equal(want.Truncate(time.Microsecond)) {
			t.Errorf("the first byte at %v, want %v", log.times[0], want)
		}
	})
}

// A receiver that skips seconds is in time with its pulse and with the machine.
func TestPretendFrom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(300 * time.Millisecond)
		r := receiver(t, sim.Config{Rate: 2, Baud: 115200})
		live := sim.PretendFrom(r, 29)
		if live.Offset() != 0 || r.Start().Add(29*time.Second).Unix() != time.Now().Unix()+1 {
			t.Errorf("starts at %v with an offset of %v, want 29 s before the next second", r.Start(), live.Offset())
		}
		source := live.Source(sim.Pulse{})
		defer source.Close()
		if e, err := source.Next(t.Context()); err != nil || e.Stamp.Real != time.Now().Truncate(time.Second).UnixNano() {
			t.Errorf("the first edge is stamped %d, %v", e.Stamp.Real, err)
		}
		var log logbook
		if err := live.Play(lasting(t, 900*time.Millisecond), &log); err != nil {
			t.Fatal(err)
		}
		if want := "$GNRMC," + time.Now().Truncate(time.Second).Format("150405.00"); !strings.HasPrefix(string(log.bytes), want) {
			t.Errorf("begins with %.20q, want %s", log.bytes, want)
		}
	})
}

func TestPretendWithoutAStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := receiver(t, sim.Config{})
		live := sim.Pretend(r)
		if want := time.Date(2000, 1, 1, 0, 0, 1, 0, time.UTC); !r.Start().Equal(want) || live.Offset() != 0 {
			t.Errorf("starts at %v with offset %v, want %v of the machine", r.Start(), live.Offset(), want)
		}
	})
}

func TestPlayPulse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := receiver(t, sim.Config{})
		live, err := sim.NewLive(r, -time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		p := sim.Pulse{Late: sim.Lateness{Constant: 5 * time.Microsecond}}
		var got []sim.Edge
		ctx := lasting(t, 3500*time.Millisecond)
		go live.Play(ctx, io.Discard) // the bursts of the same receiver, concurrently
		live.PlayPulse(ctx, p, func(edge sim.Edge) {
			if now := time.Now(); edge.At.Real != now.UnixNano() {
				t.Errorf("edge stamped %v at %v", edge.At.Time(), now)
			}
			got = append(got, edge)
		})
		if len(got) != 6 {
			t.Fatalf("%d edges in 3.5 s, want 6", len(got))
		}
		for _, edge := range got {
			want := edge.Second.Add(time.Minute + 5*time.Microsecond)
			if !edge.Rising {
				want = want.Add(100 * time.Millisecond)
			}
			if !edge.At.Time().Equal(want) {
				t.Errorf("edge of %v stamped %v, want %v", edge.Second, edge.At.Time(), want)
			}
		}
	})
}

func TestPlayOnAPty(t *testing.T) {
	port, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	config := sim.Config{Baud: 115200, Rate: 10, Start: at(23, 59, 59)}
	r := receiver(t, config)
	live := sim.Pretend(r)
	ctx, cancel := context.WithCancel(lasting(t, time.Minute)) // a busy machine may take long
	defer cancel()
	const enough = 8 // bursts
	size := 0
	for _, b := range bursts(t, config, enough) {
		size += len(b.Bytes)
	}
	played := make(chan error, 1)
	go func() {
		played <- live.Play(ctx, port)
		port.Close()
	}()
	got, arrivals := listen(t, port.Name(), size, cancel)
	if err := <-played; err != nil {
		t.Fatal(err)
	}

	var want []byte
	var late []time.Duration
	for _, b := range bursts(t, config, 10*enough) {
		if len(want) < len(arrivals) {
			due := r.Start().Add(b.Arrival(0) - live.Offset())
			late = append(late, arrivals[len(want)].Sub(due))
		}
		want = append(want, b.Bytes...)
	}
	if !bytes.HasPrefix(want, got) || len(late) < enough {
		t.Fatalf("%d bytes of %d bursts arrived, want those that were played, of at least %d", len(got), len(late), enough)
	}
	// A burst may be late, but not early.
	slices.Sort(late)
	if late[0] < 0 {
		t.Errorf("a burst arrived %v early", -late[0])
	}
	t.Logf("bursts late by %v, %v in the median, %v", late[0], late[len(late)/2], late[len(late)-1])
}

// listen reads a port until it is unplugged, and returns when each byte arrived. It calls
// unplug once it has read enough bytes.
func listen(t *testing.T, name string, enough int, unplug func()) (got []byte, arrivals []time.Time) {
	t.Helper()
	port := open(t, name)
	buffer := make([]byte, 256)
	for {
		n, err := port.Read(buffer)
		now := time.Now()
		got = append(got, buffer[:n]...)
		for range n {
			arrivals = append(arrivals, now)
		}
		if len(got) >= enough {
			unplug()
		}
		if err != nil {
			return got, arrivals
		}
	}
}

// open opens a port for the runtime's poller.
func open(t *testing.T, name string) *os.File {
	t.Helper()
	fd, err := unix.Open(name, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	port := os.NewFile(uintptr(fd), name)
	t.Cleanup(func() { port.Close() })
	return port
}
