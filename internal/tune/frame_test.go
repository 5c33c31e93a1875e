package tune

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/refclock/refclock/driver/gps/receiver"
)

// split returns the messages in a stream that arrives in chunks of a size.
func split(data []byte, size int) (list []string, bad int) {
	var s splitter
	for len(data) > 0 {
		n := min(size, len(data))
		s.push(data[:n])
		data = data[n:]
		for f, more := s.next(); more; f, more = s.next() {
			list = append(list, fmt.Sprintf("%d %s %02x %02x %x", f.protocol, f.text, f.class, f.id, f.payload))
		}
	}
	return list, s.bad
}

// Messages of all protocols are found, one after the other, between noise, and in chunks of
// any size.
func TestSplitter(t *testing.T) {
	ver, _ := hex.DecodeString("b5620a0400000e34")
	odm, _ := hex.DecodeString("a0a100028302810d0a")
	stream := "\xff\x00$GPZDA,201530.00,04,07,2002,00,00*60\r\n" + string(ver) + "$GPZDA,bad*00\r\n\xb5\x62$G\xa0\xa1\xff" + string(odm) + "$PMTK001,314,3*36\r\n\xb5"
	want := "0 GPZDA,201530.00,04,07,2002,00,00 00 00 |1  0a 04 |2  00 83 02|0 PMTK001,314,3 00 00 "
	for size := 1; size < len(stream); size++ {
		got, bad := split([]byte(stream), size)
		if strings.Join(got, "|") != want || bad != 1 {
			t.Fatalf("in chunks of %d: %q, %d bad; want %q", size, got, bad, want)
		}
	}
	for name, stream := range map[string]string{
		"a long line":          "$" + strings.Repeat("x", 2*maxText),
		"a long UBX message":   "\xb5\x62\x01\x02\xff\xff",
		"an empty SkyTraq":     "\xa0\xa1\x00\x00\x00\r\n",
		"a line without a sum": "$GPZDA\r\n",
		"sum is not hex":       "$GPZDA*zz\r\n",
		"a short line":         "$*0\r\n",
		"two dollars":          "$$\r\n",
	} {
		if got, _ := split([]byte(stream+"$PMTK414*33\r\n"), 7); strings.Join(got, "|") != "0 PMTK414 00 00 " {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// A wrong checksum of each kind is counted, and hides nothing that follows.
func TestSplitterChecksums(t *testing.T) {
	for _, message := range [][]byte{receiver.UBX(0x05, 0x01, []byte{6, 1}), receiver.SkyTraq([]byte{0x83, 2}), receiver.Sentence("PMTK001,314,3")} {
		for i := range len(message) - 1 { // the CR of a line is enough
			broken := bytes.Clone(message)
			broken[i] ^= 0x04
			got, _ := split(append(broken, message...), 3)
			if len(got) == 0 || len(got) > 1 && got[0] == got[1] {
				t.Errorf("% x: %q", broken, got)
			}
		}
	}
}

func FuzzSplitter(f *testing.F) {
	f.Add([]byte("$PMTK001,314,3*36\r\n"), 1)
	f.Add([]byte("\xb5\x62\x05\x01\x02\x00\x06\x01\x0f\x38$GPRMC\xa0\xa1\x00\x02\x83\x02\x81\r\n"), 3)
	f.Add([]byte("\xb5\x62\xff\xff\xff\x03"), 100)
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		if size < 1 {
			size = 1
		}
		chunks, _ := split(data, size)
		whole, _ := split(data, len(data)+1)
		if strings.Join(chunks, "|") != strings.Join(whole, "|") {
			t.Errorf("in chunks of %d: %q; at once: %q", size, chunks, whole)
		}
	})
}
