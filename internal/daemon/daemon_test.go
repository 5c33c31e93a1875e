package daemon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/config"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/shm"
)

// A memoryUnit is a unit of this process alone, which keeps its samples.
type memoryUnit struct {
	*shm.Segment
	mu      sync.Mutex
	samples []shm.Sample
	hungry  bool // a consumer takes each
}

func (u *memoryUnit) Check() (shm.Change, error) { return shm.Unchanged, nil }
func (u *memoryUnit) Close() error               { return nil }

func (u *memoryUnit) Update(sample shm.Sample) error {
	err := u.Segment.Update(sample)
	s, _ := u.Peek()
	if u.hungry {
		u.Take()
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.samples = append(u.samples, s)
	return err
}

func (u *memoryUnit) seen() []shm.Sample {
	u.mu.Lock()
	defer u.mu.Unlock()
	return append([]shm.Sample(nil), u.samples...)
}

// A bench is a daemon whose units, configuration and log are the test's.
type bench struct {
	*Daemon
	log   lines
	units map[int]*memoryUnit
	wish  chan os.Signal

	mu     sync.Mutex
	wanted []settings.Clock
	daemon settings.Daemon
	bad    error
}

func newBench(wanted ...settings.Clock) *bench {
	b := &bench{units: map[int]*memoryUnit{}, wish: make(chan os.Signal, 1), wanted: wanted}
	b.Daemon = New(settings.Env{Log: slog.New(slog.NewTextHandler(&b.log, nil)), Version: "test", Built: nmea.DateOf(time.Now())})
	for n := range 256 {
		b.units[n] = &memoryUnit{Segment: shm.NewMemory(shm.Layout96), hungry: true}
	}
	b.attach = func(to settings.Targets) (driver.SharedUnit, error) { return b.units[to.Unit], nil }
	b.Load = func(context.Context) (settings.Configuration, error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		return settings.Configuration{File: "test.toml", Clocks: b.wanted, Daemon: b.daemon}, b.bad
	}
	b.Reload = b.wish
	return b
}

// run runs the daemon beside the test, until the function that it gives is called.
func (b *bench) run(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	return func() {
		t.Helper()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// reload has the daemon take other clocks.
func (b *bench) reload(bad error, wanted ...settings.Clock) {
	b.mu.Lock()
	b.wanted, b.bad = wanted, bad
	b.mu.Unlock()
	b.wish <- syscall.SIGHUP
}

// lines is a log.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// A fake is a driver and, at the same time, its settings: it feeds each second what
// the test says.
type fake struct {
	name string
	unit int
	turn func(n int) error // what happens besides, on each second

	summary  time.Duration
	optional bool // it need not publish

	mu    sync.Mutex
	runs  int
	ended int
}

func (f *fake) String() string { return "fake " + f.name }

func (f *fake) Run(ctx context.Context, feed *driver.Feed) error {
	f.mu.Lock()
	f.runs++
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		f.ended++
		f.mu.Unlock()
	}()
	for n := 1; ; n++ {
		feed.Beat()
		if f.turn != nil {
			if err := f.turn(n); err != nil {
				feed.SetState(driver.State{Reason: "broken", Detail: err.Error()})
				return err
			}
		}
		now := nmea.Now()
		if err := feed.Publish(driver.Sample{Clock: now.Real, Receive: now.Real, Mono: now.Mono}); err != nil {
			return err
		}
		feed.SetState(driver.State{})
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
}

func (f *fake) counts() (runs, ended int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.runs, f.ended
}

// fakeSettings are those of a fake; version is a setting that may change.
type fakeSettings struct {
	*fake
	version int
}

func (s fakeSettings) Schema() config.Schema { return nil }
func (s fakeSettings) Resolve(config.Source) {}
func (s fakeSettings) Targets() []settings.Target {
	return []settings.Target{{Setting: "unit", Unit: s.unit}}
}
func (s fakeSettings) targets() settings.Targets {
	return settings.Targets{Unit: s.unit, Summary: s.summary}
}
func (s fakeSettings) Build(settings.Env) ([]settings.Part, error) {
	return []settings.Part{{Targets: s.targets(), Driver: s.fake, Tell: func(to *status.Clock) { to.Optional = s.optional }}}, nil
}

func (f *fake) clock(version int) settings.Clock {
	return settings.Clock{Kind: "fake", Settings: fakeSettings{f, version}}
}

// The line for the service manager counts the clocks that should publish.
func TestServiceLine(t *testing.T) {
	broken := func(int) error { return errors.New("wire cut.") }
	good, other, idle, bad := &fake{name: "good", unit: 0}, &fake{name: "other", unit: 2}, &fake{name: "idle", unit: 1, optional: true, turn: broken}, &fake{name: "bad", unit: 3, turn: broken}
	wired := &fake{name: "wired", unit: 1, optional: true}
	for _, c := range []struct {
		clocks []*fake
		want   string
	}{
		{[]*fake{good}, "publishing 1 of 1 clock"},
		{[]*fake{good, other}, "publishing 2 of 2 clocks"},
		{[]*fake{good, wired}, "publishing 2 of 2 clocks"},
		{[]*fake{good, idle}, "publishing 1 of 1 clock; unit 1 is optional: broken"},
		{[]*fake{good, idle, bad}, "publishing 1 of 2 clocks; unit 3: broken: wire cut"},
		{[]*fake{idle}, "publishing 0 of 0 clocks; unit 1 is optional: broken"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var list []settings.Clock
			for _, f := range c.clocks {
				list = append(list, f.clock(1))
			}
			b := newBench(list...)
			stop := b.run(t)
			time.Sleep(2500 * time.Millisecond)
			if got := b.Report().Service; got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			stop()
		})
	}
}

func TestReloadTouchesNothingButWhatHasChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		same, changed, gone, fresh := &fake{name: "same", unit: 1}, &fake{name: "changed", unit: 2}, &fake{name: "gone", unit: 3}, &fake{name: "fresh", unit: 4}
		b := newBench(same.clock(1), changed.clock(1), gone.clock(1))
		stop := b.run(t)
		time.Sleep(10500 * time.Millisecond)
		b.reload(nil, fresh.clock(1), same.clock(1), changed.clock(2))
		time.Sleep(10 * time.Second)
		for _, c := range []struct {
			f           *fake
			runs, ended int
		}{{same, 1, 0}, {changed, 2, 1}, {gone, 1, 1}, {fresh, 1, 0}} {
			if runs, ended := c.f.counts(); runs != c.runs || ended != c.ended {
				t.Errorf("%v: begun %d times, ended %d; want %d and %d", c.f, runs, ended, c.runs, c.ended)
			}
		}
		if got := len(b.units[1].seen()); got != 21 {
			t.Errorf("the clock that is the same has fed %d samples in 20.5 s, want 21", got)
		}
		var names []string
		for _, c := range b.Report().Clocks {
			names = append(names, c.Name)
		}
		if got := strings.Join(names, ", "); got != "fake fresh, fake same, fake changed" {
			t.Errorf("the report has %s", got)
		}
		// The same again changes nothing, and neither does a configuration that is wrong.
		b.reload(nil, fresh.clock(1), same.clock(1), changed.clock(2))
		time.Sleep(time.Second)
		b.reload(fmt.Errorf("%w: line 3", settings.ErrConfig))
		time.Sleep(time.Second)
		if runs, ended := same.counts(); runs != 1 || ended != 0 {
			t.Errorf("begun %d times, ended %d", runs, ended)
		}
		if r := b.Report(); r.Changes[len(r.Changes)-1].State.Reason != "not reloaded" || len(r.Clocks) != 3 {
			t.Errorf("the report has %+v and %d clocks, want that it was not reloaded, and the three clocks", r.Changes, len(r.Clocks))
		}
		stop()
		for _, f := range []*fake{same, changed, fresh} {
			if runs, ended := f.counts(); runs != ended {
				t.Errorf("%v: begun %d times, ended %d", f, runs, ended)
			}
		}
	})
}

func TestAClockThatFailsTouchesNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good := &fake{name: "good", unit: 1}
		failing := &fake{name: "failing", unit: 2, turn: func(int) error { return errors.New("no device") }}
		panicking := &fake{name: "panicking", unit: 3, turn: func(n int) error {
			if n == 2 {
				panic("index out of range")
			}
			return nil
		}}
		permanent := &fake{name: "permanent", unit: 4, turn: func(int) error { return driver.Permanent(errors.New("wrong setting")) }}
		b := newBench(good.clock(1), failing.clock(1), panicking.clock(1), permanent.clock(1))
		stop := b.run(t)
		time.Sleep(time.Minute + time.Second/2)
		if got := len(b.units[1].seen()); got != 61 {
			t.Errorf("%d samples in 60.5 s, want 61", got)
		}
		if runs, _ := panicking.counts(); runs < 3 {
			t.Errorf("the clock that panics was begun %d times, want again and again", runs)
		}
		want := map[string]string{"fake good": "", "fake failing": "broken", "fake permanent": "ended"}
		for _, c := range b.Report().Clocks {
			if reason, ok := want[c.Name]; ok && c.State.Reason != reason {
				t.Errorf("%s: %v, want %q", c.Name, c.State, reason)
			}
			if c.Stuck {
				t.Errorf("%s: taken for stuck", c.Name)
			}
		}
		if n := strings.Count(b.log.String(), "a bug in refclock; please report it"); n == 0 || !strings.Contains(b.log.String(), "index out of range") {
			t.Errorf("the log does not tell of the bug:\n%s", b.log.String())
		}
		stop()
	})
}

