package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/refclock/refclock/internal/history"
	"github.com/refclock/refclock/internal/status"
)

const (
	// collectEvery is how often samples are collected while there are viewers.
	collectEvery = 250 * time.Millisecond

	// aliveEvery is the longest time without a byte to a viewer.
	aliveEvery = 15 * time.Second

	// maxViewers is how many clients of the TCP port may watch events.
	maxViewers = 32

	// maxWaiting is how many events may wait for a viewer. One that reads more slowly is
	// dropped; a page connects again by itself.
	maxWaiting = 64
)

// A hub sends events to viewers. It works only while there are some.
type hub struct {
	server *Server

	mu      sync.Mutex // protects the fields below
	viewers map[*viewer]struct{}
	running bool

	// Only the loop uses these.
	cursors map[*history.Clock]cursor
	order   []*history.Clock // the clocks of the last status that was sent
	own     uint64           // changes of the daemon
	told    time.Time
}

// A cursor is what the viewers know of a clock.
type cursor struct{ sample, change uint64 }

// A viewer is a client that watches events.
type viewer struct {
	from    *endpoint
	waiting chan []byte
	dropped chan struct{}
}

// join adds a viewer; it returns nil if the endpoint has too many.
func (h *hub) join(e *endpoint) *viewer {
	v := &viewer{from: e, waiting: make(chan []byte, maxWaiting), dropped: make(chan struct{})}
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for other := range h.viewers {
		if other.from == e {
			n++
		}
	}
	if n >= e.most {
		return nil
	}
	if !h.running {
		h.running = true
		h.server.answers.Add(1) // within the answer to this viewer
		go h.run()
	}
	h.viewers[v] = struct{}{}
	return v
}

func (h *hub) leave(v *viewer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.viewers, v)
}

// send queues an event for every viewer, and drops those that do not keep up.
func (h *hub) send(event string, data any) {
	text, err := json.Marshal(data)
	if err != nil {
		return
	}
	h.queue(frame(event, text))
}

func (h *hub) queue(message []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for v := range h.viewers {
		select {
		case v.waiting <- message:
		default:
			delete(h.viewers, v)
			close(v.dropped)
		}
	}
}

// frame returns an event as it is sent. The data must be in one line.
func frame(event string, data []byte) []byte {
	return fmt.Appendf(nil, "event: %s\ndata: %s\n\n", event, data)
}

// run sends events until the last viewer leaves.
func (h *hub) run() {
	defer h.server.answers.Done()
	h.start()
	ticker := time.NewTicker(collectEvery)
	defer ticker.Stop()
	for {
		select {
		case <-h.server.ended.Done():
			return
		case <-ticker.C:
		}
		h.mu.Lock()
		if len(h.viewers) == 0 {
			h.running = false
			h.mu.Unlock()
			return
		}
		h.mu.Unlock()
		h.collect()
	}
}

// start forgets what earlier viewers knew.
func (h *hub) start() {
	clear(h.cursors)
	h.order = nil
	for _, c := range h.server.daemon.Clocks() {
		h.cursors[c.History] = cursor{c.History.NextSample(), c.History.NextChange()}
	}
	_, h.own = h.server.daemon.Changes(0)
	h.told = time.Now()
}

// collect sends what is new.
func (h *hub) collect() {
	h.server.daemon.Collect()
	clocks := h.server.daemon.Clocks()
	h.arrange(clocks)
	known := map[*history.Clock]cursor{}
	for i, c := range clocks {
		at, ok := h.cursors[c.History]
		if !ok { // a reload has added it
			at = cursor{c.History.NextSample(), 0}
		}
		known[c.History] = h.clock(i, c.History, at)
	}
	h.cursors = known
	changes, n := h.server.daemon.Changes(h.own)
	h.own = n
	for _, change := range changes {
		h.send("change", changeEvent{-1, change})
	}
	if time.Since(h.told) >= maxAge {
		h.status()
	}
}

// arrange sends a new report if it has other clocks, or in another order: events have the
// places of clocks in the report.
func (h *hub) arrange(clocks []Clock) {
	var order []*history.Clock
	for _, c := range clocks {
		order = append(order, c.History)
	}
	if slices.Equal(order, h.order) {
		return
	}
	h.order = order
	h.server.renew()
	h.status()
}

// status sends the report.
func (h *hub) status() {
	h.told = time.Now()
	text, _ := h.server.currentText()
	h.queue(frame("status", text[:len(text)-1]))
}

// clock sends what is new of a clock.
func (h *hub) clock(index int, c *history.Clock, at cursor) cursor {
	var samples [chunk]history.Sample
	for n := c.Samples(samples[:], at.sample); n > 0; n = c.Samples(samples[:], at.sample) {
		for _, s := range samples[:n] {
			h.send("sample", newSampleEvent(index, s))
		}
		at.sample += uint64(n)
	}
	var changes [chunk]history.Change
	for n := c.Changes(changes[:], at.change); n > 0; n = c.Changes(changes[:], at.change) {
		for _, change := range changes[:n] {
			h.send("change", changeEvent{index, status.Change{Time: time.Unix(0, change.Real).UTC(), MonoNS: change.Mono - h.server.daemon.Origin(), Of: change.Of, State: change.State}})
		}
		at.change += uint64(n)
	}
	return at
}

// The data of events.
type (
	helloEvent struct {
		Version string    `json:"version"`
		Started time.Time `json:"started"`
		PID     int       `json:"pid"`
	}
	sampleEvent struct {
		Clock     int    `json:"clock"`
		TimeMS    int64  `json:"time_ms"`
		OffsetNS  int64  `json:"offset_ns"`
		JitterNS  *int64 `json:"jitter_ns"`
		Precision int    `json:"precision"`
	}
	changeEvent struct {
		Clock int `json:"clock"`
		status.Change
	}
)

func newSampleEvent(index int, s history.Sample) sampleEvent {
	e := sampleEvent{Clock: index, TimeMS: ms(s.Real), OffsetNS: s.Offset, Precision: int(s.Precision)}
	if s.Jitter != history.None {
		e.JitterNS = &s.Jitter
	}
	return e
}

// stream answers with events until the client leaves or does not keep up.
func (e *endpoint) stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return
	}
	v := e.events.join(e)
	if v == nil {
		w.Header().Set("Retry-After", "10")
		http.Error(w, "too many viewers", http.StatusServiceUnavailable)
		return
	}
	defer e.events.leave(v)
	text, report := e.currentText()
	hello, _ := json.Marshal(helloEvent{report.Version, report.Started, os.Getpid()})
	if !push(w, append(frame("hello", hello), frame("status", text[:len(text)-1])...)) {
		return
	}
	alive := time.NewTimer(aliveEvery)
	defer alive.Stop()
	for {
		message := []byte(": alive\n\n")
		select {
		case <-r.Context().Done():
			return
		case <-v.dropped:
			return
		case message = <-v.waiting:
		case <-alive.C:
		}
		if !push(w, message) {
			return
		}
		alive.Reset(aliveEvery)
	}
}

// push writes a message, and reports whether the client has taken it.
func push(w http.ResponseWriter, message []byte) bool {
	deadline(w, writeTimeout)
	if _, err := w.Write(message); err != nil {
		return false
	}
	return http.NewResponseController(w).Flush() == nil
}
