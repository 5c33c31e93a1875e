package gps

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/pps/ppstest"
	"github.com/refclock/refclock/shm"
)

// A hooked port calls a function before each read, and may fail.
type hooked struct {
	*tunable
	hook    func(size int) // may be nil
	timeout error          // of SetReadTimeout
	read    error          // of Read
	baud    error          // of SetBaud
}

func (p hooked) SetBaud(baud int) error { return errors.Join(p.baud, p.tunable.SetBaud(baud)) }
func (p hooked) SetReadTimeout(d time.Duration) error {
	return errors.Join(p.timeout, p.tunable.SetReadTimeout(d))
}

func (p hooked) Read(b []byte) (int, error) {
	if p.hook != nil {
		p.hook(len(b))
	}
	if p.read != nil {
		return 0, p.read
	}
	return p.tunable.Read(b)
}

// untuned hides that the rate of a port can be set.
type untuned struct{ Port }

// newTunable returns a port whose receiver sends at 9600 baud, for that many reads.
func newTunable(text string, reads int) *tunable {
	return &tunable{right: 9600, text: text, until: reads, tried: []int{9600}, next: time.Now().Truncate(time.Second).Add(time.Second)}
}

// run runs a clock of these rates on a port in virtual time, until the port fails.
func run(t *testing.T, bauds []int, port Port, log *slog.Logger, settings ...func(*Config)) (*Clock, *driver.Feed, error) {
	t.Helper()
	c := Config{Device: "/dev/ttyS0", Bauds: bauds, Pivot: nmea.DateOf(noon), Open: func() (Port, error) { return port, nil }}
	for _, set := range settings {
		set(&c)
	}
	clock, feed := New(c), driver.NewFeed(shm.NewMemory(shm.Layout96), log)
	return clock, feed, clock.Run(t.Context(), feed)
}

// A port that cannot be opened, set or read ends Run with the error, which the state shows
// as well. Only a port that is gone is absent.
func TestPortsThatFail(t *testing.T) {
	broken := errors.New("input/output error")
	for _, c := range []struct {
		name   string
		open   error
		port   hooked
		rates  bool // whether the failure needs a search for the rate
		want   error
		absent bool
	}{
		{name: "open", open: fs.ErrPermission, want: fs.ErrPermission},
		{name: "a timeout", port: hooked{timeout: broken}, want: broken},
		{name: "a read", port: hooked{read: broken}, want: broken},
		{name: "a port that is gone", port: hooked{read: io.EOF}, want: driver.ErrAbsent, absent: true},
		{name: "a rate", port: hooked{baud: broken}, rates: true, want: broken},
		{name: "a rate of a port that is gone", port: hooked{baud: io.EOF}, rates: true, want: driver.ErrAbsent, absent: true},
	} {
		for _, bauds := range [][]int{nil, {9600}, {9600, 115200}} {
			if c.rates && bauds == nil {
				continue
			}
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				c.port.tunable = newTunable("", 1000)
				_, feed, err := run(t, bauds, c.port, slog.New(slog.NewTextHandler(&log, nil)), func(settings *Config) {
					if c.open != nil {
						settings.Open = func() (Port, error) { return nil, c.open }
					}
				})
				if !errors.Is(err, c.want) || errors.Is(err, driver.ErrAbsent) != c.absent {
					t.Errorf("%s at %v: %v, want %v, absent %v", c.name, bauds, err, c.want, c.absent)
				}
				if s := feed.State(); err != nil && s != portFailed(err) || !strings.Contains(log.String(), "no port") {
					t.Errorf("%s at %v: %v, want no port; the log is\n%s", c.name, bauds, s, log.String())
				}
			})
		}
	}
}

