//go:build linux

package pps

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// bare removes the path from an error whose caller adds it in front.
func bare(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}

// failed adds the operation and the source to an error, and ErrGone if the device was
// removed. Errors of the context stay unchanged.
func failed(op, source string, err error) error {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, syscall.ENODEV), errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.EIO), errors.Is(err, syscall.EIDRM):
		err = fmt.Errorf("%w: %w; reopen it when it is back", ErrGone, err)
	}
	return fmt.Errorf("%s %s: %w", op, source, err)
}

// explainFiles adds a hint to the error that no file can be opened.
func explainFiles(err error) error {
	switch {
	case errors.Is(err, syscall.EMFILE):
		return fmt.Errorf("%w: this process has reached its limit of open files; raise it with ulimit -n in a shell, or LimitNOFILE= in a service file", err)
	case errors.Is(err, syscall.ENFILE):
		return fmt.Errorf("%w: the machine has reached its limit of open files; raise it with: sudo sysctl fs.file-max=1000000", err)
	}
	return err
}

// explainDevice adds a hint to an error of a PPS device.
func explainDevice(path string, err error) error {
	switch {
	case errors.Is(err, ErrKtimer):
		return fmt.Errorf("%w: sudo modprobe -r pps-ktimer, then use the remaining /dev/pps*", err)
	case errors.Is(err, ErrNoPPS):
		return fmt.Errorf("%w; %s", err, presentDevices())
	case errors.Is(err, ErrNoCapture):
		return fmt.Errorf("%w, and this process is not permitted to enable it: run it as root or with CAP_SYS_TIME", err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w; run as root, or assign it to a group with a udev rule: "+
			`SUBSYSTEM=="pps", GROUP="dialout", MODE="0660"`, err)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENODEV), errors.Is(err, syscall.ENXIO):
		return fmt.Errorf("%w; %s", err, presentDevices())
	}
	return explainFiles(err)
}

// explainDiscipline adds a hint to an error of setting the PPS discipline on a port.
func explainDiscipline(port string, err error) error {
	const load = "load it with: sudo modprobe pps_ldisc; at every boot: echo pps_ldisc | sudo tee /etc/modules-load.d/pps_ldisc.conf"
	switch {
	case errors.Is(err, ErrNoDiscipline) && errors.Is(err, syscall.EPERM):
		return fmt.Errorf("%w: kernel module pps_ldisc is not loaded, and this process is not permitted to load it; %s", err, load)
	case errors.Is(err, ErrNoDiscipline) && errors.Is(err, syscall.EINVAL):
		return fmt.Errorf("%w: the kernel does not have it; %s; if there is no such module, use dcd:%s, with stamps of user space", err, load, port)
	case errors.Is(err, ErrNoDiscipline) && errors.Is(err, syscall.EBUSY):
		return fmt.Errorf("%w: another program uses the port; find it with: sudo fuser -v %s", err, port)
	case errors.Is(err, syscall.EBUSY):
		return fmt.Errorf("%w: another program uses the port or has locked it; find it with: sudo fuser -v %s", err, port)
	}
	return explainModem(port, err)
}

// presentDevices lists the PPS devices of the machine, or explains how to get one.
func presentDevices() string {
	paths, _ := filepath.Glob("/dev/pps[0-9]*")
	if len(paths) == 0 {
		return "this machine has no PPS device; on a Raspberry Pi add dtoverlay=pps-gpio,gpiopin=18 to /boot/firmware/config.txt " +
			"and reboot, or use the line directly: gpio:GPIO18"
	}
	slices.Sort(paths)
	for i, p := range paths {
		switch info := ReadDevice(os.DirFS(SysClass), filepath.Base(p)); {
		case info.TTY != "":
			paths[i] += " (DCD of " + info.TTY + ")"
		case info.Name != "":
			paths[i] += " (" + info.Name + ")"
		}
	}
	return "this machine has " + strings.Join(paths, ", ")
}
