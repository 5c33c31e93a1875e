package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
	"github.com/refclock/refclock/pps/ppstest"
)

// hearing is what would have been heard of a simulated receiver. No time passes.
func hearing(t *testing.T, config sim.Config, pulse *sim.Pulse, lasts time.Duration) *Hearing {
	t.Helper()
	receiver, err := sim.New(config)
	if err != nil {
		t.Fatal(err)
	}
	h := &Hearing{
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

// What is said of receivers, the nasty ones first.
func TestJudge(t *testing.T) {
	const twelve = 12 * time.Second
	delay := func(d time.Duration) *time.Duration { return &d }
	for _, c := range []struct {
		name   string
		config sim.Config
		pulse  *sim.Pulse
		want   string // verdicts by check
		say    string // in one of the findings
	}{
		{"a delay of nearly none", sim.Config{Delay: delay(5 * time.Millisecond), Jitter: delay(0)}, &sim.Pulse{},
			"PASS baud, PASS sentences, PASS burst, PASS fix, PASS pulse, FAIL delay", "may belong to this pulse"},
		{"no fix", sim.Config{Faults: []string{"no-fix"}}, nil,
			"PASS baud, PASS sentences, PASS burst, WARN fix, SKIP pulse", "clear view of the sky"},
		{"the whole second at 9600", sim.Config{Profile: "multi"}, nil,
			"PASS baud, PASS sentences, FAIL burst, PASS fix, SKIP pulse", "or drop GSV"},
		{"Garmin at 4800", sim.Config{Profile: "garmin"}, nil,
			"WARN baud, PASS sentences, WARN burst, PASS fix, SKIP pulse", "--baud 4800 /dev/serial0"},
		{"five a second", sim.Config{Rate: 5, Baud: 115200}, nil,
			"WARN baud, PASS sentences, WARN burst, PASS fix, SKIP pulse", "5 times a second"},
		{"no checksums", sim.Config{Faults: []string{"no-checksum"}}, nil,
			"PASS baud, FAIL sentences, PASS burst, SKIP pulse", "have no checksums"},
		{"a healthy one", sim.Config{}, &sim.Pulse{},
			"PASS baud, PASS sentences, PASS burst, PASS fix, PASS pulse, PASS delay", "120ms after the pulse"},
		{"half a second late", sim.Config{Profile: "mt3339"}, &sim.Pulse{},
			"PASS baud, PASS sentences, PASS burst, PASS fix, PASS pulse, PASS delay", "after the pulse"},
		{"a pulse that is low", sim.Config{}, &sim.Pulse{Inverted: true},
			"PASS baud, PASS sentences, PASS burst, PASS fix, PASS pulse, PASS delay", "falling edge begins the second"},
		{"a square wave", sim.Config{}, &sim.Pulse{Width: 500 * time.Millisecond},
			"PASS baud, PASS sentences, PASS burst, PASS fix, FAIL pulse", "square wave"},
	} {
		c.config.Seed = 1
		findings := hearing(t, c.config, c.pulse, twelve).Judge()
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

// What cannot be judged must not be.
func TestJudgeNothing(t *testing.T) {
	for _, c := range []struct {
		name string
		h    Hearing
		want Verdict
		say  string
	}{
		{"silence", Hearing{device: "/dev/a"}, Fail, "Not a byte"},
		{"no sentence", Hearing{device: "/dev/a", bytes: 1000}, Fail, "4800 to 921600"},
		{"not allowed", Hearing{device: "/dev/a", err: fmt.Errorf("open: %w", os.ErrPermission)}, Skip, "could not be listened to"},
		{"refclock has it", Hearing{device: "/dev/a", err: fmt.Errorf("open: %w", unix.EBUSY)}, Skip, "refclock monitor"},
		{"broken", Hearing{device: "/dev/a", err: errors.New("on fire")}, Fail, "on fire"},
		{"silent since", Hearing{device: "/dev/a", bytes: 1000, baud: 9600, wire: 9600}, Pass, "9600"},
	} {
		f := c.h.Judge()
		if len(f) == 0 || f[0].Verdict != c.want || !strings.Contains(f[0].What+f[0].Why, c.say) {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
	h := Hearing{source: "/dev/pps0", lasted: time.Second}
	if seconds, f := h.judgePulse(); len(seconds) > 0 || f[0].Verdict != Warn {
		t.Errorf("no edge: %+v", f)
	}
	h.deaf = fmt.Errorf("open: %w", os.ErrPermission)
	if _, f := h.judgePulse(); f[0].Verdict != Skip {
		t.Errorf("a pulse that may not be opened: %+v", f)
	}
}

// A fakePort speaks at one rate, and at others there is noise.
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
		at    int // where the receiver speaks
		noise string
		want  int
		tried int // rates at the most
	}{
		{"at 9600", 9600, "\xff\x00", 9600, 1},
		{"at 115200", 115200, "\xff\x00\xfe", 115200, 2},
		{"at 921600", 921600, "\x80", 921600, len(baudOrder)},
		{"binary", 0, "\xb5\x62\x01\x07", 0, len(baudOrder)},
		{"a dead line is not tried at nine rates", 0, "", 0, 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			var tried []int
			closed := 0
			open := func(_ string, baud int) (Port, error) {
				tried = append(tried, baud)
				text := c.noise
				if baud == c.at {
					text = checked1(good)
				}
				return &fakePort{text: text, closed: &closed}, nil
			}
			h := &Hearing{device: "/dev/serial0"}
			h.findBaud(t.Context(), open)
			if h.baud != c.want || len(tried) != c.tried || closed != len(tried) {
				t.Errorf("%s: %d, tried %v, closed %d times", c.name, h.baud, tried, closed)
			}
		})
	}
}

// checked1 puts the right checksum on a sentence.
func checked1(s string) string {
	body, _, _ := strings.Cut(strings.TrimPrefix(s, "$"), "*")
	var sum byte
	for i := range len(body) {
		sum ^= body[i]
	}
	return fmt.Sprintf("$%s*%02X\r\n", body, sum)
}

// The whole of it, with a port and a pulse that are faked.
func TestListen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := rootOf(map[string]string{"/dev/serial0": "", "/proc/device-tree/model": "Raspberry Pi 4 Model B"})
		closed := 0
		source := ppstest.New("fake")
		live := Live{
			OpenPort:  func(string, int) (Port, error) { return &fakePort{closed: &closed}, nil },
			OpenPulse: func(string) (Pulse, error) { return source, nil },
		}
		p := NewPatient(r, live, Complaint{Pulse: "gpio:GPIO18"})
		findings := Listen(t.Context(), p, 10*time.Second, nmea.Date{Year: 2026, Month: 1, Day: 1})
		if len(findings) != 2 || findings[0].Verdict != Fail || findings[1].Check != "pulse" || !source.Closed() || closed == 0 {
			t.Errorf("%+v; closed %v, %d", findings, source.Closed(), closed)
		}
	})
	for what, p := range map[string]*Patient{
		"copy of a machine": NewPatient(rootOf(map[string]string{"/dev/serial0": ""}), Live{}, Complaint{Device: "/dev/serial0"}),
		"There is no":       NewPatient(rootOf(nil), ThisMachine(), Complaint{Device: "/dev/serial0"}),
	} {
		if f := Listen(t.Context(), p, time.Second, nmea.Date{}); len(f) != 1 || f[0].Verdict != Skip || !strings.Contains(f[0].Why, what) {
			t.Errorf("%s: %+v", what, f)
		}
	}
}

