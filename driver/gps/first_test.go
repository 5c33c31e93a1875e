package gps

import (
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/shm"
)

// An airline is a serial port of a simulated receiver, in the time of a bubble. It keeps the
// bytes that arrive while it is open, until they are read.
type airline struct {
	zero    time.Time // when the receiver's first second begins
	right   int       // its rate
	baud    int
	timeout time.Duration
	next    func() (sim.Chunk, bool)
	coming  sim.Chunk
	closed  atomic.Bool
}

// newAirline returns the port of a receiver, and opens it a time after the receiver's first second.
func newAirline(t *testing.T, config sim.Config, opened time.Duration) *airline {
	receiver, err := sim.New(config)
	if err != nil {
		t.Fatal(err)
	}
	p := &airline{right: receiver.Baud(), zero: time.Now().Add(-opened)}
	var stop func()
	p.next, stop = iter.Pull(sim.Chunks(receiver, sim.Link{FIFO: 8}))
	t.Cleanup(stop)
	for p.coming.True < opened {
		p.coming, _ = p.next()
		p.coming.Data = slices.Clone(p.coming.Data)
	}
	return p
}

func (p *airline) Name() string                         { return "/dev/fake" }
func (p *airline) Baud() int                            { return p.baud }
func (p *airline) SetBaud(baud int) error               { p.baud = baud; return nil }
func (p *airline) SetReadTimeout(d time.Duration) error { p.timeout = d; return nil }
func (p *airline) Gather(d time.Duration)               { time.Sleep(d); p.timeout = 1 }
func (p *airline) Close() error                         { p.closed.Store(true); return nil }

func (p *airline) Read(b []byte) (n int, err error) {
	arrives := p.zero.Add(p.coming.True)
	time.Sleep(min(max(time.Until(arrives), 0), p.timeout))
	for !p.zero.Add(p.coming.True).After(time.Now()) {
		n += copy(b[n:], p.coming.Data)
		p.coming, _ = p.next()
		p.coming.Data = slices.Clone(p.coming.Data)
	}
	if p.closed.Load() {
		return 0, io.EOF
	}
	if p.baud != p.right {
		for i := range b[:n] {
			b[i] = b[i]<<3 ^ 0x80
		}
	}
	return n, nil
}

// A watchman records when samples are published.
type watchman struct {
	port    *airline
	samples []driver.Sample
	at      []time.Duration // true time
	states  []string
}

func (w *watchman) Sampled(s driver.Sample) {
	w.samples = append(w.samples, s)
	w.at = append(w.at, time.Since(w.port.zero))
}

func (w *watchman) Changed(s driver.State) {
	w.states = append(w.states, time.Since(w.port.zero).String()+" "+s.Reason+": "+s.Detail)
}

// A beginning is a start of the driver.
type beginning struct {
	sim.Config
	settings Config
	opened   time.Duration
	lasts    time.Duration
}

// run runs a clock from a start on.
func (c beginning) run(t *testing.T) (w *watchman) {
	synctest.Test(t, func(t *testing.T) {
		port := newAirline(t, c.Config, c.opened)
		w = &watchman{port: port}
		feed := driver.NewFeed(shm.NewMemory(shm.Layout96), nil)
		feed.Observe(w)
		settings := c.settings
		settings.Device, settings.Pivot = "/dev/fake", nmea.DateOf(sim.DefaultStart)
		right := int64(sim.DefaultStart.Sub(port.zero)) // the system clock of a bubble is of the year 2000
		settings.Now = func() nmea.Stamp {
			at := nmea.Now()
			at.Real += right
			return at
		}
		settings.Open = func() (Port, error) { port.baud = port.right; return port, nil }
		clock := New(settings)
		ctx, cancel := context.WithTimeout(t.Context(), c.lasts)
		defer cancel()
		if err := clock.Run(ctx, feed); err != nil {
			t.Error(err)
		}
	})
	return w
}

// everyone is a Memory that knows each receiver.
type everyone time.Duration

