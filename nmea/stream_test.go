package nmea_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/refclock/refclock/nmea"
)

// A Stream finds the same sentences and epochs, in the same order, as a separate Framer and
// Epochs.
func TestStreamIsFramerAndEpochs(t *testing.T) {
	start := nmea.Stamp{Real: 1796126400e9, Mono: 1e9}
	type read struct {
		at    nmea.Stamp
		bytes string
	}
	var reads []read
	for second := range 4 {
		at := start.Add(time.Duration(second) * time.Second)
		burst := "$GPRMC,1200%02d.00,A,4717.11,N,00833.91,E,0.0,0.0,011226,,,A*"
		body := fmt.Sprintf(burst, second)
		reads = append(reads, read{at, body + sumOf(body) + "\r\n$GPGGA,broken*00\r\n"}, read{at.Add(100 * time.Millisecond), ""})
	}
	stream := nmea.NewStream(9600, nmea.Date{Year: 2026, Month: 11, Day: 26})
	framer, epochs := nmea.NewFramer(9600), nmea.NewEpochs(nmea.Date{Year: 2026, Month: 11, Day: 26})
	found := 0
	for _, r := range reads {
		var got, want []string
		stream.Push(r.at, []byte(r.bytes))
		for h, more := stream.Next(); more; h, more = stream.Next() {
			got = append(got, fmt.Sprintf("%s %v %v %v", h.Sentence.Raw, h.Err, h.Complete, h.Epoch))
			if h.Complete {
				found++
			}
		}
		if r.bytes == "" {
			if e, ok := epochs.Idle(r.at); ok {
				want = append(want, fmt.Sprintf("%s %v %v %v", "", nil, true, e))
			}
		}
		framer.Push(r.at, []byte(r.bytes))
		for s, more := framer.Next(); more; s, more = framer.Next() {
			e, complete, err := epochs.Push(s)
			want = append(want, fmt.Sprintf("%s %v %v %v", s.Raw, err, complete, e))
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q:\n%q, want\n%q", r.bytes, got, want)
		}
	}
	if found < 3 {
		t.Errorf("%d epochs, want one a second", found)
	}
}

// sumOf returns the checksum of a sentence from $ to *.
func sumOf(body string) string {
	var sum byte
	for _, c := range []byte(body[1 : len(body)-1]) {
		sum ^= c
	}
	return fmt.Sprintf("%02X", sum)
}
