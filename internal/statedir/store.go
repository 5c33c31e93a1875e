package statedir

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/refclock/refclock/driver/gps"
)

const (
	// rest is the least time between two writes, and how long a value must have been
	// another one before it is written: what wanders comes back.
	rest = 15 * time.Minute

	// stale is the age at which a file is written again though nothing has changed.
	stale = 24 * time.Hour

	// A value has changed if it has by more than this part of its spread, and this much.
	changePart  = 4
	leastChange = time.Millisecond
)

// A Store is a [gps.Memory] of small files. Each says what was learnt of one receiver,
// and can be read and deleted by a person.
//
// It spares the SD card: what is new is written at once, a change once it has held for
// a quarter of an hour, and what stays the same once a day. A file that cannot be read
// is told once, and overwritten by what is learnt anew. A folder that cannot be
// written is told once, and tried again after each rest.
type Store struct {
	dir       string
	log       *slog.Logger
	replace   func(path string, text []byte) error
	receivers map[string]*entry
}

var _ gps.Memory = (*Store)(nil)

// An entry is what is known of a receiver's file.
type entry struct {
	path   string
	stored record
	known  bool      // whether there is one
	away   time.Time // since when the value has been another; zero if it is not
	tried  time.Time // when it was written last, or that was tried
	failed bool      // and it could not be, which has been told
}

// New makes a Store in a folder, such as [Find] gives; in "" it keeps nothing. The log
// may be nil.
func New(dir string, log *slog.Logger) *Store {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Store{dir: dir, log: log, replace: replace, receivers: map[string]*entry{}}
}

// Recall gives what a receiver's file says.
func (s *Store) Recall(receiver string) (gps.Learnt, bool) {
	if s.dir == "" {
		return gps.Learnt{}, false
	}
	e := s.entry(receiver)
	return e.stored.Learnt, e.known
}

// Keep writes a receiver's file where that is due, and waits for the disk then.
func (s *Store) Keep(receiver string, l gps.Learnt) error {
	if s.dir == "" {
		return nil
	}
	now := time.Now()
	r := record{receiver: receiver, Learnt: l, saved: now}
	if err := r.check(); err != nil {
		return fmt.Errorf("keep what was learnt of %s: %w", receiver, err)
	}
	e := s.entry(receiver)
	if !e.due(l, now) {
		return nil
	}
	e.tried = now
	if err := s.replace(e.path, r.text()); err != nil {
		err = fmt.Errorf("keep what was learnt of %s: %w", receiver, err)
		if !e.failed {
			s.log.Warn("not kept until the next start", "error", err, "hint", "make the folder writable for refclock, or ignore this: it is learnt anew")
		}
		e.failed = true
		return err
	}
	e.stored, e.known, e.away, e.failed = r, true, time.Time{}, false
	return nil
}

// entry gives a receiver's entry, and reads its file the first time.
func (s *Store) entry(receiver string) *entry {
	e, ok := s.receivers[receiver]
	if ok {
		return e
	}
	e = &entry{path: filepath.Join(s.dir, fileName(receiver))}
	s.receivers[receiver] = e
	stored, err := load(e.path, receiver)
	switch {
	case err == nil:
		e.stored, e.known = stored, true
	case !errors.Is(err, fs.ErrNotExist):
		s.log.Warn("what was learnt before is not used", "file", e.path, "error", err, "hint", "none is needed: it is learnt anew")
	}
	return e
}

// load reads a receiver's file.
func load(path, receiver string) (record, error) {
	text, err := read(path)
	if err != nil {
		return record{}, err
	}
	r, err := parse(string(text))
	if err == nil && r.receiver != receiver {
		err = fmt.Errorf("it is of %.80q", r.receiver)
	}
	return r, err
}

// due tells whether what is known now is to be written.
func (e *entry) due(l gps.Learnt, now time.Time) bool {
	changed := (l.Delay - e.stored.Delay).Abs() > max(e.stored.Spread/changePart, leastChange)
	switch {
	case !changed:
		e.away = time.Time{}
	case e.away.IsZero():
		e.away = now
	}
	switch {
	case !e.tried.IsZero() && now.Sub(e.tried) < rest:
		return false
	case !e.known:
		return true
	case changed && now.Sub(e.away) >= rest:
		return true
	}
	// The age is by the system clock. A file from the future was written by a wrong one.
	return now.Round(0).Sub(e.stored.saved).Abs() >= stale
}
