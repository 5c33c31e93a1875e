//go:build linux

package pps

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal opens a pseudo-terminal and returns the path of its other end.
func terminal(t *testing.T) (*os.File, string) {
	t.Helper()
	pty, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Skip("no pseudo-terminals: ", err)
	}
	t.Cleanup(func() { pty.Close() })
	if err := unix.IoctlSetPointerInt(int(pty.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Skip(err)
	}
	number, err := unix.IoctlGetInt(int(pty.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Skip(err)
	}
	if err := syscall.SetNonblock(int(pty.Fd()), true); err != nil { // Fd makes it blocking
		t.Fatal(err)
	}
	return pty, "/dev/pts/" + strconv.Itoa(number)
}

// A port that is not configured must not echo the receiver's sentences.
func TestMute(t *testing.T) {
	pty, path := terminal(t)
	port, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	mute(port.Fd())
	io.WriteString(pty, "$GPRMC\r\n")
	line := make([]byte, 100)
	if n, err := port.Read(line); n == 0 || err != nil {
		t.Fatalf("%d bytes, %v: want what was sent", n, err)
	}
	// The echo would arrive before the line. Without data, read returns EAGAIN.
	if n, err := syscall.Read(int(pty.Fd()), line); n > 0 {
		t.Errorf("%q was echoed, %v", line[:n], err)
	}
}

func TestDeviceOf(t *testing.T) {
	class := t.TempDir()
	for name, path := range map[string]string{"pps0": "", "pps1": "/dev/ttyS10", "pps2": "/dev/ttyS1", "pps10": "/dev/ttyUSB0"} {
		if err := os.Mkdir(filepath.Join(class, name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(class, name, "path"), []byte(path+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for tty, want := range map[string]string{"/dev/ttyS1": "/dev/pps2", "/dev/ttyS10": "/dev/pps1", "/dev/ttyUSB0": "/dev/pps10"} {
		if got, err := deviceOf(class, tty); got != want || err != nil {
			t.Errorf("%s: %s, %v; want %s", tty, got, err, want)
		}
	}
	if got, err := deviceOf(class, "/dev/ttyS0"); !errors.Is(err, ErrNoDiscipline) {
		t.Errorf("another tty's: %q, %v", got, err)
	}
	if _, err := deviceOf(filepath.Join(class, "none"), "/dev/ttyS0"); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "/sys") {
		t.Errorf("no sysfs: %v", err)
	}
}

// A port may be opened by any name; the kernel's name is found by the device numbers.
func TestCharName(t *testing.T) {
	list := t.TempDir()
	if err := os.Symlink("../../devices/platform/serial8250/tty/ttyS0", filepath.Join(list, "4:64")); err != nil {
		t.Fatal(err)
	}
	if got, err := charName(list, 4, 64); got != "/dev/ttyS0" || err != nil {
		t.Errorf("%q, %v; want /dev/ttyS0", got, err)
	}
	if got, err := charName(list, 4, 65); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("unknown: %q, %v", got, err)
	}
}

// The kernel does not report a removed device on its descriptor, and reuses its number.
func TestRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pps1")
	write := func() *os.File {
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() }) // stays open, so that its inode is not reused
		return f
	}
	was, err := write().Stat()
	if err != nil {
		t.Fatal(err)
	}
	if removed(path, was) {
		t.Error("a present device is removed")
	}
	os.Remove(path)
	if !removed(path, was) {
		t.Error("a removed device is present")
	}
	write()
	if !removed(path, was) {
		t.Error("a replaced device is present")
	}
}

func TestDeviceDetectsRemoval(t *testing.T) {
	node, err := os.Stat("/dev/null")
	if err != nil {
		t.Fatal(err)
	}
	d := Device{path: "/dev/pps-that-was-removed", node: node, checked: Stamp{Mono: 5e9}}
	if err := d.gone(Stamp{Mono: 6e9 - 1}); err != nil {
		t.Errorf("too early: %v", err)
	}
	if err := d.gone(Stamp{Mono: 6e9}); !errors.Is(failed("read", "/dev/pps1", err), ErrGone) {
		t.Errorf("after a second of silence: %v, want ErrGone", err)
	}
	d.path = "/dev/null"
	if err := d.gone(Stamp{Mono: 8e9}); err != nil {
		t.Errorf("a present device: %v", err)
	}
}
