package ubx

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// framed returns the messages of a stream that arrives in these chunks, each as kind, start
// and payload.
func framed(chunks ...[]byte) (messages []string, stats Stats) {
	var f Framer
	for _, chunk := range chunks {
		f.Push(chunk)
		for {
			m, ok := f.Next()
			if !ok {
				break
			}
			messages = append(messages, fmt.Sprintf("%v at %d: %q", m.Kind(), m.Start, m.Payload()))
		}
	}
	return messages, f.Stats()
}

// cut cuts a stream into chunks of n bytes.
func cut(stream []byte, n int) [][]byte { return slices.Collect(slices.Chunk(stream, n)) }

const (
	rmc = "$GNRMC,120000.00,A,,,,,,,271126,,,A*67\r\n"
	eoe = Kind(0x0161) // a short message that is not decoded
)

// long is a payload of the greatest length, of sync bytes.
var long = bytes.Repeat([]byte{sync1, sync2}, MaxPayload/2)

func TestFramer(t *testing.T) {
	one := Append(nil, eoe, []byte("abcd"))
	two := Append(nil, NavStatus, []byte("0123456789abcdef"))
	lost := func(i int) []byte { return slices.Delete(slices.Clone(one), i, i+1) }
	// A false start whose length covers all that follows.
	false1 := []byte{sync1, sync2, 0, 0, 0x80, 0}
	tooLong := []byte{sync1, sync2, 0, 0, 1, MaxPayload >> 8}
	for _, c := range []struct {
		name    string
		stream  []byte
		want    string // the kinds and where they start
		damaged int    // -1: any
	}{
		{"nothing", nil, "", 0},
		{"text", []byte(rmc), "", 0},
		{"one", one, "UBX-01-61@0", 0},
		{"no payload", Append(nil, eoe, nil), "UBX-01-61@0", 0},
		{"two", slices.Concat(one, two), "UBX-01-61@0 NAV-STATUS@12", 0},
		{"between sentences", slices.Concat([]byte(rmc), one, []byte(rmc), two, []byte(rmc)), "UBX-01-61@40 NAV-STATUS@92", 0},
		{"within a sentence", slices.Concat([]byte(rmc[:9]), one, []byte(rmc[9:])), "UBX-01-61@9", 0},
		{"sync byte before", slices.Concat([]byte{sync1}, one), "UBX-01-61@1", 0},
		{"many sync bytes before", slices.Concat(bytes.Repeat([]byte{sync1}, 100), one), "UBX-01-61@100", 0},
		{"sync bytes of a frame before", slices.Concat([]byte{sync1, sync2}, one), "UBX-01-61@2", 0},
		{"header before", slices.Concat(one[:framePayload], one), "UBX-01-61@6", 1},
		{"false start before", slices.Concat(false1, one, two), "UBX-01-61@6 NAV-STATUS@18", 0},
		{"impossible length before", slices.Concat(tooLong, one), "UBX-01-61@6", 0},
		{"half a frame before", slices.Concat(two[:12], one, two), "UBX-01-61@12 NAV-STATUS@24", 1},
		{"wrong checksum", slices.Concat(one[:11], []byte{^one[11]}, two), "NAV-STATUS@12", 1},
		{"wrong payload", slices.Concat(one[:7], []byte{'x'}, one[8:], two), "NAV-STATUS@12", 1},
		{"lost byte of the payload", slices.Concat(lost(7), two), "NAV-STATUS@11", 1},
		{"lost byte of the sync", slices.Concat(lost(1), two), "NAV-STATUS@11", 0},
		{"cut short", two[:20], "", 0},
		{"longest", Append(nil, eoe, long), "UBX-01-61@0", 0},
		{"longest, after false starts", slices.Concat(bytes.Repeat(false1, 20), Append(nil, eoe, long)), "UBX-01-61@120", -1},
		{"too long", Append(nil, eoe, make([]byte, MaxPayload+1)), "", 0},
		{"after a long one that is damaged", slices.Concat(Append(nil, eoe, make([]byte, MaxPayload))[:maxFrame-1], []byte{0xff}, one), "UBX-01-61@4104", 1},
		{"long ones after false starts", slices.Concat(false1, Append(nil, eoe, make([]byte, MaxPayload)), false1, Append(nil, eoe, make([]byte, MaxPayload)), one),
			"UBX-01-61@6 UBX-01-61@4116 UBX-01-61@8220", -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			whole, stats := framed(c.stream)
			var got []string
			for _, m := range whole {
				place, _, _ := strings.Cut(m, ":")
				got = append(got, strings.ReplaceAll(place, " at ", "@"))
			}
			if got := strings.Join(got, " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if stats.Bytes != uint64(len(c.stream)) || stats.Messages != uint64(len(whole)) {
				t.Errorf("stats %+v of %d bytes with %d messages", stats, len(c.stream), len(whole))
			}
			if c.damaged >= 0 && stats.Damaged != uint64(c.damaged) {
				t.Errorf("%d damaged, want %d", stats.Damaged, c.damaged)
			}
			for _, n := range []int{1, 2, 3, 16, 64} {
				if got, s := framed(cut(c.stream, n)...); !slices.Equal(got, whole) || s != stats {
					t.Errorf("in chunks of %d: %q %+v, want %q %+v", n, got, s, whole, stats)
				}
			}
		})
	}
}

