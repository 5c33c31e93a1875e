package gps

import (
	"bytes"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/shm"
)

// A tunable is a port whose receiver is readable at one rate only. Every second it
// sends the text; at other rates, reads return something else.
type tunable struct {
	mu      sync.Mutex // for the changes of later
	right   int
	text    string
	other   string // what is read at another rate
	timeout time.Duration
	tried   []int
	next    time.Time
	reads   int
	until   int // reads, until it is unplugged
}

func (p *tunable) Name() string                         { return "/dev/fake" }
func (p *tunable) Baud() int                            { return p.tried[len(p.tried)-1] }
func (p *tunable) SetBaud(baud int) error               { p.tried = append(p.tried, baud); return nil }
func (p *tunable) Gather(d time.Duration)               { time.Sleep(d); p.timeout = 1 }
func (p *tunable) SetReadTimeout(d time.Duration) error { p.timeout = d; return nil }
func (p *tunable) Close() error                         { return nil }

// later changes the port while it is read.
func (p *tunable) later(after time.Duration, change func()) {
	time.AfterFunc(after, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		change()
	})
}

// wait lets no bytes arrive for this time.
func (p *tunable) wait(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = time.Now().Add(d)
}

// due returns how long a read waits, and whether bytes arrive then.
func (p *tunable) due() (wait time.Duration, arrives bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reads++; p.reads > p.until {
		return 0, false, io.EOF
	}
	wait = time.Until(p.next)
	return min(wait, p.timeout), wait <= p.timeout, nil
}

func (p *tunable) Read(b []byte) (int, error) {
	wait, arrives, err := p.due()
	if err != nil {
		return 0, err
	}
	time.Sleep(wait)
	if !arrives {
		return 0, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = time.Now().Truncate(time.Second).Add(time.Second)
	if p.Baud() != p.right {
		return copy(b, p.other), nil
	}
	return copy(b, p.text), nil
}

// summed returns a sentence with its checksum.
func summed(text string) string {
	var sum byte
	for i := range len(text) {
		sum ^= text[i]
	}
	const hex = "0123456789ABCDEF"
	return "$" + text + "*" + string([]byte{hex[sum>>4], hex[sum&15]}) + "\r\n"
}

var good = summed("GPRMC,120000.00,A,4717.11,N,00833.91,E,0.0,0.0,011226,,,A") + summed("GPGGA,120000.00,4717.11,N,00833.91,E,1,08,1.0,499.6,M,48.0,M,,")

func TestTheBaudIsFoundByListening(t *testing.T) {
	garbage := strings.Repeat("\x00\xfe\x80$G\x7f", 30)
	for name, c := range map[string]struct {
		port    *tunable
		tried   []int
		reasons []string
	}{
		"the first": {
			&tunable{right: 9600, text: good, until: 8}, []int{9600}, []string{"detecting the baud rate", "listening"},
		},
		"the last, after garbage": {
			&tunable{right: 4800, text: good, other: garbage, until: 60}, []int{9600, 115200, 4800}, []string{"detecting the baud rate", "listening"},
		},
		"the last, after silence": {
			&tunable{right: 4800, text: good, until: 60}, []int{9600, 115200, 4800}, []string{"detecting the baud rate", "no data", "detecting the baud rate", "listening"},
		},
		"one sentence a second": {
			&tunable{right: 115200, text: summed("GPRMC,120000.00,A,4717.11,N,00833.91,E,0.0,0.0,011226,,,A"), other: garbage, until: 30},
			[]int{9600, 115200}, []string{"detecting the baud rate", "listening"},
		},
		"sentences with wrong checksums do not count": {
			&tunable{right: 115200, text: good, other: strings.ReplaceAll(good, "8", "9"), until: 30},
			[]int{9600, 115200}, []string{"detecting the baud rate", "listening"},
		},
		"nothing at any": {
			&tunable{right: 1, until: 60}, []int{9600, 115200, 4800, 9600, 115200}, []string{"detecting the baud rate", "no data"},
		},
		"another protocol": {
			&tunable{right: 1, other: garbage, until: 42}, []int{9600, 115200, 4800, 9600, 115200}, []string{"detecting the baud rate", "no sentences"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				c.port.next = time.Now().Truncate(time.Second).Add(time.Second)
				clock := New(Config{
					Device: "/dev/fake", Bauds: []int{9600, 115200, 4800}, Pivot: nmea.DateOf(noon),
					Open: func() (Port, error) { return c.port, nil },
				})
				feed := driver.NewFeed(shm.NewMemory(shm.Layout96), slog.New(slog.NewTextHandler(&log, nil)))
				if err := clock.Run(t.Context(), feed); err == nil {
					t.Error("the port ended without an error")
				}
				if n := min(len(c.tried), len(c.port.tried)); !slices.Equal(c.port.tried[:n], c.tried) {
					t.Errorf("tried %v, want %v", c.port.tried, c.tried)
				}
				var reasons []string
				for _, change := range feed.Changes() {
					reasons = append(reasons, change.State.Reason)
				}
				if n := min(len(c.reasons), len(reasons)); !slices.Equal(reasons[:n], c.reasons) {
					t.Errorf("reported %q, want %q first", reasons, c.reasons)
				}
				if found := slices.Contains(c.reasons, "listening"); found != strings.Contains(log.String(), "baud rate found") {
					t.Errorf("the log is\n%s", log.String())
				}
			})
		})
	}
}

