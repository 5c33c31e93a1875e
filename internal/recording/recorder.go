package recording

import (
	"context"
	"errors"
	"io"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/refclock/refclock/driver/gps"
)

// drainEvery is how often the buffers are emptied.
const drainEvery = time.Second / 2

// Options are those of a Recorder. Exactly one of To and Last is set.
type Options struct {
	Version   string    // of refclock
	Positions bool      // do not blank them
	To        io.Writer // a file

	Last  time.Duration // keep only this much, in memory, for Dump
	Bytes int           // and at most so many bytes of it
}

// A Recorder records a clock. The methods are safe for concurrent use.
type Recorder struct {
	port, pulse *buffer
	order       atomic.Uint64 // the number of the last event
	holder      *buffer       // of the side that holds the clock's lock, which protects it

	mu        sync.Mutex // protects the fields below; no loop of the clock takes it
	options   Options
	header    Header
	taken     uint64 // the number of the last event that was taken from a buffer
	lost      uint64 // events that the file shows as lost
	gap       uint64 // events that were lost before the blanker was last reset for that
	blank     blanker
	packer    packer
	context   Context
	beginning *Context // the context at the beginning of the block
	blocks    []kept   // for Dump
	bytes     int      // of blocks
	dropped   bool     // the first blocks are gone
	err       error    // of the writer; nothing is written after it
	closed    bool
}

// A kept block is one in memory.
type kept struct {
	block   []byte
	first   int64 // monotonic: its first stamp
	context *Context
}

// ErrNone is wrapped by the error of a recording that does not exist.
var ErrNone = errors.New("no recording")

// errClosed is the error of a Recorder that is used after Close.
var errClosed = errors.New("the recording is closed")

// New returns a Recorder, and the configuration of a clock that it records. The clock's
// feeds must have the Observers of the Recorder, and Run must run beside it.
func New(c gps.Config, o Options) (*Recorder, gps.Config, error) {
	r := &Recorder{
		port: newBuffer(portBuffer), pulse: newBuffer(pulseBuffer), options: o,
		header: Header{
			Version: o.Version, Platform: runtime.GOOS + "/" + runtime.GOARCH, Began: time.Now().UTC().Truncate(time.Second),
			Positions: o.Positions, Settings: settingsOf(c),
		},
	}
	r.beginning = r.context.clone()
	if o.To != nil {
		head, err := r.packer.head(r.header)
		if err == nil {
			_, err = o.To.Write(head)
		}
		if err != nil {
			return nil, c, err
		}
	}
	return r, r.tap(c), nil
}

// Run empties the buffers until ctx ends. It returns the error of the writer, after which
// nothing more is recorded.
func (r *Recorder) Run(ctx context.Context) error {
	ticker := time.NewTicker(drainEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			if err := r.Drain(); err != nil {
				return err
			}
		}
	}
}

// Drain empties the buffers.
func (r *Recorder) Drain() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return errClosed
	}
	r.drain()
	return r.err
}

// Lost returns how many events were lost.
func (r *Recorder) Lost() uint64 { return r.port.lost.Load() + r.pulse.lost.Load() }

// drain takes the events in their order. An event that has its number and is not in its
// buffer yet will be taken the next time.
func (r *Recorder) drain() {
	for {
		e, ok := r.port.take(r.taken + 1)
		if !ok {
			e, ok = r.pulse.take(r.taken + 1)
		}
		if !ok {
			break
		}
		r.taken++
		// Reads may be missing before this event: what follows may be the rest of a sentence
		// whose beginning is not known.
		if lost := r.Lost(); lost != r.gap {
			r.blank.reset()
			r.gap = lost
		}
		r.add(&e)
		if r.taken%64 == 0 {
			runtime.Gosched() // on one processor, a read of the receiver may wait to be stamped
		}
	}
	if lost := r.Lost(); lost != r.lost {
		r.add(&Event{Kind: Lost, Numbers: [5]int64{int64(lost - r.lost)}})
		r.lost = lost
	}
}

