package ubx

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// first returns the messages that a stream must give: in the order of their ends, each frame
// that does not begin before the end of the last one; of two that end together, the one that
// begins first.
func first(stream []byte) (frames [][]byte) {
	var starts []int
	for i := range stream {
		if i > 0 && stream[i-1] == sync1 && stream[i] == sync2 {
			starts = append(starts, i-1)
		}
		for _, start := range starts {
			frame := stream[start : i+1]
			if len(frame) < framePayload+frameSum {
				continue
			}
			size := int(frame[frameLength]) | int(frame[frameLength+1])<<8
			if size <= MaxPayload && len(frame) == size+framePayload+frameSum && bytes.Equal(checksum(frame[frameClass:len(frame)-frameSum]), frame[len(frame)-frameSum:]) {
				frames = append(frames, frame)
				starts = nil
				break
			}
		}
	}
	return frames
}

// Whatever the bytes and the chunks, a Framer returns exactly the right messages, and no
// decoder panics.
func FuzzFramer(f *testing.F) {
	seeds := [][]byte{
		[]byte(rmc),
		slices.Concat([]byte(rmc), PVT{Calendar: someDay, ValidDate: true, FixOK: true}.Append(nil), []byte(rmc), TimeLS{Source: LeapGPS, Current: 18}.Append(nil)),
		slices.Concat(Status{}.Append(nil), TimeUTC{}.Append(nil), TimeGPS{}.Append(nil), Pulse{}.Append(nil), Security{}.Append(nil, 1), Security{}.Append(nil, 2)),
		slices.Concat(AppendHW(nil, Radio{}), AppendRF(nil, Radio{}, Radio{}), Append(nil, NavSat, []byte{0, 0, 0, 0, 1, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})),
		slices.Concat([]byte{sync1, sync2, 1, 7, 92, 0}, TimeLS{}.Append(nil)[:20], TimeLS{}.Append(nil)),
		Append(nil, eoe, Append(nil, NavStatus, make([]byte, 16))),
	}
	logs, _ := filepath.Glob(filepath.Join(captureFolder(), "*.log"))
	for _, log := range logs {
		if stream, err := os.ReadFile(log); err == nil {
			seeds = append(seeds, stream[:min(len(stream), 800)])
		}
	}
	for _, seed := range seeds {
		f.Add(seed, uint16(7))
	}
	f.Fuzz(func(t *testing.T, stream []byte, size uint16) {
		got, stats := framed(stream)
		if size > 0 {
			if chunked, s := framed(cut(stream, int(size))...); !slices.Equal(got, chunked) || s != stats {
				t.Errorf("in chunks of %d: %q, %+v\nin one: %q, %+v", size, chunked, s, got, stats)
			}
		}
		if stats.Bytes != uint64(len(stream)) || stats.Messages != uint64(len(got)) {
			t.Errorf("%+v of %d bytes with %d messages", stats, len(stream), len(got))
		}
		var fr Framer
		fr.Push(stream)
		end := uint64(0)
		for {
			m, ok := fr.Next()
			if !ok {
				break
			}
			if m.Start < end || !bytes.Equal(m.Raw, stream[m.Start:m.Start+uint64(len(m.Raw))]) {
				t.Errorf("%v at %d is not in the stream, or overlaps the one before, which ends at %d", m.Kind(), m.Start, end)
			}
			end = m.Start + uint64(len(m.Raw))
			decodeAll(m)
		}
		if bytes.Count(stream, []byte{sync1, sync2}) <= maxCandidates { // all are followed
			if want := first(stream); len(want) != len(got) {
				t.Errorf("%d messages, want %d", len(got), len(want))
			}
		}
	})
}

// A message with any payload is found between sentences and decoded without a panic.
func FuzzMessage(f *testing.F) {
	for kind := range names {
		f.Add(uint16(kind), make([]byte, 92))
		f.Add(uint16(kind), []byte{2, 1, 0, 0, 0, 1, 0, 0})
	}
	f.Add(uint16(0x09b5), make([]byte, sync2))
	f.Fuzz(func(t *testing.T, kind uint16, payload []byte) {
		if len(payload) > MaxPayload {
			return
		}
		frame := Append(nil, Kind(kind), payload)
		// A frame within a frame is found first. An ID and a length may begin one, too.
		if bytes.Contains(frame[frameClass:], []byte{sync1, sync2}) {
			return
		}
		var fr Framer
		fr.Push(slices.Concat([]byte(rmc), frame, []byte(rmc)))
		m, ok := fr.Next()
		if !ok || m.Kind() != Kind(kind) || !bytes.Equal(m.Payload(), payload) || m.Start != uint64(len(rmc)) {
			t.Fatalf("%v with %x: got %+v, %v", Kind(kind), payload, m, ok)
		}
		decodeAll(m)
		if v, ok := DecodeTimeLS(m); ok { // what is decoded survives encoding
			var again Framer
			again.Push(v.Append(nil))
			m, _ := again.Next()
			if w, ok := DecodeTimeLS(m); !ok || w != v {
				t.Errorf("%+v, then %+v", v, w)
			}
		}
	})
}

func decodeAll(m Message) {
	DecodeStatus(m)
	DecodePVT(m)
	DecodeTimeGPS(m)
	DecodeTimeUTC(m)
	DecodeTimeLS(m)
	DecodePulse(m)
	DecodeHW(m)
	DecodeRF(m)
	DecodeSecurity(m)
	DecodeSatellites(m)
}