func (e everyone) Recall(string) (LearntDelay, bool) {
	return LearntDelay{Delay: time.Duration(e)}, true
}
func (everyone) Keep(string, LearntDelay) error { return nil }

// The first sample of a receiver with a fix, at any part of the second in which the port is opened.
// The limits are those of the rules: the burst that is being sent, or the pause before it, then two
// whole bursts at least, and 0.1 s to find the end of the last one.
func TestFirstSample(t *testing.T) {
	const delay = 120 * ms // of a u-blox
	for _, c := range []struct {
		name  string
		baud  int
		bauds []int
		known bool
		sure  bool // a witness knows the second
		limit time.Duration
	}{
		{"unknown", 9600, nil, false, false, 4300 * ms},
		{"unknown", 115200, nil, false, false, 4300 * ms},
		{"unknown, with a witness", 9600, nil, false, true, 4300 * ms},
		{"unknown, the rate is found at once", 9600, []int{9600, 115200}, false, false, 4400 * ms},
		{"unknown, the second rate is right", 115200, []int{9600, 115200}, false, false, 5300 * ms},
		{"known", 9600, nil, true, false, 3300 * ms},
		{"known", 115200, nil, true, false, 3300 * ms},
		{"known, the rate is found at once", 9600, []int{9600, 115200}, true, false, 3400 * ms},
		{"known, the second rate is right", 115200, []int{9600, 115200}, true, false, 4300 * ms},
		{"known, with a witness", 9600, nil, true, true, 3000 * ms},
		{"known, with a witness", 115200, nil, true, true, 2400 * ms},
	} {
		var waits []time.Duration
		for phase := 0 * ms; phase < time.Second; phase += 20 * ms {
			start := beginning{
				Config: sim.Config{Baud: c.baud}, opened: 5*time.Second + phase, lasts: 8 * time.Second,
				settings: Config{Bauds: c.bauds, Baud: c.baud},
			}
			if c.known {
				start.settings.Memory = everyone(delay)
			}
			if c.sure {
				start.settings.Witnesses = []driver.Witness{knows{}}
			}
			w := start.run(t)
			if len(w.at) == 0 {
				t.Fatalf("%s at %d baud, opened at %v: no sample, but %q", c.name, c.baud, phase, w.states)
			}
			waits = append(waits, w.at[0]-start.opened)
			off := time.Duration(w.samples[0].Offset())
			if !c.known {
				off += delay
			}
			if off.Abs() > 30*ms {
				t.Errorf("%s at %d baud, opened at %v: the first sample is %v off", c.name, c.baud, phase, off)
			}
		}
		slices.Sort(waits)
		t.Logf("%s at %d baud: the first sample is after %v to %v, median %v", c.name, c.baud, waits[0].Round(10*ms), waits[len(waits)-1].Round(10*ms), waits[len(waits)/2].Round(10*ms))
		if longest := waits[len(waits)-1]; longest > c.limit {
			t.Errorf("%s at %d baud: the first sample is after %v, want at most %v", c.name, c.baud, longest, c.limit)
		}
	}
}

// How many seconds a receiver must name before it is published: four, three if its delay is known,
// and two if a witness agrees as well.
func TestSettling(t *testing.T) {
	sure, unsure := knows{}, knows{Estimate: driver.Estimate{Within: 500 * ms}}
	set := Config{Delay: 150 * ms, Calibrated: true}
	with := func(c Config, w driver.Witness) Config { c.Witnesses = []driver.Witness{w}; return c }
	for _, c := range []struct {
		name   string
		config Config
		want   string
	}{
		{"unknown", Config{}, "sssPP"},
		{"unknown, a witness agrees", with(Config{}, sure), "sssPP"},
		{"known", set, "ssPPP"},
		{"known, a witness agrees", with(set, sure), "sPPPP"},
		{"known, a witness is not sure", with(set, unsure), "ssPPP"},
		{"known, a witness is silent", with(set, knows{silent: true}), "ssPPP"},
		{"known, a witness contradicts", with(set, knows{Estimate: driver.Estimate{Offset: time.Second}}), "ddddd"},
	} {
		expect(t, c.name, newBench(t, c.config).sentences(0, 5, tick{noPulse: true}), c.want)
	}
	// A jump is not published sooner, whatever is known.
	b := newBench(t, with(set, knows{silent: true}))
	b.sentences(0, 5, tick{noPulse: true})
	b.late = time.Hour
	expect(t, "a jump", b.sentences(5, 17, tick{noPulse: true, off: 5 * time.Second}), "tttttttttPPP")
}