// add adds an event to the block.
func (r *Recorder) add(e *Event) {
	if e.Kind == Opened || e.Kind == Rate { // as a clock, which begins with a new framer
		r.blank.reset()
	}
	if r.err != nil {
		return
	}
	if !r.options.Positions {
		blankTexts(e)
	}
	r.packer.add(e)
	if !r.options.Positions {
		r.blank.blank(r.packer.data, len(r.packer.data)-len(e.Data))
	}
	r.context.note(e)
	// A sentence is restored once it is whole, and must be in one block. One that never ends
	// is dropped with the block: it stays blanked.
	if r.packer.full(1) && !r.blank.open() || r.packer.full(2) {
		r.finish()
	}
}

// blankTexts blanks the texts that may quote a sentence.
func blankTexts(e *Event) {
	switch e.Kind {
	case Recall, Learnt:
		e.Texts[0] = blankReceiver(e.Texts[0])
	case State:
		e.Texts[1] = BlankDetail(e.Texts[1])
	}
}

// finish ends the block of events.
func (r *Recorder) finish() {
	block := r.packer.block()
	switch {
	case block == nil:
	case r.options.To != nil:
		_, r.err = r.options.To.Write(block)
	default:
		r.keep(block)
	}
	r.packer.reset()
	r.blank.reset()
	r.beginning = r.context.clone()
}

// keep keeps a block in memory, and drops those that are too old or too many.
func (r *Recorder) keep(block []byte) {
	r.blocks = append(r.blocks, kept{append([]byte(nil), block...), r.packer.first, r.beginning})
	r.bytes += len(block)
	newest := r.packer.codec.last.Mono
	// A block may go once the next one is old enough.
	for len(r.blocks) > 1 && (r.bytes > r.options.Bytes || newest-r.blocks[1].first >= int64(r.options.Last)) {
		r.bytes -= len(r.blocks[0].block)
		r.blocks[0], r.dropped = kept{}, true
		r.blocks = r.blocks[1:]
	}
}

// Write writes a closed recording of these events.
func Write(w io.Writer, h Header, list iter.Seq[Event]) error {
	var p packer
	head, err := p.head(h)
	if err != nil {
		return err
	}
	if _, err := w.Write(head); err != nil {
		return err
	}
	for e := range list {
		if p.add(&e); !p.full(1) {
			continue
		}
		if _, err := w.Write(p.block()); err != nil {
			return err
		}
		p.reset()
	}
	if _, err := w.Write(p.block()); err != nil {
		return err
	}
	_, err = w.Write(p.pack(endBlock, nil))
	return err
}

// Close writes the last events and the end mark. The clock must have ended. It does not
// close the writer.
func (r *Recorder) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return errClosed
	}
	r.drain()
	r.finish()
	r.closed = true
	if r.err == nil && r.options.To != nil {
		_, r.err = r.options.To.Write(r.packer.pack(endBlock, nil))
	}
	return r.err
}

// Dump writes a recording of what is in memory.
func (r *Recorder) Dump(w io.Writer) error {
	head, blocks, err := r.snapshot()
	if err != nil {
		return err
	}
	for _, b := range append([][]byte{head}, blocks...) {
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// snapshot returns the blocks in memory, which do not change any more.
func (r *Recorder) snapshot() (head []byte, blocks [][]byte, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed {
		r.drain()
	}
	header := r.header
	if header.Continues = r.dropped; r.dropped {
		header.Context = r.blocks[0].context
	}
	if head, err = r.packer.head(header); err != nil {
		return nil, nil, err
	}
	for _, b := range r.blocks {
		blocks = append(blocks, b.block)
	}
	if b := r.packer.block(); b != nil {
		blocks = append(blocks, append([]byte(nil), b...))
	}
	return head, append(blocks, append([]byte(nil), r.packer.pack(endBlock, nil)...)), nil
}
