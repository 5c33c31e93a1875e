package recording

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/nmea"
)

// The position of the receiver of these tests has only the digits 7, 8 and 9, and nothing
// else that it sends has one of them.
const latitude, longitude = "8797.89789", "17989.78989"

// leak matches four digits of the position.
var leak = regexp.MustCompile(`[789]\.?[789]\.?[789]\.?[789]`)

// secondOf returns what the receiver sends in a second.
func secondOf(n int, random *rand.Rand) (list []string) {
	at, date := fmt.Sprintf("12%d%d%d%d.00", n/216%6, n/36%6, n/6%6, n%6), "011226"
	for _, body := range []string{
		"GNRMC," + at + ",A," + latitude + ",S," + longitude + ",W,0.2,55.52," + date + ",2.1,E,A,V",
		"GNGGA," + at + "," + latitude + ",S," + longitude + ",W,1,06,1.01,466.6,M,45.0,M,1.2,0123",
		"GNGNS," + at + "," + latitude + ",S," + longitude + ",W,AN,06,1.01,466.6,45.0,,,V",
		"GPGLL," + latitude + ",S," + longitude + ",W," + at + ",A,D",
		"GPGSA,A,3,02,05,12,25,,,,,,,,,1.6,1.0,1.3",
		"GPGSV,2,1,05,02,65,150,44,05,31,256,41,12,60,100,33,25,10,22,21",
		"GPGSV,2,2,05,26,10,250,30",
		"GPZDA," + at + ",01,12,2026,00,00",
		"GPTXT,01,01,02,u-blox ag - www.u-blox.com",
		"PUBX,00," + at + "," + latitude + ",S," + longitude + ",W,466.6,G3,2.1,2.0,0.006,55.52,0.006,,0.52,1.15,0.66,6,0,0",
		"PGRMF,250,253555," + date + "," + at[:6] + ",13," + latitude + ",S," + longitude + ",W,A,2,0,226,2,1",
		"GPWPL," + latitude + ",S," + longitude + ",W,HOME",
		"PXYZ," + latitude + "," + longitude,
	} {
		if random.IntN(3) > 0 {
			continue
		}
		switch text := summed(body); random.IntN(20) {
		case 0:
			list = append(list, "$"+body+"\r\n")
		case 1:
			list = append(list, strings.ToLower(text))
		default:
			list = append(list, text)
		}
	}
	if random.IntN(4) == 0 {
		list = append(list, "\xb5\x62\x01\x02\x14\x00"+longitude+latitude+"\x24"+longitude+"\x00")
	}
	return list
}

// damage damages some of the bytes that the receiver sends.
func damage(list []string, random *rand.Rand) string {
	// Damage whose checksum is right by accident, such as two commas that are lost.
	for i, text := range list {
		if star := strings.LastIndexByte(text, '*'); star > 0 && random.IntN(6) == 0 {
			body := []byte(text[1:star])
			for range 1 + random.IntN(2) {
				body = hit(body, random)
			}
			list[i] = summed(string(body))
		}
	}
	all := []byte(strings.Join(list, ""))
	for range random.IntN(6) {
		all = hit(all, random)
	}
	return string(all)
}

// hit damages the bytes in one place.
func hit(b []byte, random *rand.Rand) []byte {
	if len(b) < 2 {
		return b
	}
	at := random.IntN(len(b))
	if near := bytes.IndexAny(b[at:], ",*$\r"); near >= 0 && random.IntN(2) == 0 {
		at += near
	}
	end := at + 1
	if random.IntN(3) == 0 {
		end = min(at+1+random.IntN(90), len(b))
	}
	switch random.IntN(5) {
	case 0, 1: // lost
		return append(b[:at:at], b[end:]...)
	case 2: // twice
		return append(b[:end:end], b[at:]...)
	case 3:
		b[at] = ",$*\r\n0\\ \x00\xff"[random.IntN(10)]
	default:
		b[at] ^= 1 << random.IntN(8)
	}
	return b
}

// cut cuts bytes into chunks of any size.
func cut(text string, random *rand.Rand) (chunks [][]byte) {
	most := []int{3, 16, 64, 4096}[random.IntN(4)]
	for text != "" {
		n := min(1+random.IntN(most), len(text))
		chunks, text = append(chunks, []byte(text[:n])), text[n:]
	}
	return chunks
}

