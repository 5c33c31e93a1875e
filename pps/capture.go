//go:build linux

package pps

import (
	"encoding/binary"
	"errors"
	"syscall"
	"unsafe"
)

// An ioctlCall is ioctl, or that of a test.
type ioctlCall func(fd uintptr, request uint32, argument unsafe.Pointer) error

// enableCapture enables the capture of both edges, as far as the device and the
// permissions of this process allow. It returns the edges that are captured.
func enableCapture(fd uintptr, call ioctlCall) (uint32, error) {
	var can uint32
	if err := call(fd, getCap, unsafe.Pointer(&can)); err != nil {
		return 0, notPPS(err)
	}
	var params [paramsSize]byte
	if err := call(fd, getParams, unsafe.Pointer(&params)); err != nil {
		return 0, notPPS(err)
	}
	n := binary.NativeEndian
	mode := n.Uint32(params[paramsMode:])
	if want := mode | can&captureBoth; want != mode {
		n.PutUint32(params[paramsVersion:], apiVersion)
		n.PutUint32(params[paramsMode:], want)
		if call(fd, setParams, unsafe.Pointer(&params)) == nil { // else the mode is unchanged
			mode = want
		}
	}
	if mode &= captureBoth; mode == 0 {
		return 0, ErrNoCapture
	}
	return mode, nil
}

// notPPS returns ErrNoPPS if the file does not support the PPS ioctls, else err.
func notPPS(err error) error {
	if errors.Is(err, syscall.ENOTTY) || errors.Is(err, syscall.EINVAL) {
		return ErrNoPPS
	}
	return err
}
