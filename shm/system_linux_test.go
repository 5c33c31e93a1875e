package shm

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// Errors of the kernel that a test cannot cause: each is found by errors.Is, its text explains
// it, and no error is repeated without an end.
func TestAttachErrorsOfKernel(t *testing.T) {
	for name, c := range map[string]struct {
		find, create, attach error
		is                   error
		says                 string
		calls                int // at most
	}{
		"no memory to create":        {find: unix.ENOENT, create: unix.ENOMEM, is: unix.ENOMEM, says: "free memory", calls: 2},
		"shmmax is too small":        {find: unix.ENOENT, create: unix.EINVAL, is: unix.EINVAL, says: "kernel.shmmax", calls: 2},
		"too many segments":          {find: unix.ENOENT, create: unix.ENOSPC, is: unix.ENOSPC, says: "kernel.shmmni", calls: 2},
		"shmall is too small":        {find: unix.ENOENT, create: unix.ENOSPC, is: unix.ENOSPC, says: "kernel.shmall", calls: 2},
		"others create it each time": {find: unix.ENOENT, create: unix.EEXIST, is: unix.EEXIST, says: "each of three attempts", calls: 6},
		"may not create":             {find: unix.ENOENT, create: unix.EACCES, is: fs.ErrPermission, says: "permission denied for ", calls: 2},
		"no System V memory":         {find: unix.ENOSYS, is: unix.ENOSYS, says: "CONFIG_SYSVIPC", calls: 1},
		"may not map":                {attach: unix.EACCES, is: fs.ErrPermission, says: "for ", calls: 2},
		"removed each time":          {attach: unix.EIDRM, is: unix.EIDRM, says: "each of three attempts", calls: 6},
		"another id each time":       {attach: unix.EINVAL, is: unix.EINVAL, says: "each of three attempts", calls: 6},
		"no memory to map":           {attach: unix.ENOMEM, is: unix.ENOMEM, says: "free memory", calls: 2},
		"the machine's open files":   {attach: unix.ENFILE, is: unix.ENFILE, says: "fs.file-max", calls: 2},
	} {
		calls := 0
		s := system{
			get: func(_, _, flags int) (int, error) {
				calls++
				if flags == 0 {
					return 7, c.find
				}
				return 7, c.create
			},
			attach: func(int, uintptr, int) ([]byte, error) { calls++; return nil, c.attach },
		}
		o := defaultOptions()
		o.layout = Layout96 // without a layout, Attach does not create
		u := &Unit{Segment: &Segment{name: "unit 2"}, number: 2, key: testBase + 2, options: o, id: -1, system: s}
		_, err := u.attach()
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) || calls > c.calls {
			t.Errorf("%s: %v, %d calls; want %q and at most %d", name, err, calls, c.says, c.calls)
		}
		if u.mem != nil || u.id != -1 {
			t.Errorf("%s: attached %d", name, u.id)
		}
	}
}
