package pty_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/internal/pty"
)

func open(t *testing.T) *pty.Pty {
	t.Helper()
	p, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// plug opens the port like a program that reads it.
func plug(t *testing.T, p *pty.Pty) *os.File {
	t.Helper()
	fd, err := unix.Open(p.Name(), unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	port := os.NewFile(uintptr(fd), p.Name())
	t.Cleanup(func() { port.Close() })
	port.SetDeadline(time.Now().Add(3 * time.Second))
	return port
}

func write(t *testing.T, w io.Writer, data []byte) {
	t.Helper()
	if n, err := w.Write(data); n != len(data) || err != nil {
		t.Fatalf("wrote %d of %d bytes: %v", n, len(data), err)
	}
}

func expect(t *testing.T, r io.Reader, want []byte) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(r, got); err != nil {
		t.Fatalf("read %d of %d bytes: %v", n, len(want), err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("read % x, want % x", got, want)
	}
}

// every has each possible byte, including line ends, interrupts and end of file.
func every() []byte {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	return all
}

func TestBytesPassUnchanged(t *testing.T) {
	p := open(t)
	port := plug(t, p)
	write(t, p, every())
	expect(t, port, every())
	write(t, port, every())
	expect(t, p, every())
}

func TestNoEcho(t *testing.T) {
	p := open(t)
	port := plug(t, p)
	write(t, p, []byte("heard?\r\n"))
	expect(t, port, []byte("heard?\r\n"))
	write(t, port, []byte("yes"))
	expect(t, p, []byte("yes")) // an echo would arrive first
}

func TestReaderReopens(t *testing.T) {
	p := open(t)
	for range 3 {
		port := plug(t, p)
		write(t, p, []byte("again"))
		expect(t, port, []byte("again"))
		if err := port.Close(); err != nil {
			t.Fatal(err)
		}
		write(t, p, []byte("unread"))
		if err := p.Flush(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWriteDropsInsteadOfBlocking(t *testing.T) {
	p := open(t)
	const megabyte = 1 << 20
	sentence := bytes.Repeat([]byte("x"), 1024)
	for range megabyte / len(sentence) {
		write(t, p, sentence)
	}
	dropped := p.Dropped()
	if dropped == 0 || dropped == megabyte {
		t.Fatalf("dropped %d bytes of %d, want some", dropped, megabyte)
	}
	port := plug(t, p)
	expect(t, port, bytes.Repeat([]byte("x"), int(megabyte-dropped)))
	write(t, p, []byte("there is room again"))
	expect(t, port, []byte("there is room again"))
}

func TestFlush(t *testing.T) {
	p := open(t)
	write(t, p, bytes.Repeat([]byte("stale"), 20_000))
	if err := p.Flush(); err != nil {
		t.Fatal(err)
	}
	port := plug(t, p)
	write(t, p, []byte("fresh"))
	expect(t, port, []byte("fresh"))
}

func TestCloseUnplugs(t *testing.T) {
	p := open(t)
	port := plug(t, p)
	read := make(chan error)
	go func() {
		_, err := port.Read(make([]byte, 1))
		read <- err
	}()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-read; !errors.Is(err, io.EOF) && !errors.Is(err, unix.EIO) {
		t.Errorf("reader: %v, want EOF or EIO", err)
	}
	if _, err := os.Stat(p.Name()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s after Close: %v, want it removed", p.Name(), err)
	}
}

func TestAfterClose(t *testing.T) {
	p := open(t)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	for name, use := range map[string]func() error{
		"Write": func() error { _, err := p.Write([]byte("x")); return err },
		"Read":  func() error { _, err := p.Read(make([]byte, 1)); return err },
		"Flush": p.Flush,
		"Close": p.Close,
	} {
		if err := use(); !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s after Close: %v, want %v", name, err, os.ErrClosed)
		}
	}
}

func TestCloseEndsRead(t *testing.T) {
	p := open(t)
	read := make(chan error)
	go func() {
		_, err := p.Read(make([]byte, 1))
		read <- err
	}()
	time.Sleep(10 * time.Millisecond) // usually long enough for it to block; the test passes in either order
	p.Close()
	select {
	case err := <-read:
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("read: %v, want %v", err, os.ErrClosed)
		}
	case <-time.After(3 * time.Second):
		t.Error("Read is still blocked after Close")
	}
}

func TestBaud(t *testing.T) {
	p := open(t)
	port := plug(t, p)
	for _, c := range []struct {
		code uint32
		want int
	}{{unix.B9600, 9600}, {unix.B115200, 115200}, {unix.B110, 0}} {
		termios, err := unix.IoctlGetTermios(int(port.Fd()), unix.TCGETS)
		if err != nil {
			t.Fatal(err)
		}
		termios.Cflag = termios.Cflag&^unix.CBAUD | c.code
		if err := unix.IoctlSetTermios(int(port.Fd()), unix.TCSETS, termios); err != nil {
			t.Fatal(err)
		}
		if got, err := p.Baud(); err != nil || got != c.want {
			t.Errorf("%d baud, %v; want %d", got, err, c.want)
		}
	}
}
