package sock

import "errors"

// Test for these errors with errors.Is. If the kernel denies access,
// errors.Is(err, fs.ErrPermission) reports true.
var (
	// ErrAbsent: no consumer has the socket open. Continue to send: the consumer creates
	// the socket when it starts.
	ErrAbsent = errors.New("no time daemon listens")

	// ErrFull: the consumer is too slow, and the kernel does not queue more datagrams
	// for it. The sample is lost. Continue to send.
	ErrFull = errors.New("the time daemon does not read its samples")

	// ErrNoSocket: the file at the path is not a datagram socket, so no consumer created it.
	ErrNoSocket = errors.New("not a datagram socket")

	// ErrRange: a value does not fit its field or has no meaning there. Nothing was sent.
	ErrRange = errors.New("out of range")

	// ErrSize: a datagram does not have 32 or 40 bytes, so it is not a sample.
	ErrSize = errors.New("unknown size")

	// ErrMagic: a datagram has the size of a sample but the wrong magic number.
	ErrMagic = errors.New("not a sample: wrong magic")

	// ErrClosed: the Sender or Receiver was closed.
	ErrClosed = errors.New("closed")
)
