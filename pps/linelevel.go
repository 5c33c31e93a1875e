//go:build linux

package pps

import (
	"fmt"
	"unsafe"

	"github.com/warthog618/go-gpiocdev/uapi"
)

//	struct gpio_v2_line_values {
//		__aligned_u64 bits;
//		__aligned_u64 mask;
//	};
const lineValuesSize = 16

var _ [lineValuesSize]byte = [unsafe.Sizeof(uapi.LineValues{})]byte{}

// A lineLevel asks the kernel for the level of a requested line: GPIO_V2_LINE_GET_VALUES_IOCTL.
// The kernel has applied active-low.
type lineLevel struct {
	line   *Line
	values uapi.LineValues
	read   func(fd uintptr) // reads the values; made once, so that a read does not allocate
	err    error
}

// Level returns the level of the line by a system call, which takes about a microsecond.
// It needs no permission besides the open line, and works with each chip and kernel.
func (l *Line) Level() Level {
	v := &lineLevel{line: l}
	v.read = func(fd uintptr) { v.err = uapi.GetLineValuesV2(fd, &v.values) }
	return v
}

func (v *lineLevel) High() (bool, error) {
	v.values = uapi.LineValues{Mask: 1}
	if v.line.handle.raw.Control(v.read) != nil {
		v.err = ErrClosed
	}
	if v.err != nil {
		return false, fmt.Errorf("read the level of %s: %w", v.line.name, v.err)
	}
	return v.values.Bits&1 != 0, nil
}
