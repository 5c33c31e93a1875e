package daemon

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/internal/realtime"
	"github.com/refclock/refclock/internal/settings"
)

// enteringSettings are those of a fake, and note whether Build can give it a thread.
type enteringSettings struct {
	fakeSettings
	entered *[]bool
}

func (s enteringSettings) Build(env settings.Env) ([]settings.Part, error) {
	*s.entered = append(*s.entered, env.Enter != nil)
	return s.fakeSettings.Build(env)
}

// A reload that switches real time on or off restarts all clocks, and any other reload does
// not. The report shows what is in force.
func TestReloadSwitchesRealtime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var entered []bool
		f := &fake{name: "a", unit: 1}
		clock := settings.Clock{Kind: "fake", Settings: enteringSettings{fakeSettings{f, 1}, &entered}}
		b := newBench(clock)
		var memory, processors int // requests that are in force
		b.realtime = realtime.Fake(b.Env.Log, &memory, &processors)
		stop := b.run(t)
		time.Sleep(1500 * time.Millisecond)
		for i, c := range []struct {
			on   bool
			runs int
		}{{false, 1}, {true, 2}, {true, 2}, {false, 3}, {false, 3}, {true, 4}} {
			b.mu.Lock()
			b.daemon.Realtime = c.on
			b.mu.Unlock()
			b.reload(nil, clock)
			time.Sleep(3 * time.Second)
			r := b.Report().Realtime
			if runs, _ := f.counts(); runs != c.runs || len(entered) != c.runs || entered[len(entered)-1] != c.on {
				t.Errorf("reload %d: begun %d times, with a thread %v; want %d and %v", i, runs, entered, c.runs, c.on)
			}
			in := 0
			if c.on {
				in = 1
			}
			if memory != in || processors != in {
				t.Errorf("reload %d: memory locked %d times, processors %d; want %d", i, memory, processors, in)
			}
			if (r != nil) != c.on {
				t.Errorf("reload %d: the report has %+v", i, r)
			} else if r != nil && (len(r.Parts) != 3 || !r.Parts[0].InForce || r.Parts[0].Name != realtime.Threads) {
				t.Errorf("reload %d: %+v", i, r)
			}
		}
		stop()
		if memory != 0 || processors != 0 {
			t.Errorf("after the end, memory is locked %d times, and processors are %d times", memory, processors)
		}
	})
}
