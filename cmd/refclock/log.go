package main

import (
	"log/slog"
	"os"
)

// newLog is the one log of the program: lines of key=value on standard error.
// The service manager stamps them; a terminal gets the time of day.
func newLog() *slog.Logger {
	options := &slog.HandlerOptions{}
	if os.Getenv("JOURNAL_STREAM") != "" {
		options.ReplaceAttr = func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}
