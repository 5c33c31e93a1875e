package daemon

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/settings"
	"github.com/refclock/refclock/sock"
)

// A clock with a socket in place of its unit sends there, and the report says so.
func TestSocketInPlaceOfAUnit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	receiver, err := sock.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	defer receiver.Close()
	b := newBench(load(t, "[[offbyone]]\ninterval = \"100ms\"\nsock = \""+path+"\"\n")...)
	defer b.run(t)()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	got, err := receiver.Receive(ctx)
	if err != nil || got.Offset() != -time.Second {
		t.Errorf("%+v, %v; want one second behind", got, err)
	}
	eventually(t, "the report", func() bool { return told(b).Publishing() })
	c := b.Report().Clocks[0]
	if c.Unit != settings.NoUnit || c.Socket != path || c.Targets() != "socket "+path || !c.State.Publishing() || c.Consumer.Alive != nil {
		t.Errorf("the report: %+v", c)
	}
	if log := b.log.String(); strings.Contains(log, "unit=") || len(b.units[2].seen()) != 0 {
		t.Errorf("there is no unit to speak of:\n%s", log)
	}
}

// load returns the clocks of a configuration.
func load(t *testing.T, text string) []settings.Clock {
	t.Helper()
	file := filepath.Join(t.TempDir(), "refclock.toml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := settings.Load(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	return c.Clocks
}

// A socket that does not exist is the reason why no sample is published. refclock tries
// again until it exists.
func TestSocketThatIsNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	b := newBench(load(t, "[[offbyone]]\nunit = 2\nsock = \""+path+"\"\ninterval = \"100ms\"\n")...)
	defer b.run(t)()
	eventually(t, "the reason", func() bool { return told(b).Reason == "no socket" })
	if len(b.units[2].seen()) == 0 {
		t.Error("the unit beside it is not fed")
	}
	receiver, err := sock.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	defer receiver.Close()
	eventually(t, "the socket", func() bool { return told(b).Publishing() })
}

// told is what the only clock tells of itself, once there is one.
func told(b *bench) driver.State {
	if clocks := b.Report().Clocks; len(clocks) > 0 {
		return clocks[0].State
	}
	return driver.State{Reason: "no clock"}
}

// What runs beside a driver ends with it, and is no danger to it.
func TestBeside(t *testing.T) {
	var began, ended atomic.Bool
	f := &fake{name: "a", unit: 1}
	p := settings.Part{Targets: settings.Targets{Unit: 1}, Driver: f, Beside: func(ctx context.Context) {
		began.Store(true)
		<-ctx.Done()
		ended.Store(true)
	}}
	b := newBench()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		newPart(p, "fake", b.Env.Log, b.attach, histories{}).run(ctx)
		close(done)
	}()
	eventually(t, "the helper", began.Load)
	cancel()
	<-done
	if !ended.Load() {
		t.Error("it continues")
	}
	p.Beside = func(context.Context) { panic("a bug") }
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	newPart(p, "fake", b.Env.Log, b.attach, histories{}).run(ctx)
	if log := b.log.String(); !strings.Contains(log, "please report it") {
		t.Errorf("the panic is not told:\n%s", log)
	}
}
