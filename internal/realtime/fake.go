package realtime

import (
	"io"
	"log/slog"
)

// Fake returns a Realtime for tests, to which each request is granted without the kernel. It
// counts the requests that are in force.
func Fake(log *slog.Logger, memory, latency *int) *Realtime {
	return &Realtime{log: log, system: system{
		enter:  func(int) (func(), error) { return func() {}, nil },
		lock:   func() (string, error) { *memory++; return "", nil },
		unlock: func() { *memory-- },
		latency: func() (io.Closer, string, error) {
			*latency++
			return closing(func() { *latency-- }), "", nil
		},
	}}
}

type closing func()

func (c closing) Close() error { c(); return nil }
