package historystore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/refclock/refclock/internal/history"
	"github.com/refclock/refclock/nmea"
)

// A file is, in this order:
//
//   - magic, which has the version of the format
//   - the boot: its length and its text
//   - when it was written: CLOCK_REALTIME and CLOCK_MONOTONIC, in nanoseconds
//   - for each clock its kind, name, targets and encoded history, each with its length
//   - CRC-32 (IEEE) of everything before, as 4 bytes, little-endian
//
// A number is a varint, a length an unsigned one.
const magic = "refclock history 1\n"

const (
	// maxBytes limits a file: forty clocks with a full day each.
	maxBytes = 8 << 20

	// maxText limits the boot and each part of a key.
	maxText = 64 << 10

	// maxClocks limits the clocks of a file that is read.
	maxClocks = 10_000

	checksumBytes = 4
)

// A Key identifies a clock over restarts and reloads.
type Key struct {
	Kind    string
	Name    string // with the device
	Targets string
}

// A saved file is one that was read, or one to write.
type saved struct {
	boot   string
	at     nmea.Stamp
	clocks map[Key][]byte // encoded histories
}

// begin returns the start of a file.
func begin(boot string, at nmea.Stamp) []byte {
	to := appendText([]byte(magic), boot)
	to = binary.AppendVarint(to, at.Real)
	return binary.AppendVarint(to, at.Mono)
}

func appendText[T string | []byte](to []byte, text T) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// appendClock adds a clock.
func appendClock(to []byte, k Key, encoding []byte) []byte {
	return appendText(appendText(appendText(appendText(to, k.Kind), k.Name), k.Targets), encoding)
}

// end returns the complete file.
func end(to []byte) []byte {
	return binary.LittleEndian.AppendUint32(to, crc32.ChecksumIEEE(to))
}

// Times of a file are within these limits, so that no sum of them overflows.
const maxMono, maxReal = 1 << 60, 3 << 60

// parse parses a file. No error quotes it: it may be the content of another file.
func parse(file []byte) (saved, error) {
	s := saved{clocks: map[Key][]byte{}}
	if len(file) < len(magic)+checksumBytes || string(file[:len(magic)]) != magic {
		return s, fmt.Errorf("expected a file that begins with %q", magic)
	}
	body, sum := file[:len(file)-checksumBytes], file[len(file)-checksumBytes:]
	if crc32.ChecksumIEEE(body) != binary.LittleEndian.Uint32(sum) {
		return s, errors.New("wrong checksum: the file is damaged or cut")
	}
	r := reader{rest: body[len(magic):]}
	s.boot = string(r.text(maxText))
	s.at = nmea.Stamp{Real: r.number(maxReal), Mono: r.number(maxMono)}
	for !r.failed && len(r.rest) > 0 {
		k := Key{string(r.text(maxText)), string(r.text(maxText)), string(r.text(maxText))}
		encoding := r.text(maxBytes)
		if _, twice := s.clocks[k]; twice || len(s.clocks) == maxClocks {
			r.failed = true
		}
		s.clocks[k] = encoding
	}
	if r.failed {
		return s, fmt.Errorf("%w: byte %d", history.ErrEncoding, len(body)-len(r.rest))
	}
	return s, nil
}

type reader struct {
	rest   []byte
	failed bool
}

// text returns the next text, which is part of the file.
func (r *reader) text(most uint64) []byte {
	n, size := binary.Uvarint(r.rest)
	if r.failed || size <= 0 || n > most || n > uint64(len(r.rest)-size) {
		r.failed = true
		return nil
	}
	text := r.rest[size : size+int(n)]
	r.rest = r.rest[size+int(n):]
	return text
}

// number returns the next number, between -most and most.
func (r *reader) number(most int64) int64 {
	n, size := binary.Varint(r.rest)
	if r.failed || size <= 0 || n < -most || n > most {
		r.failed = true
		return 0
	}
	r.rest = r.rest[size:]
	return n
}
