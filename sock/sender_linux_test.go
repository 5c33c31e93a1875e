package sock

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

var someSample = Sample{Clock: time.Unix(1795386301, 999_999_223).UTC(), Receive: time.Unix(1795386302, 0).UTC()}

// shortDir returns a directory whose name is short enough for a socket in it.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "sock")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func newSender(t *testing.T, path string, options ...Option) *Sender {
	t.Helper()
	s, err := NewSender(path, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func newReceiver(t *testing.T, path string) *Receiver {
	t.Helper()
	r, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// wantSample expects the sample, and no other one after it.
func wantSample(t *testing.T, r *Receiver, want Sample) {
	t.Helper()
	if got, err := r.Receive(t.Context()); err != nil || got != want {
		t.Errorf("%+v, %v, expected %+v", got, err, want)
	}
	wantNoDatagram(t, r)
}

// wantNoDatagram expects that no datagram was sent. The kernel delivers them at once.
func wantNoDatagram(t *testing.T, r *Receiver) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if got, err := r.Receive(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%+v, %v, expected no datagram", got, err)
	}
}

// One Sender continues while the consumer starts, exits, starts again, and is killed,
// which leaves its socket behind.
func TestConsumerRestarts(t *testing.T) {
	each(t, func(t *testing.T, l Layout) {
		path := filepath.Join(shortDir(t), "s")
		s := newSender(t, path, WithLayout(l))
		send := func(want error) {
			t.Helper()
			if err := s.Send(someSample); !errors.Is(err, want) {
				t.Errorf("%v, expected %v", err, want)
			}
		}
		send(ErrAbsent)
		for range 3 {
			r := newReceiver(t, path)
			send(nil)
			wantSample(t, r, someSample)
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			send(ErrAbsent)
		}

		killed := newReceiver(t, path)
		if err := killed.conn.Close(); err != nil { // the file stays
			t.Fatal(err)
		}
		killed.conn = nil
		send(ErrAbsent)
		r := newReceiver(t, path)
		send(nil)
		wantSample(t, r, someSample)
	})
}

func TestSendNeverWaits(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	s, r := newSender(t, path), newReceiver(t, path)
	sent := 0
	for ; sent < 10_000; sent++ { // net.unix.max_dgram_qlen, usually 10 or 512
		if err := s.Send(someSample); err != nil {
			if !errors.Is(err, ErrFull) || errors.Is(err, ErrAbsent) {
				t.Fatalf("%v, expected ErrFull", err)
			}
			break
		}
	}
	if sent == 10_000 || sent == 0 {
		t.Fatalf("%d samples found room", sent)
	}
	for range sent {
		if _, err := r.Receive(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Send(someSample); err != nil {
		t.Errorf("with room again: %v", err)
	}
	wantSample(t, r, someSample)
}

func TestSendToOtherFile(t *testing.T) {
	dir := shortDir(t)
	file, stream := filepath.Join(dir, "file"), filepath.Join(dir, "stream")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := errors.Join(unix.Bind(fd, &unix.SockaddrUnix{Name: stream}), unix.Listen(fd, 1)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, stream} {
		if err := newSender(t, path).Send(someSample); !errors.Is(err, ErrNoSocket) || errors.Is(err, ErrAbsent) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, expected ErrNoSocket", path, err)
		}
	}
	if _, err := Listen(file); !errors.Is(err, ErrNoSocket) {
		t.Errorf("listen at a file: %v", err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Errorf("Listen removed the file: %v", err)
	}
}

func TestSendWithoutPermission(t *testing.T) {
	closed := func(dirMode, mode os.FileMode) (*Sender, *Receiver) {
		t.Helper()
		dir := shortDir(t)
		path := filepath.Join(dir, "s")
		s, r := newSender(t, path), newReceiver(t, path)
		if err := errors.Join(os.Chmod(path, mode), os.Chmod(dir, dirMode)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(dir, 0o755) })
		return s, r
	}
	toSocket, r := closed(0o755, 0o555) // like chronyd's for other users
	toDir, _ := closed(0o600, 0o777)    // like /run/chrony
	if os.Geteuid() == 0 {
		// Root may write to any file. For this thread, which ends with the test, the file system user is nobody.
		runtime.LockOSThread()
		if err := unix.Setfsuid(65534); err != nil {
			t.Fatal(err)
		}
		defer unix.Setfsuid(0)
	}
	for why, s := range map[string]*Sender{"mode 0555": toSocket, "may not search its directory": toDir} {
		if err := s.Send(someSample); !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), why) {
			t.Errorf("%v, expected ErrPermission and %q", err, why)
		}
	}
	wantNoDatagram(t, r)
}