// Only clocks that have not stopped are said not to, and the end does not wait for them.
func TestAClockThatDoesNotStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		stuck := &fake{name: "stuck", unit: 1, turn: func(int) error { <-release; return nil }}
		clocks := []settings.Clock{stuck.clock(1)}
		for i := range 20 {
			clocks = append(clocks, (&fake{name: fmt.Sprint("good ", i), unit: 2 + i}).clock(1))
		}
		b := newBench(clocks...)
		stop := b.run(t)
		time.Sleep(1500 * time.Millisecond)
		began := time.Now()
		stop()
		if took := time.Since(began); took > endTimeout {
			t.Errorf("the end took %v, want no more than %v", took, endTimeout)
		}
		if log := b.log.String(); strings.Count(log, "does not stop") != 1 || !strings.Contains(log, `clock="fake stuck"`) {
			t.Errorf("the log does not name only the clock that is stuck:\n%s", log)
		}
		close(release)
	})
}

// A reload that waits for such a clock does not delay the end.
func TestTheEndDuringAReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		stuck := &fake{name: "stuck", unit: 1, turn: func(int) error { <-release; return nil }}
		b := newBench(stuck.clock(1))
		stop := b.run(t)
		time.Sleep(1500 * time.Millisecond)
		b.reload(nil, (&fake{name: "good", unit: 2}).clock(1))
		time.Sleep(100 * time.Millisecond)
		began := time.Now()
		stop()
		if took := time.Since(began); took > endTimeout {
			t.Errorf("the end took %v, want no more than %v", took, endTimeout)
		}
		close(release)
	})
}