// A receiver that lost its power returns with its factory rate.
func TestBaudIsSearchedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		port := &tunable{right: 115200, text: good, other: strings.Repeat("\xff\x00\x55", 50), until: 600}
		port.next = time.Now().Truncate(time.Second).Add(time.Second)
		port.later(30*time.Second, func() { port.right = 9600 })
		clock := New(Config{
			Device: "/dev/fake", Bauds: []int{9600, 115200}, Pivot: nmea.DateOf(noon),
			Open: func() (Port, error) { return port, nil },
		})
		clock.Run(t.Context(), driver.NewFeed(shm.NewMemory(shm.Layout96), nil))
		if want := []int{9600, 115200, 115200, 9600}; !slices.Equal(port.tried, want) {
			t.Errorf("tried %v, want %v", port.tried, want)
		}
		if f := clock.Facts(); f.Baud != 9600 || f.Port != "/dev/fake" {
			t.Errorf("facts %+v, want the port and its new rate", f)
		}
	})
}

// A silent port is reopened repeatedly. This is reported once, with the other programs
// that read the port.
func TestASilentPortIsOpenedAgain(t *testing.T) {
	for _, bauds := range [][]int{nil, {9600, 115200}} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			opened, asked := 0, 0
			port := &tunable{right: 9600, tried: []int{9600}, until: 1 << 20}
			clock := New(Config{
				Device: "/dev/fake", Bauds: bauds, Pivot: nmea.DateOf(noon),
				Open:         func() (Port, error) { opened++; port.wait(time.Second); return port, nil },
				OtherReaders: func() string { asked++; return "agetty (pid 7)" },
			})
			port.later(30*time.Second, func() { port.text = good; port.next = time.Now() })
			port.later(60*time.Second, func() { port.text = "" })
			port.later(10*time.Minute, func() { port.text = good; port.next = time.Now() })
			port.later(11*time.Minute, func() { port.until = 0 })
			clock.Run(t.Context(), driver.NewFeed(shm.NewMemory(shm.Layout96), slog.New(slog.NewTextHandler(&log, nil))))
			if opened < 15 {
				t.Errorf("opened %d times in about nine minutes of silence", opened)
			}
			if n := strings.Count(log.String(), `reason="no data"`); n > 2 || n == 0 {
				t.Errorf("bauds %v: the silence is reported %d times:\n%s", bauds, n, log.String())
			}
			if asked != 2 || !strings.Contains(log.String(), "agetty (pid 7)") {
				t.Errorf("looked %d times for other readers of the port, want 2:\n%s", asked, log.String())
			}
			if f := clock.Facts(); f.Epochs == 0 {
				t.Error("the receiver sent again and was not received")
			}
		})
	}
}

// searchStates runs a search of all rates for a time, and returns the changes and the log.
func searchStates(t *testing.T, port *tunable, lasts time.Duration, readers func() string) (changes []driver.Change, log string) {
	t.Helper()
	var text bytes.Buffer
	clock := New(Config{
		Device: "/dev/fake", Bauds: []int{9600, 115200, 38400, 4800, 57600, 19200, 230400, 460800, 921600}, Pivot: nmea.DateOf(noon),
		Open: func() (Port, error) { return port, nil }, OtherReaders: readers,
	})
	port.until = 1 << 20
	port.next = time.Now().Truncate(time.Second).Add(time.Second)
	port.later(lasts, func() { port.until = 0 })
	feed := driver.NewFeed(shm.NewMemory(shm.Layout96), slog.New(slog.NewTextHandler(&text, nil)))
	clock.Run(t.Context(), feed)
	changes = feed.Changes()
	if last := len(changes) - 1; last >= 0 && changes[last].State.Reason == "no port" { // by the end
		changes = changes[:last]
	}
	return changes, text.String()
}

