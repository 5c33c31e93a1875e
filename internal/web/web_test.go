package web

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/history"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/nmea"
)

// A fake is a daemon of the test.
type fake struct {
	report  func() status.Report
	reports atomic.Int64

	mu      sync.Mutex
	clocks  []Clock
	changes []status.Change
}

func (f *fake) Report() status.Report {
	f.reports.Add(1)
	if f.report == nil {
		return status.Report{Version: "1"}
	}
	return f.report()
}

func (f *fake) Clocks() []Clock {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.clocks
}

// reload replaces the clocks.
func (f *fake) reload(clocks []Clock) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.clocks = clocks
}

func (f *fake) Collect()      {}
func (f *fake) Origin() int64 { return 0 }

func (f *fake) Changes(n uint64) ([]status.Change, uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.changes[n:], uint64(len(f.changes))
}

// bigReport is more than the kernel keeps for a client that does not read.
func bigReport() status.Report { return status.Report{Service: strings.Repeat("x", 4<<20)} }

// serve serves a daemon on a Unix socket, and returns a function that connects to it.
func serve(t *testing.T, daemon Daemon) (*Server, func() net.Conn) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	listener, err := status.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	s := New(daemon, nil)
	s.ServeSocket(listener)
	t.Cleanup(func() { s.Close() })
	return s, func() net.Conn {
		conn, err := net.Dial("unix", path)
		for errors.Is(err, syscall.EAGAIN) { // the kernel's queue is full: it has somaxconn places
			time.Sleep(time.Millisecond)
			conn, err = net.Dial("unix", path)
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		return conn
	}
}

// open serves a daemon on a TCP port of this machine, and returns its address.
func open(t *testing.T, daemon Daemon) (*Server, string) {
	t.Helper()
	return openAt(t, daemon, "127.0.0.1:0")
}

// Addresses for tests that close a port and look at it again. No other program takes a port of
// theirs meanwhile, and none connects from it.
const (
	closedAt  = "127.0.14.1:0"
	anotherAt = "127.0.14.2:0"
	inUseAt   = "127.0.14.3:0"
)

func openAt(t *testing.T, daemon Daemon, address string) (*Server, string) {
	t.Helper()
	s := New(daemon, nil)
	t.Cleanup(func() { s.Close() })
	s.Listen(address, false)
	at := s.Status()
	if at == nil || !at.Open {
		t.Fatalf("the port is not open: %+v", at)
	}
	return s, at.Listen
}

// ask sends a request as it is, and returns the answer and its body.
func ask(t *testing.T, conn net.Conn, text string) (*http.Response, string) {
	t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(text, " ")
	answer, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%.100q: %v", text, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatalf("%.100q: %v", text, err)
	}
	return answer, string(body)
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// get requests a path of a TCP port.
func get(t *testing.T, address, path string, headers ...string) (*http.Response, string) {
	t.Helper()
	return ask(t, dial(t, address), "GET "+path+" HTTP/1.1\r\nHost: "+address+"\r\nConnection: close\r\n"+strings.Join(append(headers, "\r\n"), "\r\n"))
}

