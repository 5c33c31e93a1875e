package recording

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/pps"
)

// Magic is the first line of each recording, with the version of the format.
const Magic = "refclock recording 1\n"

// Is reports whether a file begins as a recording, whatever the version of its format.
func Is(in *bufio.Reader) bool {
	const begin = "refclock recording"
	head, _ := in.Peek(len(begin))
	return string(head) == begin
}

// A block is its type, the length of its payload, a checksum over all other bytes of the
// block, and the payload, which is compressed by compress/flate. Numbers are little-endian.
const (
	headerBlock = 'H' // a Header in JSON
	eventBlock  = 'E'
	endBlock    = 'Z' // the recording was closed; its payload is empty

	headLength = 1 + 4 + 4
	maxPayload = 1 << 20
	maxRaw     = 4 << 20 // of a decompressed payload
)

// castagnoli is the polynomial of the checksum: CRC-32C, as in iSCSI.
var castagnoli = sync.OnceValue(func() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) })

const (
	blockBytes = 64 << 10         // a block of events is complete with so many bytes,
	blockTime  = 30 * time.Second // or after this time
)

// pieceBytes is how much is compressed at once. flate.BestSpeed would not help: it collects
// 64 kB and compresses them without a pause, 10 ms on a Raspberry Pi Zero.
const (
	pieceBytes  = 4 << 10
	compression = 2 // the fastest level that compresses as it is written
)

// A Header is the first block: what a replay needs to know besides the events.
type Header struct {
	Version   string    `json:"version"` // of refclock
	Platform  string    `json:"platform"`
	Began     time.Time `json:"began"`
	Positions bool      `json:"positions"` // they were not blanked

	// Continues means that the recording begins in the middle of a run, with this context.
	Continues bool     `json:"continues"`
	Context   *Context `json:"context,omitempty"`

	Settings Settings `json:"settings"`
}

// maxBaud is more than any rate of a serial port.
const maxBaud = 1 << 30

// wrong returns what a recording that another program wrote has wrong, and a clock would not
// expect; empty if there is nothing.
func (h *Header) wrong() string {
	bauds := append([]int{h.Settings.Baud}, h.Settings.Bauds...)
	if h.Context != nil {
		bauds = append(bauds, h.Context.Baud)
	}
	for i, baud := range bauds {
		search := i > 0 && i <= len(h.Settings.Bauds)
		if baud < 0 || baud > maxBaud || search && baud == 0 {
			return fmt.Sprintf("a baud rate of %d", baud)
		}
	}
	if h.Continues && h.Context == nil {
		return "it continues a run and has no context"
	}
	return ""
}

// Settings are those of the recorded clock that decide what is published.
type Settings struct {
	Device     string        `json:"device"`
	Baud       int           `json:"baud"`
	Bauds      []int         `json:"bauds,omitempty"`
	Pivot      string        `json:"pivot"`
	Delay      time.Duration `json:"delay_ns"`
	Calibrated bool          `json:"calibrated"`
	ColdStart  time.Duration `json:"cold_start_ns"`
	Holdover   time.Duration `json:"holdover_ns"`
	Witnesses  []string      `json:"witnesses,omitempty"`
	Leaps      bool          `json:"leaps"`
	Memory     bool          `json:"memory"`
	Waits      bool          `json:"waits"`
	Readers    bool          `json:"readers"`
	Pulse      bool          `json:"pulse"`
	Source     string        `json:"source,omitempty"`
	Polarity   string        `json:"polarity,omitempty"`
}

// settingsOf returns the settings of a clock.
func settingsOf(c gps.Config) Settings {
	s := Settings{
		Device: c.Device, Baud: c.Baud, Bauds: c.Bauds, Pivot: c.Pivot.String(), Delay: c.Delay, Calibrated: c.Calibrated,
		ColdStart: c.ColdStart, Holdover: c.Holdover, Leaps: c.Leaps != nil, Memory: c.Memory != nil, Waits: c.Waits != nil, Readers: c.OtherReaders != nil,
	}
	for _, w := range c.Witnesses {
		s.Witnesses = append(s.Witnesses, w.String())
	}
	if p := c.Pulse; p != nil {
		s.Pulse, s.Source, s.Polarity = true, p.Source, p.Polarity.String()
	}
	return s
}

// Config returns the settings for a clock, without what it opens and asks.
func (s Settings) Config() gps.Config {
	c := gps.Config{
		Device: s.Device, Baud: s.Baud, Bauds: s.Bauds, Delay: s.Delay, Calibrated: s.Calibrated,
		ColdStart: s.ColdStart, Holdover: s.Holdover,
	}
	if day, err := time.Parse(time.DateOnly, s.Pivot); err == nil {
		c.Pivot = nmea.DateOf(day)
	}
	if s.Pulse {
		c.Pulse = &gps.PulseConfig{Source: s.Source}
		for _, p := range []pps.Polarity{pps.Rising, pps.Falling} {
			if p.String() == s.Polarity {
				c.Pulse.Polarity = p
			}
		}
	}
	return c
}

