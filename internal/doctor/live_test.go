package doctor

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/shm"
)

// Listening to a real port sends nothing and restores the port's settings.
func TestListenToPty(t *testing.T) {
	port, err := pty.Open()
	if err != nil {
		t.Skip(err)
	}
	defer port.Close()
	receiver, err := sim.New(sim.Config{Baud: 9600})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go sim.Play(ctx, port, receiver, 0)
	sent := make(chan int, 1)
	go func() {
		n, _ := port.Read(make([]byte, 1))
		sent <- n
	}()

	fd, err := unix.Open(port.Name(), unix.O_RDONLY|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	before := termios(t, fd)
	before.Cflag = before.Cflag&^unix.CBAUD | unix.B57600
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, before); err != nil {
		t.Fatal(err)
	}
	before = termios(t, fd)

	machine := NewMachine(OpenRoot("/"), Live{OpenPort: openPort}, Options{Device: port.Name()})
	verdicts := map[string]Verdict{}
	findings := Listen(ctx, machine, 3*time.Second, nmea.Date{Year: 2026, Month: 1, Day: 1})
	for _, f := range findings {
		verdicts[f.Check] = f.Verdict
	}
	// A pseudo-terminal works at any rate: a busy machine may confirm only the second one.
	if v, ok := verdicts["baud"]; !ok || v != Pass && v != Warn {
		t.Errorf("baud: %v; %+v", v, findings)
	}
	if v, ok := verdicts["sentences"]; !ok || v != Pass {
		t.Errorf("sentences: %v; %+v", v, findings)
	}
	if after := termios(t, fd); *after != *before {
		t.Errorf("settings after\n%+v, want\n%+v", after, before)
	}
	select {
	case n := <-sent:
		t.Errorf("the receiver was sent %d bytes", n)
	default:
	}
}

func termios(t *testing.T, fd int) *unix.Termios {
	t.Helper()
	state, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// A unit with new samples is found, one with an old sample is not.
func TestWatchUnits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		segments := map[int]*shm.Segment{}
		for unit := range 4 {
			segments[unit] = shm.NewMemory(shm.Layout96)
		}
		write := func(unit int, at time.Time) {
			if err := segments[unit].Update(shm.Sample{Clock: at, Receive: at, Precision: -20}); err != nil {
				t.Error(err)
			}
		}
		write(0, time.Now())
		write(2, time.Now())
		go func() {
			for range 2 {
				time.Sleep(900 * time.Millisecond)
				write(2, time.Now())
				write(3, time.Now())
			}
		}()
		if got := watchUnits(segments); !slices.Equal(got, []int{2, 3}) {
			t.Errorf("units %v change, want 2 and 3", got)
		}
		began := time.Now()
		if got := watchUnits(nil); got != nil || time.Since(began) > 0 {
			t.Errorf("%v after %v, want nothing at once", got, time.Since(began))
		}
	})
}
