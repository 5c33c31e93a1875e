package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/refclock/refclock/internal/textwrap"
)

// newLog returns the log of a program that runs until interrupted, on standard error. The
// program then survives the reader of its log.
func newLog() *slog.Logger {
	signal.Ignore(syscall.SIGPIPE)
	return slog.New(logHandler(stderr))
}

// logHandler returns a handler for what reads standard error: short lines for a person at a
// terminal, key=value with priorities for the journal, and key=value with time and level
// elsewhere.
func logHandler(out io.Writer) slog.Handler {
	switch {
	case os.Getenv("JOURNAL_STREAM") != "": // systemd.exec(5)
		return newJournalHandler(out)
	case isTerminal(os.Stderr):
		return &terminalHandler{out: out, columns: width(os.Stderr)}
	}
	return slog.NewTextHandler(out, nil)
}

// A journalHandler writes key=value behind the priority that journald reads from the
// beginning of a line, as in sd-daemon(3). The journal adds the time.
type journalHandler struct {
	text slog.Handler
	line *bytes.Buffer // what text writes
	mu   *sync.Mutex   // protects line
	out  io.Writer
}

func newJournalHandler(out io.Writer) *journalHandler {
	line := &bytes.Buffer{}
	return &journalHandler{out: out, line: line, mu: &sync.Mutex{}, text: slog.NewTextHandler(line, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
				return slog.Attr{}
			}
			return a
		},
	})}
}

func (h *journalHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.text.Enabled(ctx, level)
}

func (h *journalHandler) Handle(ctx context.Context, r slog.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.line.Reset()
	fmt.Fprintf(h.line, "<%d>", priority(r.Level))
	if err := h.text.Handle(ctx, r); err != nil {
		return err
	}
	_, err := h.out.Write(h.line.Bytes())
	return err
}

// priority returns a level as syslog(3) numbers it.
func priority(l slog.Level) int {
	switch {
	case l >= slog.LevelError:
		return 3 // LOG_ERR
	case l >= slog.LevelWarn:
		return 4 // LOG_WARNING
	case l >= slog.LevelInfo:
		return 6 // LOG_INFO
	}
	return 7 // LOG_DEBUG
}

func (h *journalHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *h
	with.text = h.text.WithAttrs(attrs)
	return &with
}

func (h *journalHandler) WithGroup(name string) slog.Handler {
	with := *h
	with.text = h.text.WithGroup(name)
	return &with
}

// A terminalHandler writes a sentence: the local time, the clock, the message, the reason and
// its detail, the hint, and then whatever else there is.
type terminalHandler struct {
	out     io.Writer // takes whole lines of several goroutines
	columns int       // at which lines break; 0 for never
	attrs   []slog.Attr
}

func (h *terminalHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelInfo
}

func (h *terminalHandler) Handle(_ context.Context, r slog.Record) error {
	attrs := slices.Clone(h.attrs)
	r.Attrs(func(a slog.Attr) bool {
		attrs = append(attrs, a)
		return true
	})
	value := map[string]string{}
	var rest []string
	for _, a := range attrs {
		switch text := a.Value.String(); a.Key {
		case "clock", "reason", "detail", "hint", "error", "why":
			value[a.Key] = text
		case "unit", "socket", "target": // the clock's name says enough
		default:
			rest = append(rest, a.Key+" "+text)
		}
	}
	var b strings.Builder
	b.WriteString(r.Time.Local().Format(time.TimeOnly) + " ")
	if r.Level >= slog.LevelError {
		b.WriteString("error: ")
	}
	parts := []string{value["clock"], r.Message, value["reason"], value["detail"], value["error"], value["why"]}
	b.WriteString(strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ": "))
	if len(rest) > 0 {
		b.WriteString(" (" + strings.Join(rest, ", ") + ")")
	}
	columns := cmp.Or(h.columns, math.MaxInt)
	indent := strings.Repeat(" ", len("15:04:05 "))
	list := textwrap.Lines(b.String(), "", indent, columns)
	if hint := value["hint"]; hint != "" {
		list = append(list, textwrap.Beside(indent+"Hint: ", hint, columns)...)
	}
	_, err := io.WriteString(h.out, strings.Join(list, "\n")+"\n")
	return err
}

func (h *terminalHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &terminalHandler{h.out, h.columns, append(slices.Clone(h.attrs), attrs...)}
}

// WithGroup keeps the keys as they are: a person reads values.
func (h *terminalHandler) WithGroup(string) slog.Handler { return h }
