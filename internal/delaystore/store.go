// Package delaystore stores the learnt delays of receivers, and their spread, in the state
// folder of the service: one small text file per receiver, which is rarely written.
package delaystore

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/regularfile"
	"github.com/refclock/refclock/internal/statefolder"
)

const (
	// minInterval is the shortest time between two writes. A change must also last this
	// long before it is written, because variations return.
	minInterval = 15 * time.Minute

	// maxAge is the age at which a file is rewritten even without a change.
	maxAge = 24 * time.Hour

	// A value has changed if it differs by more than 1/changePart of its spread, and by
	// more than minChange.
	changePart = 4
	minChange  = time.Millisecond
)

// A Store is a [gps.Memory] of small files, one per receiver, which users can read and
// delete.
//
// It spares the SD card: it writes new values at once, a change after a quarter of an
// hour, and an unchanged value once a day. If it cannot read a file, it logs that once,
// and replaces the file later. If it cannot write to the folder, it logs that once, and
// retries every quarter of an hour.
type Store struct {
	dir       string
	log       *slog.Logger
	replace   func(path string, text []byte) error
	receivers map[string]*entry
}

var _ gps.Memory = (*Store)(nil)

// An entry is the state of a receiver's file.
type entry struct {
	path   string
	stored record
	known  bool      // whether there is a stored record
	since  time.Time // when the value changed; zero if it has not
	tried  time.Time // the last attempt to write it
	warned bool      // what is wrong with the file was logged
}

// New returns a Store in a folder, such as [statefolder.Find] returns. With "" it stores nothing. The
// log may be nil.
func New(dir string, log *slog.Logger) *Store {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Store{dir: dir, log: log, replace: regularfile.Replace, receivers: map[string]*entry{}}
}

// Recall returns what is stored for a receiver.
func (s *Store) Recall(receiver string) (gps.LearntDelay, bool) {
	if s.dir == "" {
		return gps.LearntDelay{}, false
	}
	e := s.entry(receiver)
	return e.stored.LearntDelay, e.known
}

// Keep writes a receiver's file if a write is due, and syncs it to the disk.
func (s *Store) Keep(receiver string, l gps.LearntDelay) error {
	if s.dir == "" {
		return nil
	}
	now := time.Now()
	r := record{receiver: receiver, LearntDelay: l, saved: now}
	if err := r.check(); err != nil {
		return fmt.Errorf("store the delay of %s: %w", receiver, err)
	}
	e := s.entry(receiver)
	if !e.observe(l, now) {
		return nil
	}
	e.tried = now
	if err := s.replace(e.path, r.text()); err != nil {
		err = fmt.Errorf("store the delay of %s: %w", receiver, err)
		if !e.warned {
			s.log.Warn("cannot store the delay for the next start", "error", err, "hint", "make the folder writable for refclock, or ignore this: refclock will measure the delay again")
		}
		e.warned = true
		return err
	}
	e.stored, e.known, e.since, e.warned = r, true, time.Time{}, false
	return nil
}

// entry returns a receiver's entry, and reads its file the first time.
func (s *Store) entry(receiver string) *entry {
	e, ok := s.receivers[receiver]
	if ok {
		return e
	}
	e = &entry{path: filepath.Join(s.dir, statefolder.FileName(receiver, "learnt"))}
	s.receivers[receiver] = e
	stored, err := load(e.path, receiver)
	switch {
	case err == nil:
		e.stored, e.known = stored, true
	case !errors.Is(err, fs.ErrNotExist):
		e.warned = true
		s.log.Warn("cannot use the stored delay", "file", e.path, "error", err, "hint", "nothing to do: refclock measures the delay again")
	}
	return e
}

// load reads a receiver's file. No error quotes it: it may be the content of another file.
func load(path, receiver string) (record, error) {
	text, err := regularfile.Read(path, statefolder.MaxBytes)
	if err != nil {
		return record{}, err
	}
	r, err := parse(string(text))
	if err == nil && r.receiver != receiver {
		err = errors.New("it is for another receiver")
	}
	return r, err
}

// observe records when the value changes, and reports whether to write it now.
func (e *entry) observe(l gps.LearntDelay, now time.Time) (due bool) {
	changed := (l.Delay - e.stored.Delay).Abs() > max(e.stored.Spread/changePart, minChange)
	switch {
	case !changed:
		e.since = time.Time{}
	case e.since.IsZero():
		e.since = now
	}
	switch {
	case !e.tried.IsZero() && now.Sub(e.tried) < minInterval:
		return false
	case !e.known:
		return true
	case changed && now.Sub(e.since) >= minInterval:
		return true
	}
	// The age is by the system clock. If it is in the future, the clock was wrong.
	return now.Round(0).Sub(e.stored.saved).Abs() >= maxAge
}
