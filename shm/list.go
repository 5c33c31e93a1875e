//go:build linux

package shm

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// sysvipc lists all segments and is readable by all users. It is hidden from services
// that systemd runs with ProcSubset=pid.
const sysvipc = "/proc/sysvipc/shm"

// List returns the units of this machine whose keys begin at keyBase, usually
// [KeyBase], ordered by number. It includes units that the caller may not attach.
//
// List reads /proc/sysvipc/shm. If that file is hidden, List asks the kernel for each
// segment; before Linux 4.17 that fails if there are any.
func List(keyBase uint32) ([]Info, error) {
	all, err := readSysvipc()
	if err != nil {
		var statErr error
		if all, statErr = statAll(); statErr != nil {
			return nil, fmt.Errorf("list units: %w", errors.Join(err, statErr))
		}
	}
	return unitsOf(all, keyBase), nil
}

// ListOf returns the units in table, which is the content of /proc/sysvipc/shm of
// this or another machine.
func ListOf(table []byte, keyBase uint32) ([]Info, error) {
	all, err := parseSysvipc(table)
	if err != nil {
		return nil, fmt.Errorf("list units: %w", err)
	}
	return unitsOf(all, keyBase), nil
}

// unitsOf returns the segments that are units.
func unitsOf(all []Info, keyBase uint32) (list []Info) {
	for _, info := range all {
		if n := info.Key - keyBase; n <= MaxUnit && !info.Removed {
			info.Unit = int(n)
			list = append(list, info)
		}
	}
	slices.SortStableFunc(list, func(a, b Info) int { return cmp.Compare(a.Unit, b.Unit) })
	return list
}

func readSysvipc() ([]Info, error) {
	text, err := os.ReadFile(sysvipc)
	if err != nil {
		return nil, err
	}
	return parseSysvipc(text)
}

// Commands of shmctl that need no permission for the segment. From linux/shm.h:
const (
	// #define SHM_INFO 14
	shmInfo = 14

	// #define SHM_STAT_ANY 15
	shmStatAny = 15
)

// statAll asks the kernel for the segment at every index of its table.
func statAll() ([]Info, error) {
	// SHM_INFO returns the highest index in use, and writes a struct that is smaller than d:
	//
	//	struct shm_info {
	//		int used_ids;
	//		...
	//	};
	var d unix.SysvShmDesc
	last, err := unix.SysvShmCtl(0, shmInfo, &d)
	if err != nil {
		return nil, fmt.Errorf("shmctl SHM_INFO: %w", err)
	}
	used := *(*int32)(unsafe.Pointer(&d))
	return statEach(last, used > 0, func(index int) (Info, error) {
		id, err := unix.SysvShmCtl(index, shmStatAny, &d)
		if err != nil {
			return Info{}, err
		}
		return infoOf(id, &d), nil
	})
}

// statEach returns the segments at the indexes 0 to last. An empty list is an error if
// there are segments.
func statEach(last int, haveSegments bool, stat func(index int) (Info, error)) ([]Info, error) {
	var list []Info
	for index := range last + 1 {
		info, err := stat(index)
		switch {
		case err == nil:
			list = append(list, info)
		case errors.Is(err, unix.EINVAL), errors.Is(err, unix.EIDRM):
			// No segment at this index. Kernels before 4.17 return this for every index.
		default:
			return nil, fmt.Errorf("shmctl SHM_STAT_ANY: %w", err)
		}
	}
	if haveSegments && len(list) == 0 {
		return nil, fmt.Errorf("shmctl SHM_STAT_ANY: %w for every segment; expected Linux 4.17 or later, or a readable %s", unix.EINVAL, sysvipc)
	}
	return list, nil
}
