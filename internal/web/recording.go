package web

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/refclock/refclock/internal/recording"
)

// A recorder is a Daemon whose clocks may keep recordings.
type recorder interface {
	// Recording writes the recording of a clock, by its place in the report; below 0, that
	// of the first clock that keeps one. It waits for no clock. The error wraps
	// recording.ErrNone if there is none, and then nothing was written.
	Recording(place int, w io.Writer) error
}

// recording answers with the recording of ?clock=N, at the status socket alone: who may not
// ask it may not have what the receiver sends.
func (e *endpoint) recording(w http.ResponseWriter, r *http.Request) {
	daemon, ok := e.daemon.(recorder)
	if !ok || !e.local {
		http.NotFound(w, r)
		return
	}
	place := -1
	if text := r.URL.Query().Get("clock"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			http.Error(w, "clock must be a number from 0", http.StatusBadRequest)
			return
		}
		place = n
	}
	if !e.acquire(r) {
		return
	}
	defer e.release()
	deadline(w, historyTimeout)
	w.Header().Set("Content-Type", "application/octet-stream")
	if err := daemon.Recording(place, w); errors.Is(err, recording.ErrNone) {
		http.Error(w, err.Error(), http.StatusNotFound)
	} else if err != nil {
		panic(http.ErrAbortHandler) // a client must not take a part for the whole
	}
}
