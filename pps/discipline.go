//go:build linux

package pps

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// #define N_TTY		0
// #define N_PPS		18	/* Pulse per Second */
const (
	disciplineTTY = 0
	disciplinePPS = 18
)

// OpenDiscipline has the kernel stamp the edges of DCD of a serial port: it puts
// the PPS line discipline on the port, and opens the PPS device that the kernel
// makes for it. Close closes the device and puts the usual discipline back. Where
// another program, such as ldattach, has put the PPS discipline there already, it is
// used and left as it is.
//
// Others may read the port at the same time: the PPS discipline is the usual one in
// all else. What they have not read yet is lost when it is put there and when it is
// put back, so that one sentence may be damaged each time. A read that blocks then
// fails once with EAGAIN; before Linux 5.0 it makes this fail with EBUSY instead, if
// nothing comes in for 5 s.
//
// The module pps_ldisc must be loaded, or the kernel be willing to do it: that takes
// CAP_SYS_MODULE, or sysctl dev.tty.ldisc_autoload=1. Nothing else is privileged but
// the opening of the device.
//
// Errors wrap ErrNoModem, ErrNoDiscipline, syscall.EBUSY or those of [OpenDevice],
// and say what to do. Linux 2.6.39 or later.
func OpenDiscipline(port string, options ...Option) (*Device, error) {
	name := Address{Kind: KindDiscipline, Path: port}.String()
	a, err := attach(port)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, explainDiscipline(port, bare(err)))
	}
	d, err := openAppearing(a.device, collect(options))
	if err != nil {
		a.detach()
		return nil, fmt.Errorf("open %s: its %s: %w", name, a.device, explainDevice(a.device, err))
	}
	d.source, d.attached = name, a
	return d, nil
}

// An attachment is the PPS line discipline on a port. The port is held open, since
// its last close would take the discipline away.
type attachment struct {
	fd     int
	port   string // without symbolic links
	ours   bool   // we have put it there
	device string // that the kernel has made for it, such as "/dev/pps1"

	once sync.Once
	err  error // of detaching
}

// attach puts the PPS discipline on a port, and finds the device made for it.
func attach(port string) (*attachment, error) {
	real, err := filepath.EvalSymlinks(port)
	if err != nil {
		return nil, err
	}
	fd, err := syscall.Open(real, ttyFlags, 0)
	if err != nil {
		return nil, err
	}
	a := &attachment{fd: fd, port: real}
	if err := a.setUp(); err != nil {
		a.detach()
		return nil, err
	}
	return a, nil
}

func (a *attachment) setUp() error {
	// The kernel puts the discipline on any tty, even on one without modem lines, and
	// there would never be an edge.
	if _, err := modemLevel(uintptr(a.fd), DCD); err != nil {
		return noModem(err)
	}
	mute(uintptr(a.fd))
	switch now, err := discipline(a.fd); {
	case err != nil:
		return err
	case now == disciplinePPS:
	case now != disciplineTTY:
		return fmt.Errorf("%w: the port has line discipline %d", syscall.EBUSY, now)
	default:
		if err := setDiscipline(a.fd, disciplinePPS); err != nil {
			return fmt.Errorf("%w: %w", ErrNoDiscipline, err)
		}
		a.ours = true
	}
	tty, err := ttyName(a.fd)
	if err != nil {
		return err
	}
	a.device, err = deviceOf(sysClass, tty)
	return err
}

// detach puts the usual discipline back if it was we who changed it and nobody has
// since, and closes the port. The device must be closed before: kernels before 6.14
// free what an open file of the device still uses.
func (a *attachment) detach() error {
	a.once.Do(func() {
		if now, err := discipline(a.fd); a.ours && err == nil && now == disciplinePPS {
			a.err = setDiscipline(a.fd, disciplineTTY)
			waitAnew(a.port)
		}
		a.err = errors.Join(a.err, syscall.Close(a.fd))
	})
	return a.err
}

func discipline(fd int) (int32, error) {
	var number int32
	err := ioctl(uintptr(fd), unix.TIOCGETD, unsafe.Pointer(&number))
	return number, err
}

func setDiscipline(fd int, number int32) error {
	return ioctl(uintptr(fd), unix.TIOCSETD, unsafe.Pointer(&number))
}

// mute switches the echo off, which is on in a port that nobody has set up yet: the
// receiver would be sent back all that it says. Where that cannot be done, as with a
// line discipline of another kind, there is nothing to switch off.
func mute(fd uintptr) {
	t, err := unix.IoctlGetTermios(int(fd), unix.TCGETS)
	if err != nil || t.Lflag&unix.ECHO == 0 {
		return
	}
	t.Lflag &^= unix.ECHO
	unix.IoctlSetTermios(int(fd), unix.TCSETS, t)
}

// noModem tells a port without modem lines from one that fails.
func noModem(err error) error {
	if errors.Is(err, syscall.ENOTTY) || errors.Is(err, syscall.EINVAL) {
		return fmt.Errorf("%w: %w", ErrNoModem, err)
	}
	return err
}
