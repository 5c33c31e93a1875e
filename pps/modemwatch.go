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

// A modemWatch is the thread that waits for the changes of one signal of one port.
type modemWatch struct {
	key  modemKey
	fd   uintptr
	done chan struct{} // closed at its end
	err  error         // why it ended; set before done is closed

	mu      sync.Mutex
	members map[*Modem]bool
	last    uint32 // the number of the last edge
	thread  int    // that waits; 0 before it has begun
}

type modemKey struct {
	path   string
	signal Signal
}

// modemWatches are those that run, for all who open the same signal again. It is
// locked before a watch's own lock.
var modemWatches = struct {
	sync.Mutex
	running map[modemKey]*modemWatch
}{running: map[modemKey]*modemWatch{}}

// joinWatch adds a member to the watch of a port's signal, a new one where none
// runs, and tells the number of the last edge that the member does not get.
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
	return w, w.last, nil
}

func newWatch(key modemKey) (*modemWatch, error) {
	fd, err := syscall.Open(key.path, ttyFlags, 0)
	if err != nil {
		return nil, err
	}
	w := &modemWatch{key: key, fd: uintptr(fd), done: make(chan struct{}), members: map[*Modem]bool{}}
	if _, err = w.level(); err == nil { // else it has no modem lines, whatever it counts
		w.last, err = w.count()
	}
	if err != nil {
		syscall.Close(fd)
		return nil, err
	}
	mute(w.fd)
	return w, nil
}

// leave takes a member away.
func (w *modemWatch) leave(m *Modem) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.members, m)
}

// run waits for changes until nobody wants them, or the port fails.
func (w *modemWatch) run() {
	runtime.LockOSThread() // it is blocked nearly all the time; its thread ends with it
	w.mu.Lock()
	w.thread = unix.Gettid()
	w.mu.Unlock()
	for !w.over() {
		w.err = w.wait()
	}
	syscall.Close(int(w.fd))
	close(w.done)
}

// over tells whether the watch has failed or has no members; then none can join it
// any more.
func (w *modemWatch) over() bool {
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

// waitAnew has those who wait for the changes of a port begin anew: the driver switches
// their interrupt on whenever a wait begins, and off when the port's PPS line discipline
// ends, whoever waits.
func waitAnew(path string) {
	modemWatches.Lock()
	defer modemWatches.Unlock()
	for key, w := range modemWatches.running {
		if key.path == path {
			w.interrupt()
		}
	}
}

// interrupt sends the thread a signal that means nothing to it: the Go runtime, which
// preempts goroutines by it, has the kernel begin the ioctl again.
func (w *modemWatch) interrupt() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.thread != 0 { // else its wait has not begun
		unix.Tgkill(unix.Getpid(), w.thread, unix.SIGURG)
	}
}

// wait waits for one change and gives it to all members.
func (w *modemWatch) wait() error {
	before, err := w.count()
	if err != nil {
		return err
	}
	if err := ioctlValue(w.fd, unix.TIOCMIWAIT, signals[w.key.signal].bit); err != nil {
		return silent(err)
	}
	now := Now()
	count, level, ok, err := settled(w.count, w.level)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = count
	seq, rising, changed := woken(before, count, level)
	if !ok || !changed {
		return nil
	}
	edge := Edge{Stamp: now, Seq: seq, Rising: rising, Coarse: true}
	if w.key.signal == RI {
		edge.Rising = false // only these are told and counted
	}
	for m := range w.members {
		select {
		case m.edges <- edge:
		default: // nobody reads; its numbers will tell
		}
	}
	return nil
}

// woken is the change that has ended a wait: the first after what was counted just
// before it. If more have come since, the level is what the last of them left. One
// that came earlier, while nobody waited, has a number and no edge: it is missed.
func woken(before, count uint32, level bool) (seq uint32, rising, changed bool) {
	changes := count - before
	return before + 1, level == (changes%2 == 1), changes > 0
}

// settled reads how often a line has changed, and the level that the last change
// left. It is not ok if the line changes too fast to tell.
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

// count reads how often the signal has changed.
func (w *modemWatch) count() (uint32, error) {
	var counts icounts
	if err := ioctl(w.fd, unix.TIOCGICOUNT, unsafe.Pointer(&counts)); err != nil {
		return 0, silent(err)
	}
	return uint32(signals[w.key.signal].count(counts)), nil
}

// level reads whether the signal is on.
func (w *modemWatch) level() (bool, error) { return modemLevel(w.fd, w.key.signal) }

// silent tells a driver that does not know how to wait for changes or to count them
// from one that fails at it. The kernel's own ENOIOCTLCMD, 515, means the same where
// a driver lets it out.
func silent(err error) error {
	for _, refusal := range []error{syscall.ENOTTY, syscall.EINVAL, syscall.ENOSYS, syscall.EOPNOTSUPP, syscall.Errno(515)} {
		if errors.Is(err, refusal) {
			return fmt.Errorf("%w: %w", errSilent, err)
		}
	}
	return err
}