func TestStatus(t *testing.T) {
	daemon := &fake{report: func() status.Report {
		return status.Report{Version: "7", Clocks: []status.Clock{{Unit: 3}}}
	}}
	s, address := openAt(t, daemon, closedAt)
	answer, body := get(t, address, "/api/status")
	var r status.Report
	if err := json.Unmarshal([]byte(body), &r); err != nil || r.Version != "7" || r.Clocks[0].Unit != 3 || answer.StatusCode != http.StatusOK {
		t.Errorf("%v: %.100s, %v", answer.Status, body, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", address); err == nil {
		t.Error("the port is open after the end")
	}
	s.Listen(closedAt, false)
	if at := s.Status(); at != nil && at.Open {
		t.Error("a port opens after the end")
	}
}

// healthz answers 503 with a line for each clock that should publish and does not.
func TestHealth(t *testing.T) {
	good := status.Clock{Name: "gps /dev/a"}
	bad := status.Clock{Name: "pulse gpio:1", State: driver.State{Reason: "no line", Detail: "line\nbroken"}}
	unwired := bad
	unwired.Optional = true
	for _, c := range []struct {
		clocks []status.Clock
		code   int
		body   string
	}{
		{[]status.Clock{good, good}, http.StatusOK, "ok\n"},
		{[]status.Clock{good, bad}, http.StatusServiceUnavailable, "pulse gpio:1: no line: line broken\n"},
		{[]status.Clock{good, unwired}, http.StatusOK, "ok\n"},
		{[]status.Clock{unwired}, http.StatusServiceUnavailable, "no clock publishes\n"},
		{nil, http.StatusServiceUnavailable, "no clock runs\n"},
	} {
		_, dial := serve(t, &fake{report: func() status.Report { return status.Report{Clocks: c.clocks} }})
		answer, body := ask(t, dial(), "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
		if answer.StatusCode != c.code || body != c.body {
			t.Errorf("%d clocks: %s %q, want %d %q", len(c.clocks), answer.Status, body, c.code, c.body)
		}
	}
}

// metrics are written from the same report.
func TestMetrics(t *testing.T) {
	c := recorded(time.Minute)
	_, address := open(t, &fake{clocks: []Clock{c}, report: func() status.Report {
		return status.Report{Version: "7", Clocks: []status.Clock{{Kind: c.Kind, Name: c.Name, Published: 61}}}
	}})
	answer, body := get(t, address, "/metrics")
	if kind := answer.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/plain; version=0.0.4") {
		t.Errorf("the type is %s", kind)
	}
	for _, want := range []string{`refclock_clock_samples_total{kind="gps",name="gps \"/dev/a\"",unit="0",socket=""} 61`, `refclock_clock_jitter_distribution_seconds_count{`} {
		if !strings.Contains(body, "\n"+want) {
			t.Errorf("there is no %s in\n%s", want, body)
		}
	}
}

// recorded returns a clock with a sample each second for this long, until now.
func recorded(lasts time.Duration) Clock {
	c := Clock{Kind: "gps", Name: "gps \"/dev/a\"", Targets: "unit 0", History: history.New()}
	now := nmea.Now()
	for ago := lasts; ago >= 0; ago -= time.Second {
		s := history.Sample{Real: now.Real - int64(ago), Mono: now.Mono - int64(ago), Offset: int64(ago / time.Second), Jitter: history.None, Precision: -20}
		if ago < lasts/2 {
			s.Jitter = 250
		}
		c.History.Add(s)
		c.History.Look(history.Status{Real: s.Real, Mono: s.Mono, SinceReal: s.Real, SinceMono: s.Mono, Delay: 100, Satellites: 8})
	}
	return c
}

type historyAnswer struct {
	Schema int
	Span   int64 `json:"span_ns"`
	Clocks []struct {
		Index               int
		Name, Kind, Targets string
		Time                []int64  `json:"time_ms"`
		Offset              []int64  `json:"offset_ns"`
		Jitter              []*int64 `json:"jitter_ns"`
		Count               []int64
		Min                 []*int64 `json:"offset_min_ns"`
		Median              []*int64 `json:"offset_median_ns"`
		Max                 []*int64 `json:"offset_max_ns"`
		Delay               []*int64 `json:"delay_ns"`
		Satellites          []*int64
		Gaps                []gap
	}
}

func TestHistory(t *testing.T) {
	_, address := open(t, &fake{clocks: []Clock{recorded(2 * time.Hour), recorded(time.Minute)}})
	var h historyAnswer
	answer, body := get(t, address, "/api/history")
	if err := json.Unmarshal([]byte(body), &h); err != nil || answer.StatusCode != http.StatusOK || len(h.Clocks) != 2 || h.Span != int64(time.Hour) || h.Schema != 1 {
		t.Fatalf("%s, %v: %.300s", answer.Status, err, body)
	}
	c := h.Clocks[0]
	if n := len(c.Time); n < 3500 || n > 3601 || len(c.Offset) != n || len(c.Jitter) != n || c.Name != "gps \"/dev/a\"" || c.Kind != "gps" || c.Targets != "unit 0" {
		t.Errorf("%d times, %d offsets, %d jitters of %q", n, len(c.Offset), len(c.Jitter), c.Name)
	}
	for i := range c.Time[1:] {
		if step := c.Time[i+1] - c.Time[i]; step < 999 || step > 1001 || c.Offset[i+1] != c.Offset[i]-1 {
			t.Fatalf("sample %d: %d ms after the last, offset %d", i, step, c.Offset[i])
		}
	}
	if c := h.Clocks[1]; c.Index != 1 || len(c.Jitter) != 61 || c.Jitter[0] != nil || c.Jitter[60] == nil || *c.Jitter[60] != 250 {
		t.Errorf("the second clock: %+v", c)
	}
	_, body = get(t, address, "/api/history?span=24h&clock=0")
	h = historyAnswer{}
	if err := json.Unmarshal([]byte(body), &h); err != nil || len(h.Clocks) != 1 || h.Span != int64(24*time.Hour) {
		t.Fatalf("%v: %.300s", err, body)
	}
	c = h.Clocks[0]
	n := len(c.Time)
	if n < 700 || n > 721 || len(c.Count) != n || len(c.Min) != n || len(c.Median) != n || len(c.Max) != n || len(c.Jitter) != n || len(c.Delay) != n || len(c.Satellites) != n {
		t.Fatalf("%d buckets: %+v", n, c)
	}
	middle := n / 2
	if c.Count[middle] != 10 || *c.Max[middle]-*c.Min[middle] != 9 || *c.Delay[middle] != 100 || *c.Satellites[middle] != 8 || c.Time[middle+1]-c.Time[middle] != 10_000 {
		t.Errorf("a bucket: %d samples from %d to %d", c.Count[middle], *c.Min[middle], *c.Max[middle])
	}
	for query, want := range map[string]string{"span=2h": "expected 1h or 24h", "clock=2": "from 0 to 1", "clock=-1": "from 0 to 1", "clock=x": "from 0 to 1"} {
		if answer, body := get(t, address, "/api/history?"+query); answer.StatusCode != http.StatusBadRequest || !strings.Contains(body, want) {
			t.Errorf("%s: %s %q, want %q", query, answer.Status, body, want)
		}
	}
}

// A full history is written in pieces, and all of its columns have the same length.
func TestFullHistory(t *testing.T) {
	_, address := open(t, &fake{clocks: []Clock{recorded(25 * time.Hour)}})
	var h historyAnswer
	_, body := get(t, address, "/api/history?span=24h")
	if err := json.Unmarshal([]byte(body), &h); err != nil {
		t.Fatal(err)
	}
	if c := h.Clocks[0]; len(c.Time) < 8600 || len(c.Satellites) != len(c.Time) {
		t.Errorf("%d times, %d counts of satellites", len(c.Time), len(c.Satellites))
	}
}

// An event is one that a viewer has received.
type event struct{ name, data string }

// watch sends the events of an answer to a channel.
func watch(body io.Reader) <-chan event {
	events := make(chan event, 100)
	go func() {
		defer close(events)
		lines := bufio.NewScanner(body)
		lines.Buffer(nil, 1<<20)
		var e event
		for lines.Scan() {
			switch field, value, _ := strings.Cut(lines.Text(), ": "); field {
			case "event":
				e.name = value
			case "data":
				e.data = value
			case "":
				if e.name != "" {
					events <- e
				}
				e = event{}
			}
		}
	}()
	return events
}

// next returns the next event of this name.
func next(t *testing.T, events <-chan event, name string) string {
	t.Helper()
	for e := range events {
		if e.name == name {
			return e.data
		}
	}
	t.Fatalf("the events end without %s", name)
	return ""
}

func TestEvents(t *testing.T) {
	c := recorded(time.Minute)
	daemon := &fake{clocks: []Clock{c}}
	_, address := open(t, daemon)
	conn := dial(t, address)
	fmt.Fprintf(conn, "GET /api/events HTTP/1.1\r\nHost: %s\r\n\r\n", address)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || answer.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatal(answer, err)
	}
	events := watch(answer.Body)
	var hello helloEvent
	if err := json.Unmarshal([]byte(next(t, events, "hello")), &hello); err != nil || hello.Version != "1" || hello.PID == 0 {
		t.Errorf("%+v, %v", hello, err)
	}
	next(t, events, "status")
	next(t, events, "status") // so the hub has begun
	now := nmea.Now()
	c.History.Add(history.Sample{Real: now.Real, Mono: now.Mono, Offset: -42, Jitter: 7, Precision: -19})
	c.History.Change(history.Change{Real: now.Real, Mono: now.Mono, Of: "clock", State: driver.State{Reason: "no fix"}})
	want := fmt.Sprintf(`{"clock":0,"time_ms":%d,"offset_ns":-42,"jitter_ns":7,"precision":-19}`, now.Real/1e6)
	if got := next(t, events, "sample"); got != want {
		t.Errorf("sample %s, want %s", got, want)
	}
	if got := next(t, events, "change"); !strings.HasPrefix(got, `{"clock":0,"time":"`) || !strings.Contains(got, `"of":"clock","state":{"publishing":false,"reason":"no fix"`) {
		t.Errorf("change %s", got)
	}
	daemon.mu.Lock()
	daemon.changes = append(daemon.changes, status.Change{Of: "daemon", State: driver.State{Reason: "reloaded"}})
	daemon.mu.Unlock()
	if got := next(t, events, "change"); !strings.HasPrefix(got, `{"clock":-1,`) || !strings.Contains(got, `"reason":"reloaded"`) {
		t.Errorf("change %s", got)
	}
}

