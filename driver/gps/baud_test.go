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
			&tunable{right: 4800, text: good, until: 60}, []int{9600, 115200, 4800}, []string{"detecting the baud rate", "listening"},
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
			&tunable{right: 1, other: garbage, until: 42}, []int{9600, 115200, 4800, 9600, 115200}, []string{"detecting the baud rate"},
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
