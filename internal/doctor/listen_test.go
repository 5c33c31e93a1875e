package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/pps/ppstest"
)

// record returns a recording of a simulated receiver, in no real time.
func record(t *testing.T, config sim.Config, pulse *sim.Pulse, lasts time.Duration) *recording {
	t.Helper()
	receiver, err := sim.New(config)
	if err != nil {
		t.Fatal(err)
	}
	h := &recording{
		device: "/dev/serial0", baud: receiver.Baud(), wire: receiver.Baud(), pivot: nmea.DateOf(sim.DefaultStart), lasted: lasts,
	}
	if pulse != nil {
		h.source = "/dev/pps0"
	}
	for e := range (sim.Rig{Receiver: receiver, Pulse: pulse, Link: sim.Link{FIFO: 8}}).Events(lasts) {
		if e.Edge != nil {
			h.edges = append(h.edges, e.Edge.PPS())
			continue
		}
		h.bytes += len(e.Bytes())
		h.chunks = append(h.chunks, chunk{e.At, append([]byte(nil), e.Bytes()...)})
	}
	return h
}

// The findings on faulty and healthy receivers.
func TestJudge(t *testing.T) {
	const twelve = 12 * time.Second
	delay := func(d time.Duration) *time.Duration { return &d }
	for _, c := range []struct {
		name   string
		config sim.Config
		pulse  *sim.Pulse
		want   string // verdicts by check
		say    string // text in one of the findings
	}{
		{"a delay close to 0", sim.Config{Delay: delay(5 * time.Millisecond), Jitter: delay(0)}, &sim.Pulse{},
			"PASS baud, PASS sentences, PASS burst, PASS fix, PASS pulse, FAIL delay", "may belong to this pulse"},
		{"no fix", sim.Config{Faults: []string{"no-fix"}}, nil,
			"PASS baud, PASS sentences, PASS burst, WARN fix, SKIP pulse", "clear view of the sky"},
		{"a burst of a whole second at 9600", sim.Config{Profile: "multi"}, nil,
			"PASS baud, PASS sentences, FAIL burst, PASS fix, SKIP pulse", "or drop GSV"},
		{"Garmin at 4800", sim.Config{Profile: "garmin"}, nil,
			"PASS baud, PASS sentences, WARN burst, PASS fix, SKIP pulse", "sends at 4800 baud"},
		{"five reports a second", sim.Config{Rate: 5, Baud: 115200}, nil,
			"PASS baud, PASS sentences, WARN burst, PASS fix, SKIP pulse", "5 times a second"},
		{"no checksums", sim.Config{Faults: []string{"no-checksum"}}, nil,
			"PASS baud, FAIL sentences, PASS burst, SKIP pulse", "have no checksums"},
		{"healthy", sim.Config{}, &sim.Pulse{},
			"PASS baud, PASS sentences, PASS burst, PASS fix, PASS pulse, PASS delay", "120 ms after the pulse"},
		{"half a second of delay", sim.Config{Profile: "mt3339"}, &sim.Pulse{},
			"PASS baud, PASS sentences, PASS burst, PASS fix, PASS pulse, PASS delay", "after the pulse"},
		{"an inverted pulse", sim.Config{}, &sim.Pulse{Inverted: true},
			"PASS baud, PASS sentences, PASS burst, PASS fix, PASS pulse, PASS delay", "falling edge begins the second"},
		{"a square wave", sim.Config{}, &sim.Pulse{Width: 500 * time.Millisecond},
			"PASS baud, PASS sentences, PASS burst, PASS fix, FAIL pulse", "square wave"},
	} {
		c.config.Seed = 1
		findings := record(t, c.config, c.pulse, twelve).judge()
		checkHints(t, findings)
		var got []string
		said := false
		for _, f := range findings {
			got = append(got, f.Verdict.String()+" "+f.Check)
			said = said || strings.Contains(fmt.Sprint(f), c.say)
		}
		if strings.Join(got, ", ") != c.want || !said {
			t.Errorf("%s: %s, want %s; and %q in\n%+v", c.name, strings.Join(got, ", "), c.want, c.say, findings)
		}
	}
}

