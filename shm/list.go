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

// sysvipc lists all segments, for everybody to see. Services that systemd runs
// with ProcSubset=pid do not have it.
const sysvipc = "/proc/sysvipc/shm"

// List tells which units exist on this machine, in the order of their numbers,
// whether or not the caller may use them. Those of other key bases are not seen.
// It reads /proc/sysvipc/shm; where that is hidden it asks the kernel for one
// segment after the other, and fails before Linux 4.17 if there are any.
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

// ListOf tells which units a text lists that was once read from /proc/sysvipc/shm,
// on whatever machine.
func ListOf(table []byte, keyBase uint32) ([]Info, error) {
	all, err := parseSysvipc(table)
	if err != nil {
		return nil, fmt.Errorf("list units: %w", err)
	}
	return unitsOf(all, keyBase), nil
}

// unitsOf leaves out the segments that are no units.
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

// Commands of shmctl that need no right to the segment. From linux/shm.h:
const (
	// #define SHM_INFO 14
	shmInfo = 14

	// #define SHM_STAT_ANY 15
	shmStatAny = 15
)

// statAll asks for the segment at every place of the kernel's table.
func statAll() ([]Info, error) {
	// SHM_INFO returns the last place in use, and writes a struct that is smaller than ours:
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
	return statEach(last, used > 0, func(place int) (Info, error) {
		id, err := unix.SysvShmCtl(place, shmStatAny, &d)
		if err != nil {
			return Info{}, err
		}
		return infoOf(id, &d), nil
	})
}

// statEach makes a list of the places from 0 to last; some tells whether it may not be
// empty.
func statEach(last int, some bool, stat func(place int) (Info, error)) ([]Info, error) {
	var list []Info
	for place := range last + 1 {
		info, err := stat(place)
		switch {
		case err == nil:
			list = append(list, info)
		case errors.Is(err, unix.EINVAL), errors.Is(err, unix.EIDRM):
			// Nothing at this place. A kernel before 4.17 says it of each.
		default:
			return nil, fmt.Errorf("shmctl SHM_STAT_ANY: %w", err)
		}
	}
	if some && len(list) == 0 {
		return nil, fmt.Errorf("shmctl SHM_STAT_ANY: %w for every segment; expected Linux 4.17 or later, or that %s is there", unix.EINVAL, sysvipc)
	}
	return list, nil
}
