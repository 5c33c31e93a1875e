package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/pty"
	"github.com/refclock/refclock/internal/status"
)

// A terminal keeps what is written to it. It is safe for concurrent use.
type terminal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (t *terminal) Write(text []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(text)
}

// all returns everything that was written.
func (t *terminal) all() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

// screen returns the last page that was drawn.
func (t *terminal) screen() string {
	all := t.all()
	return all[strings.LastIndex(all, toTop)+1:]
}

// watching returns a watch of a screen of 80x24, its terminal and its keys.
func watching(ask func() statusAnswer) (w *statusWatch, term *terminal, keys chan byte) {
	term, keys = new(terminal), make(chan byte)
	w = &statusWatch{ask: ask, interval: time.Second, paths: []string{"/run/s"}, out: term, redraw: true, colour: true, keys: keys}
	w.size = func() (columns, rows int) { return 80, 24 }
	return w, term, keys
}

var errGone = fmt.Errorf("/run/s: %w", fs.ErrNotExist)

// start runs a watch, and returns what cancels it and a channel with its error.
func start(t *testing.T, w *statusWatch) (cancel func(), ended chan error) {
	ctx, cancel := context.WithCancel(t.Context())
	ended = make(chan error, 1)
	go func() { ended <- w.run(ctx) }()
	synctest.Wait()
	return cancel, ended
}

// The watch waits for the daemon, shows it, says when it is gone and waits again.
func TestWatchWaitsForTheDaemon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var answer atomic.Value
		answer.Store(statusAnswer{err: errGone})
		w, term, keys := watching(func() statusAnswer { return answer.Load().(statusAnswer) })
		_, ended := start(t, w)
		see := func(step string, wanted, unwanted string) {
			t.Helper()
			synctest.Wait()
			if got := term.screen(); !strings.Contains(got, wanted) || strings.Contains(got, unwanted) {
				t.Errorf("%s: %q, want %q and not %q", step, got, wanted, unwanted)
			}
		}
		see("no daemon yet", "no daemon answers at /run/s; waiting", "OLD")
		answer.Store(twoClocks())
		time.Sleep(time.Second)
		see("the daemon has started", "PUBLISHING for 2h0m0s", "waiting")
		answer.Store(statusAnswer{err: errGone})
		time.Sleep(7 * time.Second)
		see("the daemon has ended", "OLD: what follows is the state of 7s ago.", green)
		see("the daemon has ended", "no daemon answers at /run/s; waiting", green)
		another := twoClocks()
		another.report.PID = 900
		answer.Store(another)
		time.Sleep(time.Second)
		see("another daemon has started", "pid 900", "OLD")
		keys <- 'x'
		synctest.Wait()
		select {
		case err := <-ended:
			t.Fatalf("the key x has ended it: %v", err)
		default:
		}
		keys <- 'q'
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// A daemon that does not answer is reported while the request is still open.
func TestWatchReportsADaemonThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang, asked := make(chan struct{}), 0
		w, term, _ := watching(func() statusAnswer {
			if asked++; asked > 1 {
				<-hang
			}
			return twoClocks()
		})
		cancel, ended := start(t, w)
		time.Sleep(3500 * time.Millisecond) // one interval, and the time to answer
		synctest.Wait()
		if got := term.screen(); strings.Contains(got, "OLD") {
			t.Errorf("too early: %q", got)
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if got := term.screen(); !strings.Contains(got, "does not answer; waiting") || !strings.Contains(got, "OLD: what follows is the state of 6s ago.") {
			t.Errorf("%q", got)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		close(hang)
	})
}

// However the watch ends, it restores the screen, and draws nothing after it.
func TestWatchRestoresTheScreen(t *testing.T) {
	for name, end := range map[string]func(cancel func(), keys chan byte, boom chan bool){
		"q":       func(_ func(), keys chan byte, _ chan bool) { keys <- 'q' },
		"Q":       func(_ func(), keys chan byte, _ chan bool) { keys <- 'Q' },
		"SIGTERM": func(cancel func(), _ chan byte, _ chan bool) { cancel() },
		"panic":   func(_ func(), _ chan byte, boom chan bool) { boom <- true },
	} {
		synctest.Test(t, func(t *testing.T) {
			boom := make(chan bool, 1)
			w, term, keys := watching(func() statusAnswer {
				select {
				case <-boom:
					panic("boom")
				default:
					return twoClocks()
				}
			})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := make(chan any, 1)
			go func() {
				defer func() { ended <- recover() }()
				w.run(ctx)
			}()
			synctest.Wait()
			end(cancel, keys, boom)
			if p := <-ended; (p != nil) != (name == "panic") {
				t.Errorf("%s: panic %v", name, p)
			}
			all := term.all()
			if !strings.HasPrefix(all, takeScreen) || !strings.HasSuffix(all, restoreScreen) || strings.Count(all, restoreScreen) != 1 {
				t.Errorf("%s: the screen begins with %.40q and ends with %q", name, all, all[max(0, len(all)-40):])
			}
		})
	}
}

