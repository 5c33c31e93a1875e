package serialport

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/pty"
)

// openBlocked opens a pseudo-terminal as a port whose reads block their thread.
func openBlocked(t *testing.T) (*pty.Pty, *Port) {
	t.Helper()
	line, port := open(t)
	if port.Blocks() {
		t.Error("reads block their thread by default")
	}
	if err := port.Block(); err != nil || !port.Blocks() {
		t.Fatalf("%v, and reads block their thread: %v", err, port.Blocks())
	}
	return line, port
}

// A read that blocks its thread has the same results as any other.
func TestBlockedReads(t *testing.T) {
	line, port := openBlocked(t)
	if err := port.SetReadTimeout(time.Millisecond); err != nil {
		t.Fatal(err)
	}
	for range 2 { // a timeout must not affect the next read
		if n, err := port.Read(make([]byte, 10)); n != 0 || err != nil {
			t.Fatalf("silence: %d, %v; want 0 and no error", n, err)
		}
	}
	if err := port.SetReadTimeout(0); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(5*time.Millisecond, func() { line.Write([]byte("$GP")) })
	if n, err := port.Read(make([]byte, 10)); n != 3 || err != nil {
		t.Errorf("three bytes: %d, %v", n, err)
	}
	if _, err := line.Write([]byte("RMC")); err != nil {
		t.Fatal(err)
	}
	const gather = 20 * time.Millisecond
	port.Gather(gather) // waits, although there are bytes
	began := time.Now()
	if n, err := port.Read(make([]byte, 10)); n != 3 || err != nil || time.Since(began) < gather {
		t.Errorf("three bytes, gathered: %d, %v after %v", n, err, time.Since(began))
	}
	time.AfterFunc(5*time.Millisecond, func() { line.Close() })
	if n, err := port.Read(make([]byte, 10)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("unplugged: %d, %v; want io.EOF", n, err)
	}
}

// Close ends a read, and later reads fail.
func TestCloseEndsABlockedRead(t *testing.T) {
	_, port := openBlocked(t)
	done := make(chan error)
	go func() {
		_, err := port.Read(make([]byte, 10))
		done <- err
	}()
	time.Sleep(10 * time.Millisecond) // usually it waits by then; it must end in any case
	port.Close()
	if err := <-done; !errors.Is(err, os.ErrClosed) {
		t.Errorf("closed while reading: %v, want os.ErrClosed", err)
	}
	if _, err := port.Read(make([]byte, 10)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("after close: %v, want os.ErrClosed", err)
	}
}

// The kernel wakes the thread of the reader itself: it waits in ppoll, while another one would
// wait in the runtime's poller.
func TestBlockedReadBlocksItsThread(t *testing.T) {
	_, port := openBlocked(t)
	thread, done := make(chan int, 1), make(chan error, 1)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends
		thread <- unix.Gettid()
		_, err := port.Read(make([]byte, 10))
		done <- err
	}()
	path := fmt.Sprintf("/proc/self/task/%d/syscall", <-thread)
	var now string
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Skip("the kernel does not show system calls: ", err)
		}
		if now, _, _ = strings.Cut(string(text), " "); now == strconv.Itoa(unix.SYS_PPOLL) {
			break
		}
	}
	if now != strconv.Itoa(unix.SYS_PPOLL) {
		t.Errorf("the reader's thread is in the system call %s, want ppoll, %d", now, unix.SYS_PPOLL)
	}
	port.Close()
	<-done
}

func TestBlockLeaksNoDescriptors(t *testing.T) {
	line, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	count := func() int {
		files, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip("no /proc: ", err)
		}
		return len(files)
	}
	before := count()
	for range 20 {
		port, err := Open(line.Name(), 9600)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(port.Block(), port.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if after := count(); after > before {
		t.Errorf("%d descriptors before, %d after 20 opens and closes", before, after)
	}
}
