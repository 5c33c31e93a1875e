//go:build linux

package shm

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// A Unit is a [Segment] in System V shared memory, where consumers find it. A Unit is
// not safe for concurrent use.
type Unit struct {
	*Segment
	number  int
	key     uint32
	options options
	id      int // of the attached segment; -1 if there is none
	system  system
}

// A system has the calls of the kernel that find, create and map a segment. Tests replace
// them.
type system struct {
	get    func(key, size, flags int) (id int, err error)
	attach func(id int, address uintptr, flags int) ([]byte, error)
}

var kernel = system{unix.SysvShmGet, unix.SysvShmAttach}

// Attach attaches the unit with that number, from 0 to 255. It uses an existing
// segment of any layout, mode and owner. If there is none, Attach creates it with all
// fields 0; see [WithLayout] and [WithPerm]. The creator determines size and mode of a
// unit for good. A unit is never removed, not even by Close.
//
// Errors: ErrRange if the number is out of range; ErrAbsent if there is no
// segment and Attach may not create it (try again each second); ErrSize if the
// segment is not a struct shmTime; fs.ErrPermission. The texts of the errors explain
// who created the segment, and what to do.
func Attach(unit int, opts ...Option) (*Unit, error) {
	o := defaultOptions()
	for _, set := range opts {
		set(&o)
	}
	if unit < 0 || unit > MaxUnit {
		return nil, fmt.Errorf("attach: unit %d: %w, expected 0..%d", unit, ErrRange, MaxUnit)
	}
	u := &Unit{
		Segment: &Segment{name: fmt.Sprintf("unit %d", unit), readOnly: o.readOnly},
		number:  unit, key: o.keyBase + uint32(unit), options: o, id: -1, system: kernel,
	}
	if u.key == 0 {
		// IPC_PRIVATE: the kernel would create a segment that no other program can find.
		return nil, fmt.Errorf("attach: unit %d: key 0 %w, expected another key base", unit, ErrRange)
	}
	if _, err := u.attach(); err != nil {
		return nil, fmt.Errorf("attach: unit %d: %w", unit, err)
	}
	return u, nil
}

// Number returns the number of the unit, from 0 to 255.
func (u *Unit) Number() int { return u.number }

// attach finds or creates the segment, and maps it into memory.
func (u *Unit) attach() (created bool, err error) {
	// Another program may create or remove the segment between these steps, but hardly
	// three times.
	for range 3 {
		var id int
		if id, created, err = u.findOrCreate(); err == nil {
			err = u.mapSegment(id)
		}
		if !isTransient(err) {
			return created, u.explain(err)
		}
	}
	return false, fmt.Errorf("another program created or removed the segment during each of three attempts: %w", err)
}

// isTransient reports whether the error means that another program created the
// segment after findOrCreate had found none, or removed it before it was mapped.
func isTransient(err error) bool {
	return !errors.Is(err, errTooLarge) && (errors.Is(err, unix.EEXIST) || errors.Is(err, unix.EIDRM) || errors.Is(err, unix.EINVAL))
}

// errTooLarge means that the machine permits no segment of the size of a unit.
var errTooLarge = errors.New("create: the machine permits no segment of this size")

// findOrCreate returns the id of the unit's segment.
func (u *Unit) findOrCreate() (id int, created bool, err error) {
	id, err = u.system.get(int(u.key), 0, 0) // as lookUp
	if !errors.Is(err, unix.ENOENT) {
		return id, false, err
	}
	if !u.options.mayCreate() {
		return -1, false, ErrAbsent
	}
	// The kernel fills a new segment with zeros, so valid is 0.
	id, err = u.system.get(int(u.key), u.options.layout.Size(), unix.IPC_CREAT|unix.IPC_EXCL|int(u.perm()))
	if errors.Is(err, unix.EINVAL) { // see shmget(2)
		err = fmt.Errorf("%w: %w", errTooLarge, err)
	}
	return id, err == nil, err
}

// lookUp returns the id of a segment of any size. It needs no permission for it. shmget does not
// block, and each sample needs one: the Go runtime need not know of it, and wake its watchdog thread.
func lookUp(key uint32) (int, error) {
	id, _, errno := unix.RawSyscall(unix.SYS_SHMGET, uintptr(key), 0, 0)
	if errno != 0 {
		return -1, errno
	}
	return int(id), nil
}

// perm returns the mode of a unit that is created. shmget ignores the umask.
func (u *Unit) perm() uint32 {
	switch {
	case u.options.hasPerm:
		return u.options.perm
	case u.number < 2 && os.Geteuid() == 0:
		return 0o600
	}
	return 0o666
}

func (u *Unit) mapSegment(id int) error {
	flags := 0
	if u.options.readOnly {
		flags = unix.SHM_RDONLY
	}
	// The mapping has the size of the segment, which determines the layout.
	mem, err := u.system.attach(id, 0, flags)
	if err != nil {
		return err
	}
	layout, err := LayoutOfSize(len(mem))
	if err != nil {
		unix.SysvShmDetach(mem)
		return err
	}
	u.id = id
	u.mem, u.layout, u.gone = mem, layout, nil
	u.begin()
	return nil
}

// Close withdraws the last sample that this Unit published, and detaches the unit.
// The segment stays for other programs. The methods of a closed Unit return ErrClosed.
// Closing it again does nothing.
func (u *Unit) Close() error {
	if errors.Is(u.gone, ErrClosed) {
		return nil
	}
	if err := u.detach(ErrClosed); err != nil {
		return fmt.Errorf("close: unit %d: %w", u.number, err)
	}
	return nil
}

// detach withdraws the last sample and detaches the segment. It replaces the memory
// with zeros, because a load from unmapped memory would crash the program.
func (u *Unit) detach(reason error) error {
	if u.id < 0 {
		u.gone = reason
		return nil
	}
	u.withdraw()
	u.gone = reason
	mem := u.mem
	u.id, u.mem = -1, words(u.layout.Size())
	return unix.SysvShmDetach(mem)
}
