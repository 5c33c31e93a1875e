package textclock

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/nmea"
)

// longEnough is more than any step of these tests takes on a busy machine.
const longEnough = 30 * time.Second

func open(t *testing.T, input Input) Stream {
	t.Helper()
	s, err := input.Open(func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// next reads until bytes arrive.
func next(t *testing.T, s Stream) Chunk {
	t.Helper()
	for began := time.Now(); time.Since(began) < longEnough; {
		c, err := s.Read(time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Bytes) > 0 {
			return c
		}
	}
	t.Fatal("no bytes")
	return Chunk{}
}

func TestParseInput(t *testing.T) {
	long := "/" + strings.Repeat("a", 107)
	for text, want := range map[string]Input{
		"-": Stdin{}, "fifo:/run/a": FIFO{"/run/a"}, "socket:/run/b/../a": Socket{"/run/a"}, "fifo:" + long: FIFO{long}, "socket:" + long[:107]: Socket{long[:107]},
	} {
		if got, err := ParseInput(text); err != nil || got != want {
			t.Errorf("%q: %v, %v; want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"": "fifo:PATH", "/run/a": "fifo:PATH", "file:/run/a": "fifo:PATH", "fifo:socket:/run/a": "fifo:PATH", "fifo:run": "absolute path",
		"socket:": "absolute path", "socket:" + long: "at most 107",
	} {
		if got, err := ParseInput(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v; want %q", text, got, err, want)
		}
	}
}

// Programs may come and go; the FIFO stays, also afterwards.
func TestFIFO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clock")
	s := open(t, FIFO{path})
	if info, err := os.Lstat(path); err != nil || info.Mode() != fs.ModeNamedPipe|inputMode {
		t.Errorf("%v, %v; want a FIFO for its owner and group", info.Mode(), err)
	}
	before := nmea.Now()
	if c, err := s.Read(20 * time.Millisecond); err != nil || len(c.Bytes) > 0 || c.Waited || c.At.Sub(before) < 20*time.Millisecond {
		t.Errorf("%+v, %v; want nothing but a stamp of after the wait", c, err)
	}
	for i := range 3 {
		if err := os.WriteFile(path, fmt.Appendf(nil, "%d\n", i), 0); err != nil {
			t.Fatal(err)
		}
		if c := next(t, s); string(c.Bytes) != fmt.Sprintf("%d\n", i) || c.Waited || c.Datagram || c.Sent != 0 {
			t.Errorf("%+v; want line %d, which was there before", c, i)
		}
	}
	waiting := time.AfterFunc(50*time.Millisecond, func() { os.WriteFile(path, []byte("x\n"), 0) })
	defer waiting.Stop()
	if c := next(t, s); string(c.Bytes) != "x\n" {
		t.Errorf("%+v; want x", c)
	}
	if _, err := (FIFO{path}).Open(nil); !errors.Is(err, errInUse) {
		t.Errorf("%v; want that it is in use", err)
	}
	s.Close()
	if _, err := os.Lstat(path); err != nil {
		t.Error(err)
	}
	if c, err := s.Read(time.Second); err == nil {
		t.Errorf("%+v; want an error of a closed file", c)
	}
	open(t, FIFO{path})
}

// The read of a line that arrives meanwhile has waited.
func TestReadHasWaited(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clock")
	s := open(t, FIFO{path})
	for range 100 { // on a busy machine, the line may arrive before the read
		go func() {
			time.Sleep(20 * time.Millisecond)
			os.WriteFile(path, []byte("x\n"), 0)
		}()
		if next(t, s).Waited {
			return
		}
	}
	t.Error("no read has waited")
}

func TestInputRefuses(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Symlink("/dev/null", link)); err != nil {
		t.Fatal(err)
	}
	stream, err := net.Listen("unix", filepath.Join(dir, "stream"))
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	for _, test := range []struct {
		input Input
		want  string
		hint  string
	}{
		{FIFO{file}, "exists and is not a FIFO", "ls -ld"},
		{FIFO{link}, "exists and is not a FIFO", "ls -ld"},
		{FIFO{dir}, "exists and is not a FIFO", "ls -ld"},
		{FIFO{filepath.Join(dir, "none", "clock")}, "no such file", "create the folder"},
		{Socket{file}, "exists and is not a socket", "ls -ld"},
		{Socket{link}, "exists and is not a socket", "ls -ld"},
		{Socket{filepath.Join(dir, "none", "clock")}, "no such file", "create the folder"},
		{Socket{filepath.Join(dir, "stream")}, "another program reads it", "stop the other program"},
		{Command{[]string{"/nonexistent/program"}}, "no such file", "type the command in a shell"},
		{Command{[]string{"nonexistent-program"}}, "not found", "type the command in a shell"},
		{Command{[]string{dir}}, "command", "type the command in a shell"},
		{Command{}, "no program is named", "type the command in a shell"},
	} {
		s, err := test.input.Open(func(string) {})
		if err == nil {
			s.Close()
			t.Errorf("%v: opened", test.input)
			continue
		}
		if state := failed(err); !strings.Contains(state.Detail, test.want) || !strings.Contains(state.Hint, test.hint) {
			t.Errorf("%v: %+v; want %q and %q", test.input, state, test.want, test.hint)
		}
	}
}

// The kernel stamps a datagram when it is sent, and each is a chunk of its own.
func TestSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clock")
	s := open(t, Socket{path})
	if info, err := os.Lstat(path); err != nil || info.Mode() != fs.ModeSocket|inputMode {
		t.Errorf("%v, %v; want a socket for its owner and group", info.Mode(), err)
	}
	sender, err := net.Dial("unixgram", path)
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	before := time.Now().UnixNano()
	for _, text := range []string{"1", "", "2\n", strings.Repeat("3", chunkSize+1)} {
		if _, err := sender.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	after := time.Now().UnixNano()
	for _, want := range []string{"1", "2\n", strings.Repeat("3", chunkSize)} {
		c := next(t, s)
		if string(c.Bytes) != want || !c.Datagram || c.Cut != (len(want) == chunkSize) {
			t.Errorf("%+v; want %q", c, want)
		}
		if c.Sent == 0 && runtime.GOARCH != "amd64" {
			t.Log("no stamp: an emulator does not pass it on")
		} else if c.Sent < before || c.Sent > after {
			t.Errorf("stamp %d; want one between %d and %d", c.Sent, before, after)
		}
	}
	if _, err := (Socket{path}).Open(nil); !errors.Is(err, errInUse) {
		t.Errorf("%v; want that it is in use", err)
	}
	s.Close()
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v; want that the socket was removed", err)
	}
}

// A socket that a killed program has left is replaced.
func TestStaleSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clock")
	left, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	left.Close() // does not remove it
	if _, err := os.Lstat(path); err != nil {
		t.Fatal(err)
	}
	open(t, Socket{path})
}

