package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/refclock/refclock/internal/logqueue"
	"github.com/refclock/refclock/internal/textwrap"
)

// stderr is standard error. Writing never waits for its reader: a full pipe or a stalled
// journal must not delay a sample.
var stderr = logqueue.New(&visibleWriter{to: os.Stderr}, droppedLines)

// flushTimeout limits how long the program waits for the reader of stderr, at its end or before a
// result.
const flushTimeout = 300 * time.Millisecond

// droppedLines is the log line about lines that stderr could not take.
func droppedLines(n int) []byte {
	var b bytes.Buffer
	slog.New(logHandler(&b)).Warn(fmt.Sprintf("%d log lines were dropped while standard error was blocked", n))
	return b.Bytes()
}

// announce writes to standard error, and waits until it is written: what follows on standard
// output may go to the same pipe.
func announce(format string, args ...any) {
	fmt.Fprintf(stderr, format, args...)
	stderr.Flush(flushTimeout)
}

// terminalColumns returns the width of a terminal; 0 for a file that is not one.
func terminalColumns(f *os.File) int {
	if !isTerminal(f) {
		return 0
	}
	return width(f)
}

// errorText returns the error of a command. Lines longer than columns are broken between words;
// 0 columns break none.
func errorText(err error, columns int) string {
	return broken("refclock: "+err.Error()+"\n", columns)
}

// broken returns a text whose lines are at most columns wide, broken between words; 0 columns
// break none. Lines that fit keep their form.
func broken(text string, columns int) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if columns > 0 && utf8.RuneCountInString(line) > columns {
			indent := len(line) - len(strings.TrimLeft(line, " "))
			line = strings.Join(textwrap.Indented(line, indent, columns), "\n")
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}
