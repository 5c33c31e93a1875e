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
	"testing/synctest"
	"time"

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

// A port is muted before the PPS discipline is set on it.
func TestDisciplineMutes(t *testing.T) {
	_, path := terminal(t)
	fd, err := syscall.Open(path, ttyFlags, 0)
	if err != nil {
		t.Fatal(err)
	}
	fake := &fakeTTY{}
	a := &attachment{tty: fake.control(), fd: fd, port: path}
	defer a.detach()
	if err := a.setUp(); err != nil {
		t.Fatal(err)
	}
	if mode, err := unix.IoctlGetTermios(fd, unix.TCGETS); err != nil || mode.Lflag&unix.ECHO != 0 {
		t.Errorf("%+v, %v; want no echo", mode, err)
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

// A character device other than a tty takes the place of one.
func TestTTYName(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if got, err := ttyName(int(null.Fd())); errors.Is(err, fs.ErrNotExist) {
		t.Skip("no /sys: ", err)
	} else if got != "/dev/null" || err != nil {
		t.Errorf("%q, %v; want /dev/null", got, err)
	}
	if got, err := kernelTTY.device(int(null.Fd())); err == nil {
		t.Errorf("/dev/null has the PPS device %q", got)
	}
	for _, call := range []func(int) (string, error){ttyName, kernelTTY.device} {
		if got, err := call(-1); !errors.Is(err, syscall.EBADF) {
			t.Errorf("no descriptor: %q, %v; want EBADF", got, err)
		}
	}
}

// A new device is opened when it appears, within a second. A device that may not be opened
// yet is waited for, too, but not one that fails otherwise. A regular file takes its place,
// which is not a PPS device.
func TestOpenAppearing(t *testing.T) {
	for name, c := range map[string]struct {
		appears       time.Duration
		want          error
		begins, until time.Duration // when it may end
	}{
		"at once":     {0, ErrNoPPS, 0, 0},
		"soon":        {525 * ms, ErrNoPPS, 525 * ms, 545 * ms},
		"after 1 s":   {999 * ms, ErrNoPPS, 999 * ms, 1019 * ms},
		"after 1.1 s": {1100 * ms, fs.ErrNotExist, 1000 * ms, 1040 * ms},
		"never":       {time.Hour, fs.ErrNotExist, 1000 * ms, 1040 * ms},
	} {
		path := filepath.Join(t.TempDir(), "pps1")
		create := func() {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Error(err)
			}
		}
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			if c.appears == 0 {
				create()
			} else {
				defer time.AfterFunc(c.appears, create).Stop()
			}
			_, err := openAppearing(path, options{})
			if errors.Is(err, syscall.ENOSYS) && c.want == ErrNoPPS { // of an emulator; a kernel has ioctl
				err = ErrNoPPS
			}
			if took := time.Since(began); !errors.Is(err, c.want) || took < c.begins || took > c.until {
				t.Errorf("%s: %v after %v; want %v after %v to %v", name, err, took, c.want, c.begins, c.until)
			}
		})
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
