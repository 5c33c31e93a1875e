package main

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/refclock/refclock/internal/logqueue"
	"github.com/refclock/refclock/internal/pty"
)

// At a terminal, no line of an error breaks within a word, and a longer path is whole. Lines
// that fit keep their form.
func TestErrorText(t *testing.T) {
	path := "/nonexistent/" + strings.Repeat("very/long/", 9) + "path"
	err := errors.New("status: refclock run is not running; start it with: sudo systemctl start refclock, or sudo refclock run (" + path + ": no such file or directory)\n\n  a    column\n    " + strings.Repeat("word ", 30))
	got := errorText(err, 80)
	for line := range strings.Lines(got) {
		line = strings.TrimSuffix(line, "\n")
		if n := utf8.RuneCountInString(line); n > 80 && !strings.Contains(line, path) {
			t.Errorf("%d columns: %q", n, line)
		}
	}
	for _, want := range []string{"refclock: status: refclock run is not", path, "\n\n  a    column\n    word word", "\n      word"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nwant %q in it", got, want)
		}
	}
	if a, b := strings.Join(strings.Fields(got), " "), strings.Join(strings.Fields("refclock: "+err.Error()), " "); a != b {
		t.Errorf("the words are %q, want %q", a, b)
	}
	if got := errorText(err, 0); got != "refclock: "+err.Error()+"\n" {
		t.Errorf("not at a terminal: %q", got)
	}
}

// An error of several lines in one line has the punctuation of one sentence.
func TestOneLine(t *testing.T) {
	err := errors.New("wrong configuration:\nf:2: this\nf:3: that")
	if got := oneLine(err).Error(); got != "wrong configuration: f:2: this; f:3: that" {
		t.Error(got)
	}
}

// A lateWriter appends to a text that two outputs share, after a while.
type lateWriter struct {
	late time.Duration
	mu   *sync.Mutex
	to   *strings.Builder
}

func (w lateWriter) Write(text []byte) (int, error) {
	time.Sleep(w.late)
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(text)
}

// Where standard output and standard error are one pipe, what a command does is before its result.
func TestOrderOfOutputs(t *testing.T) {
	port, err := pty.Open()
	if err != nil {
		t.Skip(err)
	}
	defer port.Close()
	for args, first := range map[string]string{
		"doctor --listen 1s " + port.Name():                                          "Listening to " + port.Name() + " for up to 9s ...\n",
		"doctor --listen 1s /dev/nonexistent":                                        "FAIL  ", // it does not listen
		"report ../../docs/ntpd.md ../../internal/samplelog/testdata/statistics.log": "refclock: ",
	} {
		var text strings.Builder
		var mu sync.Mutex
		beforeOut, beforeErr := stdout, stderr
		stdout, stderr = lateWriter{0, &mu, &text}, logqueue.New(lateWriter{150 * time.Millisecond, &mu, &text}, droppedLines)
		err := run(context.Background(), strings.Fields(args))
		stderr.Flush(time.Second)
		stdout, stderr = beforeOut, beforeErr
		mu.Lock()
		if got := text.String(); !strings.HasPrefix(got, first) || got == first {
			t.Errorf("%s: %v, and the output is\n%s\nwant %q first", args, err, got, first)
		}
		mu.Unlock()
	}
}