// A receiver that had no fix at first may correct its time after its first fix, so a known delay does
// not make it settle sooner.
func TestSettlingAfterNoFix(t *testing.T) {
	set := Config{Delay: 150 * ms, Calibrated: true}
	sure := set
	sure.Witnesses = []driver.Witness{knows{}}
	noFix := without(nmea.NoFix)
	noFix.noPulse = true
	for _, c := range []struct {
		name   string
		config Config
		want   string
	}{
		{"unknown", Config{}, "nnnsssPP"},
		{"set", set, "nnnsssPP"},
		{"stored", Config{Memory: everyone(150 * ms)}, "nnnsssPP"},
		{"set, a witness agrees", sure, "nnnsPPPP"},
	} {
		b := newBench(t, c.config)
		expect(t, c.name, b.sentences(0, 3, noFix)+b.sentences(3, 8, tick{noPulse: true}), c.want)
	}
	// A fix that is lost later does not count.
	b := newBench(t, set)
	got := b.sentences(0, 5, tick{noPulse: true}) + b.sentences(5, 7, noFix) + b.sentences(7, 9, tick{noPulse: true})
	expect(t, "a lost fix", got, "ssPPPnnPP")
}

// A machine that starts is busy. A burst that it reads late may settle the time, but is not published
// then: its stamp is as late.
func TestSettlingWithALateBurst(t *testing.T) {
	set := Config{Delay: 150 * ms, Calibrated: true}
	sure := set
	sure.Witnesses = []driver.Witness{knows{}}
	for _, c := range []struct {
		name   string
		config Config
		late   int // the burst that is read late
		by     time.Duration
		want   string
	}{
		{"the second of two", sure, 1, 400 * ms, "shPPP"},
		{"the second of two, a little", sure, 1, 100 * ms, "sPPPP"},
		{"the third of three", set, 2, 400 * ms, "sshPP"},
		{"the fourth of four", Config{}, 3, 400 * ms, "ssshP"},
		{"the first of four", Config{}, 0, 400 * ms, "ssssP"},
	} {
		b := newBench(t, c.config)
		got := ""
		for i := range 5 {
			second := time.Duration(i) * time.Second
			u := burst{start: second + 150*ms, says: second}
			if i == c.late {
				u.start += c.by
			}
			got += string(b.epoch(u).letter())
		}
		expect(t, c.name, got, c.want)
	}
}