// A Context is what was known at the beginning of a block, for a recording that begins
// there.
type Context struct {
	Port     string         `json:"port,omitempty"`
	Baud     int            `json:"baud"`
	Tuned    bool           `json:"tuned"`              // the port's baud rate can be set
	Receiver string         `json:"receiver,omitempty"` // that has the learnt delay
	Delay    time.Duration  `json:"delay_ns,omitempty"`
	Spread   time.Duration  `json:"spread_ns,omitempty"`
	Leaps    map[int64]Rule `json:"leaps,omitempty"` // answers of the table of leap seconds

	Wait *receiver.Wait `json:"wait,omitempty"` // after a cold start; nil if there is none
}

// A Rule is an answer of the table of leap seconds.
type Rule struct {
	Change int  `json:"change"`
	Known  bool `json:"known"`
}

// note updates the context by an event.
func (c *Context) note(e *Event) {
	switch n := &e.Numbers; e.Kind {
	case Opened:
		if !e.Pulse && n[2] == 0 {
			c.Port, c.Baud, c.Tuned = e.Texts[0], int(n[0]), n[1] != 0
		}
	case Rate:
		c.Baud = int(n[1])
	case Recall:
		if n[0] != 0 {
			c.Receiver, c.Delay, c.Spread = e.Texts[0], time.Duration(n[1]), time.Duration(n[2])
		}
	case Learnt:
		c.Receiver, c.Delay, c.Spread = e.Texts[0], time.Duration(n[0]), time.Duration(n[1])
	case Leap:
		if c.Leaps == nil {
			c.Leaps = map[int64]Rule{}
		}
		c.Leaps[n[0]] = Rule{int(n[1]), n[2] != 0}
	case Waited, Waiting:
		if c.Wait = nil; n[0] != 0 {
			w, _ := e.Wait()
			c.Wait = &w
		}
	}
}

// clone returns a copy that does not change with c.
func (c *Context) clone() *Context {
	copied := *c
	copied.Leaps = make(map[int64]Rule, len(c.Leaps))
	for boundary, rule := range c.Leaps {
		copied.Leaps[boundary] = rule
	}
	return &copied
}

// A packer makes blocks of events.
type packer struct {
	codec      codec
	raw        []byte // the events
	data       []byte // of their reads
	whole      []byte // both
	first      int64  // monotonic: the first stamp; 0 if none
	compressor *flate.Writer
	packed     bytes.Buffer
}

// add appends an event.
func (p *packer) add(e *Event) {
	p.raw, p.data = p.codec.append(p.raw, e), append(p.data, e.Data...)
	if p.first == 0 {
		p.first = p.codec.last.Mono
	}
}

// full reports whether the block has the content or the time of so many complete blocks.
func (p *packer) full(blocks int) bool {
	return len(p.raw)+len(p.data) >= blocks*blockBytes || p.codec.last.Mono-p.first >= int64(blocks)*int64(blockTime)
}

// block returns the block of the events so far, valid until the next call; nil if there are
// none. It does not end the block.
func (p *packer) block() []byte {
	if len(p.raw) == 0 {
		return nil
	}
	p.whole = binary.AppendUvarint(p.whole[:0], uint64(len(p.raw)))
	p.whole = append(append(p.whole, p.raw...), p.data...)
	return p.pack(eventBlock, p.whole)
}

// reset begins the next block.
func (p *packer) reset() { p.codec, p.raw, p.data, p.first = codec{}, p.raw[:0], p.data[:0], 0 }

// pack returns a block with this content, valid until the next call.
func (p *packer) pack(kind byte, content []byte) []byte {
	p.packed.Reset()
	p.packed.Write(make([]byte, headLength))
	if len(content) > 0 {
		if p.compressor == nil {
			p.compressor, _ = flate.NewWriter(nil, compression) // the level is valid
		}
		p.compressor.Reset(&p.packed)
		for piece := range slices.Chunk(content, pieceBytes) {
			p.compressor.Write(piece) // a bytes.Buffer has no errors
			runtime.Gosched()         // on one processor, a read of the receiver may wait to be stamped
		}
		p.compressor.Close()
	}
	b := p.packed.Bytes()
	b[0] = kind
	binary.LittleEndian.PutUint32(b[1:], uint32(len(b)-headLength))
	binary.LittleEndian.PutUint32(b[5:], checksum(b))
	return b
}

// checksum returns the checksum of a whole block.
func checksum(block []byte) uint32 {
	sum := crc32.Update(0, castagnoli(), block[:5])
	return crc32.Update(sum, castagnoli(), block[headLength:])
}

// head returns the magic and the header block.
func (p *packer) head(h Header) ([]byte, error) {
	text, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	return append([]byte(Magic), p.pack(headerBlock, text)...), nil
}