// checkHints fails for a problem without something to do or to type.
func checkHints(t *testing.T, findings []Finding) {
	t.Helper()
	for _, f := range findings {
		if f.Verdict < Skip && len(f.Hint) == 0 || strings.Contains(fmt.Sprint(f.Hint), "message") {
			t.Errorf("nothing to do: %+v", f)
		}
	}
}

// A recording without usable data has no findings about the data.
func TestJudgeNothing(t *testing.T) {
	for _, c := range []struct {
		name string
		h    recording
		want Verdict
		say  string
	}{
		{"silence", recording{device: "/dev/a"}, Fail, "No bytes"},
		{"no sentence", recording{device: "/dev/a", bytes: 1000}, Fail, "4800 to 921600"},
		{"not allowed", recording{device: "/dev/a", err: fmt.Errorf("open: %w", os.ErrPermission)}, Skip, "Could not listen to"},
		{"held by refclock", recording{device: "/dev/a", err: fmt.Errorf("open: %w", unix.EBUSY)}, Skip, "refclock status"},
		{"broken", recording{device: "/dev/a", err: errors.New("on fire")}, Fail, "On fire"},
		{"no descriptors", recording{device: "/dev/a", err: fmt.Errorf("open: %w", unix.EMFILE)}, Fail, "open"},
		{"not a port", recording{device: "/dev/a", err: fmt.Errorf("open: %w", serialport.ErrNoTTY)}, Fail, "ls -d /dev/"},
		{"silent after the baud search", recording{device: "/dev/a", bytes: 1000, baud: 9600, wire: 9600}, Pass, "9600"},
	} {
		f := c.h.judge()
		if len(f) == 0 || f[0].Verdict != c.want || !strings.Contains(fmt.Sprint(f[0]), c.say) {
			t.Errorf("%s: %+v", c.name, f)
		}
		checkHints(t, f)
	}
	h := recording{source: "/dev/pps0", lasted: time.Second}
	if seconds, f := h.judgePulse(); len(seconds) > 0 || f[0].Verdict != Warn {
		t.Errorf("no edge: %+v", f)
	}
	h.pulseErr = fmt.Errorf("open: %w", os.ErrPermission)
	if _, f := h.judgePulse(); f[0].Verdict != Skip {
		t.Errorf("no permission for the pulse: %+v", f)
	}
}

// A fakePort sends the same text in each read.
type fakePort struct {
	text    string
	timeout time.Duration
	closed  *int
}

func (p *fakePort) SetReadTimeout(d time.Duration) error { p.timeout = d; return nil }
func (p *fakePort) Close() error                         { *p.closed++; return nil }

func (p *fakePort) Read(b []byte) (int, error) {
	time.Sleep(p.timeout)
	return copy(b, p.text), nil
}

func TestFindBaud(t *testing.T) {
	const good = "$GPRMC,093000.00,A,4717.11437,N,00833.91522,E,0.004,77.52,200526,,,A*5F\r\n"
	for _, c := range []struct {
		name  string
		at    int // the receiver's rate
		noise string
		want  int
		tried int // number of rates tried
	}{
		{"at 9600", 9600, "\xff\x00", 9600, 1},
		{"at 115200", 115200, "\xff\x00\xfe", 115200, 2},
		{"at 921600", 921600, "\x80", 921600, len(baudOrder)},
		{"binary", 0, "\xb5\x62\x01\x07", 0, len(baudOrder)},
		{"a dead line is tried at two rates", 0, "", 0, 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			var tried []int
			closed := 0
			open := func(_ string, baud int) (Port, error) {
				tried = append(tried, baud)
				text := c.noise
				if baud == c.at {
					text = withChecksum(good)
				}
				return &fakePort{text: text, closed: &closed}, nil
			}
			h := &recording{device: "/dev/serial0"}
			h.findBaud(t.Context(), open)
			if h.baud != c.want || len(tried) != c.tried || closed != len(tried) {
				t.Errorf("%s: %d, tried %v, closed %d times", c.name, h.baud, tried, closed)
			}
		})
	}
}

