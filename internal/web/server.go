// Package web answers HTTP about a running daemon: its report, its history, events as they
// happen, metrics, and a page that shows them. It is read-only.
//
// The status socket always answers; a TCP port is open only if the user configures it. Slow
// and greedy clients are cut off: connections, headers, the time for a request and for its
// answer, and the queue for each viewer are limited. No driver waits for a client: the
// daemon collects what the feeds have published, at most four times a second.
package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/refclock/refclock/internal/history"
	"github.com/refclock/refclock/internal/metrics"
	"github.com/refclock/refclock/internal/status"
)

const (
	// maxAnswers is how many answers an endpoint writes at the same time. Others wait.
	maxAnswers = 8

	// maxAge is the age up to which a report serves another client. However many ask, they
	// cost the clocks no more than one report in that time.
	maxAge = time.Second

	// The times that a client may take.
	headerTimeout  = 3 * time.Second  // to send a request
	writeTimeout   = 3 * time.Second  // to read an answer
	historyTimeout = 15 * time.Second // to read a history, half a megabyte a clock
	idleTimeout    = 15 * time.Second // between two requests on a connection

	maxHeader = 8 << 10 // bytes of the headers of a request

	maxLocal   = 32  // connections of the status socket
	maxRemote  = 128 // connections of the TCP port
	maxAddress = 64  // of these, from one address other than loopback
)

// A Clock is a clock of the daemon, with its history.
type Clock struct {
	Kind, Name, Targets string
	History             *history.Clock
}

// A Daemon is what a Server shows. Its methods are safe for concurrent use and wait for no
// clock.
type Daemon interface {
	Report() status.Report

	// Clocks returns the clocks in the order of the report.
	Clocks() []Clock

	// Collect adds to the histories what was published and what has changed since the last
	// call.
	Collect()

	// Changes returns the changes of the daemon itself after the first n, and how many there
	// were.
	Changes(n uint64) ([]status.Change, uint64)

	// Origin returns CLOCK_MONOTONIC at the daemon's start, in nanoseconds.
	Origin() int64
}

// A Server answers for a daemon.
type Server struct {
	daemon Daemon
	log    *slog.Logger
	host   string                 // name of this machine
	files  func() map[string]file // read at the first request for the page
	routes map[string]func(*endpoint, http.ResponseWriter, *http.Request)
	events hub
	meters metrics.Writer

	ended   context.Context
	end     context.CancelFunc
	answers sync.WaitGroup

	report struct { // the last report
		mu   sync.Mutex // held while a report is made
		last status.Report
		text []byte // of the last one, once it is needed
		made time.Time
	}

	mu        sync.Mutex // protects the fields below
	endpoints map[*endpoint]struct{}
	port      *port // nil without TCP
}

// New returns a Server that answers nowhere yet. The log may be nil.
func New(daemon Daemon, log *slog.Logger) *Server {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Server{daemon: daemon, log: log, files: sync.OnceValue(pageFiles), endpoints: map[*endpoint]struct{}{}}
	s.host, _ = os.Hostname()
	s.routes = map[string]func(*endpoint, http.ResponseWriter, *http.Request){
		"/api/status":  (*endpoint).status,
		"/api/history": (*endpoint).history,
		"/api/events":  (*endpoint).stream,
		"/healthz":     (*endpoint).health,
		"/metrics":     (*endpoint).measure,

		"/api/recording": (*endpoint).recording,
	}
	s.ended, s.end = context.WithCancel(context.Background())
	s.events = hub{server: s, viewers: map[*viewer]struct{}{}, cursors: map[*history.Clock]cursor{}}
	return s
}

// An endpoint is a socket or a port that answers.
type endpoint struct {
	*Server
	http     *http.Server
	listener net.Listener
	free     chan struct{} // has a token for each answer that may still be written
	public   bool          // the user allows other machines
	local    bool          // a Unix socket
	most     int           // viewers of events
}

// serve answers on a listener until the endpoint is closed. It returns false after Close.
func (s *Server) serve(listener net.Listener, e *endpoint) bool {
	e.Server, e.listener, e.free = s, listener, make(chan struct{}, maxAnswers)
	for range maxAnswers {
		e.free <- struct{}{}
	}
	e.http = &http.Server{
		Handler: e, BaseContext: func(net.Listener) context.Context { return s.ended },
		ReadHeaderTimeout: headerTimeout, WriteTimeout: historyTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog:                     slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		DisableGeneralOptionsHandler: true,
	}
	s.mu.Lock()
	if s.ended.Err() != nil {
		s.mu.Unlock()
		listener.Close()
		return false
	}
	s.endpoints[e] = struct{}{}
	s.answers.Add(1)
	s.mu.Unlock()
	go func() {
		defer s.answers.Done()
		if err := e.http.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			s.log.Warn("HTTP ended", "address", listener.Addr().String(), "error", err)
		}
	}()
	return true
}

// ServeSocket answers on the status socket.
func (s *Server) ServeSocket(listener net.Listener) {
	s.serve(limit(listener, maxLocal, maxLocal), &endpoint{local: true, most: maxLocal / 4})
}