// Neither success nor an error that may last allocates.
func TestSendDoesNotAllocate(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	s := newSender(t, path)
	count := func(what string, want error) {
		t.Helper()
		if err := s.Send(someSample); !errors.Is(err, want) {
			t.Fatalf("%s: %v", what, err)
		}
		if n := testing.AllocsPerRun(100, func() {
			if err := s.Send(someSample); err != s.err {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", what, n)
		}
	}
	count("absent", ErrAbsent)
	r := newReceiver(t, path)
	sent := 0
	for s.Send(someSample) == nil {
		sent++
	}
	count("full", ErrFull)
	for range sent {
		if _, err := r.Receive(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	// Each datagram is read at once, into a buffer of the test.
	var buffer [64]byte
	if n := testing.AllocsPerRun(100, func() {
		if err := s.Send(someSample); err != nil {
			t.Fatal(err)
		}
		if _, err := r.conn.Read(buffer[:]); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("sent: %v allocations", n)
	}
}

func TestPaths(t *testing.T) {
	for _, path := range []string{"", strings.Repeat("a", 108)} {
		if _, err := NewSender(path); !errors.Is(err, ErrRange) {
			t.Errorf("send to %d bytes: %v", len(path), err)
		}
		if _, err := Listen(path); !errors.Is(err, ErrRange) {
			t.Errorf("listen at %d bytes: %v", len(path), err)
		}
	}
	if _, err := NewSender("s", WithLayout(0)); !errors.Is(err, ErrRange) {
		t.Errorf("unknown layout: %v", err)
	}
	longest := filepath.Join(shortDir(t), strings.Repeat("a", 107))[:107]
	s, r := newSender(t, longest), newReceiver(t, longest)
	if err := s.Send(someSample); err != nil {
		t.Error(err)
	}
	wantSample(t, r, someSample)
	if s.Path() != longest || s.Layout() != DefaultLayout() {
		t.Errorf("%q, %v", s.Path(), s.Layout())
	}
}

func TestSendOutOfRange(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	s, r := newSender(t, path), newReceiver(t, path)
	if err := s.Send(Sample{}); !errors.Is(err, ErrRange) {
		t.Errorf("%v, expected ErrRange", err)
	}
	wantNoDatagram(t, r)
}

func TestReceiveInvalid(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	s, r := newSender(t, path), newReceiver(t, path)
	for datagram, want := range map[string]error{"": ErrSize, "hello": ErrSize, strings.Repeat("x", 64): ErrSize, strings.Repeat("x", 40): ErrMagic} {
		if err := unix.Sendto(s.fd, []byte(datagram), 0, &s.to); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Receive(t.Context()); !errors.Is(err, want) {
			t.Errorf("%q: %v, expected %v", datagram, err, want)
		}
	}
}

func TestReceiveWaits(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	s, r := newSender(t, path), newReceiver(t, path)
	sent := make(chan error, 1)
	go func() { sent <- s.Send(someSample) }()
	if got, err := r.Receive(t.Context()); err != nil || got != someSample {
		t.Errorf("%+v, %v", got, err)
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
}

func TestReceiveContext(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	s, r := newSender(t, path), newReceiver(t, path)
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	start := time.Now()
	if _, err := r.Receive(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, expected context.Canceled", err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("ended after %v", took)
	}

	// A done context returns at once, and leaves the datagram to the next call.
	if err := s.Send(someSample); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Receive(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, expected context.Canceled", err)
	}
	wantSample(t, r, someSample)
	for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

func TestClosed(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	s, r := newSender(t, path), newReceiver(t, path)
	for range 2 {
		if err := errors.Join(s.Close(), r.Close()); err != nil {
			t.Error(err)
		}
	}
	if err := s.Send(someSample); !errors.Is(err, ErrClosed) {
		t.Errorf("send: %v", err)
	}
	if _, err := r.Receive(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("receive: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Close did not remove the socket: %v", err)
	}
}

func BenchmarkSend(b *testing.B) {
	b.ReportAllocs()
	path := filepath.Join(b.TempDir(), "s")
	s, err := NewSender(path)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	r, err := Listen(path)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	buffer := bytes.Repeat([]byte{0}, 64)
	for b.Loop() {
		if err := s.Send(someSample); err != nil {
			b.Fatal(err)
		}
		if _, err := r.conn.Read(buffer); err != nil {
			b.Fatal(err)
		}
	}
}