// In the first round, the search for the rate reports the current rate; after it, all
// rates. A silent receiver is read twice a second, and each read is a heartbeat.
func TestStatesOfTheSearch(t *testing.T) {
	bauds := []int{9600, 115200, 4800}
	synctest.Test(t, func(t *testing.T) {
		port := hooked{tunable: newTunable(good, 60)}
		port.right, port.other, port.tried = 1, strings.Repeat("\x00\xfe\x80$G\x7f", 30), nil
		feed := driver.NewFeed(shm.NewMemory(shm.Layout96), nil)
		var reported []string
		port.hook = func(int) {
			if s := feed.State(); !slices.Contains(reported, s.Detail) {
				reported = append(reported, s.Detail)
			}
		}
		clock := New(Config{Device: "/dev/ttyS0", Bauds: bauds, Open: func() (Port, error) { return port, nil }})
		clock.Run(t.Context(), feed)
		if len(reported) != 4 {
			t.Fatalf("reported %q, want each rate and then all of them", reported)
		}
		for i, rate := range []string{"9600", "115200", "4800"} {
			if place := fmt.Sprintf("%d of 3", i+1); !strings.Contains(reported[i], rate+" baud") || !strings.Contains(reported[i], place) {
				t.Errorf("at %s baud: %q, want the rate and %q in it", rate, reported[i], place)
			}
		}
		if s := feed.Changes()[1].State; !strings.Contains(s.Detail, "9600 115200 4800 baud") || !strings.Contains(s.Hint, "NMEA") {
			t.Errorf("after a round: %+v, want all rates and a hint", s)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		port := hooked{tunable: newTunable("", 21)}
		port.wait(time.Hour)
		feed := driver.NewFeed(shm.NewMemory(shm.Layout96), nil)
		var reads, beats uint64
		port.hook = func(int) { reads, beats = reads+1, feed.Liveness().Beats }
		clock := New(Config{Device: "/dev/ttyS0", Bauds: bauds, Open: func() (Port, error) { return port, nil }})
		clock.Run(t.Context(), feed)
		// An attempt lasts until the first read that ends after 3.2 s.
		if want := []int{9600, 9600, 115200, 4800, 9600}; reads != 22 || !slices.Equal(port.tried, want) {
			t.Errorf("%d reads at %v, want 22 at %v", reads, port.tried, want)
		}
		if beats != reads {
			t.Errorf("%d beats in %d reads", beats, reads)
		}
	})
}

// A read has room for all bytes that a tty holds, and each read is a heartbeat. The facts
// exist from the first read on.
func TestReads(t *testing.T) {
	for _, bauds := range [][]int{nil, {9600}} {
		synctest.Test(t, func(t *testing.T) {
			port := hooked{tunable: newTunable(good, 30)}
			feed := driver.NewFeed(shm.NewMemory(shm.Layout96), nil)
			var clock *Clock
			var reads uint64
			port.hook = func(size int) {
				if size < 4096 {
					t.Errorf("a read of %d bytes, want 4096", size)
				}
				if beats := feed.Liveness().Beats; beats < reads {
					t.Errorf("%d beats in %d reads", beats, reads)
				}
				if reads++; bauds == nil && reads == 2 && clock.Facts().Port != port.Name() {
					t.Errorf("facts %+v after the first read, want the port", clock.Facts())
				}
			}
			clock = New(Config{Device: "/dev/ttyS0", Baud: 9600, Bauds: bauds, Pivot: nmea.DateOf(noon), Open: func() (Port, error) { return port, nil }})
			clock.Run(t.Context(), feed)
			if f := clock.Facts(); reads != 31 || f.Epochs < 10 || f.Used != 8 || f.Fix != nmea.FixGood || f.Port != port.Name() || f.Baud != 9600 {
				t.Errorf("%d reads, facts %+v", reads, f)
			}
			if slewed := clock.tracker.steps[0].Slew; slewed == 0 && nmea.Slewed() != 0 {
				t.Error("the stamps of the reads have no Slew")
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		clock, _, _ := run(t, nil, untuned{newTunable(good, 9)}, nil)
		if f := clock.Facts(); f.Port != "/dev/ttyS0" || f.Baud != 0 {
			t.Errorf("facts %+v, want the device as the user named it", f)
		}
	})
}

// Bytes without a sentence start a search for the rate, even if there is only one, but not
// if the rate is configured.
func TestNoSentencesAtARate(t *testing.T) {
	const garbage = "\x00\xfe\x80$G\x7f\x00\xfe\x80$G\x7f\x00\xfe\x80$G\x7f\x00\xfe\x80$G\x7f"
	for _, bauds := range [][]int{nil, {9600}} {
		synctest.Test(t, func(t *testing.T) {
			tuned := newTunable(good, 60)
			tuned.later(10*time.Second, func() { tuned.text = garbage })
			var port Port = tuned
			if bauds == nil {
				port = untuned{tuned}
			}
			_, feed, err := run(t, bauds, port, nil)
			if !errors.Is(err, driver.ErrAbsent) {
				t.Errorf("rates %v: %v, want the port to be read until it is gone", bauds, err)
			}
			var reasons []string
			for _, change := range feed.Changes() {
				reasons = append(reasons, change.State.Reason)
			}
			want := []string{"listening", "settling", noSentences.Reason, "no port"}
			tried := []int{9600} // by newTunable
			if bauds != nil {
				want = []string{"detecting the baud rate", "listening", "settling", noSentences.Reason, "detecting the baud rate", "no sentences", "no port"}
				tried = []int{9600, 9600, 9600}
			}
			if n := min(len(tried), len(tuned.tried)); !slices.Equal(reasons, want) || !slices.Equal(tuned.tried[:n], tried) || bauds == nil && n < len(tuned.tried) {
				t.Errorf("rates %v: %q, tried %v; want %q", bauds, reasons, tuned.tried, want)
			}
		})
	}
}

// The burst of a second costs far fewer reads than it has bytes.
func TestReadsOfABurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chunks := make(chan []byte, 4096)
		clock := New(Config{
			Device: "fake", Baud: 9600, Pivot: nmea.DateOf(noon),
			Open: func() (Port, error) { return &wire{chunks: chunks, closed: make(chan struct{})}, nil },
		})
		go func() {
			defer close(chunks)
			for range 10 {
				time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second)))
				for i := range good {
					time.Sleep(10 * time.Second / 9600)
					chunks <- []byte(good[i : i+1])
				}
			}
		}()
		feed := driver.NewFeed(shm.NewMemory(shm.Layout96), nil)
		clock.Run(t.Context(), feed)
		if reads, most := feed.Liveness().Beats, uint64(10*len(good)*3/4); reads > most || clock.Facts().Epochs < 8 {
			t.Errorf("%d reads of %d bytes, want %d at most; %d epochs", reads, 10*len(good), most, clock.Facts().Epochs)
		}
	})
}