// A clock publishes to a contested unit only if share_unit is set.
func TestShareUnit(t *testing.T) {
	for _, share := range []bool{false, true} {
		unit := &memoryUnit{Segment: shm.NewMemory(shm.Layout96)}
		p := newPart(settings.Part{Driver: &fake{}, Targets: settings.Targets{Unit: 1, Share: share}}, "fake", slog.New(slog.DiscardHandler),
			func(settings.Targets) (driver.SharedUnit, error) { return unit, nil }, histories{})
		for n := range int64(3) {
			if n > 0 {
				unit.Set(shm.FieldCount, unit.Get(shm.FieldCount)+2) // another program has written
			}
			at := (1_790_000_000 + n) * int64(time.Second)
			if err := p.feed.Publish(driver.Sample{Clock: at, Receive: at, Mono: n}); err != nil {
				t.Fatal(err)
			}
		}
		if published := p.feed.Published(); share != (published == 3) {
			t.Errorf("share_unit = %v: %d of 3 samples are published", share, published)
		}
		p.feed.SetState(driver.State{Detail: "3D fix"})
		want := driver.State{Detail: "3D fix; another program also writes this unit"}
		if !share {
			want = p.feed.TargetState()
		}
		p.consumer.look(p.feed.Fed(), time.Now())
		if c := (&Daemon{}).clock(p, time.Now()).Consumer; !c.Contested || c.Alive != nil {
			t.Errorf("share_unit = %v: the consumer is %+v, want contested and unknown", share, c)
		}
		if got := p.state(); got != want || !strings.Contains(got.Detail, "another program also writes") {
			t.Errorf("share_unit = %v: the state is %+v, want %+v", share, got, want)
		}
	}
}

// A known unit is one that the kernel knows.
type knownUnit struct {
	*memoryUnit
	asked int
}

func (u *knownUnit) Info() (shm.Info, error) {
	u.asked++
	return shm.Info{Key: shm.KeyBase + 1, ID: -1}, nil
}

// The name of another producer is looked up by what the kernel knows of the unit.
func TestNameOfProducer(t *testing.T) {
	unit := &knownUnit{memoryUnit: &memoryUnit{Segment: shm.NewMemory(shm.Layout96)}}
	p := newPart(settings.Part{Driver: &fake{}, Targets: settings.Targets{Unit: 1}}, "fake", slog.New(slog.DiscardHandler),
		func(settings.Targets) (driver.SharedUnit, error) { return unit, nil }, histories{})
	if p.feed.Beat(); unit.asked != 0 {
		t.Errorf("looked up %d times without another producer", unit.asked)
	}
	unit.Set(shm.FieldCount, 2)
	p.feed.Beat()
	p.feed.Beat()
	if s := p.feed.TargetState(); unit.asked != 1 || !strings.HasPrefix(s.Detail, "another program") {
		t.Errorf("looked up %d times, want once; the state is %+v", unit.asked, s)
	}
}

func TestTheDaemonEndsWhenEveryClockHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench((&fake{turn: func(int) error { return driver.Permanent(errors.New("wrong setting")) }}).clock(1))
		if err := b.Run(t.Context()); err == nil {
			t.Error("it ended without an error")
		}
	})
}

// Two people are to agree, from the report alone, why no sample came at a given time.
func TestTheReportTellsWhyThereWasNoSample(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{name: "flaky", unit: 1, turn: func(n int) error {
			if n == 5 {
				return errors.New("unplugged")
			}
			return nil
		}}
		b := newBench(f.clock(1))
		stop := b.run(t)
		time.Sleep(4500 * time.Millisecond)
		r := b.Report()
		var reasons []string
		for _, c := range r.Clocks[0].Changes {
			reasons = append(reasons, fmt.Sprintf("%s@%v", c.State.Reason, time.Duration(c.MonoNS)))
		}
		if got := strings.Join(reasons, " "); got != "@0s broken@4s" {
			t.Errorf("the changes are %q, want publishing at 0s, broken at 4s", got)
		}
		if c := r.Clocks[0]; c.State.Reason != "broken" || time.Duration(c.SinceNS) != 4*time.Second || c.Published != 4 || c.Sample == nil {
			t.Errorf("the clock is %+v, want broken since 4s, after 4 samples", c)
		}
		stop()
	})
}

// docs/json.md promises UTC, whatever the time zone of the machine.
func TestTheTimesOfTheReportAreUTC(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench((&fake{name: "a", unit: 1}).clock(1))
		stop := b.run(t)
		time.Sleep(4500 * time.Millisecond)
		r := b.Report()
		own, _ := b.Changes(0)
		times := []time.Time{r.Time, r.Started, r.Clocks[0].Since}
		for _, c := range slices.Concat(own, r.Changes, r.Clocks[0].Changes) {
			times = append(times, c.Time)
		}
		if len(times) < 6 {
			t.Errorf("%d times", len(times))
		}
		for i, at := range times {
			if at.Location() != time.UTC {
				t.Errorf("time %d is %v", i, at)
			}
		}
		stop()
	})
}