// After Ctrl-Z the shell has its screen and its keys, and nothing is drawn. When the watch
// continues, it takes them again.
func TestWatchIsSuspended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, term, keys := watching(twoClocks)
		jobs, did := make(chan os.Signal), ""
		w.jobs = jobs
		w.suspend = func() { did += "suspend " }
		w.resume = func() { did += "resume " }
		_, ended := start(t, w)
		jobs <- unix.SIGTSTP
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if all := term.all(); !strings.HasSuffix(all, restoreScreen) || did != "suspend " {
			t.Errorf("suspended: %s, the screen ends with %q", did, all[max(0, len(all)-40):])
		}
		for range 2 { // the second after SIGSTOP, which is not announced
			jobs <- unix.SIGCONT
			synctest.Wait()
			all := term.all()
			if _, drawn, _ := strings.Cut(all[strings.LastIndex(all, alternateScreen):], takeScreen); !strings.Contains(drawn, "PUBLISHING for 2h0m0s") {
				t.Errorf("continued: %q", drawn)
			}
		}
		if did != "suspend resume resume " {
			t.Error(did)
		}
		keys <- 'q'
		if err := <-ended; err != nil || !strings.HasSuffix(term.all(), restoreScreen) {
			t.Error(err)
		}
	})
}

// A new size is drawn at once.
func TestWatchRedrawsAfterResize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, term, _ := watching(twoClocks)
		w.interval = time.Hour
		columns, rows, resized := 80, 24, make(chan os.Signal)
		w.size, w.resized = func() (int, int) { return columns, rows }, resized
		cancel, ended := start(t, w)
		columns, rows = 100, 30 // the signal is sent after it
		resized <- unix.SIGWINCH
		synctest.Wait()
		if got := strings.Count(term.screen(), "\r\n") + 1; got != 30 {
			t.Errorf("%d lines, want 30", got)
		}
		cancel()
		<-ended
	})
}

// In a pipe, each interval has a block of text without control sequences.
func TestWatchInAPipe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		w, out, _ := watching(func() statusAnswer {
			if asked++; asked == 2 {
				return statusAnswer{err: errGone}
			}
			return contested()
		})
		w.redraw, w.colour, w.interval = false, false, 10*time.Second
		cancel, ended := start(t, w)
		time.Sleep(25 * time.Second)
		cancel()
		<-ended
		blocks := strings.Split(strings.TrimSuffix(out.all(), "\n\n"), "\n\n")
		if len(blocks) != 3 || !strings.HasPrefix(blocks[0], "refclock 1.0") || !strings.HasPrefix(blocks[1], "no daemon answers") || !strings.HasPrefix(blocks[2], "refclock 1.0") {
			t.Errorf("%d blocks after 25 s, want 3: %q", len(blocks), blocks)
		}
		if text := out.all(); text != visible(text) || strings.Contains(text, "Press q") {
			t.Errorf("%q", text)
		}
	})
}

// With NO_COLOR, the screen is drawn without colours.
func TestWatchWithoutColour(t *testing.T) {
	for _, colour := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w, term, _ := watching(twoClocks)
			w.colour = colour
			cancel, ended := start(t, w)
			if page := term.screen(); strings.Contains(page, green) != colour || strings.Contains(page, red) != colour {
				t.Errorf("colour %t: %q", colour, page)
			}
			cancel()
			<-ended
		})
	}
}

// Without permission to ask, the watch ends at the start, and waits later.
func TestWatchWithoutPermission(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		denied := statusAnswer{err: fmt.Errorf("/run/s: %w", fs.ErrPermission)}
		var answer atomic.Value
		answer.Store(denied)
		ask := func() statusAnswer { return answer.Load().(statusAnswer) }
		w, _, _ := watching(ask)
		if err := w.run(t.Context()); err == nil || !strings.Contains(err.Error(), "type: sudo refclock status --watch") {
			t.Errorf("at the start: %v", err)
		}
		answer.Store(twoClocks())
		w, term, _ := watching(ask)
		cancel, ended := start(t, w)
		answer.Store(denied) // the daemon has restarted as another group
		time.Sleep(time.Second)
		synctest.Wait()
		if got := term.screen(); !strings.Contains(got, "type: sudo refclock status --watch;") {
			t.Errorf("later: %q", got)
		}
		cancel()
		<-ended
	})
}

// serveAnswer serves an answer at a socket, and returns its path and what was requested.
func serveAnswer(t *testing.T, answer *statusAnswer) (path string, stop func() error, requests chan string) {
	t.Helper()
	path, requests = filepath.Join(t.TempDir(), "s"), make(chan string, 100)
	listener, err := status.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests <- r.URL.Path
		switch {
		case r.URL.Path == "/api/status":
			json.NewEncoder(w).Encode(answer.report)
		case answer.historyErr != nil:
			http.Error(w, "busy", http.StatusServiceUnavailable)
		default:
			json.NewEncoder(w).Encode(answer.history)
		}
	}))
	return path, listener.Close, requests
}