// The limits from which the activity of the port determines the state.
func TestJudgeLimits(t *testing.T) {
	const limit, more = 3 * time.Second, 3*time.Second + 1
	settled := driver.State{Reason: "no fix", Hint: "see the sky"}
	type age = time.Duration // of the last of its kind
	for _, c := range []struct {
		name                                  string
		bytes, sentence, line, epoch, resumed age
		strange                               age
		unread                                int
		unreadable                            string
		state                                 driver.State
		want                                  string
	}{
		{name: "healthy", line: more, resumed: more, want: ""},
		{name: "under 3 s without bytes", bytes: limit - 1, line: more, resumed: more, want: ""},
		{name: "3 s without bytes", bytes: limit, line: more, resumed: more, want: noData.Reason},

		{name: "39 bytes", unread: 39, strange: more, line: more, resumed: more, want: ""},
		{name: "40 bytes", unread: 40, strange: more, line: more, resumed: more, want: noSentences.Reason},
		{name: "40 bytes in 3 s", unread: 40, strange: limit, line: more, resumed: more, want: ""},
		{name: "40 bytes, 3 s after a bad sentence", unread: 40, strange: more, line: limit, resumed: more, want: ""},

		{name: "no good sentence for 3 s", sentence: limit, resumed: more, want: ""},
		{name: "no good sentence for over 3 s", sentence: more, resumed: more, want: noChecksums.Reason},
		{name: "and the last bad one just under 3 s ago", sentence: more, line: limit - 1, resumed: more, want: noChecksums.Reason},
		{name: "and the last bad one 3 s ago", sentence: more, line: limit, resumed: more, want: ""},

		{name: "unreadable, no epoch for 3 s", unreadable: "day 32", epoch: limit, line: more, resumed: more, want: ""},
		{name: "unreadable, no epoch for over 3 s", unreadable: "day 32", epoch: more, line: more, resumed: more, want: unreadable("").Reason},
		{name: "and the last sentence just under 3 s ago", unreadable: "day 32", epoch: more, sentence: limit - 1, line: more, resumed: more, want: unreadable("").Reason},
		{name: "and the last sentence 3 s ago", unreadable: "day 32", epoch: more, sentence: limit, line: more, resumed: more, want: ""},
		{name: "readable, no epoch for over 3 s", epoch: more, line: more, resumed: more, want: ""},

		{name: "no epoch for 10 s", epoch: timelessAfter, line: more, resumed: more, want: ""},
		{name: "no epoch for over 10 s", epoch: timelessAfter + 1, line: more, resumed: more, want: timeless.Reason},
		{name: "and the last sentence 3 s before", epoch: timelessAfter + 1, sentence: limit, line: more, resumed: more, want: ""},

		{name: "a hint", state: settled, line: more, resumed: limit, want: settled.Reason},
		{name: "a hint under 3 s after a silence", state: settled, line: more, resumed: limit - 1, want: listening.Reason},
		{name: "no hint under 3 s after a silence", state: settling, line: more, resumed: limit - 1, want: settling.Reason},
		{name: "no data under 3 s after a silence", state: noData, line: more, resumed: limit - 1, want: noData.Reason},
	} {
		r := receptionOf(Config{Baud: 9600, Pivot: nmea.DateOf(noon)})
		before := func(a age) nmea.Stamp { return opening.Add(-a) }
		r.bytes, r.sentence, r.line, r.epoch = before(c.bytes), before(c.sentence), before(c.line), before(c.epoch)
		r.resumed, r.junkFrom, r.junkBytes, r.unreadable, r.state = before(c.resumed), before(c.strange), c.unread, c.unreadable, c.state
		s := r.judge(opening)
		if s.Reason != c.want {
			t.Errorf("%s: %v, want %q", c.name, s, c.want)
		}
		if c.unreadable != "" && c.want != "" && !strings.Contains(s.Detail, c.unreadable) {
			t.Errorf("%s: %v, want %q in it", c.name, s, c.unreadable)
		}
	}
}