// An event has the place of its clock in the report that was sent before it, also when a
// reload has just changed the places.
func TestEventsAfterAReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := recorded(time.Minute), recorded(time.Minute)
		b.Name = "gps b"
		daemon := &fake{clocks: []Clock{a, b}}
		daemon.report = func() (r status.Report) {
			for _, c := range daemon.Clocks() {
				r.Clocks = append(r.Clocks, status.Clock{Name: c.Name})
			}
			return r
		}
		s := New(daemon, nil)
		defer s.Close()
		v := s.events.join(&endpoint{Server: s, most: 1})
		synctest.Wait() // the hub has begun
		var reported status.Report
		for second := range 10 {
			if second%3 == 2 {
				clocks := slices.Clone(daemon.Clocks())
				slices.Reverse(clocks)
				daemon.reload(clocks)
			}
			now := nmea.Now()
			a.History.Add(history.Sample{Real: now.Real, Mono: now.Mono, Offset: 1})
			b.History.Add(history.Sample{Real: now.Real, Mono: now.Mono, Offset: 2})
			time.Sleep(collectEvery)
			synctest.Wait()
			samples := 0
			for len(v.waiting) > 0 {
				event, data, _ := strings.Cut(string(<-v.waiting), "\n")
				data = strings.TrimPrefix(data, "data: ")
				var sample sampleEvent
				switch event {
				case "event: status":
					reported = status.Report{}
					if err := json.Unmarshal([]byte(data), &reported); err != nil {
						t.Fatal(err)
					}
				case "event: sample":
					if err := json.Unmarshal([]byte(data), &sample); err != nil {
						t.Fatal(err)
					}
					samples++
					if want := []string{a.Name, b.Name}[sample.OffsetNS-1]; reported.Clocks[sample.Clock].Name != want {
						t.Errorf("second %d: a sample of %q has the place of %q", second, want, reported.Clocks[sample.Clock].Name)
					}
				}
			}
			if samples != 2 {
				t.Errorf("second %d: %d samples, want 2", second, samples)
			}
			time.Sleep(time.Second / 10)
		}
		s.events.leave(v)
	})
}

