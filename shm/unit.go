//go:build linux

package shm

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// A Unit is a [Segment] of System V shared memory, where a time daemon finds it.
// It is for one goroutine at a time.
type Unit struct {
	*Segment
	number  int
	key     uint32
	options options
	id      int // of the segment that is attached; -1 while there is none
}

// Attach attaches a unit, 0 to 255. What is there is adopted, whatever its size,
// mode and owner, as long as it is a struct shmTime and may be used. Where nothing
// is there it is created, by the rules that [WithLayout] and [WithPerm] tell, and
// with valid = 0. Whoever creates a unit determines its size and mode for good;
// it is never removed, not even on Close.
//
// Errors: ErrRange for a number that is no unit; ErrAbsent if there is none and
// none may be created: try again each second; ErrSize if what is there is no
// struct shmTime; fs.ErrPermission. Their texts say who created the segment, how,
// and what cures it.
func Attach(unit int, opts ...Option) (*Unit, error) {
	o := defaults()
	for _, set := range opts {
		set(&o)
	}
	if unit < 0 || unit > MaxUnit {
		return nil, fmt.Errorf("attach: unit %d: %w, expected 0..%d", unit, ErrRange, MaxUnit)
	}
	u := &Unit{
		Segment: &Segment{name: fmt.Sprintf("unit %d", unit), readOnly: o.readOnly},
		number:  unit, key: o.keyBase + uint32(unit), options: o, id: -1,
	}
	if u.key == 0 {
		// IPC_PRIVATE: the kernel would create a segment that nobody else can find.
		return nil, fmt.Errorf("attach: unit %d: key 0 %w, expected another key base", unit, ErrRange)
	}
	if _, err := u.attach(); err != nil {
		return nil, fmt.Errorf("attach: unit %d: %w", unit, err)
	}
	return u, nil
}

// Number is the unit's number, 0 to 255.
func (u *Unit) Number() int { return u.number }

// attach finds or creates the segment, and maps it.
func (u *Unit) attach() (created bool, err error) {
	// Somebody may create or remove the segment between our looking, creating and
	// mapping, but hardly again and again.
	for range 3 {
		var id int
		if id, created, err = u.find(); err == nil {
			err = u.mapSegment(id)
		}
		if !passing(err) {
			return created, u.explain(err)
		}
	}
	return false, fmt.Errorf("the segment came and went three times while it was being attached: %w", err)
}

// passing tells the errors of somebody being quicker than we: created after our
// look, or removed before our mapping.
func passing(err error) bool {
	return errors.Is(err, unix.EEXIST) || errors.Is(err, unix.EIDRM) || errors.Is(err, unix.EINVAL)
}

// find gives the id of the unit's segment, creating it if need be.
func (u *Unit) find() (id int, created bool, err error) {
	id, err = lookUp(u.key)
	if !errors.Is(err, unix.ENOENT) {
		return id, false, err
	}
	if !u.options.mayCreate() {
		return -1, false, ErrAbsent
	}
	// The kernel fills it with zeros, so valid is 0.
	id, err = unix.SysvShmGet(int(u.key), u.options.layout.Size(), unix.IPC_CREAT|unix.IPC_EXCL|int(u.perm()))
	return id, err == nil, err
}

// lookUp finds a segment without asking for any right to it, and without regard
// to its size.
func lookUp(key uint32) (int, error) { return unix.SysvShmGet(int(key), 0, 0) }

// perm is the mode of a unit that is created: all of it, since shmget knows no umask.
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
	// The mapping is as long as the segment, which tells the layout.
	mem, err := unix.SysvShmAttach(id, 0, flags)
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
	return nil
}

// Close withdraws the last sample, if there was one, and detaches the unit. The
// segment stays for the others. A closed Unit reads as 0 and gives ErrClosed; to
// close it again does nothing.
func (u *Unit) Close() error {
	if errors.Is(u.gone, ErrClosed) {
		return nil
	}
	if err := u.detach(ErrClosed); err != nil {
		return fmt.Errorf("close: unit %d: %w", u.number, err)
	}
	return nil
}

// detach withdraws the last sample, leaves the segment, and puts a blank in its
// place: a look into memory that is no longer mapped would end the program.
func (u *Unit) detach(why error) error {
	u.gone = why
	if u.id < 0 {
		return nil
	}
	if u.pending {
		u.retract()
	}
	mem := u.mem
	u.id, u.mem = -1, words(u.layout.Size())
	return unix.SysvShmDetach(mem)
}
