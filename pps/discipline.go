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

// OpenDiscipline sets the PPS line discipline on a serial port, so that the kernel stamps
// the edges of DCD, and opens the PPS device that the kernel creates. Close closes the
// device and restores the standard discipline. If another program, such as ldattach, has
// already set the PPS discipline, OpenDiscipline uses it and does not change it.
//
// Other programs may read the port at the same time: otherwise the PPS discipline
// behaves like the standard one. Setting and restoring it discards unread bytes, so one
// sentence may be damaged each time. A blocking read then fails once with EAGAIN. Before
// Linux 5.0 such a read makes OpenDiscipline fail with EBUSY if no byte arrives in 5 s.
//
// The module pps_ldisc must be loaded, or the kernel must be permitted to load it:
// CAP_SYS_MODULE, or sysctl dev.tty.ldisc_autoload=1. Apart from that, only opening the
// device needs privileges.
//
// Errors wrap ErrNoModem, ErrNoDiscipline, syscall.EBUSY or those of [OpenDevice], and
// explain what to do. It needs Linux 2.6.39.
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

// An attachment is the PPS line discipline on a port. The port stays open, since its last
// close would remove the discipline.
type attachment struct {
	tty    ttyControl
	fd     int
	port   string // without symbolic links
	ours   bool   // we set the discipline
	device string // that the kernel created for it, such as "/dev/pps1"

	once sync.Once
	err  error // of detaching
}

// A ttyControl has the kernel's functions for a port. Tests replace them.
type ttyControl struct {
	lines         func(fd int) error // whether it has modem lines
	discipline    func(fd int) (int32, error)
	setDiscipline func(fd int, number int32) error
	device        func(fd int) (string, error) // the PPS device of its discipline
}

var kernelTTY = ttyControl{
	lines: func(fd int) error {
		_, err := modemLevel(uintptr(fd), DCD)
		return err
	},
	discipline:    discipline,
	setDiscipline: setDiscipline,
	device: func(fd int) (string, error) {
		tty, err := ttyName(fd)
		if err != nil {
			return "", err
		}
		return deviceOf(SysClass, tty)
	},
}

// attach sets the PPS discipline on a port and finds its device.
func attach(port string) (*attachment, error) {
	real, err := filepath.EvalSymlinks(port)
	if err != nil {
		return nil, err
	}
	fd, err := syscall.Open(real, ttyFlags, 0)
	if err != nil {
		return nil, err
	}
	a := &attachment{tty: kernelTTY, fd: fd, port: real}
	if err := a.setUp(); err != nil {
		a.detach()
		return nil, err
	}
	return a, nil
}

func (a *attachment) setUp() error {
	// The kernel sets the discipline on any tty, even without modem lines, which would
	// never have an edge.
	if err := a.tty.lines(a.fd); err != nil {
		return noModem(err)
	}
	mute(uintptr(a.fd))
	switch now, err := a.tty.discipline(a.fd); {
	case err != nil:
		return err
	case now == disciplinePPS:
	case now != disciplineTTY:
		return fmt.Errorf("%w: the port has line discipline %d", syscall.EBUSY, now)
	default:
		if err := a.tty.setDiscipline(a.fd, disciplinePPS); err != nil {
			return fmt.Errorf("%w: %w", ErrNoDiscipline, err)
		}
		a.ours = true
	}
	var err error
	a.device, err = a.tty.device(a.fd)
	return err
}

// detach restores the standard discipline, if we set the PPS one and it is still set, and
// closes the port. The device must be closed before: kernels before 6.14 free memory that
// an open file of the device still uses.
func (a *attachment) detach() error {
	a.once.Do(func() {
		if now, err := a.tty.discipline(a.fd); a.ours && err == nil && now == disciplinePPS {
			a.err = a.tty.setDiscipline(a.fd, disciplineTTY)
			restartWaits(a.port)
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

// mute turns off the echo: a port that is not configured yet would send the receiver's
// output back to it. If that fails, as with another line discipline, there is no echo.
func mute(fd uintptr) {
	t, err := unix.IoctlGetTermios(int(fd), unix.TCGETS)
	if err != nil || t.Lflag&unix.ECHO == 0 {
		return
	}
	t.Lflag &^= unix.ECHO
	unix.IoctlSetTermios(int(fd), unix.TCSETS, t)
}

// noModem wraps ErrNoModem if the port has no modem lines, else it returns err.
func noModem(err error) error {
	if errors.Is(err, syscall.ENOTTY) || errors.Is(err, syscall.EINVAL) {
		return fmt.Errorf("%w: %w", ErrNoModem, err)
	}
	return err
}
