package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/status"
)

const (
	defaultInterval = time.Second
	minInterval     = 100 * time.Millisecond

	// answerTimeout is how long after its time an answer is late: longer than a request
	// usually takes, shorter than it may take.
	answerTimeout = 2 * time.Second

	// historyPart is the part of the history that may be missing at its end, as a divisor: a
	// plot has about as many columns. The history of an hour is large.
	historyPart = 100
)

// watchStatus shows the report of the daemon at one of the paths until ctx ends or q is pressed.
func watchStatus(ctx context.Context, interval time.Duration, paths []string) error {
	asker := &statusAsker{paths: paths}
	w := statusWatch{ask: asker.ask, interval: interval, out: stdout, paths: paths}
	w.size = func() (columns, rows int) { return screenSize(os.Stdout) }
	if isTerminal(os.Stdout) {
		resized := make(chan os.Signal, 1)
		signal.Notify(resized, unix.SIGWINCH)
		defer signal.Stop(resized)
		jobs := make(chan os.Signal, 2)
		signal.Notify(jobs, unix.SIGTSTP, unix.SIGCONT)
		defer signal.Stop(jobs)
		keys, restore, set := readKeys(os.Stdin)
		defer restore()
		w.jobs, w.resume = jobs, set
		w.suspend = func() {
			restore()
			stopProcess()
		}
		w.out, w.redraw, w.colour, w.keys, w.resized = os.Stdout, true, os.Getenv("NO_COLOR") == "", keys, resized
	}
	return w.run(ctx)
}

// A statusAnswer is the answer of a daemon, or why there is none.
type statusAnswer struct {
	report     status.Report
	history    status.History
	historyErr error // why there is no history
	err        error // why there is no report
	panicked   any   // what made the asker panic
}

// A statusAsker asks a daemon for its report, and for its history when the plots need it.
type statusAsker struct {
	paths []string

	history status.History
	err     error
	started time.Time // of the daemon that the history is of
	due     time.Time // when the history is old
}

func (a *statusAsker) ask() statusAnswer {
	r, err := status.Ask(a.paths...)
	if err != nil {
		a.started = time.Time{}
		return statusAnswer{err: err}
	}
	if now := time.Now(); !r.Started.Equal(a.started) || !now.Before(a.due) {
		a.history, a.err = status.AskHistory(a.paths...)
		a.started, a.due = r.Started, now.Add(historySpan(a.history)/historyPart)
	}
	return statusAnswer{report: r, history: a.history, historyErr: a.err}
}

// historySpan returns the age of the oldest sample.
func historySpan(h status.History) (span time.Duration) {
	for _, c := range h.Clocks {
		if len(c.TimeMS) > 0 {
			span = max(span, h.Time.Sub(time.UnixMilli(c.TimeMS[0])))
		}
	}
	return span
}

// A statusWatch shows the answers of a daemon, on a terminal or as blocks of text.
type statusWatch struct {
	ask      func() statusAnswer
	interval time.Duration
	paths    []string // of the sockets, for messages

	out     io.Writer
	size    func() (columns, rows int)
	redraw  bool // on a screen; otherwise as blocks
	colour  bool
	keys    <-chan byte
	resized <-chan os.Signal

	jobs      <-chan os.Signal // SIGTSTP, as from Ctrl-Z, and SIGCONT
	suspend   func()           // restores the keys and stops the process
	resume    func()           // sets the keys again
	suspended bool             // the screen is that of the shell

	page statusPage
}

// run shows answers until ctx ends or q is pressed. On a terminal, it takes the whole screen
// and restores it, also if it panics.
func (w *statusWatch) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make(chan statusAnswer)
	go w.askAgain(ctx, answers)
	if w.redraw {
		if _, err := w.out.Write([]byte(takeScreen)); err != nil {
			return err
		}
		defer w.out.Write([]byte(restoreScreen))
	}
	w.page = statusPage{interval: w.interval, paths: w.paths, began: time.Now()}
	late := time.NewTicker(time.Second)
	defer late.Stop()
	for {
		changed, err := w.wait(ctx, answers, late.C)
		if err == nil && changed {
			err = w.show()
		}
		if errors.Is(err, errEnded) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// errEnded: the user has ended the watch.
var errEnded = errors.New("ended")

// wait waits for an event, and reports whether it changes what is shown. The error is
// errEnded if ctx has ended or q was pressed.
func (w *statusWatch) wait(ctx context.Context, answers <-chan statusAnswer, late <-chan time.Time) (changed bool, err error) {
	select {
	case <-ctx.Done():
		return false, errEnded
	case key := <-w.keys:
		if key == 'q' || key == 'Q' {
			return false, errEnded
		}
		return false, nil
	case a := <-answers:
		return true, w.take(a)
	case <-w.resized:
		return true, nil
	case s := <-w.jobs:
		return true, w.switchJob(s)
	case now := <-late:
		return w.redraw && w.page.late(now), nil
	}
}

// switchJob restores the screen and stops the process, or takes the screen again when the
// process continues. The shell may have changed the terminal in between.
func (w *statusWatch) switchJob(s os.Signal) error {
	if w.suspended = s == unix.SIGTSTP; w.suspended {
		_, err := w.out.Write([]byte(restoreScreen))
		w.suspend()
		return err
	}
	w.resume() // first: in the background, this stops the process
	_, err := w.out.Write([]byte(takeScreen))
	return err
}

// take remembers an answer. It returns an error that waiting does not change.
func (w *statusWatch) take(a statusAnswer) error {
	if a.panicked != nil {
		panic(a.panicked) // here, where the screen is restored
	}
	first := w.page.asked.IsZero()
	if first && errors.Is(a.err, fs.ErrPermission) {
		return askError(a.err, "status --watch")
	}
	w.page.take(a, time.Now())
	return nil
}

// show draws the page, or prints it as a block.
func (w *statusWatch) show() error {
	if w.suspended {
		return nil
	}
	columns, rows := w.size()
	if w.redraw {
		lines := w.page.lines(time.Now(), columns, rows)
		if !w.colour {
			for i := range lines {
				lines[i].colour = ""
			}
		}
		return drawScreen(w.out, lines)
	}
	var block []byte
	for _, l := range w.page.block(time.Now(), columns) {
		block = append(block, l.text+"\n"...)
	}
	_, err := w.out.Write(append(block, '\n'))
	return err
}

// askAgain asks at once and each interval until ctx ends.
func (w *statusWatch) askAgain(ctx context.Context, answers chan<- statusAnswer) {
	ticker := time.NewTicker(w.interval)
	defer ticker.Stop()
	for {
		select {
		case answers <- w.askSafely():
		case <-ctx.Done():
			return
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// askSafely returns a panic as an answer: the goroutine that asks cannot restore the screen.
func (w *statusWatch) askSafely() (a statusAnswer) {
	defer func() {
		if p := recover(); p != nil {
			a = statusAnswer{panicked: p}
		}
	}()
	return w.ask()
}
