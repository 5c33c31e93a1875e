// Package coldstore stores which receivers wait after a cold start: in memory, so that the wait
// continues when a reload makes a new clock, and in a folder, so that it continues after a restart.
// There is one small text file per waiting receiver, under the name of its port, and none once it
// has waited.
//
// The service stores in its state folder. A command that a user starts has none: it stores in a
// folder of that user, below one that lasts until the machine boots and that the service can read.
// So the wait also continues when the service, or another user, reads the receiver next. The service
// has such a folder too, for a state folder that cannot be written: its disk may be full.
package coldstore

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/internal/regularfile"
	"github.com/refclock/refclock/internal/serialport"
	"github.com/refclock/refclock/internal/statefolder"
	"github.com/refclock/refclock/nmea"
)

// minInterval is the shortest time between two writes of the first valid epoch: it changes each
// time that the receiver was silent.
const minInterval = time.Minute

// A Store is a [gps.Waits] of small files. It writes when a wait begins and ends, and when its
// receiver was silent, but at most twice a minute. It logs once if it cannot read or write a
// file. It is safe for concurrent use by clocks of different ports.
type Store struct {
	dir     string   // "" without a state folder
	spare   string   // used without dir, and if dir cannot be written; below a folder that other users can write
	service string   // another user's folder that is only read: that of the service; or ""
	parents []string // of folders that are only read, of users who may open the port
	boot    string
	log     *slog.Logger
	replace func(path string, text []byte) error
	now     func() int64 // of the steady clock; see nmea.Stamp
	mayOpen func(uid int, port string) bool

	mu      sync.Mutex // protects the fields below
	entries map[string]*entry
	links   map[string][]string // the names of ports; see names
}

var _ gps.Waits = (*Store)(nil)

// An entry is the state of a file.
type entry struct {
	mu     sync.Mutex
	file   string // its name
	known  bool   // the file was read, or there is none to read
	waits  bool
	wait   receiver.Wait
	stored record    // in the newest file, if exists
	exists bool      // a file in dir or in spare
	others bool      // another user has a file about a wait, which that user alone can remove
	tried  time.Time // the last attempt to write or remove it
	failed bool      // that attempt, in all folders
	warned bool
}

// parents are the folders below which a user without a state folder has one. Each lasts until the
// machine boots. The service sees them: its unit has a /tmp and no home folders of its own. The
// first is not writable for users everywhere; systemd-logind empties the second when a user logs
// out.
var parents = []string{"/run/lock", "/dev/shm"}

// prefix begins the names of the folders below the parents. The user's number ends them.
const prefix = "refclock-"

// Open returns the Store of this process: in the state folder, or without one, as for a command
// that a user starts, in a folder that lasts until the machine boots. It also reads what the
// service and other users have stored.
func Open(log *slog.Logger) *Store {
	s := New(statefolder.Find(), log)
	if s.dir != statefolder.Default {
		s.service = statefolder.Default
	}
	s.spare, s.parents = temporary(parents, os.Geteuid()), parents
	return s
}

// temporary returns the folder of a user below the first parent that the user can write, else
// below that of temporary files. It does not create it.
func temporary(parents []string, uid int) string {
	name := prefix + strconv.Itoa(uid)
	for _, parent := range parents {
		dir := filepath.Join(parent, name)
		if owner, ok := ownerOf(dir); ok && owner != uid {
			continue
		}
		if unix.Access(parent, unix.W_OK|unix.X_OK) == nil {
			return dir
		}
	}
	return filepath.Join(os.TempDir(), name)
}

// ownerOf returns the owner of whatever is at a path, which may be a link; false if nothing is.
func ownerOf(path string) (uid int, ok bool) {
	var info unix.Stat_t
	if unix.Lstat(path, &info) != nil {
		return 0, false
	}
	return int(info.Uid), true
}

// New returns a Store in a folder. With "" it keeps the waits as long as the program runs.
func New(dir string, log *slog.Logger) *Store {
	return &Store{
		dir: dir, boot: statefolder.Boot(), log: log,
		replace: regularfile.Replace, now: steady, mayOpen: serialport.MayOpen,
		entries: map[string]*entry{}, links: map[string][]string{},
	}
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
		s.load(e, name, port)
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
		s.load(e, name, port)
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
		e = &entry{file: statefolder.FileName(name, "coldstart")}
		s.entries[name] = e
	}
	return e
}

// folders returns the own folders in which a wait may be stored, the better one first.
func (s *Store) folders() []string {
	return slices.DeleteFunc([]string{s.dir, s.spare}, func(dir string) bool { return dir == "" })
}

