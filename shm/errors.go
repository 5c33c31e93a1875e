package shm

import "errors"

// What a caller decides on, by errors.Is. Where the kernel refuses for lack of
// rights, errors.Is(err, fs.ErrPermission) holds.
var (
	// ErrSize: the memory has neither 80, 88 nor 96 bytes, so it is no struct shmTime.
	ErrSize = errors.New("size of no known layout")

	// ErrRange: a value does not fit its field, or means nothing there. Nothing was written.
	ErrRange = errors.New("out of range")

	// ErrNoClock: Update was given the zero time.Time. Nothing was written.
	ErrNoClock = errors.New("no clock time given")

	// ErrNoSample: there is no sample to return. Peek and Take return only samples
	// that have not been taken; Read also returns the last one that was.
	ErrNoSample = errors.New("no sample")

	// ErrClash: a write, or another reader, came in between. Reading again helps.
	ErrClash = errors.New("sample changed while it was read")

	// ErrBadMode: the segment's mode is neither 0 nor 1; daemons refuse it, too.
	ErrBadMode = errors.New("unknown mode")

	// ErrReadOnly: the unit was attached with WithReadOnly.
	ErrReadOnly = errors.New("attached read-only")

	// ErrAbsent: the unit has no segment at present, and the rules or the options
	// did not let this program make one. Try again each second: the time daemon
	// makes it when it starts.
	ErrAbsent = errors.New("no segment")

	// ErrClosed: the unit was closed.
	ErrClosed = errors.New("unit is closed")
)