// Sentences with an impossible time are reported with the unreadable text, and not as
// missing data; a receiver whose sentences do not name the time, as such.
func TestSentencesThatNameNoTime(t *testing.T) {
	for _, c := range []struct {
		sentences string // each second
		lasts     time.Duration
		want, say string
	}{
		{summed("GPRMC,250000.00,A,4717.11,N,00833.91,E,0.0,0.0,011226,,,A"), 8 * time.Second, unreadable("").Reason, "250000.00"},
		{summed("GPGSA,A,3,04,05,,09,12,,,24,,,,,2.5,1.3,2.1") + summed("GPVTG,84.4,T,,M,0.03,N,0.05,K,A"), 15 * time.Second, "no sentence names the time", "such as RMC"},
	} {
		r := receptionOf(Config{Baud: 9600, Pivot: nmea.DateOf(noon)})
		var s driver.State
		for at := time.Duration(0); at < c.lasts; at += time.Second / 2 {
			text := ""
			if at%time.Second == 0 {
				text = c.sentences
			}
			s = r.receive(opening.Add(at), []byte(text)).state
		}
		if s.Reason != c.want || !strings.Contains(s.Detail, c.say) {
			t.Errorf("%+v, want %q with %q", s, c.want, c.say)
		}
	}
}

// A read waits for a second, and for 60 ms if an epoch may be complete. The first waits for
// 60 ms, to find out whether there is a silence.
func TestWait(t *testing.T) {
	r := receptionOf(Config{Baud: 9600, Pivot: nmea.DateOf(noon)})
	if got := r.wait(); got != 60*ms {
		t.Errorf("the first read waits for %v, want 60ms", got)
	}
	r.receive(opening.Add(-time.Second), nil)
	if got := r.wait(); got != time.Second {
		t.Errorf("a read waits for %v, want 1s", got)
	}
	r.receive(opening, []byte(good))
	if got := r.wait(); got != 60*ms {
		t.Errorf("a read after a sentence waits for %v, want 60ms", got)
	}
}

// A line is a source that counts the waits whose context had not ended when the next began.
type line struct {
	*ppstest.Source
	last context.Context
	open int
}

func (l *line) Next(ctx context.Context) (pps.Edge, error) {
	if l.last != nil && l.last.Err() == nil {
		l.open++
	}
	l.last = ctx
	return l.Source.Next(ctx)
}