// Who overhears gets all that came, or is told why there is nothing.
func TestOverhear(t *testing.T) {
	sentence := checked1("$GPRMC,093000.00,A,4717.11437,N,00833.91522,E,0.004,77.52,200526,,,A*")
	for _, c := range []struct {
		name, text string
		err        error
		there      bool
		baud       int
		say        string
	}{
		{"it speaks", sentence, nil, true, 9600, ""},
		{"it is silent", "", nil, true, 0, "Not a byte comes from /dev/serial0"},
		{"it is not there", sentence, nil, false, 0, "There is no /dev/serial0"},
		{"it may not be opened", sentence, os.ErrPermission, true, 0, "permission"},
	} {
		synctest.Test(t, func(t *testing.T) {
			files := map[string]string{"/proc/device-tree/model": "Raspberry Pi 4 Model B"}
			if c.there {
				files["/dev/serial0"] = ""
			}
			closed := 0
			live := Live{OpenPort: func(string, int) (Port, error) { return &fakePort{text: c.text, closed: &closed}, c.err }}
			var heard strings.Builder
			baud, err := Overhear(t.Context(), NewPatient(rootOf(files), live, Complaint{}), time.Second, &heard)
			switch {
			case c.say != "" && (err == nil || !strings.Contains(err.Error(), c.say) || heard.Len() > 0):
				t.Errorf("%s: %v, want %q; heard %q", c.name, err, c.say, heard.String())
			case c.say == "" && (err != nil || baud != c.baud || !strings.Contains(heard.String(), sentence)):
				t.Errorf("%s: %d baud, %v, heard %q", c.name, baud, err, heard.String())
			case c.err != nil && !errors.Is(err, c.err):
				t.Errorf("%s: %v is not %v", c.name, err, c.err)
			}
		})
	}
}

// A GPIO line is never taken of the doctor's own accord.
func TestPulseSource(t *testing.T) {
	for want, files := range map[string]map[string]string{
		"":          {"/sys/kernel/debug/gpio": "gpiochip0: GPIOs 0-53\n gpio-18 (GPIO18 )\n", "/sys/class/pps/pps0/name": "ktimer\n"},
		"/dev/pps1": {"/sys/class/pps/pps0/name": "ktimer\n", "/sys/class/pps/pps1/name": "pps@12.-1\n"},
	} {
		if got := NewPatient(rootOf(files), Live{}, Complaint{}).pulseSource(); got != want {
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
	ctx, cancel := context.WithTimeout(t.Context(), 3*lookEvery)
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