// A burst that was received in part counts as one of the seconds, if it names the second before,
// has a fix, and the port was not opened again.
func TestSettlingAfterAPart(t *testing.T) {
	for _, c := range []struct {
		name string
		part burst
		then func(b *bench)
		want string
	}{
		{"with a date", burst{torn: true}, nil, "ssPPP"},
		{"without a date", burst{torn: true, why: nmea.NoDate}, nil, "ssPPP"},
		{"named 0.9 s into its burst", burst{torn: true, name: 900 * ms}, nil, "ssPPP"},
		{"without a fix", burst{torn: true, why: nmea.NoFix}, nil, "sssPP"},
		{"an hour before", burst{torn: true, says: -time.Hour}, nil, "sssPP"},
		{"a second before", burst{torn: true, says: -time.Second}, nil, "sssPP"},
		{"a second after", burst{torn: true, says: time.Second}, nil, "sssPP"},
		{"the day before", burst{torn: true, says: -24 * time.Hour}, nil, "ssPPP"},
		{"of another opening", burst{torn: true}, func(b *bench) { b.reopen(9600) }, "sssPP"},
	} {
		b := newBench(t, Config{})
		c.part.start = 150 * ms
		b.epoch(c.part)
		if c.then != nil {
			c.then(b)
		}
		expect(t, c.name, b.sentences(1, 6, tick{noPulse: true}), c.want)
	}
	// Without a part, the time of day may happen to be the time since the machine has started.
	b := newBench(t, Config{})
	b.noon = noon.Truncate(24 * time.Hour).Add(time.Hour)
	expect(t, "without a part", b.sentences(0, 5, tick{noPulse: true}), "sssPP")
	// The part does not count for a later jump back to its time.
	b = newBench(t, Config{})
	b.epoch(burst{torn: true, start: 150 * ms})
	b.late = time.Hour
	b.sentences(1, 30, tick{noPulse: true, off: 5 * time.Second})
	expect(t, "a jump", b.sentences(30, 42, tick{noPulse: true}), "tttttttttPPP")
}

// If the receiver is recognised only after the first samples, those after it have another delay,
// and are not compared with them.
func TestRecallAfterASample(t *testing.T) {
	b := newBench(t, Config{Memory: shelf{"GPRMC first, GPGGA GPRMC, 9600 baud": {Delay: 100 * ms}}})
	b.reopen(9600)
	b.epoch(burst{torn: true, start: 150 * ms})
	got, restarts := "", ""
	for i := 1; i < 6; i++ {
		second := time.Duration(i) * time.Second
		r := b.epoch(burst{start: second + 150*ms, says: second, alone: i < 3})
		got += string(r.letter())
		if r.restart {
			restarts += fmt.Sprint(i, " ")
		}
	}
	expect(t, "sentences", got, "ssPPP")
	expect(t, "restarts", restarts, "4 ")
}

// A stored delay is used once two epochs agree about the receiver. Four epochs may show that it is
// another one; then the stored delay is dropped.
func TestRecallAfterTwoEpochs(t *testing.T) {
	const short, long = "GPRMC first, GPRMC, 9600 baud", "GPRMC first, GPGGA GPRMC, 9600 baud"
	for _, c := range []struct {
		name   string
		memory shelf
		alone  [5]bool // the RMC alone was received
		want   [5]time.Duration
	}{
		{"stored", shelf{long: {Delay: 100 * ms}}, [5]bool{}, [5]time.Duration{0, 100 * ms, 100 * ms, 100 * ms, 100 * ms}},
		{"not stored", shelf{}, [5]bool{}, [5]time.Duration{}},
		{"a sentence is lost once", shelf{long: {Delay: 100 * ms}}, [5]bool{true}, [5]time.Duration{0, 0, 100 * ms, 100 * ms, 100 * ms}},
		{"a sentence is lost twice", shelf{long: {Delay: 100 * ms}}, [5]bool{true, true}, [5]time.Duration{0, 0, 0, 100 * ms, 100 * ms}},
		{"and is another receiver's name", shelf{short: {Delay: 300 * ms}}, [5]bool{true, true}, [5]time.Duration{0, 300 * ms, 300 * ms, 0, 0}},
		{"and both are stored", shelf{short: {Delay: 300 * ms}, long: {Delay: 100 * ms}}, [5]bool{true, true}, [5]time.Duration{0, 300 * ms, 300 * ms, 100 * ms, 100 * ms}},
	} {
		b := newBench(t, Config{Memory: c.memory})
		b.reopen(9600)
		for i, alone := range c.alone {
			second := time.Duration(i) * time.Second
			b.epoch(burst{start: second + 150*ms, says: second, alone: alone})
			if got := b.learn.delay; got != c.want[i] {
				t.Errorf("%s: after epoch %d the delay is %v, want %v", c.name, i+1, got, c.want[i])
			}
		}
	}
}