// withChecksum returns a sentence with a correct checksum.
func withChecksum(s string) string {
	body, _, _ := strings.Cut(strings.TrimPrefix(s, "$"), "*")
	var sum byte
	for i := range len(body) {
		sum ^= body[i]
	}
	return fmt.Sprintf("$%s*%02X\r\n", body, sum)
}

// Listen with a fake port and a fake pulse.
func TestListen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := rootOf(map[string]string{"/dev/serial0": "", "/proc/device-tree/model": "Raspberry Pi 4 Model B"})
		closed := 0
		source := ppstest.New("fake")
		live := Live{
			OpenPort:  func(string, int) (Port, error) { return &fakePort{closed: &closed}, nil },
			OpenPulse: func(string) (Pulse, error) { return source, nil },
		}
		p := NewMachine(r, live, Options{Pulse: "gpio:GPIO18"})
		findings := Listen(t.Context(), p, 10*time.Second, nmea.Date{Year: 2026, Month: 1, Day: 1})
		if len(findings) != 2 || findings[0].Verdict != Fail || findings[1].Check != "pulse" || !source.Closed() || closed == 0 {
			t.Errorf("%+v; closed %v, %d", findings, source.Closed(), closed)
		}
	})
	for what, p := range map[string]*Machine{
		"copy of a machine": NewMachine(rootOf(map[string]string{"/dev/serial0": ""}), Live{}, Options{Device: "/dev/serial0"}),
		"There is no":       NewMachine(rootOf(nil), ThisMachine(), Options{Device: "/dev/serial0"}),
	} {
		if f := Listen(t.Context(), p, time.Second, nmea.Date{}); len(f) != 1 || f[0].Verdict != Skip || !strings.Contains(f[0].Why, what) {
			t.Errorf("%s: %+v", what, f)
		}
	}
}

// Only refclock run answers status: the state of other commands is in their terminals.
func TestPortOfRefclock(t *testing.T) {
	for args, want := range map[string]string{
		"": "sudo refclock status shows its state",
		"refclock\x00run\x00--config\x00/srv/a.toml\x00": "sudo refclock status shows its state",
		"refclock\x00gps\x00/dev/ttyUSB0\x00":            "It is refclock gps, and its state is in the terminal where it runs. Before you start the service, stop it with Ctrl-C there, or type: sudo kill 24.",
		"refclock\x00monitor\x00":                        "It is refclock monitor, and its state is in the terminal where it runs.",
	} {
		files := map[string]string{"/dev/ttyUSB0": "", "/proc/24/comm": "refclock", "/proc/24/cmdline": args, "/proc/24/fd/3": "-> /dev/ttyUSB0"}
		live := Live{OpenPort: func(string, int) (Port, error) { return nil, fs.ErrPermission }}
		got := text(Listen(t.Context(), NewMachine(rootOf(files), live, Options{Device: "/dev/ttyUSB0"}), time.Second, nmea.Date{})...)
		if !strings.Contains(got, want) || strings.Contains(got, "refclock status") != strings.HasPrefix(want, "sudo") {
			t.Errorf("%q: %s, want %q", args, got, want)
		}
	}
}

// The commands that publish are those that run by hand, besides refclock run.
func TestByHand(t *testing.T) {
	list, stop := ByHand(rootOf(map[string]string{
		"/proc/7/comm": "refclock", "/proc/7/cmdline": "refclock\x00run\x00", "/proc/8/comm": "refclock", "/proc/8/cmdline": "refclock\x00status\x00",
		"/proc/9/comm": "refclock", "/proc/24/comm": "refclock", "/proc/24/cmdline": "refclock\x00gps\x00--delay\x00118ms\x00", "/proc/25/comm": "cat", "/proc/25/cmdline": "cat\x00gps\x00",
	}))
	if !slices.Equal(list, []string{"refclock gps (pid 24)"}) || stop != "sudo kill 24" {
		t.Errorf("%q, %q", list, stop)
	}
}

