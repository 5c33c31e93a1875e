// Package coldstore stores which receivers wait after a cold start: in memory, so that the wait
// continues when a reload makes a new clock, and in the state folder of the service, so that it
// continues after a restart. There is one small text file per waiting receiver, under the name of
// its port, and none once it has waited.
package coldstore

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/internal/regularfile"
	"github.com/refclock/refclock/internal/statefolder"
	"github.com/refclock/refclock/internal/status"
	"github.com/refclock/refclock/nmea"
)

// minInterval is the shortest time between two writes of the first valid epoch: it changes each
// time that the receiver was silent.
const minInterval = time.Minute

// A Store is a [gps.Waits] of small files. It writes when a wait begins and ends, and when its
// receiver was silent, but at most twice a minute. It logs once if it cannot read or write a
// file. It is safe for concurrent use by clocks of different ports.
type Store struct {
	dir     string
	others  []string // folders of other users' stores, which are only read
	boot    string
	log     *slog.Logger
	replace func(path string, text []byte) error
	now     func() int64 // of the steady clock; see nmea.Stamp

	mu      sync.Mutex // protects the fields below
	entries map[string]*entry
	links   map[string][]string // the names of ports; see names
}

var _ gps.Waits = (*Store)(nil)

// An entry is the state of a file.
type entry struct {
	mu     sync.Mutex
	path   string // "" without a folder
	known  bool   // the file was read, or there is none to read
	waits  bool
	wait   receiver.Wait
	stored record    // in the file, if exists
	exists bool      // the file
	tried  time.Time // the last attempt to write or remove it
	warned bool
}

// Open returns the Store of this process: in the state folder, or without one, as for a command
// that a user starts, in a folder that lasts until the machine boots. It also reads what the
// service has stored in those of the system.
func Open(log *slog.Logger) *Store {
	s := New(cmp.Or(statefolder.Find(), temporary(os.Getuid())), log)
	for _, dir := range []string{statefolder.Default, status.SystemFolder} {
		if dir != s.dir {
			s.others = append(s.others, dir)
		}
	}
	return s
}

// temporary returns the folder of the status socket, or without one that the user may create, one
// below that of temporary files.
func temporary(uid int) string {
	dir := filepath.Dir(status.Find())
	if dir == status.SystemFolder && uid != 0 {
		return filepath.Join(os.TempDir(), fmt.Sprintf("refclock-%d", uid))
	}
	return dir
}

// New returns a Store in a folder, which it creates if it has something to store. With "" it
// keeps the waits as long as the program runs.
func New(dir string, log *slog.Logger) *Store {
	return &Store{dir: dir, boot: statefolder.Boot(), log: log, replace: regularfile.Replace, now: steady, entries: map[string]*entry{}, links: map[string][]string{}}
}

// steady returns the present instant of the steady clock, which all processes share until the
// machine boots again.
func steady() int64 {
	at := nmea.Now()
	at.Slew = nmea.Slewed()
	return at.Steady()
}

// Recall returns the wait of the receiver at a port.
func (s *Store) Recall(port string) (wait receiver.Wait, waits bool) {
	for _, name := range s.names(port, true) {
		e := s.entry(name)
		e.mu.Lock()
		s.load(e, name)
		// Of two files, which differ if a link leads to another port than before, the one
		// with the longer wait counts.
		if e.waits && (!waits || e.wait.Longer(wait)) {
			wait, waits = e.wait, true
		}
		e.mu.Unlock()
	}
	return wait, waits
}

// Keep stores the wait of the receiver at a port, or that it has ended.
func (s *Store) Keep(port string, wait receiver.Wait, waits bool) {
	for _, name := range s.names(port, false) {
		e := s.entry(name)
		e.mu.Lock()
		s.load(e, name)
		e.wait, e.waits = wait, waits
		s.write(e, name)
		e.mu.Unlock()
	}
}

// names returns the names under which the wait of a port is stored: a user may name it by a link
// at one time and without at another. They are looked up anew when the port has been opened.
func (s *Store) names(port string, opened bool) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if list, ok := s.links[port]; ok && !opened {
		return list
	}
	list := []string{terminal(port)}
	if real, err := filepath.EvalSymlinks(port); err == nil && real != port {
		list = append(list, terminal(real))
	}
	s.links[port] = list
	return list
}

// terminal adds to the name of a pseudo-terminal when it was created: its number is soon that of
// another one. Other ports have their name only.
func terminal(port string) string {
	var info unix.Stat_t
	if !strings.HasPrefix(port, "/dev/pts/") || unix.Stat(port, &info) != nil {
		return port
	}
	return fmt.Sprintf("%s of %d", port, info.Ctim.Nano())
}

func (s *Store) entry(name string) *entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.entries[name]
	if !ok {
		e = &entry{}
		if s.dir != "" {
			e.path = filepath.Join(s.dir, statefolder.FileName(name, "coldstart"))
		}
		s.entries[name] = e
	}
	return e
}

// load reads a file the first time. One that cannot be used counts as a wait that has just
// begun: it may have been one.
func (s *Store) load(e *entry, name string) {
	if e.known {
		return
	}
	if e.known = true; e.path == "" {
		return
	}
	r, err := read(e.path, name)
	if e.exists = !errors.Is(err, fs.ErrNotExist); e.exists && err != nil {
		e.warn(s.log, "cannot use the stored wait after a cold start: the wait begins again", err, "nothing to do: refclock replaces or removes the file")
	}
	for _, dir := range s.others {
		if errors.Is(err, fs.ErrNotExist) {
			r, err = read(filepath.Join(dir, filepath.Base(e.path)), name)
		}
	}
	if !e.exists && err != nil { // another user's file that cannot be read may not have been a wait
		return
	}
	if r.boot != s.boot || s.boot == "" || r.Since < 0 || r.Since > s.now() {
		r.Since = 0 // of a steady clock that began again
	}
	if e.wait, e.waits = r.Wait, true; e.exists {
		e.stored = r
	}
}

// read reads the file of a port. No error quotes it.
func read(path, port string) (record, error) {
	text, err := regularfile.Read(path, statefolder.MaxBytes)
	if err != nil {
		return record{}, err
	}
	r, err := parse(string(text))
	if err == nil && r.port != port {
		err = errors.New("it is for another port")
	}
	if err != nil {
		return record{}, err
	}
	return r, nil
}

// write writes or removes a file, if that is due.
func (s *Store) write(e *entry, port string) {
	r := record{port: port, boot: s.boot, Wait: e.wait}
	recent := !e.tried.IsZero() && time.Since(e.tried) < minInterval
	switch {
	case e.path == "", !e.waits && !e.exists, e.waits && e.exists && e.stored == r:
		return
	case recent && (e.warned || e.waits && e.exists && e.wait.Since != 0 && e.wait.Far == e.stored.Far):
		return // the file, if any, has the longer wait
	}
	e.tried = time.Now()
	var err error
	if e.waits {
		_ = os.MkdirAll(s.dir, 0o755) // in /run; replace reports a folder that is missing
		err = s.replace(e.path, r.text())
	} else if err = os.Remove(e.path); errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		e.warn(s.log, "cannot store the wait after a cold start for the next start", err, fmt.Sprintf("make the folder writable for refclock, and %s removable; until then, do not restart refclock before it publishes", e.path))
		return
	}
	e.exists, e.stored, e.warned = e.waits, r, false
}

func (e *entry) warn(log *slog.Logger, what string, err error, hint string) {
	if !e.warned {
		log.Warn(what, "file", e.path, "error", err, "hint", hint)
	}
	e.warned = true
}