// A path that is removed or replaced is noticed, since programs do not find the input any more.
func TestPathIsReplaced(t *testing.T) {
	for _, input := range []func(path string) Input{func(p string) Input { return FIFO{p} }, func(p string) Input { return Socket{p} }} {
		path := filepath.Join(t.TempDir(), "clock")
		s := open(t, input(path))
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Read(time.Millisecond); !errors.Is(err, driver.ErrAbsent) {
			t.Errorf("%v: %v; want that it is absent", input(path), err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Read(time.Millisecond); !errors.Is(err, driver.ErrAbsent) {
			t.Errorf("%v: %v; want that it is absent", input(path), err)
		}
		s.Close()
		if _, err := os.Lstat(path); err != nil {
			t.Errorf("%v: Close has removed the file of another program: %v", input(path), err)
		}
	}
}

// A stamp is 16 bytes on every machine.
func TestStampOf(t *testing.T) {
	if got := stampOf(nil); got != 0 {
		t.Errorf("%d without a message", got)
	}
	message := unix.UnixRights(1) // of another kind
	if got := stampOf(message); got != 0 {
		t.Errorf("%d of another message", got)
	}
	if got := stampOf([]byte{1, 2, 3}); got != 0 {
		t.Errorf("%d of a short message", got)
	}
}

// What a read does with each error of the kernel. Signals and a descriptor that is reported as
// readable without bytes end no read.
func TestReadFaults(t *testing.T) {
	for _, c := range []struct {
		name string
		errs []error // of the calls, before the one that returns bytes
		want error
	}{
		{"no fault", nil, nil},
		{"signals", []error{unix.EINTR, unix.EINTR, unix.EINTR}, nil},
		{"input error", []error{unix.EIO}, unix.EIO},
		{"a device that was removed", []error{unix.ENODEV}, unix.ENODEV},
		{"no memory", []error{unix.EINTR, unix.ENOMEM}, unix.ENOMEM},
	} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		s, err := newFileStream(r)
		if err != nil {
			t.Fatal(err)
		}
		calls := 0
		s.get = func(_ int, buf []byte) (int, int64, error) {
			if calls++; calls <= len(c.errs) {
				return -1, 0, c.errs[calls-1]
			}
			return copy(buf, "1\n"), 5, nil
		}
		w.Write([]byte("x"))
		got, err := s.Read(longEnough)
		if !errors.Is(err, c.want) || err == nil && (string(got.Bytes) != "1\n" || got.Sent != 5) {
			t.Errorf("%s: %+v, %v; want %v", c.name, got, err, c.want)
		}
		calls = 0
		s.get = func(int, []byte) (int, int64, error) {
			calls++
			return -1, 0, unix.EAGAIN
		}
		if got, err := s.Read(100 * time.Millisecond); err != nil || len(got.Bytes) > 0 || calls > 10 {
			t.Errorf("readable without bytes: %+v, %v after %d calls", got, err, calls)
		}
		s.Close()
		w.Close()
	}
}