// A message at each place of a sentence, and the reverse.
func TestInterleavedAtAnyByte(t *testing.T) {
	one := Append(nil, eoe, []byte("$GP*0\r\n"))
	for i := range len(rmc) {
		stream := slices.Concat([]byte(rmc[:i]), one, []byte(rmc[i:]))
		if got, _ := framed(stream); len(got) != 1 {
			t.Errorf("after byte %d of a sentence: %q", i, got)
		}
	}
	for i := 1; i < len(one); i++ { // the frame is damaged, the next one is not
		stream := slices.Concat(one[:i], []byte(rmc), one[i:], one)
		if got, _ := framed(stream); len(got) != 1 {
			t.Errorf("after byte %d of a message: %q", i, got)
		}
	}
}

// A message is pending from its second byte on, and from the first if it is only that.
func TestFramerPending(t *testing.T) {
	for _, c := range []struct {
		stream string
		want   bool
	}{
		{"", false}, {"$GPGGA", false}, {"\xb5", true}, {"\xb5\x62", true}, {"\xb5\x61", false}, {"\xb5\xb5", true},
		{"\xb5\x62\x01\x20\x10\x00", true}, {string(Append(nil, NavTimeGPS, make([]byte, 16))), false},
	} {
		var f Framer
		f.Push([]byte(c.stream))
		for _, ok := f.Next(); ok; _, ok = f.Next() {
		}
		if got := f.Pending(); got != c.want {
			t.Errorf("%q: pending %v, want %v", c.stream, got, c.want)
		}
	}
}

func TestAppendPanics(t *testing.T) {
	if got := Append(nil, eoe, make([]byte, 1<<16-1)); len(got) != 1<<16+7 {
		t.Errorf("%d bytes", len(got))
	}
	defer func() {
		if recover() == nil {
			t.Error("a payload of 65536 bytes does not panic")
		}
	}()
	Append(nil, eoe, make([]byte, 1<<16))
}

func TestKindString(t *testing.T) {
	for kind, want := range map[Kind]string{NavTimeLS: "NAV-TIMELS", SecSig: "SEC-SIG", eoe: "UBX-01-61", 0x0afe: "UBX-0A-FE"} {
		if got := kind.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestFramerAllocatesNothing(t *testing.T) {
	stream := slices.Concat([]byte(rmc), Append(nil, eoe, long), TimeLS{}.Append(nil))
	var f Framer
	if n := testing.AllocsPerRun(20, func() {
		f.Push(stream)
		for more := true; more; {
			var m Message
			m, more = f.Next()
			if more {
				DecodeTimeLS(m)
			}
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkFramer(b *testing.B) {
	stream := slices.Concat([]byte(rmc), PVT{}.Append(nil), []byte(rmc), TimeLS{}.Append(nil))
	var f Framer
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	for b.Loop() {
		f.Push(stream)
		for more := true; more; {
			_, more = f.Next()
		}
	}
}