// Events without viewers cost nothing: the hub ends, and a later viewer starts it again.
func TestHubEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(&fake{}, nil)
		e := &endpoint{Server: s, most: 1}
		for range 3 {
			v := s.events.join(e)
			if v == nil || s.events.join(e) != nil {
				t.Fatal("want one viewer, and no second one")
			}
			time.Sleep(10 * time.Second)
			if len(v.waiting) < 5 {
				t.Errorf("%d events in 10 s", len(v.waiting))
			}
			s.events.leave(v)
			time.Sleep(2 * collectEvery)
			synctest.Wait()
			if s.events.running {
				t.Error("the hub runs without viewers")
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// A viewer that does not read is dropped; the others get everything.
func TestSlowViewer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(&fake{}, nil)
		defer s.Close()
		e := &endpoint{Server: s, most: 2}
		slow, good := s.events.join(e), s.events.join(e)
		got := 0
		for began := time.Now(); time.Since(began) < 2*maxWaiting*time.Second; time.Sleep(time.Second) {
			synctest.Wait()
			for len(good.waiting) > 0 {
				<-good.waiting
				got++
			}
		}
		select {
		case <-slow.dropped:
		default:
			t.Error("the slow viewer is not dropped")
		}
		if len(slow.waiting) > maxWaiting || got < maxWaiting*3/2 {
			t.Errorf("%d events wait for the slow viewer, the other got %d", len(slow.waiting), got)
		}
		s.events.leave(good)
	})
}

