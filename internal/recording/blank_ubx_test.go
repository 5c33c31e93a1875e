package recording

import (
	"bytes"
	"cmp"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/refclock/refclock/driver/gps/ublox"
	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
	"github.com/refclock/refclock/ubx"
)

// told returns what a decoder of UBX and NMEA finds in chunks: epochs, and what each message
// reports.
func told(chunks [][]byte) (epochs []nmea.Epoch, kinds []ubx.Kind, reported []ublox.Reported) {
	s := ublox.NewStream(38400, nmea.Date{Year: 2019, Month: 1, Day: 1})
	at := nmea.Stamp{Real: 1_796_126_399e9, Mono: int64(time.Hour)}
	var m ublox.Monitor
	for i, chunk := range chunks {
		at = at.Add(time.Duration(3+i%5*9) * time.Millisecond)
		s.Push(at, chunk)
		for h, more := s.Next(); more; h, more = s.Next() {
			if len(h.Message) > 0 {
				m.See(h.Message, at.Steady())
				kinds = append(kinds, ubx.Message{Raw: h.Message}.Kind())
				reported = append(reported, m.Reported(at.Steady()))
			}
			if h.Complete {
				h.Epoch.Sentences = slices.Clone(h.Epoch.Sentences)
				epochs = append(epochs, h.Epoch)
			}
		}
	}
	return epochs, kinds, reported
}

// withPosition puts a position into a NAV-PVT.
func withPosition(pvt ubx.PVT) []byte {
	raw := pvt.Append(nil)
	for at := 24; at < 76; at++ {
		raw[ubx.HeaderSize+at] = 0xa7
	}
	raw[ubx.HeaderSize+30], raw[ubx.HeaderSize+31] = '$', 'G'
	ubx.SetChecksum(raw)
	return raw
}

// A clock finds the same in blanked UBX messages, and no position is left.
func TestBlankUBX(t *testing.T) {
	r, err := sim.New(sim.Config{UBX: true, Proof: 25 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	var stream []byte
	for i := range 30 {
		stream = append(stream, r.Next().Bytes...)
		pvt := ubx.PVT{Calendar: ubx.Calendar{Year: 2026, Month: 5, Day: 20, Hour: 9, Minute: 30, Second: i}, Used: 7, FixOK: true, Fix: ubx.Fix3D}
		stream = append(stream, withPosition(pvt)...)
		stream = ubx.Append(stream, 0x0102, bytes.Repeat([]byte{0xa7}, 28)) // NAV-POSLLH
	}
	streams := map[string][]byte{"simulated": stream}
	folder := cmp.Or(os.Getenv("REFCLOCK_CAPTURES"), filepath.Join("..", "..", "..", "shared", "captures"))
	logs, _ := filepath.Glob(filepath.Join(folder, "ubx", "*.log"))
	for _, log := range logs {
		if streams[filepath.Base(log)], err = os.ReadFile(log); err != nil {
			t.Fatal(err)
		}
	}
	for name, stream := range streams {
		for _, size := range []int{16, 61} {
			var chunks [][]byte
			for chunk := range slices.Chunk(stream, size) {
				chunks = append(chunks, chunk)
			}
			epochs, kinds, reported := told(chunks)
			var copies [][]byte
			for _, chunk := range chunks {
				copies = append(copies, bytes.Clone(chunk))
			}
			hidden := blankedChunks(copies)
			gotEpochs, gotKinds, gotReported := told(hidden)
			if !slices.Equal(gotKinds, kinds) || !slices.Equal(gotReported, reported) {
				t.Errorf("%s in chunks of %d: %d messages, want %d", name, size, len(gotKinds), len(kinds))
			}
			for i := range epochs {
				if i < len(gotEpochs) && !reflect.DeepEqual(gotEpochs[i], epochs[i]) {
					t.Fatalf("%s in chunks of %d: epoch %d is\n%+v, want\n%+v", name, size, i, gotEpochs[i], epochs[i])
				}
			}
			if len(gotEpochs) != len(epochs) {
				t.Errorf("%s in chunks of %d: %d epochs, want %d", name, size, len(gotEpochs), len(epochs))
			}
			if name == "simulated" && bytes.Contains(bytes.Join(hidden, nil), []byte{0xa7, 0xa7}) {
				t.Errorf("%s: a position is left", name)
			}
		}
	}
}
