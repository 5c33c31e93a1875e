package daemon

import (
	"context"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/notify"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/status"
)

// A manager is a service manager that counts what it is told.
type manager struct {
	conn *net.UnixConn

	mu   sync.Mutex
	told map[string]int // by what stands before the =
	all  []string
}

func newManager(t *testing.T) *manager {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("NOTIFY_SOCKET", path)
	m := &manager{conn: conn, told: map[string]int{}}
	heard := make(chan struct{})
	t.Cleanup(func() { conn.Close(); <-heard })
	go func() {
		defer close(heard)
		text := make([]byte, 1000)
		for {
			n, err := conn.Read(text)
			if err != nil {
				return
			}
			m.mu.Lock()
			for line := range strings.SplitSeq(string(text[:n]), "\n") {
				key, _, _ := strings.Cut(line, "=")
				m.told[key]++
				m.all = append(m.all, line)
			}
			m.mu.Unlock()
		}
	}()
	return m
}

func (m *manager) count(key string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.told[key]
}

// eventually waits for something that is sure to come, on however slow a machine.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for: %s", what)
		}
	}
}

// The watchdog is fed as long as every loop turns, and no longer; who asks is answered
// all the while.
func TestAStuckClockStopsTheWatchdog(t *testing.T) {
	m := newManager(t)
	notifier, err := notify.New()
	if err != nil {
		t.Fatal(err)
	}
	defer notifier.Close()
	block, release := make(chan struct{}), make(chan struct{})
	stuck := &fake{name: "stuck", unit: 1, turn: func(int) error {
		select {
		case <-block:
			<-release
		default:
		}
		return nil
	}}
	good := &fake{name: "good", unit: 2}
	b := newBench(stuck.clock(1), good.clock(1))
	b.Socket = filepath.Join(t.TempDir(), "status.sock")
	b.Notify(notifier, 200*time.Millisecond)
	b.patience = 1500 * time.Millisecond
	stop := b.run(t)
	eventually(t, "READY=1", func() bool { return m.count("READY") > 0 })
	eventually(t, "WATCHDOG=1 ten times", func() bool { return m.count("WATCHDOG") > 10 })

	close(block)
	var r status.Report
	eventually(t, "the report says that the clock is stuck", func() bool {
		if r, err = status.Ask(b.Socket); err != nil {
			t.Fatal(err)
		}
		return len(r.Clocks) == 2 && r.Clocks[0].Stuck
	})
	if c := r.Clocks[0]; c.State.Reason != "stuck" || c.State.Hint == "" {
		t.Errorf("the stuck clock's state is %+v", c.State)
	}
	if r.Clocks[1].Stuck || !r.Clocks[1].State.Publishing() {
		t.Errorf("the other's is %+v", r.Clocks[1].State)
	}
	fed := m.count("WATCHDOG")
	before := r.Clocks[1].Beats
	eventually(t, "the other continues for some turns", func() bool { return b.Report().Clocks[1].Beats > before+2 })
	if now := m.count("WATCHDOG"); now > fed+1 { // one may have been on its way
		t.Errorf("the watchdog was fed %d times while a clock was stuck", now-fed)
	}

	close(release)
	eventually(t, "the watchdog is fed again", func() bool { return m.count("WATCHDOG") > fed+5 })
	if c := b.Report().Clocks[0]; c.Stuck {
		t.Errorf("it turns again and is %+v", c.State)
	}
	stop()
	eventually(t, "STOPPING=1", func() bool { return m.count("STOPPING") > 0 })
	if !strings.Contains(b.log.String(), "clock stuck") || !strings.Contains(b.log.String(), "clock runs again") {
		t.Errorf("the log says\n%s", b.log.String())
	}
}

// A reporter is a log that asks for the daemon's report whenever a clock is stuck.
type reporter struct {
	slog.Handler
	ask func() status.Report
	got chan status.Report
}

func (r reporter) Handle(ctx context.Context, record slog.Record) error {
	if record.Message == "clock stuck" {
		select {
		case r.got <- r.ask():
		default:
		}
	}
	return nil
}
func (r reporter) Enabled(context.Context, slog.Level) bool { return true }
func (r reporter) WithAttrs([]slog.Attr) slog.Handler       { return r }

// A clock that is stuck has the reason at the same moment, also while
// the log is written.
func TestAStuckClockSaysSo(t *testing.T) {
	release := make(chan struct{})
	stuck := &fake{name: "stuck", unit: 1, turn: func(int) error { <-release; return nil }}
	b := newBench(stuck.clock(1))
	got := make(chan status.Report, 1)
	b.Env.Log = slog.New(reporter{slog.DiscardHandler, b.Report, got})
	b.patience = 100 * time.Millisecond
	stop := b.run(t)
	if c := (<-got).Clocks[0]; !c.Stuck || c.State.Reason != "stuck" {
		t.Errorf("stuck %v, state %+v", c.Stuck, c.State)
	}
	close(release)
	stop()
}