func TestTheReportTellsOfTheConsumer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench((&fake{name: "a", unit: 1}).clock(1), (&fake{name: "b", unit: 2}).clock(1))
		b.units[2].hungry = false
		stop := b.run(t)
		if alive := b.Report(); len(alive.Clocks) > 0 && alive.Clocks[0].Consumer.Alive != nil {
			t.Error("a consumer is known of before there was a sample")
		}
		time.Sleep(3 * time.Minute)
		r := b.Report()
		if alive := r.Clocks[0].Consumer.Alive; alive == nil || !*alive {
			t.Errorf("the consumer that takes all: %+v", r.Clocks[0].Consumer)
		}
		if alive := r.Clocks[1].Consumer.Alive; alive == nil || *alive {
			t.Errorf("no consumer takes any: %+v", r.Clocks[1].Consumer)
		}
		stop()
	})
}

// A unit that comes late is fed from then on; the clock has run all the while.
func TestALateUnit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{unit: 1}
		b := newBench(f.clock(1))
		come := time.Now().Add(time.Minute)
		b.attach = func(to settings.Targets) (driver.SharedUnit, error) {
			if time.Now().Before(come) {
				return nil, fmt.Errorf("unit %d: %w", to.Unit, shm.ErrAbsent)
			}
			return b.units[to.Unit], nil
		}
		stop := b.run(t)
		time.Sleep(30 * time.Second)
		if c := b.Report().Clocks[0]; c.State.Reason != "no unit" || c.State.Hint == "" {
			t.Errorf("without a unit: %+v", c.State)
		}
		time.Sleep(time.Minute)
		if c := b.Report().Clocks[0]; !c.State.Publishing() || c.Published < 25 {
			t.Errorf("with the unit: %v, %d samples", c.State, c.Published)
		}
		if runs, _ := f.counts(); runs != 1 {
			t.Errorf("the clock was begun %d times", runs)
		}
		stop()
		if n := strings.Count(b.log.String(), "no unit"); n != 1 {
			t.Errorf("the missing unit is told %d times, want once:\n%s", n, b.log.String())
		}
	})
}

// A summary is one line per interval, with the number of samples since the last one.
func TestSummary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{unit: 1, summary: time.Hour}
		b := newBench(f.clock(1))
		stop := b.run(t)
		time.Sleep(3*time.Hour + time.Minute)
		stop()
		if n := strings.Count(b.log.String(), "msg=summary"); n != 3 || strings.Count(b.log.String(), " offset=0s") != 3 || !strings.Contains(b.log.String(), "samples=36") {
			t.Errorf("%d summaries in three hours:\n%s", n, b.log.String())
		}
	})
}

// A unit that only refclock has attached has no reader, even if samples were taken lately.
func TestAbandoned(t *testing.T) {
	yes := true
	for _, c := range []struct {
		name     string
		alive    *bool
		reason   string
		attached int
		programs []string
		want     bool
	}{
		{"read", &yes, "", 2, []string{"chronyd(7)"}, false},
		{"read by a program that is not visible", &yes, "", 2, nil, false},
		{"the reader has ended", &yes, "", 1, nil, true},
		{"it is not known whether it was read", nil, "", 1, nil, false},
		{"refclock has lost the unit", &yes, "unit lost", 1, []string{"chronyd(7)"}, false},
		{"refclock has lost the unit, and the reader is not visible", &yes, "unit lost", 1, nil, false},
	} {
		s := status.Clock{State: driver.State{Reason: c.reason}, Consumer: status.Consumer{Alive: c.alive, Attached: c.attached, Processes: c.programs}}
		if got := abandoned(s); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
