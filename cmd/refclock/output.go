package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/refclock/refclock/internal/logqueue"
)

// stderr is standard error. Writing never waits for its reader: a full pipe or a stalled
// journal must not delay a sample.
var stderr = logqueue.New(&visibleWriter{to: os.Stderr}, droppedLines)

// flushTimeout limits how long the program waits at its end for the reader of stderr.
const flushTimeout = 300 * time.Millisecond

// droppedLines is the log line about lines that stderr could not take.
func droppedLines(n int) []byte {
	var b bytes.Buffer
	slog.New(logHandler(&b)).Warn(fmt.Sprintf("%d log lines were dropped while standard error was blocked", n))
	return b.Bytes()
}
