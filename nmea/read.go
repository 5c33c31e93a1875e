package nmea

import (
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"time"
)

// ReadOptions are the options of [Read].
type ReadOptions struct {
	Baud      int  // baud rate of the line, 0 for USB and recordings; see NewFramer
	BuildDate Date // the program's, zero for recordings; see NewEpochs

	// Skipped is called with the Decoder's error for each sentence that is skipped.
	// It may be nil.
	Skipped func(error)
}

// Read returns an iterator over the epochs that a receiver sends to r, which is
// usually a serial port already set to raw mode and its baud rate. Each chunk is
// stamped with [Now] as soon as its read returns. A nil options is the zero ReadOptions.
//
// An epoch is complete after 50 ms of silence if it has a date and a fix status, else
// when a sentence names another time. It is complete without a silence if its last sentence
// also was the last of the eight epochs before; see [Epochs.Ended]. Read detects the silence
// in two cases:
//   - r has a method SetReadDeadline(time.Time) error that works, as for a serial port
//     opened by package os or a network connection. Read sets and clears the deadline.
//   - A read of r returns 0 bytes and no error at its timeout, as in many packages for
//     serial ports.
//
// With any other reader that blocks, an epoch arrives only with the next one's first
// sentence, usually a second later.
//
// At io.EOF Read yields the last epoch and ends. At any other error of r it yields the
// last epoch, then the error with an empty Epoch whose Why is NoTime, and ends. Sentences
// that cannot be decoded are skipped. To end a waiting Read, close r. Read starts no
// goroutine.
//
// The epochs of a regular file have no stamps, since the time of arrival is unknown.
// Ignore the stamps of recordings from other readers.
func Read(r io.Reader, options *ReadOptions) iter.Seq2[Epoch, error] {
	if options == nil {
		options = new(ReadOptions)
	}
	return func(yield func(Epoch, error) bool) {
		l := loop{in: r, stream: NewStream(options.Baud, options.BuildDate), skipped: options.Skipped, yield: yield}
		l.recorded = isRegular(r)
		if d, ok := r.(deadliner); ok && d.SetReadDeadline(time.Time{}) == nil {
			l.deadliner = d
			defer d.SetReadDeadline(time.Time{})
		}
		l.run()
	}
}

type deadliner interface{ SetReadDeadline(time.Time) error }

func isRegular(r io.Reader) bool {
	file, ok := r.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode().IsRegular()
}

// A loop is a running Read.
type loop struct {
	in        io.Reader
	deadliner deadliner // nil if in has no deadlines
	recorded  bool      // chunks have no stamps
	stream    *Stream
	skipped   func(error)
	yield     func(Epoch, error) bool

	silent bool // no byte since the last timeout
}

// run reads until in fails or the caller stops.
func (l *loop) run() {
	chunk := make([]byte, 4096) // the size of a tty's buffer
	for {
		limited := l.limit()
		n, err := l.in.Read(chunk)
		var at Stamp
		if !l.recorded {
			at = Now()
		}
		if limited && errors.Is(err, os.ErrDeadlineExceeded) {
			err = nil
		}
		if !l.take(at, chunk[:n]) {
			return
		}
		if err != nil {
			l.end(err)
			return
		}
	}
}

// limit sets the deadline of the next read while silence could complete an epoch, and
// reports whether it did.
func (l *loop) limit() bool {
	if l.deadliner == nil {
		return false
	}
	var deadline time.Time
	if l.stream.Pending() && !l.silent {
		deadline = time.Now().Add(quietFlush)
	}
	return l.deadliner.SetReadDeadline(deadline) == nil && !deadline.IsZero()
}

// take yields the epochs that a chunk completes, or silence if the chunk is empty. It
// reports whether the caller wants more.
func (l *loop) take(at Stamp, chunk []byte) bool {
	l.silent = len(chunk) == 0
	l.stream.Push(at, chunk)
	for {
		h, more := l.stream.Next()
		if !more {
			return true
		}
		if h.Err != nil && l.skipped != nil {
			l.skipped(h.Err)
		}
		if h.Complete && !l.yield(h.Epoch, nil) {
			return false
		}
	}
}

// end yields the last epoch, and the error if it is not io.EOF.
func (l *loop) end(err error) {
	if epoch, ok := l.stream.Flush(); ok && !l.yield(epoch, nil) {
		return
	}
	if !errors.Is(err, io.EOF) {
		l.yield(Epoch{Why: NoTime}, err) // the zero Why would be Valid
	}
}