// Close stops answering, hangs up, and waits for the answers to end.
func (s *Server) Close() error {
	s.Listen("", false)
	s.mu.Lock()
	s.end()
	endpoints := s.endpoints
	s.endpoints = nil
	s.mu.Unlock()
	var failed error
	for e := range endpoints {
		failed = errors.Join(failed, e.close())
	}
	s.answers.Wait()
	return failed
}

// close closes the listener and all connections. An http.Server does not know the listener
// before its goroutine has run.
func (e *endpoint) close() error {
	err := e.http.Close()
	if e := e.listener.Close(); !errors.Is(e, net.ErrClosed) {
		err = errors.Join(err, e)
	}
	return err
}

// begin notes that an answer begins; it returns false after Close.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended.Err() != nil {
		return false
	}
	s.answers.Add(1)
	return true
}

// ServeHTTP answers a request.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !e.begin() {
		panic(http.ErrAbortHandler)
	}
	defer e.answers.Done()
	secure(w.Header())
	if fault := e.refuse(r); fault.code != 0 {
		// The rest of a request that is refused is not read.
		http.NewResponseController(w).SetReadDeadline(time.Now())
		w.Header().Set("Connection", "close")
		fault.answer(w)
		return
	}
	if route, ok := e.routes[r.URL.Path]; ok {
		route(e, w, r)
		return
	}
	e.page(w, r)
}

// acquire waits until an answer may be written, and reports whether it may.
func (e *endpoint) acquire(r *http.Request) bool {
	select {
	case <-e.free:
		return true
	case <-r.Context().Done():
		return false
	}
}

func (e *endpoint) release() { e.free <- struct{}{} }

// write writes a whole answer within a time.
func (e *endpoint) write(w http.ResponseWriter, r *http.Request, kind string, code int, text []byte) {
	if !e.acquire(r) {
		return
	}
	defer e.release()
	deadline(w, writeTimeout)
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(code)
	w.Write(text)
}

// deadline limits the time until the answer is written.
func deadline(w http.ResponseWriter, timeout time.Duration) {
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(timeout))
}

// status answers with the report.
func (e *endpoint) status(w http.ResponseWriter, r *http.Request) {
	text, _ := e.currentText()
	e.write(w, r, "application/json", http.StatusOK, text)
}

// current returns a report that is not older than maxAge.
func (s *Server) current() status.Report {
	s.report.mu.Lock()
	defer s.report.mu.Unlock()
	s.update()
	return s.report.last
}

// currentText returns the same, and as JSON in a line.
func (s *Server) currentText() ([]byte, status.Report) {
	c := &s.report
	c.mu.Lock()
	defer c.mu.Unlock()
	s.update()
	if c.text == nil {
		runtime.Gosched()                // on one processor, a read of a receiver may wait to be stamped
		c.text, _ = json.Marshal(c.last) // a Report has nothing that cannot be encoded
		c.text = append(c.text, '\n')
	}
	return c.text, c.last
}

// update replaces a report that is too old. The caller holds its lock.
func (s *Server) update() {
	if c := &s.report; c.made.IsZero() || time.Since(c.made) >= maxAge {
		c.made = time.Now()
		c.last, c.text = s.daemon.Report(), nil
	}
}

// renew makes the next use of the report ask for a new one.
func (s *Server) renew() {
	s.report.mu.Lock()
	defer s.report.mu.Unlock()
	s.report.made = time.Time{}
}

// health answers whether every clock that should publish does.
func (e *endpoint) health(w http.ResponseWriter, r *http.Request) {
	report := e.current()
	var lines strings.Builder
	publishing := false
	for _, c := range report.Clocks {
		publishing = publishing || c.State.Publishing()
		if !c.State.Publishing() && !c.Optional {
			lines.WriteString(strings.ReplaceAll(c.Name+": "+c.State.Reason+": "+c.State.Detail, "\n", " ") + "\n")
		}
	}
	switch {
	case len(report.Clocks) == 0:
		lines.WriteString("no clock runs\n")
	case lines.Len() == 0 && !publishing:
		lines.WriteString("no clock publishes\n")
	}
	if lines.Len() > 0 {
		e.write(w, r, "text/plain; charset=utf-8", http.StatusServiceUnavailable, []byte(lines.String()))
		return
	}
	e.write(w, r, "text/plain; charset=utf-8", http.StatusOK, []byte("ok\n"))
}

// measure answers with the metrics.
func (e *endpoint) measure(w http.ResponseWriter, r *http.Request) {
	e.daemon.Collect()
	runtime.Gosched()
	report := e.current()
	histories := historiesOf(report.Clocks, e.daemon.Clocks())
	var text bytes.Buffer
	e.meters.Write(&text, report, histories)
	e.write(w, r, "text/plain; version=0.0.4; charset=utf-8", http.StatusOK, text.Bytes())
}

// historiesOf returns the history of each clock of a report; nil for a clock that does not
// run any more. The report may be from before a reload, so that places do not match.
func historiesOf(reported []status.Clock, running []Clock) []*history.Clock {
	histories := make([]*history.Clock, len(reported))
	for i, c := range reported {
		for _, r := range running {
			if r.Kind == c.Kind && r.Name == c.Name && r.Targets == status.Targets(c.Unit, c.Socket) {
				histories[i] = r.History
			}
		}
	}
	return histories
}
