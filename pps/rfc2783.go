//go:build linux

package pps

import (
	"encoding/binary"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The kernel's PPS interface, from include/uapi/linux/pps.h. It is that of RFC 2783
// except for the numbers.

//	#define PPS_GETPARAMS	_IOR('p', 0xa1, struct pps_kparams *)
//	#define PPS_SETPARAMS	_IOW('p', 0xa2, struct pps_kparams *)
//	#define PPS_GETCAP	_IOR('p', 0xa3, int *)
//	#define PPS_FETCH	_IOWR('p', 0xa4, struct pps_fdata *)
//
// The numbers contain the size of a pointer, not of the struct, so they differ between 32
// and 64 bits.
const (
	pointer   = uint32(unsafe.Sizeof(uintptr(0)))
	getParams = 0x800070a1 | pointer<<16
	setParams = 0x400070a2 | pointer<<16
	getCap    = 0x800070a3 | pointer<<16
	fetch     = 0xc00070a4 | pointer<<16
)

// #define PPS_API_VERS_1		1
// #define PPS_CAPTUREASSERT	0x01	/* capture assert events */
// #define PPS_CAPTURECLEAR	0x02	/* capture clear events */
const (
	apiVersion    = 1
	captureAssert = 0x01
	captureClear  = 0x02
	captureBoth   = captureAssert | captureClear
)

//	struct pps_kparams {
//		int api_version;
//		int mode;				/* at 4 */
//		struct pps_ktime assert_off_tu;
//		struct pps_ktime clear_off_tu;		/* to 40 */
//	};
const (
	paramsVersion = 0
	paramsMode    = 4
	paramsSize    = 40
)

//	struct pps_ktime {
//		__s64 sec;
//		__s32 nsec;
//		__u32 flags;
//	};
//
//	struct pps_kinfo {
//		__u32 assert_sequence;		/* at 0 */
//		__u32 clear_sequence;		/* at 4 */
//		struct pps_ktime assert_tu;	/* at 8 */
//		struct pps_ktime clear_tu;	/* at 24 */
//		int current_mode;
//	};
//
//	struct pps_fdata {
//		struct pps_kinfo info;
//		struct pps_ktime timeout;	/* at 44 or 48 */
//	};
//
// The timeout is at 48 if __s64 is aligned to 8 bytes, and at 44 on i386. It is also at 44
// for a 32-bit program on a 64-bit ARM kernel, which uses the i386 struct for all
// architectures.
const (
	fdataAssertSeq = 0
	fdataClearSeq  = 4
	fdataAssert    = 8
	fdataClear     = 24
	fdataSize      = 64 // 60 on i386

	ktimeNsec = 8

	timeoutAligned = 48
	timeoutPacked  = 44
)

// An fdata is struct pps_fdata as the kernel reads and writes it.
type fdata [fdataSize]byte

// A capture is the last edge of each kind of a PPS device.
type capture struct {
	assert, clear event
}

// An event is the kernel's record of the last edge of one kind. Its seq is 0 before the
// first edge.
type event struct {
	seq  uint32
	real int64 // CLOCK_REALTIME, nanoseconds since 1970
}

// decode decodes the result of PPS_FETCH.
func (f *fdata) decode() capture {
	n := binary.NativeEndian
	at := func(i int) int64 {
		sec, nsec := int64(n.Uint64(f[i:])), int32(n.Uint32(f[i+ktimeNsec:]))
		return sec*int64(time.Second) + int64(nsec)
	}
	return capture{
		assert: event{n.Uint32(f[fdataAssertSeq:]), at(fdataAssert)},
		clear:  event{n.Uint32(f[fdataClearSeq:]), at(fdataClear)},
	}
}

// setTimeout makes PPS_FETCH wait up to d for an edge. With a zero fdata it does not wait.
func (f *fdata) setTimeout(offset int, d time.Duration) {
	n := binary.NativeEndian
	n.PutUint64(f[offset:], uint64(d/time.Second))
	n.PutUint32(f[offset+ktimeNsec:], uint32(d%time.Second))
}

// timeoutOffset returns the offset of the timeout for the running kernel. machine is from
// uname: aarch64, or armv8l for a program with a 32-bit personality.
func timeoutOffset(goarch, machine string) int {
	switch {
	case goarch == "386",
		goarch == "arm" && (strings.HasPrefix(machine, "aarch64") || strings.HasPrefix(machine, "armv8")):
		return timeoutPacked
	}
	return timeoutAligned
}

func machine() string {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return ""
	}
	return unix.ByteSliceToString(u.Machine[:])
}
