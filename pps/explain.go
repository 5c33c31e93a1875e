//go:build linux

package pps

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// bare takes the path out of an error that will get it back in front.
func bare(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// failed names the operation and the source. What the caller has done himself
// stays as it is, and a device that was removed gets its name.
func failed(op, source string, err error) error {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, syscall.ENODEV), errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.EIO), errors.Is(err, syscall.EIDRM):
		err = fmt.Errorf("%w: %w; open it again once it is back", ErrGone, err)
	}
	return fmt.Errorf("%s %s: %w", op, source, err)
}

// explainDevice adds to an error of a PPS device what to do about it.
func explainDevice(path string, err error) error {
	switch {
	case errors.Is(err, ErrKtimer):
		return fmt.Errorf("%w: `modprobe -r pps-ktimer`, then see which /dev/pps* is left", err)
	case errors.Is(err, ErrNoPPS):
		return fmt.Errorf("%w; %s", err, presentDevices())
	case errors.Is(err, ErrNoCapture):
		return fmt.Errorf("%w, and this process may not switch that on: run it as root or with CAP_SYS_TIME", err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w; run as root, or let a udev rule give it to a group: "+
			`SUBSYSTEM=="pps", GROUP="dialout", MODE="0660"`, err)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENODEV), errors.Is(err, syscall.ENXIO):
		return fmt.Errorf("%w; %s", err, presentDevices())
	}
	return err
}

// explainDiscipline adds to an error of putting the PPS discipline on a port what to
// do about it.
func explainDiscipline(port string, err error) error {
	const load = "load it with: sudo modprobe pps_ldisc; at every boot: echo pps_ldisc | sudo tee /etc/modules-load.d/pps_ldisc.conf"
	switch {
	case errors.Is(err, ErrNoDiscipline) && errors.Is(err, syscall.EPERM):
		return fmt.Errorf("%w: the kernel's module pps_ldisc is not loaded, and this process may not have it loaded; %s", err, load)
	case errors.Is(err, ErrNoDiscipline) && errors.Is(err, syscall.EINVAL):
		return fmt.Errorf("%w: the kernel does not know it; %s; if there is no such module, use dcd:%s, which user space stamps", err, load, port)
	case errors.Is(err, ErrNoDiscipline) && errors.Is(err, syscall.EBUSY):
		return fmt.Errorf("%w: a program does not let go of the port; find it with: sudo fuser -v %s", err, port)
	case errors.Is(err, syscall.EBUSY):
		return fmt.Errorf("%w: another program uses the port or has locked it; find it with: sudo fuser -v %s", err, port)
	}
	return explainModem(port, err)
}

// presentDevices tells which PPS devices the machine has, or how to get one.
func presentDevices() string {
	paths, _ := filepath.Glob("/dev/pps[0-9]*")
	if len(paths) == 0 {
		return "this machine has no PPS device now; on a Raspberry Pi put dtoverlay=pps-gpio,gpiopin=18 in /boot/firmware/config.txt " +
			"and reboot, or take the line without that: gpio:GPIO18"
	}
	slices.Sort(paths)
	for i, p := range paths {
		switch info := sysInfo(sysClass, filepath.Base(p)); {
		case info.path != "":
			paths[i] += " (DCD of " + info.path + ")"
		case info.name != "":
			paths[i] += " (" + info.name + ")"
		}
	}
	return "this machine has " + strings.Join(paths, ", ")
}