// An edge gets the stamp that package nmea would give it. Each edge is a heartbeat, and
// updates the facts. A missing pulse is reported by the first wait that ends over 4.5 s
// after the last edge.
func TestEdgesOfALine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &line{Source: ppstest.New("fake")}
		source.SetMissed(7)
		clock := New(Config{Pulse: &PulseConfig{Open: func() (pps.Source, error) { return source, nil }}})
		pulse, tracker := clock.Pulse(), clock.tracker
		tracker.pulse.locked = true // as before the line was lost
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		ended := make(chan error)
		feed := driver.NewFeed(newSlot(), nil)
		go func() { ended <- pulse.Run(ctx, feed) }()
		synctest.Wait()
		if tracker.pulse.suspended.Publishing() {
			t.Error("the line was reopened, and its pulse counts without a burst")
		}
		edges := uint64(0)
		for range 5 {
			time.Sleep(time.Second)
			source.Push(pps.Edge{Stamp: pps.Now(), Rising: true})
			edges++
			synctest.Wait()
			// The two packages find their origins to some nanoseconds.
			if off := time.Duration(tracker.pulse.last + tracker.steps[1].Slew - nmea.Now().Mono); off.Abs() > time.Microsecond {
				t.Errorf("edge %d is stamped %v off", edges, off)
			}
			if slewed := tracker.steps[1].Slew; slewed == 0 && nmea.Slewed() != 0 {
				t.Error("the stamp of the edge has no Slew")
			}
			if f := pulse.Facts(); f.Missed != 7 || f.Counts.Edges != edges {
				t.Errorf("facts %+v after edge %d", f, edges)
			}
			if s := feed.State(); s.Reason != settling.Reason {
				t.Errorf("after edge %d: %v, want settling", edges, s)
			}
			if beats := feed.Liveness().Beats; beats != edges {
				t.Errorf("%d beats after %d edges", beats, edges)
			}
		}
		late := pps.Now() // the edge was there 100 ms before it was read
		late.Real, late.Mono = late.Real-int64(100*ms), late.Mono-int64(100*ms)
		time.Sleep(time.Second)
		source.Push(pps.Edge{Stamp: late, Rising: true})
		pushed := time.Now()
		time.Sleep(20 * time.Second)
		changes := feed.Changes()
		if last := changes[len(changes)-1]; last.State.Reason != "no pulse" || last.At.Sub(pushed) != 6*time.Second {
			t.Errorf("%v after the last edge: %v, want no pulse after 6s", last.At.Sub(pushed), last.State)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if source.open > 0 {
			t.Errorf("%d waits were not ended", source.open)
		}
	})
}

// A line that cannot be opened or read ends Run with the error, which the state shows. Only
// a device that is gone is absent. The end of the program is not an error.
func TestLinesThatFail(t *testing.T) {
	broken := errors.New("input/output error")
	for _, c := range []struct {
		name   string
		open   error
		fail   error
		want   error // nil: the program ends
		absent bool
	}{
		{name: "open", open: fs.ErrPermission, want: fs.ErrPermission},
		{name: "a read", fail: broken, want: broken},
		{name: "a device that is gone", fail: pps.ErrGone, want: pps.ErrGone, absent: true},
		{name: "the end of the program"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			source := ppstest.New("fake")
			clock := New(Config{
				Pulse: &PulseConfig{Open: func() (pps.Source, error) { return source, c.open }},
			})
			feed := driver.NewFeed(newSlot(), slog.New(slog.NewTextHandler(&log, nil)))
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			if c.fail != nil {
				time.AfterFunc(time.Second, func() { source.Fail(c.fail) })
			}
			err := clock.Pulse().Run(ctx, feed)
			if !errors.Is(err, c.want) || errors.Is(err, driver.ErrAbsent) != c.absent {
				t.Errorf("%s: %v, want %v, absent %v", c.name, err, c.want, c.absent)
			}
			if source.Closed() != (c.open == nil) {
				t.Errorf("%s: closed %v", c.name, source.Closed())
			}
			s := feed.State()
			if failed := c.want != nil; (s.Reason == "no line") != failed || strings.Contains(log.String(), "no line") != failed {
				t.Errorf("%s: %v; the log is\n%s", c.name, s, log.String())
			}
			if c.want != nil && (!strings.Contains(s.Detail, c.want.Error()) || !strings.Contains(s.Hint, driver.Setting("pps"))) {
				t.Errorf("%s: %+v, want the error and a hint", c.name, s)
			}
		})
	}
}
