package daemon

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/shm"
)

const cycles = 50 // as often as it is unplugged

// A socket is where a receiver is plugged in and pulled out. What it sends meanwhile is lost.
type socket struct {
	mu      sync.Mutex
	plugged bool
	cable   *cable // of the open port
}

// A cable is one opening of the port.
type cable struct {
	bytes   chan []byte
	pulled  chan struct{}
	closed  chan struct{}
	timeout time.Duration
}

func (s *socket) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.plugged && s.cable != nil {
		select {
		case s.cable.bytes <- append([]byte(nil), p...):
		default: // the tty's buffer is full
		}
	}
	return len(p), nil
}

func (s *socket) open() (gps.Port, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.plugged {
		return nil, fmt.Errorf("open /dev/fake: %w", fs.ErrNotExist)
	}
	s.cable = &cable{bytes: make(chan []byte, 4096), pulled: make(chan struct{}), closed: make(chan struct{})}
	return s.cable, nil
}

func (s *socket) plug() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plugged = true
}

func (s *socket) pull() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.plugged = false; s.cable != nil {
		close(s.cable.pulled)
		s.cable = nil
	}
}

func (c *cable) Gather(d time.Duration)               { time.Sleep(d); c.timeout = 1 }
func (c *cable) SetReadTimeout(d time.Duration) error { c.timeout = d; return nil }
func (c *cable) Close() error                         { close(c.closed); return nil }
func (c *cable) Read(p []byte) (int, error) {
	timer := time.NewTimer(c.timeout)
	defer timer.Stop()
	select {
	case b := <-c.bytes:
		n := copy(p, b)
		for len(c.bytes) > 0 { // as a tty gives all that has come
			n += copy(p[n:], <-c.bytes)
		}
		return n, nil
	case <-c.pulled:
		return 0, io.EOF
	case <-c.closed:
		return 0, os.ErrClosed
	case <-timer.C:
		return 0, nil
	}
}

// A socketSettings is a receiver on a socket.
type socketSettings struct{ *socket }

func (s socketSettings) Schema() config.Schema { return nil }
func (s socketSettings) Resolve(config.Source) {}
func (s socketSettings) Targets() []settings.Target {
	return []settings.Target{{Setting: "unit", Unit: 1}}
}
func (s socketSettings) Build(env settings.Env) ([]settings.Part, error) {
	clock := gps.New(gps.Config{Device: "/dev/fake", Baud: 9600, Open: s.open, Pivot: nmea.DateOf(time.Now())})
	return []settings.Part{{Driver: clock, Targets: settings.Targets{Unit: 1}}}, nil
}

// Fifty times a receiver is pulled out and plugged in again, at random instants of
// its burst and its second: no sample is wrong, the port is read again within three
// seconds, each change of the state is one line, and no goroutine is left over.
func TestFiftyUnpluggings(t *testing.T) {
	for seed := range uint64(3) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 50))
			within := func(d time.Duration) time.Duration { return time.Duration(random.Int64N(int64(d))) }
			late := 100 * time.Millisecond
			receiver, err := sim.New(sim.Config{Profile: "u-blox", Baud: 9600, Delay: &late, Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			port := &socket{}
			playing, silence := context.WithCancel(t.Context())
			played := make(chan error)
			go func() { played <- sim.Pretend(receiver).Play(playing, port) }()

			b := newBench(settings.Clock{Kind: "gps", Settings: socketSettings{port}})
			stop := b.run(t)
			for cycle := range cycles {
				time.Sleep(within(4 * time.Second))
				port.plug()
				plugged := time.Now()
				before := b.Report().Clocks[0].Beats
				for b.Report().Clocks[0].Beats == before {
					if time.Sleep(50 * time.Millisecond); time.Since(plugged) > 3*time.Second {
						t.Fatalf("cycle %d: not read again %v after it was plugged in", cycle, time.Since(plugged))
					}
				}
				time.Sleep(within(15 * time.Second))
				port.pull()
			}
			port.plug()
			time.Sleep(10 * time.Second)
			r := b.Report()
			if !r.Clocks[0].State.Publishing() {
				t.Errorf("at the end it is %v", r.Clocks[0].State)
			}
			stop()
			silence()
			if err := <-played; err != nil {
				t.Error(err)
			}
			samples := b.units[1].seen()
			if len(samples) < cycles {
				t.Errorf("%d samples in %d cycles", len(samples), cycles)
			}
			checkSeconds(t, samples)
			// No port, listening, settling, publishing, and "port has gone" is in the first.
			log := b.log.String()
			for _, line := range []string{`reason="no port"`, "reason=listening", "reason=settling", "msg=publishing"} {
				if n := strings.Count(log, line); n > cycles+1 {
					t.Errorf("%q is told %d times in %d cycles", line, n, cycles)
				}
			}
			if n := strings.Count(log, "\n"); n > 4*(cycles+1)+10 {
				t.Errorf("%d lines in %d cycles:\n%s", n, cycles, log)
			}
		})
	}
}

