//go:build linux

package pps

import (
	"errors"
	"unsafe"

	"github.com/warthog618/go-gpiocdev/uapi"
	"golang.org/x/sys/unix"
)

//	struct gpio_v2_line_event {
//		__aligned_u64 timestamp_ns;
//		__u32 id;
//		__u32 offset;
//		__u32 seqno;
//		__u32 line_seqno;
//		__u32 padding[6];	/* to 48 */
//	};
const lineEventSize = 48

var _ [lineEventSize]byte = [unsafe.Sizeof(uapi.LineEvent{})]byte{}

// readEvent reads a line's next event, and reports whether there was one. The kernel
// returns only whole events.
func readEvent(fd uintptr, event *uapi.LineEvent) (bool, error) {
	n, err := unix.Read(int(fd), (*[lineEventSize]byte)(unsafe.Pointer(event))[:])
	switch {
	case errors.Is(err, unix.EAGAIN), errors.Is(err, unix.EINTR):
		return false, nil
	case err == nil && n < lineEventSize: // end of file: the line is gone
		err = unix.ENODEV
	}
	return err == nil, err
}
