package shm

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// MaxUnit is the highest unit: driver 28's unit is the last byte of its address
// 127.127.28.u.
const MaxUnit = 255

// KeyBase is the SysV key of unit 0, "NTP0" in ASCII:
//
//	#define NTPD_BASE 0x4e545030
const KeyBase = 0x4e545030

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
	if err := u.attach(); err != nil {
		return nil, fmt.Errorf("attach: unit %d: %w", unit, err)
	}
	return u, nil
}

// Number is the unit's number, 0 to 255.
func (u *Unit) Number() int { return u.number }

// attach finds or creates the segment, and maps it.
func (u *Unit) attach() error {
	id, err := u.find()
	if err != nil {
		return err
	}
	flags := 0
	if u.options.readOnly {
		flags = unix.SHM_RDONLY
	}
	// The mapping is as long as the segment, which tells the layout.
	mem, err := unix.SysvShmAttach(id, 0, flags)
	if err != nil {
		return u.explain(err)
	}
	layout, err := LayoutOfSize(len(mem))
	if err != nil {
		unix.SysvShmDetach(mem)
		return u.explain(err)
	}
	u.id = id
	u.Segment.mem, u.Segment.layout, u.Segment.gone = mem, layout, nil
	return nil
}

// find gives the id of the unit's segment, creating it if need be.
func (u *Unit) find() (int, error) {
	// Somebody may create or remove the segment between our two looks, but hardly
	// again and again.
	for range 3 {
		id, err := lookUp(u.key)
		if err == nil || !errors.Is(err, unix.ENOENT) {
			return id, err
		}
		if u.options.layout == nil {
			return -1, u.absent()
		}
		id, err = unix.SysvShmGet(int(u.key), u.options.layout.size, unix.IPC_CREAT|unix.IPC_EXCL|int(u.perm()))
		if err == nil {
			return id, nil
		}
		if !errors.Is(err, unix.EEXIST) {
			return -1, u.explain(err)
		}
	}
	return -1, fmt.Errorf("somebody creates and removes it all the time: %w", unix.EAGAIN)
}

// lookUp finds a segment without asking for any right to it, and without regard
// to its size.
func lookUp(key uint32) (int, error) { return unix.SysvShmGet(int(key), 0, 0) }

func (u *Unit) perm() uint32 {
	switch {
	case u.options.hasPerm:
		return u.options.perm
	case u.number < 2 && os.Geteuid() == 0:
		return 0o600
	}
	return 0o666
}

// Close withdraws the last sample, if there was one, and detaches the unit. The
// segment stays for the others. A closed Unit reads as 0 and gives ErrClosed.
func (u *Unit) Close() error {
	if errors.Is(u.gone, ErrClosed) {
		return nil
	}
	var err error
	if u.gone == nil && !u.readOnly {
		err = u.Withdraw()
	}
	u.detach(ErrClosed)
	return err
}

// detach leaves a blank in the segment's place, and why.
func (u *Unit) detach(why error) {
	if u.id >= 0 {
		unix.SysvShmDetach(u.mem)
	}
	u.id = -1
	u.mem, u.gone, u.pending = words(u.layout.size), why, false
}