// Whatever is damaged on the wire, and wherever a recording is cut, no digits of the position
// are in it, and a clock hears the same.
func TestDamagedSentencesHaveNoPosition(t *testing.T) {
	seeds := uint64(30)
	if testing.Short() {
		seeds = 10
	}
	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, 1))
		text := ""
		for n := range 30 {
			text += damage(secondOf(n, random), random)
		}
		chunks := cut(text, random)
		checkBlanked(t, chunks, true)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
		for _, file := range recordedInPieces(t, chunks, random) {
			checkNoPosition(t, file)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// recordedInPieces returns a recording in a file, and dumps of one in memory, of these reads.
// It lasts ten minutes, so that many blocks end.
func recordedInPieces(t *testing.T, chunks [][]byte, random *rand.Rand) (files [][]byte) {
	t.Helper()
	var to bytes.Buffer
	file, _, err := New(gps.Config{}, Options{To: &to})
	if err != nil {
		t.Fatal(err)
	}
	memory, _, err := New(gps.Config{}, Options{Last: 5 * time.Minute, Bytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	at, most := nmea.Stamp{Real: 1e18, Mono: 1e12}, int64(20*time.Minute)/int64(len(chunks)+1)+1
	for _, chunk := range chunks {
		at = at.Add(time.Duration(random.Int64N(most)))
		for _, r := range []*Recorder{file, memory} {
			r.port.put(&Event{Kind: Read, Stamp: at, Data: chunk}, &r.order)
			switch random.IntN(200) {
			case 0, 1, 2, 3, 4, 5:
				r.Drain()
			case 6:
				r.Drain()
				r.port.put(&Event{Kind: Rate, Stamp: at}, &r.order)
			}
		}
		if random.IntN(200) == 0 {
			var dump bytes.Buffer
			if err := memory.Dump(&dump); err != nil {
				t.Fatal(err)
			}
			files = append(files, dump.Bytes())
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return append(files, to.Bytes())
}

// checkNoPosition fails if the events of a recording have digits of the position.
func checkNoPosition(t *testing.T, file []byte) {
	t.Helper()
	list, _ := readAll(file)
	text := ""
	for _, e := range list {
		text += string(e.Data)
	}
	if len(list) == 0 || len(text) == 0 {
		t.Fatal("nothing is recorded")
	}
	if found := leak.FindStringIndex(text); found != nil {
		t.Errorf("digits of the position: %q", text[max(found[0]-80, 0):min(found[1]+40, len(text))])
	}
}

// A sentence over the end of a block is restored, unless it takes as long as a whole block. A
// dump within it has none of its fields.
func TestUnfinishedSentence(t *testing.T) {
	const first, rest = "$GPRMC,120000.00,A,", "8797.89,S,17989.78,W,,,011226,,,A*"
	whole := summed("GPRMC,120000.00,A," + strings.TrimSuffix(rest, "*"))
	for lasts, want := range map[time.Duration]string{
		40 * time.Second: summed("GPRMC,120000.00,A,0000.00,X,00000.00,X,,,011226,,,A"),
		70 * time.Second: "$XXXXX,000000.00,X," + strings.Repeat("\x00", len(whole)-len(first)-2) + "\r\n",
	} {
		r, _, err := New(gps.Config{}, Options{Last: time.Hour, Bytes: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		at := nmea.Stamp{Real: 1e18, Mono: 1e12}
		dump := func() (text string) {
			var to bytes.Buffer
			if err := r.Dump(&to); err != nil {
				t.Fatal(err)
			}
			list, _ := readAll(to.Bytes())
			for _, e := range list {
				text += string(e.Data)
			}
			return text
		}
		r.port.put(&Event{Kind: Read, Stamp: at, Data: []byte(first)}, &r.order)
		for wait := time.Second; wait < lasts; wait += time.Second {
			r.port.put(&Event{Kind: Read, Stamp: at.Add(wait)}, &r.order)
			if got := dump(); got != "$XXXXX,000000.00,X," {
				t.Fatalf("an unfinished sentence after %v: %q", wait, got)
			}
		}
		r.port.put(&Event{Kind: Read, Stamp: at.Add(lasts), Data: []byte(whole[len(first):])}, &r.order)
		if got := dump(); got != want {
			t.Errorf("a sentence that takes %v: %q\nwant %q", lasts, got, want)
		}
	}
}
