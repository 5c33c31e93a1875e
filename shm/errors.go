package shm

import "errors"

// Test for these errors with errors.Is. If the kernel denies access,
// errors.Is(err, fs.ErrPermission) reports true.
var (
	// ErrSize: the memory does not have 80, 88 or 96 bytes, so it is not a struct shmTime.
	ErrSize = errors.New("unknown size")

	// ErrRange: a value does not fit its field or has no meaning there. Nothing was written.
	ErrRange = errors.New("out of range")

	// ErrNoClock: Sample.Clock is the zero time.Time. Nothing was written.
	ErrNoClock = errors.New("no clock time given")

	// ErrNoSample: there is no sample to return. Peek and Take return only samples
	// that have not been taken; Read also returns the last one that was.
	ErrNoSample = errors.New("no sample")

	// ErrClash: another program wrote or took the sample during the call. Try again.
	ErrClash = errors.New("sample changed while it was read")

	// ErrBadMode: the mode of the segment is not 0 or 1. Consumers refuse it too.
	ErrBadMode = errors.New("unknown mode")

	// ErrReadOnly: the unit was attached with WithReadOnly.
	ErrReadOnly = errors.New("attached read-only")

	// ErrAbsent: the unit has no segment, and the options do not let this program
	// create one. Try again each second: the consumer creates it when it starts.
	ErrAbsent = errors.New("no segment")

	// ErrClosed: the unit was closed.
	ErrClosed = errors.New("unit is closed")
)