// The history is asked for once, until it is old or another daemon answers.
func TestStatusAsker(t *testing.T) {
	answer := twoClocks()
	path, stop, requests := serveAnswer(t, &answer)
	a := &statusAsker{paths: []string{path}}
	expect := func(step string, want int) (got statusAnswer) {
		t.Helper()
		got = a.ask()
		if got.err != nil || len(requests) != want {
			t.Errorf("%s: %d requests, %v; want %d", step, len(requests), got.err, want)
		}
		for len(requests) > 0 {
			<-requests
		}
		return got
	}
	if got := expect("first", 2); len(got.history.Clocks) != 1 || len(got.history.Clocks[0].TimeMS) != 3601 {
		t.Errorf("the history: %d clocks", len(got.history.Clocks))
	}
	if got := expect("second", 1); len(got.history.Clocks) != 1 {
		t.Error("the history is lost")
	}
	if left := time.Until(a.due); left < 20*time.Second || left > 36*time.Second {
		t.Errorf("the history of an hour is old after %v, want 36 s", left)
	}
	a.due = time.Now()
	expect("old", 2)
	answer.report.Started = answer.report.Started.Add(time.Hour)
	expect("another daemon", 2)
	answer.report.Started = answer.report.Started.Add(time.Hour)
	answer.historyErr = fs.ErrInvalid
	if got := expect("no history", 2); got.historyErr == nil || len(got.history.Clocks) != 0 {
		t.Errorf("without a history: %v", got.historyErr)
	}
	stop()
	if got := a.ask(); got.err == nil {
		t.Error("a daemon that has ended answers")
	}
}

// Each key arrives at once and is not shown, and the terminal is as before afterwards.
func TestReadKeys(t *testing.T) {
	p, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal: ", err)
	}
	defer p.Close()
	f, err := os.OpenFile(p.Name(), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	state := func() unix.Termios {
		t.Helper()
		s, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
		if err != nil {
			t.Fatal(err)
		}
		return *s
	}
	usual := state()
	usual.Iflag |= unix.IXON
	usual.Lflag |= unix.ICANON | unix.ECHO | unix.ISIG
	usual.Cc[unix.VINTR], usual.Cc[unix.VSUSP], usual.Cc[unix.VQUIT] = 3, 26, 28
	if err := unix.IoctlSetTermios(int(f.Fd()), unix.TCSETS, &usual); err != nil {
		t.Fatal(err)
	}
	before := state()
	keys, restore, set := readKeys(f)
	s := state()
	if s.Lflag&(unix.ICANON|unix.ECHO) != 0 || s.Lflag&unix.ISIG == 0 || s.Iflag&unix.IXON != 0 || s.Cc[unix.VINTR] != 3 || s.Cc[unix.VSUSP] != 26 || s.Cc[unix.VQUIT] != 0 {
		t.Errorf("while keys are read: %+v", s)
	}
	reading := s
	if _, err := p.Write([]byte("q")); err != nil {
		t.Fatal(err)
	}
	if key := <-keys; key != 'q' {
		t.Errorf("the key %q", key)
	}
	restore()
	if after := state(); after != before {
		t.Errorf("afterwards: %+v, want %+v", after, before)
	}
	set()
	if again := state(); again != reading {
		t.Errorf("set again: %+v, want %+v", again, reading)
	}
	file, err := os.Open(filepath.Join("testdata", "cold.ev"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if keys, restore, _ := readKeys(file); keys != nil {
		t.Error("a file has keys")
	} else {
		restore()
	}
}

func TestStatusFlags(t *testing.T) {
	for want, args := range map[string][]string{
		"--json and --watch: choose one":          {"--watch", "--json"},
		"--changes and --watch: choose one":       {"--watch", "--changes"},
		"--interval 10ms: expected 100ms or more": {"--watch", "--interval", "10ms"},
		"--interval needs --watch":                {"--interval", "2s"},
		"--interval -1s: expected 100ms or more":  {"--watch", "--interval", "-1s"},
	} {
		err := run(t.Context(), append([]string{"status", "--socket", "/nowhere"}, args...))
		if exitCode(err) != exitUsage || !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%v: %v, want %q", args, err, want)
		}
	}
}

// A duration keeps three digits where rounding gives it a fourth.
func TestThreeDigits(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 ns", 999: "999 ns", 1000: "1 us", 999_499: "999 us", 999_500: "1 ms", 1_234_567: "1.23 ms",
		999_499_999: "999 ms", 999_500_000: "1 s", 999_499 * time.Millisecond: "999 s", 999_500 * time.Millisecond: "1000 s", 3 * time.Hour: "10800 s",
		-20 * time.Millisecond: "-20 ms", -1: "-1 ns", math.MinInt64: "-9223372037 s", // a configured delay may be negative
	} {
		if got := threeDigits(d); got != want {
			t.Errorf("%d ns: %q, want %q", d, got, want)
		}
	}
	if got := signedDigits(-1_234_567) + signedDigits(0); got != "-1.23 ms+0 ns" {
		t.Error(got)
	}
}