// A port without valid sentences at any rate is reported with a hint, once, while the search
// continues.
func TestARoundWithoutSentencesIsAWarning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		changes, log := searchStates(t, &tunable{other: strings.Repeat("\xb5\x62\x01", 30)}, 2*time.Minute, nil)
		last := changes[len(changes)-1]
		if len(changes) != 2 || last.State.Reason != "no sentences" || !strings.Contains(last.State.Hint, "binary protocol") || last.At.Sub(began) > 30*time.Second {
			t.Errorf("the changes since %v are %+v", began, changes)
		}
		if n := strings.Count(log, `level=WARN msg="not publishing" reason="no sentences"`); n != 1 {
			t.Errorf("%d warnings, want 1:\n%s", n, log)
		}
	})
}

// Sentences without checksums are reported as such as soon as they were seen, and as long as they
// arrive.
func TestTheSearchFindsSentencesWithoutChecksums(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		garbage := strings.Repeat("\x00\xfe\x80$G\x7f", 30)
		port := &tunable{right: 9600, text: strings.Repeat("$GPRMC,120000.00,A,5851.45,N,02422.31,E,0.0,,280226,,,A\r\n", 2), other: garbage}
		port.later(2*time.Minute, func() { port.text = garbage })
		changes, _ := searchStates(t, port, 4*time.Minute, nil)
		var got []string
		for _, change := range changes {
			got = append(got, change.State.Reason)
		}
		if want := []string{"detecting the baud rate", "no checksums", "no sentences"}; !slices.Equal(got, want) {
			t.Fatalf("%q, want %q", got, want)
		}
		if s := changes[1]; s.At.Sub(began) > 30*time.Second || !strings.Contains(s.State.Detail, "at 9600 baud, but without checksums") {
			t.Errorf("after %v: %+v", s.At.Sub(began), s.State)
		}
		if after := changes[2].At.Sub(began); after < 2*time.Minute {
			t.Errorf("no sentences after %v", after)
		}
	})
}

// Silence does not depend on the rate: it is reported as early as with a known rate. A receiver
// that has sent bytes may report rarely.
func TestASilentPortIsReportedBeforeAllRates(t *testing.T) {
	garbage := strings.Repeat("\x00\xfe\x80$G\x7f", 30)
	for _, c := range []struct {
		name  string
		every time.Duration // between bursts; 0: none arrives
		first time.Duration // the earliest and latest moment of "no data"; 0: never
		last  time.Duration
	}{
		{"nothing", 0, patience, patience + time.Second},
		{"a burst every 5 s", 5 * time.Second, patience, patience + time.Second}, // before the first
		{"a burst every 2 s", 2 * time.Second, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				port := &tunable{}
				for at := c.every; c.every > 0 && at < time.Minute; at += c.every {
					port.later(at, func() { port.other, port.next = garbage, time.Now() })
					port.later(at+3*time.Second/4, func() { port.other = "" })
				}
				changes, _ := searchStates(t, port, time.Minute, nil)
				var silent []time.Duration
				for _, change := range changes {
					if change.State.Reason == noData.Reason {
						silent = append(silent, change.At.Sub(began))
					}
				}
				if c.last == 0 && len(silent) > 0 || c.last > 0 && (len(silent) != 1 || silent[0] < c.first || silent[0] > c.last) {
					t.Errorf("no data after %v, want once after %v to %v, if at all", silent, c.first, c.last)
				}
			})
		})
	}
}

// The search names other programs that read the port, soon after bytes arrive.
func TestTheSearchNamesOtherReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, asked := time.Now(), 0
		changes, log := searchStates(t, &tunable{other: "\xff\x00\x55"}, time.Minute, func() string { asked++; return "cat (pid 7)" })
		last := changes[len(changes)-1]
		if !strings.Contains(last.State.Detail, "cat (pid 7)") || last.At.Sub(began) > 5*time.Second || asked > 6 {
			t.Errorf("asked %d times; the changes since %v are %+v", asked, began, changes)
		}
		if !strings.Contains(log, "cat (pid 7)") {
			t.Errorf("the log is\n%s", log)
		}
	})
}

// The pulse waits for sentences: its state is why none arrive.
func TestThePulseShowsWhyTheSearchFails(t *testing.T) {
	for want, other := range map[string]string{"no data": "", "no sentences": strings.Repeat("\x00\xfe\x80$G\x7f", 30)} {
		t.Run(want, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				port := &tunable{other: other, until: 20}
				clock := New(Config{
					Device: "/dev/fake", Bauds: []int{9600, 115200}, Pivot: nmea.DateOf(noon), Pulse: &PulseConfig{},
					Open: func() (Port, error) { return port, nil },
				})
				clock.Run(t.Context(), driver.NewFeed(shm.NewMemory(shm.Layout96), nil))
				clock.tracker.pulse.last = 1 // an edge
				if s := clock.tracker.pulseState(nmea.Stamp{Mono: 2}); s.Reason != want {
					t.Errorf("the pulse: %+v, want %q", s, want)
				}
			})
		})
	}
}