// The client reads what the server writes.
func TestAskHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	listener, err := status.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	s := New(&fake{clocks: []Clock{recorded(time.Minute), recorded(10 * time.Second)}}, nil)
	s.ServeSocket(listener)
	defer s.Close()
	h, err := status.AskHistory(path)
	if err != nil || len(h.Clocks) != 2 || h.Time.IsZero() || h.Schema != status.Schema {
		t.Fatalf("%+v, %v", h, err)
	}
	c := h.Clocks[1]
	if c.Index != 1 || len(c.TimeMS) != 11 || c.OffsetNS[0] != 10 || c.JitterNS[0] != nil || c.JitterNS[10] == nil || *c.JitterNS[10] != 250 || c.TimeMS[10]-c.TimeMS[9] != 1000 {
		t.Errorf("the second clock: %+v", c)
	}
}

// A reload may change the clocks while a report of before is still served: no clock gets the
// samples of another one.
func TestMetricsAfterAReload(t *testing.T) {
	a, b := recorded(20*time.Second), recorded(10*time.Second)
	b.Name = "gps b"
	daemon := &fake{clocks: []Clock{a, b}}
	daemon.report = func() (r status.Report) {
		for _, c := range []Clock{a, b} {
			r.Clocks = append(r.Clocks, status.Clock{Kind: c.Kind, Name: c.Name})
		}
		return r
	}
	c := recorded(40 * time.Second)
	c.Name = "gps c"
	for _, running := range [][]Clock{{b, a}, {c, b}, {b}, {}} {
		s, address := open(t, daemon)
		s.current() // the report of before
		daemon.reload(running)
		_, body := get(t, address, "/metrics")
		for _, clock := range []struct {
			Clock
			count int
		}{{a, 10}, {b, 5}} {
			count := regexp.MustCompile(`distribution_seconds_count\{[^}]*name="` + regexp.QuoteMeta(strings.ReplaceAll(clock.Name, `"`, `\"`)) + `"[^}]*\} (\d+)`).FindStringSubmatch(body)
			runs := slices.ContainsFunc(running, func(r Clock) bool { return r.Name == clock.Name })
			switch {
			case runs && (count == nil || count[1] != strconv.Itoa(clock.count)):
				t.Errorf("%q among %d clocks: %q samples, want %d", clock.Name, len(running), count, clock.count)
			case !runs && count != nil:
				t.Errorf("%q, which does not run: %q", clock.Name, count)
			}
		}
	}
}