// Capture returns all bytes that arrived, or an error that says why there are none.
func TestCapture(t *testing.T) {
	sentence := withChecksum("$GPRMC,093000.00,A,4717.11437,N,00833.91522,E,0.004,77.52,200526,,,A*")
	for _, c := range []struct {
		name, text string
		err        error
		there      bool
		baud       int
		say        string
	}{
		{"sending", sentence, nil, true, 9600, ""},
		{"silent", "", nil, true, 0, "No bytes arrive from /dev/serial0"},
		{"missing", sentence, nil, false, 0, "There is no /dev/serial0"},
		{"no permission", sentence, os.ErrPermission, true, 0, "permission"},
	} {
		synctest.Test(t, func(t *testing.T) {
			files := map[string]string{"/proc/device-tree/model": "Raspberry Pi 4 Model B"}
			if c.there {
				files["/dev/serial0"] = ""
			}
			closed := 0
			live := Live{OpenPort: func(string, int) (Port, error) { return &fakePort{text: c.text, closed: &closed}, c.err }}
			var captured strings.Builder
			baud, err := Capture(t.Context(), NewMachine(rootOf(files), live, Options{}), time.Second, &captured)
			switch {
			case c.say != "" && (err == nil || !strings.Contains(err.Error(), c.say) || captured.Len() > 0):
				t.Errorf("%s: %v, want %q; captured %q", c.name, err, c.say, captured.String())
			case c.say == "" && (err != nil || baud != c.baud || !strings.Contains(captured.String(), sentence)):
				t.Errorf("%s: %d baud, %v, captured %q", c.name, baud, err, captured.String())
			case c.err != nil && !errors.Is(err, c.err):
				t.Errorf("%s: %v is not %v", c.name, err, c.err)
			}
		})
	}
}

// pulseSource never chooses a GPIO line.
func TestPulseSource(t *testing.T) {
	for want, files := range map[string]map[string]string{
		"":          {"/sys/kernel/debug/gpio": "gpiochip0: GPIOs 0-53\n gpio-18 (GPIO18 )\n", "/sys/class/pps/pps0/name": "ktimer\n"},
		"/dev/pps1": {"/sys/class/pps/pps0/name": "ktimer\n", "/sys/class/pps/pps1/name": "pps@12.-1\n"},
	} {
		if got := NewMachine(rootOf(files), Live{}, Options{}).pulseSource(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestSysPulse(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("assert", "1780000000.000001000#7\n")
	write("clear", "0.000000000#0\n")
	p, err := newSysPulse(OpenRoot(dir), "/")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*pollInterval)
	defer cancel()
	if e, err := p.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("an edge from before: %+v, %v", e, err)
	}
	write("assert", "1780000001.000002000#8\n")
	if e, err := p.Next(t.Context()); err != nil || !e.Rising || e.Seq != 8 || e.Stamp.Real != 1780000001_000002000 {
		t.Errorf("%+v, %v", e, err)
	}
	write("clear", "1780000001.100000000#1\n")
	if e, err := p.Next(t.Context()); err != nil || e.Rising || e.Seq != 1 {
		t.Errorf("%+v, %v", e, err)
	}
	for _, text := range []string{"", "#", "1.2#3", "1.000000000#x", "x.000000000#1", "0.000000000#0"} {
		if e, ok := parseSysEdge(text); ok {
			t.Errorf("%q: %+v", text, e)
		}
	}
	if _, err := newSysPulse(OpenRoot(dir), "/nowhere"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no such device: %v", err)
	}
}

var _ Pulse = pps.Source(nil)