// load reads the files about a port the first time. An own one that cannot be used counts as a
// wait that has just begun: it may have been one.
func (s *Store) load(e *entry, name, port string) {
	if e.known || len(s.folders()) == 0 {
		return
	}
	e.known = true
	var own record
	for _, dir := range s.folders() {
		path := filepath.Join(dir, e.file)
		r, err := read(path, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			r = record{boot: s.boot, waits: true, changed: math.MaxInt64}
			e.warn(s.log, "cannot use the stored wait after a cold start: the wait begins again", path, err, "nothing to do: refclock replaces or removes the file")
		}
		if !e.exists || s.later(r, own) {
			own = r
		}
		e.exists = true
	}
	if e.stored, e.waits = own, own.waits; e.waits {
		e.wait = s.since(own)
	}
	for _, dir := range s.foreign(port) {
		other, err := read(filepath.Join(dir, e.file), name)
		if err != nil || !other.waits { // a user ends no wait of another one
			continue
		}
		e.others = true
		known := e.exists && !s.later(other, own)
		if wait := s.since(other); !known && (!e.waits || wait.Longer(e.wait)) {
			e.wait, e.waits = wait, true
		}
	}
}

// later reports whether a record was written after another one. One of another boot was earlier.
func (s *Store) later(r, than record) bool {
	if than.boot != s.boot || s.boot == "" {
		return true
	}
	return r.boot == s.boot && r.changed > than.changed
}

// foreign returns the folders of others whose files about a port count: that of the service, and
// those of users who may open the port. They could as well mislead the receiver.
func (s *Store) foreign(port string) (dirs []string) {
	if s.service != "" {
		dirs = append(dirs, s.service)
	}
	for _, parent := range s.parents {
		list, _ := os.ReadDir(parent)
		for _, found := range list {
			dir := filepath.Join(parent, found.Name())
			if !found.IsDir() || !strings.HasPrefix(found.Name(), prefix) || slices.Contains(s.folders(), dir) {
				continue
			}
			if uid, ok := ownerOf(dir); ok && s.mayOpen(uid, port) {
				dirs = append(dirs, dir)
			}
		}
	}
	return dirs
}

// since returns the wait of a record on this boot's steady clock.
func (s *Store) since(r record) receiver.Wait {
	if r.boot != s.boot || s.boot == "" || r.Since < 0 || r.Since > s.now() {
		r.Since = 0 // of a steady clock that began again
	}
	return r.Wait
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

// write writes or removes a file, if that is due. The file of a wait that has ended stays as long
// as another user's file has the wait: it says that it was over later.
func (s *Store) write(e *entry, port string) {
	r := record{port: port, boot: s.boot, waits: e.waits, Wait: e.wait, changed: e.stored.changed}
	keep := e.waits || e.others
	recent := !e.tried.IsZero() && time.Since(e.tried) < minInterval
	switch {
	case len(s.folders()) == 0, !keep && !e.exists, keep && e.exists && e.stored == r:
		return
	case recent && (e.failed || e.waits && e.exists && e.stored.waits && e.wait.Since != 0 && e.wait.Far == e.stored.Far):
		return // the file, if any, has the longer wait
	}
	e.tried = time.Now()
	if !keep {
		s.remove(e)
		return
	}
	r.changed = s.now()
	for i, dir := range s.folders() {
		path := filepath.Join(dir, e.file)
		err := s.put(path, r)
		if e.failed = err != nil; !e.failed {
			e.exists, e.stored = true, r
			e.warned = e.warned && i > 0
			return
		}
		if i+1 < len(s.folders()) {
			e.warn(s.log, "cannot store the wait after a cold start in the state folder, but until the machine boots", path, err, hint(err))
		} else {
			e.warn(s.log, "cannot store the wait after a cold start for the next start", path, err, hint(err)+"; until then, do not restart refclock before it publishes")
		}
	}
}

// remove removes the files of a wait that has ended.
func (s *Store) remove(e *entry) {
	left := false
	for _, dir := range s.folders() {
		path := filepath.Join(dir, e.file)
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			left = true
			e.warn(s.log, "cannot remove the wait after a cold start, which has ended: it begins again at the next start", path, err, "remove the file")
		}
	}
	e.exists, e.failed = left, left
	if !left {
		e.stored, e.warned = record{}, false
	}
}

// hint returns what to do about an error of writing.
func hint(err error) string {
	if errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) {
		return "free space on the disk of the folder"
	}
	return "make the folder writable for refclock"
}

// put writes a file. It creates the spare folder, whose files the service may read whatever the
// umask is. The state folder is created by systemd or an administrator.
func (s *Store) put(path string, r record) error {
	spare := filepath.Dir(path) == s.spare
	if spare {
		if err := s.create(); err != nil {
			return err
		}
	}
	err := s.replace(path, r.text())
	if err == nil && spare {
		err = os.Chmod(path, 0o644)
	}
	return err
}

func (s *Store) create() error {
	if err := os.Mkdir(s.spare, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if uid, ok := ownerOf(s.spare); ok && uid != os.Geteuid() {
		return fmt.Errorf("%s belongs to another user", s.spare)
	}
	return os.Chmod(s.spare, 0o755)
}

func (e *entry) warn(log *slog.Logger, what, path string, err error, hint string) {
	if !e.warned {
		log.Warn(what, "file", path, "error", err, "hint", hint)
	}
	e.warned = true
}
