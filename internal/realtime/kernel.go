package realtime

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"github.com/refclock/refclock/pps"
)

// kernel is the real system.
var kernel = system{
	enter:   pps.EnterFIFO,
	lock:    lockMemory,
	unlock:  func() { _ = unix.Munlockall() }, // it does not fail
	latency: func() (io.Closer, string, error) { return holdLatency(latencyDevice) },
}

// install is where the lines of all hints are.
const install = "install realtime.conf, as docs/timing.md explains"

// limitOf returns a limit of this process.
func limitOf(resource int) (limit uint64) {
	var l unix.Rlimit
	_ = unix.Getrlimit(resource, &l) // fails only for a wrong argument
	return l.Cur
}

// explainFIFO returns what to do about an error of SCHED_FIFO. Its limit is from sched(7): an
// unprivileged thread may set priorities up to RLIMIT_RTPRIO.
func explainFIFO() string {
	if limit := limitOf(unix.RLIMIT_RTPRIO); limit < Priority {
		return fmt.Sprintf("the limit RLIMIT_RTPRIO is %d: set LimitRTPRIO=%d in the unit; %s", limit, Priority, install)
	}
	return "set RestrictRealtime=no and SystemCallFilter=sched_setattr in the unit; " + install
}

// lockMemory keeps in RAM what is touched from now on. Without MCL_ONFAULT, the kernel would
// also fill what the Go runtime has only reserved: 150 MB instead of 13.
//
// MCL_FUTURE counts all reserved memory for RLIMIT_MEMLOCK. Above the limit, mmap fails, and
// the Go runtime ends the program ("cannot map pages in arena address space"). So no limit is
// enough but infinity. From uapi/asm-generic/mman.h:
//
//	#define MCL_CURRENT	1		/* lock all current mappings */
//	#define MCL_FUTURE	2		/* lock all future mappings */
//	#define MCL_ONFAULT	4		/* lock all pages that are faulted in */
func lockMemory() (hint string, err error) {
	limit := limitOf(unix.RLIMIT_MEMLOCK)
	if limit != unix.RLIM_INFINITY && !mayLock() {
		return "set LimitMEMLOCK=infinity in the unit; " + install, fmt.Errorf("the limit RLIMIT_MEMLOCK is %d kB: %w", limit/1024, unix.ENOMEM)
	}
	err = unix.Mlockall(unix.MCL_CURRENT | unix.MCL_FUTURE | unix.MCL_ONFAULT)
	switch {
	case errors.Is(err, unix.EINVAL):
		hint = "use Linux 4.4 or later"
	case err != nil:
		hint = "set LimitMEMLOCK=infinity in the unit; " + install
	}
	return hint, os.NewSyscallError("mlockall", err)
}

// mayLock reports whether the limit does not apply to this process.
func mayLock() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets [2]unix.CapUserData
	return unix.Capget(&header, &sets[0]) == nil && sets[0].Effective&(1<<unix.CAP_IPC_LOCK) != 0
}

// latencyDevice limits how deeply processors sleep, while it is open. From
// Documentation/power/pm_qos_interface.rst: "To change the requested target value the process
// needs to write an s32 value to the open device node." The unit is the microsecond.
const latencyDevice = "/dev/cpu_dma_latency"

// holdLatency opens the device, and requests MaxLatency until it is closed.
func holdLatency(path string) (held io.Closer, hint string, err error) {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err == nil {
		if _, err = file.Write(binary.NativeEndian.AppendUint32(nil, MaxLatency)); err == nil {
			return file, "", nil
		}
		file.Close()
	}
	hint = "report this as a bug"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		hint = "use a kernel with CONFIG_CPU_IDLE; without it, processors do not sleep deeply"
	case errors.Is(err, unix.EACCES):
		hint = "the rules of udev that come with refclock give the group refclock this device: install them, or run refclock as root"
	case errors.Is(err, fs.ErrPermission): // the device policy of the unit
		hint = "set DeviceAllow=" + path + " w in the unit; " + install
	}
	return nil, hint, err
}