func TestReadyWhenTheFirstPortIsOpen(t *testing.T) {
	m := newManager(t)
	notifier, err := notify.New()
	if err != nil {
		t.Fatal(err)
	}
	defer notifier.Close()
	open := make(chan struct{})
	f := &slowToOpen{open: open}
	b := newBench(settings.Clock{Kind: "slow", Settings: f})
	b.Notify(notifier, 0)
	stop := b.run(t)
	eventually(t, "a status", func() bool { return m.count("STATUS") > 0 })
	if m.count("READY") > 0 {
		t.Error("READY before the port was open")
	}
	close(open)
	eventually(t, "READY=1", func() bool { return m.count("READY") > 0 })
	b.reload(nil, settings.Clock{Kind: "slow", Settings: f})
	eventually(t, "RELOADING=1 and READY=1 again", func() bool { return m.count("RELOADING") == 1 && m.count("READY") == 2 })
	if m.count("WATCHDOG") > 0 {
		t.Error("a watchdog was fed that there is not")
	}
	stop()
}

// READY=1 is sent again until the service manager takes it, after the start and a reload.
func TestReadyIsRepeated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	address := &net.UnixAddr{Name: path, Net: "unixgram"}
	conn, err := net.ListenUnixgram("unixgram", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	filler, err := net.DialUnix("unixgram", nil, address)
	if err != nil {
		t.Fatal(err)
	}
	defer filler.Close()
	fill := func() {
		var err error
		for err == nil {
			filler.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
			_, err = filler.Write([]byte("FULL=1"))
		}
	}
	drain := func(after string) {
		t.Helper()
		time.Sleep(inspectEvery * 3 / 2) // a first READY=1 is lost meanwhile
		text := make([]byte, 1000)
		conn.SetReadDeadline(time.Now().Add(20 * time.Second))
		for {
			n, err := conn.Read(text)
			if err != nil {
				t.Fatalf("no READY=1 after the %s: %v", after, err)
			}
			if string(text[:n]) == "READY=1" {
				return
			}
		}
	}
	t.Setenv("NOTIFY_SOCKET", path)
	notifier, err := notify.New()
	if err != nil {
		t.Fatal(err)
	}
	defer notifier.Close()
	open := make(chan struct{})
	close(open)
	clock := settings.Clock{Kind: "slow", Settings: &slowToOpen{open: open}}
	b := newBench(clock)
	b.Notify(notifier, 0)
	fill()
	stop := b.run(t)
	drain("start")
	fill()
	b.reload(nil, clock)
	drain("reload")
	stop()
}

// What cannot be opened is left alone for longer and longer, and is not stuck.
func TestTheSupervisorsPausesAreNoStuckClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var watch livenessWatch
		start := time.Now()
		feed := driver.NewFeed(nil, nil)
		for range 100 {
			feed.Pause(30 * time.Second)
			for range 30 {
				time.Sleep(time.Second)
				if watch.update(time.Now(), feed.Liveness(), stuckAfter); watch.stuck {
					t.Fatalf("stuck after %v", time.Since(start))
				}
			}
		}
		time.Sleep(stuckAfter + 31*time.Second)
		if watch.update(time.Now(), feed.Liveness(), stuckAfter); !watch.stuck {
			t.Error("not stuck, and no sign of life for long")
		}
	})
}

// slowToOpen is a driver whose hardware is not there at first.
type slowToOpen struct {
	fakeSettings
	open <-chan struct{}
}

func (s *slowToOpen) String() string { return "slow" }
func (s *slowToOpen) Targets() []settings.Target {
	return []settings.Target{{Setting: "unit", Unit: 1}}
}
func (s *slowToOpen) Build(settings.Env) ([]settings.Part, error) {
	return []settings.Part{{Driver: s, Targets: settings.Targets{Unit: 1}}}, nil
}
func (s *slowToOpen) Run(ctx context.Context, feed *driver.Feed) error {
	select {
	case <-s.open:
	case <-ctx.Done():
		return nil
	}
	for ctx.Err() == nil {
		feed.Beat()
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
	return nil
}

// Without a receiver, the service is ready after readyAtLatest: the boot does not wait longer.
func TestReadyAtLatest(t *testing.T) {
	m := newManager(t)
	synctest.Test(t, func(t *testing.T) {
		notifier, err := notify.New()
		if err != nil {
			t.Fatal(err)
		}
		defer notifier.Close()
		b := newBench(settings.Clock{Kind: "slow", Settings: &slowToOpen{open: make(chan struct{})}})
		b.Notify(notifier, 0)
		stop := b.run(t)
		time.Sleep(readyAtLatest + 2*inspectEvery)
		stop()
	})
	eventually(t, "READY=1, then STOPPING=1", func() bool { return m.count("READY") == 1 && m.count("STOPPING") == 1 })
}
