package sock

import "errors"

// What a caller decides on, by errors.Is. Where the kernel refuses for lack of
// rights, errors.Is(err, fs.ErrPermission) holds.
var (
	// ErrAbsent: no daemon has the socket open. It creates it when it starts; go on
	// sending.
	ErrAbsent = errors.New("no daemon listens")

	// ErrFull: the daemon does not keep up, and the kernel holds no more datagrams
	// for it. The sample is lost; the next may find room.
	ErrFull = errors.New("the daemon does not take its samples")

	// ErrNoSocket: what is at the path is no datagram socket, so no daemon made it.
	ErrNoSocket = errors.New("not a datagram socket")

	// ErrRange: a value does not fit its field, or means nothing there. Nothing was sent.
	ErrRange = errors.New("out of range")

	// ErrSize: a datagram has neither 32 nor 40 bytes, so it is no sample.
	ErrSize = errors.New("size of no known layout")

	// ErrMagic: a datagram has the size of a sample but not its mark.
	ErrMagic = errors.New("no sample: wrong magic")

	// ErrClosed: the Sender or Receiver was closed.
	ErrClosed = errors.New("closed")
)