// checkSeconds tells of samples that are a second off, or half of one.
func checkSeconds(t *testing.T, samples []shm.Sample) {
	t.Helper()
	for _, s := range samples {
		if offset := s.Offset(); s.Clock.Nanosecond() != 0 || offset > 50*time.Millisecond || offset < -500*time.Millisecond {
			t.Errorf("%v was received at %v", s.Clock, s.Receive)
		}
	}
}

// A plugBoard passes a live receiver's bytes on to the pseudo-terminal of the moment.
type plugBoard struct {
	mu   sync.Mutex
	line *pty.Pty
}

func (p *plugBoard) Write(data []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.line != nil {
		p.line.Write(data)
	}
	return len(data), nil
}

// plug makes a new port, whose name the link bears from then on, as udev does.
func (p *plugBoard) plug(t *testing.T, link string) {
	t.Helper()
	line, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	next := link + ".new"
	if err := os.Symlink(line.Name(), next); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, link); err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.line = line
}

func (p *plugBoard) pull(t *testing.T, link string) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	p.line.Close()
	p.line = nil
}

// usage is what must not grow.
type usage struct{ descriptors, goroutines, threads int }

// most returns the greater of each.
func (u usage) most(other usage) usage {
	return usage{max(u.descriptors, other.descriptors), max(u.goroutines, other.goroutines), max(u.threads, other.threads)}
}

func used(t *testing.T) usage {
	t.Helper()
	count := func(path string) int {
		list, err := os.ReadDir(path)
		if err != nil {
			t.Skip("no /proc: ", err)
		}
		return len(list)
	}
	return usage{count("/proc/self/fd"), runtime.NumGoroutine(), count("/proc/self/task")}
}

// The same on real ttys, by the settings of a configuration and with a device whose
// name moves on: nothing is left open, and nothing left running.
func TestUnpluggingsLeaveNothingOpen(t *testing.T) {
	receiver, err := sim.New(sim.Config{Profile: "u-blox", Baud: 115200, Rate: 5})
	if err != nil {
		t.Fatal(err)
	}
	board := &plugBoard{}
	playing, silence := context.WithCancel(t.Context())
	played := make(chan error)
	go func() { played <- sim.Pretend(receiver).Play(playing, board) }()
	link := filepath.Join(t.TempDir(), "gps0")
	b := newBench(load(t, fmt.Sprintf("[[gps]]\ndevice = %q\nbaud = 115200\npps = \"none\"\nunit = 1\nwitness = \"none\"\nleap_seconds = \"none\"", link))...)
	idle := used(t)
	stop := b.run(t)
	turns := func() uint64 { return b.Report().Clocks[0].Beats }
	eventually(t, "the clock", func() bool { return len(b.Report().Clocks) == 1 })
	var early usage
	for cycle := range cycles {
		before := turns()
		board.plug(t, link)
		eventually(t, "the port is read", func() bool { return turns() > before })
		if cycle < 10 {
			early = early.most(used(t))
		}
		time.Sleep(rand.N(150 * time.Millisecond))
		if cycle < cycles-1 {
			board.pull(t, link)
			eventually(t, "no port", func() bool { return b.Report().Clocks[0].State.Reason == "no port" })
		}
	}
	// The runtime keeps every thread that it has needed, and a busy machine needs some more. A
	// leak would make one in each of the other cycles.
	const moreThreads = (cycles - 10) / 4
	eventually(t, fmt.Sprintf("no more is in use than in the first ten cycles: %+v", early), func() bool {
		now := used(t)
		return now.descriptors <= early.descriptors && now.goroutines <= early.goroutines && now.threads <= early.threads+moreThreads
	})
	eventually(t, "samples", func() bool { return len(b.units[1].seen()) > 2 })
	checkSeconds(t, b.units[1].seen())
	if n := strings.Count(b.log.String(), `reason="no port"`); n > cycles {
		t.Errorf("%d lines about %d unpluggings", n, cycles)
	}
	stop()
	eventually(t, "all is given back", func() bool {
		now := used(t)
		return now.descriptors <= idle.descriptors+2 && now.goroutines <= idle.goroutines // the pty's two are the test's
	})
	silence()
	if err := <-played; err != nil {
		t.Error(err)
	}
	board.pull(t, link)
}
