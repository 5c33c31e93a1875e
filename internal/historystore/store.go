// Package historystore keeps the histories of the clocks in one file in the state folder,
// from one run of refclock to the next.
//
// # Time
//
// A file has the boot in which it was written, and both clocks at that moment. In the same
// boot, monotonic times stay as they are. After another boot, the system clock shows how long
// ago the file was written, and all records move by that on the monotonic clock. If the system
// clock is then behind the file, as it is on a machine without a battery, the file counts as
// written just now. System times are never changed. Records that are then older than a day
// are no longer shown.
package historystore

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/internal/history"
	"github.com/refclock/refclock/internal/regularfile"
	"github.com/refclock/refclock/internal/statefolder"
	"github.com/refclock/refclock/nmea"
)

// fileName is the name of the file in the state folder.
const fileName = "clocks.history"

// maxAge limits the age of a file: any over a day has the same effect.
const maxAge = int64(365 * 24 * time.Hour)

// NotRunning is the reason of the time between two runs.
const NotRunning = "refclock was not running"

// A Store is the file of a state folder. It is not safe for concurrent use.
type Store struct {
	path    string
	boot    string
	log     *slog.Logger
	replace func(path string, text []byte) error
	warned  bool // an error was logged, and none since has been resolved
}

// New returns the Store of a folder, which must not be "".
func New(dir string, log *slog.Logger) *Store {
	return &Store{path: filepath.Join(dir, fileName), boot: statefolder.Boot(), log: log, replace: regularfile.Replace}
}

// Saved are the histories of an earlier run.
type Saved struct {
	saved
	store  *Store
	now    nmea.Stamp
	shift  int64 // from the monotonic clock of the file to that of now
	warned bool
}

// Read reads the file. Without a file that can be used, nothing is saved. It logs what is wrong
// with a file, once.
func (s *Store) Read(now nmea.Stamp) *Saved {
	r := &Saved{store: s, now: now}
	file, err := regularfile.Read(s.path, maxBytes)
	if err == nil {
		r.saved, err = parse(file)
	}
	if err != nil {
		r.clocks = nil
		if !errors.Is(err, fs.ErrNotExist) {
			r.warn(err)
		}
		return r
	}
	r.shift = r.saved.shift(s.boot, now)
	return r
}

func (r *Saved) warn(err error) {
	if !r.warned {
		hint := "nothing to do: refclock starts a new history and replaces the file"
		if isDirectory(r.store.path) { // a file cannot replace it
			hint = removeDirectory(r.store.path)
		}
		r.store.log.Warn("cannot use the stored history", "file", r.store.path, "error", err, "hint", hint)
	}
	r.warned = true
}

// shift returns by how much the monotonic times of a file are to become later.
func (s saved) shift(boot string, now nmea.Stamp) int64 {
	if s.boot == boot && boot != "" && s.at.Mono <= now.Mono {
		return 0
	}
	age := min(max(now.Real-s.at.Real, 0), maxAge)
	return now.Mono - age - s.at.Mono
}

// Take returns the history of a clock, which ends with the time in which refclock was not
// running; nil if there is none. It returns each history once.
func (r *Saved) Take(k Key) *history.Clock {
	encoding, ok := r.clocks[k]
	if !ok {
		return nil
	}
	delete(r.clocks, k)
	latest := r.at.Mono + r.shift
	h, err := history.Decode(encoding, r.shift, latest)
	if err != nil {
		r.warn(err)
		return nil
	}
	h.Begin(history.Spell{Real: r.at.Real, Mono: latest, State: driver.State{Reason: NotRunning, Detail: "from the last time that the history was stored to the start"}})
	return h
}

// An Entry is a clock whose history is stored.
type Entry struct {
	Key
	History *history.Clock
}

// Write replaces the file, and syncs it to the disk. It logs an error once, until a write
// succeeds.
func (s *Store) Write(entries []Entry, now nmea.Stamp) error {
	file := begin(s.boot, now)
	left := 0
	for _, e := range entries {
		next := appendClock(file, e.Key, e.History.Encode(nil, now.Mono))
		if len(next) > maxBytes-checksumBytes {
			left++
			continue
		}
		file = next
	}
	err := s.replace(s.path, end(file))
	switch {
	case err != nil && !s.warned:
		s.log.Warn("cannot store the history for the next start", "error", err, "hint", s.hint(err))
	case left > 0 && !s.warned:
		s.log.Warn("cannot store the history of every clock", "clocks", left, "limit", maxBytes)
	}
	s.warned = err != nil || left > 0
	return err
}

// hint returns what to do about an error of writing.
func (s *Store) hint(err error) string {
	failed, ok := errors.AsType[*fs.PathError](err)
	switch {
	case isDirectory(s.path):
		return removeDirectory(s.path)
	case ok && failed.Err == syscall.ENOTEMPTY: // in place of the temporary file
		return removeDirectory(failed.Path)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "free space on the disk of the folder, or remove keep_history"
	}
	return "make the folder writable for refclock, or remove keep_history"
}

func isDirectory(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.IsDir()
}

func removeDirectory(path string) string {
	return "this is a directory, and refclock needs the name for a file; remove it: sudo rm -r " + path
}
