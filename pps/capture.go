//go:build linux

package pps

import (
	"encoding/binary"
	"errors"
	"syscall"
	"unsafe"
)

// capturing switches on the capture of both edges as far as the device can do it
// and this process may, and returns what is captured then.
func capturing(fd uintptr) (uint32, error) {
	var can uint32
	if err := ioctl(fd, getCap, unsafe.Pointer(&can)); err != nil {
		return 0, notPPS(err)
	}
	var params [paramsSize]byte
	if err := ioctl(fd, getParams, unsafe.Pointer(&params)); err != nil {
		return 0, notPPS(err)
	}
	n := binary.NativeEndian
	mode := n.Uint32(params[paramsMode:])
	if want := mode | can&captureBoth; want != mode {
		n.PutUint32(params[paramsVersion:], apiVersion)
		n.PutUint32(params[paramsMode:], want)
		if ioctl(fd, setParams, unsafe.Pointer(&params)) == nil { // or else it stays as it was
			mode = want
		}
	}
	if mode &= captureBoth; mode == 0 {
		return 0, ErrNoCapture
	}
	return mode, nil
}

// notPPS tells a file that does not know the PPS ioctls from one that fails at them.
func notPPS(err error) error {
	if errors.Is(err, syscall.ENOTTY) || errors.Is(err, syscall.EINVAL) {
		return ErrNoPPS
	}
	return err
}