// A CutError means that the file was cut: after this byte, it has neither a complete block
// nor the end mark.
type CutError struct {
	Byte    int64
	Problem string
}

func (e *CutError) Error() string {
	if e.Byte <= int64(len(Magic)) {
		return fmt.Sprintf("byte %d: %s", e.Byte, e.Problem)
	}
	return fmt.Sprintf("byte %d: %s; what precedes it is complete", e.Byte, e.Problem)
}

// A Reader reads a recording. It is not safe for concurrent use.
type Reader struct {
	in     io.Reader
	at     int64 // the byte after the last whole block
	header Header
	codec  codec
	block  []byte // events that are not decoded yet
	data   []byte // of their reads
	err    error
}

// NewReader reads the header.
func NewReader(in io.Reader) (*Reader, error) {
	r := &Reader{in: in}
	magic := make([]byte, len(Magic))
	if _, err := io.ReadFull(in, magic); err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	if string(magic) != Magic {
		return nil, &CutError{0, fmt.Sprintf("found %.40q, expected the line %q; this refclock reads only version 1 of the format", strings.TrimRight(string(magic), "\x00\n"), Magic[:len(Magic)-1])}
	}
	r.at = int64(len(Magic))
	kind, content, err := r.readBlock()
	if err != nil {
		return nil, err
	}
	if kind != headerBlock {
		return nil, &CutError{int64(len(Magic)), "found another block, expected the header"}
	}
	if err := json.Unmarshal(content, &r.header); err != nil {
		return nil, &CutError{int64(len(Magic)), "the header is not valid: " + err.Error()}
	}
	if wrong := r.header.wrong(); wrong != "" {
		return nil, &CutError{int64(len(Magic)), "the header is not valid: " + wrong}
	}
	return r, nil
}

// Header returns the header.
func (r *Reader) Header() Header { return r.header }

// Next returns the next event. At the end of a recording that was closed it returns io.EOF;
// at the end of the whole blocks of any other, a *CutError. After an error it returns the
// same error again.
func (r *Reader) Next() (Event, error) {
	for r.err == nil && len(r.block) == 0 {
		r.err = r.nextBlock()
	}
	if r.err != nil {
		return Event{}, r.err
	}
	e, rest, err := r.codec.next(r.block, &r.data)
	if err != nil { // the checksum was valid: another program wrote this
		r.err = &CutError{r.at, "the block before it is not valid: " + err.Error()}
		return Event{}, r.err
	}
	r.block = rest
	return e, nil
}

// nextBlock reads the next block of events.
func (r *Reader) nextBlock() error {
	kind, content, err := r.readBlock()
	switch {
	case err != nil:
		return err
	case kind == endBlock:
		return io.EOF
	case kind == eventBlock:
		length, n := binary.Uvarint(content)
		if n <= 0 || length > uint64(len(content)-n) {
			return &CutError{r.at, "the block before it is not valid: " + errLong.Error()}
		}
		r.codec, r.block, r.data = codec{}, content[n:n+int(length)], content[n+int(length):]
	}
	return nil // a block of a later version is skipped
}

// readBlock reads a block, and checks it.
func (r *Reader) readBlock() (kind byte, content []byte, err error) {
	block := make([]byte, headLength)
	if n, err := io.ReadFull(r.in, block); err != nil {
		return 0, nil, r.cut(n, err)
	}
	length := binary.LittleEndian.Uint32(block[1:])
	if length > maxPayload {
		return 0, nil, &CutError{r.at, fmt.Sprintf("a block of %d bytes, expected at most %d: the file is damaged", length, maxPayload)}
	}
	var payload bytes.Buffer // grows with what is there, not with what the length promises
	if n, err := io.CopyN(&payload, r.in, int64(length)); err != nil {
		return 0, nil, r.cut(headLength+int(n), err)
	}
	if block = append(block, payload.Bytes()...); binary.LittleEndian.Uint32(block[5:]) != checksum(block) {
		return 0, nil, &CutError{r.at, "a block with a wrong checksum: the file is damaged"}
	}
	if length > 0 {
		content, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(block[headLength:])), maxRaw+1))
		if err != nil || len(content) > maxRaw {
			return 0, nil, &CutError{r.at, "a block that cannot be decompressed: the file is damaged"}
		}
	}
	r.at += int64(len(block))
	return block[0], content, nil
}

// cut returns the error of a file that ends within a block, after n of its bytes.
func (r *Reader) cut(n int, err error) error {
	if err != io.EOF && err != io.ErrUnexpectedEOF {
		return fmt.Errorf("read byte %d: %w", r.at+int64(n), err)
	}
	if n == 0 {
		return &CutError{r.at, "the recording ends without its end mark: it was cut here, or not closed"}
	}
	return &CutError{r.at, fmt.Sprintf("the recording was cut %d bytes into a block", n)}
}
