//go:build linux

package pps

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A modemWatch waits in a thread for the changes of one signal of one port.
type modemWatch struct {
	key  modemKey
	fd   uintptr
	done chan struct{} // closed when the thread ends
	err  error         // why it ended; set before done is closed
	port modemPort
	idle int // waits in a row that ended without a change

	mu      sync.Mutex
	members map[*Modem]bool
	last    uint32 // number of the last edge
	thread  int    // ID of the thread, 0 before it starts

	enter func() (leave func()) // of the last member; see WithThread
}

// A modemPort has the calls of the kernel for one signal of a port. Tests replace them.
type modemPort interface {
	change() error          // waits for a change
	count() (uint32, error) // of changes
	level() (bool, error)
}

type modemKey struct {
	path   string
	signal Signal
}

// modemWatches are the running ones. It is locked before the lock of a watch.
var modemWatches = struct {
	sync.Mutex
	running map[modemKey]*modemWatch
}{running: map[modemKey]*modemWatch{}}

// joinWatch adds a member to the watch of a port's signal, and starts the watch if needed.
// It returns the number of the last edge before the member's first.
func joinWatch(m *Modem, port string, signal Signal) (*modemWatch, uint32, error) {
	path, err := filepath.EvalSymlinks(port)
	if err != nil {
		return nil, 0, err
	}
	key := modemKey{path, signal}
	modemWatches.Lock()
	defer modemWatches.Unlock()
	w := modemWatches.running[key]
	if w == nil {
		if w, err = newWatch(key); err != nil {
			return nil, 0, err
		}
		modemWatches.running[key] = w
		go w.run()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.members[m] = true
	w.enter = m.thread
	return w, w.last, nil
}

func newWatch(key modemKey) (*modemWatch, error) {
	fd, err := syscall.Open(key.path, ttyFlags, 0)
	if err != nil {
		return nil, err
	}
	port := openPort{uintptr(fd), key.signal}
	w := &modemWatch{key: key, fd: port.fd, port: port, done: make(chan struct{}), members: map[*Modem]bool{}}
	if _, err = port.level(); err == nil { // else the port has no modem lines, even if it has counts
		w.last, err = port.count()
	}
	if err != nil {
		syscall.Close(fd)
		return nil, err
	}
	mute(w.fd)
	return w, nil
}

// leave removes a member.
func (w *modemWatch) leave(m *Modem) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.members, m)
}

// run waits for changes until no member is left or the port fails.
func (w *modemWatch) run() {
	runtime.LockOSThread() // it blocks nearly all the time; the thread ends with run
	w.mu.Lock()
	w.thread = unix.Gettid()
	w.mu.Unlock()
	var leave func()
	for !w.end() {
		leave = w.change(leave)
		w.err = w.wait()
	}
	if leave != nil {
		leave()
	}
	syscall.Close(int(w.fd))
	close(w.done)
}

// change gives the thread what the last member wants. leave is what undoes the present state,
// nil if there is nothing to undo.
func (w *modemWatch) change(leave func()) func() {
	w.mu.Lock()
	enter := w.enter
	w.mu.Unlock()
	switch {
	case enter != nil && leave == nil:
		return enter()
	case enter == nil && leave != nil:
		leave()
		return nil
	}
	return leave
}

// end reports whether the watch has failed or has no members. It then removes the watch,
// so that no member can join it.
func (w *modemWatch) end() bool {
	modemWatches.Lock()
	defer modemWatches.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil && len(w.members) > 0 {
		return false
	}
	delete(modemWatches.running, w.key)
	return true
}

// restartWaits restarts the waits for changes of a port. The driver enables the interrupt
// when a wait begins, and disables it when the port's PPS line discipline ends, even
// during a wait.
func restartWaits(path string) {
	modemWatches.Lock()
	defer modemWatches.Unlock()
	for key, w := range modemWatches.running {
		if key.path == path {
			w.interrupt()
		}
	}
}

// interrupt sends the thread the signal by which the Go runtime preempts goroutines, so
// that ioctl begins again.
func (w *modemWatch) interrupt() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.thread != 0 { // else the wait has not begun
		unix.Tgkill(unix.Getpid(), w.thread, unix.SIGURG)
	}
}

// fewIdle is how many waits in a row may end without a change. A driver whose waits always end
// at once cannot report changes, and would occupy a processor.
const fewIdle = 100

// wait waits for one change and sends it to all members.
func (w *modemWatch) wait() error {
	before, err := w.port.count()
	if err != nil {
		return err
	}
	if err := w.port.change(); err != nil {
		return err
	}
	now := Now()
	count, level, ok, err := settled(w.port.count, w.port.level)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = count
	seq, rising, changed := woken(before, count, level)
	if w.idle++; changed {
		w.idle = 0
	}
	if w.idle > fewIdle {
		return fmt.Errorf("%w: TIOCMIWAIT returns without one", errNoReports)
	}
	if !ok || !changed {
		return nil
	}
	edge := Edge{Stamp: now, Seq: seq, Rising: rising, Coarse: true}
	if w.key.signal == RI {
		edge.Rising = false // only falling edges of RI are reported and counted
	}
	for m := range w.members {
		select {
		case m.edges <- edge:
		default: // not read in time: missed by its number
		}
	}
	return nil
}

// woken returns the change that ended a wait: the first after the count before the wait.
// If more changes followed, level is that of the last one. A change before the wait has a
// number but no edge: it is missed.
func woken(before, count uint32, level bool) (seq uint32, rising, changed bool) {
	changes := count - before
	return before + 1, level == (changes%2 == 1), changes > 0
}

// settled reads a consistent pair of a line's count of changes and its level. It is not
// ok if the line changes too fast.
func settled(count func() (uint32, error), level func() (bool, error)) (n uint32, high, ok bool, err error) {
	if n, err = count(); err != nil {
		return 0, false, false, err
	}
	for range 4 {
		if high, err = level(); err != nil {
			return 0, false, false, err
		}
		last := n
		if n, err = count(); err != nil {
			return 0, false, false, err
		}
		if n == last {
			return n, high, true, nil
		}
	}
	return n, false, false, nil
}

// An openPort is one signal of an open port.
type openPort struct {
	fd     uintptr
	signal Signal
}

func (p openPort) change() error {
	return noReports(ioctlValue(p.fd, unix.TIOCMIWAIT, signals[p.signal].bit))
}

func (p openPort) count() (uint32, error) {
	var counts icounts
	if err := ioctl(p.fd, unix.TIOCGICOUNT, unsafe.Pointer(&counts)); err != nil {
		return 0, noReports(err)
	}
	return uint32(signals[p.signal].count(counts)), nil
}

func (p openPort) level() (bool, error) { return modemLevel(p.fd, p.signal) }

// noReports wraps errNoReports if the driver cannot wait for changes or count them, else
// it returns err. 515 is the kernel's internal ENOIOCTLCMD, which some drivers leak.
func noReports(err error) error {
	for _, refusal := range []error{syscall.ENOTTY, syscall.EINVAL, syscall.ENOSYS, syscall.EOPNOTSUPP, syscall.Errno(515)} {
		if errors.Is(err, refusal) {
			return fmt.Errorf("%w: %w", errNoReports, err)
		}
	}
	return err
}
